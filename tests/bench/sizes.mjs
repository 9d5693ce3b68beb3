// Measures the sizes of the package: every file raw, with gzip and with brotli, and the figures that have a bound.
//
//   node tests/bench/sizes.mjs FOLDER [--json FILE]
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { brotliCompressSync, gzipSync } from "node:zlib";

/**
 * @typedef {{ name: string, raw: number, gzip: number, brotli: number }} Sizes
 *
 * @typedef {object} Measurement One row of a bench's JSON
 * @property {string} name
 * @property {number} value
 * @property {string} unit
 * @property {number | null} bound the value must not be above it; null: there is none
 * @property {boolean | null} holds
 */

const KB = 1024;
/** Bound of the entry file `index.js`: below Shopify's recommendation of 10,000 bytes for a theme's script. */
export const ENTRY_GZIP = 8 * KB;
/** Bound of the WebAssembly and JavaScript that a page loads if it only routes: `index.js`, and what it fetches at once. */
export const PAGE_BROTLI = 68_000;
/** Bound of what a page loads in addition if it recommends: `recommend.js` and its module; the index comes on top. */
export const RECOMMEND_BROTLI = 30_000;
/** Bound of the starter bundle, which is fetched only by pages that import its address. */
export const STARTER_BROTLI = 120 * KB;

/** `{ name, raw, gzip, brotli }` of every file below `folder`. @param {string} folder @returns {Sizes[]} */
export function sizes(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = path.join(entry.parentPath ?? entry.path, entry.name);
      const bytes = readFileSync(file);
      return {
        name: path.relative(folder, file),
        raw: bytes.length,
        gzip: gzipSync(bytes, { level: 9 }).length,
        brotli: brotliCompressSync(bytes).length,
      };
    })
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** The package's sizes as measurements. @param {string} folder @returns {Measurement[]} */
export function measurements(folder) {
  const files = new Map(sizes(folder).map((file) => [file.name, file]));
  const of = (/** @type {string} */ name) => /** @type {Sizes} */ (files.get(name));
  const brotli = (/** @type {string[]} */ ...names) => names.reduce((sum, name) => sum + of(name).brotli, 0);
  /** @param {string} name @param {number} value @param {number} bound */
  const bounded = (name, value, bound) => ({ name, value, unit: "bytes", bound, holds: value <= bound });
  return [
    bounded("package: entry JS, gzip", of("index.js").gzip, ENTRY_GZIP),
    bounded("package: wasm and JS, brotli", brotli("index.js", "shopper.js", "engine/floorwalker.wasm"), PAGE_BROTLI),
    bounded("package: recommendation, wasm and JS, brotli", brotli("recommend.js", "engine/retrieval.wasm"), RECOMMEND_BROTLI),
    bounded("package: starter bundle, brotli", brotli("starter.fwb"), STARTER_BROTLI),
    {
      name: "package: fallback and JS, brotli",
      value: brotli("index.js", "shopper.js", "engine/fallback.js"),
      unit: "bytes",
      bound: null,
      holds: null,
    },
  ];
}

function main() {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: "string" } } });
  const [folder] = positionals;
  console.log(`${"file".padEnd(26)}${"raw".padStart(10)}${"gzip".padStart(10)}${"brotli".padStart(10)}`);
  for (const { name, raw, gzip, brotli } of sizes(folder)) {
    console.log(`${name.padEnd(26)}${`${raw}`.padStart(10)}${`${gzip}`.padStart(10)}${`${brotli}`.padStart(10)}`);
  }
  const rows = measurements(folder);
  for (const { name, value, bound, holds } of rows) {
    console.log(`${name}: ${value}${bound === null ? "" : ` of ${bound} ${holds ? "ok" : "TOO LARGE"}`}`);
  }
  if (values.json) writeFileSync(values.json, JSON.stringify(rows));
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) main();
