// Amazon Connect: what it takes is in `connect.json`, with its sources; the calls are here.
import { fields, limits, name, title } from "./connect.json";

/** @import { Contract, Page } from "./contract.js" */

/**
 * The widget keeps the object of `contactAttributes` and reads it when a chat starts: it stays the same object, and changes in place.
 * @type {{ attributes?: Record<string, unknown>, launch?: () => void, isWanted?: boolean }}
 */
const state = {};

/** Whether the snippet's queue has not been read yet, or nothing tells that it was. @param {any} api @param {Page} page */
const isQueueing = (api, { document }) => Array.isArray(api.ac) || document.getElementById("amazon-connect-open-widget-button") === null;

/** What the shop's snippet has queued under a name. @param {any} api @param {string} name */
const queued = (api, name) => [...(api.ac ?? [])].find(([its]) => its === name)?.[1];

/** Gives the widget our object, or takes the one that the shop's snippet gives. False if the widget has read the snippet already. @param {any} api @param {Page} page */
function register(api, page) {
  if (state.attributes) return true;
  if (!isQueueing(api, page)) return false;
  state.attributes = queued(api, "contactAttributes");
  if (!state.attributes) api("contactAttributes", (state.attributes = {}));
  // A snippet with a launch behaviour of its own keeps it.
  if (!queued(api, "customLaunchBehavior"))
    api("customLaunchBehavior", {
      programmaticLaunch(/** @type {() => void} */ launch) {
        state.launch = launch;
        if (state.isWanted) launch();
      },
    });
  return true;
}

/** The chat that is running in this tab. @param {Page} page */
function stored(page) {
  try {
    return page.sessionStorage.getItem("persistedChatSession");
  } catch {
    return null;
  }
}

export const connect = /** @type {Contract} */ ({
  name,
  title,
  limits,
  fields,
  find: ({ amazon_connect: its }) => (typeof its === "function" ? its : undefined),
  queues: (api) => Array.isArray(api.ac),
  keep: register,
  late: (api, page) =>
    register(api, page)
      ? undefined
      : "its widget was loaded before `arm`, and reads the attributes of the shop's own snippet; call arm after the snippet",
  begun: (_api, page) => stored(page) !== null,
  give(api, { values, stale }, page) {
    if (!register(api, page)) throw new Error("its widget has read its snippet already");
    for (const key of stale) delete state.attributes?.[key];
    Object.assign(/** @type {object} */ (state.attributes), values);
  },
  open(api, page) {
    if (!state.launch && !isQueueing(api, page)) return false;
    state.isWanted = !state.launch; // the widget hands over the launch when it has loaded
    return state.launch?.();
  },
  // The widget is told of callbacks once, by its snippet: a shop that gives its own keeps them.
  listen(api, page, tell) {
    if (!isQueueing(api, page) || queued(api, "registerCallback")) return () => {};
    let isOn = true;
    const on = (/** @type {import("floorwalker/handover").ChatEvent["kind"]} */ kind) => () => isOn && tell(kind);
    api("registerCallback", { CONNECTION_ESTABLISHED: on("started"), CHAT_ENDED: on("ended") });
    return () => void (isOn = false);
  },
});
