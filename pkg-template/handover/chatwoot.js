// Chatwoot: what it takes is in `chatwoot.json`, with its sources; the calls are here.
import { listening, once } from "./wait.js";
import { fields, limits, name, title } from "./chatwoot.json";

/** @import { Contract } from "./contract.js" */

/** The `message_type` of what the visitor writes. */
const VISITORS = 0;

/** The last hand-over, and whether no message has followed it. @type {{ given?: object, isNew?: boolean, label?: string | undefined }} */
const state = {};

export const chatwoot = /** @type {Contract} */ ({
  name,
  title,
  limits,
  fields,
  find: ({ $chatwoot }) => $chatwoot,
  // Before it is ready, calls are lost without a word.
  ready: ($chatwoot, page) => ($chatwoot.hasLoaded ? undefined : once(page, "chatwoot:ready")),
  give($chatwoot, given) {
    const {
      values: { label, ...values },
      stale,
    } = given;
    if (state.given !== given) Object.assign(state, { given, isNew: true });
    if (state.label !== undefined && state.label !== label) $chatwoot.removeLabel(state.label);
    state.label = label === undefined ? undefined : String(label);
    for (const key of stale) if (key !== "label") $chatwoot.deleteConversationCustomAttribute(key);
    if (label !== undefined) $chatwoot.setLabel(String(label));
    if (Object.keys(values).length > 0) $chatwoot.setConversationCustomAttributes(values);
  },
  open: ($chatwoot) => $chatwoot.toggle("open"),
  // A form before the chat drops what was given, so it is given again once the conversation is there: after the shopper's first message.
  lost: (_api, page, again) =>
    listening(page, {
      "chatwoot:on-message"({ detail }) {
        if (state.isNew && detail?.message_type === VISITORS) again();
        state.isNew = false;
      },
    }),
});
