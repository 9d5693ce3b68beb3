// Tests the store of a shopper's events over IndexedDB, in simulated tabs: it passes the suite that every store passes, and an event is there within a
// tenth of a second.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { IDBFactory, IDBObjectStore } from "fake-indexeddb";
import { keepsTo } from "./stores.mjs";
import { BIN, ROOT } from "./unpacked.mjs";

/** @import { Kept, Owner, Store, Tab } from "./stores.mjs" */

const KEY = "floorwalker";
const bundled = [path.join(ROOT, "tests/package/storage.entry.mjs"), "--bundle", "--format=iife", "--global-name=storage"];
const source = execFileSync(path.join(BIN, "esbuild"), bundled, { encoding: "utf8" });
/**
 * Evaluates the module as in a page of its own.
 * @param {object} page @returns {typeof import("./storage.entry.mjs")}
 */
const inPage = (page) =>
  new Function("globalThis", "BroadcastChannel", `${source}\nreturn storage;`)(page, /** @type {any} */ (page).BroadcastChannel);
const settle = () => wait(400);

/** How many characters a record may have: what a browser's quota does to a transaction. */
let limit = Infinity;
const { put } = IDBObjectStore.prototype;
/** @this {IDBObjectStore} @param {any} value @param {any} key */
IDBObjectStore.prototype.put = function (value, key) {
  const request = put.call(this, value, key);
  if (value.length > limit) /** @type {any} */ (this.transaction)._abort("QuotaExceededError");
  return request;
};

