// Rocket.Chat Livechat: what it takes is in `rocketchat.json`, with its sources; the calls are here.
import { fields, groupIs, limits, name, title } from "./rocketchat.json";

/** @import { Contract } from "./contract.js" */

export const rocketchat = /** @type {Contract} */ ({
  name,
  title,
  limits,
  fields,
  groupIs,
  find: ({ RocketChat }) => (typeof RocketChat === "function" ? RocketChat : undefined),
  queues: (RocketChat) => typeof RocketChat.livechat !== "object",
  faultOf: (group) => (typeof group === "string" && group !== "" ? undefined : "a department is named by its name or id"),
  give(RocketChat, { values, group, stale }) {
    RocketChat(
      /** @this {any} */ function () {
        if (group !== undefined) this.setDepartment(group);
        for (const key of stale) this.setCustomField(key, "", true);
        for (const [key, value] of Object.entries(values)) this.setCustomField(key, value, true);
      },
    );
  },
  open: (RocketChat) =>
    RocketChat(
      /** @this {any} */ function () {
        this.maximizeWidget();
      },
    ),
  listen(RocketChat, _page, tell) {
    let isOn = true;
    const on = (/** @type {import("floorwalker/handover").ChatEvent["kind"]} */ kind) => () => isOn && tell(kind);
    RocketChat(
      /** @this {any} */ function () {
        this.onChatStarted(on("started"));
        this.onAssignAgent(on("joined"));
        this.onChatEnded(on("ended"));
      },
    );
    return () => void (isOn = false);
  },
});
