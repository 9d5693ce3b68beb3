// Calls the engine in one instance of the WebAssembly module, or of the JavaScript compiled from that module. Only numbers cross the
// boundary, so the module's exports are called directly: `src/wasm/engine.rs` says what arguments each call takes.
import { failure } from "./failure.js";

/** @typedef {Pick<WebAssembly.Memory, "buffer">} Memory */
/** @typedef {(...its: number[]) => number} Call */

/**
 * The calls of one engine (`src/wasm/engine.rs`). Addresses and symbols come as signed numbers: `>>> 0` makes them unsigned.
 * @typedef {object} Engine
 * @property {() => number} input
 * @property {() => number} text
 * @property {() => number} output
 * @property {(length: number) => number} symbol
 * @property {(name: number, atMs: number, nowMs: number, nItems: number, nParams: number) => number} observe
 * @property {(feature: number, kind: number, number: number) => void} set_context
 * @property {() => void} clear_context
 * @property {() => void} erase
 * @property {(nowMs: number) => void} read
 * @property {(nowMs: number, messageLength: number) => void} score
 * @property {(seconds: number) => number} patience 0, or what is refused, as `queue` says it
 * @property {(queue: number, open: number) => number} queue 0, or what is refused: see `src/wasm/engine.rs`
 * @property {(name: number, queue: number, novice: boolean) => number} agent the same
 * @property {(asOfMs: number, nowMs: number) => number} take 0 if it is from the future
 * @property {(nowMs: number, messageLength: number, ageS: number, seedA: number, seedB: number, turn: number, agent: number,
 *   agentS: number) => number} route 0 if the bundle has no policy
 * @property {() => number} describe
 * @property {(nowMs: number, messageLength: number, head: number, output: number) => void} explain
 */

/** @typedef {{ memory: Memory, load: (bytes: Uint8Array) => Engine }} Instance */

/**
 * A feature, as the engine describes it. `context`: the kind of its value if it is a context feature, otherwise 0. `events`: the names
 * that it listens to, an empty list meaning all; `undefined` if it listens to no event.
 * @typedef {[name: string, context: number, events: string[] | undefined, field: string, takesText: boolean, only: string]} FeatureRow
 */

/**
 * @typedef {object} Description
 * @property {string} name
 * @property {FeatureRow[]} features
 * @property {import("floorwalker").Head[]} heads
 * @property {string[]} queues
 * @property {number} defaultQueue
 * @property {number} intentHead
 * @property {string} policyVersion
 * @property {[name: string, fact: string][]} facts
 * @property {string[]} filters
 * @property {string} key
 * @property {number[]} channels
 */

const NO_SENSE = "the bundle makes no sense; `floorwalker inspect` says why; train it again";
/** Code and message of each reason why a bundle is refused, in the order of `src/wasm/error.rs`. */
const REFUSALS = /** @type {const} */ ([
  ["not_a_bundle", "these bytes are no Floorwalker bundle; check the address that they came from"],
  ["version", "the bundle is of another format version; train it again or update the package"],
  ["length", "the bundle is cut short or too long; load it again"],
  ["checksum", "the bundle is damaged; load it again"],
  ["body", NO_SENSE],
  ["model", NO_SENSE],
  ["cost", "the bundle needs more work or memory than a page may spend; `floorwalker inspect` says which"],
]);
const OURS = /^engine_/;

/** The error for a refused bundle. @param {number} number its place in `REFUSALS` */
export function refusedBundle(number) {
  const [code, message] = REFUSALS[number];
  return failure(`bundle_${code}`, message);
}

/**
 * Returns `{ memory, load(bytes) }` for an instance; `load` returns the calls of its engine, by name. A call that does not return, because
 * of a trap or because memory or stack ran out, leaves the instance in an undefined state: the instance is never called again, and every
 * later call throws an `Error` with the code `engine_stopped`.
 * `refused` makes the error for a file that the module refuses, from the number that it gives.
 * @param {WebAssembly.Exports} exports
 * @param {(number: number) => Error} refused
 * @returns {Instance}
 */
export function instance(exports, refused) {
  /** @type {Error | undefined} */
  let stopped;
  /** @param {string} name @param {number[]} its */
  const call = (name, ...its) => {
    try {
      if (!stopped) return /** @type {Call} */ (exports[name])(...its);
    } catch (error) {
      stopped = /** @type {Error} */ (error);
    }
    throw failure("engine_stopped", `the engine stopped: ${stopped.message}; load another Floorwalker`, stopped);
  };
  /** @param {Uint8Array} bytes */
  const load = (bytes) => {
    const bundle = call("bundle_new", bytes.length);
    const address = call("bundle_address", bundle) >>> 0; // the memory may have grown, so the view is made after this call
    new Uint8Array(/** @type {Memory} */ (exports.memory).buffer).set(bytes, address);
    const engine = call("bundle_load", bundle);
    if (!engine) throw refused(call("bundle_refusal", bundle));
    const calls = Object.keys(exports).filter((name) => OURS.test(name));
    return /** @type {Engine} */ (
      /** @type {unknown} */ (
        Object.fromEntries(calls.map((name) => [name.replace(OURS, ""), (/** @type {number[]} */ ...its) => call(name, engine, ...its)]))
      )
    );
  };
  return { memory: /** @type {Memory} */ (exports.memory), load };
}

/**
 * Reads the engine's description of its bundle. `numbers()` returns the output buffer; `src/wasm/layout` documents its layout.
 * @param {Engine} engine
 * @param {Memory} memory
 * @param {() => Float64Array} numbers
 * @returns {Description}
 */
export function described(engine, memory, numbers) {
  let end = engine.describe() >>> 0;
  const bytes = new Uint8Array(memory.buffer);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const out = numbers();
  let at = 0;
  const number = () => out[at++];
  const text = () => decoder.decode(bytes.subarray(end, (end += number())));
  /** @template T @param {() => T} item @returns {T[]} */
  const list = (item) => Array.from({ length: number() }, item);
  return {
    name: text(),
    features: list(() => [text(), number(), number() ? list(text) : undefined, text(), number() > 0, text()]),
    heads: list(() => ({ name: text(), outputs: list(text) })),
    queues: list(text),
    defaultQueue: number(),
    intentHead: number(),
    policyVersion: text(),
    facts: list(() => [text(), text()]),
    filters: list(text),
    key: text(),
    channels: list(number),
  };
}
