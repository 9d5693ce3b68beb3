// Tests what is kept of a shopper: only what the bundle's features read, and no message that was typed.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { NOON, shopper } from "./shopper.mjs";

/** @import { Feature, Item } from "floorwalker" */

const { Floorwalker, bundle, load } = await shopper();
/** @param {import("floorwalker").Floorwalker} fw */
const kept = (fw) => fw.profile.export().events;
const SECRETS = [
  "eva@example.org",
  "EVA%40example.org",
  "+49 171 2345678",
  "0171/234 56 78",
  "(555) 123-4567",
  "555-123-4567",
  "13812345678",
  "+8613812345678",
  "030 1234567",
  "ｅｖａ＠ｅｘａｍｐｌｅ.org",
  "eva＠example.org",
  "eva @ example.org",
  "１３８１２３４５６７８",
  "555–123–4567",
  13812345678,
  "x".repeat(65),
  "字".repeat(22),
  `call me on 555 123 4567`,
  "https://shop.example/?email=eva@example.org",
];

test("fields that no feature reads are not kept, whatever they are called", async () => {
  const fw = await load();
  const typed = {
    email: "a",
    note: "b",
    coupon: "c",
    Message: "d",
    message: "e",
    page_location: "f",
    customer: { name: "g" },
    tags: ["h"],
    n: 5,
    flag: true,
  };
  fw.observe("view_item", { ...typed, items: [{ item_id: "p1", item_name: "Anna's phone", note: "i", price: 5 }] });
  assert.deepEqual(kept(fw), [{ event: "view_item", timestamp: NOON, items: [{ item_id: "p1", price: 5 }] }]);
});

test("an event that no feature listens to is not kept, and one that every feature hears has no name", async () => {
  const fw = await load();
  fw.observe("eva@example.org asked for a refund");
  fw.observe("scroll", { value: 1 });
  assert.deepEqual(kept(fw), []);
  const all = await load({}, "all");
  all.observe("eva@example.org asked for a refund", { value: 1 });
  assert.deepEqual(kept(all), [{ event: "", timestamp: NOON }]);
  assert.equal(/** @type {Feature} */ (all.features().find(({ name }) => name === "events")).value, 1);
});

test("a category is kept as a short text that is no address and no telephone number", async () => {
  for (const secret of SECRETS) {
    const fw = await load();
    fw.observe("search", { search_term: secret });
    assert.deepEqual(kept(fw), [{ event: "search", timestamp: NOON }], String(secret));
    assert.equal(/** @type {Feature} */ (fw.features().find(({ name }) => name === "searches")).value, 1);
  }
  for (const plain of ["red shoes", "手机壳", "iphone 15", "4k tv 55 inch", "rock & roll", "@home", "字".repeat(21)]) {
    const fw = await load();
    fw.observe("search", { search_term: plain });
    assert.equal(kept(fw)[0].search_term, plain);
  }
});

test("an article's number may be long, and its text is looked at like any other", async () => {
  /** @param {object} fields */
  const item = async (fields) => {
    const fw = await load();
    fw.observe("view_item", { items: [/** @type {Item} */ (fields)] });
    return /** @type {object[]} */ (kept(fw)[0].items)[0];
  };
  for (const id of ["4006381333931", "8412345678901234", "SKU-00123-45678", 4711])
    assert.deepEqual(await item({ item_id: id }), { item_id: id });
  for (const id of ["eva@example.org", "+49 171 2345678", "(555) 123-4567", "555-123-4567", "x".repeat(65)])
    assert.deepEqual(await item({ item_id: id }), {}, id);
  assert.deepEqual(await item({ item_brand: "acme", item_variant: "engraved for Anna", price: "499.00", quantity: 2 }), {
    item_brand: "acme",
    price: 499,
  });
  for (const price of [NaN, Infinity, "free", "", {}, null, 5n]) assert.deepEqual(await item({ price }), {});
});

test("a number field keeps no text, and `where` keeps what it compares", async () => {
  const fw = await load();
  fw.observe("purchase", { value: "secret", topic: "returns" });
  fw.observe("purchase", { value: 12.5 });
  fw.observe("help_view", { topic: "returns" });
  assert.deepEqual(
    kept(fw).map(({ timestamp, ...rest }) => rest),
    [{ event: "purchase" }, { event: "purchase", value: 12.5 }, { event: "help_view", topic: "returns" }],
  );
});

