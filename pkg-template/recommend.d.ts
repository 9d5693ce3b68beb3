import type { Decision, Floorwalker, LoadOptions } from "floorwalker";

/** What an item is. */
export type Kind = "product" | "service" | "article" | "offer" | "expert";

/** An item of the index. */
export interface Item {
  itemId: string;
  /** Empty if the catalogue has none. */
  title: string;
  kind: Kind;
  /** In the shop's currency; `null` if it is not known. */
  price: number | null;
  inStock: boolean;
  /** Whether it is bought again and again, so that it may be recommended after it was bought. */
  consumable: boolean;
  /** The values of its attributes, by name, such as `brand`. */
  attributes: Readonly<Record<string, string>>;
}

/** A part of a score. */
export interface Reason {
  /** What speaks for the item (or, below 0, against it): see the table in the guide. */
  signal: string;
  /** The item that the reason rests on, such as the one that is often bought with it. */
  itemId: string | null;
  /** What it adds to the score, in logits. */
  contribution: number;
}

/** An item of a list. */
export interface Recommended extends Item {
  /** The sum of the contributions of its reasons, in logits. */
  score: number;
  /** The probability, among all allowed candidates, that the shopper looks at it next. */
  probability: number;
  /**
   * The probability with which the item was drawn for its place, given the places before; 1 without `explore`. Log it with what the shopper
   * did, so that another ranking can be judged by the log.
   */
  propensity: number;
  /** What its score is made of, largest first. */
  reasons: Reason[];
}

/** A list, best place first. */
export interface Recommendation {
  items: Recommended[];
  /** What `atMost`, `diversity`, `boost`, `fairness` and `explore` cost: a share of the discounted probability of the best list, 0 to 1. */
  cost: number;
}

/** Items that are bought together with others. */
export interface BoughtTogether extends Recommendation {
  items: Array<
    Recommended & {
      /** Share of all baskets that hold both items. */
      support: number;
      /** Of the baskets that hold the first item, the share that holds this one, too. */
      confidence: number;
      /** Confidence over the share of all baskets that hold this item; 1 if the two have nothing to do with each other. */
      lift: number;
    }
  >;
}

/** What is asked for. What is in the cart, was just bought (unless consumable) or was disliked is never listed. */
export interface Asked {
  /** How many items; 6 by default, at most 200. */
  n?: number;
  /** The kinds that may be listed; all by default. */
  kind?: Kind | readonly Kind[];
  /** Ids of items that are not listed. */
  exclude?: readonly (string | number)[];
  /** Logits that are added to an item's score, by id. */
  boost?: Readonly<Record<string, number>>;
  /** Whether items that are not in stock may be listed; `false` by default. */
  outOfStock?: boolean;
  /** Whether items that the shopper has looked at are left out; `false` by default. */
  unseenOnly?: boolean;
  /** Lowest and highest price. An item whose price is not known is then left out. */
  price?: { from?: number; to?: number };
  /** Values that items must have to be listed: `{ category: "phones", brand: ["acme", "bell"] }`. */
  only?: Readonly<Record<string, string | readonly string[]>>;
  /** At most so many items of one value of an attribute: `{ brand: 2 }`. */
  atMost?: Readonly<Record<string, number>>;
  /** 0 to 1: the weight of unlikeness to what is listed already (maximal marginal relevance). */
  diversity?: number;
  /** Exposure in proportion to merit, between the values of an attribute such as the seller; `strength` in logits, 1 by default. */
  fairness?: { attribute: string; strength?: number };
  /** Exploration: temperature of the draw in logits. 0, the default, lists the best. */
  explore?: number;
  /** Seed of the draw: two whole numbers below 2³². */
  seed?: readonly [number, number];
  /** What the list is to fit on this page. It is not counted as something that the shopper did. */
  context?: Context;
}

/** What a page is about, for one list. */
export interface Context {
  /** Ids of the items that the page shows, the most important one last: the list is ranked as if the shopper had looked at them now. */
  items?: readonly (string | number)[];
  /**
   * A decision of `route`: items whose ids are those of queues, or of the agent, come first, in the order of the router. Queues where nobody would
   * answer are left out. Ask with `kind: "expert"` to list experts alone.
   */
  decision?: Pick<Decision, "ranking" | "agent">;
}

