// Fakes of chats that take calls only once they are ready, or only as settings: each does what a source says of the vendor, and no more. The
// sources are in the vendor's facts, `pkg-template/handover/<vendor>.json`.

/** @typedef {import("./index.mjs").Make} Make */

/** @type {Make} */
export const genesys = (page, call) => {
  /** @type {Record<string, any>} */
  let attributes = {};
  /** @type {Record<string, Array<(event: { data: unknown }) => void>>} */
  const listeners = {};
  let isReady = false;
  /** @param {string} name @param {unknown} data */
  const publish = (name, data = {}) => (listeners[name] ?? []).forEach((listener) => listener({ data }));
  /** @param {any[]} given */
  const run = (...given) => {
    const [verb, name, options, ok, fail] = given;
    if (verb === "subscribe") {
      (listeners[name] ??= []).push(options);
      if (name === "Database.ready" && isReady) options({ data: {} }); // a late subscriber is called, too
      return;
    }
    call("Genesys", verb, name, options);
    if (name === "Database.set") {
      const next = { ...attributes, ...options.messaging.customAttributes };
      if (Buffer.byteLength(JSON.stringify(next)) > 2048) return fail("customAttributesSizeExceeded");
      attributes = next;
      return ok({});
    }
    if (name === "Database.remove") delete attributes[options.name.split(".").pop()];
    ok(name === "Database.get" ? { messaging: { customAttributes: { ...attributes } } } : {});
  };
  return {
    snippet: () => void (page.Genesys = Object.assign((/** @type {any[]} */ ...given) => (page.Genesys.q ??= []).push(given), {})),
    load() {
      const queued = page.Genesys?.q ?? [];
      page.Genesys = run;
      for (const given of queued) run(...given);
    },
    ready() {
      isReady = true;
      publish("Database.ready");
    },
    begin: () => publish("MessagingService.started", { newSession: true }),
    join: () =>
      publish("MessagingService.messagesReceived", { messages: [{ direction: "Outbound", originatingEntity: "Human", text: "hello" }] }),
    end: () => publish("MessagingService.conversationDisconnected"),
    arrived: () => ({ ...attributes }),
  };
};

/** @type {Make} */
export const salesforce = (page, call) => {
  /** @type {Record<string, any>} */
  let hidden = {};
  let [isReady, isRunning] = [false, false];
  const allowed = ["fw_queue", "fw_intent"];
  const api = {
    settings: /** @type {any} */ ({ orgId: "00D" }),
    prechatAPI: {
      // What is refused is dropped without a word; only a call that comes too early answers false.
      setHiddenPrechatFields(/** @type {any} */ fields) {
        if (!isReady) return false;
        if (Object.keys(fields).length > 0) call("setHiddenPrechatFields", fields);
        for (const [key, value] of isRunning ? [] : Object.entries(fields)) {
          if (allowed.includes(key) && typeof value === "string" && !/javascript:|<script>/i.test(value)) hidden[key] = value;
        }
        return true;
      },
      removeHiddenPrechatFields(/** @type {string[]} */ names) {
        call("removeHiddenPrechatFields", names);
        for (const name of names) delete hidden[name];
      },
    },
    utilAPI: { launchChat: async () => call("launchChat") },
  };
  const event = (/** @type {string} */ name, /** @type {unknown} */ detail = {}) => page.tell(`onEmbeddedMessaging${name}`, detail);
  return {
    load: () => void (page.embeddedservice_bootstrap = api),
    ready() {
      isReady = true;
      event("Ready");
    },
    begin() {
      isRunning = true;
      event("ConversationStarted", { conversationId: "c" });
    },
    join() {
      const entryPayload = JSON.stringify({ entries: [{ operation: "add", participant: { role: "Agent" } }] });
      event("ConversationParticipantChanged", { conversationEntry: { entryPayload } });
    },
    end() {
      isRunning = false;
      hidden = {};
      event("ConversationClosed");
    },
    arrived: () => ({ ...hidden }),
  };
};

/** @type {Make} */
export const chatwoot = (page, call) => {
  /** @type {Record<string, any>} */
  let attributes = {};
  const api = {
    hasLoaded: false,
    // Before the frame listens, calls are lost.
    setConversationCustomAttributes(/** @type {any} */ its) {
      if (Object.keys(its).length === 0) throw new Error("Custom attributes should have atleast one key");
      if (api.hasLoaded) call("setConversationCustomAttributes", its);
      if (api.hasLoaded) attributes = { ...its };
    },
    deleteConversationCustomAttribute(/** @type {string} */ key) {
      call("deleteConversationCustomAttribute", key);
      delete attributes[key];
    },
    setLabel: (/** @type {string} */ label) => call("setLabel", label),
    toggle: (/** @type {string} */ how) => call("toggle", how),
  };
  return {
    load: () => void (page.$chatwoot = api),
    ready() {
      api.hasLoaded = true;
      page.tell("chatwoot:ready");
    },
    // The form before the chat drops what was given before it (issue 15787).
    begin() {
      attributes = {};
      page.tell("chatwoot:on-message", { message_type: 0, content: "hello" });
    },
    arrived: () => ({ ...attributes }),
  };
};

