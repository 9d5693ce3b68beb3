// 环信: what it takes is in `easemob.json`, with its sources; the calls are here.
import { fields, groupIs, limits, name, title } from "./easemob.json";

/** @import { Contract } from "./contract.js" */

/** Puts the group and the visitor's fields into the settings. @param {any} config @param {import("./contract.js").Given} given */
function set(config, { values, group, stale }) {
  if (group !== undefined) config.emgroup = String(group);
  config.visitor = { ...config.visitor, ...Object.fromEntries(stale.map((key) => [key, ""])), ...values };
}

export const easemob = /** @type {Contract} */ ({
  name,
  title,
  limits,
  fields,
  groupIs,
  faultOf: (group) => (typeof group === "string" && group.trim() !== "" ? undefined : "a skill group is named by its name"),
  find: ({ easemobim }) => (typeof easemobim?.bind === "function" ? easemobim : undefined),
  before(given, { easemobim }) {
    if (!easemobim?.config) return { values: false, group: false };
    set(easemobim.config, given);
    return { values: true, group: true };
  },
  give(easemobim, given) {
    set((easemobim.config ??= {}), given);
    // A window that is found by its configId alone stays as it is.
    return given.group !== undefined && easemobim.config.configId ? false : undefined;
  },
  open: (easemobim) => easemobim.bind({ ...easemobim.config }),
});
