// Tests several tabs of one shop in Chromium: they share their events, and what one tab erases no other tab restores.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { shop } from "./page.mjs";

/**
 * @import { Feature, Item, LoadOptions } from "floorwalker"
 * @import { Page } from "playwright-core"
 * @import { Shop } from "./page.mjs"
 */

/** @type {Shop} */
let store;

before(async () => {
  store = await shop();
});
after(() => store?.close());

/** Opens a browser context of its own; `tab(options)` opens a tab in it with a Floorwalker loaded with `options`. */
async function visitor() {
  const context = await store.browser.newContext();
  const tab = async (/** @type {LoadOptions} */ options = { storage: "local", consent: "granted" }) => {
    const page = await context.newPage();
    await page.goto(new URL("bare.html", store.url).href);
    await load(page, options);
    return page;
  };
  return { tab, close: () => context.close() };
}

/** @param {Page} page @param {LoadOptions} options */
const load = (page, options) =>
  page.evaluate(async (options) => {
    const { Floorwalker } = await import("floorwalker");
    globalThis.fw = await Floorwalker.load("/models/store.fwb", options);
  }, options);
/** @param {Page} page @param {string} item_id */
const view = (page, item_id) => page.evaluate((item_id) => globalThis.fw.observe("view_item", { items: [{ item_id }] }), item_id);
const ids = (/** @type {Page} */ page) =>
  page.evaluate(() =>
    globalThis.fw.profile
      .export()
      .events.filter(({ event }) => event === "view_item")
      .map(({ items }) => /** @type {Item[]} */ (items)[0].item_id),
  );
/** The raw contents: keys of Web Storage and names of databases. @param {Page} page */
const stored = (page) =>
  page.evaluate(async () => [
    ...Object.keys(localStorage),
    ...Object.keys(sessionStorage),
    ...(await indexedDB.databases()).map(({ name }) => name),
  ]);
const views = (/** @type {Page} */ page) =>
  page.evaluate(() => /** @type {Feature} */ (globalThis.fw.features().find(({ name }) => name === "views")).value);
/**
 * Polls by time instead of by animation frame: a page in the background paints nothing.
 *
 * @param {Page} page
 * @param {() => boolean | Promise<boolean>} what
 */
const until = (page, what) => page.waitForFunction(what, undefined, { polling: 100 });

for (const storage of /** @type {const} */ (["local", "indexeddb"])) {
  /** @type {LoadOptions} */
  const kept = { storage, consent: "granted" };

  test(`${storage}: two tabs see and keep each other's events`, async () => {
    const { tab, close } = await visitor();
    const [a, b] = [await tab(kept), await tab(kept)];
    await view(a, "p1");
    await view(b, "p2");
    for (const page of [a, b])
      await until(page, () => globalThis.fw.profile.export().events.filter(({ event }) => event === "view_item").length === 2);
    assert.deepEqual([await views(a), await views(b)], [2, 2]);
    await view(a, "p3");
    await a.goto("about:blank");
    await b.reload();
    await load(b, kept);
    await until(b, () => globalThis.fw.profile.export().events.filter(({ event }) => event === "view_item").length === 3);
    assert.deepEqual([await ids(b), await views(b)], [["p1", "p2", "p3"], 3]);
    await close();
  });

  test(`${storage}: what one tab erases stays erased when the other is left, and what it denies is not written again`, async () => {
    const { tab, close } = await visitor();
    const [a, b] = [await tab(kept), await tab(kept)];
    await view(a, "p1");
    await until(b, () => globalThis.fw.profile.export().events.filter(({ event }) => event === "view_item").length === 1);
    await view(b, "p2");
    await a.evaluate(() => globalThis.fw.profile.erase());
    await until(b, () => globalThis.fw.profile.export().events.filter(({ event }) => event === "view_item").length === 0);
    assert.equal(await views(b), 0);
    await b.reload();
    assert.deepEqual(await stored(b), []);
    await load(b, kept);
    await view(b, "p3");
    await load(a, { storage: "session", consent: "denied" });
    await until(a, () => indexedDB.databases().then((all) => all.length === 0));
    assert.deepEqual(await stored(a), []);
    await close();
  });
}

test("what was freed writes nothing back, and leaves nothing behind", async () => {
  const { tab, close } = await visitor();
  const page = await tab();
  const listeners = await page.evaluate(async () => {
    const { Floorwalker } = await import("floorwalker");
    let held = 0;
    const add = globalThis.addEventListener;
    const remove = globalThis.removeEventListener;
    globalThis.addEventListener = (/** @type {Parameters<typeof add>} */ ...args) => (held++, add.apply(globalThis, args));
    globalThis.removeEventListener = (/** @type {Parameters<typeof remove>} */ ...args) => (held--, remove.apply(globalThis, args));
    const bundle = await (await fetch("/models/store.fwb")).arrayBuffer();
    for (let round = 0; round < 200; round++) (await Floorwalker.load(bundle, { storage: "local", consent: "granted" })).free();
    return held;
  });
  assert.equal(listeners, 0);
  await view(page, "p1");
  await page.evaluate(() => globalThis.fw.free());
  await load(page, { storage: "local", consent: "denied" });
  await page.reload();
  assert.deepEqual(await stored(page), []);
  await close();
});
