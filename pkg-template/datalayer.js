// What a shop pushes to its `dataLayer`, as events. Everything here runs inside the shop's own `push`: no error leaves it.
import { own } from "./own.js";

/** When an entry was first heard by any object of this page: attached to again, it is the same event. */
const heardAt = new WeakMap();
/** When the outermost push began that is going on, whoever listens to it. */
let pushedAt;
/** Where Universal Analytics kept products. */
const UNIVERSAL = ["detail", "add", "remove", "checkout", "purchase", "impressions", "click"];

/**
 * Hears `dataLayer`, what is in it but for the entries in `seen`, and what will be pushed. `observe(event, params, at, isKnown)` gets each
 * event; `at` is when it was first heard, `isKnown` whether an object before this one did. `pass(event, why)` is told what is no event of the
 * shop's or is not understood, `broken(error)` that an entry cannot be read. Returns a function that stops it.
 */
export function listen(dataLayer, { now, seen, observe, pass, broken }) {
  let deaf = false;
  let waiting; // Tag Manager merges what is pushed: items may come before their event
  const take = (entry, at, isKnown) => {
    if (deaf || typeof entry !== "object" || entry === null) return;
    try {
      seen.add(entry);
      heardAt.set(entry, at);
      // gtag("event", name, params) pushes its arguments; Tag Manager pushes { event, ecommerce }.
      const isGtag = typeof entry[0] === "string";
      if (isGtag && entry[0] !== "event") return;
      const { event, ecommerce, ...rest } = isGtag ? { ...entry[2], event: entry[1] } : entry;
      const isNamed = typeof event === "string" && event !== "";
      if (isNamed && event.startsWith("gtm.")) return pass(event, "tag_manager");
      let about = ecommerce;
      if (!isGtag) {
        if (isNamed && about === undefined) about = waiting;
        if (isNamed || about !== undefined) waiting = isNamed ? undefined : about;
      }
      if (!isNamed) return;
      if (about && !Array.isArray(about.items) && UNIVERSAL.some((key) => key in about)) pass(event, "universal_analytics");
      observe(event, own(rest, about), at, isKnown);
    } catch (error) {
      broken(error);
    }
  };
  for (const entry of [...dataLayer]) {
    const at = seen.has(entry) ? undefined : heardAt.get(entry);
    if (!seen.has(entry)) take(entry, at ?? now(), at !== undefined);
  }
  const push = dataLayer.push;
  const listening = function (...entries) {
    const isOutermost = pushedAt === undefined;
    if (isOutermost && !deaf) pushedAt = now();
    try {
      // The shop's own listeners first: nothing here may keep them from an event.
      return push.apply(this, entries);
    } finally {
      for (const entry of entries) take(entry, pushedAt, false);
      if (isOutermost) pushedAt = undefined;
    }
  };
  try {
    dataLayer.push = listening;
  } catch (error) {
    broken(error); // frozen: nothing can be pushed to it either
  }
  return () => {
    deaf = true;
    if (dataLayer.push === listening) dataLayer.push = push;
  };
}
