/**
 * The shop's integration of Floorwalker: loads it, reports the shopper's events to it, and asks for its beliefs.
 *
 * The shop never waits for Floorwalker. Events before it is ready are queued with their time and observed later. If it cannot load, the
 * shop works as before, and `status()` says why.
 */
import { Floorwalker } from "floorwalker";
import { signal } from "../signal.js";
import { lang } from "../words/i18n.js";
import { rememberChoice, rememberedChoice } from "./choice.js";

const BUNDLE = "/models/store.fwb";
const MAX_SHOWN = 40;
const MAX_WAITING = 200;
/** The bundle's name of each page, by the first part of the address. @type {Record<string, string>} */
const PAGES = {
  c: "list",
  search: "list",
  saved: "list",
  p: "product",
  compare: "compare",
  cart: "cart",
  checkout: "checkout",
  done: "orders",
  orders: "orders",
  help: "help",
  policy: "help",
  account: "account",
};

/** @typedef {import("floorwalker").Decision} Decision */
/** @typedef {import("floorwalker").Explanation} Explanation */
/** @typedef {import("floorwalker").Item & { item_id?: string, item_name?: string }} Item */
/** @typedef {import("floorwalker").EventParams & { items?: Item[], search_term?: string, topic?: string, attribute?: string, value?: number | string }} Params */
/** @typedef {{ event: string, params: Params, at: number }} Seen */
/** @typedef {import("floorwalker").Reason} Reason */
/**
 * @typedef {object} Belief
 * @property {string} message
 * @property {Decision} decision
 * @property {Explanation | null} explanation
 * @property {Reason[]} words
 * @property {import("floorwalker").Feature[]} features
 */

/** @typedef {{ message: string, context: Record<string, string> }} Options */
/** @typedef {Partial<import("floorwalker").FloorwalkerError> | null | undefined} Thrown whatever was thrown, which need not be an error */

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

/** @type {import("../signal.js").Signal<void>} */
const statusChanged = signal();
/** @type {import("../signal.js").Signal<Seen | null>} newest event; null after they were erased */
const observed = signal();
/** @type {import("../signal.js").Signal<Belief | null>} */
const believed = signal();
/** @type {import("../signal.js").Signal<void>} */
const consented = signal();
export const onStatus = statusChanged.on;
export const onObserved = observed.on;
export const onBelief = believed.on;
export const onConsent = consented.on;

export const status = () => state;
export const events = () => seen;
export const currentBelief = () => belief;
export const card = () => fw?.card ?? null;
export const stored = () => (fw ? attempt(() => /** @type {Floorwalker} */ (fw).profile.export()) : null);

/** The engine; `null` until it is ready. */
export const engine = () => fw;
/** The shopper's consent to storage; `null` as long as there is no engine. */
export const consent = () => fw?.diagnose().consent ?? null;
/** What is kept, by event; `null` if that is not known. */
export const ledger = async () => {
  try {
    return (await fw?.profile.ledger()) ?? null;
  } catch (error) {
    fail(error);
    return null;
  }
};
/** The shopper's segment and the early warnings. */
export const portrait = () =>
  attemptWith((it, options) => {
    const segment = it.segment(options);
    const why = segment && it.explain({ ...options, head: "segment", output: segment.name });
    return { segment, why, risk: it.risk(options) };
  });
/** Why a head says what it says. @param {string} head */
export const whyHead = (head) => attemptWith((it, options) => it.explain({ ...options, head }));

/** Loads the engine and the shop's bundle. Never rejects. */
export async function wake() {
  const start = performance.now();
  try {
    fw = await Floorwalker.load(BUNDLE, { storage: "local", consent: rememberedChoice() });
    state = { state: "ready", ms: performance.now() - start };
    for (const { event, params, at } of waiting) tell(event, { ...params, timestamp: at });
    fw.on("change", schedule); // Events may also come from another tab.
  } catch (error) {
    const { code = "unknown", message = String(error) } = /** @type {Thrown} */ (error) ?? {};
    state = { state: "failed", code, message };
  }
  waiting = [];
  statusChanged.emit();
  consented.emit();
  think();
}

/** Says whether what the page learns may be kept on the device, now and on later visits. @param {"granted" | "denied"} choice */
export function setConsent(choice) {
  rememberChoice(choice);
  if (fw) attempt(() => /** @type {Floorwalker} */ (fw).setConsent(choice));
  consented.emit();
  schedule();
}

/** Redraws a page, for example in another language, without reporting events of the shopper. @param {() => void} work */
export function quietly(work) {
  quiet = true;
  try {
    work();
  } finally {
    quiet = false;
  }
}

