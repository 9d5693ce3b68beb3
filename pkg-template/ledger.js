// The ledger: what is kept of the shopper, since when, under which consent, and until when. Loaded when it is asked for.

import { CONSENT } from "./limits.js";

/** @import { LedgerEntry } from "floorwalker" */
/** @import { Shopper } from "./shopper.js" */

/** @param {ReturnType<Shopper["stored"]>} stored @returns {LedgerEntry[]} */
export function ledger({ storage, events, consent, retentionMs }) {
  /** @type {Map<string, Omit<LedgerEntry, "fields"> & { fields: Set<string> }>} */
  const rows = new Map();
  /** @type {LedgerEntry["consentFrom"]} */
  let consentFrom = null;
  for (const { event, timestamp, items, ...params } of events) {
    if (event === CONSENT) consentFrom = /** @type {"shop"} */ (params.from);
    const key = JSON.stringify([event, consentFrom]);
    const row = rows.get(key) ?? {
      event,
      events: 0,
      fields: new Set(),
      first: timestamp,
      last: timestamp,
      storage,
      consent,
      consentFrom,
      until: null,
    };
    rows.set(key, row);
    row.events++;
    row.first = Math.min(row.first, timestamp);
    row.last = Math.max(row.last, timestamp);
    if (storage !== "memory") row.until = row.last + retentionMs;
    for (const field of Object.keys(params)) row.fields.add(field);
    for (const item of /** @type {object[]} */ (items ?? [])) for (const field of Object.keys(item)) row.fields.add(`items.${field}`);
  }
  return [...rows.values()].map((row) => ({ ...row, fields: [...row.fields].sort() })).sort((a, b) => a.first - b.first);
}
