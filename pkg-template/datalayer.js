// What a shop pushes to its `dataLayer`, as events. Everything here runs inside the shop's own `push`: no error leaves it.
import { own } from "./own.js";

/** When an entry was first heard by any object of this page: attached to again, it is the same event. */
const heardAt = new WeakMap();
/** When the outermost push began that is going on, whoever listens to it. */
let pushedAt;
/** Of each dataLayer the push that is ours, the one before it, and who listens. */
const hooks = new WeakMap();
/** Where Universal Analytics kept products. */
const UNIVERSAL = ["detail", "add", "remove", "purchase", "impressions"];

/**
 * Hears `dataLayer`, what is in it but for the entries in `seen`, and what will be pushed. `observe(event, params, at, isKnown)` gets each
 * event; `at` is when it was first heard, `isKnown` whether an object before this one did. `hears(event)` says whether an event is one that items
 * may have been pushed ahead for. `pass(event, why)` is told what is no event of the shop's or is not understood, `broken(error)` that an entry
 * cannot be read. Returns a function that stops it.
 */
export function listen(dataLayer, { now, seen, hears, observe, pass, broken }) {
  let waiting; // Tag Manager merges what is pushed: items may come before their event
  const read = (entry, at, isKnown) => {
    seen.add(entry);
    heardAt.set(entry, at);
    // gtag("event", name, params) pushes its arguments; Tag Manager pushes { event, ecommerce }.
    const isGtag = typeof entry[0] === "string";
    if (isGtag && entry[0] !== "event") return;
    const { event, ecommerce, ...rest } = isGtag ? { ...entry[2], event: entry[1] } : entry;
    const isNamed = typeof event === "string" && event !== "";
    if (isNamed && event.startsWith("gtm.")) return pass(event, "tag_manager");
    let about = ecommerce;
    if (!isGtag && !isNamed && about !== undefined) waiting = about;
    if (!isNamed) return;
    if (!isGtag && (about !== undefined || hears(event))) {
      if (about === undefined) about = waiting;
      waiting = undefined;
    }
    if (about && !Array.isArray(about.items) && UNIVERSAL.some((key) => key in about)) pass(event, "universal_analytics");
    observe(event, own(rest, about), at, isKnown);
  };
  const take = (entry, at, isKnown) => {
    try {
      if (typeof entry === "object" && entry !== null) read(entry, at, isKnown);
    } catch (error) {
      broken(error);
    }
  };
  for (const entry of [...dataLayer]) {
    if (seen.has(entry)) continue;
    const at = heardAt.get(entry);
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

/** Our push of a dataLayer: the one that is there, or a new one over what others put there since. */
function hooked(dataLayer, now, broken) {
  const known = hooks.get(dataLayer);
  if (known && dataLayer.push === known.listening) return known;
  const push = dataLayer.push;
  const takers = new Set();
  const listening = function (...entries) {
    const isOutermost = pushedAt === undefined;
    if (isOutermost) pushedAt = now();
    try {
      // The shop's own listeners first: nothing here may keep them from an event.
      return push.apply(this, entries);
    } finally {
      for (const take of [...takers]) for (const entry of entries) take(entry, pushedAt, false);
      if (isOutermost) pushedAt = undefined;
    }
  };
  const hook = { push, takers, listening };
  hooks.set(dataLayer, hook);
  try {
    dataLayer.push = listening;
  } catch (error) {
    broken(error); // frozen: nothing can be pushed to it either
  }
  return hook;
}
