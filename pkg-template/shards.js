// A large index in shards: the page loads the root, and then the shards of the items that its shopper touches.
import { routed } from "./experts.js";
import { failure } from "./failure.js";
import { own } from "./own.js";

/** @import { Asked, BoughtTogether, IndexCard, Preference, Recommendation, Recommended, Recommender, RecommenderOptions } from "floorwalker/recommend" */
/** @import { Directory } from "floorwalker/shards" */

/** How many shards are held besides the root; of more, the one that was touched first is dropped. */
const MAX_SHARDS = 6;
/** The most events that a shard hears when it comes. */
const MAX_EVENTS = 200;
/** The most items of an event whose shards are loaded. */
const MAX_TOUCHED = 5;

/** Ranks the items of an index in shards. See `shards.d.ts`. */
export class Shards {
  #open;
  #directory;
  #root;
  /** @type {Map<number, Recommender>} */
  #loaded = new Map();
  /** @type {Map<number, Promise<void>>} */
  #coming = new Map();
  /** @type {Set<number>} */
  #wanted = new Set(); // the shards that were touched last, the last one at the end
  /** @type {Promise<void> | undefined} */
  #turn; // while shards that are wanted are about to be loaded
  /** @type {[event: string, params: Record<string, unknown>][]} */
  #events = [];
  /** @type {Set<number>} */
  #missing = new Set();

