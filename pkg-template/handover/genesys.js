// Genesys Cloud Web Messenger: what it takes is in `genesys.json`, with its sources; the calls are here.
import { fields, limits, name, title } from "./genesys.json";

/** @import { Contract } from "./contract.js" */

const ATTRIBUTES = "messaging.customAttributes";

/** A command as a promise. @param {any} Genesys @param {string} name @param {object} options @returns {Promise<unknown>} */
const command = (Genesys, name, options) => new Promise((resolve, reject) => Genesys("command", name, options, resolve, reject));

export const genesys = /** @type {Contract} */ ({
  name,
  title,
  limits,
  fields,
  find: ({ Genesys }) => (typeof Genesys === "function" ? Genesys : undefined),
  ready: (Genesys) => new Promise((resolve) => Genesys("subscribe", "Database.ready", resolve)),
  async give(Genesys, { values, stale }) {
    for (const key of stale) await command(Genesys, "Database.remove", { name: `${ATTRIBUTES}.${key}` });
    await command(Genesys, "Database.set", { messaging: { customAttributes: values } });
  },
  async read(Genesys) {
    const { messaging, ...its } = /** @type {any} */ (await command(Genesys, "Database.get", { name: ATTRIBUTES })) ?? {};
    return messaging?.customAttributes ?? its.customAttributes ?? its[ATTRIBUTES] ?? its;
  },
  // A messenger that is open already refuses to open; so does one without a window of its own.
  open: (Genesys) =>
    command(Genesys, "Messenger.open", {}).catch((error) => (/interface/i.test(String(error?.message ?? error)) ? false : undefined)),
  listen(Genesys, _page, tell) {
    let isOn = true;
    let hasJoined = false;
    /** @param {string} event @param {(data: any) => void} then */
    const on = (event, then) => Genesys("subscribe", event, (/** @type {any} */ { data }) => isOn && then(data ?? {}));
    on("MessagingService.started", ({ newSession }) => {
      hasJoined = false;
      if (newSession) tell("started");
    });
    on("MessagingService.messagesReceived", ({ messages = [] }) => {
      const isHuman = (/** @type {any} */ { direction, originatingEntity }) => direction === "Outbound" && originatingEntity === "Human";
      if (!hasJoined && messages.some(isHuman)) tell("joined");
      hasJoined ||= messages.some(isHuman);
    });
    on("MessagingService.conversationDisconnected", () => tell("ended"));
    return () => void (isOn = false);
  },
});
