// Every JavaScript block of the guides runs: those about chats with the fake of the chat, the others with the starter bundle and a page of fakes.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { CHATS } from "./chats/index.mjs";
import { Page } from "./chats/page.mjs";
import { project, ROOT, run as ran } from "./unpacked.mjs";

const shop = project();
const { Floorwalker } = /** @type {typeof import("floorwalker")} */ (await import(pathToFileURL(path.join(shop.home, "node.js")).href));
const { starterUrl } = await import(pathToFileURL(path.join(shop.home, "starter.js")).href);
/** The code blocks of a language in a document. @param {string} document @param {string} language */
const blocks = (document, language) =>
  readFileSync(path.join(ROOT, "docs", document), "utf8")
    .split("```")
    .filter((_, at) => at % 2 === 1)
    .filter((block) => block.startsWith(`${language}\n`))
    .map((block) => block.slice(language.length + 1));

/** A page with the variables that examples take from the shop. */
function page() {
  const its = /** @type {any} */ (new Page());
  its.dataLayer = [];
  its.floorwalkerTwilio = { deploymentKey: "CV1" };
  its.easemobim = { config: { tenantId: "7", hide: true } };
  its.document.nodeType = 9;
  its.document.querySelectorAll = () => [];
  its.document.defaultView = its;
  its.document.body = Object.assign(new EventTarget(), {});
  /** @type {unknown[]} */
  const shown = [];
  const shops = {
    askButton: /** @type {{ onclick?: () => unknown }} */ ({}),
    input: { value: "where is my order" },
    render: (/** @type {unknown} */ what) => void shown.push(what),
    report: (/** @type {unknown[]} */ ...what) => void shown.push(what),
    openChat: (/** @type {unknown} */ what) => void shown.push(what),
    orderNumber: "42",
  };
  Object.assign(globalThis, {
    window: its,
    document: its.document,
    location: its.location,
    sessionStorage: its.sessionStorage,
    starterUrl,
    Floorwalker,
    ...shops,
  });
  return { its, shown, ...shops };
}

let nBlocks = 0;
/** Runs a block as a module of the shop. @param {string} block */
async function run(block) {
  const file = shop.write(`block${++nBlocks}.mjs`, block);
  return import(pathToFileURL(file).href);
}

for (const document of ["first-hour.md", "inputs.md", "privacy.md", "handover/README.md"]) {
  test(`the code of docs/${document} runs`, async () => {
    const found = blocks(document, "js");
    assert.ok(found.length >= 1);
    for (const block of found) {
      const { its, askButton } = page();
      const zendesk = CHATS.zendesk(its, () => {});
      zendesk.load();
      Object.assign(globalThis, { fw: await Floorwalker.load(starterUrl) });
      await run(block);
      if (askButton.onclick) await askButton.onclick();
    }
  });
}

for (const file of readdirSync(path.join(ROOT, "docs/handover")).filter((name) => name !== "README.md")) {
  const name = path.basename(file, ".md");
  test(`the code of docs/handover/${file} reaches the chat`, async () => {
    const [block, ...others] = blocks(`handover/${file}`, "js");
    assert.deepEqual(others, []);
    const { its, askButton } = page();
    /** @type {unknown[]} */
    const calls = [];
    const chat = CHATS[name](its, (...given) => void calls.push(given));
    chat.snippet?.();
    Object.assign(globalThis, { fw: { route: () => decision(name), diagnose: () => ({ consent: "denied" }), on: () => () => {} } });
    await run(block);
    await new Promise((resolve) => setTimeout(resolve, 20));
    chat.load();
    chat.ready?.();
    await askButton.onclick?.();
    if (chat.arrivesAtStart) chat.begin?.();
    const arrived = chat.arrived();
    if (name !== "gorgias")
      assert.ok(
        Object.values(arrived).some((value) => value),
        JSON.stringify(arrived),
      );
    assert.ok(calls.length > 0);
  });
}

/** A decision for a queue of the example. @param {string} vendor */
function decision(vendor) {
  const goesTo = "presale";
  const evidence = { message: true, events: 0, strength: "strong" };
  const intents = [{ name: "compatibility", probability: 0.9 }];
  const times = { requestedAt: Date.now(), expiresAt: Date.now() + 300_000 };
  return {
    id: 1,
    goesTo,
    evidence,
    intents,
    intentSet: ["compatibility"],
    priority: 0,
    channel: "chat",
    outcome: "best",
    policyVersion: vendor,
    ...times,
  };
}

test("the API reference is what the types say", () => {
  ran(ROOT, process.execPath, "src/xtask/api.mjs", "--check");
});
