// Tests the shopper's profile: what it believes can be corrected, what is kept is told, bounded and forgotten in time.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { HeldInMemory } from "./held.mjs";
import { NOON, shopper } from "./shopper.mjs";

/** @import { Feature, Floorwalker } from "floorwalker" */

const { load } = await shopper();
const DAY = 86_400_000;
const page = /** @type {Record<string, any>} */ (globalThis);
/** @param {Floorwalker} fw @param {string} name */
const value = (fw, name) => /** @type {Feature} */ (fw.features().find((feature) => feature.name === name)).value;
/** @param {string} id @param {number} [price] */
const item = (id, price = 10) => ({ items: [{ item_id: id, item_brand: "acme", price }] });
/** @param {string} code */
const coded = (code) => (/** @type {unknown} */ error) => /** @type {{ code: string }} */ (error).code === code;

/** @type {unknown} */
let own;
beforeEach(() => {
  own = page.localStorage;
  page.localStorage = new HeldInMemory();
});
afterEach(() => {
  if (own === undefined) delete page.localStorage;
  else page.localStorage = own;
});

/** What the shopper did, as it is kept. @param {import("floorwalker").Floorwalker} fw */
const done = (fw) => fw.profile.export().events.filter(({ event }) => event !== "profile_consent");

test("a correction holds instead of what is computed, until it is taken back", async () => {
  const fw = await load();
  fw.observe("view_item", item("p1"));
  fw.profile.correct("views", 7);
  fw.profile.correct("last_brand", "bell");
  fw.observe("view_item", item("p2"));
  assert.deepEqual([value(fw, "views"), value(fw, "last_brand"), value(fw, "products")], [7, "bell", 2]);
  fw.profile.correct("last_brand", null);
  assert.equal(value(fw, "last_brand"), null);
  fw.profile.correct("last_brand", undefined);
  fw.profile.correct("views", undefined);
  assert.deepEqual([value(fw, "views"), value(fw, "last_brand")], [2, "acme"]);
  for (const number of [1 / 3, 0.1 + 0.2, 2_592_000, -1.5]) {
    fw.profile.correct("mean_price", number);
    assert.equal(value(fw, "mean_price"), Math.fround(number));
  }
});

test("a correction moves a head, and a decision says what it was made from", async () => {
  const fw = await load();
  for (let n = 0; n < 3; n++) fw.observe("view_item", item("p2", 90));
  const [before] = fw.score("intent");
  fw.profile.correct("mean_price", 10);
  fw.profile.correct("help", 5);
  const [after] = fw.score("intent");
  assert.equal(before.name, after.name);
  assert.ok(Math.abs(before.probability - after.probability) > 0.01, `${before.probability} ${after.probability}`);
  const { reasons } = fw.explain({ head: "intent" });
  assert.equal(/** @type {import("floorwalker").Reason} */ (reasons.find(({ name }) => name === "help")).value, 5);
});

test("a correction that makes no sense is refused, and changes nothing", async () => {
  const fw = await load();
  assert.throws(() => fw.profile.correct("shoe_size", 42), coded("option_invalid"));
  for (const wrong of [{}, [], Number.NaN, () => 1, "eva@example.org", "x".repeat(65)])
    assert.throws(() => fw.profile.correct("last_brand", /** @type {any} */ (wrong)), coded("option_invalid"));
  assert.equal(value(fw, "last_brand"), null);
  assert.deepEqual(fw.profile.export().events, []);
  fw.free();
  assert.throws(() => fw.profile.correct("views", 1), coded("freed"));
});

test("corrections are kept with the events, heard by the next page, and forgotten with them", async () => {
  const options = /** @type {const} */ ({ storage: "local" });
  const first = await load(options);
  first.observe("view_item", item("p1"));
  first.profile.correct("views", 7);
  first.profile.correct("mean_price", null);
  first.free();
  const second = await load(options);
  assert.deepEqual([value(second, "views"), value(second, "mean_price")], [7, null]);
  second.profile.erase();
  assert.deepEqual([value(second, "views"), second.profile.export().events], [0, []]);
  second.observe("view_item", item("p1"));
  assert.equal(value(second, "views"), 1);
  second.free();
});

test("a correction that another tab made earlier does not take the place of a newer one", async () => {
  let clock = NOON;
  const options = /** @type {const} */ ({ storage: "local", now: () => clock });
  const [one, other] = [await load(options), await load(options)];
  one.profile.correct("views", 1);
  clock += 500;
  other.profile.correct("views", 2);
  one.free();
  assert.equal(value(other, "views"), 2);
  other.free();
  const next = await load(options);
  assert.equal(value(next, "views"), 2);
  next.free();
});

