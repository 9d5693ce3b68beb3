// The engine as JavaScript: from wasm-bindgen's scalar build to one file that never names `WebAssembly`.
//
//   node src/xtask/fallback.mjs FOLDER     FOLDER holds floorwalker_bg.js (glue) and lowered.wasm
//
// Changes the glue in two places:
// - wasm2js copies the memory when it grows and cannot detach the old buffer, so a cached view must be compared with the
//   live buffer; the glue only asks whether its buffer was detached.
// - wasm2js passes a 64-bit integer as two halves; an import that takes one is given both.
// An export that takes or returns one would be wrong without notice, so it stops the build.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

// The npm tools live with the tests, where Node does not look by itself.
const { default: binaryen } = await import(new URL("../../tests/node_modules/binaryen/index.js", import.meta.url));

const folder = process.argv[2];
const module = binaryen.readBinary(readFileSync(path.join(folder, "lowered.wasm")));
const file = path.join(folder, "floorwalker_bg.js");
let glue = readFileSync(file, "utf8");

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
  if (!wide(params) && !wide(results)) continue;
  const header = `export function ${base}(arg0) {\n`;
  if (wide(results) || binaryen.expandType(params).length !== 1 || !glue.includes(header)) {
    fail(`the import ${base} has a 64-bit integer in a form that this script does not know`);
  }
  glue = glue.replace(header, `export function ${base}(low, high) {
    const arg0 = BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low >>> 0));\n`);
}

glue = glue
  .replace(/(\w+) === null \|\| \1\.byteLength === 0/g, "$1 === null || $1.buffer !== wasm.memory.buffer")
  .replace(/(\w+)\.buffer\.detached === true \|\| \(\1\.buffer\.detached === undefined && (\1\.buffer !== [\w.]+)\)/g, "$2");
if (/\.byteLength === 0|\.detached\b/.test(glue)) fail("a cached view in the glue is still checked by detachment");
if (/\bWebAssembly\b/.test(glue)) fail("the glue names WebAssembly");
writeFileSync(file, glue);

function fail(why) {
  console.error(`fallback: ${why}`);
  process.exit(1);
}
