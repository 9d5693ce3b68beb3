// Recommendation: what to show a shopper, ranked in the page by a module of its own (`src/wasm-retrieval`).
import { routed } from "./experts.js";
import { failure } from "./failure.js";
import { fetchBytes } from "./loader.js";
import { own } from "./own.js";
import { bytesOf, startEngine } from "./start.js";

/**
 * @import {
 *   Asked, BoughtTogether, IndexCard, Item, Recommendation, Recommended, RecommenderOptions, Recommends, Reason
 * } from "floorwalker/recommend"
 * @import { ErrorCode, Floorwalker, Observed } from "floorwalker"
 * @import { Memory } from "./calls.js"
 */

/**
 * The calls of the module (`src/wasm-retrieval/engine.rs`).
 * @typedef {object} Retrieval
 * @property {() => number} input
 * @property {() => number} text
 * @property {() => number} output
 * @property {(length: number) => number} find
 * @property {(nameLength: number, idLength: number, stars: number) => number} observe
 * @property {(attribute: number, length: number) => number} value
 * @property {(attribute: number, value: number, likes: number) => void} answer
 * @property {() => void} aside
 * @property {() => void} erase
 * @property {() => number} recommend how many numbers the list has
 * @property {(item: number) => number} similar the same
 * @property {(nItems: number) => number} bought the same
 * @property {(item: number, other: number) => void} rule
 * @property {(item: number) => number} item
 * @property {() => number} preferences
 * @property {() => number} describe
 */

/** Lengths of the module's buffers, in numbers and bytes. */
const INPUT = 4096;
const TEXT = 4096;
const UNKNOWN = 2 ** 32 - 1;
const MAX_ITEMS = 200;
const KINDS = /** @type {const} */ (["product", "service", "article", "offer", "expert"]);
/** The most items that a search ranks, and the logits of a full match: above those of any other signal. */
const MAX_FOUND = 1500;
const MATCH = 50;
/** How many numbers describe a preference. */
const PREFERENCE = 13;
/** The event by which a shopper says what they like. */
const ANSWER = "answer";
const NONE = {};

/** @type {[code: ErrorCode, message: string][]} in the order of `IndexError::number` */
const REFUSALS = [
  ["index_not_an_index", "these bytes are no Floorwalker index; check the address that they came from"],
  ["index_version", "the index has another format version than this package reads; train it again or update the package"],
  ["index_length", "the index is cut short or too long; load it again"],
  ["index_checksum", "the index is damaged; load it again"],
  ["index_body", "the index cannot be read; train it again"],
  ["index_invalid", "the index makes no sense; train it again"],
  ["index_cost", "the index asks for more memory than a page may spend; split it into shards"],
];

/** @type {import("./start.js").Door} */
const RETRIEVAL = {
  home: () => new URL("./engine/retrieval.wasm", import.meta.url),
  fallback: () => import("./engine/retrieval.js"),
  refused: (number) => failure(...REFUSALS[number]),
};

/** Ranks the items of one index for one shopper. See `recommend.d.ts`. */
export class Recommender {
  /** @type {Retrieval} */
  #calls;
  /** @type {Memory} */
  #memory;
  #encoder = new TextEncoder();
  #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  /** @type {string[]} */
  #signals;
  /** @type {Map<number, Item>} */
  #items = new Map();
  /** @type {string[][] | undefined} */
  #texts;
  #drawn = 0;
  #seed = globalThis.crypto?.getRandomValues(new Uint32Array(1))[0] ?? 0;

  /** @param {Parameters<typeof Floorwalker.load>[0]} index @param {RecommenderOptions} [options] */
  static async load(index, options) {
    const asked = /** @type {const} */ ([
      bytesOf(index, fetchBytes, "index_unreachable"),
      startEngine(own(options), RETRIEVAL, fetchBytes),
    ]);
    const [bytes, started] = await Promise.all(asked);
    return new Recommender(started, bytes);
  }

