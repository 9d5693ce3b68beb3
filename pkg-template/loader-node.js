// Finds the engine for Node: a file beside this one. The build puts this file in the place of `loader.js`.
import { readFile } from "node:fs/promises";
import { URL } from "node:url";
import { startEngine } from "./start.js";

/** @import { LoadOptions } from "floorwalker" */
/** @import { Address, Started } from "./start.js" */

/** Starts an engine; see `startEngine`. @param {LoadOptions} options @returns {Promise<Started>} */
export function loadEngine(options) {
  return startEngine(options, () => new URL("./engine/floorwalker.wasm", import.meta.url), fetchBytes);
}

/**
 * Reads an address. An address with a scheme other than `file:` is fetched; a string without a scheme is a path.
 * @param {Address} address
 */
export function fetchBytes(address) {
  const text = String(address);
  if (!URL.canParse(text)) return readFile(text);
  return text.startsWith("file:") ? readFile(new URL(text)) : fetch(text);
}
