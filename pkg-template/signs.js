// What a developer who integrates the package is told: warnings, each once; that something changed; and how many events counted.
import { failure } from "./failure.js";

/** @import { Diagnosis, Warning } from "floorwalker" */

/** @typedef {"unknown" | "duplicate" | "stale" | "tag_manager" | "universal_analytics"} Why */
/** @typedef {Diagnosis["events"][number]} Counts */
/** @typedef {{ kind: "change" | "erase" | "event" | "warning", listener: (what: any) => void }} Entry */

const KINDS = ["change", "erase", "event", "warning"];
/** The most event names that are counted separately; all further names are counted together. */
const MAX_NAMES = 100;
const DEVELOPMENT = /^(.*\.)?localhost$|^127\.|^\[::1]$/;

export class Signs {
  /** @type {Set<Entry>} */
  #listeners = new Set();
  /** @type {Map<Warning["code"], Warning>} */
  #warnings = new Map();
  /** @type {Map<string, Counts>} */
  #events = new Map();
  #isChanging = false;

  /** @param {Entry["kind"]} kind @param {Entry["listener"]} listener */
  on(kind, listener) {
    if (!KINDS.includes(kind) || typeof listener !== "function") {
      throw failure("option_invalid", `on(${KINDS.join(" | ")}, function)`);
    }
    const entry = { kind, listener };
    this.#listeners.add(entry);
    if (kind === "warning") for (const warning of this.#warnings.values()) this.#tell(entry, warning);
    return () => this.#listeners.delete(entry);
  }

  /**
   * Raises a warning: listeners are told once for each code, later calls only count.
   * @param {Warning["code"]} code
   * @param {string} message
   */
  warn(code, message) {
    const known = this.#warnings.get(code);
    if (known) return void known.times++;
    const warning = { code, message, times: 1 };
    this.#warnings.set(code, warning);
    this.#emit("warning", warning);
    // biome-ignore lint/complexity/useLiteralKeys: the build drops calls of `console`, and this one is meant
    if (DEVELOPMENT.test(globalThis.location?.hostname)) globalThis["console"]?.warn(`floorwalker: ${message} (${code})`);
  }

  /** Tells listeners of an event that counted. @param {import("floorwalker").Observed} event */
  observed(event) {
    this.#emit("event", event);
  }

  /** Tells listeners that the shopper was forgotten. */
  erased() {
    this.#emit("erase");
    this.changed();
  }

  /** Tells listeners, once per task, that an event counted or the shopper was forgotten, so that the next decision may differ. */
  changed() {
    if (this.#isChanging) return;
    this.#isChanging = true;
    setTimeout(() => {
      this.#isChanging = false;
      this.#emit("change");
    });
  }

  /** @param {string} event */
  counted(event) {
    this.#of(event).counted++;
    this.changed();
  }

  /**
   * `why`: `unknown`, `duplicate`, `stale`, `tag_manager`, `universal_analytics`; the package's README says what each means.
   * @param {string} event
   * @param {Why} why
   */
  ignored(event, why) {
    const { ignored } = this.#of(event);
    ignored[why] = (ignored[why] ?? 0) + 1;
  }

  found() {
    return {
      events: [...this.#events.values()].map((found) => ({ ...found, ignored: { ...found.ignored } })),
      warnings: [...this.#warnings.values()].map((warning) => ({ ...warning })),
    };
  }

  /** Removes all listeners. */
  end() {
    this.#listeners.clear();
  }

  /** @param {string} event @returns {Counts} */
  #of(event) {
    const name = this.#events.has(event) || this.#events.size < MAX_NAMES ? event : "";
    let found = this.#events.get(name);
    if (!found) this.#events.set(name, (found = { event: name, counted: 0, ignored: {} }));
    return found;
  }

  /** @param {Entry["kind"]} kind @param {unknown} [what] */
  #emit(kind, what) {
    for (const entry of [...this.#listeners]) if (entry.kind === kind) this.#tell(entry, what);
  }

  /**
   * Calls a listener. If the listener throws, its error is reported as uncaught, and nothing else is affected.
   * @param {Entry} entry
   * @param {unknown} [what]
   */
  #tell({ listener }, what) {
    try {
      listener(what);
    } catch (error) {
      globalThis.reportError?.(error);
    }
  }
}
