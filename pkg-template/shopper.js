// Everything between the shop's events and the engine: receiving events, storing them, and reporting on them (warnings, diagnosis).
import { listen } from "./datalayer.js";
import { failure } from "./failure.js";
import { AREAS, forgetAll, Journal } from "./journal.js";
import { keeping } from "./kept.js";
import { CONSENT, CORRECTION, DAY_MS, MAX_EVENTS, MAX_PROFILE_CHARS, RETENTION_DAYS } from "./limits.js";
import { own } from "./own.js";
import { Signs } from "./signs.js";
import { moment } from "./times.js";

/** @import { Diagnosis, EventParams, InputOptions, LoadOptions, Storage as Kind, Warning } from "floorwalker" */
/** @import { FeatureRow } from "./calls.js" */
/** @import { Owner } from "./journal.js" */
/** @import { Kept } from "./kept.js" */
/** @import { Entry } from "./signs.js" */

/** @typedef {Record<string, unknown>} Params an event's parameters as they were passed in, unchecked */
/** @typedef {(owner: Owner) => Journal | Promise<Journal>} Open */
/** @typedef {"auto" | "granted" | "denied"} Wanted what the shop says of consent */
/**
 * What a page may store: `consent` is what the shop says, `open` opens the store where consent is given, `Consent` listens for it.
 * Without `open` nothing is stored in any case.
 * @typedef {{ consent: Wanted, retentionMs: number, open?: Open, Consent?: typeof import("./consent.js").Consent, failed?: string }} Stores
 */
/** @typedef {{ times: number, stop: () => unknown }} Attached */

/**
 * @typedef {object} Feeder
 * @property {(event: string, params: Params, at: number, now: number) => number} feed
 * @property {() => void} erase
 */

const CONSENTS = ["auto", "granted", "denied"];

/**
 * Checks the options, and loads what the storage that they ask for needs.
 * @param {LoadOptions} options
 * @returns {Promise<Stores>}
 */
export async function stores({ now, storage = "memory", consent = "auto", retentionDays = RETENTION_DAYS }) {
  oneOf("storage", Object.keys(AREAS), storage);
  oneOf("consent", CONSENTS, consent);
  if (!(retentionDays > 0)) throw failure("option_invalid", "retentionDays is a number above 0");
  if (typeof (now ?? oneOf) !== "function") throw failure("option_invalid", "now is a function");
  if (consent === "denied") forgetAll(true); // also if the bundle or the engine cannot be loaded
  const its = { consent, retentionMs: retentionDays * DAY_MS };
  if (storage === "memory") return its;
  try {
    const asked = /** @type {const} */ ([
      import("./consent.js"),
      storage === "indexeddb" ? import("./database.js") : import("./storage.js"),
    ]);
    const [{ Consent }, file] = await Promise.all(asked);
    return { ...its, open: (owner) => file.open(owner, storage), Consent };
  } catch (error) {
    return { ...its, failed: `a file beside index.js could not be loaded: ${/** @type {Error} */ (error).message}` };
  }
}

/** @param {string} option @param {string[]} values @param {string} given */
function oneOf(option, values, given) {
  if (!values.includes(given)) throw failure("option_invalid", `${option} is ${values.join(", ")}, not ${String(given)}`);
}

export class Shopper {
  #engine;
  #now;
  /** @type {Journal} */
  #store;
  #keep;
  #stores;
  /** @type {Owner} */
  #owner;
  /** @type {import("./consent.js").Consent | undefined} */
  #signals; // what the page's tools tell of consent
  /** @type {Kept[]} */
  #own = []; // what is kept of this page's own events, whatever is stored
  /** @type {Kept[] | undefined} */
  #stored; // while a store is opened: the events that it brings
  #signs = new Signs();
  /** @type {ReturnType<Shopper["diagnose"]>["consent"] | undefined} */
  #state; // the consent by which the store was opened
  #hasEnded = false;
  /** @type {WeakSet<object>} */
  #heard = new WeakSet(); // entries of dataLayers that this object has read
  /** @type {Map<object, Attached>} */
  #attached = new Map(); // for each source of events: how many times it is attached, and the function that stops listening