test("what is kept gives the same features again", async () => {
  let clock = NOON;
  const fw = await load({ now: () => clock });
  for (let n = 0; n < 30; n++) {
    clock += 1000;
    fw.observe("view_item", { items: [{ item_id: `p${n % 7}`, item_brand: `b${n % 3}`, price: n }] });
    fw.observe("search", { search_term: `term ${n % 5}` });
    fw.observe("help_view", { topic: n % 2 ? "returns" : "delivery" });
  }
  const again = await load({ now: () => clock });
  for (const { event, timestamp, ...params } of kept(fw)) again.observe(event, { ...params, timestamp });
  assert.deepEqual(again.features(), fw.features());
});

test("after erasure nothing of the shopper is left: events, names, decisions, letters in the engine", async () => {
  const fw = await load();
  fw.observe("view_item", { items: [{ item_brand: "acme" }] });
  fw.score("intent", { message: "my name is Eva" });
  assert.equal(/** @type {Feature} */ (fw.features().find(({ name }) => name === "last_brand")).value, "acme");
  const changes = [];
  fw.on("change", () => changes.push(1));
  fw.profile.erase();
  assert.deepEqual(kept(fw), []);
  assert.equal(/** @type {Feature} */ (fw.features().find(({ name }) => name === "last_brand")).value, null);
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(changes.length, 1);
});

test("after 10,000 different strings a category still has its name", async () => {
  let clock = NOON;
  const fw = await load({ now: () => clock });
  fw.observe("view_item", { items: [{ item_brand: "acme", item_id: "first" }] });
  for (let n = 0; n < 10_000; n++) fw.observe("search", { search_term: `term ${n}`, timestamp: (clock += 10) });
  assert.equal(/** @type {Feature} */ (fw.features().find(({ name }) => name === "last_brand")).value, "acme");
});

test("what was freed shows and keeps nothing", async () => {
  const fw = await load();
  fw.observe("view_item");
  const { export: shown, erase } = fw.profile;
  fw.free();
  fw.free();
  for (const call of [
    shown,
    erase,
    () => fw.observe("view_item"),
    () => fw.attach([]),
    () => fw.on("change", () => {}),
    () => fw.diagnose(),
  ]) {
    assert.throws(call, { code: "freed" });
  }
});

test("options that are none are refused by code, and nothing is erased for them", async () => {
  for (const options of [
    { consent: true },
    { consent: "yes" },
    { consent: null },
    { storage: "cookie" },
    { storage: "toString" },
    { now: 5 },
    "memory",
  ]) {
    await assert.rejects(Floorwalker.load(bundle(), /** @type {any} */ (options)), { code: "option_invalid" }, JSON.stringify(options));
  }
  const fw = await load();
  const refused = [
    () => fw.route(/** @type {any} */ ("where is it")),
    () => fw.score("intent", { message: /** @type {any} */ (5) }),
    () => fw.score("intent", { message: /** @type {any} */ ([{}]) }),
    () => fw.explain({ message: /** @type {any} */ (Symbol("x")) }),
    () => fw.observe("view_item", /** @type {any} */ ("p1")),
    () => fw.on(/** @type {any} */ ("decision"), () => {}),
    // @ts-expect-error: the listener is left out on purpose
    () => fw.on("change"),
  ];
  for (const call of refused) assert.throws(call, { code: "option_invalid" }, String(call));
});

test("types name every code that the package throws", () => {
  const types = readFileSync(new URL("../../pkg-template/index.d.ts", import.meta.url), "utf8");
  const sources = ["calls", "core", "shopper", "queues", "signed", "start", "index", "hint", "signs", "storage"];
  const codes = sources.flatMap((name) => {
    const source = readFileSync(new URL(`../../pkg-template/${name}.js`, import.meta.url), "utf8");
    return [...source.matchAll(/(?:failure|warn)\(\s*(?:isNumbers \? )?"([a-z_]+)"(?: : "([a-z_]+)")?/g)].flatMap(([, a, b]) =>
      b ? [a, b] : [a],
    );
  });
  assert.ok(codes.length > 20);
  // The types write codes that begin alike as one template.
  const named = [...types.matchAll(/`([a-z]+_)\$\{([^}]+)\}`/g)].flatMap(([, start, ends]) =>
    [...ends.matchAll(/"([a-z_]+)"/g)].map(([, end]) => start + end),
  );
  assert.ok(named.length > 30);
  for (const code of codes) assert.ok(named.includes(code) || types.includes(`"${code}"`), code);
});
