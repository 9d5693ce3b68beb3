// The entries for frameworks in Chromium: React rendered on a server and taken over in the page, under StrictMode; Vue; Svelte's stores; the custom
// element in a plain page; the worker; and the file with the engine in it on `file://`.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { launch } from "../browser/page.mjs";
import { ROOT } from "../package/unpacked.mjs";
import { open, script, shop } from "./shop.mjs";

const page = (body, js = "/main.js") =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><body>${body}<script type="module" src="${js}"></script>`;

/** A module as a file, for Node. */
async function inNode(source) {
  const folder = mkdtempSync(path.join(tmpdir(), "floorwalker-ssr-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, "server.cjs");
  writeFileSync(file, await script(source, { platform: "node", format: "cjs", conditions: ["module"] }));
  return import(pathToFileURL(file).href);
}

const REACT = `
  import { createElement as h, StrictMode, useEffect, useState } from "react";
  import { FloorwalkerProvider, useDecision, useFloorwalker, useHandOver, useScore } from "floorwalker/react";
  function Ask() {
    const [message, setMessage] = useState("");
    const { status, fw } = useFloorwalker();
    const decision = useDecision({ message });
    const [best] = useScore("intent").sort((a, b) => b.probability - a.probability);
    const handOver = useHandOver("chatwoot", { fields: { fw_queue: "queue" }, feedback: () => {} });
    return h("div", { id: "ask", "data-status": status },
      h("span", { id: "queue" }, decision ? decision.goesTo : "undecided"), h("span", { id: "best" }, best ? best.name : "none"),
      h("button", { id: "type", onClick: () => setMessage("where is my order") }, "type"),
      h("button", { id: "see", onClick: () => fw.observe("view_item", { items: [{ item_id: "p1" }] }) }, "see"),
      h("button", { id: "hand", onClick: () => handOver(decision).then((handed) => (window.handed = handed)) }, "hand over"));
  }
  export const App = ({ load }) => h(StrictMode, null, h(FloorwalkerProvider, { load }, h(Ask)));
