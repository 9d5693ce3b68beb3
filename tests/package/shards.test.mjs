// Tests an index in shards: what the trainer writes for a store with more items than it puts into one index, and the page that loads it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "node:test";
import { chance, NOON } from "./store.mjs";
import { project } from "./unpacked.mjs";

/** @typedef {import("floorwalker/recommend").Recommended} Recommended */

const command = process.env.FLOORWALKER;
if (!command) throw new Error("FLOORWALKER names the trainer: run this by `cargo xtask test`");
const shop = project();
const N_ITEMS = 400;
/** Categories of 160, 150 and 80 items, and 10 items without one. @param {number} item */
const categoryOf = (item) => (item < 160 ? "phones" : item < 310 ? "cases" : item < 390 ? "lamps" : "");

/** Each item is followed by the next one; the first items of two categories are looked at most. */
function log() {
  const draw = chance(3);
  const lines = [];
  for (let session = 0; session < 3_000; session++) {
    const first = draw(3) ? draw(N_ITEMS) : draw(40) + (draw(2) ? 0 : 160);
    for (const [at, item] of [first, (first + 1) % N_ITEMS, (first + 2) % N_ITEMS].entries()) {
      const items = [{ item_id: `i${item}` }];
      lines.push(JSON.stringify({ shopper: `s${session}`, at: NOON - 1e9 + session * 60_000 + at * 1_000, event: "view_item", items }));
    }
  }
  return `${lines.join("\n")}\n`;
}

shop.write("log.jsonl", log());
const rows = Array.from({ length: N_ITEMS }, (_, item) => `i${item},${categoryOf(item)},maker ${item % 7}`);
shop.write("items.csv", `item_id,item_category,maker\n${rows.join("\n")}\n`);
/** @param {string} name @param {string} more */
const store = (name, more) =>
  shop.write(`${name}.toml`, `name = "${name}"\n[data]\nlog = "log.jsonl"\n[catalogue]\nfile = "items.csv"\n[recommend]\n${more}\n`);
/** @param {string[]} args */
const trainer = (...args) => execFileSync(/** @type {string} */ (command), args, { cwd: shop.folder, encoding: "utf8", stdio: "pipe" });
store("many", "shard_items = 200");
store("whole", "");
const printed = trainer("train", "many.toml", "--no-report");
trainer("train", "whole.toml", "--no-report");
const folder = path.join(shop.folder, "many.shards");
/** @type {import("floorwalker/shards").Directory} */
const directory = JSON.parse(readFileSync(path.join(folder, "index.json"), "utf8"));
const address = path.join(folder, "index.json");
/** @param {string} file */
const imported = (file) => import(pathToFileURL(path.join(shop.home, file)).href);
const { Recommender, equip } = /** @type {typeof import("floorwalker/recommend")} */ (await imported("recommend-node.js"));
const { Shards } = /** @type {typeof import("floorwalker/shards")} */ (await imported("shards.js"));
const { Floorwalker } = /** @type {typeof import("floorwalker")} */ (await imported("node.js"));
const whole = () => Recommender.load(readFileSync(path.join(shop.folder, "whole.fwi")));
/** @param {{ items: Recommended[] }} list */
const ids = (list) => list.items.map(({ itemId }) => itemId);
/** @param {number[]} its */
const seen = (...its) => ({ items: its.map((item) => ({ item_id: `i${item}`, item_category: categoryOf(item) })) });

test("the trainer writes all items in shards by category, and an index of the most popular ones", async () => {
  assert.match(printed, /wrote many\.shards\/index\.json and \d shards of all 400 items/);
  assert.deepEqual(Object.keys(directory.categories).sort(), ["", "cases", "lamps", "phones"]);
  assert.deepEqual([directory.categories.phones[1], directory.categories.cases[1]], [2, 2]);
  assert.deepEqual(directory.categories[""], directory.categories.lamps, "small categories share a shard");
  assert.deepEqual(readdirSync(folder).sort(), [...directory.shards, "index.json"].sort());
  const known = new Set();
  for (const file of directory.shards) {
    const shard = await Recommender.load(path.join(folder, file));
    for (let item = 0; item < N_ITEMS; item++) if (shard.item(`i${item}`)) known.add(item);
  }
  assert.equal(known.size, N_ITEMS);
  const root = await Recommender.load(path.join(folder, directory.root));
  assert.ok(root.card.items < 200);
  assert.ok(!existsSync(path.join(shop.folder, "whole.shards")), "a store with few items has one index");
});

test("a page holds the shards that its shopper touches, and ranks by them as by the whole index", async () => {
  const shards = await Shards.load(address, Recommender, { directory });
  assert.equal(shards.card.shards, directory.shards.length);
  assert.equal(shards.item("i155"), null);
  const all = await whole();
  for (const item of [155, 300, 395]) {
    shards.erase();
    all.erase();
    shards.observe("view_item", seen(item));
    all.observe("view_item", seen(item));
    assert.deepEqual(await shards.ready(), []);
    assert.equal(shards.item(`i${item}`)?.itemId, `i${item}`);
    const [first] = shards.recommend({ n: 3 }).items;
    assert.equal(first.itemId, ids(all.recommend({ n: 3 }))[0]);
    assert.equal(first.itemId, `i${(item + 1) % N_ITEMS}`);
    const { probability, reasons, score } = first;
    assert.ok(probability > 0 && probability <= 1);
    assert.ok(Math.abs(reasons.reduce((sum, { contribution }) => sum + contribution, 0) - score) < 1e-3);
    assert.deepEqual(ids(shards.similar(`i${item}`, { n: 5 })), ids(all.similar(`i${item}`, { n: 5 })));
  }
});

