// Floorwalker in a worker of its own: the same calls, as promises. The page's thread loads no bundle and computes no score.
//
// What only the page's thread can see is heard here and sent on: a dataLayer and other sources of events, and what the page's tools tell of consent.
import { Consent } from "../consent.js";
import { listen } from "../datalayer.js";
import { failure } from "../failure.js";

/** @import { InputOptions, LoadOptions } from "floorwalker" */
/** @import { Ears } from "../datalayer.js" */

const METHODS = [
  "observe",
  "setConsent",
  "setQueues",
  "setSignedQueues",
  "diagnose",
  "route",
  "reroute",
  "score",
  "segment",
  "risk",
  "explain",
  "features",
];
const PROFILE = ["export", "erase", "correct", "ledger"];
/** Storages that a worker has. */
const STORAGES = ["memory", "indexeddb"];

/** See worker.d.ts. */
export class Floorwalker {
  #worker;
  #calls = 0;
  /** @type {Map<number, { resolve: (answer: any) => void, reject: (error: unknown) => void }>} */
  #waiting = new Map();
  /** @type {Map<string, Set<(what: any) => void>>} */
  #listeners = new Map();
  /** @type {unknown[]} */
  #warnings = [];
  /** @type {Set<() => void>} */
  #stops = new Set();
  /** @type {Consent | undefined} */
  #consent;
  /** What the shop says of consent. @type {string} */
  #said = "auto";
  /** What was told of the page's tools. */
  #told = "pending";
  #isStoring = false;
  #heard = new WeakSet();
  /** @type {any} */
  card;
  /** @type {any} */
  profile;