/** @type {Make} */
export const tawk = (page, call) => {
  /** @type {Record<string, any>} */
  const its = {};
  let isOngoing = false;
  const api = {
    onLoaded: /** @type {boolean | undefined} */ (undefined),
    setAttributes(/** @type {any} */ attributes, /** @type {(error?: string) => void} */ done) {
      call("setAttributes", attributes);
      for (const [key, value] of Object.entries(attributes)) {
        if (!/^[A-Za-z0-9-]+$/.test(key)) return done("CONTAINS_INVALID_KEY");
        if (value === "" || String(value).length > 255) return done("CONTAINS_INVALID_VALUE");
      }
      for (const [key, value] of Object.entries(attributes)) its[key.toLowerCase()] = value;
      done();
    },
    switchWidget(/** @type {any} */ widget, /** @type {() => void} */ done) {
      call("switchWidget", widget);
      its.group = widget.widgetId;
      done();
    },
    isChatOngoing: () => isOngoing,
    maximize: () => call("maximize"),
  };
  return {
    // A plain object without functions: they are there after the load.
    snippet: () => void (page.Tawk_API = {}),
    load: () => void (page.Tawk_API = api),
    ready() {
      api.onLoaded = true;
      page.tell("tawkLoad");
    },
    begin() {
      isOngoing = true;
      page.tell("tawkChatStarted");
    },
    join: () => page.tell("tawkAgentJoinChat", { name: "Eva", position: "", image: "", id: "1" }),
    end() {
      isOngoing = false;
      page.tell("tawkChatEnded");
    },
    rate: () => page.tell("tawkChatSatisfaction", 1),
    arrived: () => ({ ...its }),
  };
};

/** @type {Make} */
export const hubspot = (page, call) => {
  /** @type {Record<string, () => void>} */
  const listeners = {};
  let chatflow = "";
  return {
    load() {
      page.HubSpotConversations = {
        widget: {
          status: () => ({ loaded: true }),
          refresh(/** @type {unknown} */ options) {
            call("widget.refresh", options, page.location.href);
            chatflow = new URL(page.location.href).searchParams.get("fw_queue") ?? "";
          },
          open: () => call("widget.open"),
        },
        on: (/** @type {string} */ name, /** @type {() => void} */ listener) => {
          const before = listeners[name];
          listeners[name] = () => (before?.(), listener());
        },
        off: (/** @type {string} */ name) => void delete listeners[name],
      };
    },
    begin: () => listeners.conversationStarted?.(),
    end: () => listeners.conversationClosed?.(),
    arrived: () => (chatflow ? { fw_queue: chatflow } : {}),
  };
};

/** @type {Make} */
export const freshchat = (page, call) => {
  /** @type {Record<string, any>} */
  let properties = {};
  let isLoaded = false;
  /** @type {Array<() => void>} */
  const waiting = [];
  return {
    load() {
      page.fcWidget = {
        isLoaded: () => isLoaded,
        on: (/** @type {string} */ name, /** @type {() => void} */ listener) => void (name === "widget:loaded" && waiting.push(listener)),
        setTags: (/** @type {string[]} */ tags) => isLoaded && call("setTags", tags),
        conversation: {
          setConversationProperties(/** @type {any} */ its) {
            call("setConversationProperties", its);
            properties = { ...properties, ...its };
          },
        },
        open: () => call("open"),
      };
    },
    ready() {
      isLoaded = true;
      waiting.forEach((listener) => listener());
    },
    arrived: () => ({ ...properties }),
  };
};

/** @type {Make} */
export const gorgias = (page, call) => {
  const ready = Promise.withResolvers?.() ?? deferred();
  return {
    load() {
      page.GorgiasChat = {
        init: () => ready.promise,
        open: () => call("open"),
        sendMessage: (/** @type {string} */ text) => call("sendMessage", text),
      };
    },
    ready: () => ready.resolve(undefined),
    arrived: () => ({}),
  };
};

/** A promise with its resolver, for Node 20. */
function deferred() {
  /** @type {(value?: unknown) => void} */
  let resolve = () => {};
  const promise = new Promise((then) => void (resolve = then));
  return { promise, resolve };
}

/** @type {Make} */
export const tidio = (page, call) => {
  /** @type {Record<string, any>} */
  const contact = {};
  let isReady = false;
  /** @type {Array<() => void>} */
  const waiting = [];
  return {
    load() {
      page.tidioChatApi = {
        on: (/** @type {string} */ _name, /** @type {() => void} */ listener) => void (isReady ? listener() : waiting.push(listener)),
        setContactProperties(/** @type {any} */ its) {
          call("setContactProperties", its);
          Object.assign(contact, its);
        },
        open: () => call("open"),
      };
    },
    ready() {
      isReady = true;
      waiting.forEach((listener) => listener());
    },
    begin: () => page.document.dispatchEvent(new CustomEvent("tidioChat-conversationStart")),
    arrived: () => ({ ...contact }),
  };
};

