// 七鱼: what it takes is in `qiyu.json`, with its sources; the calls are here.
import { fields, limits, name, title } from "./qiyu.json";

/** @import { Contract } from "./contract.js" */

/** Names that are options of their own, beside the list of values that the agent sees. */
const OPTIONS = ["uid", "name", "email", "mobile", "level", "title", "referrer"];

export const qiyu = /** @type {Contract} */ ({
  name,
  title,
  limits,
  fields,
  find: ({ ysf }) => (typeof ysf === "function" ? ysf : undefined),
  queues: (ysf) => Array.isArray(ysf.a),
  faultOf: (group) => (typeof group === "boolean" ? "a group is named by groupid, or by { groupid, staffid, … }" : undefined),
  give(ysf, { values, group }) {
    /** @type {Record<string, unknown>} */
    const config = typeof group === "object" ? { ...group } : group === undefined ? {} : { groupid: String(group) };
    /** @type {object[]} */
    const data = [];
    for (const [key, value] of Object.entries(values)) {
      if (OPTIONS.includes(key)) config[key] = key === "level" ? Number(value) : value;
      else data.push({ key, label: key, value });
    }
    return new Promise((resolve, reject) => {
      ysf("config", { ...config, data: JSON.stringify(data), success: () => resolve(true), error: reject });
    });
  },
  open: (ysf) => ysf("open"),
});
