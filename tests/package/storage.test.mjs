// Tests the stores of a shopper's events over Web Storage, in simulated tabs. Which tab gets which `storage` event follows the standard.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { keepsTo } from "./stores.mjs";
import { BIN, ROOT } from "./unpacked.mjs";

/** @import { Kept, Owner, Store, Tab } from "./stores.mjs" */

const KEY = "floorwalker";
const bundled = [path.join(ROOT, "tests/package/storage.entry.mjs"), "--bundle", "--format=iife", "--global-name=storage"];
const source = execFileSync(path.join(BIN, "esbuild"), bundled, { encoding: "utf8" }).replace(/SAVE_AFTER_MS = 1e3/, "SAVE_AFTER_MS = 5");
assert.match(source, /SAVE_AFTER_MS = 5;/);
const settle = () => wait(60);
/**
 * Evaluates the module as in a page of its own.
 * @param {object} page @returns {typeof import("./storage.entry.mjs")}
 */
const inPage = (page) => new Function("globalThis", `${source}\nreturn storage;`)(page);

/**
 * @typedef {object} Simulated
 * @property {ReturnType<typeof inPage>} storage
 * @property {(owner: Owner) => Store} open
 * @property {(event: { key: string, newValue: string | null }) => unknown} hear
 *
 * @typedef {Omit<Tab, "open"> & Simulated} SimulatedTab
 */

/**
 * A simulated browser with one area of Web Storage that all tabs share. (In a real browser each tab has its own `sessionStorage`, shared
 * only with the frames in it.)
 * @param {"session" | "local"} kind
 */
function browser(kind) {
  /** A proxy may be asked for a symbol too. @type {Map<string | symbol, string>} */
  const held = new Map();
  /** @type {SimulatedTab[]} */
  const tabs = [];
  let limit = 5_000_000;
  const world = {
    stored: () => held.has(KEY),
    read: () => /** @type {string} */ (held.get(KEY)),
    /** @param {string} text */
    write: (text, key = KEY) => held.set(key, text),
    keys: () => [...held.keys()],
    /** @param {number} characters */
    limit: (characters) => (limit = characters),
    tab() {
      /** @type {Set<[string, (event: object) => void]>} */
      const listeners = new Set();
      let sleeps = false;
      /** @param {string} name @param {object} event */
      const tell = (name, event) => [...listeners].filter(([known]) => known === name).forEach(([, listener]) => listener(event));
      /** @param {string} key @param {string | null} newValue */
      const change = (key, newValue) => {
        for (const other of tabs) if (other !== self) other.hear({ key, newValue });
      };
      /** @type {Record<string | symbol, unknown>} */
      const methods = {
        /** @param {string} key */
        getItem: (key) => held.get(key) ?? null,
        /** @param {string} key @param {string} text */
        setItem(key, text) {
          if (text.length > limit) throw new DOMException("full", "QuotaExceededError");
          if (held.get(key) === text) return;
          held.set(key, text);
          change(key, text);
        },
        /** @param {string} key */
        removeItem: (key) => held.delete(key) && change(key, null),
      };
      const area = new Proxy(
        {},
        {
          get: (_, key) => methods[key] ?? held.get(key),
          ownKeys: () => [...held.keys()],
          getOwnPropertyDescriptor: (_, key) =>
            held.has(key) ? { value: held.get(key), enumerable: true, configurable: true } : undefined,
        },
      );
      const none = new Proxy(
        {},
        { get: (_, key) => /** @type {Record<string | symbol, unknown>} */ ({ getItem: () => null, setItem() {}, removeItem() {} })[key] },
      );
      const storage = inPage({
        /** @param {string} name @param {(event: object) => void} listener */
        addEventListener: (name, listener) => listeners.add([name, listener]),
        /** @param {string} name @param {(event: object) => void} listener */
        removeEventListener: (name, listener) =>
          [...listeners].filter((one) => one[0] === name && one[1] === listener).forEach((one) => listeners.delete(one)),
        localStorage: kind === "local" ? area : none,
        sessionStorage: kind === "session" ? area : none,
      });
      /** @type {SimulatedTab} */
      const self = {
        storage,
        open: (owner) => self.storage.open(owner, kind),
        hear: (event) => sleeps || setTimeout(() => tell("storage", { ...event, storageArea: area })),
        leave: () => tell("pagehide", { persisted: false }),
        sleep: () => (sleeps = true),
        wake() {
          sleeps = false;
          tell("pageshow", { persisted: true });
        },
        listeners: () => listeners.size,
      };
      tabs.push(self);
      return self;
    },
  };
  return world;
}

for (const kind of /** @type {const} */ (["session", "local"])) keepsTo(kind, { browser: () => browser(kind), settle });

/** @type {Owner} */
const owner = {
  features: [],
  heard() {},
  forgotten() {},
  warn() {},
  keep: (/** @type {Kept} */ { event, timestamp }) => ({ event, timestamp }),
};

test("keys of the version before are read by today's rule, whatever the bundle was called, and removed", () => {
  const world = browser("local");
  world.write(JSON.stringify([{ event: "view_item", timestamp: 5, email: "eva@example.org" }]), "floorwalker:an older name");
  world.write("{", "floorwalker:broken");
  world.write("the shop's", "floorwalkers");
  const store = world.tab().open(owner);
  assert.deepEqual(store.events(), [{ event: "view_item", timestamp: 5 }]);
  assert.deepEqual(world.keys().sort(), [KEY, "floorwalkers"]);
});

test("two tabs that begin at once keep both their events, and a later beginning is another journal", () => {
  for (const [later, expected] of /** @type {[number, number[]][]} */ ([
    [4, [1, 2]],
    [-4, [1, 2]],
    [60_000, [2]],
  ])) {
    const world = browser("local");
    const store = world.tab().open(owner);
    store.append({ event: "view_item", timestamp: 1 });
    store.merge();
    const { began } = JSON.parse(world.read());
    world.write(JSON.stringify({ began: began + later, features: [], events: [{ event: "view_item", timestamp: 2 }] }));
    store.merge();
    assert.deepEqual(
      store.events().map(({ timestamp }) => timestamp),
      expected,
    );
    assert.equal(JSON.parse(world.read()).events.length, expected.length);
  }
});

test("where consent is denied every storage is emptied, and no object of the page writes again", async () => {
  const world = browser("local");
  world.write("[]", "floorwalker:old");
  const tab = world.tab();
  /** @type {string[]} */
  const told = [];
  const store = tab.open({ ...owner, forgotten: () => told.push("forgotten") });
  store.append({ event: "view_item", timestamp: 1 });
  store.merge();
  tab.storage.forgetAll(true);
  assert.deepEqual([world.keys(), told, store.kind], [[], ["forgotten"], "memory"]);
  store.append({ event: "view_item", timestamp: 2 });
  tab.leave();
  await settle();
  assert.deepEqual([world.keys(), tab.listeners()], [[], 0]);
});

test("where the browser refuses storage, or there is none, it is memory", () => {
  const refuses = {
    get localStorage() {
      throw new DOMException("no", "SecurityError");
    },
  };
  for (const page of [{}, { localStorage: undefined }, refuses]) {
    const store = inPage(page).open(owner, "local");
    store.append({ event: "e", timestamp: 1 });
    store.merge();
    assert.deepEqual([store.kind, store.events().length], ["memory", 1]);
    store.erase();
    assert.deepEqual(store.events(), []);
    store.close();
  }
});
