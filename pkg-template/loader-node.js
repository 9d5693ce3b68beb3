// Where Node finds the engine: a file beside this one. The build puts this in the place of `loader.js`.
import { readFile } from "node:fs/promises";
import { startEngine } from "./start.js";

/** Starts the engine once; see `startEngine`. */
export function loadEngine(options) {
  return startEngine(options, () => new URL("./engine/floorwalker.wasm", import.meta.url), fetchBytes);
}

/** What an address holds. A string that names a scheme other than file is fetched; else it is a path. */
export function fetchBytes(address) {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined) return readFile(address);
  return url.protocol === "file:" ? readFile(url) : fetch(url);
}
