// The journal: a shopper's newest events, reduced to what may be kept of them (`kept.js`). This file keeps it in memory. `storage.js`
// shares it through Web Storage, and `database.js` through IndexedDB; they are loaded only if a shop asks for that.
//
// A store is `{ kind, fresh, events(), has(event), append(event), merge(), erase(), close() }` and passes the suite in
// `tests/package/stores.mjs`:
// - An event is identified by its name and time. If two events of one name share a millisecond, the second is kept a millisecond later.
// - `append`: the event is in `events()` at once, and in storage within a second, or when the page is left.
// - `merge`: merges this owner's events with those that others wrote; `owner.heard(events)` is called with the events that are new here.
// - `erase`: forgets everything. Other owners that share the storage get a call of `owner.forgotten()`, and do not write their events back.
// - `close`: merges once more; afterwards the store neither reads nor writes.
// - Events older than the owner keeps them are dropped, when they are read and when others are written.
// - The numbers of events and of characters are bounded. The oldest events are dropped first; `owner.warn` is called if the limit of
//   characters was the reason.
import { MAX_EVENTS, MAX_JOURNAL_CHARS } from "./limits.js";

/** @import { Storage as Kind, Warning } from "floorwalker" */
/** @import { Kept } from "./kept.js" */

/** @typedef {{ at: number, id: string, text: string }} Line an event's time, its identifier and its JSON */
/** @typedef {Pick<Kept, "event" | "timestamp">} Identified */
/** @typedef {Journal & { forget(forGood?: boolean): void }} SharedStore */

/**
 * @typedef {object} Owner
 * @property {string[]} features the rows of the features that listen to events, each as JSON
 * @property {(events: Kept[]) => void} heard
 * @property {() => void} forgotten
 * @property {(event: Kept) => Kept | undefined} keep
 * @property {(code: Warning["code"], message: string) => void} warn
 * @property {() => string | undefined} [consent] who said that consent is granted
 * @property {number} [room] the most characters of its events
 * @property {() => number} [since] the time before which events are no longer kept
 */

export const KEY = "floorwalker";
/**
 * The global variable that holds each kind of storage.
 * @type {Record<Kind, "sessionStorage" | "localStorage" | undefined>}
 */
export const AREAS = { memory: undefined, session: "sessionStorage", local: "localStorage", indexeddb: undefined };

/**
 * The stores of this page that use Web Storage, including those of other copies of this package. The browser's `storage` event reaches
 * other pages only, so stores of the same page find each other here.
 * @returns {Set<SharedStore>}
 */
export function sharing() {
  // biome-ignore format: it would move the cast from `globalThis` to the whole assignment
  return (/** @type {Record<symbol, Set<SharedStore>>} */ (globalThis)[Symbol.for("floorwalker.stores")] ??= new Set());
}

/**
 * Empties every storage and makes all stores of this page except `but` forget their events. `forGood`: consent was denied, so no object of
 * this page stores anything from now on.
 * @param {boolean} forGood
 * @param {Journal} [but]
 */
export function forgetAll(forGood, but) {
  for (const kind of Object.keys(AREAS)) {
    const from = area(/** @type {Kind} */ (kind));
    // If the key is absent, its removal raises no `storage` event in other pages; so it is created first.
    if (from?.getItem(KEY) === null) attempt(() => from.setItem(KEY, ""));
    for (const key of keys(from)) attempt(() => /** @type {Storage} */ (from).removeItem(key));
  }
  attempt(() => globalThis.indexedDB?.deleteDatabase(KEY));
  for (const store of [...sharing()]) if (store !== but) store.forget(forGood);
}

export class Journal {
  /** @type {Kind} */
  kind = "memory";
  /**
   * The owner's features that did not exist when the stored events were written, so that nothing was kept for them.
   * @type {string[]}
   */
  fresh = [];
  /** @type {Line[]} */
  lines = []; // for each event its time, its identifier and its JSON; oldest first

  #newest = 0;
  /** @type {Map<string, number>} */
  #next = new Map(); // for each taken name and time: the next time that may be free

  /** @param {Owner} owner */
  constructor(owner) {
    this.owner = owner;
  }

  /** @returns {Kept[]} */
  events() {
    return this.lines.slice(-MAX_EVENTS).map(({ text }) => JSON.parse(text));
  }

  /** Whether an event of this name and time is kept. @param {Identified} event */
  has(event) {
    const wanted = id(event);
    return this.lines.some((known) => known.id === wanted);
  }

  /** @param {Kept} event */
  append(event) {
    // Two events of one name in one millisecond stay two events, even if what is kept of them is equal.
    event = { ...event };
    const taken = [];
    let next = event.timestamp;
    do {
      event.timestamp = next;
      taken.push(id(event));
      next = this.#next.get(id(event)) ?? (next <= this.#newest && this.has(event) ? next + 1 : NaN);
    } while (next > event.timestamp);
    for (const one of taken) this.#next.set(one, event.timestamp + 1);
    this.#newest = Math.max(this.#newest, event.timestamp);
    this.lines.push(line(event));
    if (this.lines.length >= 2 * MAX_EVENTS) this.bound();
  }

  merge() {
    this.bound();
  }

  erase() {
    this.empty();
    forgetAll(false, this);
  }

  close() {}

  /** Drops all events, and the record of which names and times were taken. */
  empty() {
    this.lines = [];
    this.bound();
  }

  /** Drops the oldest events beyond the limits of events and characters. */
  bound() {
    const since = this.since();
    this.lines = this.lines
      .filter(({ at }) => at >= since)
      .sort((a, b) => a.at - b.at)
      .slice(-MAX_EVENTS);
    this.#newest = this.lines.at(-1)?.at ?? 0;
    this.#next.clear();
    let first = this.lines.length;
    for (let chars = 0; first > 0; first--) {
      chars += this.lines[first - 1].text.length + 1;
      if (chars > (this.owner.room ?? MAX_JOURNAL_CHARS)) return this.forgetOldest(first);
    }
  }

  /** The time before which events are no longer kept. */
  since() {
    return this.owner.since?.() ?? -Infinity;
  }

  /** @param {number} count */
  forgetOldest(count) {
    this.lines = this.lines.slice(count);
    this.owner.warn("journal_full", "no room: the oldest events are forgotten");
  }
}

/** @param {Kept} event @returns {Line} */
export function line(event) {
  return { at: event.timestamp, id: id(event), text: JSON.stringify(event) };
}

/** @param {Identified} event */
const id = ({ timestamp, event }) => `${timestamp} ${event}`;

/**
 * This package's keys in a storage: the current key, and the previous version's keys, one for each bundle name.
 * @param {Storage | undefined} area
 */
export function keys(area) {
  return attempt(() => Object.keys(/** @type {Storage} */ (area)).filter((key) => key === KEY || key.startsWith(`${KEY}:`))) ?? [];
}

/** The Web Storage of a kind; `undefined` if there is none or the browser denies access. @param {Kind} kind */
export function area(kind) {
  return attempt(() => {
    const found = globalThis[/** @type {"localStorage"} */ (AREAS[kind])];
    found?.getItem(KEY);
    return found;
  });
}

/**
 * The result of `work`; `undefined` if it throws, for example because the browser denies access to storage.
 * @template T
 * @param {() => T} work
 * @returns {T | undefined}
 */
export function attempt(work) {
  try {
    return work();
  } catch {
    return undefined;
  }
}
