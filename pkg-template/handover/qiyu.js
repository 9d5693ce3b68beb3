// 七鱼: what it takes is in `qiyu.json`, with its sources; the calls are here.
import { fields, limits, name, title } from "./qiyu.json";
import { idFault } from "./ids.js";

/** @import { Contract } from "./contract.js" */

/** Names that are options of their own, beside the list of values that the agent sees. */
const OPTIONS = ["uid", "name", "email", "mobile", "level", "title", "referrer"];

/** A VIP level, 1 to 10. @param {unknown} value */
function level(value) {
  const its = Number(value);
  if (Number.isInteger(its) && its >= 1 && its <= 10) return its;
  throw new Error(`level is a whole number from 1 to 10, not ${value}`);
}

export const qiyu = /** @type {Contract} */ ({
  name,
  title,
  limits,
  fields,
  find: ({ ysf }) => (typeof ysf === "function" ? ysf : undefined),
  queues: (ysf) => Array.isArray(ysf.a),
  faultOf: (group) => idFault(group, "a group is named by groupid, or by { groupid, staffid, … }"),
  give(ysf, { values, group }) {
    /** @type {Record<string, unknown>} */
    const config = typeof group === "object" ? { ...group } : group === undefined ? {} : { groupid: String(group) };
    /** @type {object[]} */
    const data = [];
    for (const [key, value] of Object.entries(values)) {
      if (OPTIONS.includes(key)) config[key] = key === "level" ? level(value) : value;
      else data.push({ key, label: key, value });
    }
    return new Promise((resolve, reject) => {
      ysf("config", { ...config, data: JSON.stringify(data), success: () => resolve(true), error: reject });
    });
  },
  open: (ysf) => ysf("open"),
});
