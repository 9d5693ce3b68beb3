// Tidio: what it takes is in `tidio.json`, with its sources; the calls are here.
import { listening } from "./wait.js";
import { fields, limits, name, title } from "./tidio.json";

/** @import { Contract } from "./contract.js" */

export const tidio = /** @type {Contract} */ ({
  name,
  title,
  limits,
  fields,
  find: ({ tidioChatApi }) => tidioChatApi,
  ready: (tidioChatApi) => new Promise((resolve) => tidioChatApi.on("ready", resolve)),
  give(tidioChatApi, { values, stale }) {
    tidioChatApi.setContactProperties({ ...Object.fromEntries(stale.map((key) => [key, ""])), ...values });
  },
  open: (tidioChatApi) => tidioChatApi.open(),
  listen: (_api, { document }, tell) => listening(document, { "tidioChat-conversationStart": () => tell("started") }),
});
