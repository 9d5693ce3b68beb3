// The journal in IndexedDB, shared by all objects, pages and tabs of the shop's origin at the same time: one record, replaced in one transaction. Loaded
// only by pages that ask for it and may store.
//
// An event is in the database within a tenth of a second. What is not there when the page is left goes to Web Storage at once, and from there into the
// database when the next page opens it: a page that is being left has no time for a transaction. The database is opened for each exchange and closed again, so
// that no tab keeps another one from deleting it.
//
// It is JavaScript and not Rust: the same exchange by `web-sys` takes 9.0 KB after brotli (module 6.8, glue 2.2), this file 1.5.
import { underConsent } from "./consent.js";
import { area, attempt, Journal, KEY } from "./journal.js";
import { COMMIT_AFTER_MS } from "./limits.js";
import { Shared } from "./storage.js";

/** @import { Owner } from "./journal.js" */
/** @import { Kept } from "./kept.js" */

const STORE = "journal";
/** The key in `localStorage` of the events that were not in the database when the page was left. */
const TAIL = `${KEY}:tail`;

/**
 * Opens the store, or one in memory if the browser has no IndexedDB or denies access.
 * @param {Owner} owner
 * @returns {Promise<Journal>}
 */
export async function open(owner) {
  const database = await connected().catch(() => undefined);
  database?.close();
  if (!database) return new Journal(owner);
  const store = new DatabaseStore(owner);
  await store.merge();
  return store;
}

/** @returns {Promise<IDBDatabase>} */
function connected() {
  return new Promise((resolve, reject) => {
    const asked = globalThis.indexedDB.open(KEY, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => {
      // Another tab deletes the database: nothing here may keep it from doing so.
      asked.result.onversionchange = () => asked.result.close();
      resolve(asked.result);
    };
    asked.onerror = () => reject(asked.error);
  });
}

class DatabaseStore extends Shared {
  #isOpen = true;
  #erasures = 0; // how often this store's events were dropped: an exchange that began before must not bring them back
  #busy = Promise.resolve(); // exchanges run one after the other
  #channel = attempt(() => new BroadcastChannel(KEY));

  /** @param {Owner} owner */
  constructor(owner) {
    super("indexeddb", owner);
    this.listen("pagehide", () => this.#hide());
    this.listen("pageshow", () => this.merge());
    // Whoever erases the journal removes this key everywhere, which other pages hear.
    this.listen("storage", ({ key, newValue }) => {
      if (key === KEY && newValue === null) this.forget();
    });
    const channel = this.#channel;
    if (channel) channel.onmessage = () => this.#soon();
    /** @type {{ unref?: () => void } | undefined} */ (channel)?.unref?.(); // Node keeps running for an open channel
    this.adopt(area("local"));
  }

  /** @param {Kept} event */
  append(event) {
    underConsent(this, (entry) => super.append(entry), event.timestamp);
    super.append(event);
    this.#soon();
  }

  merge() {
    this.#busy = this.#busy.then(() => this.#exchange()).catch(() => {}); // a database that fails later is tried again at the next merge
    return this.#busy;
  }

  close() {
    const closed = this.merge();
    this.#stopListening();
    return closed.then(() => this.leave());
  }

  drop() {
    this.#erasures++;
    super.drop();
  }

  leave() {
    this.#stopListening();
    this.#isOpen = false;
    super.leave();
  }

  #stopListening() {
    this.#channel?.close();
    this.#channel = undefined;
  }

  #soon() {
    if (this.#isOpen) this.timer ??= setTimeout(() => this.merge(), COMMIT_AFTER_MS);
  }

  /** The page is left: what is not in the database goes to Web Storage, synchronously. */
  #hide() {
    if (this.give() === undefined) return;
    attempt(() => area("local")?.setItem(TAIL, JSON.stringify(this.events())));
    this.merge();
  }

  /** Merges with what the database holds, and writes the result, in one transaction. */
  async #exchange() {
    if (!this.#isOpen) return this.bound();
    const erasures = this.#erasures;
    const database = await connected();
    try {
      let { news, text, isFull } = await this.#transact(database);
      while (isFull && this.lines.length) {
        this.forgetOldest(Math.ceil(this.lines.length / 2));
        ({ news, text, isFull } = await this.#transact(database));
      }
      if (erasures !== this.#erasures) return;
      if (text !== undefined) {
        this.gave(text);
        attempt(() => area("local")?.removeItem(TAIL));
        this.#channel?.postMessage(0);
      }
      if (news.length) this.owner.heard(news);
    } finally {
      database.close();
    }
  }

  /**
   * @param {IDBDatabase} database
   * @returns {Promise<{ news: Kept[], text: string | undefined, isFull: boolean }>}
   */
  #transact(database) {
    const erasures = this.#erasures;
    return new Promise((resolve) => {
      /** @type {Kept[]} */
      let news = [];
      /** @type {string | undefined} */
      let text;
      const transaction = database.transaction(STORE, "readwrite");
      const records = transaction.objectStore(STORE);
      const asked = records.get(KEY);
      asked.onsuccess = () => {
        if (!this.#isOpen || erasures !== this.#erasures) return;
        news = this.take(typeof asked.result === "string" ? asked.result : null);
        text = this.give();
        if (text !== undefined) records.put(text, KEY);
      };
      transaction.oncomplete = () => resolve({ news, text, isFull: false });
      transaction.onabort = () => resolve({ news, text: undefined, isFull: transaction.error?.name === "QuotaExceededError" });
    });
  }
}
