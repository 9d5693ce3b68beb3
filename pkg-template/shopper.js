// What is heard of the shopper, kept of it, and said about that: everything between the shop's events and the engine.
import { listen } from "./datalayer.js";
import { failure } from "./failure.js";
import { AREAS, forgetAll, Journal } from "./journal.js";
import { keeping } from "./kept.js";
import { own } from "./own.js";
import { Signs } from "./signs.js";
import { moment } from "./times.js";

/** Checks what was asked for, forgets where consent is denied, and gives what opens a store: `(owner) => store`. */
export async function stores({ now, storage = "memory", consent = "granted" }) {
  oneOf("storage", Object.keys(AREAS), storage);
  oneOf("consent", ["granted", "denied"], consent);
  if (typeof (now ?? oneOf) !== "function") throw failure("option_invalid", "now is a function");
  if (consent === "denied") forgetAll(true);
  const inMemory = (owner) => new Journal(owner);
  if (storage === "memory" || consent === "denied") return inMemory;
  try {
    const { open } = await import("./storage.js");
    return (owner) => open(storage, owner);
  } catch (error) {
    return (owner) => {
      owner.warn("file_unreachable", `storage.js could not be loaded: ${error.message}`);
      return inMemory(owner);
    };
  }
}

function oneOf(option, values, given) {
  if (!values.includes(given)) throw failure("option_invalid", `${option} is ${values.join(", ")}, not ${String(given)}`);
}

export class Shopper {
  #engine;
  #now;
  #store;
  #keep;
  #signs = new Signs();
  #heard = new WeakSet(); // entries of a dataLayer
  #attached = new Map(); // of each dataLayer how often, and how to stop

  /** `engine` is `{ feed(event, params, at, now), erase() }`, `features` are the bundle's as the engine describes them. */
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

  observe(event, params) {
    if (typeof event !== "string" || event === "") throw failure("event_name", "observe needs a name");
    if (typeof (params ?? {}) !== "object") throw failure("option_invalid", `${event}: parameters are an object`);
    const now = this.#now();
    const its = own(params);
    const at = this.moment(its.timestamp, now) ?? now;
    if (Number.isNaN(at)) throw failure("time_invalid", `the timestamp of ${event} is no time: give milliseconds`);
    this.#observe(event, its, at, now, false);
  }

  attach(dataLayer) {
    if (!Array.isArray(dataLayer)) throw failure("data_layer", "attach needs an array: window.dataLayer");
    const attached = this.#attached.get(dataLayer) ?? { times: 0 };
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

  on(kind, listener) {
    return this.#signs.on(kind, listener);
  }

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

  /** Milliseconds since 1970, as `moment` reads them; a unit other than that is said. */
  moment(time, now) {
    return moment(time, now, (unit) => this.#signs.warn("time_unit", `a time in ${unit} was read so; give milliseconds`));
  }

  /** Hears nothing any more, and leaves what is to be stored in storage. */
  end() {
    for (const { stop } of this.#attached.values()) stop();
    this.#attached.clear();
    this.#store.close();
    this.#signs.end();
  }

  /** Takes in what is known of the shopper already: from storage, or from another page. */
  #replay(events) {
    const now = this.#now();
    for (const { event, timestamp, ...params } of events) this.#engine.feed(event, params, Math.min(timestamp, now), now);
    this.#signs.changed();
  }

  /** What others do, in tabs and objects that share the storage, is not held up by an engine of ours that stopped. */
  #guest(work) {
    try {
      work();
    } catch (error) {
      this.#signs.warn(error.code, error.message);
    }
  }

  #forget() {
    this.#engine.erase();
    this.#signs.changed();
  }

  #observe(event, params, wanted, now, isKnown) {
    const at = wanted >= 0 && wanted <= now ? wanted : now; // the engine's rule for times that cannot be
    const kept = this.#keep(event, at, params);
    // Heard by an object before this one, which left it in storage.
    if (isKnown && kept && this.#store.has(kept)) return this.#signs.ignored(event, "duplicate");
    const arrival = this.#engine.feed(event, params, at, now);
    if (arrival > 1) return this.#signs.ignored(event, arrival === 2 ? "duplicate" : "stale");
    if (!kept) return this.#signs.ignored(event, "unknown");
    this.#store.append(kept);
    this.#signs.counted(event);
  }
}
