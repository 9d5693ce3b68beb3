// Reads files in Node. The build puts this file in the place of `loader.js`.
import { readFile } from "node:fs/promises";
import { URL } from "node:url";

/** @import { Address } from "./start.js" */

/**
 * Reads an address. An address with a scheme other than `file:` is fetched; a string without a scheme is a path.
 * @param {Address} address
 */
export function fetchBytes(address) {
  const text = String(address);
  if (!URL.canParse(text)) return readFile(text);
  return text.startsWith("file:") ? readFile(new URL(text)) : fetch(text);
}
