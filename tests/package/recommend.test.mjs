// Tests recommendation as a shop's page uses it: an index that the trainer writes, loaded by the package in Node.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "node:test";
import { HeldInMemory } from "./held.mjs";
import { chance, NOON } from "./store.mjs";
import { project } from "./unpacked.mjs";

/** @typedef {import("floorwalker/recommend").Recommended} Recommended */

const command = process.env.FLOORWALKER;
if (!command) throw new Error("FLOORWALKER names the trainer: run this by `cargo xtask test`");
const shop = project();

const BRANDS = ["acme", "bell", "core"];
/** Twelve phones, each with a case that is looked at after it and often bought with it. */
const IDS = Array.from({ length: 12 }, (_, n) => [`phone${n}`, `case${n}`]).flat();

function log() {
  const draw = chance(11);
  /** @type {string[]} */
  const lines = [];
  for (let session = 0; session < 600; session++) {
    let at = NOON - 60 * 86_400_000 + session * 7_200_000;
    /** @param {string} event @param {string[]} ids @param {object} [more] */
    const line = (event, ids, more) => {
      at += 10_000;
      const items = ids.map((id) => ({ item_id: id, price: id.startsWith("phone") ? 400 : 20 }));
      lines.push(JSON.stringify({ shopper: `s${session}`, at, event, items, ...more }));
    };
    const phone = Math.min(draw(12), draw(12));
    if (draw(3) === 0) line("view_item", [`phone${draw(12)}`]);
    line("view_item", [`phone${phone}`]);
    line("view_item", [draw(8) ? `case${phone}` : `case${draw(12)}`]);
    if (draw(2)) line("add_to_cart", [`phone${phone}`]);
    if (draw(3) === 0) line("purchase", [`phone${phone}`, ...(draw(3) ? [`case${phone}`] : [])]);
    line("message", [], { message: "hello", labels: { intent: session % 2 ? "returns" : "advice" } });
  }
  return `${lines.join("\n")}\n`;
}

shop.write("log.jsonl", log());
const rows = IDS.map((id, at) => {
  const [n] = [Number(id.replace(/\D/g, ""))];
  return [id, `${id} of ${BRANDS[n % 3]}`, BRANDS[n % 3], id.startsWith("phone") ? 400 + n : 20 + n, at === 5 ? 0 : 1, "EUR"].join(",");
});
rows.push(
  `phone0,phone0 of acme,acme,401,1,EUR`,
  `new1,case of acme for phone0,acme,21,1,EUR`,
  `watch,${"watch ".repeat(100)},bell,9,1,USD`,
);
const EXPERTS = ["returns", "advice", "night", "ann"];
const listed = [...rows.map((row) => `${row},product`), ...EXPERTS.map((id) => `${id},${id} desk,,,1,,expert`)];
shop.write("items.csv", `item_id,item_name,item_brand,price,in_stock,currency,kind\n${listed.join("\n")}\n`);
shop.write(
  "shop.toml",
  `name = "shop"
[data]
log = "log.jsonl"
[[features]]
name = "views"
op = "count"
events = ["view_item"]
field = "item_id"
[[heads]]
name = "intent"
label = "intent"
model = "logistic"
[catalogue]
file = "items.csv"
[recommend]
`,
);
/** @param {string[]} args */
const trainer = (...args) => execFileSync(command, args, { cwd: shop.folder, encoding: "utf8", stdio: "pipe" });
const printed = trainer("train", "shop.toml", "--no-report");
const index = readFileSync(path.join(shop.folder, "shop.fwi"));
/** @param {string} file */
const imported = (file) => import(pathToFileURL(path.join(shop.home, file)).href);
const { Floorwalker } = /** @type {typeof import("floorwalker")} */ (await imported("node.js"));
const { because, taste } = /** @type {typeof import("floorwalker/words")} */ (await imported("words.js"));
const { Recommender, equip } = /** @type {typeof import("floorwalker/recommend")} */ (await imported("recommend-node.js"));
/** @param {{ items: Recommended[] }} list */
const ids = (list) => list.items.map(({ itemId }) => itemId);
/** @param {import("floorwalker/recommend").Recommender} recommender @param {string} event @param {string[]} its */
const see = (recommender, event, ...its) => recommender.observe(event, { items: its.map((item_id) => ({ item_id })) });

test("the trainer says how each method ranks, and what it noticed in the catalogue", () => {
  assert.match(printed, /^blend +0\.\d{3}/m);
  assert.match(printed, /1 rows of the catalogue have an id of an earlier row, such as `phone0`/);
  assert.match(printed, /1 titles of the catalogue were cut after 200 characters/);
  assert.match(printed, /1 prices are not in EUR/);
});

