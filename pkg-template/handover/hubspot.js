// HubSpot: what it takes is in `hubspot.json`, with its sources; the calls are here.
import { fields, limits, name, title } from "./hubspot.json";

/** @import { Contract } from "./contract.js" */

/** @type {{ isRunning: boolean, api?: unknown }} */
const state = { isRunning: false };

/** Hears whether a conversation is running. @param {any} api */
function watched(api) {
  if (state.api !== api) {
    state.api = api;
    api.on?.("conversationStarted", () => void (state.isRunning = true));
    api.on?.("conversationClosed", () => void (state.isRunning = false));
  }
  return api;
}

export const hubspot = /** @type {Contract} */ ({
  name,
  title,
  limits,
  fields,
  find: ({ HubSpotConversations: its }) => (its?.widget ? watched(its) : undefined),
  begun: () => state.isRunning,
  // What a chatflow targets is the page's address: the value is a query parameter of it.
  give({ widget }, { values, stale }, page) {
    const url = new URL(page.location.href);
    for (const key of stale) url.searchParams.delete(key);
    for (const [key, value] of Object.entries(values)) url.searchParams.set(key, String(value));
    page.history.replaceState(page.history.state, "", url);
    if (widget.status().loaded) widget.refresh({ openToNewThread: true });
    else widget.load();
  },
  open: ({ widget }) => widget.open(),
  listen(its, _page, tell) {
    const [started, ended] = [() => tell("started"), () => tell("ended")];
    its.on("conversationStarted", started);
    its.on("conversationClosed", ended);
    return () => (its.off("conversationStarted", started), its.off("conversationClosed", ended));
  },
});