test("the ledger tells what is kept, since when, under which consent, and until when", async () => {
  let clock = NOON;
  const fw = await load({ storage: "local", retentionDays: 30, now: () => clock });
  fw.observe("view_item", item("p1"));
  clock += DAY;
  fw.observe("view_item", { ...item("p2"), email: "eva@example.org" });
  fw.observe("help_view", { topic: "returns" });
  const ledger = await fw.profile.ledger();
  const kept = { storage: "local", consent: "granted", consentFrom: "shop" };
  const rest = { ...kept, until: NOON - 1 + 30 * DAY };
  assert.deepEqual(ledger, [
    { event: "profile_consent", events: 1, fields: ["from"], first: NOON - 1, last: NOON - 1, ...rest },
    {
      event: "view_item",
      events: 2,
      fields: ["items.item_brand", "items.item_id", "items.price"],
      first: NOON,
      last: clock,
      ...kept,
      until: clock + 30 * DAY,
    },
    { event: "help_view", events: 1, fields: ["topic"], first: clock, last: clock, ...kept, until: clock + 30 * DAY },
  ]);
  fw.setConsent("denied");
  assert.deepEqual(
    (await fw.profile.ledger()).map((row) => [row.storage, row.consent, row.consentFrom, row.until]),
    Array.from({ length: 2 }, () => ["memory", "denied", null, null]),
  );
  assert.equal(page.localStorage.getItem("floorwalker"), null);
  fw.free();
  const inMemory = await load({ consent: "auto" });
  inMemory.observe("view_item", item("p1"));
  const [row] = await inMemory.profile.ledger();
  assert.deepEqual([row.storage, row.consent, row.consentFrom, row.until], ["memory", "pending", null, null]);
});

test("the ledger tells whose consent each event was stored under", async () => {
  let clock = NOON;
  const options = /** @type {const} */ ({ storage: "local", consent: "auto", now: () => clock });
  const told = async (/** @type {import("floorwalker").Floorwalker} */ fw) =>
    (await fw.profile.ledger()).map(({ event, consentFrom, events }) => [event, consentFrom, events]);
  const first = await load(options);
  /** @type {unknown[]} */
  const dataLayer = [];
  first.attach(dataLayer);
  first.observe("view_item", item("p1"));
  clock += 5_000;
  // Google's own snippet pushes `arguments`.
  const gtag = function () {
    // biome-ignore lint/complexity/noArguments: as above
    dataLayer.push(arguments);
  };
  /** @type {(...its: unknown[]) => void} */ (gtag)("consent", "update", { analytics_storage: "granted" });
  first.observe("view_item", item("p2"));
  assert.deepEqual(await told(first), [
    ["profile_consent", "google", 1],
    ["view_item", "google", 2],
  ]);
  first.free();
  clock += DAY;
  const next = await load({ ...options, consent: "granted" });
  next.observe("view_item", item("p3"));
  const both = [
    ["profile_consent", "google", 1],
    ["view_item", "google", 2],
    ["profile_consent", "shop", 1],
    ["view_item", "shop", 1],
  ];
  assert.deepEqual(await told(next), both);
  next.free();
  const last = await load({ ...options, consent: "granted" });
  assert.deepEqual(await told(last), both, "nothing changed, nothing is written");
  last.free();
});

test("whose consent it was is no free text, is not an event of the shopper, and outlives the events before it", async () => {
  const fw = await load({ storage: "local", consent: "granted", now: () => NOON });
  fw.observe("profile_consent", { from: "eva@example.org" });
  assert.deepEqual(fw.profile.export().events, []);
  for (let n = 0; n < 1_500; n++) fw.observe("view_item", { ...item(`p${n}`), timestamp: NOON - 2_000_000 + n * 1_000 });
  const rows = (await fw.profile.ledger()).map(({ event, consentFrom }) => [event, consentFrom]);
  assert.deepEqual(rows, [
    ["profile_consent", "shop"],
    ["view_item", "shop"],
  ]);
  /** @type {string[]} */
  const heard = [];
  fw.free();
  const next = await load({ storage: "local", consent: "granted", now: () => NOON });
  next.on("event", ({ event }) => heard.push(event));
  next.observe("view_item", item("p1"));
  assert.deepEqual(heard, ["view_item"]);
  assert.ok((await next.profile.ledger()).every(({ consentFrom }) => consentFrom === "shop"));
  next.free();
});

test("an event is dropped at the first load after its time", async () => {
  let clock = NOON;
  const options = /** @type {const} */ ({ storage: "local", retentionDays: 30, now: () => clock });
  const first = await load(options);
  first.observe("view_item", item("p1"));
  clock += 20 * DAY;
  first.observe("view_item", item("p2"));
  first.free();
  clock += 11 * DAY;
  const second = await load(options);
  assert.deepEqual(
    done(second).map(({ timestamp }) => timestamp),
    [NOON + 20 * DAY],
  );
  second.free();
  assert.ok(!page.localStorage.getItem("floorwalker").includes("p1"));
  clock += 20 * DAY;
  const third = await load(options);
  assert.deepEqual(third.profile.export().events, []);
  assert.ok(!page.localStorage.getItem("floorwalker").includes("p2"));
  third.free();
  for (const retentionDays of [0, -1, Number.NaN, /** @type {any} */ ("a week")])
    await assert.rejects(load({ ...options, retentionDays }), coded("option_invalid"));
});