test("what is often looked at next comes first, with reasons that add up", async () => {
  const recommender = await Recommender.load(index);
  see(recommender, "view_item", "phone3");
  const { items, cost } = recommender.recommend({ n: 4 });
  assert.equal(cost, 0);
  assert.equal(items[0].itemId, "case3");
  assert.equal(items[0].title, "case3 of acme");
  assert.equal(items[0].price, 23);
  assert.deepEqual(items[0].attributes.brand, "acme");
  for (const { score, reasons, propensity } of items) {
    assert.ok(Math.abs(reasons.reduce((sum, { contribution }) => sum + contribution, 0) - score) < 1e-3);
    assert.equal(propensity, 1);
  }
  assert.ok(items[0].reasons.some(({ signal, itemId }) => signal === "next_last" || (signal === "together" && itemId === "phone3")));
  // A new item that nobody has seen is like others.
  assert.ok(ids(recommender.similar("phone0")).includes("new1"));
});

test("why an item is listed is told in words, in both languages", async () => {
  const recommender = await Recommender.load(index);
  const [popular] = recommender.recommend().items;
  assert.match(because(popular), /^Popular/);
  see(recommender, "view_item", "phone3");
  const [first] = recommender.recommend().items;
  const title = (/** @type {string} */ id) => recommender.item(id)?.title;
  assert.match(because(first), /^Often looked at (right after|after|together with) “phone3”$/);
  assert.match(because(first, "zh-CN", title), /“phone3 of acme”/);
  const [bought] = recommender.boughtTogether(["phone0"]).items;
  assert.equal(because(bought, "en", title), "Often bought together with “phone0 of acme”");
  assert.throws(() => because(/** @type {any} */ (null)), { code: "option_invalid" });
});

test("WebAssembly, JavaScript and the trainer's command rank alike, to the bit", async () => {
  const [wasm, js] = [await Recommender.load(index, { engine: "wasm" }), await Recommender.load(index, { engine: "js" })];
  assert.deepEqual([wasm.card.engine, js.card.engine], ["wasm", "js"]);
  const draw = chance(5);
  for (let session = 0; session < 300; session++) {
    wasm.erase();
    js.erase();
    for (let step = draw(6); step >= 0; step--) {
      const event = ["view_item", "view_item", "add_to_cart", "purchase", "dislike"][draw(5)];
      const item = IDS[draw(IDS.length)];
      for (const one of [wasm, js]) see(one, event, item);
    }
    const asked = { n: 5, explore: draw(2), seed: /** @type {const} */ ([session, 1]), diversity: draw(2) / 2 };
    assert.deepEqual(wasm.recommend(asked), js.recommend(asked));
  }
  wasm.erase();
  see(wasm, "view_item", "phone1");
  see(wasm, "view_item", "phone2");
  const said = trainer("recommend", "shop.fwi", "--viewed", "phone1,phone2", "-n", "5");
  assert.deepEqual(
    [...said.matchAll(/^ +\d+ +(\S+)/gm)].map(([, id]) => id),
    ids(wasm.recommend({ n: 5 })),
  );
});

test("answers in a log count for the trainer's command as they do in the page", async () => {
  const said = [
    { event: "view_item", items: [{ item_id: "phone1" }] },
    { event: "answer", attribute: "brand", value: "acme", likes: false },
    { event: "answer", attribute: "colour", value: "red", likes: true },
    { event: "view_item", items: [{ item_id: "phone2" }] },
    { event: "answer", attribute: "brand", value: "acme", likes: null },
    { event: "view_item", items: [{ item_id: "phone3" }] },
  ];
  const lines = said.map((its, at) => JSON.stringify({ shopper: "s", at: NOON + at * 1_000, ...its }));
  shop.write("said.jsonl", `${lines.join("\n")}\n`);
  trainer("recommend", "shop.fwi", "--log", "said.jsonl", "--out", "lists.jsonl", "-n", "8");
  const recommender = await Recommender.load(index);
  /** @type {string[][]} */
  const lists = [];
  for (const { event, ...params } of said) {
    recommender.observe(event, params);
    if (event === "view_item") lists.push(ids(recommender.recommend({ n: 8 })));
  }
  const found = readFileSync(path.join(shop.folder, "lists.jsonl"), "utf8").trim().split("\n");
  assert.deepEqual(
    found.map((line) => JSON.parse(line).items.map((/** @type {{ item_id: string }} */ { item_id }) => item_id)),
    lists,
  );
  assert.ok(
    !lists[1].some((id) => recommender.item(id)?.attributes.brand === "acme") &&
      lists[2].some((id) => recommender.item(id)?.attributes.brand === "acme"),
  );
});

