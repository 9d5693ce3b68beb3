// Gorgias: what it takes is in `gorgias.json`, with its sources; the calls are here.
import { fields, limits, name, title } from "./gorgias.json";

/** @import { Contract } from "./contract.js" */

export const gorgias = /** @type {Contract} */ ({
  name,
  title,
  limits,
  fields,
  find: ({ GorgiasChat }) => (typeof GorgiasChat?.init === "function" ? GorgiasChat : undefined),
  ready: (GorgiasChat) => GorgiasChat.init(),
  // There is no attribute: a text is a message that the shopper sees, and is sent only if `fields` names it.
  give: (GorgiasChat, { values: { message } }) => message !== undefined && void GorgiasChat.sendMessage(String(message)),
  open: (GorgiasChat) => GorgiasChat.open(),
});