/** @type {Make} */
export const dynamics = (page, call) => {
  /** @type {(() => any) | null} */
  let provider = null;
  /** @type {any} */
  let context = {};
  return {
    load() {
      const SDK = {
        setContextProvider(/** @type {() => any} */ its) {
          if (typeof its !== "function") throw new Error("contextProvider must be a function");
          call("setContextProvider", its());
          provider = its;
        },
        getContextProvider: () => provider,
        startChat: () => call("startChat"),
      };
      page.Microsoft = { Omnichannel: { LiveChatWidget: { SDK } } };
      page.tell("lcw:ready");
    },
    // The provider is called when a chat starts; entries without a value are dropped.
    begin() {
      context = Object.fromEntries(
        Object.entries(provider?.() ?? {}).flatMap(([key, { value }]) => (value === undefined ? [] : [[key, value]])),
      );
      page.tell("lcw:chatQueued");
    },
    join: () => page.tell("lcw:onMessageReceived", { payload: { messageType: "system", channelData: { tags: ["agentaccepted"] } } }),
    end: () => page.tell("lcw:threadUpdate"),
    arrived: () => ({ ...context }),
    arrivesAtStart: true,
  };
};

/** @type {Make} */
export const dialogflow = (page, call) => {
  /** @type {Record<string, any>} */
  const parameters = {};
  return {
    snippet: () => void (page.document.elements["df-messenger"] = {}),
    load() {
      page.document.elements["df-messenger"] = {
        setQueryParameters(/** @type {any} */ its) {
          call("setQueryParameters", its);
          for (const [key, value] of Object.entries(its.parameters)) {
            if (value === null) delete parameters[key];
            else parameters[key] = value;
          }
        },
      };
      page.document.elements["df-messenger-chat-bubble"] = { openChat: () => call("openChat") };
      page.tell("df-messenger-loaded");
    },
    begin: () => page.tell("df-session-id-set", { isNew: true }),
    end: () => page.tell("df-session-ended"),
    rate: () => page.tell("df-user-feedback-sent", { reaction: "THUMBS_UP" }),
    arrived: () => ({ ...parameters }),
  };
};

/** @type {Make} */
export const botpress = (page, call) => {
  /** @type {any} */
  let user = { data: { plan: "gold" } };
  /** @type {Record<string, Array<(data?: unknown) => void>>} */
  const listeners = {};
  const api = {
    initialized: false,
    on: (/** @type {string} */ name, /** @type {() => void} */ listener) => void (listeners[name] ??= []).push(listener),
    getUser: async () => user,
    async updateUser(/** @type {any} */ its) {
      if (!api.initialized) throw new Error("not initialized");
      call("updateUser", its);
      user = { ...user, ...its };
    },
    open: () => call("open"),
  };
  return {
    load: () => void (page.botpress = api),
    ready() {
      api.initialized = true;
      listeners["webchat:initialized"]?.forEach((listener) => listener());
    },
    begin: () => listeners.conversation?.forEach((listener) => listener("c1")),
    arrived() {
      const { plan: _plan, ...data } = user.data;
      return data;
    },
  };
};

/** @type {Make} */
export const easemob = (page, call) => {
  /** @type {Map<string, any>} */
  const windows = new Map();
  /** @type {any} */
  let shown = {};
  return {
    snippet: () => void (page.easemobim = { config: { tenantId: "7", hide: true } }),
    load() {
      page.easemobim.bind = (/** @type {any} */ config) => {
        call("bind", config);
        const key = config.configId ?? `${config.tenantId}${config.emgroup}`;
        // A window that is there is only shown: its settings were copied when it was made.
        if (!windows.has(key)) windows.set(key, structuredClone(config));
        shown = windows.get(key);
      };
    },
    arrived: () => ({ ...shown.visitor, ...(shown.emgroup ? { group: shown.emgroup } : {}) }),
    arrivesWhenOpened: true,
  };
};

/** @type {Make} */
export const twilio = (page, call) => {
  /** @type {any} */
  let context = {};
  return {
    snippet: () => void (page.floorwalkerTwilio = { deploymentKey: "CV1", context: { plan: "gold" } }),
    load() {
      page.Twilio = {
        initWebchat(/** @type {any} */ config) {
          call("initWebchat", config);
          context = config.context;
          page.document.elements["#twilio-webchat-widget-root"] = { hasChildNodes: () => true };
        },
      };
    },
    arrived() {
      const { plan: _plan, ...rest } = context;
      return rest;
    },
    startsOnce: true,
  };
};
