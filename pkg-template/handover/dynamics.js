// Dynamics 365 Omnichannel: what it takes is in `dynamics.json`, with its sources; the calls are here.
import { listening } from "./wait.js";
import { fields, limits, name, title } from "./dynamics.json";

/** @import { Contract } from "./contract.js" */

/** @type {{ isRunning: boolean, page?: unknown, provider?: () => object, values?: Record<string, unknown> }} */
const state = { isRunning: false };

/** Hears whether a chat is running. @param {import("./contract.js").Page} page */
function watch(page) {
  if (state.page === page) return;
  state.page = page;
  const [begun, ended] = [() => void (state.isRunning = true), () => void (state.isRunning = false)];
  listening(page, { "lcw:chatQueued": begun, "lcw:chatRetrieved": begun, "lcw:threadUpdate": ended, "lcw:closeChat": ended });
}

export const dynamics = /** @type {Contract} */ ({
  name,
  title,
  limits,
  fields,
  find(page) {
    watch(page);
    return page.Microsoft?.Omnichannel?.LiveChatWidget?.SDK;
  },
  begun: () => state.isRunning,
  give(SDK, { values }) {
    // An entry without a `value` would be dropped, so each is an object of its own.
    const context = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { value, isDisplayable: true }]));
    state.values = values;
    state.provider = () => context;
    SDK.setContextProvider(state.provider);
  },
  read: (SDK) => (SDK.getContextProvider?.() === state.provider ? state.values : {}),
  open: (SDK) => SDK.startChat(),
  lost: (_SDK, page, again) => listening(page, { "lcw:ready": again }),
  listen: (_SDK, page, tell) =>
    listening(page, {
      "lcw:chatQueued": () => tell("started"),
      "lcw:onMessageReceived"(event) {
        const { channelData } = event.detail?.payload ?? event.detail ?? event.payload ?? {};
        if (channelData?.tags?.includes("agentaccepted")) tell("joined");
      },
      "lcw:threadUpdate": () => tell("ended"),
    }),
});
