/** Marks the words of a typed message that raised the probability of an intent, and those that lowered it. */
import { h } from "../dom.js";

/** @typedef {import("floorwalker").Reason} Reason */

const STRONG = 0.66;
const WEAK = 0.2;

/**
 * Returns the message with its words marked. Words may overlap, as Chinese character groups do: then their contributions add up.
 *
 * @param {string} message
 * @param {Reason[]} words
 */
export function marked(message, words) {
  const weights = new Float64Array(message.length);
  const lower = message.toLowerCase();
  for (const { name, contribution } of words) {
    const word = name.toLowerCase().trim();
    if (!word || lower.length !== message.length) continue;
    for (let at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + 1)) {
      if (!standsAlone(lower, at, word)) continue;
      for (let i = at; i < at + word.length; i += 1) weights[i] += contribution;
    }
  }
  const top = weights.reduce((max, w) => Math.max(max, Math.abs(w)), 0);
  /** @param {number} w */
  const classOf = (w) => {
    const share = top ? Math.abs(w) / top : 0;
    if (share < WEAK) return "";
    return `${w > 0 ? "for" : "against"}${share > STRONG ? " strong" : ""}`;
  };
  const parts = [];
  for (let i = 0; i < message.length; ) {
    const look = classOf(weights[i]);
    let end = i + 1;
    while (end < message.length && classOf(weights[end]) === look) end += 1;
    const text = message.slice(i, end);
    parts.push(look ? h("mark", { class: look }, text) : text);
    i = end;
  }
  return parts;
}

/**
 * Whether a match is a whole word: "art" in "cart" is not. Only Latin words are checked, because Chinese has no spaces.
 *
 * @param {string} text @param {number} at @param {string} word
 */
function standsAlone(text, at, word) {
  /** @param {string | undefined} c */
  const latin = (c) => c !== undefined && /[a-z0-9]/.test(c);
  return !(latin(word[0]) && latin(text[at - 1])) && !(latin(word.at(-1)) && latin(text[at + word.length]));
}

/** The words with the largest positive contributions, as typed; no word is part of another. @param {Reason[]} words */
export function strongest(words, n = 2) {
  /** @type {string[]} */
  const taken = [];
  for (const { name } of [...words].filter((w) => w.contribution > 0).sort((a, b) => b.contribution - a.contribution)) {
    const word = name.trim();
    if (word && !taken.some((w) => w.includes(word) || word.includes(w))) taken.push(word);
    if (taken.length === n) break;
  }
  return taken;
}
