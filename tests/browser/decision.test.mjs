// Tests decisions with the demo's bundle in Chromium, and that WebAssembly and JavaScript make the same ones.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { shop } from "./page.mjs";

/**
 * @import { LoadOptions } from "floorwalker"
 * @import { Page } from "playwright-core"
 * @import { Shop } from "./page.mjs"
 */

const MESSAGES = [
  "",
  "where is my parcel?",
  "does this phone work with my old charger?",
  "I want my money back",
  "我的包裹到哪里了？",
  "这款手机支持快充吗？",
  "我要退款",
];

/** @type {Shop} */
let store;

before(async () => {
  store = await shop();
});
after(() => store?.close());

/** A page whose `globalThis.fw` has loaded the demo's bundle. @param {LoadOptions} [options] */
async function loaded(options = {}) {
  const visit = await store.visit("bare.html");
  await visit.page.waitForFunction(() => globalThis.floorwalker);
  await visit.page.evaluate(async (options) => {
    globalThis.fw = await globalThis.floorwalker.Floorwalker.load("/models/store.fwb", { ...options, now: () => 1.8e12 });
  }, options);
  return visit;
}

/** All results of the engine for a short visit, with each of the messages. @param {Page} page */
function decisions(page) {
  return page.evaluate((messages) => {
    const { fw } = globalThis;
    const items = [{ item_id: "p42", item_category: "phones", price: 499 }];
    fw.observe("view_item", { items, timestamp: 1.8e12 - 60_000 });
    fw.observe("add_to_cart", { items, timestamp: 1.8e12 - 30_000 });
    fw.observe("help_view", { timestamp: 1.8e12 - 10_000 });
    return messages.map((message) => ({
      decision: fw.route({ message, seed: [1, 2] }),
      why: fw.explain({ message }),
      features: fw.features(),
    }));
  }, MESSAGES);
}

test("a decision names an open queue or abstains, and its numbers are numbers", async () => {
  const { page, quiet, close } = await loaded();
  const queues = await page.evaluate(() => globalThis.fw.card.queues);
  for (const { decision } of await decisions(page)) {
    assert.equal(decision.queue === null, decision.abstained);
    assert.ok(queues.includes(decision.queue ?? decision.defaultQueue));
    assert.equal(decision.ranking.length, queues.length);
    const sum = decision.intents.reduce((sum, { probability }) => sum + probability, 0);
    assert.ok(Math.abs(sum - 1) < 1e-3, `the intents sum to ${sum}`);
    for (const { score } of decision.ranking) assert.ok(score >= 0 && score <= 1);
  }
  quiet();
  await close();
});

test("WebAssembly and JavaScript decide the same, to the last bit", async () => {
  const [wasm, js] = [await loaded({ engine: "wasm" }), await loaded({ engine: "js" })];
  assert.equal(await js.page.evaluate(() => globalThis.fw.card.engine), "js");
  assert.deepEqual(await decisions(js.page), await decisions(wasm.page));
  for (const { quiet, close } of [wasm, js]) {
    quiet();
    await close();
  }
});

test("an explanation adds up to its logit", async () => {
  const { page, close } = await loaded();
  for (const { why } of await decisions(page)) {
    const sum = why.reasons.reduce((sum, { contribution }) => sum + contribution, why.base);
    assert.ok(Math.abs(sum - why.logit) < 1e-3, `${sum} is not ${why.logit}`);
  }
  await close();
});

test("without consent nothing is stored; with it, erasing leaves nothing", async () => {
  const kept = (/** @type {Page} */ page) => page.evaluate(() => sessionStorage.length + localStorage.length);
  const denied = await loaded({ storage: "local", consent: "denied" });
  await denied.page.evaluate(() => globalThis.fw.observe("view_item"));
  assert.equal(await kept(denied.page), 0);
  await denied.close();

  const granted = await loaded({ storage: "local", consent: "granted" });
  await granted.page.evaluate(() => globalThis.fw.observe("view_item"));
  assert.equal(
    await granted.page.evaluate(() => globalThis.fw.profile.export().events.filter(({ event }) => event === "view_item").length),
    1,
  );
  await granted.page.evaluate(() => globalThis.fw.profile.erase());
  assert.equal(await kept(granted.page), 0);
  granted.quiet();
  await granted.close();
});
