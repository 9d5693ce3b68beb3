// Measures speed and memory of the engine in Node, with the built package and with models of known shapes.
//
//   node --expose-gc tests/bench/node.mjs FOLDER --json FILE     FOLDER holds the package
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { brotliCompressSync } from "node:zlib";

/**
 * @import { EventParams, LoadOptions } from "floorwalker"
 * @import { Measurement } from "./sizes.mjs"
 */

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const [folder, , file] = process.argv.slice(2);
const WORK = path.join(ROOT, "target/bench");
const BATCHES = 60;

mkdirSync(WORK, { recursive: true });
execFileSync(/** @type {string} */ (process.env.BENCH_MODELS), [WORK], { stdio: "inherit" });
/** @type {typeof import("floorwalker")} */
const { Floorwalker } = await import(pathToFileURL(path.resolve(folder, "node.js")).href);
/** @param {string} name @param {LoadOptions} [options] */
const load = (name, options) => Floorwalker.load(path.join(WORK, name), options);
/** @type {Measurement[]} */
const rows = [];
/** @param {string} name @param {number} value @param {string} unit @param {number | null} bound */
const add = (name, value, unit, bound) =>
  rows.push({ name, value: Number(value.toPrecision(4)), unit, bound, holds: bound === null ? null : value <= bound });

/**
 * The time of one call in µs, after a warm-up: the mean within each batch, and the median over batches.
 *
 * @param {(at: number) => void} call
 */
function micros(call, n = 2000) {
  for (let at = 0; at < 5 * n; at++) call(at);
  const times = Array.from({ length: BATCHES }, () => {
    const from = performance.now();
    for (let at = 0; at < n; at++) call(at);
    return ((performance.now() - from) * 1000) / n;
  });
  return times.sort((a, b) => a - b)[BATCHES >> 1];
}

// The cost of observing events that 60 features listen to.
{
  let clock = 1.8e12;
  const fw = await load("route.fwb", { now: () => clock });
  const items = Array.from({ length: 200 }, (_, at) => ({
    item_id: `p${at}`,
    item_category: `c${at % 8}`,
    item_brand: "b",
    price: 10 + at,
    quantity: 1,
  }));
  /** @type {[event: string, params: EventParams][]} */
  const events = items.map((item) => ["view_item", { items: [item], value: item.price }]);
  add(
    "observe one GA4 event, 60 features",
    micros((at) => fw.observe(...events[((clock += 1000), at % 200)])),
    "µs",
    3,
  );

  /** @type {NodeJS.GCFunction} */ (globalThis.gc)();
  const before = process.memoryUsage();
  for (let at = 0; at < 1e6; at++) fw.observe(...events[((clock += 1000), at % 200)]);
  /** @type {NodeJS.GCFunction} */ (globalThis.gc)();
  const after = process.memoryUsage();
  const grown = after.heapUsed + after.arrayBuffers + after.external - before.heapUsed - before.arrayBuffers - before.external;
  add("heap grown over a million events", Math.max(0, grown) / 1024, "KB", 256);

  const message = "hello I bought this phone last week and it does not charge with my old cable can you help me please";
  assert.equal(message.split(" ").length, 21);
  const times = [];
  for (let at = 0; at < 20_000; at++) {
    const from = performance.now();
    fw.route({ message });
    times.push((performance.now() - from) * 1000);
  }
  times.splice(0, 2000);
  times.sort((a, b) => a - b);
  add("route, 20 words, 60 features, 100 trees, 20 queues: median", times[times.length >> 1], "µs", null);
  add("route, 20 words, 60 features, 100 trees, 20 queues: p99", times[Math.floor(times.length * 0.99)], "µs", 60);
  fw.free();
}

// The cost of one head: the difference between the same call with and without it.
{
  const [nothing, trees, text] = [await load("nothing.fwb"), await load("trees.fwb"), await load("text.fwb")];
  const message = "does this phone work with the charger that I already have at";
  assert.equal(message.length, 60);
  const base = micros(() => nothing.score("nothing"));
  add("score() without the head that is measured", base, "µs", null);
  add("100 trees × 31 leaves, 20 columns, a row", micros(() => trees.score("nothing")) - base, "µs", 3.5);
  add("a 60-character message over 16 classes", micros(() => text.score("nothing", { message })) - base, "µs", 1.5);
  for (const fw of [nothing, trees, text]) fw.free();
}

const demo = readFileSync(path.join(ROOT, "target/demo/models/store.fwb"));
add("demo bundle, brotli", brotliCompressSync(demo).length / 1024, "KB", 300);
const sizes = JSON.parse(readFileSync(path.join(WORK, "sizes.json"), "utf8"));
for (const { name, value, unit, bound } of sizes) add(name, value, unit, bound);

if (file) writeFileSync(file, `${JSON.stringify(rows, null, 1)}\n`);
for (const { name, value, unit, bound } of rows) console.log(name.padEnd(66), value, unit, bound ?? "");
