// A step of building the engine as JavaScript: checks the scalar build's boundary, and writes the imports that its JavaScript needs.
//
//   node src/xtask/fallback.mjs FOLDER     FOLDER holds lowered.wasm
//
// Writes floorwalker_bg.js with the functions that the module imports. They throw, because wasm-bindgen calls them only to report its
// own errors.
// wasm2js passes a 64-bit integer as two 32-bit halves, so one at the boundary would silently be wrong: it stops the build.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

// The npm tools are installed in the tests' folder, where Node does not look from here.
const { default: binaryen } = await import(
  /** @type {string} */ (/** @type {unknown} */ (new URL("../../tests/node_modules/binaryen/index.js", import.meta.url)))
);

const folder = process.argv[2];
const module = binaryen.readBinary(readFileSync(path.join(folder, "lowered.wasm")));
const functions = new Map();
const imports = [];
for (let idx = 0; idx < module.getNumFunctions(); idx++) {
  const info = binaryen.getFunctionInfo(module.getFunctionByIndex(idx));
  functions.set(info.name, info);
  if (info.base) imports.push(info);
}
/** @param {number} type */
const wide = (type) => binaryen.expandType(type).includes(binaryen.i64);

for (let idx = 0; idx < module.getNumExports(); idx++) {
  const { name, value, kind } = binaryen.getExportInfo(module.getExportByIndex(idx));
  const info = kind === binaryen.ExternalFunction ? functions.get(value) : undefined;
  if (info && (wide(info.params) || wide(info.results))) {
    fail(`the export ${name} has a 64-bit integer: pass f64 or u32 across the boundary instead`);
  }
}

for (const { base, params, results } of imports) {
  if (wide(params) || wide(results)) fail(`the import ${base} has a 64-bit integer`);
}
const stubs = imports.map(({ base }) => `export function ${base}() {\n  throw new Error("${base}");\n}\n`);
writeFileSync(path.join(folder, "floorwalker_bg.js"), stubs.join(""));

/** @param {string} why @returns {never} */
function fail(why) {
  console.error(`fallback: ${why}`);
  process.exit(1);
}
