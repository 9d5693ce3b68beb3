// Reads files in browsers, Workers and edge runtimes.

/** @import { Address } from "./start.js" */

/** Fetches an address. @param {Address} address */
export async function fetchBytes(address) {
  if (typeof fetch !== "function") throw new Error('no fetch here; for Jest with jsdom: customExportConditions: ["node"]');
  return fetch(/** @type {string | URL} */ (address));
}