test("what happened before a shard came is known to it, also without the category, where another one knows the item", async () => {
  const shards = await Shards.load(address, Recommender, { directory });
  shards.observe("view_item", { items: [{ item_id: "i0" }] });
  shards.observe("dislike", seen(156));
  shards.observe("view_item", seen(155));
  await shards.ready();
  assert.ok(shards.item("i1"), "the shard of i0, whose category the root knows");
  assert.ok(!ids(shards.recommend({ n: 20 })).includes("i156"));
  assert.deepEqual(shards.recommend({ n: 9, atMost: { maker: 1 } }).items.length, 7);
  const list = shards.recommend({ n: 5, boost: { i3: 50 } });
  assert.equal(list.items[0].itemId, "i3");
  const queue = (/** @type {string} */ name) => /** @type {any} */ ({ queue: name, open: true });
  const decision = { ranking: [queue("i7"), queue("i3"), /** @type {any} */ ({ queue: "i154", open: false })], agent: null };
  const routed = ids(shards.recommend({ n: 20, context: { decision } }));
  assert.deepEqual([...routed.slice(0, 2), routed.includes("i154")], ["i7", "i3", false]);
  assert.equal(shards.recommend({ n: 4, explore: 1, seed: [1, 2] }).items.length, 4);
  assert.ok(ids(shards.search("i155", { n: 3 })).includes("i155"));
  assert.ok(shards.preferences().length > 0);
  shards.erase();
  assert.ok(!ids(shards.recommend({ n: 5 })).includes("i156"));
});

test("a Floorwalker is equipped with shards as with an index", async () => {
  const fw = await equip(
    await Floorwalker.load(path.join(shop.folder, "many.fwb")),
    await Shards.load(address, Recommender, { directory }),
  );
  fw.observe("view_item", seen(305));
  await new Promise((done) => setTimeout(done, 200));
  assert.equal(ids(fw.recommend({ n: 1 }))[0], "i306");
  fw.free();
});

test("at most six shards are held, and a shard that cannot be loaded is said", async () => {
  const shards = Array.from({ length: 9 }, (_, at) => (at === 8 ? "gone.fwi" : directory.shards[0]));
  const categories = Object.fromEntries(shards.map((_, at) => [`c${at}`, /** @type {[number, number]} */ ([at, 1])]));
  let loads = 0;
  const counted = { load: (/** @type {string} */ from) => (loads++, Recommender.load(from)) };
  const many = await Shards.load(address, /** @type {any} */ (counted), { directory: { ...directory, shards, categories } });
  for (let at = 0; at < 8; at++) {
    many.observe("view_item", { items: [{ item_id: "x", item_category: `c${at}` }] });
    await many.ready();
  }
  many.observe("view_item", { items: [{ item_id: "x", item_category: "c7" }] });
  assert.equal(loads, 9);
  many.observe("view_item", { items: [{ item_id: "x", item_category: "c0" }] });
  await many.ready();
  assert.equal(loads, 10, "the first shard was dropped, and is loaded again");
  for (const at of [1, 2, 3, 4, 5, 6, 7]) many.observe("view_item", { items: [{ item_id: "x", item_category: `c${at}` }] });
  await many.ready();
  assert.equal(loads, 11, "of seven that are touched at once the first is not wanted, and five are there");
  many.observe("view_item", { items: [{ item_id: "x", item_category: "c8" }] });
  assert.deepEqual([await many.ready(), await many.ready()], [["gone.fwi"], []]);
});

test("events that are none are ignored, and a directory that is none is refused", async () => {
  const shards = await Shards.load(address, Recommender, { directory });
  for (const its of [
    undefined,
    null,
    5,
    { items: 5 },
    { items: [null, 7, { item_id: {} }, { item_id: "i1", item_category: "__proto__" }] },
  ])
    shards.observe("view_item", /** @type {any} */ (its));
  assert.deepEqual(await shards.ready(), []);
  const wrong = [
    {},
    { ...directory, shards: [7] },
    { ...directory, categories: { phones: [0, 99] } },
    { ...directory, categories: { phones: [0, 0] } },
    5,
  ];
  for (const directory of wrong)
    await assert.rejects(Shards.load(address, Recommender, { directory: /** @type {any} */ (directory) }), { code: "index_invalid" });
  await assert.rejects(Shards.load("http://127.0.0.1:1/index.json", Recommender), { code: "index_unreachable" });
});

test("shards of an earlier index are removed when all items are in one", () => {
  store("fewer", "shard_items = 200");
  trainer("train", "fewer.toml", "--no-report");
  const named = path.join(shop.folder, "fewer.shards", "index.json");
  assert.ok(existsSync(named));
  store("fewer", "");
  assert.match(trainer("train", "fewer.toml", "--no-report"), /removed fewer\.shards\/index\.json: all items are in one index now/);
  assert.deepEqual(readdirSync(path.dirname(named)), []);
});

test("sessions are for one index", () => {
  store("both", "shard_items = 200\nsessions = true");
  assert.throws(
    () => trainer("train", "both.toml", "--no-report"),
    /sessions = true is for one index, and 400 items are more than shard_items = 200/,
  );
});
