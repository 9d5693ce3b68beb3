// The products that a page describes as schema.org `Product` (JSON-LD), as a catalogue: what an event lacks of an item is completed from it.
import { amount, item } from "./names.js";

/** @import { InputOptions } from "floorwalker" */
/** @import { Telling } from "../inputs.js" */
/** @import { Bag } from "./names.js" */

/** @typedef {{ of: (id: unknown) => Bag | undefined, complete: (items: Bag[]) => Bag[], add: (item: Bag | undefined, ...ids: unknown[]) => void, stop: () => void }} Catalogue */

const SCRIPTS = 'script[type="application/ld+json"]';
/** Where a page's own product may be. Other keys lead to other products: similar ones, accessories, those of a list. */
const INSIDE = ["@graph", "mainEntity", "mainEntityOfPage"];
/** The longest script that is read, in characters. */
const LONGEST = 500_000;
/** The most products of a page. */
const MOST = 1000;
const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/**
 * Reads the products of the page, now and whenever a script is added. With `views`, a page that describes one product tells `view_item` once.
 * @param {Document} document @param {InputOptions} options @param {Telling} telling
 * @returns {Catalogue}
 */
export function catalogue(document, { views }, { tell, guarded }) {
  /** @type {Map<string, Bag>} */
  const known = new Map();
  /** The text of each script that was read. @type {WeakMap<Element, string>} */
  const read = new WeakMap();
  const viewed = new Set();
  /** @type {Catalogue["add"]} */
  const add = (its, ...ids) => {
    for (const id of its ? [its.item_id, ...ids] : []) {
      if (id !== undefined && known.size < MOST) known.set(String(id), { ...known.get(String(id)), ...its });
    }
  };
  const look = guarded(() => {
    /** @type {Bag[]} */
    const found = [];
    for (const script of document.querySelectorAll(SCRIPTS)) {
      const text = script.textContent ?? "";
      if (read.get(script) === text) continue;
      read.set(script, text);
      found.push(...products(parsed(text)));
    }
    const items = found.map(linkedItem).filter((its) => its !== undefined);
    found.forEach((product) => {
      const its = linkedItem(product);
      add(its, product.sku, product.productID);
      for (const variant of listed(product.hasVariant))
        add({ ...its, ...linkedItem({ ...variant, brand: variant.brand ?? product.brand }) }, variant.sku);
    });
    const [only, ...others] = items;
    if (views && only && others.length === 0 && !viewed.has(only.item_id)) {
      viewed.add(only.item_id);
      tell("view_item", { items: [only], currency: only.currency, value: only.price });
    }
  });
  look();
  const { MutationObserver } = globalThis;
  const observer =
    MutationObserver &&
    new MutationObserver((changes) => {
      const isAdded = changes.some(({ addedNodes }) => [...addedNodes].some((node) => isScript(node)));
      if (isAdded) look();
    });
  observer?.observe(document, { childList: true, subtree: true });
  return {
    of: (id) => known.get(String(id)),
    complete: (items) => items.map((its) => ({ ...known.get(String(its.item_id)), ...its })),
    add,
    stop: () => observer?.disconnect(),
  };
}

/** @param {Node} node */
const isScript = (node) => {
  const element = /** @type {Element} */ (node);
  return element.nodeType === 1 && (element.matches(SCRIPTS) || element.querySelector(SCRIPTS) !== null);
};

/** JSON as shops write it; `undefined` if it is none. A comma before a closing bracket is left out. @param {string} text @returns {unknown} */
function parsed(text) {
  if (text.length > LONGEST) return undefined;
  const bare = text.replace(/^\s*(?:<!--|\/\/<!\[CDATA\[)/, "").replace(/(?:-->|\/\/\]\]>)\s*$/, "");
  // A string, or a comma that closes nothing: strings stay as they are.
  const repaired = () =>
    bare.replace(/"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])/g, (found) => (found === "," ? "" : found.replace(/[\n\r\t]/g, " ")));
  for (const attempt of [() => bare, repaired]) {
    try {
      return JSON.parse(attempt());
    } catch {
      // Not JSON: other scripts of the page may be.
    }
  }
  return undefined;
}

/** The products among what a script describes. @param {unknown} found @param {number} [depth] @returns {Bag[]} */
function products(found, depth = 0) {
  if (typeof found !== "object" || found === null || depth > 4) return [];
  if (Array.isArray(found)) return found.flatMap((one) => products(one, depth + 1));
  const its = /** @type {Bag} */ (found);
  const types = listed(its["@type"]).map((type) => String(type).split("/").pop());
  if (types.some((type) => type === "Product" || type === "ProductGroup")) return [its];
  return INSIDE.flatMap((key) => products(its[key], depth + 1));
}

/** A GA4 item of a product with its offer. @param {Bag} product @returns {Bag | undefined} */
function linkedItem(product) {
  const offers = listed(product.offers ?? product.hasVariant?.[0]?.offers);
  const offer = Object(offers[0]);
  const prices = listed(offer.priceSpecification).filter(({ priceType = "" }) => !/ListPrice|Strikethrough/.test(priceType));
  const price = offer.price ?? prices[0]?.price ?? offer.lowPrice;
  const currency = offer.priceCurrency ?? prices[0]?.priceCurrency;
  const { sku, productID, productGroupID, name, brand, category, color } = product;
  const id = [sku, productID, productGroupID].find((one) => one !== undefined && one !== "");
  const made = item({
    item_id: id,
    name: plain(name),
    brand: plain(brand?.name ?? brand),
    category: plain(listed(category).map((one) => one?.name ?? one)[0]),
    variant: plain(color),
    currency,
  });
  const value = typeof price === "string" ? amount(price) : price;
  return made && (Number.isFinite(value) && value > 0 ? { ...made, price: value } : made);
}

/** @param {any} found @returns {any[]} */
const listed = (found) => (Array.isArray(found) ? found : [found]).filter((one) => one !== undefined && one !== null);

/** A text without the character references that some shops leave in it, twice at most. @param {unknown} text */
function plain(text) {
  if (typeof text !== "string") return undefined;
  const decoded = (/** @type {string} */ its) =>
    its.replace(/&(?:#(\d{1,6})|([a-z]{2,4}));/g, (found, code, name) => {
      const letter = code ? String.fromCodePoint(Math.min(Number(code), 0x10ffff)) : ENTITIES[/** @type {keyof typeof ENTITIES} */ (name)];
      return letter ?? found;
    });
  return decoded(decoded(text)).trim();
}
