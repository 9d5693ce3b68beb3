/** Returns a phrase of this page in the shop's language. */
import { lang } from "../words/i18n.js";
import { FLOOR } from "../words/floor.js";

/** @typedef {keyof typeof FLOOR} Phrase */

/** @param {Phrase} key @param {Record<string, string | number>} [vars] */
export function say(key, vars = {}) {
  const text = FLOOR[key][lang() === "zh" ? 1 : 0];
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(vars[name] ?? whole));
}
