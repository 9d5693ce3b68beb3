// The hand-over to two real widgets from npm in Chromium: LiveChat's loader, with the script of its CDN answered here, and Rocket.Chat's built
// widget, with a server of its own.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { launch } from "../browser/page.mjs";
import { rocketchat } from "./rocketchat.mjs";
import { open, script, TOOLS } from "./shop.mjs";

const SHOP = `
  import { Floorwalker } from "floorwalker";
  import { arm, handOver } from "floorwalker/handover";
  window.decide = async (message) => (await Floorwalker.load("/starter.fwb")).route({ message });
  Object.assign(window, { arm, handOver });
`;
/** A decision as \`route\` gives it, as far as a hand-over reads it. */
const decision = (goesTo) => ({
  goesTo,
  evidence: { strength: "strong" },
  intents: [{ name: "compatibility", probability: 0.9 }],
  intentSet: ["compatibility"],
  priority: 0,
  channel: "chat",
  outcome: "best",
  policyVersion: "7",
  requestedAt: Date.now(),
  expiresAt: Date.now() + 300_000,
});

/** What LiveChat's script does first: it reads \`__lc\`, replays what was queued, and says that it is ready. */
const TRACKING = `
  window.startedWith = { group: window.__lc.group, params: window.__lc.params };
  const queue = window.LiveChatWidget._q.splice(0);
  const variables = {};
  window.LiveChatWidget._h = (...given) => {
    const [verb, [name, value]] = [given[0], given[1]];
    (window.calls ??= []).push([verb, name]);
    if (name === "update_session_variables") Object.assign(variables, value);
    if (verb === "get" && name === "customer_data") return { status: "browsing", sessionVariables: { ...variables } };
  };
  for (const given of queue) window.LiveChatWidget._h(...given);
  window.variables = variables;
`;

test("LiveChat's own loader: the group is there before its script runs, and said to be late afterwards", async () => {
  const source = `
    import { createWidget } from "@livechat/widget-core";
    ${SHOP}
    window.widget = createWidget({ license: "1" });
  `;
  const files = { "index.html": '<!doctype html><script type="module" src="/main.js"></script>', "main.js": await script(source) };
  await open(files, { "https://cdn.livechatinc.com/tracking.js": TRACKING }, async (page) => {
    await page.waitForFunction(() => window.widget && window.handOver);
    const early = await page.evaluate((made) => {
      const handing = window.handOver(made, { to: "livechat", map: { presale: 5 } });
      window.widget.init();
      return handing;
    }, decision("presale"));
    await page.waitForFunction(() => window.startedWith && window.variables.fw_queue);
    assert.deepEqual([early.phase, early.group, early.warnings], ["queued", 5, []]);
    assert.equal(await page.evaluate(() => window.startedWith.group), 5);
    assert.equal(await page.evaluate(() => window.variables.fw_queue), "presale");
    const late = await page.evaluate((made) => window.handOver(made, { to: "livechat", map: { returns: 6 } }), decision("returns"));
    assert.deepEqual(
      [late.phase, late.verified, late.group, late.warnings.map(({ code }) => code)],
      ["ready", true, null, ["handover_late"]],
    );
    assert.equal(await page.evaluate(() => window.variables.fw_queue), "returns");
  });
});

test("Rocket.Chat's own widget: the department and the fields reach the server before the room is made", async () => {
  const browser = await launch();
  try {
    const page = await browser.newPage();
    const html = `<!doctype html><body><script>
      (function (w, d, s, u) {
        w.RocketChat = function (c) { w.RocketChat._.push(c) }; w.RocketChat._ = []; w.RocketChat.url = u;
        var h = d.getElementsByTagName(s)[0], j = d.createElement(s);
        j.async = true; j.src = "/livechat/rocketchat-livechat.min.js"; h.parentNode.insertBefore(j, h);
      })(window, document, "script", location.origin + "/livechat?serverUrl=" + encodeURIComponent(location.origin));
    </script><script type="module" src="/shop.js"></script>`;
    const files = path.join(TOOLS, "@rocket.chat/livechat/build");
    const server = await rocketchat(html, files, { "/shop.js": await script(SHOP) });
    try {
      await page.goto(server.url);
      await page.waitForFunction(() => window.handOver);
      const handed = await page.evaluate((made) => {
        window.told = [];
        window.arm("rocketchat", { feedback: ({ kind, decision }) => window.told.push([kind, decision.goesTo]) });
        return window.handOver(made, { to: "rocketchat", fields: { fw_queue: "queue", fw_hint: "hint" } });
      }, decision("presale"));
      assert.equal(handed.group, "presale");
      const frame = page.frameLocator("#rocketchat-iframe");
      const composer = frame.locator("[contenteditable]");
      await composer.waitFor({ timeout: 30_000 });
      await composer.pressSequentially("does it fit?");
      await composer.press("Enter");
      await page.waitForFunction(() => window.told.length > 0, undefined, { timeout: 30_000 });
      assert.deepEqual(await page.evaluate(() => window.told), [["started", "presale"]]);
      const order = server.said.map(([call]) => call);
      assert.ok(order.indexOf("room") > order.lastIndexOf("custom.field"), order.join());
      const department = server.said.filter(([call]) => call === "visitor").map(([, told]) => told.department);
      assert.ok(department.includes("dep1"), JSON.stringify(server.said));
      const fields = server.said.filter(([call]) => call === "custom.field").map(([, { key, value }]) => [key, value]);
      assert.deepEqual(fields.map(([key]) => key).sort(), ["fw_hint", "fw_queue"]);
      assert.deepEqual(
        fields.find(([key]) => key === "fw_queue"),
        ["fw_queue", "presale"],
      );
    } finally {
      server.close();
    }
  } finally {
    await browser.close();
  }
});
