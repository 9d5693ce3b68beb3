/** The product catalogue: loaded once from `/catalogue.json`, then looked up. */

/**
 * @typedef {object} Product
 * @property {string} id
 * @property {string} name_en
 * @property {string} name_zh
 * @property {string} category
 * @property {string} brand
 * @property {number} price
 * @property {number} rating
 * @property {string} description_en
 * @property {string} description_zh
 */

/** @type {Product[]} */
let products = [];
/** @type {Map<string, Product>} */
let byId = new Map();

export async function loadCatalogue(url = "/catalogue.json") {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`catalogue answered ${answer.status}`);
  products = await answer.json();
  byId = new Map(products.map((p) => [p.id, p]));
}

export const all = () => products;
/** @param {string | undefined} id */
export const product = (id) => byId.get(/** @type {string} */ (id));
export const categories = () => [...new Set(products.map((p) => p.category))];
/** @param {string} category */
export const inCategory = (category) => products.filter((p) => p.category === category);
/** A product's index in its category. It selects colours, so that neighbouring products do not look alike. @param {Product} p */
export const rank = (p) => inCategory(p.category).indexOf(p);
/** @param {Product[]} list */
export const brandsOf = (list) => [...new Set(list.map((p) => p.brand))].sort();

/** The best-rated products, at most `per` from each category, so that the front page shows the whole shop. @param {number} n */
export function favourites(n, per = 2) {
  /** @type {Record<string, number>} */
  const taken = {};
  const ranked = [...products].sort((a, b) => b.rating - a.rating || seed(a.id) - seed(b.id));
  return ranked.filter((p) => (taken[p.category] = (taken[p.category] ?? 0) + 1) <= per).slice(0, n);
}

/**
 * Products that contain every word of the query, in either language; matches in names weigh more than matches in descriptions.
 *
 * @param {string} query
 */
export function search(query) {
  const words = query.toLowerCase().normalize("NFKC").split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  const scored = products.map((p) => {
    const name = `${p.name_en} ${p.name_zh} ${p.brand} ${p.category}`.toLowerCase();
    const body = `${p.description_en} ${p.description_zh}`.toLowerCase();
    let score = 0;
    for (const word of words) {
      const stem = word.length > 3 ? word.replace(/s$/, "") : word;
      if (name.includes(stem)) score += 3;
      else if (body.includes(stem)) score += 1;
      else return { p, score: 0 };
    }
    return { p, score };
  });
  return scored
    .filter((s) => s.score)
    .sort((a, b) => b.score - a.score || b.p.rating - a.p.rating)
    .map((s) => s.p);
}

/** Related products: those of the same category that are nearest in price. @param {Product} p @param {number} n */
export function related(p, n) {
  return products
    .filter((q) => q.category === p.category && q.id !== p.id)
    .sort((a, b) => Math.abs(a.price - p.price) - Math.abs(b.price - p.price))
    .slice(0, n);
}

/** Returns the product as a GA4 item. @param {Product} p @param {object} [extra] further fields of the item */
export function toItem(p, extra) {
  return {
    item_id: p.id,
    item_name: p.name_en,
    item_brand: p.brand,
    item_category: p.category,
    price: p.price,
    quantity: 1,
    ...extra,
  };
}

/**
 * The first `n` products of a list as GA4 items with their `index`. Bounded, because nobody sees more products at once.
 *
 * @param {Product[]} list
 */
export const toItems = (list, n = 12) => list.slice(0, n).map((p, index) => toItem(p, { index }));

/** A 32-bit hash of a name (FNV-1a). It selects everything that varies from product to product. @param {string} text */
export function seed(text) {
  let x = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) x = Math.imul(x ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return x;
}
