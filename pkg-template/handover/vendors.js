// The vendors by name. Each file is loaded when its vendor is asked for by name; a page that imports a vendor's file loads nothing else.
/** @import { VendorName } from "floorwalker/handover" */
/** @import { Contract } from "./contract.js" */

/** @type {Record<VendorName, () => Promise<Contract>>} */
export const LOADERS = {
  botpress: async () => (await import("./botpress.js")).botpress,
  chatwoot: async () => (await import("./chatwoot.js")).chatwoot,
  connect: async () => (await import("./connect.js")).connect,
  crisp: async () => (await import("./crisp.js")).crisp,
  dialogflow: async () => (await import("./dialogflow.js")).dialogflow,
  dynamics: async () => (await import("./dynamics.js")).dynamics,
  easemob: async () => (await import("./easemob.js")).easemob,
  freshchat: async () => (await import("./freshchat.js")).freshchat,
  genesys: async () => (await import("./genesys.js")).genesys,
  gorgias: async () => (await import("./gorgias.js")).gorgias,
  hubspot: async () => (await import("./hubspot.js")).hubspot,
  intercom: async () => (await import("./intercom.js")).intercom,
  livechat: async () => (await import("./livechat.js")).livechat,
  meiqia: async () => (await import("./meiqia.js")).meiqia,
  qiyu: async () => (await import("./qiyu.js")).qiyu,
  rocketchat: async () => (await import("./rocketchat.js")).rocketchat,
  salesforce: async () => (await import("./salesforce.js")).salesforce,
  sobot: async () => (await import("./sobot.js")).sobot,
  tawk: async () => (await import("./tawk.js")).tawk,
  tidio: async () => (await import("./tidio.js")).tidio,
  twilio: async () => (await import("./twilio.js")).twilio,
  udesk: async () => (await import("./udesk.js")).udesk,
  zendesk: async () => (await import("./zendesk.js")).zendesk,
};

export const VENDORS = Object.freeze(/** @type {VendorName[]} */ (Object.keys(LOADERS)));
