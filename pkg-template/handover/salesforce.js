// Salesforce Messaging for In-App and Web: what it takes is in `salesforce.json`, with its sources; the calls are here.
import { listening, once } from "./wait.js";
import { fields, limits, name, title } from "./salesforce.json";

/** @import { Contract } from "./contract.js" */

/** What the client has told since this page hands over; undefined: nothing yet. @type {{ isReady?: boolean, isRunning?: boolean, page?: unknown }} */
const state = {};

/** @param {import("./contract.js").Page} page */
function watch(page) {
  if (state.page === page) return;
  state.page = page;
  listening(page, {
    onEmbeddedMessagingReady: () => void Object.assign(state, { isReady: true, isRunning: false }),
    onEmbeddedMessagingConversationStarted: () => void (state.isRunning = true),
    onEmbeddedMessagingConversationOpened: () => void (state.isRunning = true),
    onEmbeddedMessagingConversationClosed: () => void (state.isRunning = false),
  });
}

/** The hidden fields, which the first version of the client lets the page read. @param {any} api */
const hidden = (api) => api.settings?.embeddedServiceConfig?.forms?.[0]?.hiddenFormFields;

export const salesforce = /** @type {Contract} */ ({
  name,
  title,
  limits,
  fields,
  find(page) {
    watch(page);
    return page.embeddedservice_bootstrap;
  },
  ready(api, page) {
    // The event is not repeated for those who come late: then the first version of the client has its configuration, and the second answers.
    const isReady = state.isReady || api.settings?.embeddedServiceConfig || api.prechatAPI?.setHiddenPrechatFields?.({}) === true;
    return isReady ? undefined : once(page, "onEmbeddedMessagingReady");
  },
  begun(api, page) {
    if (state.isRunning !== undefined) return state.isRunning;
    try {
      return Boolean(JSON.parse(page.localStorage[`${api.settings.orgId}_WEB_STORAGE`]).JWT);
    } catch {
      return false;
    }
  },
  give(api, { values, stale }) {
    const known = hidden(api);
    for (const [key, value] of Object.entries(known ? values : {})) {
      const field = known.find((/** @type {any} */ field) => field.name === key);
      if (!field)
        throw new Error(
          `${key} is no hidden field of this deployment, which has ${known.map((/** @type {any} */ { name }) => name).join(", ")}`,
        );
      if (String(value).length > field.maxLength)
        throw new Error(`${key} has ${String(value).length} characters of at most ${field.maxLength}`);
    }
    if (stale.length > 0) api.prechatAPI.removeHiddenPrechatFields(stale);
    if (api.prechatAPI.setHiddenPrechatFields(values) === false) throw new Error("its client is not ready");
  },
  async open(api, page) {
    try {
      await api.utilAPI.launchChat();
    } catch {
      await once(page, "onEmbeddedMessagingButtonCreated"); // before it, the chat cannot be launched
      await api.utilAPI.launchChat();
    }
  },
  lost: (_api, page, again) => listening(page, { onEmbeddedMessagingReady: again }),
  listen: (_api, page, tell) =>
    listening(page, {
      onEmbeddedMessagingConversationStarted: () => tell("started"),
      onEmbeddedMessagingConversationParticipantChanged({ detail }) {
        const { entries = [] } = JSON.parse(detail.conversationEntry.entryPayload);
        for (const { operation, participant } of entries) if (operation === "add" && participant?.role === "Agent") tell("joined");
      },
      onEmbeddedMessagingConversationClosed: () => tell("ended"),
    }),
});