`;

test("React: a server renders it as loading, the page takes it over without a word, and StrictMode loads once", async () => {
  const server = await inNode(`import { renderToString } from "react-dom/server"; ${REACT}
    export const html = renderToString(h(App, { load: () => { throw new Error("a server loads nothing"); } }));`);
  assert.match(server.html, /data-status="loading".*undecided/);
  const source = `${REACT}
    import { Floorwalker } from "floorwalker";
    import { hydrateRoot } from "react-dom/client";
    window.problems = [];
    for (const name of ["error", "warn"]) console[name] = (...its) => window.problems.push(its.map(String).join(" "));
    window.$chatwoot = { hasLoaded: true, given: [], setConversationCustomAttributes: (its) => window.$chatwoot.given.push(its), toggle() {} };
    window.loads = 0;
    window.freed = 0;
    const load = async () => {
      window.loads++;
      const fw = await Floorwalker.load("/starter.fwb");
      const free = fw.free.bind(fw);
      fw.free = () => { window.freed++; free(); };
      return fw;
    };
    window.root = hydrateRoot(document.getElementById("root"), h(App, { load }));
  `;
  await open({ "index.html": page(`<div id="root">${server.html}</div>`), "main.js": await script(source) }, {}, async (its) => {
    await its.waitForSelector('#ask[data-status="ready"]');
    assert.deepEqual(await its.evaluate(() => [window.loads, window.freed, window.problems]), [1, 0, []]);
    await its.click("#type");
    await its.waitForFunction(() => document.getElementById("queue").textContent === "orders");
    await its.click("#see");
    await its.click("#hand");
    await its.waitForFunction(() => window.handed);
    assert.deepEqual(await its.evaluate(() => [window.handed.sent, window.$chatwoot.given]), [
      { fw_queue: "orders" },
      [{ fw_queue: "orders" }],
    ]);
    await its.evaluate(() => window.root.unmount());
    await its.waitForFunction(() => window.freed === 1);
    assert.deepEqual(await its.evaluate(() => [window.loads, window.problems]), [1, []]);
  });
});

test("Vue: a plugin and composables, on a server and in the page", async () => {
  const app = `
    import { createSSRApp, h, ref } from "vue";
    import { createFloorwalker, useDecision, useFloorwalker, useScore } from "floorwalker/vue";
    const Ask = { setup() {
      const message = ref("");
      const [state, decision, score] = [useFloorwalker(), useDecision(() => ({ message: message.value })), useScore("intent")];
      return () => h("div", { id: "ask", "data-status": state.value.status, "data-outputs": score.value.length > 0 },
        [h("span", { id: "queue" }, decision.value?.goesTo ?? "undecided"), h("button", { id: "type", onClick: () => (message.value = "where is my order") }, "type")]);
    } };
    export const make = (load) => createSSRApp(Ask).use(createFloorwalker({ load }));
  `;
  const server = await inNode(`import { renderToString } from "vue/server-renderer"; ${app}
    export const html = renderToString(make(() => { throw new Error("a server loads nothing"); }));`);
  const html = await server.html;
  assert.match(html, /data-status="loading".*undecided/);
  const source = `${app} import { Floorwalker } from "floorwalker";
    window.problems = [];
    for (const name of ["error", "warn"]) console[name] = (...its) => window.problems.push(its.map(String).join(" "));
    window.app = make(() => Floorwalker.load("/starter.fwb").then((fw) => (window.fw = fw)));
    window.app.mount("#root");`;
  await open({ "index.html": page(`<div id="root">${html}</div>`), "main.js": await script(source) }, {}, async (its) => {
    await its.waitForSelector('#ask[data-status="ready"][data-outputs="true"]');
    await its.click("#type");
    await its.waitForFunction(() => document.getElementById("queue").textContent === "orders");
    await its.evaluate(() => window.app.unmount());
    await its.waitForTimeout(50);
    const after = await its.evaluate(() => {
      try {
        window.fw.route();
      } catch (error) {
        return [error.code, window.problems];
      }
    });
    assert.deepEqual(after, ["freed", []]);
  });
});

test("Svelte: stores that load while somebody subscribes, with Svelte's own `get` and `derived`", async () => {
  const server = await inNode(`import { get } from "svelte/store"; import { floorwalker, decision } from "floorwalker/svelte";
    const its = floorwalker(() => { throw new Error("a server loads nothing"); });
    export const found = [get(its).status, get(decision(its))];`);
  assert.deepEqual(server.found, ["loading", null]);
  const source = `import { derived } from "svelte/store"; import { Floorwalker } from "floorwalker"; import { floorwalker, decision, score } from "floorwalker/svelte";
    window.loads = 0;
    const its = floorwalker(() => { window.loads++; return Floorwalker.load("/starter.fwb").then((fw) => (window.fw = fw)); });
    const both = derived([decision(its, { message: "where is my order" }), score(its, "intent")], ([made, scores]) => [made?.goesTo, scores.length > 0]);
    window.stop = both.subscribe((value) => (window.value = value));`;
  await open({ "index.html": page(""), "main.js": await script(source) }, {}, async (its) => {
    await its.waitForFunction(() => window.value[0] === "orders" && window.value[1]);
    assert.equal(await its.evaluate(() => window.loads), 1);
    await its.evaluate(() => window.stop());
    await its.waitForTimeout(50);
    assert.equal(
      await its.evaluate(() => {
        try {
          window.fw.route();
        } catch (error) {
          return error.code;
        }
      }),
      "freed",
    );
  });
});

test("the custom element asks, says the answer, hands over, and is used by keyboard and in Chinese", async () => {
  const body = `<floorwalker-ask id="en" bundle="/starter.fwb" to="chatwoot" map='{"orders":"q_orders"}' fields='{"fw_queue":"queue"}'></floorwalker-ask>
    <div lang="zh-CN"><floorwalker-ask id="zh" bundle="/starter.fwb"><span slot="send">发送</span></floorwalker-ask></div>
    <script>window.$chatwoot = { hasLoaded: true, given: [], setConversationCustomAttributes: (its) => window.$chatwoot.given.push(its), toggle: (how) => (window.toggled = how) };</script>`;
  // As a plain page has it: the package's own files, without a bundler.
  await open({ "index.html": page(body, "/element.js") }, {}, async (its) => {
    const requests = [];
    its.on("request", (request) => requests.push(new URL(request.url()).pathname));
    await its.waitForFunction(() => document.getElementById("en").shadowRoot);
    assert.ok(!requests.some((name) => name.endsWith(".fwb")), "nothing is loaded before the form is used");
    const field = its.getByRole("textbox", { name: "Ask an expert" });
    await field.fill("where is my order");
    await its.keyboard.press("Tab");
    await its.keyboard.press("Enter");
    await its.waitForFunction(() => window.toggled === "open");
    assert.deepEqual(await its.evaluate(() => window.$chatwoot.given), [{ fw_queue: "q_orders" }]);
    const status = its.locator("#en").getByRole("status");
    assert.ok((await status.textContent()).length > 3);
    assert.equal(await its.evaluate(() => document.activeElement.shadowRoot.activeElement.tagName), "BUTTON", "the focus stays");
    await its.getByRole("textbox", { name: "咨询专家" }).fill("我的快递到哪了");
    await its.getByRole("button", { name: "发送" }).click();
    await its.waitForFunction(() => /[\u4e00-\u9fff]/.test(document.getElementById("zh").shadowRoot.querySelector("p").textContent));
    const failed = its.evaluate(
      () => new Promise((resolve) => document.addEventListener("floorwalker-error", ({ detail }) => resolve(detail.code), { once: true })),
    );
    await its.evaluate(() => {
      const broken = document.createElement("floorwalker-ask");
      broken.setAttribute("bundle", "/nothing.fwb");
      document.body.append(broken);
      broken.ask("hello").catch(() => {});
    });
    assert.match(await failed, /^bundle_/);
  });
});

test("the worker answers the same, hears the page's dataLayer, and ends", async () => {
  const source = `import { Floorwalker as Here } from "/index.js"; import { Floorwalker } from "/worker.js";
    window.run = async () => {
      const gtag = (...its) => window.dataLayer.push(its);
      const [here, there] = await Promise.all([Here.load("/starter.fwb"), Floorwalker.load("starter.fwb")]);
      const options = { message: "where is my order", seed: [1, 2], requestedAt: 1e12 };
      const [a, b] = [here.route(options), await there.route(options)];
      const events = [];
      there.on("event", ({ event }) => events.push(event));
      window.dataLayer = [{ event: "view_item", ecommerce: { items: [{ item_id: "p1", price: 5 }] }, element: document.body }];
      const stop = there.attach(window.dataLayer);
      window.dataLayer.push({ event: "add_to_cart", ecommerce: { items: [{ item_id: "p1", price: 5 }] } });
      const again = await there.reroute(b, { message: "return it" });
      const counted = (await there.diagnose()).events;
      stop();
      window.dataLayer.push({ event: "remove_from_cart" });
      const codes = [];
      for (const call of [() => there.score("nothing"), () => there.route({ context: { f() {} } }), () => Floorwalker.load("/no.fwb"), () => Floorwalker.load("/starter.fwb", { storage: "local" })])
        await call().catch((error) => codes.push(error.code));
      const features = [(await there.features()).length, here.features().length];
      const card = there.card.name === here.card.name;
      there.free();
      await there.route().catch((error) => codes.push(error.code));
      return { same: JSON.stringify(a.ranking) === JSON.stringify(b.ranking) && a.goesTo === b.goesTo, again: again.requestedAt === b.requestedAt, events, counted: counted.map(({ event }) => event), codes, features, card };
    };`;
  await open({ "index.html": page(""), "main.js": source }, {}, async (its) => {
    await its.waitForFunction(() => window.run);
    const found = await its.evaluate(() => window.run());
    assert.deepEqual(found.codes, ["unknown_head", "option_invalid", "bundle_unreachable", "option_invalid", "freed"]);
    assert.ok(found.same && found.again && found.card && found.features[0] === found.features[1], JSON.stringify(found));
    assert.deepEqual(found.events, ["view_item", "add_to_cart"]);
    assert.deepEqual(found.counted, ["view_item", "add_to_cart"]);
  });
});

test("on file://, a classic script and a bundle in base64 are enough", async () => {
  shop.write(
    "page.html",
    `<!doctype html><meta charset="utf-8"><script src="node_modules/floorwalker/inline.global.js"></script><script src="bundle.js"></script>
    <script>
      Floorwalker.load({ base64: window.bundle }).then((fw) => {
        document.title = fw.card.engine + " " + fw.route({ message: "where is my order" }).goesTo;
      }, (error) => { document.title = "failed " + error.code + " " + error.message; });
    </script>`,
  );
  shop.write("bundle.js", `window.bundle = "${readFileSync(path.join(shop.home, "starter.fwb")).toString("base64")}";`);
  const browser = await launch();
  try {
    const its = await browser.newPage();
    await its.goto(pathToFileURL(path.join(shop.folder, "page.html")).href);
    await its.waitForFunction(() => document.title !== "" && !document.title.endsWith(".html"));
    assert.equal(await its.title(), "wasm orders");
  } finally {
    await browser.close();
  }
});

/** The code blocks of the guide on frameworks, by language. */
const guide = readFileSync(path.join(ROOT, "docs/frameworks.md"), "utf8")
  .split("```")
  .filter((_, at) => at % 2 === 1)
  .map((block) => ({ language: block.slice(0, block.indexOf("\n")), text: block.slice(block.indexOf("\n") + 1) }));