/** What the shopper thinks of one value of an attribute, such as a brand. */
export interface Preference {
  attribute: string;
  value: string;
  /** In logits, 0 for the average shopper: at 1.1, this shopper likes it three times as much as shoppers do. */
  taste: number;
  /** The evidence for it, in looks; older ones count less, carts and purchases more. Below 0 where it is not wanted. */
  looks: number;
  /** How far it rests on this shopper, and not on the average: 0 to 1. */
  confidence: number;
  /** The share of all shoppers' looks at it, 0 to 1. */
  usual: number;
  /** What this shopper did with items that have the value, each step once; `answer`: what they said of the value, if anything. */
  evidence: {
    views: number;
    likes: number;
    carts: number;
    purchases: number;
    ratings: number;
    dislikes: number;
    answer: boolean | null;
  };
}

/** What is known of a loaded index. */
export interface IndexCard {
  name: string;
  engine: "wasm" | "js";
  indexBytes: number;
  items: number;
  attributes: string[];
  /** The signals that scores are made of. */
  signals: string[];
  /** Facts that the trainer wrote: when, from what, how good. */
  facts: Record<string, string>;
}

export type RecommenderOptions = Pick<LoadOptions, "engine" | "wasm">;

/** Ranks the items of one index for one shopper. Nothing leaves the page. */
export class Recommender {
  /** Loads an index, given as an address, a `Response` or bytes. Throws an `Error` with one of the codes `index_…`. */
  static load(index: Parameters<typeof Floorwalker.load>[0], options?: RecommenderOptions): Promise<Recommender>;
  private constructor();
  readonly card: IndexCard;
  /**
   * Tells of an event with `items`, as GA4 has them; of a `rating` with `items` and a `value` of 1 to 5; of an `answer` with `attribute`, `value` and
   * `likes` (`true`, `false`, or `null` to take it back). Other events, and items that the index does not have, are ignored.
   */
  observe(event: string, params?: Readonly<Record<string, unknown>>): void;
  /** Forgets the shopper. */
  erase(): void;
  /** Ranks items for the shopper. */
  recommend(asked?: Asked): Recommendation;
  /**
   * Finds items whose title, id or attributes hold what was typed, and ranks those that hold it equally by what speaks for them otherwise. A typed word
   * may be the beginning of a word; accents and case do not matter. Like every list it leaves out what is in the cart, was bought
   * or is not wanted. `asked.boost` is not used, and `cost` is 0.
   */
  search(text: string, asked?: Asked): Recommendation;
  /** Ranks items like this one; none for an item that the index does not have. */
  similar(itemId: string | number, asked?: Asked): Recommendation;
  /** Ranks items that are bought together with these. */
  boughtTogether(itemIds: readonly (string | number)[], asked?: Asked): BoughtTogether;
  /** What the shopper thinks of brands, categories, price bands and other attributes: most liked first. */
  preferences(): Preference[];
  /** The item with this id; `null` if the index does not have it. */
  item(itemId: string | number): Item | null;
}

/** What {@link equip} adds. */
export interface Recommends extends Pick<Recommender, "recommend" | "search" | "similar" | "boughtTogether" | "item" | "preferences"> {
  readonly index: IndexCard;
  /**
   * Changes a preference: the shopper says that they like a value of an attribute (`true`), do not want it (`false`), or takes that back (`null`). It is
   * an event (`answer`), and is kept and forgotten like the others.
   */
  prefer(attribute: string, value: string, likes: boolean | null): void;
}

/**
 * Adds recommendation to a `Floorwalker`: it hears the same events, those before this call too, and forgets with it. The index is loaded here,
 * so a page that does not recommend pays nothing for it; what is loaded already (`Recommender`, `Shards`) may be given instead.
 */
export function equip<Fw extends Floorwalker>(
  fw: Fw,
  index: Parameters<typeof Floorwalker.load>[0] | Pick<Recommender, keyof Recommender>,
  options?: RecommenderOptions,
): Promise<Fw & Recommends>;