  /** @param {import("./start.js").Started} started @param {Uint8Array} bytes */
  constructor({ memory, load, kind }, bytes) {
    this.#calls = /** @type {Retrieval} */ (/** @type {unknown} */ (load(bytes)));
    this.#memory = memory;
    let end = this.#calls.describe() >>> 0;
    const out = this.#numbers();
    let at = 0;
    const text = () => this.#decode(end, (end += out[at++]));
    /** @template T @param {() => T} one @returns {T[]} */
    const list = (one) => Array.from({ length: out[at++] }, one);
    const items = out[at++];
    const name = text();
    const attributes = list(text);
    this.#signals = list(text);
    const facts = Object.fromEntries(list(() => [text(), text()]));
    /** @type {IndexCard} */
    this.card = Object.freeze({ name, engine: kind, indexBytes: bytes.byteLength, items, attributes, signals: this.#signals, facts });
  }

  /** @param {string} event @param {Record<string, unknown>} [params] */
  observe(event, params) {
    const { items, value, attribute, likes } = /** @type {Record<string, unknown>} */ (params ?? NONE);
    if (event === ANSWER && typeof attribute === "string") return this.#answer(attribute, value, likes);
    if (typeof event !== "string" || !Array.isArray(items)) return;
    const stars = typeof value === "number" ? value : 0;
    for (const item of items.slice(0, MAX_ITEMS)) {
      const id = item?.item_id;
      if (typeof id !== "string" && typeof id !== "number") continue;
      const text = this.#text();
      const name = this.#encoder.encodeInto(event, text).written;
      const end = this.#encoder.encodeInto(String(id), text.subarray(name));
      if (end.read === String(id).length) this.#calls.observe(name, end.written, stars);
    }
  }

  /** What the shopper says of a value of an attribute. @param {string} attribute @param {unknown} value @param {unknown} likes */
  #answer(attribute, value, likes) {
    const at = this.card.attributes.indexOf(attribute);
    const said = at < 0 ? UNKNOWN : this.#value(at, value);
    if (said !== UNKNOWN) this.#calls.answer(at, said, likes === null || likes === undefined ? 2 : Number(Boolean(likes)));
  }

  /** The number of a value of an attribute. @param {number} attribute @param {unknown} value */
  #value(attribute, value) {
    const { read, written } = this.#encoder.encodeInto(String(value), this.#text());
    return read === String(value).length ? this.#calls.value(attribute, written) >>> 0 : UNKNOWN;
  }

  erase() {
    this.#calls.erase();
  }

  /** @param {Asked} [asked] @returns {Recommendation} */
  recommend(asked) {
    return this.#ranked(asked, () => this.#calls.recommend());
  }

