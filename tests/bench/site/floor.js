// Measures the lower bound for any engine in this browser: the module and the bundle are fetched and compiled, and nothing is run.
const start = performance.now();
await Promise.all([
  WebAssembly.compileStreaming(fetch("/node_modules/floorwalker/engine/floorwalker.wasm")),
  fetch("/models/store.fwb").then((response) => response.arrayBuffer()),
]);
const end = performance.now();
document.title = `done after ${(end - start).toFixed(2)} ms of script, ${end.toFixed(2)} ms of navigation`;
export {};
