// Decides what is kept of an event: the fields that the bundle's features read of it, and of texts only short ones that look like a category.
//
// | part of an event | kept                                                                                                      |
// |------------------|-----------------------------------------------------------------------------------------------------------|
// | its name         | if a feature listens to it; as "" if a feature listens to every event; otherwise the event is not kept    |
// | a number         | if a feature that listens to the event reads the field                                                    |
// | a text           | if such a feature reads it as a category: at most 64 bytes, no e-mail address, no telephone number        |
// | whose consent    | the name of the tool that told of it, or of the shop                                                       |
// | a correction     | the feature's name and what the shopper said of it, a text as above                                       |
// | anything else    | never                                                                                                     |
import { ITEM_FIELDS, ITEM_NAMES, MAX_ITEMS } from "./layout.js";
import { CONSENT, CORRECTION } from "./limits.js";
import { number } from "./number.js";

/** @import { Profile } from "floorwalker" */
/** @import { FeatureRow } from "./calls.js" */

/** @typedef {ReturnType<Profile["export"]>["events"][number]} Kept what is kept of an event */
/** @typedef {{ name: string, fields: Map<string, boolean> }} Read each field that a feature reads, and whether it may be kept as a text */
/** @typedef {(event: string, timestamp: number, params: Record<string, unknown>) => Kept | undefined} Keep */

/** Who may say that consent is granted. */
const SOURCES = ["shop", "google", "tcf", "shopify"];
const MAX_TEXT_BYTES = 64;
/** The form of most categories. A text of this form needs no further checks. */
const PLAIN = /^[a-z _-]*\d{0,6}[a-z _-]*$/i;
const EMAIL = /\S\s*(@|%40)\s*\S/;
/** Seven or more digits, with nothing between them except the punctuation of telephone numbers. */
const PHONE = /(\p{Nd}[\s()./+\p{Pd}]*){7}/u;
/** A telephone number in an item's field, where digits alone are an article number: it needs the punctuation of a telephone number. */
const ITEM_PHONE = /^\s*[+(]\s*(\p{Nd}[\s()./\p{Pd}]*){7}|\p{Nd}[\s()]+(\p{Nd}[\s()./\p{Pd}]*){6}|^\d{3}[.\p{Pd}]\d{3}[.\p{Pd}]\d{4}$/u;

/**
 * Returns the function that reduces an event to what is kept of it, for one bundle. `features` are as the engine describes them:
 * `[name, context, events, field, takesText, only]`.
 * @param {FeatureRow[]} features
 * @returns {Keep}
 */
export function keeping(features) {
  /** @type {Map<string, Read>} */
  const known = new Map(); // of the events that features name
  /** What features read of an event: the name that it is kept by and its fields; `undefined` if none listens. @param {string} event */
  const read = (event) => {
    let found = known.get(event);
    if (found) return found;
    for (const [, , events, field, takesText, only] of features) {
      if (!events || (events.length && !events.includes(event))) continue;
      found ??= { name: "", fields: new Map() };
      if (events.length) found.name = event;
      if (field) found.fields.set(field, takesText || Boolean(found.fields.get(field)));
      if (only) found.fields.set(only, true);
    }
    if (found?.name) known.set(event, found);
    return found;
  };
  /** @param {boolean | undefined} mayBeText @param {unknown} value @param {RegExp} phone */
  const safe = (mayBeText, value, phone) => {
    if (typeof value === "string") return mayBeText && isCategory(value, phone) ? value : undefined;
    if (mayBeText && typeof value === "number" && !isCategory(String(value), phone)) return undefined;
    return Number.isFinite(value) || typeof value === "boolean" ? value : undefined;
  };
  return (event, timestamp, params) => {
    if (event === CORRECTION) {
      const { feature, value, undo } = params;
      const said = value === null ? null : safe(typeof value === "string", value, PHONE);
      const names = features.some(([name]) => name === feature);
      return names && (undo || said !== undefined) ? { event, timestamp, feature, ...(undo ? { undo: 1 } : { value: said }) } : undefined;
    }
    if (event === CONSENT)
      return SOURCES.includes(/** @type {string} */ (params.from)) ? { event, timestamp, from: params.from } : undefined;
    const found = read(event);
    if (!found) return undefined;
    const { name, fields } = found;
    /** @type {Kept} */
    const kept = { event: name, timestamp };
    for (const [field, mayBeText] of fields) {
      if (ITEM_FIELDS.includes(field) || field.toLowerCase() === "message") continue;
      const value = Object.hasOwn(params, field) ? safe(mayBeText, params[field], PHONE) : undefined;
      if (value !== undefined) kept[field] = value;
    }
    const ofItems = ITEM_FIELDS.filter((field) => fields.has(field));
    if (ofItems.length && Object.hasOwn(params, "items") && Array.isArray(params.items)) {
      kept.items = params.items.slice(0, MAX_ITEMS).map((given) => {
        /** @type {Record<string, unknown>} */
        const item = {};
        for (const field of ofItems) {
          const isName = ITEM_FIELDS.indexOf(field) < ITEM_NAMES;
          const value = safe(fields.get(field), isName ? given?.[field] : number(given?.[field]), ITEM_PHONE);
          if (value !== undefined) item[field] = value;
        }
        return item;
      });
    }
    return kept;
  };
}

/** @param {string} text @param {RegExp} phone */
function isCategory(text, phone) {
  if (text.length > MAX_TEXT_BYTES) return false;
  if (PLAIN.test(text)) return true;
  let bytes = 0; // length in UTF-8: each half of a surrogate pair counts 2, half of the pair's 4 bytes
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    bytes += code < 0x80 ? 1 : code < 0x800 || code >> 11 === 27 ? 2 : 3;
  }
  const plain = text.normalize("NFKC"); // turns full-width characters, as Chinese keyboards type them, into ASCII
  return bytes <= MAX_TEXT_BYTES && !EMAIL.test(plain) && !phone.test(plain);
}
