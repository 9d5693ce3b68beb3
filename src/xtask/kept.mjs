// Which exports of the engine a page calls, as the graph that wasm-metadce reads: the rest goes, and what only it needs.
//
//   node src/xtask/kept.mjs MODULE > GRAPH.json
//
// Numbers cross the boundary and nothing else: what an engine imports is there to report errors of wasm-bindgen's, and takes numbers too.
import { readFileSync } from "node:fs";

const module = new WebAssembly.Module(readFileSync(process.argv[2]));
const kept = WebAssembly.Module.exports(module)
  .map(({ name }) => name)
  .filter((name) => name === "memory" || /^(bundle|engine)_/.test(name));
const page = { name: "page", root: true, reaches: kept };
console.log(JSON.stringify([page, ...kept.map((name) => ({ name, export: name }))]));