test("a profile takes at most 32,000 characters, and the newest events stay", async () => {
  let clock = NOON;
  const fw = await load({ storage: "local", now: () => clock });
  const items = Array.from({ length: 40 }, (_, n) => ({ item_id: `article ${n}`, item_brand: `brand ${n}`, price: n }));
  for (let n = 0; n < 400; n++) {
    clock += 1000;
    fw.observe("view_item", n % 10 ? item(`p${n}`) : { items });
  }
  fw.free();
  const text = page.localStorage.getItem("floorwalker");
  const { events } = JSON.parse(text);
  const size = events.reduce((/** @type {number} */ sum, /** @type {object} */ event) => sum + JSON.stringify(event).length + 1, 0);
  assert.ok(size <= 32_000 && size > 20_000, `${size} characters`);
  assert.equal(events.at(-1).timestamp, clock);
});

test("of an event only what features read of that event is kept", async () => {
  const fw = await load();
  fw.observe("search", { search_term: "red shoes", topic: "returns", value: 3, ...item("p1") });
  fw.observe("purchase", { value: 12, topic: "returns", ...item("p1") });
  assert.deepEqual(
    fw.profile.export().events.map(({ timestamp, ...kept }) => kept),
    [
      { event: "search", search_term: "red shoes" },
      { event: "purchase", value: 12 },
    ],
  );
});

test("a bundle without segments and risks says so", async () => {
  const fw = await load();
  assert.equal(fw.segment(), null);
  assert.deepEqual(fw.risk(), { abandonment: null, churn: null, anomaly: null });
});

test("a clock that jumps back starts the shopper's time anew, and nothing is dropped from storage", async () => {
  let clock = NOON;
  const fw = await load({ storage: "local", now: () => clock });
  fw.observe("view_item", item("p1"));
  fw.observe("view_item", item("p2"));
  clock -= 3 * DAY;
  fw.observe("view_item", item("p3"));
  assert.equal(value(fw, "views"), 1);
  assert.ok(Number.isFinite(fw.score("intent")[0].probability));
  fw.free();
  const next = await load({ storage: "local", now: () => clock });
  assert.equal(done(next).length, 3);
  assert.ok(/** @type {number} */ (value(next, "views")) >= 1);
  next.free();
});

test("fifty tabs opened and closed over a week leave one profile that all of them agree on", async () => {
  let clock = NOON;
  /** @type {Floorwalker[]} */
  const open = [];
  let state = 7;
  /** @param {number} n */
  const draw = (n) => (state = (state * 48_271) % 0x7fff_ffff) % n;
  /** @type {Set<string>} */
  const seen = new Set();
  for (let tab = 0; tab < 50; tab++) {
    clock += draw(6 * 3_600_000);
    open.push(await load({ storage: "local", now: () => clock }));
    for (let n = 0; n < 1 + draw(4); n++) {
      clock += 1 + draw(60_000);
      const id = `p${tab}-${n}`;
      seen.add(id);
      open[draw(open.length)].observe("view_item", item(id));
    }
    while (open.length > draw(6)) open.splice(draw(open.length), 1)[0].free();
  }
  for (const tab of open) tab.free();
  const last = await load({ storage: "local", now: () => clock });
  const kept = done(last).map((event) => /** @type {{ item_id: string }[]} */ (event.items)[0].item_id);
  assert.deepEqual(new Set(kept), seen);
  assert.equal(kept.length, seen.size);
  last.free();
});

test("a journal that was cut off, or holds anything, is read as far as it makes sense", async () => {
  for (const damage of [
    (/** @type {string} */ text) => text.slice(0, -40),
    () => '{"began":1,"events":[{"event":"view_item","timestamp":"soon"},7,null,{"event":"profile_correct","timestamp":5,"feature":{}}]}',
    () => "\u0000",
    () => '{"began":1,"events":{"0":1}}',
  ]) {
    const first = await load({ storage: "local" });
    first.observe("view_item", item("p1"));
    first.free();
    page.localStorage.setItem("floorwalker", damage(page.localStorage.getItem("floorwalker")));
    const second = await load({ storage: "local" });
    second.observe("view_item", item("p2"));
    assert.ok(/** @type {number} */ (value(second, "views")) >= 1);
    assert.ok(Number.isFinite(second.score("intent")[0].probability));
    second.free();
  }
});
