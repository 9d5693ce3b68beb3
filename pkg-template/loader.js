// Finds the engine for browsers, Workers and bundlers. The expression `new URL(…, import.meta.url)` must stay as it is: Vite, webpack and
// esbuild look for exactly this form.
import { startEngine } from "./start.js";

/** @import { LoadOptions } from "floorwalker" */
/** @import { Address, Started } from "./start.js" */

/** Starts an engine; see `startEngine`. @param {LoadOptions} options @returns {Promise<Started>} */
export function loadEngine(options) {
  return startEngine(options, () => new URL("./engine/floorwalker.wasm", import.meta.url), fetchBytes);
}

/** Fetches an address. @param {Address} address */
export async function fetchBytes(address) {
  if (typeof fetch !== "function") throw new Error('no fetch here; for Jest with jsdom: customExportConditions: ["node"]');
  return fetch(/** @type {string | URL} */ (address));
}
