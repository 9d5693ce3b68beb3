// Measures what the most expensive bundles that are accepted cost in the page's module: load time, memory, one decision and one
// explanation, with the longest message.
//
//   node tests/bench/cost.mjs PACKAGE BUNDLES [--json FILE]      BUNDLES is what `bench-cost BUNDLES` wrote (tests/bench/cost.rs)
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";

/**
 * @import { Measurement } from "./sizes.mjs"
 *
 * @typedef {object} Engine What the module exports, as far as it is called here
 * @property {WebAssembly.Memory} memory
 * @property {(length: number) => number} bundle_new
 * @property {(bundle: number) => number} bundle_address
 * @property {(bundle: number) => number} bundle_load
 * @property {(engine: number) => number} engine_text
 * @property {(
 *   engine: number, now: number, text: number, age: number, a: number, b: number, turn: number, agent: number, agentSeconds: number
 * ) => number} engine_route
 * @property {(engine: number, now: number, text: number) => void} engine_score
 * @property {(engine: number, now: number, text: number, head: number, output: number) => void} engine_explain
 */

const MB = 1 << 20;
/** Bounds, in milliseconds: for loading, per MB of the file and at least `LOAD_MS`; for a decision and for an explanation, `ASK_MS`. */
const LOAD_MS_PER_MB = 1_000;
const LOAD_MS = 50;
const ASK_MS = 50;
const TEXT_BYTES = 8_000;
const ROUNDS = 5;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: "string" } } });
const [home, folder] = positionals;
const module = new WebAssembly.Module(readFileSync(path.join(home, "engine/floorwalker.wasm")));
const message = new TextEncoder().encode("a ".repeat(1_000) + "ab ".repeat(2_000)).subarray(0, TEXT_BYTES);

function instance() {
  /** @type {Record<string, Record<string, () => void>>} */
  const imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) (imports[from] ??= {})[name] = () => {};
  return /** @type {Engine} */ (new WebAssembly.Instance(module, imports).exports);
}

/** CPU time of this process, in milliseconds: other processes on the machine do not count. @param {() => void} work */
function timed(work) {
  const start = process.cpuUsage();
  work();
  return process.cpuUsage(start).user / 1_000;
}

/**
 * The minimum over several rounds, because the first ones run while the module is still being compiled.
 *
 * @param {() => void} work
 */
function best(work) {
  return Math.min(...Array.from({ length: ROUNDS }, () => timed(work)));
}

/** @param {Uint8Array} bytes */
function measured(bytes) {
  let engine = 0;
  let exports = /** @type {Engine} */ (/** @type {unknown} */ (undefined));
  const load = best(() => {
    exports = instance();
    const bundle = exports.bundle_new(bytes.length);
    const address = exports.bundle_address(bundle) >>> 0;
    new Uint8Array(exports.memory.buffer).set(bytes, address);
    engine = exports.bundle_load(bundle);
  });
  if (!engine) return undefined;
  const write = () => new Uint8Array(exports.memory.buffer).set(message, exports.engine_text(engine) >>> 0);
  const ask = (/** @type {() => void} */ call) => {
    write();
    return best(call);
  };
  const now = Date.now();
  const route = ask(() => {
    if (!exports.engine_route(engine, now, TEXT_BYTES, 60, 1, 2, -1, 0, 0)) exports.engine_score(engine, now, TEXT_BYTES);
  });
  const explain = Math.max(...[0, 1].map((head) => ask(() => exports.engine_explain(engine, now, TEXT_BYTES, head, 0))));
  return { load, route, explain, memory: exports.memory.buffer.byteLength };
}

/** @type {Measurement[]} */
const rows = [];
console.log(
  `${"bundle".padEnd(16)}${"KB".padStart(10)}${"load ms".padStart(10)}${"route ms".padStart(10)}${"explain ms".padStart(12)}${"memory KB".padStart(12)}`,
);
for (const file of readdirSync(folder)
  .filter((name) => name.endsWith(".fwb"))
  .sort()) {
  const bytes = readFileSync(path.join(folder, file));
  const found = measured(bytes);
  const name = path.basename(file, ".fwb");
  if (!found) {
    console.log(`${name.padEnd(16)} is refused`);
    continue;
  }
  const { load, route, explain, memory } = found;
  const kb = (/** @type {number} */ n) => (n / 1024).toFixed(0);
  console.log(
    `${name.padEnd(16)}${kb(bytes.length).padStart(10)}${load.toFixed(1).padStart(10)}${route.toFixed(1).padStart(10)}${explain.toFixed(1).padStart(12)}${kb(memory).padStart(12)}`,
  );
  /** @param {string} what @param {number} value @param {string} unit @param {number} bound */
  const row = (what, value, unit, bound) => rows.push({ name: `cost of ${name}: ${what}`, value, unit, bound, holds: value <= bound });
  row("load", load, "ms", Math.max(LOAD_MS, (LOAD_MS_PER_MB * bytes.length) / MB));
  row("route", route, "ms", ASK_MS);
  row("explain", explain, "ms", ASK_MS);
  row("memory", memory, "bytes", 8 * bytes.length + 16 * MB);
}
for (const { name, value, bound } of rows.filter(({ holds }) => !holds)) console.log(`TOO MUCH ${name}: ${value} of ${bound}`);
if (values.json) writeFileSync(values.json, JSON.stringify(rows));
