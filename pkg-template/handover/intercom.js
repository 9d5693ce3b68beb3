// Intercom: what it takes is in `intercom.json`, with its sources; the calls are here.
import { fields, limits, name, title } from "./intercom.json";

/** @import { Contract } from "./contract.js" */

export const intercom = /** @type {Contract} */ ({
  name,
  title,
  limits,
  fields,
  find: ({ Intercom }) => (typeof Intercom === "function" ? Intercom : undefined),
  queues: (Intercom) => Array.isArray(Intercom.q),
  give(Intercom, { values, stale }) {
    // One call for all: Intercom slows down after twenty updates in half an hour.
    Intercom("update", { ...Object.fromEntries(stale.map((key) => [key, null])), ...values });
  },
  open: (Intercom) => Intercom("showNewMessage"),
});
