// Tests consent to storage: what the page's tools tell, and what happens to what is stored when it changes.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { HeldInMemory } from "./held.mjs";
import { NOON, shopper } from "./shopper.mjs";

const { load } = await shopper();
/** @param {import("floorwalker").LoadOptions} [options] */
const visit = (options) => load({ storage: "local", consent: "auto", ...options });
const page = /** @type {Record<string, any>} */ (globalThis);
/** @param {import("floorwalker").Floorwalker} fw */
const views = (fw) => fw.features().find(({ name }) => name === "views")?.value;
const held = () => Object.keys(page.localStorage).length;
/** @param {number} n the view's place in time: every view is another event */
const view = (n) => ({ timestamp: NOON - 10_000 + n, items: [{ item_brand: "acme" }] });
/** @param {import("floorwalker").Floorwalker} fw */
const told = (fw) => [fw.diagnose().consent, fw.profile.export().storage];

/** A shopper who came before, consented, and looked at two products. */
async function returning() {
  const before = await visit({ consent: "granted" });
  before.observe("view_item", view(1));
  before.observe("view_item", view(2));
  before.free();
  assert.equal(held(), 1);
}

/** @type {Record<string, unknown>} */
let own;
beforeEach(() => {
  own = { localStorage: page.localStorage, document: page.document, Shopify: page.Shopify, __tcfapi: page.__tcfapi };
  page.localStorage = new HeldInMemory();
});
afterEach(() => {
  for (const [name, value] of Object.entries(own)) if (value === undefined) delete page[name];
});

/** What the shopper did, as it is kept. @param {import("floorwalker").Floorwalker} fw */
const done = (fw) => fw.profile.export().events.filter(({ event }) => event !== "profile_consent");

/** A dataLayer with gtag's `consent` entries. */
function consentMode() {
  /** @type {unknown[]} */
  const dataLayer = [];
  // Google's own snippet pushes `arguments`.
  const gtag = function () {
    // biome-ignore lint/complexity/noArguments: as above
    dataLayer.push(arguments);
  };
  return { dataLayer, gtag: /** @type {(...its: unknown[]) => void} */ (gtag) };
}

test("a returning shopper whose consent arrives after a default of denied keeps the profile", async () => {
  await returning();
  const { dataLayer, gtag } = consentMode();
  gtag("consent", "default", { analytics_storage: "denied", ad_storage: "denied", wait_for_update: 500 });
  const fw = await visit();
  fw.attach(dataLayer);
  fw.observe("view_item", view(3));
  assert.deepEqual([told(fw), views(fw), held()], [["pending", "memory"], 1, 1]);
  await wait(500);
  gtag("consent", "update", { analytics_storage: "granted", ad_storage: "denied" });
  assert.deepEqual([told(fw), views(fw), done(fw).length], [["granted", "local"], 3, 3]);
  fw.free();
  const later = await visit({ consent: "granted" });
  assert.equal(views(later), 3);
  later.free();
});

test("without a signal nothing is read, stored or removed", async () => {
  await returning();
  const stored = page.localStorage.getItem("floorwalker");
  const fw = await visit();
  fw.observe("view_item", view(3));
  fw.free();
  assert.equal(page.localStorage.getItem("floorwalker"), stored);
});

test("a denial removes what was kept; this page view is still decided by", async () => {
  await returning();
  const { dataLayer, gtag } = consentMode();
  gtag("consent", "default", { analytics_storage: "granted" });
  const fw = await visit();
  fw.attach(dataLayer);
  fw.observe("view_item", view(3));
  assert.deepEqual([told(fw), views(fw)], [["granted", "local"], 3]);
  gtag("consent", "update", { analytics_storage: "denied" });
  assert.deepEqual([told(fw), views(fw), held()], [["denied", "memory"], 1, 0]);
  fw.observe("view_item", view(4));
  assert.deepEqual([views(fw), held()], [2, 0]);
  gtag("consent", "update", { analytics_storage: "granted" });
  assert.deepEqual([told(fw), views(fw), done(fw).length], [["granted", "local"], 2, 2]);
  fw.free();
  assert.equal(held(), 1);
});

