// Freshchat: what it takes is in `freshchat.json`, with its sources; the calls are here.
import { fields, limits, name, title } from "./freshchat.json";

/** @import { Contract } from "./contract.js" */

export const freshchat = /** @type {Contract} */ ({
  name,
  title,
  limits,
  fields,
  find: ({ fcWidget }) => fcWidget,
  ready: (fcWidget) => (fcWidget.isLoaded?.() ? undefined : new Promise((resolve) => fcWidget.on("widget:loaded", resolve))),
  give(fcWidget, { values: { tag, ...values }, stale }) {
    const cleared = stale.filter((key) => key !== "tag").map((key) => [key, ""]);
    const its = { ...Object.fromEntries(cleared), ...values };
    if (Object.keys(its).length > 0 && typeof fcWidget.conversation?.setConversationProperties !== "function") {
      throw new Error("this version of its widget has no conversation properties");
    }
    if (tag !== undefined || stale.includes("tag")) fcWidget.setTags(tag === undefined ? [] : [String(tag)]);
    if (Object.keys(its).length > 0) fcWidget.conversation.setConversationProperties(its);
  },
  open: (fcWidget) => fcWidget.open(),
});
