// Everything between the shop's events and the engine: receiving events, storing them, and reporting on them (warnings, diagnosis).
import { listen } from "./datalayer.js";
import { failure } from "./failure.js";
import { AREAS, forgetAll, Journal } from "./journal.js";
import { keeping } from "./kept.js";
import { own } from "./own.js";
import { Signs } from "./signs.js";
import { moment } from "./times.js";

/** @import { Diagnosis, EventParams, LoadOptions, Storage as Kind, Warning } from "floorwalker" */
/** @import { FeatureRow } from "./calls.js" */
/** @import { Owner } from "./journal.js" */
/** @import { Kept } from "./kept.js" */
/** @import { Entry } from "./signs.js" */

/** @typedef {Record<string, unknown>} Params an event's parameters as they were passed in, unchecked */
/** @typedef {(owner: Owner) => Journal} Open */
/** @typedef {{ times: number, stop: () => void }} Attached */

/**
 * @typedef {object} Feeder
 * @property {(event: string, params: Params, at: number, now: number) => number} feed
 * @property {() => void} erase
 */

/**
 * Checks the options, empties all storage if consent is denied, and returns the function that opens a store: `(owner) => store`.
 * @param {LoadOptions} options
 * @returns {Promise<Open>}
 */
export async function stores({ now, storage = "memory", consent = "granted" }) {
  oneOf("storage", Object.keys(AREAS), storage);
  oneOf("consent", ["granted", "denied"], consent);
  if (typeof (now ?? oneOf) !== "function") throw failure("option_invalid", "now is a function");
  if (consent === "denied") forgetAll(true);
  /** @type {Open} */
  const inMemory = (owner) => new Journal(owner);
  if (storage === "memory" || consent === "denied") return inMemory;
  try {
    const { open } = await import("./storage.js");
    return (owner) => open(storage, owner);
  } catch (error) {
    return (owner) => {
      owner.warn("file_unreachable", `storage.js could not be loaded: ${/** @type {Error} */ (error).message}`);
      return inMemory(owner);
    };
  }
}

/** @param {string} option @param {string[]} values @param {string} given */
function oneOf(option, values, given) {
  if (!values.includes(given)) throw failure("option_invalid", `${option} is ${values.join(", ")}, not ${String(given)}`);
}

export class Shopper {
  #engine;
  #now;
  #store;
  #keep;
  #signs = new Signs();
  /** @type {WeakSet<object>} */
  #heard = new WeakSet(); // entries of dataLayers that this object has read
  /** @type {Map<unknown[], Attached>} */
  #attached = new Map(); // for each dataLayer: how many times it is attached, and the function that stops listening

  /**
   * `engine` is `{ feed(event, params, at, now), erase() }`; `features` are the bundle's features as the engine describes them.
   * @param {Feeder} engine
   * @param {FeatureRow[]} features
   * @param {() => number} now
   * @param {Open} open
   * @param {[code: Warning["code"], message: string] | undefined} warning
   */
  constructor(engine, features, now, open, warning) {
    this.#engine = engine;
    this.#now = now;
    this.#keep = keeping(features);
    if (warning) this.#signs.warn(...warning);
    this.#store = open({
      features: features.filter(([, , events]) => events).map((feature) => JSON.stringify(feature)),
      heard: (events) => this.#guest(() => this.#replay(events)),
      forgotten: () => this.#guest(() => this.#forget()),
      keep: ({ event, timestamp, ...params }) => this.#keep(event, timestamp, params),
      warn: (code, message) => this.#signs.warn(code, message),
    });
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

  /** @param {unknown[]} dataLayer */
  attach(dataLayer) {
    if (!Array.isArray(dataLayer)) throw failure("data_layer", "attach needs an array: window.dataLayer");
    const attached = this.#attached.get(dataLayer) ?? /** @type {Attached} */ ({ times: 0 });
    if (attached.times++ === 0) {
      this.#attached.set(dataLayer, attached);
      attached.stop = listen(dataLayer, {
        now: this.#now,
        seen: this.#heard,
        hears: (event) => this.#keep(event, 0, {}) !== undefined,
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
        broken: () => this.#signs.warn("entry_unreadable", "a dataLayer entry cannot be read"),
      });
    }
    let isOn = true;
    return () => {
      if (isOn && --attached.times === 0) {
        attached.stop();
        this.#attached.delete(dataLayer);
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
    return { storage: kind, ...this.#signs.found(), startedEmpty: fresh.map((feature) => JSON.parse(feature)[0]) };
  }

  export() {
    return { storage: this.#store.kind, events: this.#store.events() };
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
    this.#store.close();
    this.#signs.end();
  }

  /** Feeds the engine events that were recorded elsewhere: in storage, or by another page. @param {Kept[]} events */
  #replay(events) {
    const now = this.#now();
    for (const { event, timestamp, ...params } of events) this.#engine.feed(event, params, Math.min(timestamp, now), now);
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
    this.#engine.erase();
    this.#signs.changed();
  }

  /** @param {string} event @param {Params} params @param {number} wanted @param {number} now @param {boolean} isKnown */
  #observe(event, params, wanted, now, isKnown) {
    const at = wanted >= 0 && wanted <= now ? wanted : now; // the engine's rule: an impossible time counts as now
    const kept = this.#keep(event, at, params);
    // Another object heard this event before and stored it.
    if (isKnown && kept && this.#store.has(kept)) return this.#signs.ignored(event, "duplicate");
    const arrival = this.#engine.feed(event, params, at, now);
    if (arrival > 1) return this.#signs.ignored(event, arrival === 2 ? "duplicate" : "stale");
    if (!kept) return this.#signs.ignored(event, "unknown");
    this.#store.append(kept);
    this.#signs.counted(event);
  }
}
