// The journal in Web Storage, shared by all objects, pages and tabs of the shop's origin at the same time.
//
// One key holds the journal. It records when the journal began, and when the journal before it was erased. A page that finds another
// beginning, no journal, or a later erasure knows that the shopper was forgotten meanwhile, even if the page was asleep and got no event.
import { isConsent, underConsent } from "./consent.js";
import { area, attempt, Journal, KEY, keys, line, sharing } from "./journal.js";
import { MAX_EVENTS, SAVE_AFTER_MS } from "./limits.js";

/** @import { Storage as Kind } from "floorwalker" */
/** @import { Line, Owner } from "./journal.js" */
/** @import { Kept } from "./kept.js" */

/**
 * The journal as it lies in Web Storage, where anybody may have written: each property may be missing. A comparison with a missing
 * `erased` is false, as it should be, so the type leaves that case out.
 * @typedef {{ began?: number, erased: number, features?: unknown, events?: unknown }} Stored
 */

/** Two tabs that begin a journal at the same time learn of each other within this many milliseconds. */
const AT_ONCE_MS = 5 * SAVE_AFTER_MS;

/**
 * Opens the store of a kind, `"session"` or `"local"`, or one in memory if the browser denies access. `owner` is
 * `{ heard(events), forgotten(), warn(code, message), keep(event), features }`.
 * @param {Owner} owner
 * @param {Kind} kind
 */
export function open(owner, kind) {
  const found = area(kind);
  return found ? new WebStore(kind, found, owner) : new Journal(owner);
}

/**
 * A journal that other objects, pages and tabs write to as well, as one text. It knows how to merge that text with its own events; where the text
 * lies is up to its subclasses.
 */
export class Shared extends Journal {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;
  #features;
  /** @type {number | undefined} */
  #began; // when the stored journal began; undefined: this store has written nothing
  #beginning = 0; // what the text that is being stored says of that
  /** @type {number | undefined} */
  #erased; // when the previous journal was erased
  /** @type {string | null} */
  #raw = null; // the stored text as last read or written
  /** @type {[name: string, listener: EventListener][]} */
  #listeners = [];

  /** Drops the oldest events, but not the entry that tells whose consent the oldest of the others were stored under. */
  bound() {
    const before = this.lines;
    super.bound();
    const [first] = this.lines;
    const told = first && !isConsent(first) ? before.findLast((line) => isConsent(line) && line.at < first.at) : undefined;
    if (told) this.lines.splice(0, this.lines.length < MAX_EVENTS ? 0 : 1, told);
  }

  events() {
    this.bound();
    return super.events();
  }

  /** @param {Kind} kind @param {Owner} owner */
  constructor(kind, owner) {
    super(owner);
    this.kind = kind;
    this.#features = owner.features;
    sharing().add(this);
  }

  /** Takes over the events of other keys of this package in Web Storage, and removes the keys. @param {Storage | undefined} area */
  adopt(area) {
    for (const key of keys(area).filter((key) => key !== KEY)) {
      for (const event of eventsIn(parsed(attempt(() => area?.getItem(key))))) {
        const kept = this.owner.keep(event);
        if (kept && kept.timestamp >= this.since()) this.lines.push(line(kept));
      }
      attempt(() => area?.removeItem(key));
    }
    if (this.lines.length) this.owner.heard(this.events());
  }

