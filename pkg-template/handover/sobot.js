// 智齿: what it takes is in `sobot.json`, with its sources; the calls are here.
import { fields, limits, name, title } from "./sobot.json";
import { idFault } from "./ids.js";

/** @import { Contract } from "./contract.js" */

export const sobot = /** @type {Contract} */ ({
  name,
  title,
  limits,
  fields,
  find: ({ zc }) => (typeof zc === "function" ? zc : undefined),
  faultOf: (group) => idFault(group, "a group is named by groupid, or by { groupid, agentid, type, … }"),
  give(zc, { values, group }) {
    const its = typeof group === "object" ? group : group === undefined ? {} : { groupid: String(group) };
    zc("config", { ...its, params: JSON.stringify(values), reload: true, refresh: true });
  },
  open(zc) {
    // Without a function the call toggles the window.
    zc("frame_status", (/** @type {any} */ status) => {
      if ((status?.code ?? status) !== "expand") zc("frame_status");
    });
  },
});
