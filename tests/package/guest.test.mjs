// Tests the code that runs inside the shop's own `dataLayer.push`: it never disturbs the shop, observes each event once, and reports what
// it does not understand.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { HeldInMemory } from "./held.mjs";
import { NOON, shopper } from "./shopper.mjs";

/** @import { Feature, Time } from "floorwalker" */

const { Floorwalker, bundle, load } = await shopper();
/** @param {import("floorwalker").Floorwalker} fw */
const views = (fw) => /** @type {{ value: number }} */ (fw.features().find(({ name }) => name === "views")).value;
/** @param {object} [more] */
const view = (more) => ({ event: "view_item", ...more });
/** @param {unknown[]} dataLayer @returns {(...args: unknown[]) => void} */
function gtag(dataLayer) {
  return function gtag() {
    dataLayer.push(arguments);
  };
}
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};
/** @param {string} key */
const throwing = (key) =>
  Object.defineProperty({ event: "view_item" }, key, {
    enumerable: true,
    get() {
      throw new Error(`${key} is the shop's own affair`);
    },
  });

/** Entries that cannot be read, or contain values that no event has. @returns {unknown[]} */
const ODD = () => [
  revoked(),
  view({ ecommerce: revoked() }),
  view({ ecommerce: { items: [revoked()] } }),
  view({ items: revoked() }),
  throwing("ecommerce"),
  throwing("event"),
  throwing("value"),
  view({ timestamp: 5n }),
  view({ timestamp: {} }),
  view({ timestamp: Symbol("now") }),
  view({ value: 10n }),
  view({ value: Symbol("x") }),
  view({ ecommerce: { items: [5n, Symbol("y"), null, "x"] } }),
  { event: Symbol("view_item") },
  { event: 5n },
  { event: {} },
  null,
  undefined,
  5n,
  "view_item",
  Symbol("z"),
  () => {},
  [],
  [[]],
  ["event"],
  ["event", 5],
  ["event", "view_item", 5n],
  Object.freeze(view({})),
  Object.create(null),
  view({ ecommerce: null }),
  view({ ecommerce: "x" }),
  view({ ecommerce: 5 }),
  new Date(),
  new Map(),
];

test("nothing that is pushed makes the shop's push throw, and what comes after it is heard", async () => {
  const fw = await load();
  const dataLayer = ODD();
  fw.attach(dataLayer);
  for (const entry of ODD()) assert.equal(typeof dataLayer.push(entry), "number");
  const before = views(fw);
  dataLayer.push(view({ value: "after all of that" }));
  assert.equal(views(fw), before + 1);
  assert.ok(fw.diagnose().warnings.some(({ code, times }) => code === "entry_unreadable" && times > 5));
});

test("a warning is said once, with its code, also to who listens later", async () => {
  const fw = await load();
  /** @type {string[]} */
  const told = [];
  const stop = fw.on("warning", ({ code }) => told.push(code));
  /** @type {unknown[]} */
  const dataLayer = [];
  fw.attach(dataLayer);
  for (let n = 0; n < 5; n++) dataLayer.push(revoked());
  /** @type {string[]} */
  const later = [];
  fw.on("warning", ({ code }) => later.push(code));
  assert.deepEqual([told, later], [["entry_unreadable"], ["entry_unreadable"]]);
  stop();
  fw.observe("view_item", { timestamp: NOON / 1000 });
  assert.deepEqual([told.length, later], [1, ["entry_unreadable", "time_unit"]]);
});

test("a listener that throws disturbs nobody", async () => {
  const fw = await load();
  /** @type {string[]} */
  const heard = [];
  fw.on("warning", () => {
    throw new Error("the listener's own");
  });
  fw.on("change", () => {
    throw new Error("the listener's own");
  });
  fw.on("change", () => heard.push("change"));
  const dataLayer = [view()];
  fw.attach(dataLayer);
  dataLayer.push(view({ timestamp: NOON / 1000 }));
  await wait(10);
  assert.deepEqual(heard, ["change"]);
});

test("a listener may push what it was told of, and no event goes round for ever", async () => {
  const fw = await load();
  /** @type {unknown[]} */
  const dataLayer = [];
  fw.attach(dataLayer);
  let changes = 0;
  fw.on("change", () => {
    changes++;
    dataLayer.push({ event: "floorwalker_change" });
  });
  dataLayer.push(view());
  await wait(30);
  assert.equal(changes, 1);
});

test("a listener that makes the event that it is told of leaves the page its turns", async () => {
  const fw = await load();
  /** @type {unknown[]} */
  const dataLayer = [];
  fw.attach(dataLayer);
  let changes = 0;
  fw.on("change", () => changes++ < 20 && dataLayer.push(view({ value: changes })));
  dataLayer.push(view());
  let turns = 0;
  while (changes < 20) {
    await wait(1);
    turns++;
  }
  assert.ok(turns > 2);
});

