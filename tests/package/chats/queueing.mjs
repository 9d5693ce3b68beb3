// Fakes of chats whose snippet queues calls: each does what a source says of the vendor, and no more. The sources are in the vendor's facts,
// `pkg-template/handover/<vendor>.json`.

/** @typedef {import("./index.mjs").Make} Make */

/** A function that pushes its arguments to a list, as snippets do. @param {string} list */
function stub(list) {
  /** @type {any} */
  const its = (/** @type {any[]} */ ...given) => (its[list] ??= []).push(given);
  return its;
}

/** @type {Make} */
export const zendesk = (page, call) => {
  const its = { fields: /** @type {any[]} */ ([]), tags: /** @type {string[]} */ ([]) };
  /** @param {any[]} given */
  const run = (...given) => {
    call("zE", ...given);
    const [verb, what, value] = given;
    if (verb !== "messenger:set") return;
    for (const field of what === "conversationFields" ? value : [])
      if (!/^\d+$/.test(field.id)) throw new Error(`${field.id} is no id of a field`);
    its[what === "conversationTags" ? "tags" : "fields"] = value;
  };
  return {
    // `zE` is there once the vendor's file has run, and queues until the widget is there.
    snippet: () => void (page.zE = Object.assign((/** @type {any[]} */ ...given) => void page.zE._.push(given), { _: [] })),
    load() {
      const queued = page.zE?._ ?? [];
      page.zE = run;
      for (const given of queued) run(...given);
    },
    arrived: () => ({
      ...Object.fromEntries(its.fields.map(({ id, value }) => [id, value])),
      ...(its.tags.length > 0 ? { tag: its.tags.join() } : {}),
    }),
  };
};

/** @type {Make} */
export const intercom = (page, call) => {
  /** @type {Record<string, any>} */
  const contact = {};
  /** @param {any[]} given */
  const run = (...given) => {
    call("Intercom", ...given);
    if (given[0] !== "update") return;
    for (const [key, value] of Object.entries(given[1])) {
      if (value === null) delete contact[key];
      else if (typeof value !== "object" && String(value).length <= 255 && !/[.$]/.test(key)) contact[key] = value;
    }
  };
  return {
    snippet: () => void (page.Intercom = stub("q")),
    load() {
      const queued = page.Intercom?.q ?? [];
      page.Intercom = run;
      for (const given of queued) run(...given);
    },
    arrived: () => ({ ...contact }),
  };
};

/** @type {Make} */
export const connect = (page, call) => {
  /** @type {any} */
  let attributes;
  /** @type {any} */
  let callbacks = {};
  let contact = {};
  /** @param {any[]} given */
  const run = (...given) => {
    call("amazon_connect", ...given);
    if (given[0] === "contactAttributes") attributes = given[1];
    if (given[0] === "registerCallback") callbacks = given[1];
    if (given[0] === "customLaunchBehavior") given[1].programmaticLaunch?.(() => call("the launch callback"));
  };
  return {
    snippet: () => void (page.amazon_connect = stub("ac")),
    load() {
      const queued = page.amazon_connect?.ac ?? [];
      for (const given of queued) run(...given);
      page.amazon_connect = (/** @type {any[]} */ ...given) => call("amazon_connect, after its load", ...given);
      page.document.elements["#amazon-connect-open-widget-button"] = {};
    },
    // Attributes are read from the object when the chat starts.
    begin() {
      contact = { ...attributes };
      page.sessionStorage.setItem("persistedChatSession", "1");
      callbacks.CONNECTION_ESTABLISHED?.("CONNECTION_ESTABLISHED", {});
    },
    end() {
      page.sessionStorage.removeItem("persistedChatSession");
      callbacks.CHAT_ENDED?.("CHAT_ENDED", {});
    },
    arrived: () => ({ ...contact }),
    arrivesAtStart: true,
  };
};

