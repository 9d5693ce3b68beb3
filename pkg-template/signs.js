// What an integrator is told: warnings, each said once; that something changed; and what became of the events that were heard.
import { failure } from "./failure.js";

const KINDS = ["change", "warning"];
/** Event names that are told apart; of further ones only the sum is known. */
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

  /** Says a warning, once for each code. */
  warn(code, message) {
    const known = this.#warnings.get(code);
    if (known) return void known.times++;
    const warning = { code, message, times: 1 };
    this.#warnings.set(code, warning);
    this.#emit("warning", warning);
    if (DEVELOPMENT.test(globalThis.location?.hostname)) globalThis["console"]?.warn(`floorwalker: ${message} (${code})`);
  }

  /** Something counted, or was forgotten: what is asked next may be answered otherwise. */
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

  /** Nobody is told anything any more. */
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

  /** A listener's error is the listener's: it is reported as an uncaught one, and nothing here stops for it. */
  #tell({ listener }, what) {
    try {
      listener(what);
    } catch (error) {
      globalThis.reportError?.(error);
    }
  }
}
