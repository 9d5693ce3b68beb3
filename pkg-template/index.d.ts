/**
 * Floorwalker: decides in the page what a shopper needs, and which skill queue should help.
 *
 * Nothing here opens a connection, except `Floorwalker.load` for the one bundle it is given.
 */

/** A GA4 e-commerce item. Unknown fields are ignored. */
export interface Item {
  item_id?: string;
  item_name?: string;
  item_brand?: string;
  item_category?: string;
  item_variant?: string;
  price?: number;
  quantity?: number;
  discount?: number;
  index?: number;
}

/** Parameters of an event: GA4's, or your own numbers and strings. */
export interface EventParams {
  items?: Item[];
  /** Milliseconds since 1970. Missing: now. */
  timestamp?: number;
  [name: string]: unknown;
}

/** Where a profile is kept: nowhere, for the tab, or for the device. What is kept is a bounded journal of events. */
export type Storage = "memory" | "session" | "local";

export interface LoadOptions {
  /** Default `"memory"`. */
  storage?: Storage;
  /**
   * `"denied"` keeps everything in memory, whatever `storage` says, and removes what `storage` held before. Default
   * `"granted"`.
   */
  consent?: "granted" | "denied";
  /** `"auto"` (default) takes WebAssembly and falls back to the same engine as JavaScript where it is blocked. */
  engine?: "auto" | "wasm" | "js";
  /** The WebAssembly module, when you place it yourself. Default: the one beside this file. */
  wasm?: string | URL | Response | BufferSource | WebAssembly.Module;
  /** Clock, for tests and replays. Default `Date.now`. */
  now?: () => number;
}

/** A queue as the shop sees it now. Queues not named are taken as open. */
export interface QueueState {
  queue: string;
  open?: boolean;
}

export interface RouteOptions {
  /** What the shopper typed, if anything yet. */
  message?: string;
  /** Facts that the shop knows and its bundle declares, by feature name. */
  context?: Record<string, string | number | boolean | null | undefined>;
  queues?: QueueState[];
}

export interface Probability {
  name: string;
  probability: number;
}

/** One cause and how far it moved a score: positive towards, negative away. */
export interface Reason {
  kind: "word" | "feature" | "head" | "intent";
  /** The word as typed, the feature's name, the head's output, or the intent. */
  name: string;
  /** Of a feature: its value now. */
  value?: number | string | null;
  /** In logits for words, features and heads; in score for intents. */
  contribution: number;
}

export interface RankedQueue {
  queue: string;
  /** In `[0, 1]`: how well the queue's skills fit what is probably needed. */
  score: number;
  open: boolean;
  reasons: Reason[];
}

export interface Decision {
  id: number;
  /** The chosen queue, or `null` when abstained: then use `defaultQueue`. */
  queue: string | null;
  abstained: boolean;
  /** Why it abstained, or `null`. */
  abstainReason: "threshold" | "margin" | "closed" | null;
  defaultQueue: string;
  /** The best open score less the second best. */
  margin: number;
  ranking: RankedQueue[];
  /** Most probable first. */
  intents: Probability[];
  /** The most probable intents: so many that the true one is among them in the share of requests that the model was trained for,
   *  90 % unless its store says otherwise (`choice.coverage`). */
  intentSet: string[];
  policyVersion: string;
}

/** Why a head said what it said: `base` plus all contributions is the logit. */
export interface Explanation {
  head: string;
  output: string;
  base: number;
  logit: number;
  probability: number;
  reasons: Reason[];
}

export interface Feature {
  name: string;
  /** `null`: nothing seen yet. */
  value: number | string | null;
}

export interface Head {
  name: string;
  outputs: string[];
}

/** What the loaded bundle is. */
export interface Card {
  name: string;
  engine: "wasm" | "js";
  bundleBytes: number;
  features: string[];
  heads: Head[];
  queues: string[];
  policyVersion: string;
  /** Facts written by the trainer: metrics on held-out data, data hash, versions. */
  facts: Record<string, string>;
}

/** Thrown by everything here; `code` is stable across versions. */
export interface FloorwalkerError extends Error {
  code: string;
}

export class Floorwalker {
  /** Loads the engine and one bundle. Rejects with a {@link FloorwalkerError}. */
  static load(bundle: string | URL | Response | BufferSource, options?: LoadOptions): Promise<Floorwalker>;

  readonly card: Card;
  readonly profile: Profile;

  /**
   * Tells the engine that the shopper did something. A `timestamp` in the future counts as now; an event more than the idle
   * limit behind the newest is not counted, nor is the same event twice at the same time.
   */
  observe(event: string, params?: EventParams): void;
  /** Observes what the shop already pushes to a GA4 `dataLayer`, past and future. Returns a function that stops it. */
  attach(dataLayer: unknown[]): () => void;
  /** Which queue should help now. */
  route(options?: RouteOptions): Decision;
  /** Probabilities of one head. */
  score(head: string, options?: Omit<RouteOptions, "queues">): Probability[];
  /** What moved one output of a head; default the intent head's most probable output. */
  explain(options?: Omit<RouteOptions, "queues"> & { head?: string; output?: string }): Explanation;
  /** Every feature as it stands. */
  features(options?: Pick<RouteOptions, "context">): Feature[];
  /** Frees the engine's memory. The object is of no use afterwards. */
  free(): void;
  [Symbol.dispose](): void;
}

export interface Profile {
  /** Everything that is kept of this shopper, in plain words: the newest events, without what was typed. */
  export(): { storage: Storage; events: Array<{ event: string; timestamp: number } & Record<string, unknown>> };
  /** Forgets the shopper, here and in storage. */
  erase(): void;
}
