/**
 * Floorwalker in this shop: loads it, tells it what the shopper does, and asks what it believes.
 *
 * The shop never waits for it. Events before it is ready are kept with their time and told later; if it cannot load,
 * the shop works as before and `status()` says why.
 */
import { Floorwalker } from "floorwalker";
import { signal } from "../signal.js";
import { lang } from "../words/i18n.js";

const BUNDLE = "/models/store.fwb";
const MAX_SHOWN = 40;
const MAX_WAITING = 200;
/** What the bundle calls the pages, by the first part of the address. */
const PAGES = { c: "list", search: "list", saved: "list", p: "product", compare: "compare", cart: "cart", checkout: "checkout", done: "orders", orders: "orders", help: "help", policy: "help", account: "account" };

/** @typedef {import("floorwalker").Decision} Decision */
/** @typedef {import("floorwalker").Explanation} Explanation */
/** @typedef {{ event: string, params: Record<string, any>, at: number }} Seen */
/** @typedef {{ message: string, decision: Decision, explanation: Explanation | null, words: import("floorwalker").Reason[], features: import("floorwalker").Feature[] }} Belief */

/** @type {Floorwalker | null} */
let fw = null;
/** @type {{ state: "loading" | "ready" | "failed", code?: string, message?: string, ms?: number }} */
let state = { state: "loading" };
/** @type {Seen[]} newest first */
let seen = [];
/** @type {Seen[]} */
let waiting = [];
/** @type {Belief | null} */
let belief = null;
let draft = "";
let due = 0;
let quiet = false;
/** @type {Set<string>} */
const refused = new Set();
/** @type {Set<string>} */
const taken = new Set();

const statusChanged = signal();
const observed = signal();
const believed = signal();
export const onStatus = statusChanged.on;
export const onObserved = observed.on;
export const onBelief = believed.on;

export const status = () => state;
export const events = () => seen;
export const currentBelief = () => belief;
export const card = () => fw?.card ?? null;
export const stored = () => (fw ? attempt(() => fw.profile.export()) : null);

/** Loads the engine and the shop's bundle. Never rejects. */
export async function wake() {
  const start = performance.now();
  try {
    fw = await Floorwalker.load(BUNDLE, { storage: "local" });
    state = { state: "ready", ms: performance.now() - start };
    for (const { event, params, at } of waiting) tell(event, { ...params, timestamp: at });
  } catch (error) {
    state = { state: "failed", code: error?.code ?? "unknown", message: error?.message ?? String(error) };
  }
  waiting = [];
  statusChanged.emit();
  think();
}

/** Draws a page anew, in another language for instance, without counting it as something the shopper did. @param {() => void} work */
export function quietly(work) {
  quiet = true;
  try {
    work();
  } finally {
    quiet = false;
  }
}

/** The shopper did something. @param {string} event @param {Record<string, any>} [params] */
export function observe(event, params = {}) {
  if (quiet) return;
  const at = Date.now();
  seen = [{ event, params, at }, ...seen].slice(0, MAX_SHOWN);
  if (fw) tell(event, { timestamp: at, ...params });
  else if (state.state === "loading" && waiting.length < MAX_WAITING) waiting.push({ event, params, at });
  observed.emit(seen[0]);
  schedule();
}

/** What the shopper is typing, sent or not: moves the beliefs, is not stored. @param {string} message */
export function consider(message) {
  draft = message;
  schedule();
}

/** Decides now. @param {string} [message] @returns {Belief | null} */
export function think(message = draft) {
  draft = message;
  if (due) cancelAnimationFrame(due);
  due = 0;
  if (!fw) return null;
  const options = { message, context: context() };
  belief = attempt(() => {
    const decision = fw.route(options);
    const explanation = attempt(() => fw.explain(options));
    return { message, decision, explanation, words: wordsOf(explanation, options), features: fw.features({ context: options.context }) };
  });
  believed.emit(belief);
  return belief;
}

/** Forgets the shopper, in memory and in storage. */
export function erase() {
  if (fw) attempt(() => fw.profile.erase());
  seen = [];
  waiting = [];
  observed.emit(null);
  think("");
}

/**
 * What the typed words did. The head that decides may not read words itself but another head that does:
 * then that one is asked.
 */
function wordsOf(explanation, options) {
  if (!explanation || !options.message?.trim()) return [];
  const words = (reasons) => reasons.filter((r) => r.kind === "word");
  const own = words(explanation.reasons);
  if (own.length) return own;
  for (const { name, outputs } of fw.card.heads) {
    if (name === explanation.head || !outputs.includes(explanation.output)) continue;
    const theirs = words(attempt(() => fw.explain({ ...options, head: name, output: explanation.output }))?.reasons ?? []);
    if (theirs.length) return theirs;
  }
  return [];
}

/** One thought per frame, however many events. */
function schedule() {
  if (!due) due = requestAnimationFrame(() => think());
}

function tell(event, params) {
  attempt(() => fw.observe(event, params));
}

/** Facts the shop knows; only those that the bundle knows by name are passed on. */
function context() {
  const facts = {
    lang: /\p{Script=Han}/u.test(draft) ? "zh" : /[a-z]/i.test(draft) ? "en" : lang(),
    device: innerWidth < 760 ? "mobile" : "desktop",
    page: PAGES[location.hash.split("/")[1]?.split("?")[0] ?? ""] ?? "home",
  };
  const declared = new Set(fw.card.features);
  const known = Object.entries(facts).filter(([name]) => declared.has(name) && !refused.has(name));
  // A feature of that name may be measured and not declared as a fact: then the engine says so, once.
  return Object.fromEntries(known.filter(([name, value]) => {
    if (taken.has(name)) return true;
    try {
      fw.features({ context: { [name]: value } });
      taken.add(name);
      return true;
    } catch {
      refused.add(name);
      return false;
    }
  }));
}

/** @template T @param {() => T} work @returns {T | null} */
function attempt(work) {
  try {
    return work();
  } catch (error) {
    state = { ...state, code: error?.code ?? "unknown", message: error?.message ?? String(error) };
    console.error(error);
    statusChanged.emit();
    return null;
  }
}
