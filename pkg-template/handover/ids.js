// The ids of groups, for the vendors that name groups by ids.

/** @import { Group } from "./contract.js" */

/** What is wrong with the ids of a group: `what` says how the vendor names one. @param {Group} group @param {string} what */
export function idFault(group, what) {
  const ids = typeof group === "object" ? Object.values(group) : [group];
  const isId = (/** @type {unknown} */ id) => (typeof id === "string" && id.trim() !== "") || Number.isFinite(id);
  return ids.length > 0 && ids.every(isId) ? undefined : what;
}
