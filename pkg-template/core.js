// The public API, translated to and from the engine's numbers. It depends on no platform: `index.js` passes in the functions that load the
// engine and read a bundle. Receiving and storing the shopper's events is in `shopper.js`, a separate file that is fetched in parallel with
// the engine, so that this file stays small enough for a shop's theme.
import { described } from "./calls.js";
import { readDecision } from "./decision.js";
import { failure } from "./failure.js";
import * as place from "./layout.js";
import { CORRECTION, MAX_SYMBOLS } from "./limits.js";
import { own } from "./own.js";
import { number } from "./number.js";
import { take } from "./queues.js";

/**
 * @import {
 *   Card, Channel, Decision, DecisionRecord, EventParams, Explanation, Feature, Floorwalker as Api, InputOptions, LoadOptions, Probability, Profile,
 *   QueueState, Reason, RouteOptions, SignedSnapshot, Snapshot
 * } from "floorwalker"
 */
/** @import { Engine, Memory } from "./calls.js" */
/** @import { Described } from "./decision.js" */
/** @import { Taken } from "./queues.js" */
/** @import { Feeder, Params, Stores, Wanted } from "./shopper.js" */
/** @import { Entry } from "./signs.js" */
/** @import { Started } from "./start.js" */

/** @typedef {Parameters<typeof Api.load>[0]} Source */
/** @typedef {Omit<Api, typeof Symbol.dispose>} Made all but `[Symbol.dispose]`, which has a computed name that TypeScript does not see */
/** @typedef {Pick<RouteOptions, "message" | "context" | "preferredAgent" | "turn">} Asked */

/** @type {Reason["kind"][]} */
const REASON_KINDS = ["word", "feature", "head"];
const NOT_PARAMS = ["items", "timestamp"];
const NONE = {};
const NOTHING = /** @type {Probability | null} */ (null);
const PRIMITIVES = ["number", "string", "boolean"];

// Takes the place of an engine that was freed: any use of it throws `freed`.
const FREED = /** @type {Engine & Memory} */ (
  new Proxy(
    {},
    {
      get() {
        throw failure("freed", "this Floorwalker was freed; load another");
      },
    },
  )
);

/**
 * Makes the `Floorwalker` class for one platform's way of loading the engine and reading bytes.
 * @param {(options: LoadOptions) => Promise<Started>} loadEngine
 * @param {(bundle: Source) => Promise<Uint8Array>} readBytes
 * @returns {{ new (...its: never[]): Made, load: (...its: Parameters<typeof Api.load>) => Promise<Made> }}
 */
