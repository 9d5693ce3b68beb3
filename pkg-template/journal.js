// The journal: a shopper's newest events, as much of them as may be kept (kept.js). Here it is in memory; storage.js shares it through Web
// Storage, and is loaded only where a shop asks for that.
//
// A store is `{ kind, fresh, events(), has(event), append(event), merge(), erase(), close() }` and passes the suite in tests/package/stores.mjs:
// - An event is named by its name and time: of two in one millisecond the second is kept a millisecond later.
// - `append`: the event is in `events()` at once, and in storage within a second, or when the page is left.
// - `merge`: brings together what this owner has and what others wrote; `owner.heard(events)` gets the events that are new here.
// - `erase`: forgets everything. Others who share the storage hear `owner.forgotten()`, and do not write theirs back.
// - `close`: merges once more; afterwards nothing is heard or written.
// - Events and characters are bounded. The oldest events go first, and `owner.warn` is told where characters were the reason.
import { MAX_EVENTS, MAX_JOURNAL_CHARS } from "./limits.js";

export const KEY = "floorwalker";
/** Where each kind of storage is. */
export const AREAS = { memory: undefined, session: "sessionStorage", local: "localStorage" };

/** Stores of this page that share a storage, also those of another copy of this package: the browser tells other pages only. */
export function sharing() {
  return (globalThis[Symbol.for("floorwalker.stores")] ??= new Set());
}

/** Empties every storage. `forGood`: consent was denied, and no object of this page stores anything from now on. */
export function forgetAll(forGood, but) {
  for (const kind of Object.keys(AREAS)) {
    const from = area(kind);
    // Where nothing was stored yet, other pages would hear of no removal.
    if (from?.getItem(KEY) === null) attempt(() => from.setItem(KEY, ""));
    for (const key of keys(from)) attempt(() => from.removeItem(key));
  }
  for (const store of [...sharing()]) if (store !== but) store.forget(forGood);
}

export class Journal {
  kind = "memory";
  /** Those of the owner's features that the stored events were kept without. */
  fresh = [];
  lines = []; // of each event its time, what names it, and its JSON; oldest first

  #newest = 0;
  #next = new Map(); // by name and time: the next time that may be free

  constructor(owner) {
    this.owner = owner;
  }

  events() {
    return this.lines.slice(-MAX_EVENTS).map(({ text }) => JSON.parse(text));
  }

  /** Whether an event of this name and time is kept. */
  has(event) {
    const wanted = id(event);
    return this.lines.some((known) => known.id === wanted);
  }

  append(event) {
    // Two events of one name in one millisecond are two, also when little of them is kept.
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

  /** What was here goes, and no name or time of it stays. */
  empty() {
    this.lines = [];
    this.bound();
  }

  /** Forgets the oldest events, beyond what may be kept. */
  bound() {
    this.lines = this.lines.sort((a, b) => a.at - b.at).slice(-MAX_EVENTS);
    this.#newest = this.lines.at(-1)?.at ?? 0;
    this.#next.clear();
    let first = this.lines.length;
    for (let chars = 0; first > 0; first--) {
      chars += this.lines[first - 1].text.length + 1;
      if (chars > MAX_JOURNAL_CHARS) return this.forgetOldest(first);
    }
  }

  forgetOldest(count) {
    this.lines = this.lines.slice(count);
    this.owner.warn("journal_full", "no room: the oldest events are forgotten");
  }
}

export function line(event) {
  return { at: event.timestamp, id: id(event), text: JSON.stringify(event) };
}

const id = ({ timestamp, event }) => `${timestamp} ${event}`;

/** Keys of ours in a storage: today's, and one for each bundle's name of the version before. */
export function keys(area) {
  return attempt(() => Object.keys(area).filter((key) => key === KEY || key.startsWith(`${KEY}:`))) ?? [];
}

/** A kind of Web Storage, or `undefined` where there is none, or the browser refuses it. */
export function area(kind) {
  return attempt(() => {
    const found = globalThis[AREAS[kind]];
    found?.getItem(KEY);
    return found;
  });
}

/** What `work` gives; `undefined` where the browser refuses it. */
export function attempt(work) {
  try {
    return work();
  } catch {
    return undefined;
  }
}