  /** @param {string} text @param {Asked} [asked] @returns {Recommendation} */
  search(text, asked) {
    if (typeof text !== "string") throw failure("option_invalid", "search takes a text");
    const wanted = words(text);
    /** Made at the first search: the words of each item. */
    this.#texts ??= Array.from({ length: this.card.items }, (_, item) => {
      const { itemId, title, attributes } = this.#item(item);
      return words([title, itemId, ...Object.values(attributes)].join(" "));
    });
    // The share of what was typed that an item holds: a typed word may be the beginning of one.
    const found = this.#texts.map((its, item) => {
      const held = wanted.filter((word) => its.some((one) => one.startsWith(word)));
      return [item, held.length / (wanted.length || 1)];
    });
    const most = found.reduce((most, [, match]) => Math.max(most, match), 0);
    const best = found.filter(([, match]) => match > 0.3 && match > most / 2).sort((a, b) => b[1] - a[1]);
    const boost = Object.fromEntries(best.slice(0, MAX_FOUND).map(([item, match]) => [this.#item(item).itemId, MATCH * match]));
    const { items } = this.recommend({ ...own(asked), boost });
    const held = items.filter(({ itemId }) => Object.hasOwn(boost, itemId));
    for (const item of held) Object.defineProperty(item, "match", { value: boost[item.itemId] }); // for `shards.js`
    return { items: held, cost: 0 };
  }

  /** @param {string | number} itemId @param {Asked} [asked] @returns {Recommendation} */
  similar(itemId, asked) {
    const item = this.#find(itemId);
    if (item === UNKNOWN) return { items: [], cost: 0 };
    return this.#ranked(asked, () => this.#calls.similar(item));
  }

  /** @param {readonly (string | number)[]} itemIds @param {Asked} [asked] @returns {BoughtTogether} */
  boughtTogether(itemIds, asked) {
    if (!Array.isArray(itemIds)) throw failure("option_invalid", "boughtTogether needs a list of ids");
    const items = itemIds.slice(0, MAX_ITEMS).flatMap((id) => {
      const item = this.#find(id);
      return item === UNKNOWN ? [] : [item];
    });
    const list = this.#ranked(asked, (input) => {
      items.forEach((item, at) => (input[INPUT - items.length + at] = item));
      return this.#calls.bought(items.length);
    });
    return {
      ...list,
      items: list.items.map((one) => {
        const [first] = one.reasons;
        this.#calls.rule(this.#find(/** @type {string} */ (first.itemId)), this.#find(one.itemId));
        const [support, confidence, lift] = this.#numbers();
        return { ...one, support, confidence, lift };
      }),
    };
  }

  /** @returns {import("floorwalker/recommend").Preference[]} */
  preferences() {
    let end = this.#calls.preferences() >>> 0;
    const out = this.#numbers();
    return Array.from({ length: out[0] }, (_, one) => {
      const numbers = out.subarray(1 + PREFERENCE * one);
      const [taste, looks, confidence, usual, views, likes, carts, purchases, ratings, dislikes, answer, attribute, length] = numbers;
      const evidence = { views, likes, carts, purchases, ratings, dislikes, answer: answer ? answer > 0 : null };
      const value = this.#decode(end, (end += length));
      return { attribute: this.card.attributes[attribute], value, taste, looks, confidence, usual, evidence };
    });
  }

  /** @param {string | number} itemId @returns {Item | null} */
  item(itemId) {
    const item = this.#find(itemId);
    return item === UNKNOWN ? null : this.#item(item);
  }

  /**
   * A list for the shopper, as if they had also looked at the items of the context.
   * @param {Asked | undefined} asked @param {(input: Float64Array) => number} call
   */
  #ranked(asked, call) {
    if (typeof (asked ?? NONE) !== "object") throw failure("option_invalid", `options are an object, not ${String(asked)}`);
    const { context, ...its } = own(asked);
    const { items = [], decision } = own(context);
    const { boost, closed } = routed(decision);
    const lists = [items, its.exclude ?? []];
    if (!lists.every(Array.isArray)) throw failure("option_invalid", "context.items and exclude are lists of ids");
    if (items.length) this.#calls.aside();
    try {
      this.observe("view_item", { items: items.slice(-MAX_ITEMS).map((id) => ({ item_id: id })) });
      const more = { boost: { ...its.boost, ...boost }, exclude: [...lists[1], ...closed] };
      return this.#list(call(this.#ask(own(its, more))));
    } finally {
      if (items.length) this.#calls.aside();
    }
  }

  /** Writes a request into the input buffer (`src/wasm-retrieval/asked.rs`). @param {Asked} asked */
  #ask(asked) {
    const {
      n = 6,
      explore = 0,
      seed,
      outOfStock = false,
      unseenOnly = false,
      diversity = 0,
      price,
      fairness,
      kind,
      only,
      atMost,
      exclude,
      boost,
    } = asked;
    if (!Number.isInteger(n) || n < 0 || n > MAX_ITEMS) throw failure("option_invalid", `n is a whole number up to ${MAX_ITEMS}`);
    if (![explore, diversity].every((number) => number >= 0 && Number.isFinite(number)))
      throw failure("option_invalid", "explore and diversity are numbers of at least 0");
    const [a, b] = seed ?? [this.#seed, ++this.#drawn];
    if (a >>> 0 !== a || b >>> 0 !== b) throw failure("option_invalid", "seed is two whole numbers below 2^32");
    /** @param {string} name */
    const attribute = (name) => attributeOf(this.card, name);
    const kinds = [kind ?? []].flat().map((name) => {
      const at = KINDS.indexOf(name);
      if (at < 0) throw failure("option_invalid", `kind is ${KINDS.join(", ")}, not ${String(name)}`);
      return at;
    });
    const values = Object.entries(only ?? NONE).flatMap(([name, any]) =>
      [any].flat().map((value) => [attribute(name), this.#value(attribute(name), value)]),
    );
    const caps = Object.entries(atMost ?? NONE).map(([name, most]) => [attribute(name), number(most, "atMost")]);
    const known = (exclude ?? []).map((id) => this.#find(id)).filter((item) => item !== UNKNOWN);
    const boosts = Object.entries(boost ?? NONE).map(([id, logits]) => [this.#find(id), number(logits, "boost")]);
    const [low, high] = price ? [price.from ?? 0, price.to ?? Infinity] : [NaN, NaN];
    const fair = fairness ? [attribute(fairness.attribute), number(fairness.strength ?? 1, "fairness")] : [-1, 0];
    const flags = [Number(outOfStock), Number(unseenOnly)];
    const numbers = [n, explore, a, b, ...flags, diversity, low, high, ...fair, kinds.length, ...kinds];
    numbers.push(values.length, ...values.flat(), caps.length, ...caps.flat());
    const found = boosts.filter(([item]) => item !== UNKNOWN);
    numbers.push(known.length, ...known, found.length, ...found.flat());
    if (numbers.length > INPUT - MAX_ITEMS) throw failure("option_invalid", "exclude, boost and only together are at most 3800 numbers");
    const input = new Float64Array(this.#memory.buffer, this.#calls.input() >>> 0, INPUT);
    input.set(numbers);
    return input;
  }

  /** Reads the list that the module wrote, of `length` numbers. @param {number} length @returns {Recommendation} */
  #list(length) {
    const out = this.#numbers().slice(0, length); // a copy: the next call overwrites the buffer
    /** @type {Recommended[]} */
    const items = [];
    for (let at = 2; at < length; at += 5 + 3 * out[at + 4]) {
      const { itemId, title, kind, price, inStock, consumable, attributes } = this.#item(out[at]);
      const [score, probability, propensity] = [out[at + 1], out[at + 2], out[at + 3]];
      /** @type {Reason[] | undefined} */
      let reasons;
      /** Made on first access: most pages show the items alone. */
      const read = () => (reasons ??= this.#reasons(out, at));
      items.push({
        itemId,
        title,
        kind,
        price,
        inStock,
        consumable,
        attributes,
        score,
        probability,
        propensity,
        get reasons() {
          return read();
        },
      });
    }
    return { items, cost: out[0] };
  }

  /** The reasons of the item that is described at a place of a list. @param {Float64Array} out @param {number} place @returns {Reason[]} */
  #reasons(out, place) {
    return Array.from({ length: out[place + 4] }, (_, reason) => {
      const at = place + 5 + 3 * reason;
      const item = out[at + 1];
      return {
        signal: this.#signals[out[at]],
        itemId: item < 0 ? null : this.#item(item).itemId,
        contribution: out[at + 2],
      };
    });
  }

  /** @param {number} item @returns {Item} */
  #item(item) {
    const known = this.#items.get(item);
    if (known) return known;
    let end = this.#calls.item(item) >>> 0;
    const [price, kind, inStock, consumable, id, title, ...lengths] = this.#numbers().subarray(0, 6 + this.card.attributes.length);
    /** @param {number} length */
    const text = (length) => this.#decode(end, (end += length));
    /** @type {Item} */
    const described = Object.freeze({
      itemId: text(id),
      title: text(title),
      kind: KINDS[kind],
      price: Number.isNaN(price) ? null : price,
      inStock: inStock === 1,
      consumable: consumable === 1,
      attributes: Object.freeze(
        Object.fromEntries(this.card.attributes.flatMap((name, at) => (lengths[at] < 0 ? [] : [[name, text(lengths[at])]]))),
      ),
    });
    this.#items.set(item, described);
    return described;
  }

  /** @param {string | number} id */
  #find(id) {
    const { read, written } = this.#encoder.encodeInto(String(id), this.#text());
    return read === String(id).length ? this.#calls.find(written) >>> 0 : UNKNOWN;
  }

  #text() {
    return new Uint8Array(this.#memory.buffer, this.#calls.text() >>> 0, TEXT);
  }

  #numbers() {
    const { buffer } = this.#memory;
    const address = this.#calls.output() >>> 0;
    return new Float64Array(buffer, address, (buffer.byteLength - address) >> 3);
  }

  /** @param {number} from @param {number} to */
  #decode(from, to) {
    return this.#decoder.decode(new Uint8Array(this.#memory.buffer, from, to - from));
  }
}

