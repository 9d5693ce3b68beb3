// Keeps the last hand-over for the tab, so that a vendor that loses its values when the page loads anew is given them again: for as long as the
// request lives, and only while the shopper's consent to storage is granted.

/** @import { ArmOptions, Vendor } from "floorwalker/handover" */
/** @import { Given } from "./contract.js" */

/** @typedef {NonNullable<ArmOptions["fw"]>} Floorwalker */

const KEY = "floorwalker:handover:";
/** The page's Floorwalker, for each vendor that was armed with it. @type {Map<string, Floorwalker>} */
const armed = new Map();

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

/** Keeps hand-overs to a vendor from now on. Returns a function that ends it. @param {Vendor} vendor @param {Floorwalker | undefined} fw */
export function keepFor({ name, limits }, fw) {
  if (!fw || !limits.forgets) return () => {};
  armed.set(name, fw);
  const stop = fw.on("erase", () => forget(name));
  return () => {
    stop();
    if (armed.get(name) === fw) armed.delete(name);
  };
}

/** Keeps a hand-over until `untilMs`, if that was asked for and is allowed. @param {Vendor} vendor @param {Given} given @param {number} untilMs */
export function keep({ name }, { values, group }, untilMs) {
  if (armed.get(name)?.diagnose().consent !== "granted") return forget(name);
  try {
    storage()?.setItem(KEY + name, JSON.stringify({ values, group, untilMs }));
  } catch {
    // A full storage keeps nothing: the next page then hands over anew.
  }
}

/** What is kept for a vendor; undefined if there is nothing, or it is over or no longer allowed. @param {Vendor} vendor @returns {Given | undefined} */
export function kept({ name }) {
  try {
    const text = storage()?.getItem(KEY + name);
    if (!text) return undefined;
    const { values, group, untilMs } = JSON.parse(text);
    if (armed.get(name)?.diagnose().consent === "granted" && untilMs > Date.now() && typeof values === "object") {
      return { values, group, stale: [] };
    }
  } catch {
    // What is not readable is forgotten.
  }
  forget(name);
  return undefined;
}