test("what is in the cart, sold out, bought or disliked is not listed, and rules hold", async () => {
  const recommender = await Recommender.load(index);
  const all = { n: 100 };
  assert.ok(!ids(recommender.recommend(all)).includes(IDS[5]));
  assert.ok(ids(recommender.recommend({ ...all, outOfStock: true })).includes(IDS[5]));
  see(recommender, "add_to_cart", "case1");
  see(recommender, "purchase", "phone1");
  see(recommender, "dislike", "phone2");
  for (const id of ["case1", "phone1", "phone2"]) assert.ok(!ids(recommender.recommend(all)).includes(id), id);
  see(recommender, "remove_from_cart", "case1");
  assert.ok(ids(recommender.recommend(all)).includes("case1"));
  assert.ok(!ids(recommender.recommend({ ...all, exclude: ["case3"] })).includes("case3"));
  assert.equal(ids(recommender.recommend({ boost: { watch: 100 } }))[0], "watch");
  const cheap = recommender.recommend({ ...all, price: { to: 25 } });
  assert.ok(cheap.items.length > 2 && cheap.items.every(({ price }) => price !== null && price <= 25));
  const few = recommender.recommend({ ...all, kind: "product", atMost: { brand: 1 } });
  assert.equal(few.items.length, 3);
  assert.deepEqual(recommender.recommend({ kind: "article" }).items, []);
  const brandsOf = (/** @type {Record<string, string | string[]>} */ only) => [
    ...new Set(recommender.recommend({ ...all, only }).items.map(({ attributes }) => attributes.brand)),
  ];
  assert.deepEqual(brandsOf({ brand: "bell" }), ["bell"]);
  assert.deepEqual(brandsOf({ brand: ["bell", "core"] }).sort(), ["bell", "core"]);
  assert.deepEqual(brandsOf({ brand: "nobody" }), []);
  assert.throws(() => brandsOf({ colour: "red" }), { code: "unknown_attribute" });
  // Of nobody nothing is known, and the brands have about the same merit.
  const nobody = await Recommender.load(index);
  const brands = (/** @type {object} */ asked) =>
    new Set(nobody.recommend({ n: 4, ...asked }).items.map(({ attributes }) => attributes.brand));
  assert.equal(brands({}).size, 2);
  assert.equal(brands({ fairness: { attribute: "brand", strength: 20 } }).size, 3);
});

test("a list fits what the page shows, and does not count it as the shopper's", async () => {
  const recommender = await Recommender.load(index);
  see(recommender, "view_item", "phone3");
  const before = recommender.recommend({ n: 8 });
  const first = (/** @type {import("floorwalker/recommend").Context} */ context) => recommender.recommend({ n: 1, context }).items[0];
  assert.equal(first({ items: ["phone3", "unknown", "phone5"] }).itemId, "case5");
  assert.equal(first({ items: ["phone1"] }).itemId, "case1");
  assert.deepEqual(ids(recommender.similar("phone0", { context: { items: ["phone1"] } })), ids(recommender.similar("phone0")));
  assert.deepEqual(recommender.recommend({ n: 8 }), before);
  const wrong = (/** @type {any} */ context) => () => recommender.recommend({ context });
  assert.throws(wrong({ items: "phone1" }), { code: "option_invalid" });
  assert.throws(wrong({ decision: { ranking: "phones" } }), { code: "option_invalid" });
  assert.deepEqual(recommender.recommend({ n: 8 }), before, "what was refused changes nothing");
});

test("experts are listed in the order of the router, without queues where nobody would answer", async () => {
  const recommender = await Recommender.load(index);
  const queue = (/** @type {string} */ name, open = true) => /** @type {any} */ ({ queue: name, open });
  const experts = (/** @type {any} */ decision) => ids(recommender.recommend({ kind: "expert", context: { decision } }));
  const ranking = [queue("advice"), queue("returns"), queue("night", false)];
  assert.deepEqual(experts({ ranking, agent: null }), ["advice", "returns", "ann"]);
  assert.deepEqual(experts({ ranking: ranking.toReversed(), agent: { agent: "ann", propensity: 1 } }), ["ann", "returns", "advice"]);
});

