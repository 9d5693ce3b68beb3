// Takes away exports that the glue never names, so that wasm-opt can drop what only they need: js-sys exports the poll
// function of its promise support whether or not a module has promises, 7 KB with all that hangs on it.
//
//   node src/xtask/prune.mjs MODULE GLUE     rewrites MODULE
import { readFileSync, writeFileSync } from "node:fs";

// The npm tools live with the tests, where Node does not look by itself.
const { default: binaryen } = await import(new URL("../../tests/node_modules/binaryen/index.js", import.meta.url));

const [file, glueFile] = process.argv.slice(2);
const glue = readFileSync(glueFile, "utf8");
binaryen.setDebugInfo(true); // names are stripped at the end
const module = binaryen.readBinary(readFileSync(file));
const names = [];
for (let idx = 0; idx < module.getNumExports(); idx++) {
  names.push(binaryen.getExportInfo(module.getExportByIndex(idx)).name);
}
for (const name of names) {
  if (!new RegExp(`\\bwasm\\.${name}\\b`).test(glue) && name !== "__wbindgen_start") module.removeExport(name);
}
writeFileSync(file, module.emitBinary());