/**
 * Adds recommendation to a `Floorwalker`. See `recommend.d.ts`.
 * @template {Floorwalker} Fw
 * @param {Fw} fw
 * @param {Parameters<typeof Recommender.load>[0] | Recommender} index
 * @param {RecommenderOptions} [options]
 * @returns {Promise<Fw & Recommends>}
 */
export async function equip(fw, index, options) {
  const given = /** @type {any} */ (index);
  const recommender = /** @type {Recommender} */ (given?.recommend ? given : await Recommender.load(given, options));
  /** @param {Pick<Observed, "event" | "params">} observed */
  const hear = ({ event, params }) => recommender.observe(event, params);
  for (const { event, timestamp, ...params } of fw.profile.export().events) hear({ event, params });
  fw.on("event", hear);
  fw.on("erase", () => recommender.erase());
  return Object.assign(fw, {
    index: recommender.card,
    recommend: recommender.recommend.bind(recommender),
    search: recommender.search.bind(recommender),
    similar: recommender.similar.bind(recommender),
    boughtTogether: recommender.boughtTogether.bind(recommender),
    item: recommender.item.bind(recommender),
    preferences: recommender.preferences.bind(recommender),
    /** @type {Recommends["prefer"]} */
    prefer: (attribute, value, likes) => {
      attributeOf(recommender.card, attribute);
      fw.observe(ANSWER, { attribute, value, likes });
    },
  });
}

/**
 * The words of a text, without accents and in lower case; of Han characters, which have no spaces between words, each character and each pair.
 * @param {string} text
 */
function words(text) {
  const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const found = plain.match(/\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{N}])+/gu) ?? [];
  return found.flatMap((word) =>
    /\p{Script=Han}/u.test(word) ? [...word].flatMap((one, at, all) => (at ? [one, all[at - 1] + one] : one)) : word,
  );
}

/** The number of an attribute. @param {IndexCard} card @param {string} name */
function attributeOf({ attributes }, name) {
  const at = attributes.indexOf(name);
  if (at < 0) throw failure("unknown_attribute", `no attribute ${name}; this index has ${attributes.join(", ") || "none"}`);
  return at;
}

/** @param {unknown} value @param {string} option */
function number(value, option) {
  if (typeof value !== "number" || !Number.isFinite(value)) throw failure("option_invalid", `${option} has a value that is no number`);
  return value;
}