  /**
   * @param {string | URL} address
   * @param {{ load: (index: string, options?: RecommenderOptions) => Promise<Recommender> }} recommender the class
   * @param {RecommenderOptions & { directory?: Directory }} [options]
   */
  static async load(address, recommender, options) {
    const { directory = await read(address), ...rest } = own(options);
    if (!isDirectory(directory)) throw failure("index_invalid", `${address} does not name the shards of an index; train it again`);
    const folder = String(address)
      .replace(/[?#].*$/, "")
      .replace(/[^/]*$/, "");
    /** @param {string} file */
    const open = (file) => recommender.load(folder + file, rest);
    return new Shards(directory, open, await open(directory.root));
  }

  /** @param {Directory} directory @param {(file: string) => Promise<Recommender>} open @param {Recommender} root */
  constructor(directory, open, root) {
    this.#directory = directory;
    this.#open = open;
    this.#root = root;
    /** @type {IndexCard & { shards: number }} */
    this.card = Object.freeze({ ...root.card, shards: directory.shards.length });
  }

  /** @param {string} event @param {Record<string, unknown>} [params] */
  observe(event, params) {
    const { items, value, attribute, likes } = own(params);
    if (!Array.isArray(items) && attribute === undefined) return;
    // Only what a shard reads, in copies.
    const its = { value, attribute, likes, items: Array.isArray(items) ? items.map(idOf) : undefined };
    this.#events.push([event, its]);
    if (this.#events.length >= 2 * MAX_EVENTS) this.#events = this.#events.slice(-MAX_EVENTS);
    for (const one of this.#held()) one.observe(event, its);
    for (const item of (its.items ?? []).slice(0, MAX_TOUCHED)) this.#touch(this.#home(item));
  }

  async ready() {
    await this.#turn;
    await Promise.all(this.#coming.values());
    const files = [...this.#missing].map((number) => this.#directory.shards[number]);
    this.#missing.clear();
    return files;
  }

  erase() {
    this.#events = [];
    this.#wanted.clear();
    this.#loaded.clear();
    this.#root.erase();
  }

  /** @param {Asked} [asked] @returns {Recommendation} */
  recommend(asked) {
    const { explore, diversity, fairness } = own(asked);
    // What looks at a list as a whole is done by one index.
    const [first, ...others] = this.#held();
    const list = first.recommend(asked);
    if (!others.length || explore || diversity || fairness) return list;
    return merged([list, ...others.map((one) => one.recommend(asked))], asked);
  }

  /** @param {string} text @param {Asked} [asked] @returns {Recommendation} */
  search(text, asked) {
    /** @type {Map<string, Recommended & { match: number }>} */
    const found = new Map();
    for (const one of this.#held())
      for (const item of /** @type {(Recommended & { match: number })[]} */ (one.search(text, asked).items))
        if (!found.has(item.itemId)) found.set(item.itemId, item);
    const items = [...found.values()].sort((a, b) => b.match - a.match || b.score - a.score);
    return { items: items.slice(0, own(asked).n ?? 6), cost: 0 };
  }

  /** @param {string | number} itemId @param {Asked} [asked] */
  similar(itemId, asked) {
    return longest(this.#held().map((one) => one.similar(itemId, asked)));
  }

  /** @param {readonly (string | number)[]} itemIds @param {Asked} [asked] */
  boughtTogether(itemIds, asked) {
    return longest(this.#held().map((one) => one.boughtTogether(itemIds, asked)));
  }

  preferences() {
    /** @param {Preference[]} its */
    const evidence = (its) => its.reduce((sum, { looks }) => sum + Math.abs(looks), 0);
    return this.#held()
      .map((one) => one.preferences())
      .reduce((a, b) => (evidence(b) > evidence(a) ? b : a));
  }

  /** @param {string | number} itemId */
  item(itemId) {
    for (const one of this.#held()) {
      const item = one.item(itemId);
      if (item) return item;
    }
    return null;
  }

  /** The indexes that are loaded: the one that was touched last first, the root last. */
  #held() {
    const touched = [...this.#wanted].reverse().map((number) => this.#loaded.get(number));
    return [...touched.filter((one) => one !== undefined), this.#root];
  }

  /** The number of the shard that an event's item is in. @param {ReturnType<typeof idOf>} item */
  #home({ item_id, item_category }) {
    const { categories } = this.#directory;
    // The catalogue's own category, where an index that is loaded knows it.
    const category = String(this.item(/** @type {string} */ (item_id))?.attributes.category ?? item_category ?? "");
    const home = Object.hasOwn(categories, category) ? categories[category] : categories[""];
    return home && home[0] + (hash(String(item_id)) % home[1]);
  }

  /** @param {number | undefined} number */
  #touch(number) {
    if (number === undefined || this.#missing.has(number)) return;
    this.#wanted.delete(number);
    this.#wanted.add(number);
    // Many events may come at once, as when a profile is read: only what is wanted after them is loaded.
    this.#turn ??= Promise.resolve().then(() => {
      this.#turn = undefined;
      this.#settle();
    });
  }

  /** Drops the shards that were touched first, and loads those that are missing. */
  #settle() {
    for (const number of [...this.#wanted].slice(0, -MAX_SHARDS)) {
      this.#wanted.delete(number);
      this.#loaded.delete(number);
    }
    for (const number of this.#wanted) {
      if (this.#loaded.has(number) || this.#coming.has(number)) continue;
      const coming = this.#open(this.#directory.shards[number]).then(
        (shard) => {
          if (!this.#wanted.has(number)) return;
          for (const [event, params] of this.#events) shard.observe(event, params);
          this.#loaded.set(number, shard);
        },
        () => {
          this.#missing.add(number);
          this.#wanted.delete(number);
        },
      );
      this.#coming.set(
        number,
        coming.finally(() => this.#coming.delete(number)),
      );
    }
  }
}

/** What is read of an event's item. @param {any} item */
function idOf(item) {
  return { item_id: item?.item_id, item_category: item?.item_category };
}

/** Merges lists by score and boost; an item that several indexes know has the best of its scores. @param {Recommendation[]} lists @param {Asked} [asked] */
function merged(lists, asked) {
  const { n = 6, boost, atMost, context } = own(asked);
  const boosts = { ...boost, ...routed(context?.decision).boost };
  /** @type {Map<string, Recommended>} */
  const best = new Map();
  for (const { items } of lists)
    for (const item of items) if (!(item.score <= (best.get(item.itemId)?.score ?? -Infinity))) best.set(item.itemId, item);
  /** @param {Recommended} item */
  const worth = ({ itemId, score }) => score + (Object.hasOwn(boosts, itemId) ? boosts[itemId] : 0);
  const candidates = [...best.values()].sort((a, b) => worth(b) - worth(a) || (a.itemId < b.itemId ? -1 : 1));
  const most = Math.max(...candidates.map(({ score }) => score));
  const all = candidates.reduce((sum, { score }) => sum + Math.exp(score - most), 0);
  /** @type {Recommended[]} */
  const items = [];
  for (const item of candidates) {
    const isFull = Object.entries(atMost ?? {}).some(([name, limit]) => {
      const value = item.attributes[name];
      return value !== undefined && items.filter(({ attributes }) => attributes[name] === value).length >= limit;
    });
    if (items.length < n && !isFull)
      items.push(Object.defineProperty(item, "probability", { value: Math.exp(item.score - most) / all, enumerable: true }));
  }
  return { items, cost: Math.max(...lists.map(({ cost }) => cost)) };
}

/** @template {Recommendation | BoughtTogether} L @param {L[]} lists */
function longest(lists) {
  return lists.reduce((a, b) => (b.items.length > a.items.length ? b : a));
}

/** FNV-1a of the UTF-16 code units, as the trainer computes it. @param {string} id */
function hash(id) {
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** @param {string | URL} address @returns {Promise<unknown>} */
async function read(address) {
  try {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`status ${response.status}`);
    return await response.json();
  } catch (error) {
    throw failure("index_unreachable", `${address} cannot be read: ${/** @type {Error} */ (error).message}`, error);
  }
}

/** @param {unknown} its @returns {its is Directory} */
function isDirectory(its) {
  const { root, shards, categories } = /** @type {Partial<Directory>} */ (its ?? {});
  if (typeof root !== "string" || !Array.isArray(shards) || !shards.every((file) => typeof file === "string")) return false;
  if (typeof categories !== "object" || categories === null) return false;
  const isHome = (/** @type {unknown} */ home) =>
    Array.isArray(home) &&
    home.every((number) => Number.isInteger(number) && number >= 0) &&
    home[1] > 0 &&
    home[0] + home[1] <= shards.length;
  return Object.values(categories).every(isHome);
}