test("items that are bought together have support, confidence and lift", async () => {
  const recommender = await Recommender.load(index);
  const [first] = recommender.boughtTogether(["phone0"]).items;
  assert.equal(first.itemId, "case0");
  assert.ok(first.confidence > 0.3 && first.lift > 1.2 && first.support > 0 && first.support < first.confidence);
  assert.deepEqual(recommender.boughtTogether(["unknown"]).items, []);
});

test("a Floorwalker that is equipped recommends by what it heard before and after, and forgets with the shopper", async () => {
  const fw = await Floorwalker.load(path.join(shop.folder, "shop.fwb"), { now: () => NOON });
  fw.observe("view_item", { items: [{ item_id: "phone4" }] });
  const shopper = await equip(fw, path.join(shop.folder, "shop.fwi"));
  assert.equal(shopper, fw);
  assert.equal(ids(shopper.recommend())[0], "case4");
  fw.observe("view_item", { items: [{ item_id: "phone3" }] });
  assert.equal(ids(shopper.recommend({ unseenOnly: true }))[0], "case3");
  fw.profile.erase();
  const nobody = await Recommender.load(index);
  assert.deepEqual(shopper.recommend({ seed: [1, 1] }), nobody.recommend({ seed: [1, 1] }));
  fw.free();
});

test("what the shopper likes is told by brand and price band, and a dislike counts against it", async () => {
  const recommender = await Recommender.load(index);
  assert.deepEqual(recommender.preferences(), []);
  for (const n of [0, 3, 6, 9]) see(recommender, "view_item", `phone${n}`);
  const [first] = recommender.preferences();
  const acme = () => recommender.preferences().find(({ attribute, value }) => attribute === "brand" && value === "acme");
  assert.ok(first.taste > 0 && first.confidence > 0.3 && first.confidence < 0.6, JSON.stringify(first));
  const before = acme();
  assert.ok(before && before.taste > 0.3 && before.looks > 3);
  see(recommender, "dislike", "case0");
  const after = acme();
  assert.ok(after && after.taste < before.taste);
  see(recommender, "dislike", "phone2");
  const core = recommender.preferences().find(({ value }) => value === "core");
  assert.ok(core && core.taste < -0.3 && core.looks < -1 && core.evidence.dislikes === 1);
});

test("a search finds titles, ids and attributes, and ranks equals by what the shopper likes", async () => {
  const recommender = await Recommender.load(index);
  /** @param {string} text @param {import("floorwalker/recommend").Asked} [asked] */
  const found = (text, asked) => ids(recommender.search(text, { n: 30, ...asked }));
  assert.deepEqual(found("PHÖNE3"), ["phone3"]);
  assert.deepEqual(found("phone3 of acme").slice(0, 1), ["phone3"]);
  const cases = found("case");
  assert.ok(cases.length === 12 && cases.every((id) => id.startsWith("case") || id === "new1"), String(cases)); // case2 is sold out
  assert.deepEqual(found(""), []);
  assert.deepEqual(found("zebra"), []);
  // Not even what speaks most for others keeps a title that was typed from the list.
  for (let n = 0; n < 12; n++) see(recommender, "view_item", `phone${n}`);
  assert.deepEqual(found("case11", { n: 1 }), ["case11"]);
  recommender.erase();
  for (let n = 0; n < 4; n++) see(recommender, "view_item", `phone${1 + 3 * n}`);
  const [first] = recommender.search("case").items;
  assert.equal(first.attributes.brand, "bell");
  assert.ok(first.reasons.length > 0);
  assert.deepEqual(found("case", { n: 2, price: { to: 22 } }).length, 2);
  assert.throws(() => recommender.search(/** @type {any} */ (null)), { code: "option_invalid" });
});

