// Events that a shop tells to Segment, RudderStack or PostHog.
//
// Until its library is there, each is an Array whose methods push `[method, ...arguments]`: the calls are read from it, so that they also count
// where the library is blocked. The library is then listened to: Segment tells of `track`, PostHog of `eventCaptured`; of RudderStack the method is
// wrapped. What was read from the Array, and the library tells again, counts once.

/** @import { Telling } from "../inputs.js" */

/** The methods by which events are told. */
const METHODS = ["track", "capture"];
/** The most events of an Array whose return is waited for. */
const MOST = 200;

/** @param {any} source @param {Telling} telling @returns {() => void} */
export function tracked(source, { translate, guarded }) {
  /** @type {[name: string, properties: Record<string, unknown>][]} */
  const read = [];
  /** @type {(() => void)[]} */
  const stops = [];
  /** @param {unknown} name @param {any} props @param {boolean} isStub */
  const heard = (name, props, isStub) => {
    const { event = name, properties = props } = Object(name);
    if (typeof event !== "string" || event.startsWith("$")) return; // PostHog's own events
    const own = Object.fromEntries(
      Object.entries(Object(typeof properties === "function" ? {} : properties)).filter(([key]) => !key.startsWith("$")),
    );
    if (isStub) {
      if (read.length < MOST) read.push([event, own]);
    } else {
      // A library adds properties of its own.
      const at = read.findIndex(([known, its]) => known === event && Object.keys(its).every((key) => same(its[key], own[key])));
      if (at >= 0) return void read.splice(at, 1);
    }
    translate(event, own);
  };
  const told = guarded((/** @type {unknown} */ name, /** @type {unknown} */ props) => heard(name, props, false));

  /** @param {any} library @param {boolean} isStub */
  const hearLibrary = (library, isStub) => {
    if (typeof library.capture === "function" && library.track === undefined) {
      const captured = (/** @type {any} */ its) => told(its?.event, its?.properties);
      // In the Array of an older snippet there is no `on`: what is pushed is called when the library is there.
      if (isStub) library.push(["on", "eventCaptured", captured]);
      else stops.push(library.on?.("eventCaptured", captured) ?? (() => {}));
    } else if (typeof library.on === "function") {
      library.on("track", told);
      stops.push(() => library.off?.("track", told));
    } else if (!isStub) stops.push(wrapped(library, "track", told));
  };

  if (Array.isArray(source)) {
    const entry = guarded((/** @type {any} */ its) => METHODS.includes(its?.[0]) && heard(its[1], its[2], true));
    for (const its of [...source]) entry(its);
    stops.push(wrapped(source, "push", (/** @type {unknown[]} */ ...entries) => entries.forEach(entry)));
    hearLibrary(source, true);
    // RudderStack has no `on`: its library says on the document that it is there.
    const initialised = guarded(
      (/** @type {any} */ { detail }) => detail?.analyticsInstance && hearLibrary(detail.analyticsInstance, false),
    );
    const { document } = globalThis;
    document?.addEventListener("RSA_Initialised", initialised);
    stops.push(() => document?.removeEventListener("RSA_Initialised", initialised));
  } else hearLibrary(source, false);
  return () => stops.forEach((stop) => stop());
}

/** @param {unknown} a @param {unknown} b */
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/**
 * Calls `before` ahead of a method. Returns a function that gives the method back, unless others have wrapped it since.
 * @param {any} its @param {string} method @param {(...given: any[]) => void} before
 */
function wrapped(its, method, before) {
  const own = its[method];
  if (typeof own !== "function") return () => {};
  /** @this {unknown} @param {unknown[]} given */
  const listening = function (...given) {
    before(...given);
    return own.apply(this, given);
  };
  try {
    its[method] = listening;
  } catch {
    return () => {}; // frozen: then nothing can be added to it either
  }
  return () => {
    if (its[method] === listening) its[method] = own;
  };
}
