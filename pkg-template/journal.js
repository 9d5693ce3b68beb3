// The journal: all that is kept of a shopper. The newest events, as far as the engine reads them and without typed text, in
// one storage key per bundle.
// Loading replays it, so there is no second form of the profile to keep in step.

import { failure } from "./failure.js";
import { MAX_EVENTS, SAVE_AFTER_MS } from "./limits.js";

const STORAGES = ["memory", "session", "local"];
const NOT_KEPT = new Set(["items", "event", "timestamp", "message"]);
/** Fields of an item, in the order in which they lie in the input buffer: first names, then numbers. */
export const ITEM_FIELDS = ["item_id", "item_category", "item_brand", "item_variant", "price", "quantity", "discount", "index"];

export class Journal {
  #events = [];
  #store;
  #key;
  #timer;

  /**
   * `storage`: "memory", "session" or "local"; falls back to memory where the browser refuses the others. Without consent
   * nothing is stored, and what was stored before is removed.
   */
  constructor(storage, name, consent) {
    if (!STORAGES.includes(storage)) throw failure("option_invalid", `storage is ${STORAGES.join(", ")}, not ${storage}`);
    this.#key = `floorwalker:${name}`;
    this.#store = open(storage);
    if (!consent) {
      this.erase();
      this.#store = undefined;
    }
    this.storage = this.#store ? storage : "memory";
    try {
      const kept = JSON.parse(this.#store?.getItem(this.#key) ?? "[]");
      if (Array.isArray(kept)) this.#events = kept.filter(isEvent).slice(-MAX_EVENTS);
    } catch {
      // Somebody else's value under our key: start anew.
    }
    if (this.#store) globalThis.addEventListener?.("pagehide", () => this.save());
  }

  events() {
    return this.#events.slice(-MAX_EVENTS);
  }

  add(event, timestamp, params) {
    this.#events.push(readable(event, timestamp, params));
    if (this.#events.length >= 2 * MAX_EVENTS) this.#events = this.#events.slice(-MAX_EVENTS);
    if (this.#store) this.#timer ??= setTimeout(() => this.save(), SAVE_AFTER_MS);
  }

  save() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    try {
      this.#store?.setItem(this.#key, JSON.stringify(this.events()));
    } catch {
      // Storage is full or was taken away: the profile goes on in memory.
    }
  }

  erase() {
    this.#events = [];
    clearTimeout(this.#timer);
    this.#timer = undefined;
    try {
      this.#store?.removeItem(this.#key);
    } catch {
      // Nothing can be read back either.
    }
  }
}

/** What the engine reads of an event; a message is read by `route` alone, and never kept. */
function readable(event, timestamp, params) {
  const kept = { event, timestamp };
  for (const key in params) if (!NOT_KEPT.has(key) && isPrimitive(params[key])) kept[key] = params[key];
  if (Array.isArray(params.items)) kept.items = params.items.map(readableItem);
  return kept;
}

/** The fields that a feature can name. */
function readableItem(item) {
  const kept = {};
  for (const field of ITEM_FIELDS) if (isPrimitive(item?.[field])) kept[field] = item[field];
  return kept;
}

/** Whether an event keeps a value of this sort. */
export function isPrimitive(value) {
  const type = typeof value;
  return type === "number" || type === "string" || type === "boolean";
}

function open(storage) {
  if (storage === "memory") return undefined;
  try {
    const store = storage === "local" ? globalThis.localStorage : globalThis.sessionStorage;
    store?.getItem("");
    return store;
  } catch {
    return undefined;
  }
}

function isEvent(value) {
  return typeof value?.event === "string" && typeof value.timestamp === "number";
}
