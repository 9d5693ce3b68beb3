// tawk.to: what it takes is in `tawk.json`, with its sources; the calls are here.
import { listening, once } from "./wait.js";
import { fields, limits, name, title } from "./tawk.json";

/** @import { Contract } from "./contract.js" */

/** The widget that was switched to. @type {{ widget?: string }} */
const state = {};

/** @param {unknown} widget */
const text = (widget) => JSON.stringify(widget);

/** A call whose callback tells an error, as a promise. @param {(done: (error: unknown) => void) => void} call @returns {Promise<void>} */
const answered = (call) => new Promise((resolve, reject) => call((error) => (error ? reject(error) : resolve())));

export const tawk = /** @type {Contract} */ ({
  name,
  title,
  limits,
  fields,
  find: ({ Tawk_API: its }) => (typeof its?.setAttributes === "function" ? its : undefined),
  ready: (api, page) => (api.onLoaded ? undefined : once(page, "tawkLoad")),
  begun: (api) => api.isChatOngoing?.() === true,
  faultOf(group) {
    const { propertyId, widgetId } = /** @type {Record<string, unknown>} */ (Object(group));
    return propertyId && widgetId ? undefined : "a department is another widget, { propertyId, widgetId }";
  },
  async give(api, { values, group, stale }) {
    // A change of the widget cuts off a chat that is running.
    const isLate = group !== undefined && api.isChatOngoing?.() === true;
    if (group !== undefined && !isLate && text(group) !== state.widget) {
      await answered((done) => api.switchWidget(group, done));
      state.widget = text(group);
    }
    // A value cannot be empty, nor be taken away.
    await answered((done) => api.setAttributes({ ...Object.fromEntries(stale.map((key) => [key, "-"])), ...values }, done));
    return !isLate;
  },
  open: (api) => api.maximize(),
  listen: (_api, page, tell) =>
    listening(page, {
      tawkChatStarted: () => tell("started"),
      tawkAgentJoinChat: () => tell("joined"),
      tawkChatEnded: () => tell("ended"),
      tawkChatSatisfaction: ({ detail }) => tell("rated", detail ?? null),
    }),
});