/** Reports an event of the shopper. @param {string} event @param {Params} [params] */
export function observe(event, params = {}) {
  if (quiet) return;
  const at = Date.now();
  if (fw) tell(event, { timestamp: at, ...params });
  else if (state.state === "loading" && waiting.length < MAX_WAITING) waiting.push({ event, params, at });
  note(event, params, at);
  schedule();
}

/** Adds an event to those that the panel shows. @param {string} event @param {Params} params */
export function note(event, params, at = Date.now()) {
  seen = [{ event, params, at }, ...seen].slice(0, MAX_SHOWN);
  observed.emit(seen[0]);
}

/** Takes the message that the shopper is typing, sent or not: it updates the beliefs and is not stored. @param {string} message */
export function consider(message) {
  draft = message;
  schedule();
}

/** Computes decision and beliefs immediately. @param {string} [message] @returns {Belief | null} */
export function think(message = draft) {
  draft = message;
  if (due) cancelAnimationFrame(due);
  due = 0;
  if (!fw) return null;
  const options = { message, context: context() };
  belief = attempt(() => {
    const decision = /** @type {Floorwalker} */ (fw).route(options);
    const explanation = attempt(() => /** @type {Floorwalker} */ (fw).explain(options));
    return {
      message,
      decision,
      explanation,
      words: wordsOf(explanation, options),
      features: /** @type {Floorwalker} */ (fw).features({ context: options.context }),
    };
  });
  believed.emit(belief);
  return belief;
}

/** Forgets the shopper, in memory and in storage. */
export function erase() {
  if (fw) attempt(() => /** @type {Floorwalker} */ (fw).profile.erase());
  seen = [];
  waiting = [];
  observed.emit(null);
  think("");
}

/**
 * The contributions of the typed words. If the head that decides reads no words itself but another head that does, that other head is
 * explained instead.
 *
 * @param {Explanation | null} explanation
 * @param {Options} options
 * @returns {Reason[]}
 */
function wordsOf(explanation, options) {
  if (!explanation || !options.message?.trim()) return [];
  /** @param {Reason[]} reasons */
  const words = (reasons) => reasons.filter((r) => r.kind === "word");
  const own = words(explanation.reasons);
  if (own.length) return own;
  for (const { name, outputs } of /** @type {Floorwalker} */ (fw).card.heads) {
    if (name === explanation.head || !outputs.includes(explanation.output)) continue;
    const theirs = words(
      attempt(() => /** @type {Floorwalker} */ (fw).explain({ ...options, head: name, output: explanation.output }))?.reasons ?? [],
    );
    if (theirs.length) return theirs;
  }
  return [];
}

/** Schedules an update of the beliefs: at most one per animation frame, however many events there are. */
function schedule() {
  if (!due) due = requestAnimationFrame(() => think());
}

/** @param {string} event @param {Params} params */
function tell(event, params) {
  attempt(() => /** @type {Floorwalker} */ (fw).observe(event, params));
}

/** The shop's context features. Only those whose names the bundle has are passed on. */
function context() {
  const facts = {
    lang: /\p{Script=Han}/u.test(draft) ? "zh" : /[a-z]/i.test(draft) ? "en" : lang(),
    device: innerWidth < 760 ? "mobile" : "desktop",
    page: PAGES[location.hash.split("/")[1]?.split("?")[0] ?? ""] ?? "home",
  };
  const declared = new Set(/** @type {Floorwalker} */ (fw).card.features);
  const known = Object.entries(facts).filter(([name]) => declared.has(name) && !refused.has(name));
  // A feature of that name may be computed from events instead of given as context. Then the engine refuses it once, and it is not tried
  // again.
  return Object.fromEntries(
    known.filter(([name, value]) => {
      if (taken.has(name)) return true;
      try {
        /** @type {Floorwalker} */ (fw).features({ context: { [name]: value } });
        taken.add(name);
        return true;
      } catch {
        refused.add(name);
        return false;
      }
    }),
  );
}

/**
 * @template T
 * @param {(it: Floorwalker, options: { context: Record<string, string> }) => T} work
 * @returns {T | null} `null` also if there is no engine
 */
const attemptWith = (work) => (fw ? attempt(() => work(/** @type {Floorwalker} */ (fw), { context: context() })) : null);

/** @template T @param {() => T} work @returns {T | null} */
function attempt(work) {
  try {
    return work();
  } catch (error) {
    fail(error);
    return null;
  }
}

/** Notes a failure for the panel. @param {unknown} error */
function fail(error) {
  const { code = "unknown", message = String(error) } = /** @type {Thrown} */ (error) ?? {};
  state = { ...state, code, message };
  console.error(error);
  statusChanged.emit();
}
