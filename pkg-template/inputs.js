// What `attach` listens to besides a dataLayer: it is recognised by its form. Loaded only by pages that attach such a source.
//
// | source                                              | file            |
// |-----------------------------------------------------|-----------------|
// | Segment, RudderStack, PostHog: their stub or object | `inputs/tracked.js`    |
// | Adobe's client data layer                           | `inputs/adobe.js`      |
// | `document`: Shopify, WooCommerce, JSON-LD           | `inputs/shopify.js`, `inputs/woocommerce.js`, `inputs/linked.js` |
// | `document`: clicks, dwell, scroll depth, if wanted  | `inputs/signals.js`    |
//
// All code here runs inside scripts of the shop or of others, so it never throws.
import { adobe } from "./inputs/adobe.js";
import { catalogue } from "./inputs/linked.js";
import { eventName, eventParams } from "./inputs/names.js";
import { shopify } from "./inputs/shopify.js";
import { signals } from "./inputs/signals.js";
import { tracked } from "./inputs/tracked.js";
import { woocommerce } from "./inputs/woocommerce.js";

/** @import { InputOptions } from "floorwalker" */
/** @import { Ears } from "./datalayer.js" */
/** @import { Bag } from "./inputs/names.js" */

/**
 * What a source tells.
 *
 * @typedef {object} Telling
 * @property {(event: string, params?: Bag) => void} tell an event by its GA4 name, or its own
 * @property {(event: string, params?: Bag) => void} tellOnce the same, but not what another script has just told
 * @property {(event: string, params?: Bag) => void} translate an event by its name elsewhere, with parameters of there
 * @property {<Args extends any[]>(work: (...its: Args) => unknown) => (...its: Args) => void} guarded a function that never throws
 * @property {() => number} now
 */

/** Milliseconds within which the same event with the same items is one that two scripts tell. */
const TWICE_MS = 1000;

/**
 * Listens to a source. Returns a function that stops.
 * @param {any} source
 * @param {InputOptions | null | undefined} options
 * @param {Ears} ears
 * @returns {() => void}
 */
export function hear(source, options, ears) {
  let isOn = true;
  let last = { text: "", at: Number.NEGATIVE_INFINITY };
  /** @type {Telling["guarded"]} */
  const guarded =
    (work) =>
    (...its) => {
      try {
        if (isOn) work(...its);
      } catch (error) {
        ears.broken(error);
      }
    };
  /** @type {Telling["tell"]} */
  const tell = (event, params = {}) => {
    if (isOn) ears.observe(event, params, ears.now(), false);
  };
  /** @type {Telling} */
  const telling = {
    tell,
    tellOnce(event, params = {}) {
      const at = ears.now();
      const text = JSON.stringify([event, params]);
      const isTwice = text === last.text && at - last.at < TWICE_MS;
      last = { text, at };
      if (!isTwice) tell(event, params);
    },
    translate(name, params = {}) {
      const event = eventName(name);
      tell(event, eventParams(event, params));
    },
    guarded,
    now: ears.now,
  };
  const stop = listening(source, options ?? {}, telling);
  return () => {
    isOn = false;
    stop();
  };
}

/** @param {any} source @param {InputOptions} options @param {Telling} telling @returns {() => void} */
function listening(source, options, telling) {
  if (source.nodeType) {
    const document = source.ownerDocument ?? source;
    const known = catalogue(document, options, telling);
    const stops = [
      known.stop,
      shopify(document, known, telling),
      woocommerce(document, known, telling),
      signals(document, options, telling),
    ];
    return () => stops.forEach((stop) => stop());
  }
  return ["track", "capture"].some((key) => typeof source[key] === "function") ? tracked(source, telling) : adobe(source, telling);
}