test("what says more counts more, and each preference tells what it rests on and how to change it", async () => {
  const recommender = await Recommender.load(index);
  const bell = () => recommender.preferences().find(({ attribute, value }) => attribute === "brand" && value === "bell");
  /** @param {string} event @param {object} [more] */
  const after = (event, more) => {
    recommender.observe(event, { items: [{ item_id: "phone1" }], ...more });
    return /** @type {import("floorwalker/recommend").Preference} */ (bell());
  };
  const looks = ["view_item", "add_to_wishlist", "add_to_cart", "purchase"].map((event) => after(event).looks);
  assert.deepEqual(
    looks,
    [...looks].sort((a, b) => a - b),
  );
  assert.ok(looks[3] > looks[0]);
  const rated = after("rating", { value: 5 });
  assert.ok(rated.looks > looks[3]);
  assert.deepEqual(rated.evidence, { views: 0, likes: 0, carts: 0, purchases: 1, ratings: 1, dislikes: 0, answer: null });
  assert.equal(taste(rated).evidence, "1 purchase, 1 rating.");
  assert.match(taste(rated).headline, /^You like “bell” more than other shoppers do \(\d+ % of what all shoppers look at\)\.$/);
  assert.match(taste(rated, "zh").headline, /^您比其他顾客更喜欢“bell”/);
  assert.ok(after("rating", { value: 1 }).looks < looks[3]);
  for (const value of [0, 6, "5", null, Number.NaN]) assert.equal(after("rating", { value }).evidence.ratings, 1);
  recommender.observe("answer", { attribute: "brand", value: "bell", likes: false });
  const unwanted = /** @type {import("floorwalker/recommend").Preference} */ (bell());
  assert.ok(unwanted.taste < 0 && unwanted.evidence.answer === false);
  assert.match(taste(unwanted).evidence, /you said that you do not want it\.$/);
  recommender.observe("answer", { attribute: "brand", value: "bell", likes: null });
  assert.equal(/** @type {import("floorwalker/recommend").Preference} */ (bell()).evidence.answer, null);
  const n = recommender.preferences().length;
  for (const wrong of [
    { attribute: "brand", value: "nobody", likes: true },
    { attribute: "size", value: "bell", likes: true },
    { likes: true },
    {},
  ])
    recommender.observe("answer", wrong);
  assert.equal(recommender.preferences().length, n);
  assert.throws(() => taste(/** @type {any} */ ({})), { code: "option_invalid" });
});

test("the next page knows what was looked at, rated and said, and erasing forgets it", async () => {
  const page = /** @type {Record<string, any>} */ (globalThis);
  const own = page.localStorage;
  page.localStorage = new HeldInMemory();
  try {
    const options = /** @type {const} */ ({ storage: "local", consent: "granted", now: () => NOON });
    const bundle = readFileSync(path.join(shop.folder, "shop.fwb"));
    const visit = async () => equip(await Floorwalker.load(bundle, options), index);
    const first = await visit();
    first.observe("view_item", { items: [{ item_id: "phone3" }], timestamp: NOON - 9000 });
    first.observe("rating", { value: 4, items: [{ item_id: "phone1" }], timestamp: NOON - 8000 });
    first.prefer("brand", "core", true);
    assert.throws(() => first.prefer("size", "xl", true), { code: "unknown_attribute" });
    const [preferences, list] = [first.preferences(), first.recommend()];
    first.free();
    const second = await visit();
    assert.deepEqual(second.preferences(), preferences);
    assert.deepEqual(ids(second.recommend()), ids(list));
    second.profile.erase();
    assert.deepEqual(second.preferences(), []);
    second.free();
  } finally {
    if (own === undefined) delete page.localStorage;
    else page.localStorage = own;
  }
});

test("bytes that are no index, or a damaged one, are refused with a code", async () => {
  /** @param {Uint8Array} bytes @param {string} code */
  const refused = (bytes, code) => assert.rejects(Recommender.load(bytes), { code });
  await refused(new Uint8Array(0), "index_length");
  await refused(readFileSync(path.join(shop.folder, "shop.fwb")), "index_not_an_index");
  await refused(index.subarray(0, -1), "index_length");
  const damaged = Uint8Array.from(index);
  damaged[40] ^= 1;
  await refused(damaged, "index_checksum");
  await assert.rejects(Recommender.load("nowhere.fwi"), { code: "index_unreachable" });
});

test("options that make no sense are refused, and events that are none are ignored", async () => {
  const recommender = await Recommender.load(index);
  for (const bad of [
    { n: -1 },
    { n: 1.5 },
    { explore: NaN },
    { diversity: -1 },
    { kind: "thing" },
    { seed: [1, -1] },
    { boost: { case1: "1" } },
  ]) {
    assert.throws(() => recommender.recommend(/** @type {any} */ (bad)), { code: "option_invalid" }, JSON.stringify(bad));
  }
  assert.throws(() => recommender.recommend({ atMost: { colour: 1 } }), { code: "unknown_attribute", message: /brand/ });
  const before = recommender.recommend({ seed: [1, 1] });
  for (const params of [
    undefined,
    null,
    {},
    { items: "phone1" },
    { items: [null, 5, {}, { item_id: null }, { item_id: "x".repeat(9_000) }] },
  ]) {
    recommender.observe("view_item", /** @type {any} */ (params));
  }
  assert.deepEqual(recommender.recommend({ seed: [1, 1] }), before);
});
