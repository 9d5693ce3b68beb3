// 美洽: what it takes is in `meiqia.json`, with its sources; the calls are here.
import { fields, limits, name, title } from "./meiqia.json";
import { idFault } from "./ids.js";

/** @import { Contract } from "./contract.js" */

export const meiqia = /** @type {Contract} */ ({
  name,
  title,
  limits,
  fields,
  find: ({ _MEIQIA: its }) => (typeof its === "function" ? its : undefined),
  queues: (api) => Array.isArray(api.a),
  faultOf: (group) => idFault(group, "a group is named by its token, or by { groupToken } or { agentToken }"),
  give(api, { values, group, stale }) {
    if (group !== undefined) api("assign", typeof group === "object" ? { ...group } : { groupToken: group });
    api("metadata", { ...Object.fromEntries(stale.map((key) => [key, ""])), ...values });
  },
  open: (api) => api("showPanel"),
});
