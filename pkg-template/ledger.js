// The ledger: what is kept of the shopper, since when, under which consent, and until when. Loaded when it is asked for.

/** @import { LedgerEntry } from "floorwalker" */
/** @import { Shopper } from "./shopper.js" */

/** @param {ReturnType<Shopper["stored"]>} stored @returns {LedgerEntry[]} */
export function ledger({ storage, events, consent, said, signals, retentionMs }) {
  const granted = Object.entries(signals ?? {}).find(([, signal]) => signal === "granted");
  const consentFrom = consent === "granted" ? (said === "granted" ? "shop" : /** @type {"google"} */ (granted?.[0])) : null;
  /** @type {Map<string, Omit<LedgerEntry, "fields"> & { fields: Set<string> }>} */
  const rows = new Map();
  for (const { event, timestamp, items, ...params } of events) {
    const known = rows.get(event);
    const row = known ?? {
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
    rows.set(event, row);
    row.events++;
    row.first = Math.min(row.first, timestamp);
    row.last = Math.max(row.last, timestamp);
    if (storage !== "memory") row.until = row.last + retentionMs;
    for (const field of Object.keys(params)) row.fields.add(field);
    for (const item of /** @type {object[]} */ (items ?? [])) for (const field of Object.keys(item)) row.fields.add(`items.${field}`);
  }
  return [...rows.values()].map((row) => ({ ...row, fields: [...row.fields].sort() })).sort((a, b) => a.first - b.first);
}