test("types of storage for advertising, defaults for one region and entries that are none decide nothing", async () => {
  await returning();
  const { dataLayer, gtag } = consentMode();
  gtag("consent", "default", { analytics_storage: "granted", region: ["US-CA"] });
  gtag("consent", "update", { ad_storage: "denied", ad_user_data: "denied" });
  gtag("consent", "update");
  gtag("consent", "update", null);
  gtag("consent");
  const fw = await visit();
  fw.attach(dataLayer);
  assert.deepEqual([told(fw), held()], [["pending", "memory"], 1]);
  gtag("consent", "default", { analytics_storage: "denied", functionality_storage: "denied" });
  gtag("consent", "update", { analytics_storage: "granted" });
  assert.deepEqual(told(fw), ["pending", "memory"]);
  gtag("consent", "update", { functionality_storage: "granted" });
  assert.deepEqual(told(fw), ["granted", "local"]);
  fw.free();
});

test("the shop's own word counts, and may change while the page lives", async () => {
  await returning();
  const fw = await visit();
  fw.setConsent("granted");
  assert.deepEqual([told(fw), views(fw)], [["granted", "local"], 2]);
  fw.setConsent("auto");
  assert.deepEqual([told(fw), held()], [["pending", "memory"], 1]);
  fw.setConsent("denied");
  assert.deepEqual([told(fw), held()], [["denied", "memory"], 0]);
  assert.throws(() => fw.setConsent(/** @type {any} */ ("maybe")), { code: "option_invalid" });
  fw.free();
});

test("a shop that stores nothing and denies removes what an earlier version stored", async () => {
  await returning();
  const fw = await visit({ storage: "memory" });
  assert.equal(held(), 1);
  fw.setConsent("denied");
  assert.equal(held(), 0);
  fw.free();
});

test("Global Privacy Control denies, whatever else is said", async () => {
  const navigator = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  Object.defineProperty(globalThis, "navigator", { value: { globalPrivacyControl: true }, configurable: true });
  try {
    page.localStorage.setItem("floorwalker", "{}");
    const fw = await visit({ consent: "granted" });
    fw.observe("view_item", view(1));
    assert.deepEqual([told(fw), views(fw), held()], [["denied", "memory"], 1, 0]);
    fw.free();
  } finally {
    if (navigator) Object.defineProperty(globalThis, "navigator", navigator);
    else delete page.navigator;
  }
});

/** A document that only passes events on. */
function document() {
  const target = new EventTarget();
  return { addEventListener: target.addEventListener.bind(target), removeEventListener: target.removeEventListener.bind(target), target };
}

test("the IAB's framework is heard when it appears, and denies only when the shopper chose", async () => {
  await returning();
  page.document = document();
  const fw = await visit();
  /** @type {((data: object, ok: boolean) => void)[]} */
  const listeners = [];
  page.__tcfapi = (
    /** @type {string} */ command,
    /** @type {number} */ version,
    /** @type {(data: object, ok: boolean) => void} */ callback,
  ) => {
    assert.deepEqual([command, version], ["addEventListener", 2]);
    listeners.push(callback);
  };
  await wait(700);
  assert.equal(listeners.length, 1);
  /** @param {string} eventStatus @param {boolean} one */
  const choose = (eventStatus, one, gdprApplies = true) =>
    listeners[0]({ eventStatus, gdprApplies, purpose: { consents: { 1: one } } }, true);
  choose("cmpuishown", false);
  choose("tcloaded", false);
  listeners[0]({}, true);
  listeners[0](/** @type {any} */ (undefined), false);
  assert.deepEqual([told(fw), held()], [["pending", "memory"], 1]);
  choose("useractioncomplete", true);
  assert.deepEqual([told(fw), views(fw)], [["granted", "local"], 2]);
  choose("useractioncomplete", false);
  assert.deepEqual([told(fw), held()], [["denied", "memory"], 0]);
  fw.free();
});

test("Shopify's consent event is heard, and the strictest signal wins", async () => {
  await returning();
  page.document = document();
  const { dataLayer, gtag } = consentMode();
  const fw = await visit();
  fw.attach(dataLayer);
  gtag("consent", "update", { analytics_storage: "granted" });
  assert.deepEqual(told(fw), ["granted", "local"]);
  /** @param {boolean} preferencesAllowed */
  const collect = (preferencesAllowed) => {
    const detail = { analyticsAllowed: true, marketingAllowed: false, preferencesAllowed, saleOfDataAllowed: false };
    page.document.target.dispatchEvent(new CustomEvent("visitorConsentCollected", { detail }));
  };
  collect(false);
  assert.deepEqual([told(fw), held()], [["denied", "memory"], 0]);
  collect(true);
  assert.deepEqual(told(fw), ["granted", "local"]);
  fw.free();
  collect(false); // nobody listens any more
  assert.equal(held(), 0);
});