test("what was stopped or freed is deaf, also where another push lies over ours", async () => {
  const fw = await load();
  /** @type {unknown[]} */
  const dataLayer = [];
  const native = dataLayer.push;
  const stop = fw.attach(dataLayer);
  const ours = dataLayer.push;
  dataLayer.push = function (...entries) {
    return ours.apply(dataLayer, entries);
  };
  dataLayer.push(view());
  stop();
  dataLayer.push(view());
  assert.equal(views(fw), 1);
  assert.equal(fw.profile.export().events.length, 1);
  fw.attach(dataLayer);
  fw.free();
  assert.equal(dataLayer.push(view()), 3);
  assert.equal(dataLayer.length, 3);
  /** @type {unknown[]} */
  const other = [];
  const second = await load();
  second.attach(other)();
  assert.equal(other.push, native);
});

test("an entry counts once, however often it is attached to and by whom, and one that is pushed twice counts twice", async () => {
  let clock = NOON;
  const options = { now: () => (clock += 5) };
  const fw = await load(options);
  const dataLayer = [view(), view({ value: 2 })];
  fw.attach(dataLayer)();
  fw.attach(dataLayer)();
  const stops = [fw.attach(dataLayer), fw.attach(dataLayer)];
  assert.equal(views(fw), 2);
  const again = view({ value: 3 });
  dataLayer.push(again);
  dataLayer.push(again);
  assert.equal(views(fw), 4);
  stops[0]();
  stops[0]();
  dataLayer.push(view({ value: 4 }));
  assert.equal(views(fw), 5);
  stops[1]();
  dataLayer.push(view({ value: 5 }));
  assert.equal(views(fw), 5);
  // Two objects that listen to the same push observe the event at the same time.
  const [a, b] = [await load(options), await load(options)];
  /** @type {unknown[]} */
  const shared = [];
  a.attach(shared);
  b.attach(shared);
  shared.push(view());
  assert.deepEqual(a.profile.export().events, b.profile.export().events);
});

test("objects that come and go one over the other leave no push behind", async () => {
  /** @type {unknown[]} */
  const dataLayer = [];
  const native = dataLayer.push;
  let held = await load();
  held.attach(dataLayer);
  for (let round = 0; round < 50; round++) {
    const next = await load();
    next.attach(dataLayer);
    held.free();
    held = next;
  }
  dataLayer.push(view());
  assert.equal(views(held), 1);
  held.free();
  assert.equal(dataLayer.push, native);
});

test("events of one name in one millisecond are kept as many as they are", async () => {
  const fw = await load();
  const dataLayer = [{ event: "help_view", topic: "a" }, { event: "help_view", topic: "b" }, view({ value: 1 }), view({ value: 2 })];
  fw.attach(dataLayer);
  const kept = fw.profile.export().events.map(({ event, timestamp }) => [event, timestamp - NOON]);
  assert.deepEqual(kept.sort(), [
    ["help_view", 0],
    ["help_view", 1],
    ["view_item", 0],
    ["view_item", 1],
  ]);
  fw.profile.erase();
  fw.observe("view_item");
  assert.equal(fw.profile.export().events[0].timestamp, NOON);
  // A burst of events in one millisecond is kept, and so are events of a clock too coarse to count in milliseconds; neither loops for ever.
  fw.attach(Array.from({ length: 600 }, (_, value) => view({ value })));
  assert.equal(new Set(fw.profile.export().events.map(({ timestamp }) => timestamp)).size, 512);
  const odd = await load({ now: () => 1e19 });
  for (let value = 0; value < 3; value++) odd.observe("view_item", { value });
  assert.equal(odd.profile.export().events.length, 3);
});

test("Tag Manager's merging, gtag's arguments and its own events are read as they are meant", async () => {
  const fw = await load();
  /** @type {unknown[]} */
  const dataLayer = [
    { event: "gtm.js" },
    { ecommerce: { items: [{ item_brand: "acme" }] } },
    { event: "gtm.dom" },
    { event: "cookie_consent" },
    view(),
  ];
  fw.attach(dataLayer);
  const brand = () => /** @type {Feature} */ (fw.features().find(({ name }) => name === "last_brand")).value;
  assert.equal(brand(), "acme");
  dataLayer.push({ ecommerce: { items: [{ item_brand: "other" }] } }, { ecommerce: null }, view({ value: 1 }));
  assert.equal(brand(), "acme");
  gtag(dataLayer)("event", "view_item", { items: [{ item_brand: "gtag" }] });
  gtag(dataLayer)("consent", "default", { ad_storage: "denied" });
  assert.equal(brand(), "gtag");
  const { events } = fw.diagnose();
  assert.deepEqual(
    events.find(({ event }) => event === "gtm.js"),
    { event: "gtm.js", counted: 0, ignored: { tag_manager: 1 } },
  );
});