  /** See worker.d.ts. @param {any} bundle @param {LoadOptions & { worker?: Worker }} [options] */
  static async load(bundle, options = {}) {
    const { worker, now, consent = "auto", ...its } = options;
    const { storage = "memory", wasm } = its;
    if (now !== undefined) throw failure("option_invalid", "now is a function, and cannot be given to a worker");
    if (!STORAGES.includes(storage)) throw failure("option_invalid", `in a worker, storage is ${STORAGES.join(" or ")}, not ${storage}`);
    const given = { ...its, consent, ...(wasm === undefined ? {} : { wasm: await sent(wasm) }) };
    const made = new Floorwalker(worker ?? new Worker(new URL("./worker-thread.js", import.meta.url), { type: "module" }));
    try {
      made.card = Object.freeze(await made.#call("load", await sent(bundle), given));
    } catch (error) {
      made.free();
      throw error;
    }
    made.#isStoring = storage !== "memory";
    made.#said = consent;
    made.#listenToConsent();
    return made;
  }

  /** @param {Worker} worker */
  constructor(worker) {
    this.#worker = worker;
    for (const method of METHODS) Object.assign(this, { [method]: (/** @type {any[]} */ ...its) => this.#call(method, ...its) });
    const own = PROFILE.map((method) => [method, (/** @type {any[]} */ ...its) => this.#call("profile", method, ...its)]);
    this.profile = Object.freeze(Object.fromEntries(own));
    worker.onmessage = ({ data }) => this.#hear(data);
    worker.onerror = (event) => {
      event.preventDefault?.();
      this.#end(
        failure("file_unreachable", `the worker did not start: ${event.message ?? "its file worker-thread.js could not be loaded"}`),
      );
    };
  }

  /** See worker.d.ts. @param {any} source @param {InputOptions | null} [options] */
  attach(source, options) {
    const isOther = source?.nodeType ?? source?.track ?? source?.capture ?? source?.getState;
    if (!isOther && !source?.push)
      throw failure("data_layer", "attach needs a source of events: window.dataLayer, document, window.analytics, …");
    const warn = (/** @type {string} */ code, /** @type {string} */ message) =>
      this.#hear({ kind: "warning", what: { code, message, times: 1 } });
    const call = (/** @type {string} */ event, /** @type {object} */ its) => this.#call("observe", event, its);
    /** @type {Ears} */
    const ears = {
      now: Date.now,
      seen: this.#heard,
      hears: () => true,
      observe(event, params, at) {
        const its = copied({ timestamp: at, ...params });
        // A time that is none: it counts as when it was heard.
        call(event, its).catch(({ code }) => code === "time_invalid" && call(event, { ...its, timestamp: at }).catch(() => {}));
      },
      pass: () => {},
      consent: (kind, settings) => this.#consent?.google(kind, settings),
      broken: () => warn("entry_unreadable", "an entry is unreadable"),
    };
    /** @type {() => unknown} */
    let stop;
    if (isOther || source === /** @type {any} */ (globalThis).adobeDataLayer) {
      let isOver = false;
      const heard = import("../inputs.js").then(({ hear }) => (isOver ? undefined : hear(source, options, ears)));
      heard.catch((error) => warn("file_unreachable", error.message));
      stop = () => {
        isOver = true;
        heard.then(
          (end) => end?.(),
          () => {},
        );
      };
    } else stop = listen(source, ears);
    const once = () => this.#stops.delete(once) && stop();
    this.#stops.add(once);
    return once;
  }

  /** See worker.d.ts. @param {string} kind @param {(what: any) => void} listener */
  on(kind, listener) {
    const listeners = this.#listeners.get(kind) ?? new Set();
    this.#listeners.set(kind, listeners.add(listener));
    if (kind === "warning") this.#warnings.forEach((warning) => listener(warning));
    return () => listeners.delete(listener);
  }

  /** See worker.d.ts. */
  free() {
    for (const stop of this.#stops) stop();
    this.#consent?.stop();
    this.#end(failure("freed", "this Floorwalker was freed; load another"));
  }

  [Symbol.dispose ?? Symbol.for("Symbol.dispose")]() {
    this.free();
  }

  /** @type {Error | undefined} */
  #over;

  /** Ends the worker: what waits for it, and what is asked later, is refused. @param {Error} error */
  #end(error) {
    this.#over ??= error;
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(this.#over);
    this.#waiting.clear();
  }

  /** @param {string} method @param {any[]} its @returns {Promise<any>} */
  #call(method, ...its) {
    if (this.#over) return Promise.reject(this.#over);
    const call = ++this.#calls;
    return new Promise((resolve, reject) => {
      try {
        this.#worker.postMessage({ call, method, its });
        this.#waiting.set(call, { resolve, reject });
      } catch (error) {
        reject(
          failure(
            "option_invalid",
            `${method}: what was given cannot be copied to a worker: ${/** @type {Error} */ (error).message}`,
            error,
          ),
        );
      }
    });
  }

  /** @param {{ call?: number, answer?: any, error?: { code: any, message: string }, kind?: string, what?: any }} message */
  #hear({ call, answer, error, kind, what }) {
    if (kind) {
      if (kind === "warning") this.#warnings.push(what);
      for (const listener of [...(this.#listeners.get(kind) ?? [])]) {
        try {
          listener(what);
        } catch (its) {
          globalThis.reportError?.(its);
        }
      }
      return;
    }
    const waiting = this.#waiting.get(/** @type {number} */ (call));
    this.#waiting.delete(/** @type {number} */ (call));
    if (error) waiting?.reject(failure(error.code, error.message));
    else waiting?.resolve(answer);
  }

  /** See worker.d.ts. @param {"auto" | "granted" | "denied"} consent */
  async setConsent(consent) {
    await this.#call("setConsent", consent);
    this.#said = consent;
    this.#told = "pending";
    this.#listenToConsent();
  }

  /** The page's tools tell of consent on the page's thread; they count while the shop leaves it to them. */
  #listenToConsent() {
    if (this.#said !== "auto" || !this.#isStoring) return;
    const tell = () => {
      const state = this.#consent?.state ?? "pending";
      if (this.#said !== "auto" || state === this.#told) return;
      this.#told = state;
      this.#call("setConsent", state === "pending" ? "auto" : state).catch(() => {});
    };
    this.#consent ??= new Consent(tell);
    tell();
  }
}

/** A bundle or module as it can be sent: an address is made absolute, since the worker has another base. @param {any} given */
async function sent(given) {
  const its = await given;
  const address = its?.href ?? its;
  if (typeof address === "string") return new URL(address, globalThis.document?.baseURI ?? globalThis.location?.href).href;
  return typeof its?.arrayBuffer === "function" ? its.arrayBuffer() : its;
}

/** What a shop gave with an event, without what cannot be copied: a function, an element. @param {Record<string, unknown>} params */
function copied(params) {
  /** @type {Record<string, unknown>} */
  const its = {};
  for (const key of Object.keys(params)) {
    for (const copy of [structuredClone, (/** @type {unknown} */ value) => JSON.parse(JSON.stringify(value))]) {
      try {
        its[key] = copy(params[key]);
        break;
      } catch {
        // The next way may do; else the value is left out, as the engine would leave it out.
      }
    }
  }
  return its;
}
