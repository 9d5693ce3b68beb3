// Dialogflow Messenger: what it takes is in `dialogflow.json`, with its sources; the calls are here.
import { listening } from "./wait.js";
import { fields, limits, name, title } from "./dialogflow.json";

/** @import { Contract } from "./contract.js" */

export const dialogflow = /** @type {Contract} */ ({
  name,
  title,
  limits,
  fields,
  find({ document }) {
    const its = /** @type {any} */ (document.querySelector("df-messenger"));
    // The element is there before its script, without its functions.
    return typeof its?.setQueryParameters === "function" ? its : undefined;
  },
  give(its, { values, stale }) {
    its.setQueryParameters({ parameters: { ...Object.fromEntries(stale.map((key) => [key, null])), ...values } });
  },
  open(_its, { document }) {
    const bubble = /** @type {any} */ (document.querySelector("df-messenger-chat-bubble"));
    bubble?.openChat();
    return bubble !== null;
  },
  listen: (_its, page, tell) =>
    listening(page, {
      "df-session-id-set": ({ detail }) => detail?.isNew && tell("started"),
      "df-session-ended": () => tell("ended"),
      "df-user-feedback-sent": ({ detail }) => tell("rated", detail?.reaction ?? null),
    }),
});
