// Where Node finds the engine: a file beside this one. The build puts this in the place of `loader.js`.
import { readFile } from "node:fs/promises";
import { startEngine } from "./start.js";

export { failure } from "./start.js";

/** Starts the engine once; see `startEngine`. */
export function loadEngine(options) {
  return startEngine(options, () => new URL("./engine/floorwalker.wasm", import.meta.url), read);
}

// A URL that is a string is fetched when it names a scheme other than file; else it is a path.
function read(source) {
  const url = URL.canParse(source) ? new URL(source) : undefined;
  if (url === undefined) return readFile(source);
  return url.protocol === "file:" ? readFile(url) : fetch(url);
}