/** A simulated browser with one database and one area of Web Storage that all tabs share. */
function browser() {
  limit = Infinity;
  const indexedDB = new IDBFactory();
  /** @type {Map<string, string>} */
  const held = new Map();
  /** @typedef {{ hear: (name: string, event: object) => void, sleeps: () => boolean, channels: Set<{ onmessage?: () => void }> }} Self */
  /** @type {Self[]} */
  const tabs = [];
  const raw = () => /** @type {any} */ (indexedDB)._databases.get(KEY)?.rawObjectStores.get("journal")?.records;
  const world = {
    indexedDB,
    held,
    stored: () => [...(raw()?.values() ?? [])].length > 0,
    /** @param {string} text */
    write: (text) => {
      const asked = indexedDB.open(KEY, 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("journal");
      asked.onsuccess = () => {
        asked.result.transaction("journal", "readwrite").objectStore("journal").put(text, KEY);
        asked.result.close();
      };
    },
    /** @param {number} characters */
    limit: (characters) => (limit = characters),
    /** @returns {Tab & { storage: ReturnType<typeof inPage> }} */
    tab() {
      /** @type {Set<[string, (event: object) => void]>} */
      const listeners = new Set();
      /** @type {Self["channels"]} */
      const channels = new Set();
      let sleeps = false;
      /** @param {string} name @param {object} event */
      const tell = (name, event) => [...listeners].filter(([known]) => known === name).forEach(([, listener]) => listener(event));
      /** @type {Self} */
      const self = { hear: (name, event) => sleeps || setTimeout(() => tell(name, event)), sleeps: () => sleeps, channels };
      const others = () => tabs.filter((one) => one !== self);
      /** @type {Record<string | symbol, unknown>} */
      const methods = {
        getItem: (/** @type {string} */ key) => held.get(key) ?? null,
        setItem(/** @type {string} */ key, /** @type {string} */ text) {
          held.set(key, text);
          for (const other of others()) other.hear("storage", { key, newValue: text });
        },
        removeItem(/** @type {string} */ key) {
          if (held.delete(key)) for (const other of others()) other.hear("storage", { key, newValue: null });
        },
      };
      class BroadcastChannel {
        /** @type {(() => void) | undefined} */
        onmessage;
        constructor() {
          channels.add(this);
        }
        postMessage() {
          for (const other of others()) for (const one of other.channels) setTimeout(() => other.sleeps() || one.onmessage?.());
        }
        close() {
          channels.delete(this);
        }
      }
      const storage = inPage({
        addEventListener: (/** @type {string} */ name, /** @type {(event: object) => void} */ listener) => listeners.add([name, listener]),
        removeEventListener: (/** @type {string} */ name, /** @type {(event: object) => void} */ listener) =>
          [...listeners].filter((one) => one[0] === name && one[1] === listener).forEach((one) => listeners.delete(one)),
        localStorage: new Proxy(
          {},
          {
            get: (_, key) => methods[key],
            ownKeys: () => [...held.keys()],
            getOwnPropertyDescriptor: () => ({ value: "", enumerable: true, configurable: true }),
          },
        ),
        indexedDB,
        BroadcastChannel,
      });
      tabs.push(self);
      return {
        storage,
        open: (owner) => /** @type {Promise<Store>} */ (storage.openDatabase(owner)),
        async leave() {
          tell("pagehide", { persisted: false });
          await wait(100);
        },
        sleep: () => (sleeps = true),
        async wake() {
          sleeps = false;
          tell("pageshow", { persisted: true });
          await wait(100);
        },
        listeners: () => listeners.size,
      };
    },
  };
  return world;
}

keepsTo("indexeddb", { browser, settle });

/** @type {Owner} */
const owner = {
  features: [],
  heard() {},
  forgotten() {},
  warn() {},
  keep: (/** @type {Kept} */ event) => event,
};
/** @param {Store} store */
const times = (store) => store.events().map(({ timestamp }) => timestamp);

test("an event is in the database within a tenth of a second", async () => {
  const world = browser();
  const store = await world.tab().open(owner);
  store.append({ event: "view_item", timestamp: 1 });
  await wait(100);
  assert.equal(world.stored(), true);
});

test("what is not in the database when the page is left is in Web Storage at once, and in the next page's journal", async () => {
  const world = browser();
  const tab = world.tab();
  const store = await tab.open(owner);
  store.append({ event: "view_item", timestamp: 1 });
  tab.leave(); // not awaited: the page is gone before any transaction
  assert.deepEqual(JSON.parse(/** @type {string} */ (world.held.get("floorwalker:tail"))), [{ event: "view_item", timestamp: 1 }]);
  const next = await world.tab().open(owner);
  assert.deepEqual([times(next), [...world.held.keys()]], [[1], []]);
});

test("erasing leaves neither a record nor a database, and denied consent ends the writing", async () => {
  const world = browser();
  const tab = world.tab();
  const store = await tab.open(owner);
  store.append({ event: "view_item", timestamp: 1 });
  await settle();
  await store.erase();
  await settle();
  assert.deepEqual([await world.indexedDB.databases(), [...world.held.keys()]], [[], []]);
  store.append({ event: "view_item", timestamp: 2 });
  tab.storage.forgetAll(true);
  store.append({ event: "view_item", timestamp: 3 });
  await settle();
  assert.deepEqual([await world.indexedDB.databases(), store.kind, times(store)], [[], "memory", [3]]);
});

test("what was erased while an exchange was under way does not come back", async () => {
  const world = browser();
  const store = await world.tab().open(owner);
  store.append({ event: "view_item", timestamp: 1 });
  await settle();
  const merged = store.merge();
  store.erase();
  store.append({ event: "view_item", timestamp: 2 });
  await merged;
  await settle();
  assert.deepEqual(times(store), [2]);
  assert.deepEqual(times(await world.tab().open(owner)), [2]);
});

test("a browser without IndexedDB, or one that denies it, keeps the journal in memory", async () => {
  const none = inPage({});
  assert.equal((await none.openDatabase(owner)).kind, "memory");
  const denied = inPage({
    get indexedDB() {
      throw new DOMException("denied", "SecurityError");
    },
  });
  assert.equal((await denied.openDatabase(owner)).kind, "memory");
});
