/**
 * The shop's language: the current choice, and phrases, money, numbers and dates formatted in it.
 * The choice is stored; without a stored choice, the browser's language decides.
 */
import { signal } from "../signal.js";
import { en } from "./en.js";
import { panelEn } from "./panel-en.js";
import { panelZh } from "./panel-zh.js";
import { zh } from "./zh.js";

/** @typedef {"en" | "zh"} Lang */
/** @typedef {keyof typeof WORDS.en} Phrase */
/** @typedef {[en: string, zh: string]} Pair a text in both languages */

const KEY = "lantern-row.lang";
const WORDS = { en: { ...en, ...panelEn }, zh: { ...zh, ...panelZh } };

/** @type {Lang} */
let current = remembered() ?? (navigator.language?.toLowerCase().startsWith("zh") ? "zh" : "en");
/** @type {import("../signal.js").Signal<void>} */
const changed = signal();

export const lang = () => current;
export const onLang = changed.on;
export const locale = () => (current === "zh" ? "zh-CN" : "en-US");

/** @param {Lang} next */
export function setLang(next) {
  if (next === current) return;
  current = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Storage is blocked: the choice holds for this visit.
  }
  markDocument();
  changed.emit();
}

export function markDocument() {
  document.documentElement.lang = locale();
}

function remembered() {
  try {
    const value = localStorage.getItem(KEY);
    return value === "en" || value === "zh" ? value : null;
  } catch {
    return null;
  }
}

/**
 * Returns a phrase of the shop in the current language. `{name}` in it is replaced by `vars.name`.
 *
 * @param {Phrase} key
 * @param {Record<string, string | number>} [vars]
 */
export function t(key, vars) {
  const text = WORDS[current][key] ?? WORDS.en[key] ?? key;
  return vars ? text.replace(/\{(\w+)\}/g, (whole, name) => String(vars[name] ?? whole)) : text;
}

/** A number of products as a phrase, as in "12 products". @param {number} n */
export const products = (n) => t(n === 1 ? "n_products_one" : "n_products", { n });

/**
 * A field that exists in both languages (`field_en`, `field_zh`), in the current one, or in English if that is missing.
 *
 * @template {string} F
 * @param {{ [K in `${F}_${Lang}`]?: string }} thing
 * @param {F} field
 */
export const pick = (thing, field) => thing[`${field}_${current}`] || thing[`${field}_en`] || "";

/** @param {number} amount */
export const money = (amount) =>
  new Intl.NumberFormat(locale(), {
    style: "currency",
    currency: "USD",
    currencyDisplay: "narrowSymbol",
    minimumFractionDigits: Number.isInteger(amount) ? 0 : 2,
  }).format(amount);

/** @param {number} share */
export const percent = (share) => {
  const p = share * 100;
  return `${p > 0 && p < 1 ? "<1" : Math.round(p)}${current === "zh" ? "%" : " %"}`.replace(" ", "\u202f");
};

/** @param {number} value */
export const number = (value, digits = 2) => new Intl.NumberFormat(locale(), { maximumFractionDigits: digits }).format(value);

/** @param {number} value */
export const signed = (value) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;

/** @param {number} ms */
export const clock = (ms) =>
  new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false }).format(ms);

/** A day of a year. @param {number} ms */
export const date = (ms) => new Intl.DateTimeFormat(locale(), { dateStyle: "medium" }).format(ms);

/** @param {number} ms */
export const day = (ms) => new Intl.DateTimeFormat(locale(), { weekday: "short", month: "short", day: "numeric" }).format(ms);
