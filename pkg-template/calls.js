// Calls the engine in one instance of the WebAssembly module, or of the JavaScript compiled from that module. Only numbers cross the
// boundary, so the module's exports are called directly: `src/wasm/engine.rs` says what arguments each call takes.
import { failure } from "./failure.js";

const NO_SENSE = "the bundle makes no sense; `floorwalker inspect` says why; train it again";
/** Code and message of each reason why a bundle is refused, in the order of `src/wasm/error.rs`. */
const REFUSALS = [
  ["not_a_bundle", "these bytes are no Floorwalker bundle; check the address that they came from"],
  ["version", "the bundle has another format version than this engine reads; train it again or update the package"],
  ["length", "the bundle is cut short or too long; load it again"],
  ["checksum", "the bundle is damaged; load it again"],
  ["body", NO_SENSE],
  ["model", NO_SENSE],
  ["cost", "the bundle asks for more work or memory than a page may spend; `floorwalker inspect` says which"],
];
const OURS = /^engine_/;

/**
 * Returns `{ memory, load(bytes) }` for an instance; `load` returns the calls of its engine, by name. A call that does not return, because
 * of a trap or because memory or stack ran out, leaves the instance in an undefined state: the instance is never called again, and every
 * later call throws an `Error` with the code `engine_stopped`.
 */
export function instance(exports) {
  let stopped;
  const call = (name, ...its) => {
    try {
      if (!stopped) return exports[name](...its);
    } catch (error) {
      stopped = error;
    }
    throw failure("engine_stopped", `the engine stopped: ${stopped.message}; load another Floorwalker`, stopped);
  };
  const load = (bytes) => {
    const bundle = call("bundle_new", bytes.length);
    const address = call("bundle_address", bundle) >>> 0; // the memory may have grown, so the view is made after this call
    new Uint8Array(exports.memory.buffer).set(bytes, address);
    const engine = call("bundle_load", bundle);
    if (!engine) {
      const [code, message] = REFUSALS[call("bundle_refusal", bundle)];
      throw failure(`bundle_${code}`, message);
    }
    const calls = Object.keys(exports).filter((name) => OURS.test(name));
    return Object.fromEntries(calls.map((name) => [name.replace(OURS, ""), (...its) => call(name, engine, ...its)]));
  };
  return { memory: exports.memory, load };
}

/** Reads the engine's description of its bundle. `numbers()` returns the output buffer; `src/wasm/layout.rs` documents its layout. */
export function described(engine, memory, numbers) {
  let end = engine.describe() >>> 0;
  const bytes = new Uint8Array(memory.buffer);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const out = numbers();
  let at = 0;
  const number = () => out[at++];
  const text = () => decoder.decode(bytes.subarray(end, (end += number())));
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
