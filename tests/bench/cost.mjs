// Measures what the most expensive bundles that are accepted cost in the page's module: load time, memory, one decision and one
// explanation, with the longest message.
//
//   node tests/bench/cost.mjs PACKAGE BUNDLES [--json FILE]      BUNDLES is what `bench-cost BUNDLES` wrote (tests/bench/cost.rs)
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";

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
  const imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) (imports[from] ??= {})[name] = () => {};
  return new WebAssembly.Instance(module, imports).exports;
}

/** CPU time of this process, in milliseconds: other processes on the machine do not count. */
function timed(work) {
  const start = process.cpuUsage();
  work();
  return process.cpuUsage(start).user / 1_000;
}

/** The minimum over several rounds, because the first ones run while the module is still being compiled. */
function best(work) {
  return Math.min(...Array.from({ length: ROUNDS }, () => timed(work)));
}

function measured(bytes) {
  let engine;
  let exports;
  const load = best(() => {
    exports = instance();
    const bundle = exports.bundle_new(bytes.length);
    const address = exports.bundle_address(bundle) >>> 0;
    new Uint8Array(exports.memory.buffer).set(bytes, address);
    engine = exports.bundle_load(bundle);
  });
  if (!engine) return undefined;
  const write = () => new Uint8Array(exports.memory.buffer).set(message, exports.engine_text(engine) >>> 0);
  const ask = (call) => {
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
  const kb = (n) => (n / 1024).toFixed(0);
  console.log(
    `${name.padEnd(16)}${kb(bytes.length).padStart(10)}${load.toFixed(1).padStart(10)}${route.toFixed(1).padStart(10)}${explain.toFixed(1).padStart(12)}${kb(memory).padStart(12)}`,
  );
  const row = (what, value, unit, bound) => rows.push({ name: `cost of ${name}: ${what}`, value, unit, bound, holds: value <= bound });
  row("load", load, "ms", Math.max(LOAD_MS, (LOAD_MS_PER_MB * bytes.length) / MB));
  row("route", route, "ms", ASK_MS);
  row("explain", explain, "ms", ASK_MS);
  row("memory", memory, "bytes", 8 * bytes.length + 16 * MB);
}
for (const { name, value, bound } of rows.filter(({ holds }) => !holds)) console.log(`TOO MUCH ${name}: ${value} of ${bound}`);
if (values.json) writeFileSync(values.json, JSON.stringify(rows));