  /**
   * `engine` is `{ feed(event, params, at, now), erase() }`; `features` are the bundle's features as the engine describes them.
   * @param {Feeder} engine
   * @param {FeatureRow[]} features
   * @param {() => number} now
   * @param {Stores} stores
   * @param {[code: Warning["code"], message: string] | undefined} warning
   */
  constructor(engine, features, now, stores, warning) {
    this.#engine = engine;
    this.#now = now;
    this.#keep = keeping(features);
    this.#stores = stores;
    if (warning) this.#signs.warn(...warning);
    if (stores.failed) this.#signs.warn("file_unreachable", stores.failed);
    this.#owner = {
      features: features.filter(([, , events]) => events).map((feature) => JSON.stringify(feature)),
      heard: (events) => void (this.#stored ? this.#stored.push(...events) : this.#guest(() => this.#replay(events))),
      forgotten: () => this.#guest(() => this.#forget()),
      keep: ({ event, timestamp, ...params }) => this.#keep(event, timestamp, params),
      warn: (code, message) => this.#signs.warn(code, message),
      room: MAX_PROFILE_CHARS,
      consent: () => this.#signals?.from(this.#stores.consent),
      since: () => this.#now() - stores.retentionMs,
    };
    this.#store = new Journal(this.#owner);
    const settle = () => this.#guest(() => this.#settle());
    if (stores.Consent) this.#signals = new stores.Consent(settle);
    settle();
  }