  /** Merges a stored text with this store's events, and returns the events that are new here. @param {string | null} raw @returns {Kept[]} */
  take(raw) {
    this.timer = /** @type {undefined} */ (clearTimeout(this.timer));
    /** @type {Line[]} */
    let news = [];
    if (raw !== this.#raw) {
      const { began, erased, events, features } = /** @type {Stored} */ (parsed(raw) ?? {});
      if (this.#began !== undefined && (erased >= this.#began || !this.#isSame(began))) this.forget();
      this.#raw = raw;
      if (Number.isFinite(began)) {
        this.#began = Math.min(/** @type {number} */ (began), this.#began ?? /** @type {number} */ (began));
        this.#erased = erased;
        const mine = new Map(this.lines.map((line) => [line.id, line]));
        const since = this.since();
        const theirs = eventsIn(events)
          .filter(({ timestamp }) => timestamp >= since)
          .map(line);
        news = theirs.filter(({ id }) => !mine.has(id));
        const both = theirs.map((one) => joined(one, mine.get(one.id)));
        const known = new Set(theirs.map(({ id }) => id));
        /** @type {Journal} */ (this).lines = [...both, ...this.lines.filter(({ id }) => !known.has(id))];
        const before = Array.isArray(features) ? features : [];
        if (theirs.length) this.fresh = this.owner.features.filter((feature) => !before.includes(feature));
        this.#features = [...new Set([...before, ...this.#features])];
      }
    }
    this.bound();
    return news.map(({ text }) => JSON.parse(text));
  }

  /** The text that is to be stored now; `undefined` if it is stored already, or there is no event and never was. */
  give() {
    if (this.lines.length === 0 && this.#began === undefined) return undefined;
    this.#beginning = this.#began ?? Date.now();
    const head = JSON.stringify({ began: this.#beginning, erased: this.#erased, features: this.#features }).slice(0, -1);
    const text = `${head},"events":[${this.lines.map(({ text }) => text)}]}`;
    return text === this.#raw ? undefined : text;
  }

  /** @param {string} text what was stored */
  gave(text) {
    this.#raw = text;
    this.#began = this.#beginning;
  }

  erase() {
    this.drop();
    super.erase();
  }

  /** Drops this store's events, because the stored journal was erased. @param {boolean} [forGood] */
  forget(forGood) {
    this.drop();
    if (forGood) this.leave();
    this.owner.forgotten();
  }

  /**
   * Whether a journal that began at `began` is this one. Two tabs that begin at the same time write two beginnings for one journal.
   * @param {number | undefined} began
   */
  #isSame(began) {
    return (
      began === this.#began ||
      (Math.abs(/** @type {number} */ (began) - /** @type {number} */ (this.#began)) < AT_ONCE_MS &&
        Date.now() - /** @type {number} */ (this.#began) < 2 * AT_ONCE_MS)
    );
  }

  /** Drops this store's events. */
  drop() {
    if (this.#began !== undefined) this.#erased = Date.now();
    this.timer = /** @type {undefined} */ (clearTimeout(this.timer));
    this.empty();
    this.#raw = null;
    this.#began = undefined;
  }

  /** Stops sharing: from now on the store is in memory only. */
  leave() {
    this.timer = /** @type {undefined} */ (clearTimeout(this.timer));
    for (const [name, listener] of this.#listeners) globalThis.removeEventListener?.(name, listener);
    sharing().delete(this);
    this.kind = "memory";
  }

  /** @param {string} name @param {(event: StorageEvent) => void} listener */
  listen(name, listener) {
    globalThis.addEventListener?.(name, /** @type {EventListener} */ (listener));
    this.#listeners.push([name, /** @type {EventListener} */ (listener)]);
  }
}

class WebStore extends Shared {
  /** @type {Storage | undefined} */
  #area;

  /** @param {Kind} kind @param {Storage} area @param {Owner} owner */
  constructor(kind, area, owner) {
    super(kind, owner);
    this.#area = area;
    this.listen("pagehide", () => this.merge());
    this.listen("pageshow", () => this.merge());
    this.listen("storage", ({ key, newValue, storageArea }) => {
      if (storageArea !== area || (key !== KEY && key !== null)) return;
      if (newValue) this.#soon();
      else if (newValue === null) this.forget();
    });
    // The previous version of the package had one key for each bundle name, and kept typed messages: reduce its events and remove its keys.
    this.adopt(area);
    this.merge();
  }

  /** @param {Kept} event */
  append(event) {
    underConsent(this, (entry) => super.append(entry), event.timestamp);
    super.append(event);
    if (this.#area) this.#soon();
  }

  merge() {
    const area = this.#area;
    const news = this.take(attempt(() => area?.getItem(KEY)) ?? null);
    if (area) this.#write(area);
    if (news.length) this.owner.heard(news);
  }

  close() {
    this.merge();
    this.leave();
  }

  leave() {
    super.leave();
    this.#area = undefined;
  }

  #soon() {
    this.timer ??= setTimeout(() => this.merge(), SAVE_AFTER_MS);
  }

  /**
   * Writes what is not written yet. While the browser has no room for it, the older half of the events is dropped.
   * @param {Storage} area
   */
  #write(area) {
    for (let text = this.give(); text !== undefined; text = this.give()) {
      try {
        area.setItem(KEY, text);
        return this.gave(text);
      } catch {
        if (this.lines.length === 0) return;
        this.forgetOldest(Math.ceil(this.lines.length / 2));
      }
    }
  }
}

/**
 * Merges one event that two owners kept, each with the fields that its own bundle reads.
 * @param {Line} theirs
 * @param {Line | undefined} mine
 */
function joined(theirs, mine) {
  if (!mine || mine.text === theirs.text) return theirs;
  const [a, b] = [theirs, mine].map(({ text }) => JSON.parse(text));
  const items = (a.items ?? b.items)?.map((/** @type {unknown} */ _, /** @type {number} */ at) => ({ ...a.items?.[at], ...b.items?.[at] }));
  return line({ ...a, ...b, ...(items && { items }) });
}

/** @param {string | null | undefined} text @returns {unknown} */
function parsed(text) {
  return attempt(() => JSON.parse(/** @type {string} */ (text)));
}

/** @param {unknown} value @returns {Kept[]} */
function eventsIn(value) {
  return Array.isArray(value) ? value.filter((event) => typeof event?.event === "string" && Number.isFinite(event.timestamp)) : [];
}
