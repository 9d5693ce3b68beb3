// Botpress webchat: what it takes is in `botpress.json`, with its sources; the calls are here.
import { fields, limits, name, title } from "./botpress.json";

/** @import { Contract } from "./contract.js" */

export const botpress = /** @type {Contract} */ ({
  name,
  title,
  limits,
  fields,
  find: ({ botpress }) => (typeof botpress?.updateUser === "function" ? botpress : undefined),
  ready: (botpress) => (botpress.initialized ? undefined : new Promise((resolve) => botpress.on("webchat:initialized", resolve))),
  async give(botpress, { values, stale }) {
    // Whether the data is merged is not documented, so what is there is kept by us.
    const data = { ...(await botpress.getUser())?.data };
    for (const key of stale) delete data[key];
    await botpress.updateUser({ data: { ...data, ...values } });
  },
  read: async (botpress) => (await botpress.getUser())?.data ?? {},
  open: (botpress) => botpress.open(),
  listen(botpress, _page, tell) {
    let isOn = true;
    botpress.on("conversation", () => isOn && tell("started"));
    return () => void (isOn = false);
  },
});
