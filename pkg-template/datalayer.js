// Turns what a shop pushes to its `dataLayer` into events. This code runs inside the shop's own `push`, so it never throws.
import { own } from "./own.js";

/** @import { Why } from "./signs.js" */

/** @typedef {Record<string | number, unknown>} Bag an object of the shop's, whatever is in it */
/** @typedef {(entry: unknown, at: number, isKnown: boolean) => void} Take */
/** @typedef {(...entries: unknown[]) => number} Push */
/** @typedef {{ push: Push, takers: Set<Take>, listening: Push }} Hook */

/**
 * @typedef {object} Ears
 * @property {() => number} now
 * @property {WeakSet<object>} seen
 * @property {(event: string) => unknown} hears
 * @property {(event: string, params: Bag, at: number, isKnown: boolean) => void} observe
 * @property {(event: string, why: Extract<Why, "tag_manager" | "universal_analytics">) => void} pass
 * @property {(kind: unknown, settings: unknown) => void} consent
 * @property {(error: unknown) => void} broken
 */

/**
 * When each entry was first heard by any object of this page. An entry that is heard again, by another object, keeps its time.
 * @type {WeakMap<object, number>}
 */
const heardAt = new WeakMap();
/**
 * When the outermost `push` in progress began; `undefined` outside of a push. Shared by all hooks.
 * @type {number | undefined}
 */
let pushedAt;
/**
 * For each dataLayer: our `push`, the `push` that it replaced, and the functions that take entries.
 * @type {WeakMap<unknown[], Hook>}
 */
const hooks = new WeakMap();

/**
 * Listens to `dataLayer`: to the entries already in it, except those in `seen`, and to every future push. Returns a function that stops it.
 *
 * - `observe(event, params, at, isKnown)` is called with each event; `at` is when it was first heard, and `isKnown` says whether another
 *   object heard it before.
 * - `hears(event)` says whether some feature listens to the event, so that items pushed ahead of it may belong to it.
 * - `pass(event, why)` is called for an event that is not the shop's own, or that is not understood.
 * - `consent(kind, settings)` is called for each entry of Google's Consent Mode.
 * - `broken(error)` is called if an entry cannot be read.
 * @param {unknown[]} dataLayer
 * @param {Ears} ears
 * @returns {() => void}
 */
export function listen(dataLayer, { now, seen, hears, observe, pass, consent, broken }) {
  /** @type {Bag | null | undefined} */
  let waiting; // items pushed without an event: Tag Manager merges pushes, so they may belong to the next event
  /** @param {Bag} entry @param {number} at @param {boolean} isKnown */
  const read = (entry, at, isKnown) => {
    seen.add(entry);
    heardAt.set(entry, at);
    // gtag("event", name, params) pushes its arguments; Tag Manager pushes { event, ecommerce }.
    const isGtag = typeof entry[0] === "string";
    if (isGtag && entry[0] === "consent") return consent(entry[1], entry[2]);
    if (isGtag && entry[0] !== "event") return;
    const { event, ecommerce, ...rest } = isGtag ? /** @type {Bag} */ ({ .../** @type {Bag} */ (entry[2]), event: entry[1] }) : entry;
    const isNamed = typeof event === "string" && event !== "";
    if (isNamed && event.startsWith("gtm.")) return pass(event, "tag_manager");
    let about = /** @type {Bag | null | undefined} */ (ecommerce);
    if (!isGtag && !isNamed && about !== undefined) waiting = about;
    if (!isNamed) return;
    if (!isGtag && (about !== undefined || hears(event))) {
      if (about === undefined) about = waiting;
      waiting = undefined;
    }
    // Universal Analytics kept products in `impressions`, and in objects such as `detail` and `add`.
    if (about && !Array.isArray(about.items) && Object.values(about).some((/** @type {any} */ its) => its?.products || Array.isArray(its)))
      pass(event, "universal_analytics");
    observe(event, own(rest, about), at, isKnown);
  };
  /** @type {Take} */
  const take = (entry, at, isKnown) => {
    try {
      if (typeof entry === "object" && entry !== null) read(/** @type {Bag} */ (entry), at, isKnown);
    } catch (error) {
      broken(error);
    }
  };
  for (const entry of Array.from(dataLayer)) {
    if (seen.has(/** @type {object} */ (entry))) continue;
    const at = heardAt.get(/** @type {object} */ (entry));
    take(entry, at ?? now(), at !== undefined);
  }
  const hook = hooked(dataLayer, now, broken);
  hook.takers.add(take);
  return () => {
    hook.takers.delete(take);
    if (hook.takers.size === 0 && dataLayer.push === hook.listening) {
      dataLayer.push = hook.push;
      hooks.delete(dataLayer);
    }
  };
}

/**
 * Our hook of a dataLayer's `push`: the existing one, or a new one if there is none or others have replaced `push` since.
 * @param {unknown[]} dataLayer
 * @param {Ears["now"]} now
 * @param {Ears["broken"]} broken
 * @returns {Hook}
 */
function hooked(dataLayer, now, broken) {
  const known = hooks.get(dataLayer);
  if (known && dataLayer.push === known.listening) return known;
  const push = dataLayer.push;
  /** @type {Set<Take>} */
  const takers = new Set();
  /** @this {unknown[]} @param {unknown[]} entries */
  const listening = function (...entries) {
    const isOutermost = pushedAt === undefined;
    if (isOutermost) pushedAt = now();
    try {
      // The shop's own `push` runs first: nothing here may keep an event from the shop's listeners.
      return push.apply(this, entries);
    } finally {
      for (const take of [...takers]) for (const entry of entries) take(entry, /** @type {number} */ (pushedAt), false);
      if (isOutermost) pushedAt = undefined;
    }
  };
  const hook = { push, takers, listening };
  hooks.set(dataLayer, hook);
  try {
    dataLayer.push = listening;
  } catch (error) {
    broken(error); // the dataLayer is frozen, so nothing can be pushed to it either
  }
  return hook;
}
