// The engine as JavaScript: from wasm-bindgen's scalar build to one file that never names `WebAssembly`.
//
//   node src/xtask/fallback.mjs FOLDER     FOLDER holds lowered.wasm
//
// Writes floorwalker_bg.js, what the module imports: functions that throw, because wasm-bindgen calls them to report errors of its own.
// wasm2js passes a 64-bit integer as two halves: one at the boundary would be wrong without notice, so it stops the build.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

// The npm tools live with the tests, where Node does not look by itself.
const { default: binaryen } = await import(new URL("../../tests/node_modules/binaryen/index.js", import.meta.url));

const folder = process.argv[2];
const module = binaryen.readBinary(readFileSync(path.join(folder, "lowered.wasm")));
const functions = new Map();
const imports = [];
for (let idx = 0; idx < module.getNumFunctions(); idx++) {
  const info = binaryen.getFunctionInfo(module.getFunctionByIndex(idx));
  functions.set(info.name, info);
  if (info.base) imports.push(info);
}
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

function fail(why) {
  console.error(`fallback: ${why}`);
  process.exit(1);
}
