import type { IndexCard, Recommender, RecommenderOptions } from "floorwalker/recommend";

/** What the trainer writes to `<store>.shards/index.json`: the files of an index in shards, relative to it. */
export interface Directory {
  name: string;
  /** The index of the items that are looked at most lately. */
  root: string;
  shards: string[];
  /** For each category of items (`""`: none) the number of its first shard, and how many it has. */
  categories: Record<string, [first: number, count: number]>;
}

/**
 * Ranks the items of an index in shards, for one shopper; it takes the place of a {@link Recommender}, for {@link equip} of `floorwalker/recommend`, too. It
 * holds the root, and loads the shard of each item that an event names: by the addresses that the directory names. The item's `item_category` says
 * which shard
 * that is, unless what is loaded knows the item; without one, or with one that the catalogue does not have, it is taken for an item without a category.
 *
 * At most six shards are held besides the root; the one that was touched first is dropped, and erasing drops all. Until a shard is loaded, lists are made
 * from the others. A shard knows of the shopper only what concerns its items: what was looked at last among them counts there as looked at last.
 */
export class Shards implements Pick<Recommender, keyof Recommender> {
  /**
   * Loads the directory and the root. `directory` is the directory itself, for pages and servers that have it already; otherwise it is fetched. Throws an
   * `Error` with one of the codes `index_…`.
   */
  static load(
    address: string | URL,
    recommender: typeof Recommender,
    options?: RecommenderOptions & { directory?: Directory },
  ): Promise<Shards>;
  private constructor();
  readonly card: IndexCard & { shards: number };
  /** Waits for the shards that are being loaded. Returns the files of those that could not be loaded; until then they are not tried again. */
  ready(): Promise<string[]>;
  observe: Recommender["observe"];
  erase: Recommender["erase"];
  /**
   * Merges the lists of what is loaded, by score; an item's `probability` is then among the listed ones. `atMost` holds for the whole list; with `explore`, `diversity` or `fairness` the list is that of the shard
   * that was touched last.
   */
  recommend: Recommender["recommend"];
  /** Searches what is loaded; full matches first. */
  search: Recommender["search"];
  similar: Recommender["similar"];
  /** The longest of the lists of what is loaded. */
  boughtTogether: Recommender["boughtTogether"];
  /** The preferences of the shard that knows most of what the shopper did. */
  preferences: Recommender["preferences"];
  item: Recommender["item"];
}