export function define(loadEngine, readBytes) {
  return class Floorwalker {
    /** @type {Engine} */
    #engine;
    /** @type {Memory} */
    #memory;
    /** @type {Float64Array | undefined} */
    #input;
    /** @type {Uint8Array | undefined} */
    #text;
    #output = new Float64Array(0);
    #encoder = new TextEncoder();
    /** @type {Map<string, number>} */
    #symbols = new Map();
    /** @type {Map<number, string>} */
    #names = new Map();
    /** @type {Map<string, { index: number, kind: number }>} */
    #contextIndex = new Map();
    /** @type {Map<string, { value?: unknown, undo?: unknown, at: number }>} */
    #corrections = new Map(); // what the shopper says of features: it holds instead of what is computed
    /** @type {Omit<Described, "name" | "features" | "facts">} */
    #description;
    #now;
    #shopper;
    #decisions = 0;
    /** @type {Map<number, string> | undefined} */
    #agents; // symbol to name of the agents in the snapshot: kept as long as the snapshot, while other names may be dropped
    /** @param {number} symbol */
    #agentName = (symbol) => /** @type {string} */ (/** @type {Map<number, string>} */ (this.#agents).get(symbol));
    /** @type {WeakMap<Decision, Asked>} */
    #asked = new WeakMap(); // the options that each decision was made from, for as long as the decision is referenced
    /** @type {Taken | undefined} */
    #snapshot; // the snapshot that the shop set last
    #seed = globalThis.crypto?.getRandomValues(new Uint32Array(1))[0] ?? 0;

    /** See index.d.ts. @param {Source} bundle @param {LoadOptions} [options] */
    static async load(bundle, options) {
      options = read(options);
      // Only `shopper.js` uses these files; requesting them here already saves one round trip.
      const { storage } = options;
      const file = storage === "indexeddb" ? import("./database.js") : (storage ?? "memory") !== "memory" && import("./storage.js");
      if (file) for (const asked of [file, import("./consent.js")]) asked.catch(() => {});
      // The bundle is requested first: before the engine's file is requested, the browser has to initialize WebAssembly.
      const asked = /** @type {const} */ ([readBytes(bundle), loadEngine(options)]);
      asked.forEach((one) => one.catch(() => {})); // awaited later: with consent denied, storage is emptied even if these fail
      const shopper = await beside(import("./shopper.js"));
      const stores = await shopper.stores(options);
      const [bytes, engine] = await Promise.all(asked);
      return new Floorwalker(engine, bytes, options, shopper, stores);
    }

    /**
     * @param {Started} started
     * @param {Uint8Array} bytes
     * @param {LoadOptions} options
     * @param {Pick<typeof import("./shopper.js"), "Shopper">} file
     * @param {Stores} stores
     */
    constructor({ memory, load, kind, warning }, bytes, options, { Shopper }, stores) {
      this.#engine = load(bytes);
      this.#memory = memory;
      this.#now = options.now ?? Date.now;
      const { name, features, facts, ...rest } = described(this.#engine, memory, () => this.#outputView());
      features.forEach(([feature, context], index) => {
        if (context) this.#contextIndex.set(feature, { index, kind: context });
      });
      this.#description = { ...rest, channels: rest.channels.map((channel) => /** @type {Channel} */ (place.CHANNELS[channel])) };
      /** @type {Card} */
      this.card = Object.freeze({
        name,
        engine: kind,
        bundleBytes: bytes.byteLength,
        features: features.map(([feature]) => feature),
        heads: rest.heads,
        queues: rest.queues,
        policyVersion: rest.policyVersion,
        facts: Object.fromEntries(facts),
      });
      /** @type {Feeder} */
      const engine = {
        feed: (event, params, at, now) => this.#feed(event, params, at, now),
        erase: () => this.#erase(),
      };
      this.#shopper = new Shopper(engine, features, this.#now, stores, warning);
      /** @type {Profile} */
      this.profile = Object.freeze({
        export: () => this.#known().export(),
        erase: () => this.#known().erase(),
        /** @type {Profile["correct"]} */
        correct: (feature, value) => this.#known().correct(feature, value),
        ledger: async () => (await beside(import("./ledger.js"))).ledger(this.#known().stored()),
      });
      this.#engine.input(); // throws if the engine stopped while it replayed the stored events
    }

    /** @param {string} event @param {EventParams} [params] */
    observe(event, params) {
      this.#known().observe(event, params);
    }

    /** @param {object} source @param {InputOptions | null} [options] */
    attach(source, options) {
      return this.#known().attach(source, options);
    }

    /** @param {Entry["kind"]} kind @param {Entry["listener"]} listener */
    on(kind, listener) {
      return this.#known().on(kind, listener);
    }

    diagnose() {
      return this.#known().diagnose();
    }

    /** @param {Wanted} consent */
    setConsent(consent) {
      this.#known().setConsent(consent);
    }

    /** The shopper's events and storage. Throws `freed` after `free()`. */
    #known() {
      this.#inputView();
      return this.#shopper;
    }

    /** Forgets the shopper in the engine, and every message and string that was passed in. */
    #erase() {
      this.#symbols.clear();
      this.#names.clear();
      this.#asked = new WeakMap();
      this.#corrections.clear();
      this.#engine.erase();
    }

    /** @param {Snapshot | readonly QueueState[]} snapshot */
    setQueues(snapshot) {
      if (this.#description.key) {
        throw failure("snapshot_unsigned", "the policy names a key: hand the signed file to setSignedQueues");
      }
      this.#take(snapshot);
    }

    /** @param {string | SignedSnapshot} file */
    async setSignedQueues(file) {
      const { key } = this.#description;
      if (!key) throw failure("snapshot_no_key", "the policy names no key: add [policy.snapshot] key, or use setQueues");
      const { verified } = await beside(import("./signed.js"));
      const snapshot = await verified(file, key);
      if (/** @type {number} */ (this.#shopper.moment(snapshot.asOf, this.#now())) < /** @type {number} */ (this.#snapshot?.asOf))
        throw failure("snapshot_older", "the snapshot is older than the one held");
      this.#take(snapshot);
    }

    /** @param {Snapshot | readonly QueueState[]} snapshot */
    #take(snapshot) {
      const now = this.#now();
      if (this.#symbols.size >= MAX_SYMBOLS) this.#makeRoom(now);
      /** @type {Map<number, string>} */
      const agents = new Map();
      /** @param {string} name */
      const symbol = (name) => {
        const symbol = this.#symbol(name);
        agents.set(symbol, name);
        return symbol;
      };
      this.#snapshot = take(
        this.#engine,
        snapshot,
        now,
        this.#description.queues,
        () => this.#inputView(),
        symbol,
        (asOf) => this.#shopper.moment(asOf, now),
      );
      this.#agents = agents;
    }

    /** @param {RouteOptions} [options] @returns {Decision} */
    route(options) {
      const { context, queues, message: given, requestedAt, preferredAgent, turn = -1, record, seed: wanted } = read(options);
      const message = typed(given);
      const now = this.#now();
      const since = this.#shopper.moment(requestedAt, now) ?? now;
      if (Number.isNaN(since)) throw failure("time_invalid", "requestedAt is no time: give milliseconds");
      const { agent: helper, secondsAgo } = preferredAgent ?? { agent: "", secondsAgo: 0 };
      const { 0: a, 1: b } = wanted ?? [this.#seed, ++this.#decisions];
      if (![turn, secondsAgo].every(Number.isFinite) || typeof helper !== "string" || a >>> 0 !== a || b >>> 0 !== b) {
        throw failure("option_invalid", "turn and secondsAgo are numbers, seed is two below 2^32, agent is text");
      }
      if (queues !== undefined) this.setQueues(queues);
      this.#setContext(context);
      const agent = helper ? this.#symbol(helper) : 0;
      const age = (now - since) / 1000;
      if (!this.#engine.route(now, this.#writeText(message), age, a, b, turn, agent, secondsAgo)) {
        throw failure("no_policy", "this bundle has no policy; add a [policy] to store.toml and train it again");
      }
      const intentNames = this.#description.heads[this.#description.intentHead].outputs;
      /** @type {Parameters<typeof readDecision>[3]} */
      const made = { id: this.#decisions, requestedAt: since, now, seed: [a, b] };
      const decision = readDecision(this.#outputView(), this.#description, intentNames, made, this.#agentName);
      this.#asked.set(decision, { message, context, preferredAgent, turn });
      // Of an object of the shop's only what is known of it: anything else may not be JSON.
      const known = preferredAgent && { agent: helper, secondsAgo };
      if (record) decision.record = this.#record(decision, { now, message, preferredAgent: known, turn });
      return decision;
    }

    /**
     * One line for the decision log: what was known and what was decided, without the message.
     * @param {Decision} decision
     * @param {{ now: number, message: ReturnType<typeof typed> } & Pick<RouteOptions, "preferredAgent" | "turn">} asked
     * @returns {DecisionRecord}
     */
    #record(decision, { now, message, preferredAgent, turn }) {
      this.#engine.read(now);
      const out = this.#outputView();
      /** @type {Record<string, Feature["value"]>} */
      const features = {};
      this.card.features.forEach((name, at) => (features[name] = this.#valueAt(out, at)));
      this.#engine.score(now, this.#writeText(message));
      const scores = this.#outputView();
      let at = 0;
      /** @type {Record<string, number[]>} */
      const heads = {};
      for (const { name, outputs } of this.#description.heads) heads[name] = [...scores.subarray(at, (at += outputs.length))];
      const context = { ...features };
      for (const { name, probability } of decision.intents) context[`intent.${name}`] = probability;
      const { requestedAt, seed, goesTo, propensity, priority, policyVersion, evidence, outOfScope } = decision;
      const scope = { outOfScope, abstained: decision.abstainReason === "out_of_scope" };
      const asked = { now, requestedAt, seed, turn, preferredAgent, evidence, scope, snapshot: this.#snapshot };
      const known = JSON.stringify({ action: goesTo, propensity, priority, policyVersion, request: asked });
      // Keys in files are in snake_case. Only a key is followed by `":`, as quotes in JSON's texts are escaped.
      const record = JSON.parse(known.replace(/[A-Z](?=\w*":)/g, (letter) => `_${letter.toLowerCase()}`));
      return { context, ...record, request: { ...record.request, features, heads } };
    }

    /** @param {Decision} decision @param {RouteOptions} [options] */
    reroute(decision, options) {
      this.#known();
      const asked = this.#asked.get(decision);
      if (!asked) {
        throw failure("unknown_decision", "this decision was made elsewhere, or before erase(); call route");
      }
      return this.route({ ...asked, requestedAt: decision.requestedAt, seed: decision.seed, ...read(options) });
    }

    /** @param {string} head @param {Pick<RouteOptions, "message" | "context">} [options] @returns {Probability[]} */
    score(head, options) {
      const { message, context } = read(options);
      const { offset, outputs } = this.#head(head);
      this.#setContext(context);
      this.#engine.score(this.#now(), this.#writeText(typed(message)));
      const out = this.#outputView();
      return outputs.map((name, at) => ({ name, probability: out[offset + at] }));
    }

    /** @param {Pick<RouteOptions, "message" | "context">} [options] @returns {Probability | null} */
    segment(options) {
      return this.#scored("segment", options).reduce((a, b) => (a && a.probability >= b.probability ? a : b), NOTHING);
    }

    /** @param {Pick<RouteOptions, "message" | "context">} [options] */
    risk(options) {
      /** @param {string} head */
      const of = (head) => this.#scored(head, options)[0]?.probability ?? null;
      return { abandonment: of("abandonment"), churn: of("churn"), anomaly: of("anomaly") };
    }

    /** The probabilities of a head's outputs; none if the bundle has no such head. @param {string} head @param {Pick<RouteOptions, "context">} [options] */
    #scored(head, options) {
      return this.card.heads.some(({ name }) => name === head) ? this.score(head, options) : [];
    }

    /** @param {Parameters<Api["explain"]>[0]} [options] @returns {Explanation} */
    explain(options) {
      let { message, context, head, output } = read(options);
      const { heads, intentHead } = this.#description;
      head ??= /** @type {string} */ (heads.at(intentHead)?.name); // without an intent head the index is -1: the last head
      const { index, outputs } = this.#head(head);
      output ??= this.score(head, { message, context }).reduce((a, b) => (b.probability > a.probability ? b : a)).name;
      const at = outputs.indexOf(output);
      if (at < 0) throw failure("unknown_output", `head ${head} has no output ${output}; it has ${outputs.join(", ")}`);
      this.#setContext(context);
      this.#engine.explain(this.#now(), this.#writeText(typed(message)), index, at);
      this.#writeText(""); // writes nothing, but renews the view of the text buffer if the memory grew
      const out = this.#outputView();
      const [base, logit, probability, count] = out; // an ExplanationRow of the layout
      /** @type {((first: number, second: number) => string)[]} */
      const names = [
        (start, end) => new TextDecoder().decode(/** @type {Uint8Array} */ (this.#text).subarray(start, end)),
        (feature) => this.card.features[feature],
        (head, output) => `${heads[head].name}:${heads[head].outputs[output]}`,
      ];
      const reasons = Array.from({ length: count }, (_, reason) => {
        const at = place.EXPLANATION + place.REASON * reason;
        const [kind, first, second, valueKind, value, contribution] = out.subarray(at); // a ReasonRow
        const name = names[kind](first, second);
        return { kind: REASON_KINDS[kind], name, ...(kind === 1 && { value: this.#readable(valueKind, value) }), contribution };
      });
      reasons.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
      return { head, output, base, logit, probability, reasons };
    }

    /** @param {Pick<RouteOptions, "context">} [options] @returns {Feature[]} */
    features(options) {
      this.#setContext(read(options).context);
      this.#engine.read(this.#now());
      const out = this.#outputView();
      return this.card.features.map((name, at) => ({ name, value: this.#valueAt(out, at) }));
    }

    free() {
      if (this.#engine !== FREED) this.#shopper.end();
      this.#engine = this.#memory = FREED; // no other object shares the instance: it is garbage-collected with its last reference
      this.#asked = new WeakMap();
      this.#corrections.clear();
      this.#symbols.clear();
      this.#names.clear();
      this.#input = this.#text = this.#output = /** @type {never} */ (undefined); // not read again: FREED throws first
    }

    [Symbol.dispose ?? Symbol.for("Symbol.dispose")]() {
      this.free();
    }

    /** @param {string} name */
    #head(name) {
      let offset = 0;
      for (const [index, head] of this.#description.heads.entries()) {
        if (head.name === name) return { index, offset, outputs: head.outputs };
        offset += head.outputs.length;
      }
      throw failure("unknown_head", `no head ${name}; this bundle has ${this.card.heads.map((head) => head.name).join(", ")}`);
    }

    /**
     * Passes one event to the engine and returns the engine's answer: 0 or 1 counted, 2 duplicate, 3 stale.
     * @param {string} event
     * @param {Params} params
     * @param {number} at
     * @param {number} now
     */
    #feed(event, params, at, now) {
      if (event === CORRECTION) {
        const name = /** @type {string} */ (params.feature);
        // A correction from another tab may arrive after a newer one; the newer one holds.
        if (this.card.features.includes(name) && at >= (this.#corrections.get(name)?.at ?? 0))
          this.#corrections.set(name, { ...params, at });
        return 0;
      }
      if (this.#symbols.size >= MAX_SYMBOLS) this.#makeRoom(at);
      const name = this.#symbol(event);
      const items = Object.hasOwn(params, "items") && Array.isArray(params.items) ? params.items : [];
      const nItems = Math.min(items.length, place.MAX_ITEMS);
      const input = this.#inputView();
      let slot = 0;
      let nParams = 0;
      for (let i = 0; i < nItems; i++) {
        const item = items[i] ?? {};
        for (let field = 0; field < place.ITEM_FIELDS.length; field++) {
          const value = item[place.ITEM_FIELDS[field]];
          input[slot++] = field < place.ITEM_NAMES ? this.#nameOf(value) : number(value);
        }
      }
      for (const key of Object.keys(params)) {
        if (NOT_PARAMS.includes(key) || nParams === place.MAX_PARAMS) continue;
        const value = params[key];
        if (!PRIMITIVES.includes(typeof value)) continue;
        const isText = typeof value === "string";
        input[slot++] = this.#symbol(key);
        input[slot++] = isText ? place.CATEGORY : place.NUMBER;
        input[slot++] = isText ? this.#symbol(value) : Number(value);
        nParams++;
      }
      return this.#engine.observe(name, at, now, nItems, nParams);
    }

    /** @param {RouteOptions["context"]} context */
    #setContext(context) {
      if (this.#contextIndex.size + this.#corrections.size === 0) return;
      if (this.#symbols.size >= MAX_SYMBOLS) this.#makeRoom(this.#now());
      this.#engine.clear_context();
      for (const [name, { value, undo }] of this.#corrections) {
        const at = this.card.features.indexOf(name);
        if (undo) continue;
        if (typeof value === "string") this.#engine.set_context(at, place.CATEGORY, this.#symbol(value));
        else this.#engine.set_context(at, value == null ? place.MISSING : place.NUMBER, Number(value));
      }
      for (const name of Object.keys(context ?? {})) {
        const feature = this.#contextIndex.get(name);
        if (!feature)
          throw failure(
            "unknown_context",
            `this bundle has no context feature ${name}; it has ${[...this.#contextIndex.keys()].join(", ")}`,
          );
        const value = /** @type {NonNullable<RouteOptions["context"]>} */ (context)[name];
        if (value === null || value === undefined) continue;
        if (!PRIMITIVES.includes(typeof value)) throw failure("option_invalid", `context ${name} is a number, text or a flag`);
        if (feature.kind === place.CATEGORY) this.#engine.set_context(feature.index, place.CATEGORY, this.#symbol(String(value)));
        else this.#engine.set_context(feature.index, place.NUMBER, number(value));
      }
    }

    /** The value of a feature, among those that the engine read. @param {Float64Array} out @param {number} feature */
    #valueAt(out, feature) {
      const at = feature * place.VALUE;
      return this.#readable(out[at + place.VALUE_KIND], out[at + place.VALUE_VALUE]);
    }

    /** @param {number} kind @param {number} value */
    #readable(kind, value) {
      if (kind === place.MISSING) return null;
      return kind === place.NUMBER ? value : (this.#names.get(value) ?? "?");
    }

    /** @param {unknown} value */
    #nameOf(value) {
      return typeof value === "string" ? this.#symbol(value) : typeof value === "number" ? this.#symbol(String(value)) : 0;
    }

    /** @param {string} string @returns {number} */
    #symbol(string) {
      let symbol = this.#symbols.get(string);
      if (symbol === undefined) {
        symbol = this.#engine.symbol(this.#writeText(string)) >>> 0;
        this.#symbols.set(string, symbol);
        this.#names.set(symbol, string);
      }
      return symbol;
    }

    /** Empties the cache of symbols and their strings, except for the strings that are current values of features. @param {number} now */
    #makeRoom(now) {
      this.#engine.read(now);
      const out = this.#outputView();
      /** @type {[symbol: number, name: string][]} */
      const names = [];
      for (let at = 0; at < this.card.features.length * place.VALUE; at += place.VALUE) {
        const symbol = out[at + place.VALUE_VALUE];
        const name = this.#names.get(symbol);
        if (name !== undefined && out[at + place.VALUE_KIND] === place.CATEGORY) names.push([symbol, name]);
      }
      this.#symbols.clear();
      this.#names = new Map(names);
    }

    /**
     * Writes as much of `string` as fits into the text buffer, in whole characters, and returns the number of bytes written. A list of
     * strings is written as separated fields. A single string is encoded directly: a concatenated one is several times slower to encode.
     * @param {string | readonly (string | null | undefined)[]} string
     */
    #writeText(string) {
      const buffer = this.#memory.buffer;
      if (this.#text?.buffer !== buffer) this.#text = new Uint8Array(buffer, this.#engine.text() >>> 0, place.TEXT_BYTES);
      return string ? this.#encoder.encodeInto(/** @type {string[]} */ (string).join?.("\x1f") ?? string, this.#text).written : 0;
    }

    #inputView() {
      const buffer = this.#memory.buffer;
      if (this.#input?.buffer !== buffer) this.#input = new Float64Array(buffer, this.#engine.input() >>> 0, place.INPUT_NUMBERS);
      return this.#input;
    }

    /** The output buffer may move whenever the engine writes it, so its address is read each time. */
    #outputView() {
      const buffer = this.#memory.buffer;
      const address = this.#engine.output() >>> 0;
      if (this.#output.buffer !== buffer || this.#output.byteOffset !== address) {
        this.#output = new Float64Array(buffer, address, (buffer.byteLength - address) >> 3);
      }
      return this.#output;
    }
  };
}

/**
 * Awaits a file of the package that is imported on demand; throws `file_unreachable` if the import fails.
 * @template T
 * @param {Promise<T>} file
 */
async function beside(file) {
  try {
    return await file;
  } catch (error) {
    throw failure("file_unreachable", `a file beside index.js could not be loaded: ${/** @type {Error} */ (error).message}`, error);
  }
}

/**
 * The own properties of the options that the caller passed in. Throws `option_invalid` if they are not an object.
 * @template {object} T
 * @param {T | null | undefined} options
 */
function read(options) {
  if (typeof (options ?? NONE) !== "object") throw failure("option_invalid", `options are an object, not ${String(options)}`);
  return own(options);
}

/**
 * The message: one string, or one string for each text column. Throws `option_invalid` for anything else.
 * @param {RouteOptions["message"]} message
 * @returns {string | readonly (string | null | undefined)[]}
 */
function typed(message) {
  /** @param {unknown} text */
  const isText = (text) => typeof (text ?? "") === "string";
  if (!(Array.isArray(message) ? message.every(isText) : isText(message)))
    throw failure("option_invalid", "a message is text, or a list of texts");
  return message ?? "";
}
