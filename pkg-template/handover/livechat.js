// LiveChat: what it takes is in `livechat.json`, with its sources; the calls are here.
import { fields, limits, name, title } from "./livechat.json";

/** @import { Contract } from "./contract.js" */

/** Whether its snippet still queues calls. @param {any} api */
function isQueueing(api) {
  return api._h === null;
}

export const livechat = /** @type {Contract} */ ({
  name,
  title,
  limits,
  fields,
  find: ({ LiveChatWidget: its }) => (typeof its?.call === "function" ? its : undefined),
  queues: isQueueing,
  before({ values, group }, { __lc }) {
    if (!__lc) return { values: false, group: false };
    if (group !== undefined) __lc.group = group;
    const others = (__lc.params ?? []).filter((/** @type {{ name: string }} */ { name }) => !Object.hasOwn(values, name));
    __lc.params = [...others, ...Object.entries(values).map(([name, value]) => ({ name, value }))];
    return { values: true, group: true };
  },
  faultOf: (group) => (Number.isInteger(group) && Number(group) >= 0 ? undefined : "a group is named by its number"),
  begun: (api) => !isQueueing(api) && ["queued", "chatting"].includes(api.get("customer_data")?.status),
  give(api, { values, group, stale }, { __lc }) {
    api.call("update_session_variables", { ...Object.fromEntries(stale.map((key) => [key, ""])), ...values });
    if (group === undefined) return undefined;
    // Its script reads the group when it starts: no call changes it afterwards.
    if (!isQueueing(api) || !__lc) return false;
    __lc.group = group;
    return undefined;
  },
  read: (api) => (isQueueing(api) ? undefined : (api.get("customer_data")?.sessionVariables ?? {})),
  open: (api) => api.call("maximize"),
  listen(api, _page, tell) {
    let [hasJoined, isChatting] = [false, false];
    /** @type {Record<string, (data: any) => void>} */
    const listeners = {
      new_event({ author, greeting }) {
        if (author?.type === "agent" && !greeting && !hasJoined) tell("joined");
        hasJoined ||= author?.type === "agent" && !greeting;
      },
      customer_status_changed({ status }) {
        if (status === "chatting" && !isChatting) tell("started");
        if (status === "browsing" && isChatting) tell("ended");
        isChatting = status === "chatting";
        if (!isChatting) hasJoined = false;
      },
      rating_submitted: (rating) => tell("rated", rating === "none" ? null : rating),
    };
    for (const [name, listener] of Object.entries(listeners)) api.on(name, listener);
    return () => Object.entries(listeners).forEach(([name, listener]) => api.off(name, listener));
  },
});
