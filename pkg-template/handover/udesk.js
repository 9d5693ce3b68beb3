// Udesk: what it takes is in `udesk.json`, with its sources; the calls are here.
import { fields, limits, name, title } from "./udesk.json";
import { idFault } from "./ids.js";

/** @import { Contract } from "./contract.js" */

/** The settings that the shop's snippet has queued, whose link names the group; undefined once they were read. @param {any} ud */
const settings = (ud) => [...(ud.d ?? [])].map(([first]) => first).find((first) => typeof first?.link === "string");

export const udesk = /** @type {Contract} */ ({
  name,
  title,
  limits,
  fields,
  find: ({ ud }) => (typeof ud === "function" ? ud : undefined),
  queues: (ud) => settings(ud) !== undefined,
  faultOf: (group) => idFault(group, "a group is named by group_id, or by { group_id, agent_id }"),
  give(ud, { values, group }, { document, location }) {
    ud("product", { title: document.title, ...values });
    if (group === undefined) return undefined;
    const its = settings(ud);
    if (!its) return false;
    const link = new URL(its.link, location.href);
    for (const key of ["group_id", "agent_id"]) link.searchParams.delete(key);
    for (const [key, id] of Object.entries(typeof group === "object" ? group : { group_id: group })) link.searchParams.set(key, String(id));
    its.link = link.href;
    return undefined;
  },
  open: (ud) => ud("showPanel"),
});
