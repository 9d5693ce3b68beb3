// Where Node finds the engine: a file beside this one. The build puts this in the place of `loader.js`.
import { readFile } from "node:fs/promises";
import { URL } from "node:url";
import { startEngine } from "./start.js";

/** Starts an engine; see `startEngine`. */
export function loadEngine(options) {
  return startEngine(options, () => new URL("./engine/floorwalker.wasm", import.meta.url), fetchBytes);
}

/** What an address holds. A string that names a scheme other than file is fetched; else it is a path. */
export function fetchBytes(address) {
  const text = String(address);
  if (!URL.canParse(text)) return readFile(text);
  return text.startsWith("file:") ? readFile(new URL(text)) : fetch(text);
}