/** @type {Make} */
export const livechat = (page, call) => {
  /** @type {Record<string, any>} */
  let variables = {};
  /** @type {Record<string, Set<(data: unknown) => void>>} */
  const listeners = {};
  let status = "browsing";
  /** @param {string} name @param {unknown} data */
  const emit = (name, data) => [...(listeners[name] ?? [])].forEach((listener) => listener(data));
  /** @type {Record<string, (...its: any[]) => unknown>} */
  const verbs = {
    call(name, value) {
      call("LiveChatWidget.call", name, ...(value === undefined ? [] : [value]));
      if (name !== "update_session_variables") return;
      if (Object.values(value).some((one) => typeof one !== "string")) throw new Error("session variables are texts");
      Object.assign(variables, value);
    },
    on: (name, listener) => (listeners[name] ??= new Set()).add(listener),
    off: (name, listener) => listeners[name]?.delete(listener),
  };
  let group = 0;
  return {
    snippet() {
      page.__lc ??= { license: 1 };
      /** @type {any[]} */
      const queue = [];
      const queued =
        (/** @type {string} */ verb) =>
        (/** @type {any[]} */ ...given) =>
          void queue.push([verb, given]);
      page.LiveChatWidget = {
        _q: queue,
        _h: null,
        ...Object.fromEntries(Object.keys(verbs).map((verb) => [verb, queued(verb)])),
        get() {
          throw new Error("[LiveChatWidget] You can't use getters before load.");
        },
      };
    },
    load() {
      group = page.__lc?.group ?? 0;
      variables = Object.fromEntries((page.__lc?.params ?? []).map((/** @type {any} */ { name, value }) => [name, value]));
      const queued = page.LiveChatWidget?._q ?? [];
      const data = { customer_data: () => ({ status, sessionVariables: { ...variables } }) };
      // The object of the snippet stays; its calls now reach the widget.
      page.LiveChatWidget ??= {};
      Object.assign(page.LiveChatWidget, verbs, { _h: {}, get: (/** @type {"customer_data"} */ name) => data[name]() });
      for (const [verb, given] of queued) verbs[verb](...given);
    },
    begin() {
      status = "chatting";
      emit("customer_status_changed", { status });
    },
    join: () => emit("new_event", { type: "message", author: { id: "1", type: "agent" } }),
    end() {
      status = "browsing";
      emit("customer_status_changed", { status });
    },
    rate: () => emit("rating_submitted", "good"),
    arrived: () => ({ ...variables, ...(group ? { group } : {}) }),
  };
};

/** @type {Make} */
export const rocketchat = (page, call) => {
  /** @type {Record<string, any>} */
  const its = {};
  /** @type {Record<string, () => void>} */
  const callbacks = {};
  const widget = Object.fromEntries(
    ["setDepartment", "setCustomField", "maximizeWidget", "onChatStarted", "onAssignAgent", "onChatEnded"].map((name) => [
      name,
      (/** @type {any[]} */ ...given) => {
        if (name.startsWith("on")) callbacks[name] = given[0];
        else call(name, ...given);
        if (name === "setDepartment") its.group = ["presale", "returns"].includes(given[0]) ? given[0] : "";
        if (name === "setCustomField") its[given[0]] = given[1];
      },
    ]),
  );
  return {
    snippet: () => void (page.RocketChat = Object.assign((/** @type {() => void} */ one) => void page.RocketChat._.push(one), { _: [] })),
    load() {
      const queued = page.RocketChat?._ ?? [];
      page.RocketChat = Object.assign((/** @type {() => void} */ one) => one.call(widget), { livechat: widget });
      for (const one of queued) one.call(widget);
    },
    begin: () => callbacks.onChatStarted?.(),
    join: () => callbacks.onAssignAgent?.(),
    end: () => callbacks.onChatEnded?.(),
    arrived: () => ({ ...its }),
  };
};

