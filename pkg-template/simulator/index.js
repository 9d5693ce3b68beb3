// Floorwalker's simulator: loads the WebAssembly module once, and runs each simulation in an instance of its own.
import { failure } from "../failure.js";
import { glue } from "./engine.js";

/** @import { FloorState, StartOptions } from "floorwalker-simulator" */
/** @import { Found } from "../start.js" */

/** @typedef {{ advance(seconds: number): boolean, state(): FloorState }} Floor */
/** @typedef {new (scenario: string, strategy: string, bundle?: Uint8Array, seen?: number[][][], seed?: number) => Floor} FloorClass */

/** @type {Promise<WebAssembly.Module> | undefined} */
let started; // one module per page, shared by all simulations

export class Simulation {
  /** @type {Floor | undefined} */
  #floor;
  /** @type {Error | undefined} */
  #stopped;

  /** Use `Simulation.start`. @param {Floor} floor */
  constructor(floor) {
    this.#floor = floor;
  }

  /** @param {StartOptions} options */
  static async start({ scenario, strategy = "policy", bundle, seen, seed = 1, wasm } = /** @type {StartOptions} */ ({})) {
    if (strategy === "policy" && !(bundle instanceof Uint8Array))
      throw failure("option_invalid", "a policy comes in a bundle: give its bytes, a Uint8Array");
    if (!/^(policy|right|random|round_robin|fewest_waiting|model:.+)$/.test(strategy)) {
      throw failure(
        "option_invalid",
        `there is no strategy ${strategy}; name policy, right, random, round_robin, fewest_waiting or model:0.9`,
      );
    }
    if (!Number.isSafeInteger(seed) || seed < 0)
      throw failure("option_invalid", `a seed is a whole number from 0 up, below 2^53, and not ${seed}`);
    started ??= load(wasm ?? new URL("./simulator.wasm", import.meta.url)).catch((error) => {
      started = undefined; // the next start may try again
      throw error;
    });
    const module = await started;
    const { Floor } = instance(module);
    try {
      const bytes = strategy === "policy" ? bundle : undefined;
      return new Simulation(new Floor(JSON.stringify(scenario ?? null), strategy, bytes, seen, seed));
    } catch (error) {
      throw failure("scenario_invalid", /** @type {Error} */ (error).message, error);
    }
  }

  /** @param {number} seconds */
  advance(seconds) {
    if (!(Number(seconds) >= 0)) throw failure("option_invalid", `seconds from the start are 0 or more, not ${seconds}`);
    return this.#call((floor) => floor.advance(Number(seconds)));
  }

  state() {
    return this.#call((floor) => floor.state());
  }

  free() {
    this.#floor = undefined;
  }

  /**
   * Calls the floor. A floor that threw is in an undefined state: it is never called again, and later calls throw the same error.
   * @template T
   * @param {(floor: Floor) => T} work
   * @returns {T}
   */
  #call(work) {
    if (this.#floor === undefined) throw failure("freed", "this floor was freed; start another");
    if (this.#stopped) throw this.#stopped;
    try {
      return work(this.#floor);
    } catch (error) {
      throw (this.#stopped = failure("floor_stopped", `the floor stopped: ${/** @type {Error} */ (error).message}; start another`, error));
    }
  }

  [Symbol.dispose ?? Symbol.for("Symbol.dispose")]() {
    this.free();
  }
}

/** @param {unknown} source @returns {Promise<WebAssembly.Module>} */
async function load(source) {
  let input = /** @type {string | URL | Found} */ (await source);
  try {
    if (typeof input === "string" || input instanceof URL) input = await fetched(`${input}`);
    if (input?.ok === false) throw new Error(`it answered ${input.status}`);
    if (input?.arrayBuffer) input = await input.arrayBuffer();
  } catch (error) {
    throw failure("wasm_unreachable", `${source} could not be fetched: ${/** @type {Error} */ (error).message}`, error);
  }
  try {
    const module = input instanceof WebAssembly.Module ? input : await WebAssembly.compile(/** @type {BufferSource} */ (input));
    instance(module); // fails here if the module does not start
    return module;
  } catch (error) {
    throw failure("wasm_invalid", `the simulator's module does not start: ${/** @type {Error} */ (error).message}`, error);
  }
}

/** @param {WebAssembly.Module} module @returns {{ Floor: FloorClass }} */
function instance(module) {
  const { Floor, imports, use } = glue();
  use(new WebAssembly.Instance(module, imports()).exports);
  return { Floor };
}

/**
 * Fetches an address. In Node (20.16 or later), whose `fetch` reads no files, `file:` addresses and paths without a scheme are read.
 * @param {string} address
 */
async function fetched(address) {
  // `node:fs/promises` is not imported: bundlers for pages would try to resolve it.
  const files = globalThis.process?.getBuiltinModule?.("node:fs/promises");
  const isFile = address.startsWith("file:");
  if (!files || (!isFile && URL.canParse(address))) return fetch(address);
  return files.readFile(isFile ? new URL(address) : address);
}