shop.write("starter-address.js", 'export const starterUrl = "/starter.fwb";');

test("the code of docs/frameworks.md runs in a page", async () => {
  const chat = `<script>window.calls = []; window.zE = (...its) => window.calls.push(its); window.dataLayer = []; window.shown = []; window.render = (its) => window.shown.push(its);</script>`;
  const runs = {
    jsx: {
      after: `import { createRoot } from "react-dom/client"; createRoot(document.getElementById("app")).render(<Shop />);`,
      async check(its) {
        await its.getByRole("button", { name: "orders" }).click();
        await its.waitForFunction(() => window.calls.some(([, what]) => what === "open"));
      },
    },
    createFloorwalker: { check: (its) => its.getByText("orders").waitFor() },
    "floorwalker/svelte": { check: (its) => its.waitForFunction(() => window.shown.includes("orders")) },
  };
  let nRun = 0;
  for (const { language, text } of guide) {
    const [, run] = Object.entries(runs).find(([name]) => language === name || (language === "js" && text.includes(name))) ?? [];
    if (!run) continue;
    const source = `${text.replaceAll('"floorwalker/starter"', '"./starter-address.js"')}\n${run.after ?? ""}`;
    const js = await script(source);
    await open({ "index.html": page(`<div id="app"></div>${chat}`), "main.js": js }, {}, run.check);
    nRun++;
  }
  assert.equal(nRun, 3);
  const [element, single] = guide.filter(({ language }) => language === "html");
  const plain = element.text.replaceAll("/node_modules/floorwalker/", "/").replace("<floorwalker-ask", '<floorwalker-ask id="ask"');
  await open({ "index.html": `<!doctype html><html lang="en"><meta charset="utf-8">${chat}${plain}` }, {}, async (its) => {
    await its.getByRole("textbox").fill("where is my order");
    await its.keyboard.press("Tab");
    await its.keyboard.press("Enter");
    await its.waitForFunction(() => window.calls.some(([, what]) => what === "conversationTags"));
    assert.deepEqual(await its.evaluate(() => window.calls.find(([, what]) => what === "conversationTags")[2]), ["q_orders"]);
  });
  const bundle = `var bundle = "${readFileSync(path.join(shop.home, "starter.fwb")).toString("base64")}";`;
  const one = single.text.replaceAll("node_modules/floorwalker/", "/");
  await open({ "index.html": `<!doctype html><meta charset="utf-8">${one}`, "bundle.js": bundle }, {}, (its) =>
    its.waitForFunction(() => document.title === "orders"),
  );
  const worker = guide.find(({ text }) => text.includes("floorwalker/worker")).text.replace('"floorwalker/worker"', '"/worker.js"');
  const files = {
    "index.html": page(chat),
    "main.js": worker.replace('"floorwalker/starter"', '"/starter-address.js"'),
    "starter-address.js": 'export const starterUrl = "/starter.fwb";',
  };
  await open(files, {}, (its) => its.waitForFunction(() => window.shown.includes("orders")));
});