/** @type {Make} */
export const crisp = (page, call) => {
  /** @type {Record<string, any>} */
  const data = {};
  /** @type {string[]} */
  let segments = [];
  let isOngoing = false;
  /** @param {any[]} given */
  const push = (given) => {
    call("$crisp.push", given);
    const [verb, what, value] = given;
    if (verb !== "set") return;
    if (what === "session:segments") segments = value[1] ? value[0] : [...segments, ...value[0]];
    for (const [key, one] of what === "session:data" ? value[0] : []) {
      if (one === "") delete data[key];
      else data[key] = one;
    }
  };
  return {
    snippet: () => void (page.$crisp = []),
    load() {
      const queued = [...(page.$crisp ?? [])];
      const get = (/** @type {string} */ what, /** @type {string} */ key) => (what === "session:data" ? data[key] : undefined);
      page.$crisp = { push, get, is: (/** @type {string} */ what) => what === "session:ongoing" && isOngoing };
      queued.forEach(push);
    },
    begin: () => void (isOngoing = true),
    end: () => void (isOngoing = false),
    arrived: () => ({ ...data, ...(segments.length > 0 ? { segment: segments.join() } : {}) }),
  };
};

/** @type {Make} */
export const qiyu = (page, call) => {
  /** @type {any} */
  let config = {};
  /** @param {any[]} given */
  const run = (...given) => {
    call("ysf", ...given);
    if (given[0] !== "config") return;
    const { success, error, ...rest } = given[1];
    if (rest.level !== undefined && !(rest.level >= 1 && rest.level <= 10)) return error?.("level");
    config = { ...config, ...rest };
    setTimeout(() => success?.());
  };
  return {
    snippet: () => void (page.ysf = stub("a")),
    load() {
      const queued = page.ysf?.a ?? [];
      page.ysf = run;
      for (const given of queued) run(...given);
    },
    arrived() {
      const { data, groupid, ...rest } = config;
      const list = Object.fromEntries((data ? JSON.parse(data) : []).map((/** @type {any} */ { key, value }) => [key, value]));
      return { ...rest, ...list, ...(groupid === undefined ? {} : { group: groupid }) };
    },
  };
};

/** @type {Make} */
export const meiqia = (page, call) => {
  /** @type {any} */
  let metadata = {};
  /** @type {any} */
  let assigned = {};
  /** @param {any[]} given */
  const run = (...given) => {
    call("_MEIQIA", ...given);
    if (given[0] === "metadata") metadata = { ...metadata, ...given[1] };
    if (given[0] === "assign") assigned = given[1];
  };
  return {
    snippet: () => void (page._MEIQIA = stub("a")),
    load() {
      const queued = page._MEIQIA?.a ?? [];
      page._MEIQIA = run;
      for (const given of queued) run(...given);
    },
    arrived: () => ({ ...metadata, ...(assigned.groupToken ? { group: assigned.groupToken } : {}) }),
  };
};

/** @type {Make} */
export const sobot = (page, call) => {
  /** @type {any} */
  let config = {};
  let isOpen = false;
  /** @param {any[]} given */
  const run = (...given) => {
    call("zc", ...given);
    if (given[0] === "config") config = { ...config, ...given[1] };
    if (given[0] !== "frame_status") return;
    if (given[1]) given[1](isOpen ? "expand" : "collapse");
    else isOpen = !isOpen;
  };
  return {
    snippet() {
      page.zc = (/** @type {any[]} */ ...given) => (page.cbk ??= []).push(given);
    },
    load() {
      const queued = page.cbk ?? [];
      page.zc = run;
      for (const given of queued) run(...given);
    },
    arrived: () => ({ ...(config.params ? JSON.parse(config.params) : {}), ...(config.groupid ? { group: config.groupid } : {}) }),
  };
};

/** @type {Make} */
export const udesk = (page, call) => {
  /** @type {any} */
  let product = {};
  let link = "";
  /** @param {any[]} given */
  const run = (...given) => {
    call("ud", ...given);
    if (given[0] === "product") product = given[1];
  };
  return {
    snippet() {
      page.ud = stub("d");
      page.ud({ code: "1", link: "https://shop.udesk.cn/im_client/?web_plugin_id=7" });
    },
    load() {
      const [[settings], ...queued] = page.ud?.d ?? [[{}]];
      link = settings.link;
      page.ud = run;
      for (const given of queued) run(...given);
    },
    arrived() {
      const { title: _title, url: _url, ...rest } = product;
      const group = link && new URL(link).searchParams.get("group_id");
      return { ...rest, ...(group ? { group } : {}) };
    },
  };
};
