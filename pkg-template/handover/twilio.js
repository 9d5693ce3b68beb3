// Twilio Flex Webchat: what it takes is in `twilio.json`, with its sources; the calls are here.
import { fields, limits, name, title } from "./twilio.json";

/** @import { Contract } from "./contract.js" */

export const twilio = /** @type {Contract} */ ({
  name,
  title,
  limits,
  fields,
  startsChat: true,
  find: ({ Twilio }) => (typeof Twilio?.initWebchat === "function" ? Twilio : undefined),
  late: (_api, { document }) =>
    document.getElementById("twilio-webchat-widget-root")?.hasChildNodes()
      ? "its webchat has started, and reads the context only when it starts"
      : undefined,
  // Values are part of the configuration, and there is no call after it: the chat starts with the hand-over.
  give(Twilio, { values, open }, { floorwalkerTwilio }) {
    if (!floorwalkerTwilio?.deploymentKey)
      throw new Error("the page gives its configuration as window.floorwalkerTwilio = { deploymentKey, … }");
    Twilio.initWebchat({ appStatus: open ? "open" : "closed", ...floorwalkerTwilio, context: { ...floorwalkerTwilio.context, ...values } });
  },
  open: () => undefined,
});
