// Zendesk Messaging: what it takes is in `zendesk.json`, with its sources; the calls are here.
import { fields, limits, name, title } from "./zendesk.json";

/** @import { Contract } from "./contract.js" */

export const zendesk = /** @type {Contract} */ ({
  name,
  title,
  limits,
  fields,
  find: ({ zE }) => (typeof zE === "function" ? zE : undefined),
  queues: (zE) => Array.isArray(zE._),
  give(zE, { values: { tag, ...values }, stale }) {
    if (tag !== undefined) zE("messenger:set", "conversationTags", [String(tag)]);
    else if (stale.includes("tag")) zE("messenger:set", "conversationTags", []);
    if (stale.some((id) => id !== "tag")) zE("messenger:set", "conversationFields", []);
    const list = Object.entries(values).map(([id, value]) => ({ id, value }));
    if (list.length > 0) zE("messenger:set", "conversationFields", list);
  },
  open: (zE) => zE("messenger", "open"),
});