  /** What the shopper's consent is: what the shop says; or else what the page's tools tell. Global Privacy Control denies in any case. */
  get #consent() {
    const { consent } = this.#stores;
    if (consent === "denied" || this.#signals?.signals.gpc) return "denied";
    return consent === "granted" ? consent : (this.#signals?.state ?? "pending");
  }

  /** @param {Wanted} consent */
  setConsent(consent) {
    oneOf("consent", CONSENTS, consent);
    this.#stores = { ...this.#stores, consent };
    this.#settle();
  }

  /** Opens the store that consent allows now. The engine then knows what is stored, and this page's own events. */
  #settle() {
    const { open } = this.#stores;
    const consent = this.#consent;
    const before = this.#state;
    if (consent === before || this.#hasEnded) return;
    this.#state = consent;
    const own = this.#own;
    if (consent === "denied") forgetAll(true); // this store, too; this page's own events stay in memory
    this.#own = own;
    if (!open || (before !== "granted" && consent !== "granted")) return;
    this.#store.close();
    this.#stored = [];
    const opened = consent === "granted" ? open(this.#owner) : new Journal(this.#owner);
    if (opened instanceof Promise) {
      // Until the database is open, events are in memory: they are among this page's own.
      this.#store = new Journal(this.#owner);
      opened.then((store) => this.#guest(() => this.#use(store)));
    } else this.#use(opened, before === undefined);
  }

  /**
   * Continues with a store that was opened, unless consent has changed meanwhile.
   * @param {Journal} store
   * @param {boolean} [isFirst] whether the engine has seen nothing yet
   */
  #use(store, isFirst) {
    const stored = this.#stored ?? [];
    this.#stored = undefined;
    if (this.#hasEnded || (this.#state !== "granted" && store.kind !== "memory")) return void store.close();
    this.#store = store;
    const own = this.#own;
    for (const event of own) if (!store.has(event)) store.append(event);
    if (!isFirst) this.#forgetSeen();
    this.#replay([...stored, ...own].sort((a, b) => a.timestamp - b.timestamp));
  }

  /** @param {string} event @param {EventParams} [params] */
  observe(event, params) {
    if (typeof event !== "string" || event === "") throw failure("event_name", "observe needs a name");
    if (typeof (params ?? {}) !== "object") throw failure("option_invalid", `${event}: parameters are an object`);
    const now = this.#now();
    const its = own(params);
    const at = this.moment(its.timestamp, now) ?? now;
    if (Number.isNaN(at)) throw failure("time_invalid", `the timestamp of ${event} is no time: give milliseconds`);
    this.#observe(event, its, at, now, false);
  }

  /** @param {any} source @param {InputOptions | null} [options] */
  attach(source, options) {
    // A document; Segment's and RudderStack's, and PostHog's objects; Adobe's data layer.
    const isOther = source?.nodeType ?? source?.track ?? source?.capture ?? source?.getState;
    if (!isOther && !source?.push) throw failure("data_layer", "attach needs a source of events");
    const attached = this.#attached.get(source) ?? /** @type {Attached} */ ({ times: 0 });
    if (attached.times++ === 0) {
      this.#attached.set(source, attached);
      /** @type {import("./datalayer.js").Ears} */
      const ears = {
        now: this.#now,
        seen: this.#heard,
        hears: (event) => this.#keep(event, 0, {}),
        observe: (event, params, at, isKnown) => {
          const now = this.#now();
          const time = this.moment(params.timestamp, now) ?? at;
          if (Number.isNaN(time)) this.#signs.warn("time_invalid", `the timestamp of ${event} is no time: it counts as now`);
          this.#observe(event, params, Number.isNaN(time) ? at : time, now, isKnown);
        },
        pass: (event, why) => {
          this.#signs.ignored(event, why);
          if (why === "universal_analytics") this.#signs.warn(why, `${event}: give ecommerce.items, as GA4 does`);
        },
        consent: (kind, settings) => this.#signals?.google(kind, settings),
        broken: () => this.#signs.warn("entry_unreadable", "an entry is unreadable"),
      };
      if (isOther || source === /** @type {any} */ (globalThis).adobeDataLayer) {
        const heard = import("./inputs.js").then(({ hear }) => hear(source, options, ears));
        heard.catch((error) => this.#signs.warn("file_unreachable", error.message));
        attached.stop = () => heard.then((stop) => stop());
      } else attached.stop = listen(source, ears);
    }
    let isOn = true;
    return () => {
      if (isOn && --attached.times === 0) {
        attached.stop();
        this.#attached.delete(source);
      }
      isOn = false;
    };
  }

  /** @param {Entry["kind"]} kind @param {Entry["listener"]} listener */
  on(kind, listener) {
    return this.#signs.on(kind, listener);
  }

  /** @returns {Diagnosis} */
  diagnose() {
    const { kind, fresh } = this.#store;
    return {
      storage: kind,
      consent: this.#state ?? "pending",
      ...this.#signs.found(),
      startedEmpty: fresh.map((feature) => JSON.parse(feature)[0]),
    };
  }

  export() {
    return { storage: this.#store.kind, events: this.#store.events() };
  }

  /** Corrects what the engine believes of a feature; `undefined` takes a correction back. @param {string} feature @param {unknown} value */
  correct(feature, value) {
    const params = value === undefined ? { feature, undo: true } : { feature, value };
    if (!this.#keep(CORRECTION, 0, params)) throw failure("option_invalid", "correct(one of card.features, number | text | flag | null)");
    this.observe(CORRECTION, params);
  }

  /** What is stored, as `ledger.js` sums it up. */
  stored() {
    return { ...this.export(), consent: this.#state ?? "pending", retentionMs: this.#stores.retentionMs };
  }

  erase() {
    this.#store.erase();
    this.#forget();
  }

  /** Parses a time as `moment` does, and warns if its unit was not milliseconds. @param {unknown} time @param {number} now */
  moment(time, now) {
    return moment(time, now, (unit) => this.#signs.warn("time_unit", `a time in ${unit} was read so; give milliseconds`));
  }

  /** Stops listening, and writes to storage what is not written yet. */
  end() {
    for (const { stop } of this.#attached.values()) stop();
    this.#attached.clear();
    this.#hasEnded = true;
    this.#signals?.stop();
    this.#store.close();
    this.#signs.end();
  }

  /** Feeds the engine events that were recorded elsewhere: in storage, or by another page. @param {Kept[]} events */
  #replay(events) {
    const now = this.#now();
    for (const { event, timestamp, ...params } of events) {
      if (event === CONSENT) continue;
      const at = Math.min(timestamp, now);
      this.#engine.feed(event, params, at, now);
      this.#signs.observed({ event, params, at });
    }
    this.#signs.changed();
  }

  /**
   * Runs `work` that another tab or object sharing the storage caused. If our engine stops in it, that becomes a warning, not an error.
   * @param {() => void} work
   */
  #guest(work) {
    try {
      work();
    } catch (error) {
      this.#signs.warn(/** @type {Warning} */ (error).code, /** @type {Warning} */ (error).message);
    }
  }

  #forget() {
    this.#own = [];
    this.#forgetSeen();
  }

  /** Forgets the shopper in the engine, but not this page's own events. */
  #forgetSeen() {
    this.#engine.erase();
    this.#signs.erased();
  }

  /** @param {string} event @param {Params} params @param {number} wanted @param {number} now @param {boolean} isKnown */
  #observe(event, params, wanted, now, isKnown) {
    const at = wanted >= 0 && wanted <= now ? wanted : now; // the engine's rule: an impossible time counts as now
    const kept = this.#keep(event, at, params);
    // Another object heard this event before and stored it.
    if (isKnown && kept && this.#store.has(kept)) return this.#signs.ignored(event, "duplicate");
    const arrival = this.#engine.feed(event, params, at, now);
    if (arrival > 1) return this.#signs.ignored(event, arrival === 2 ? "duplicate" : "stale");
    this.#signs.observed({ event, params, at });
    if (!kept) return this.#signs.ignored(event, "unknown");
    this.#store.append(kept);
    this.#own.push(kept);
    if (this.#own.length >= 2 * MAX_EVENTS) this.#own = this.#own.slice(-MAX_EVENTS);
    this.#signs.counted(event);
  }
}
