// What of an event is kept: what the bundle's features read, and no text that a person typed.
//
// | of an event     | kept                                                                                                   |
// |-----------------|--------------------------------------------------------------------------------------------------------|
// | its name        | where a feature listens to it; as "" where a feature listens to every event; else the event is not kept |
// | a number        | where a feature reads the field                                                                        |
// | a text          | where a feature reads the field as a category: at most 64 bytes, no e-mail address, no telephone number |
// | anything else   | never                                                                                                  |
import { ITEM_FIELDS, ITEM_NAMES, MAX_ITEMS } from "./limits.js";
import { number } from "./queues.js";

const MAX_TEXT_BYTES = 64;
const EMAIL = /\S(@|%40)\S/i;
/** Seven digits or more with nothing between them but what people write between the digits of a telephone number. */
const PHONE = /(\d[\s()./+-]*){7}/;
/** The same of an item's field, where digits alone are an article number: only with a sign of a telephone number. */
const ITEM_PHONE = /^\s*[+(]\s*(\d[\s()./-]*){7}|\d[\s()]+(\d[\s()./-]*){6}|^\d{3}[-.]\d{3}[-.]\d{4}$/;

/** The rule for one bundle; `features` as the engine describes them: `[name, context, events, field, takesText, only]`. */
export function keeping(features) {
  const names = new Set();
  const fields = new Map(); // those that a feature reads, and whether as a text too
  let all = false;
  for (const [, , events, field, takesText, only] of features) {
    if (!events) continue;
    all ||= events.length === 0;
    for (const name of events) names.add(name);
    if (field) fields.set(field, takesText || Boolean(fields.get(field)));
    if (only) fields.set(only, true);
  }
  const ofItems = ITEM_FIELDS.filter((field) => fields.has(field));
  const ofEvents = [...fields.keys()].filter((field) => !ITEM_FIELDS.includes(field) && field.toLowerCase() !== "message");
  const known = (field, value, phone) => {
    if (typeof value === "string") return fields.get(field) && isCategory(value, phone) ? value : undefined;
    return Number.isFinite(value) || typeof value === "boolean" ? value : undefined;
  };
  const item = (found) => {
    const kept = {};
    for (const field of ofItems) {
      const isName = ITEM_FIELDS.indexOf(field) < ITEM_NAMES;
      const value = known(field, isName ? found?.[field] : number(found?.[field]), ITEM_PHONE);
      if (value !== undefined) kept[field] = value;
    }
    return kept;
  };
  return (event, timestamp, params) => {
    if (!all && !names.has(event)) return undefined;
    const kept = { event: names.has(event) ? event : "", timestamp };
    for (const field of ofEvents) {
      const value = Object.hasOwn(params, field) ? known(field, params[field], PHONE) : undefined;
      if (value !== undefined) kept[field] = value;
    }
    if (ofItems.length && Object.hasOwn(params, "items") && Array.isArray(params.items)) kept.items = params.items.slice(0, MAX_ITEMS).map(item);
    return kept;
  };
}

function isCategory(text, phone) {
  let bytes = 0; // in UTF-8
  for (const character of text) {
    const code = character.codePointAt(0);
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (bytes > MAX_TEXT_BYTES) return false;
  }
  return !EMAIL.test(text) && !phone.test(text);
}
