// Floorwalker's simulator: loads the module once, and gives each simulation a floor of its own in it.
import { failure } from "../failure.js";
import { Floor, initSync } from "./engine.js";

let started; // one module a page, whoever asks for it

export class Simulation {
  #floor;

  /** Use `Simulation.start`. */
  constructor(floor) {
    this.#floor = floor;
  }

  static async start({ scenario, strategy = "policy", bundle, seen, seed = 1, wasm } = {}) {
    started ??= load(wasm ?? new URL("./simulator.wasm", import.meta.url)).catch((error) => {
      started = undefined; // the next start may try again
      throw error;
    });
    await started;
    if (bundle !== undefined && !(bundle instanceof Uint8Array)) throw failure("option_invalid", "a bundle is bytes: a Uint8Array");
    try {
      return new Simulation(new Floor(JSON.stringify(scenario ?? null), String(strategy), bundle, seen, Number(seed) >>> 0));
    } catch (error) {
      throw failure("scenario_invalid", error.message, error);
    }
  }

  advance(seconds) {
    return this.#floor.advance(Number(seconds));
  }

  state() {
    return this.#floor.state();
  }

  free() {
    this.#floor.free();
  }

  [Symbol.dispose ?? Symbol.for("Symbol.dispose")]() {
    this.free();
  }
}

async function load(source) {
  let input = await source;
  try {
    if (typeof input === "string" || input instanceof URL) input = await fetch(input);
    if (input?.ok === false) throw new Error(`it answered ${input.status}`);
    if (input?.arrayBuffer) input = await input.arrayBuffer();
  } catch (error) {
    throw failure("wasm_unreachable", `${source} could not be fetched: ${error.message}`, error);
  }
  try {
    initSync({ module: input instanceof WebAssembly.Module ? input : await WebAssembly.compile(input) });
  } catch (error) {
    throw failure("wasm_invalid", `the simulator's module does not start: ${error.message}`, error);
  }
}