test("the shape of Universal Analytics moves no feature, and that is said", async () => {
  const fw = await load();
  /** @type {unknown[]} */
  const dataLayer = [{ event: "productDetail", ecommerce: { detail: { products: [{ id: "p1" }] } } }];
  fw.attach(dataLayer);
  dataLayer.push({ event: "addToCart", ecommerce: { add: { products: [{ id: "p1" }] } } }, view());
  const { events, warnings } = fw.diagnose();
  assert.deepEqual(
    warnings.map(({ code, times }) => [code, times]),
    [["universal_analytics", 2]],
  );
  assert.deepEqual(events, [
    { event: "productDetail", counted: 0, ignored: { universal_analytics: 1, unknown: 1 } },
    { event: "addToCart", counted: 0, ignored: { universal_analytics: 1, unknown: 1 } },
    { event: "view_item", counted: 1, ignored: {} },
  ]);
});

test("a dataLayer that is frozen is heard as far as it goes, and said", async () => {
  const fw = await load();
  const stop = fw.attach(/** @type {unknown[]} */ (Object.freeze([view()])));
  assert.equal(views(fw), 1);
  assert.deepEqual(
    fw.diagnose().warnings.map(({ code }) => code),
    ["entry_unreadable"],
  );
  stop();
});

test("times are read in the unit that they are in, and what is none is refused or said", async () => {
  const at = NOON - 60_000;
  for (const [time, code] of /** @type {[Time, string?][]} */ ([
    [at, undefined],
    [new Date(at), undefined],
    [new Date(at).toISOString(), undefined],
    [`${at}`, undefined],
    [BigInt(at), undefined],
    ["2025-11-22T12:59:00+01:00", undefined],
    [at / 1000, "time_unit"],
    [`${at / 1000}`, "time_unit"],
    [at * 1000, "time_unit"],
    [`${at}000`, "time_unit"],
    [at * 1e6, "time_unit"],
  ])) {
    const fw = await load();
    /** @type {unknown[]} */
    const dataLayer = [];
    fw.attach(dataLayer);
    fw.observe("view_item", { timestamp: time });
    dataLayer.push({ event: "help_view", timestamp: time });
    assert.deepEqual(
      fw.profile.export().events.map(({ timestamp }) => timestamp),
      [at, at],
      `${time}`,
    );
    assert.deepEqual(
      fw.diagnose().warnings.map((warning) => warning.code),
      code ? [code] : [],
      `${time}`,
    );
  }
  for (const none of [null, undefined, ""]) {
    const fw = await load();
    fw.observe("view_item", { timestamp: none });
    assert.equal(fw.profile.export().events[0].timestamp, NOON);
  }
  for (const odd of [0, -1, 5, NaN, Infinity, "soon", "2025-11-22 12:00", {}, [], true, 4e14, Symbol("now")]) {
    const fw = await load();
    assert.throws(() => fw.observe("view_item", { timestamp: /** @type {any} */ (odd) }), { code: "time_invalid" }, String(odd));
    fw.attach([view({ timestamp: odd })]);
    assert.equal(fw.profile.export().events[0].timestamp, NOON, String(odd));
    assert.deepEqual(
      fw.diagnose().warnings.map(({ code }) => code),
      ["time_invalid"],
    );
  }
});

test("names that a script adds to every object are nobody's options, context or parameters", async () => {
  const fw = await load();
  const added = {
    extend() {},
    message: "x",
    queues: 5,
    context: { none: 1 },
    head: "none",
    items: [1],
    timestamp: "soon",
    requestedAt: "soon",
    storage: "cookie",
    consent: "maybe",
  };
  Object.assign(Object.prototype, added);
  try {
    fw.observe("view_item", { value: 1 });
    fw.attach([view({ value: 2 })]);
    assert.deepEqual([views(fw), fw.score("intent").length, fw.explain({}).head], [2, 1, "intent"]);
    (await Floorwalker.load(bundle(), {})).free();
  } finally {
    for (const name of Object.keys(added)) delete (/** @type {Record<string, unknown>} */ (Object.prototype)[name]);
  }
});

test("features that a later bundle has start empty over what an earlier one kept", async () => {
  globalThis.localStorage = /** @type {Storage} */ (new HeldInMemory());
  try {
    const first = await load({ storage: "local" });
    first.observe("view_item");
    first.observe("compare");
    first.free();
    const second = await load({ storage: "local" }, "renamed");
    assert.deepEqual([second.profile.export().storage, views(second), second.diagnose().startedEmpty], ["local", 1, ["compares"]]);
    second.free();
    const denied = await load({ storage: "session", consent: "denied" });
    assert.deepEqual([denied.profile.export(), Object.keys(globalThis.localStorage).length], [{ storage: "memory", events: [] }, 0]);
  } finally {
    delete (/** @type {{ localStorage?: Storage }} */ (globalThis).localStorage);
  }
});
