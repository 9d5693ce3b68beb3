// Lists the exports of the engine that a page calls, as the graph that wasm-metadce reads. It removes all other exports, and the code
// that only they need.
//
//   node src/xtask/kept.mjs MODULE > GRAPH.json
//
// Only numbers cross the boundary: the functions that the engine imports report wasm-bindgen's own errors, and take numbers, too.
import { readFileSync } from "node:fs";

const module = new WebAssembly.Module(readFileSync(process.argv[2]));
const kept = WebAssembly.Module.exports(module)
  .map(({ name }) => name)
  .filter((name) => name === "memory" || /^(bundle|engine)_/.test(name));
const page = { name: "page", root: true, reaches: kept };
console.log(JSON.stringify([page, ...kept.map((name) => ({ name, export: name }))]));
