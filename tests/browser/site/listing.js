// Replays an event log through a Recommender and returns what each shopper would see after each event with items, in the form of
// `floorwalker recommend --log --bits`. It runs in Node and in a page, so it must not import anything.

/** @import { Recommender } from "floorwalker/recommend" */
/** @typedef {{ shopper: string, event: string, items?: object[], value?: number }} Line */

const ACTS = ["view_item", "select_item", "add_to_wishlist", "like", "dislike", "add_to_cart", "remove_from_cart", "purchase", "rating"];
const word = new Float32Array(1);
const bits = new Uint32Array(word.buffer);

/**
 * @param {Line[]} lines the log's parsed lines
 * @param {Recommender} recommender
 * @param {number} n how many items a list has
 */
export function listing(lines, recommender, n) {
  /** @type {Map<string, [index: number, line: Line][]>} */
  const shoppers = new Map();
  for (const [index, line] of lines.entries()) {
    if (!ACTS.includes(line.event)) continue;
    if (!shoppers.has(line.shopper)) shoppers.set(line.shopper, []);
    shoppers.get(line.shopper)?.push([index, line]);
  }
  /** @type {string[]} */
  const out = [];
  for (const events of shoppers.values()) {
    recommender.erase();
    for (const [index, { event, items, value }] of events) {
      recommender.observe(event, { items, value });
      const list = recommender.recommend({ n }).items.map(({ itemId, score }) => {
        word[0] = score;
        return `${itemId}:${bits[0].toString(16).padStart(8, "0")}`;
      });
      out.push(`${index + 1} ${list.join(" ")}`);
    }
  }
  return { engine: recommender.card.engine, out };
}
