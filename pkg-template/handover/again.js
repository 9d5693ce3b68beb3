// Keeps the last hand-over for the tab, so that a vendor that loses its values when the page loads anew is given them again: for as long as the
// request lives, and only while the shopper's consent to storage is granted.

/** @import { ArmOptions, Vendor } from "floorwalker/handover" */
/** @import { Contract, Given } from "./contract.js" */

/** @typedef {NonNullable<ArmOptions["fw"]>} Floorwalker */

const KEY = "floorwalker:handover:";
/** The page's Floorwalker for each vendor that was armed with it, and how often. @type {Map<string, { fw: Floorwalker, times: number }>} */
const armed = new Map();
/** The vendors whose values are forgotten with the shopper, for each Floorwalker that is heard. @type {WeakMap<Floorwalker, Set<string>>} */
const heard = new WeakMap();

/** The tab's storage; undefined where the browser refuses it. */
function storage() {
  try {
    return globalThis.sessionStorage;
  } catch {
    return undefined;
  }
}

/** Forgets what is kept for a vendor. @param {string} vendor */
function forget(vendor) {
  try {
    storage()?.removeItem(KEY + vendor);
  } catch {
    // A storage that refuses to remove has refused to keep.
  }
}

/** The shopper's consent, as the vendor's Floorwalker tells it. @param {string} vendor */
function consent(vendor) {
  try {
    return armed.get(vendor)?.fw.diagnose().consent;
  } catch {
    return undefined; // it was freed
  }
}

/** Keeps hand-overs to a vendor from now on. Returns a function that ends it. @param {Contract} vendor @param {Floorwalker | undefined} fw */
export function keepFor({ name, limits, startsChat }, fw) {
  if (!fw || !limits.forgets || startsChat) return () => {};
  const its = armed.get(name)?.fw === fw ? /** @type {{ fw: Floorwalker, times: number }} */ (armed.get(name)) : { fw, times: 0 };
  its.times++;
  armed.set(name, its);
  // Also after `arm` was undone: what is kept is forgotten with the shopper.
  const vendors = heard.get(fw) ?? new Set();
  heard.set(fw, vendors);
  if (vendors.size === 0) fw.on("erase", () => vendors.forEach(forget));
  vendors.add(name);
  return () => {
    if (--its.times === 0 && armed.get(name) === its) armed.delete(name);
  };
}

/** Keeps a hand-over until `untilMs`, if that was asked for and is allowed. @param {Vendor} vendor @param {Given} given @param {number} untilMs */
export function keep({ name }, { values, group }, untilMs) {
  if (consent(name) !== "granted") return forget(name);
  try {
    storage()?.setItem(KEY + name, JSON.stringify({ values, group, untilMs }));
  } catch {
    // A full storage keeps nothing: the next page then hands over anew.
  }
}

/**
 * What is kept for a vendor; undefined if there is nothing, or it is over, or consent is not granted. While consent is pending it stays kept.
 * @param {Vendor} vendor @returns {{ given: Given, untilMs: number } | undefined}
 */
export function kept({ name }) {
  try {
    const text = storage()?.getItem(KEY + name);
    if (!text) return undefined;
    const { values, group, untilMs } = JSON.parse(text);
    const state = consent(name);
    const isWhole = untilMs > Date.now() && typeof values === "object" && values !== null;
    if (isWhole && state === "granted") return { given: { values, group, open: false, stale: [] }, untilMs };
    if (isWhole && state !== "denied") return undefined;
  } catch {
    // What is not readable is forgotten.
  }
  forget(name);
  return undefined;
}
