// What a developer who integrates the package is told: warnings, each once; that something changed; and how many events counted.
import { failure } from "./failure.js";

const KINDS = ["change", "warning"];
/** The most event names that are counted separately; all further names are counted together. */
const MAX_NAMES = 100;
const DEVELOPMENT = /^(.*\.)?localhost$|^127\.|^\[::1]$/;

export class Signs {
  #listeners = new Set();
  #warnings = new Map();
  #events = new Map();
  #isChanging = false;

  on(kind, listener) {
    if (!KINDS.includes(kind) || typeof listener !== "function") {
      throw failure("option_invalid", 'on("change" | "warning", function)');
    }
    const entry = { kind, listener };
    this.#listeners.add(entry);
    if (kind === "warning") for (const warning of this.#warnings.values()) this.#tell(entry, warning);
    return () => this.#listeners.delete(entry);
  }

  /** Raises a warning: listeners are told once for each code, later calls only count. */
  warn(code, message) {
    const known = this.#warnings.get(code);
    if (known) return void known.times++;
    const warning = { code, message, times: 1 };
    this.#warnings.set(code, warning);
    this.#emit("warning", warning);
    // biome-ignore lint/complexity/useLiteralKeys: the build drops calls of `console`, and this one is meant
    if (DEVELOPMENT.test(globalThis.location?.hostname)) globalThis["console"]?.warn(`floorwalker: ${message} (${code})`);
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

  counted(event) {
    this.#of(event).counted++;
    this.changed();
  }

  /** `why`: `unknown`, `duplicate`, `stale`, `tag_manager`, `universal_analytics`; the package's README says what each means. */
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

  #of(event) {
    const name = this.#events.has(event) || this.#events.size < MAX_NAMES ? event : "";
    let found = this.#events.get(name);
    if (!found) this.#events.set(name, (found = { event: name, counted: 0, ignored: {} }));
    return found;
  }

  #emit(kind, what) {
    for (const entry of [...this.#listeners]) if (entry.kind === kind) this.#tell(entry, what);
  }

  /** Calls a listener. If the listener throws, its error is reported as uncaught, and nothing else is affected. */
  #tell({ listener }, what) {
    try {
      listener(what);
    } catch (error) {
      globalThis.reportError?.(error);
    }
  }
}
