// Crisp: what it takes is in `crisp.json`, with its sources; the calls are here.
import { fields, limits, name, title } from "./crisp.json";

/** @import { Contract } from "./contract.js" */

export const crisp = /** @type {Contract} */ ({
  name,
  title,
  limits,
  fields,
  find: ({ $crisp }) => (typeof $crisp?.push === "function" ? $crisp : undefined),
  queues: ($crisp) => typeof $crisp.is !== "function",
  begun: ($crisp) => $crisp.is?.("session:ongoing") === true,
  give($crisp, { values: { segment, ...values }, stale }) {
    const pairs = Object.entries({ ...Object.fromEntries(stale.filter((key) => key !== "segment").map((key) => [key, ""])), ...values });
    if (pairs.length > 0) $crisp.push(["set", "session:data", [pairs]]);
    // A segment of an earlier request would route this one, and can only be taken away with all others.
    if (segment !== undefined) $crisp.push(["set", "session:segments", [[String(segment)], true]]);
  },
  unreadable: ["segment"],
  read: ($crisp, names) =>
    typeof $crisp.get === "function" ? Object.fromEntries(names.map((key) => [key, $crisp.get("session:data", key)])) : undefined,
  open: ($crisp) => $crisp.push(["do", "chat:open"]),
});
