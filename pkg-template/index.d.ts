declare global {
  // Declared here for projects whose TypeScript `lib` lacks `Symbol.dispose`.
  interface SymbolConstructor {
    readonly dispose: unique symbol;
  }
}

/**
 * Floorwalker decides inside the page what a shopper needs, and which skill queue should help.
 *
 * The only network requests are for the one bundle that `Floorwalker.load` is given, and for the package's own files.
 */

import type { Probability, Reason, Decision } from "./decisions.js";

export type {
  Channel,
  Decision,
  DecisionRecord,
  Evidence,
  ExpectedWait,
  LeastChange,
  Probability,
  RankedQueue,
  Reason,
  Standing,
} from "./decisions.js";

/** A GA4 e-commerce item. Other fields are ignored. Numbers may be given as text, as many shops send them: `"499.00"`. */
export interface Item {
  item_id?: string | number | null | undefined;
  item_brand?: string | number | null | undefined;
  item_category?: string | number | null | undefined;
  item_variant?: string | number | null | undefined;
  price?: number | string | null | undefined;
  quantity?: number | string | null | undefined;
  discount?: number | string | null | undefined;
  index?: number | string | null | undefined;
  [name: string]: unknown;
}

/**
 * A point in time: milliseconds since 1970, a `Date`, or a text with date, time and time zone. Numbers in seconds, microseconds or
 * nanoseconds are recognised by their size and converted, and a warning (`time_unit`) is raised once.
 */
export type Time = number | bigint | string | Date;

/** The parameters of an event: GA4's parameters, or your own numbers and strings. */
export interface EventParams {
  items?: readonly Item[] | null | undefined;
  /** When the event happened. Default: now. */
  timestamp?: Time | null | undefined;
  [name: string]: unknown;
}

/**
 * Where the shopper's profile is kept: in memory only, for the tab (`sessionStorage`), or for the device (`localStorage` or IndexedDB). What is
 * kept is a bounded journal of events. IndexedDB has an event within a tenth of a second, and writes beside the page's own work.
 */
export type Storage = "memory" | "session" | "local" | "indexeddb";

/** Binary data. */
export type Bytes = ArrayBuffer | ArrayBufferView;

/** The part of a `Response` that this package uses, so that these types need no DOM library. */
export interface ResponseLike {
  readonly ok: boolean;
  readonly status: number;
  readonly url: string;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** What has an address: a `URL`, a `Location`, a link. */
export interface UrlLike {
  readonly href: string;
}

export interface LoadOptions {
  /** Where the shopper's profile is kept. Default `"memory"`. */
  storage?: Storage | undefined;
  /**
   * The shopper's consent to storage; see {@link Floorwalker.setConsent}. Default `"auto"`: the page's own tools tell it, and nothing is
   * stored until they do.
   */
  consent?: "auto" | "granted" | "denied" | undefined;
  /**
   * Which build of the engine runs. `"auto"` (default) runs WebAssembly, and falls back to the same engine compiled to JavaScript where
   * WebAssembly is blocked or its file is not found or not usable (warning `wasm_unreachable` or `wasm_invalid`).
   */
  engine?: "auto" | "wasm" | "js" | undefined;
  /**
   * The WebAssembly module, if you serve it yourself: its address, the `Response` of a `fetch`, its bytes, or a `WebAssembly.Module`.
   * Default: the file that lies beside this one in the package.
   */
  wasm?: string | UrlLike | ResponseLike | Bytes | object | undefined;
  /** How many days an event is kept in storage; older ones are dropped when the page loads. Default 395, thirteen months. */
  retentionDays?: number | undefined;
  /** The clock, in milliseconds since 1970. Replace it in tests and replays. Default `Date.now`. */
  now?: (() => number) | undefined;
}

/**
 * The current state of one queue. A key that is left out, or null, means that the value is not known. A key that is not listed here is
 * refused with an error.
 */
export interface QueueState {
  /** The queue's name in the policy. */
  queue: string;
  /** Whether the queue takes requests. Left out: the policy's opening hours decide. */
  open?: boolean | null | undefined;
  /** Number of requests that wait in the queue. */
  waiting?: number | null | undefined;
  /** Number of agents present. 0: nobody is there, and a chat queue then takes no requests, as if it were closed. */
  agents?: number | null | undefined;
  /** Number of requests that the queue's agents are handling now, including those that came through other queues. */
  inService?: number | null | undefined;
  /** Seconds since the queue's longest idle agent became idle. */
  idleSeconds?: number | null | undefined;
  /**
   * Mean patience: how many seconds shoppers wait in this queue, on average, before they leave. Left out: the snapshot's
   * `patienceSeconds`. 0, or given in neither place: shoppers are assumed to stay until they are answered.
   */
  patienceSeconds?: number | null | undefined;
  /**
   * Service rates: how many requests an hour one agent completes while handling 1, 2, … of them at the same time. Give one number for each
   * level of concurrency, up to the most requests that an agent handles at a time; at most 4 numbers.
   */
  ratesPerHour?: readonly number[] | null | undefined;
}

/**
 * The current state of one agent, or of a team of interchangeable agents. A key that is left out, or null, means that the value is not
 * known. A key that is not listed here is refused with an error.
 */
export interface AgentState {
  /** The name of the agent or the team. */
  agent: string;
  /** The queues that they serve. Expected waits treat queues that share agents as one pool, and count the requests waiting in all of it. */
  queues?: readonly string[] | null | undefined;
  /**
   * Left out: this is one agent, whom a decision may name. A number: this is a team of that many agents, whom no decision names
   * individually, and `holds` is the total of the team.
   */
  count?: number | null | undefined;
  /** Number of requests that they are handling now. */
  holds?: number | null | undefined;
  /**
   * How many more requests they could take now. Left out: the most requests that an agent of the queue handles at a time (the number of
   * `ratesPerHour`, else the policy's `chats`) minus `holds`.
   */
  room?: number | null | undefined;
  /** Seconds since they last handled a request. */
  idleSeconds?: number | null | undefined;
  /** Occupancy: the share of recent time in which they were busy, 0 to 1. */
  occupancy?: number | null | undefined;
  /** Number of requests that they took recently. */
  taken?: number | null | undefined;
  /** Whether the agent is a novice: the policy may give novices a share of the requests. */
  novice?: boolean | null | undefined;
}

/**
 * The state of the shop's queues and agents at one moment. Queues that the bundle does not know are skipped. The state of queues that
 * are not named here is unknown. The policy's `snapshot` settings say for how long a snapshot is trusted fully; after that it counts less
 * and less, and at last it is ignored.
 */
export interface Snapshot {
  /**
   * When the state was observed. Left out: the snapshot always counts as current. A time more than a minute ahead of the page's clock is refused.
   */
  asOf?: Time | null | undefined;
  /** Mean patience in seconds, for queues without a `patienceSeconds` of their own. */
  patienceSeconds?: number | null | undefined;
  /** The queues. Where a queue's row and its `agents` disagree, the larger number counts. */
  queues?: readonly QueueState[] | undefined;
  /** The agents and teams. */
  agents?: readonly AgentState[] | undefined;
}

/** The file that `floorwalker snapshot sign` writes. */
export interface SignedSnapshot {
  /** The snapshot as JSON, with `asOf` in milliseconds since 1970. */
  snapshot: string;
  /** The Ed25519 signature of `snapshot` in UTF-8, as Base64. */
  signature: string;
}

export interface RouteOptions {
  /**
   * What the shopper has typed, if anything. If the bundle was trained on several text columns, give one string for each column, in the same order.
   */
  message?: string | readonly (string | null | undefined)[] | null | undefined;
  /** Context features: facts that the shop knows about this request and that the bundle declares, by feature name. */
  context?: Record<string, string | number | boolean | null | undefined> | null | undefined;
  /** The state of the queues: `setQueues` is called with it before the decision is made. */
  queues?: Snapshot | readonly QueueState[] | undefined;
  /**
   * When the shopper first made the request. The request's age decides which of the policy's targets are open and which of its steps
   * apply. Default: now.
   */
  requestedAt?: Time | null | undefined;
  /** The agent who helped this shopper last, and how many seconds ago. */
  preferredAgent?: { agent: string; secondsAgo: number } | null | undefined;
  /**
   * The seed of all random draws: two whole numbers from 0 up, below 2³². The same seed and the same inputs give the same decision.
   * Default: a new seed for each call.
   */
  seed?: readonly [number, number] | null | undefined;
  /** Whether the decision contains its `record` for a decision log. Default: no. */
  record?: boolean | null | undefined;
  /** The number of this turn, if the shop counts turns for the strategy `round_robin`. Default: the turn is drawn at random. */
  turn?: number | undefined;
}

/** Why a head gave one output its probability. The logit is `base` plus the sum of all contributions. */
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
  /** The current value; `null` if nothing has been observed yet. */
  value: number | string | null;
}

/** A model in the bundle: its name and the names of its outputs. */
export type Head = { name: string; outputs: string[] };

/** A description of the loaded bundle. */
export interface Card {
  name: string;
  /** Which build of the engine runs: WebAssembly, or JavaScript. */
  engine: "wasm" | "js";
  /** The size of the bundle, in bytes. */
  bundleBytes: number;
  features: string[];
  heads: Head[];
  queues: string[];
  policyVersion: string;
  /** Facts that the trainer wrote into the bundle: metrics on held-out data, the hash of the training data, versions. */
  facts: Record<string, string>;
}

/** The codes of errors. They stay the same across versions; the package's README explains each. */
export type ErrorCode =
  | `bundle_${"body" | "checksum" | "cost" | "length" | "model" | "not_a_bundle" | "unreachable" | "version"}`
  | `handover_${"group" | "key" | "missing" | "queue" | "refused" | "value" | "vendor"}`
  | `hint_${"expired" | "policy" | "queue" | "shape" | "size"}`
  | `index_${"body" | "checksum" | "cost" | "invalid" | "length" | "not_an_index" | "unreachable" | "version"}`
  | `snapshot_${"count" | "forged" | "future" | "no_key" | "older" | "rows" | "shape" | "unsigned" | "unverifiable"}`
  | `unknown_${"attribute" | "context" | "decision" | "head" | "output"}`
  | `wasm_${"blocked" | "invalid" | "unreachable"}`
  | "data_layer"
  | "engine_stopped"
  | "event_name"
  | "fallback_unreachable"
  | "file_unreachable"
  | "freed"
  | "no_policy"
  | "option_invalid"
  | "time_invalid";

/** The type of every error that this package throws. */
export interface FloorwalkerError extends Error {
  code: ErrorCode;
}

/** What `attach(document)` tells besides the shop's own events. Each is off unless it is set. */
export interface InputOptions {
  /** A page that describes one schema.org product tells `view_item`. For pages that tell it in no other way. */
  views?: boolean | undefined;
  /** `rage_click`: three clicks within a second and 30 pixels. */
  rageClicks?: boolean | undefined;
  /** `dead_click`: a click on a link or button, after which nothing on the page changes for two seconds. */
  deadClicks?: boolean | undefined;
  /** `user_engagement`: when the page is left or hidden, with `engagement_time_msec`, how long it was visible. */
  dwell?: boolean | undefined;
  /** `scroll`: 25, 50, 75 and 90 % of the page were seen, with `percent_scrolled`. */
  scroll?: boolean | undefined;
}

/** A problem that did not stop anything. */
export interface Warning {
  code:
    | `time_${"invalid" | "unit"}`
    | `wasm_${"invalid" | "unreachable"}`
    | "engine_stopped"
    | "entry_unreadable"
    | "file_unreachable"
    | "journal_full"
    | "universal_analytics";
  message: string;
  /** How often the problem has occurred. Listeners are told only of the first time. */
  times: number;
}

/** An event that counted. */
export interface Observed {
  event: string;
  params: Readonly<Record<string, unknown>>;
  /** When it happened, in milliseconds since 1970. */
  at: number;
}

/** What happened to the events that were received: for developers who integrate the package, not for the shopper. */
export interface Diagnosis {
  /** The shopper's consent to storage: `"pending"` until there is a decision. */
  consent: "pending" | "granted" | "denied";
  /** Where events are actually kept: `"memory"` if the storage that was asked for is not available. */
  storage: Storage;
  /**
   * For each event name: how many events counted, and how many were ignored, by reason. The first 100 names have a row each; all further
   * names share one row, named `""`.
   */
  events: Array<{ event: string; counted: number; ignored: Record<string, number> }>;
  warnings: Warning[];
  /**
   * Features that started empty although storage holds events: those events were stored under an earlier bundle that did not have these features.
   */
  startedEmpty: string[];
}

export class Floorwalker {
  /** Loads the engine and one bundle. Rejects with a {@link FloorwalkerError}. */
  static load(bundle: string | UrlLike | ResponseLike | Bytes, options?: LoadOptions): Promise<Floorwalker>;

  /** Use {@link Floorwalker.load}. */
  private constructor();

  readonly card: Card;
  readonly profile: Profile;

  /**
   * Tells the engine about one event: something that the shopper did. A `timestamp` in the future counts as now. An event is not counted
   * if it is older than the newest event by more than the session's idle limit, or if the same event at the same time was counted already.
   */
  observe(event: string, params?: EventParams): void;
  /**
   * Observes the events of a source, which is recognised by its form: the shop's GA4 `dataLayer`; `window.analytics`, `rudderanalytics` or
   * `posthog`; `window.adobeDataLayer`; Matomo's `_mtm`; or `document`, for the events of Shopify and WooCommerce, for schema.org products, and for
   * the signals in {@link InputOptions}. What the source already holds counts, and what it tells later. Of a `dataLayer` it counts at once; any other
   * source is listened to by a file that is then loaded. Each entry counts once, even if `attach` is called several times. What cannot be read is
   * skipped with a warning; no error is thrown into the shop's own code. Returns a function that stops observing.
   */
  attach(source: object, options?: InputOptions | null): () => void;
  /**
   * Adds a listener. `"change"`: it is called after an event counted, after events came from another tab, and after the shopper was forgotten, at
   * most once per task of the event loop. `"warning"`: it is called with each {@link Warning}, including those raised before it was added. `"event"`:
   * it is called with each event that counted, as it was passed in; of an event that comes from storage or from another tab only what is kept of it
   * is there. `"erase"`: it is called after the shopper was forgotten. Returns a function that removes the listener.
   */
  on(kind: "change" | "erase", listener: () => void): () => void;
  on(kind: "event", listener: (event: Observed) => void): () => void;
  on(kind: "warning", listener: (warning: Warning) => void): () => void;
  /**
   * Says what the shopper's consent to storage is, while the page lives. `"granted"`: events are kept where `storage` says. `"denied"`: nothing
   * is stored, what this package stored before is removed, and decisions rest on this page view alone. `"auto"`: Google Consent Mode in an
   * attached dataLayer, Global Privacy Control, the IAB's TCF and Shopify's consent event tell it. Until one of them tells a decision, nothing is
   * stored, and what is stored is neither read nor removed. The strictest signal wins; Global Privacy Control denies in any case.
   */
  setConsent(consent: "auto" | "granted" | "denied"): void;
  /** Reports which events were received, which of them counted, and why others did not. On localhost, warnings also go to the console. */
  diagnose(): Diagnosis;
  /**
   * Sets the current state of the shop's queues and agents. It replaces the snapshot before it. Refused with `snapshot_unsigned` if the
   * policy names a key; then use `setSignedQueues`.
   */
  setQueues(snapshot: Snapshot | readonly QueueState[]): void;
  /**
   * Does the same as `setQueues` from a file that was signed with the policy's key. Rejects, and keeps the previous snapshot, if the file
   * is refused, for example because it is older than the snapshot that is held (`snapshot_older`).
   */
  setSignedQueues(file: string | SignedSnapshot): Promise<void>;
  /** Decides which queue should help the shopper now. */
  route(options?: RouteOptions | null): Decision;
  /**
   * Decides about the same request again: later, after a queue closed, or once the page is back online. The request keeps its `requestedAt`, so it is
   * older now, and further steps of the policy may apply. A request that has expired still gets a decision, whose `expired` is true.
   */
  reroute(decision: Decision, options?: RouteOptions | null): Decision;
  /** Computes the probabilities of one head's outputs. */
  score(head: string, options?: Pick<RouteOptions, "message" | "context"> | null): Probability[];
  /** The shopper's most probable segment, from the head `segment`; `null` if the bundle has none (`[segments]` of a store makes it). */
  segment(options?: Pick<RouteOptions, "message" | "context"> | null): Probability | null;
  /** Early warnings, from the heads `abandonment`, `churn` and `anomaly` (`[risk]` of a store makes them). {@link explain} says why. */
  risk(options?: Pick<RouteOptions, "message" | "context"> | null): Risk;
  /** Explains one output of a head by the contributions to its logit. Default: the most probable output of the intent head. */
  explain(
    options?: (Pick<RouteOptions, "message" | "context"> & { head?: string | undefined; output?: string | undefined }) | null,
  ): Explanation;
  /** The current value of every feature. */
  features(options?: Pick<RouteOptions, "context"> | null): Feature[];
  /** Frees the engine's memory. Every later call throws `freed`, except `free` itself. */
  free(): void;
  [Symbol.dispose](): void;
}

/** The stored profile of the shopper. */
export interface Profile {
  /** Returns everything that is kept about this shopper: the newest events, each reduced to the fields that the bundle's features read. */
  export(): { storage: Storage; events: Array<{ event: string; timestamp: number } & Record<string, unknown>> };
  /** Forgets the shopper: in this object, in storage, and in every tab that shares the storage. */
  erase(): void;
  /**
   * Corrects what the page believes of a feature of `card.features`: `value` holds for the feature instead of what is computed from events, until it is corrected again. `null`:
   * the feature is not known. `undefined`: the correction is taken back. It is kept like an event, and forgotten by {@link Profile.erase}.
   */
  correct(feature: string, value: number | string | boolean | null | undefined): void;
  /** Sums up what is kept: for each event name and consent, which fields, since when, under which consent, and until when. */
  ledger(): Promise<LedgerEntry[]>;
}

/**
 * What is kept of the events of one name: how many, which fields (those of items as `items.price`), when the first and the last of them happened, in
 * milliseconds since 1970, and where they are kept.
 */
export interface LedgerEntry {
  /** The event's name; `""` for events that are kept without it. */
  event: string;
  events: number;
  fields: string[];
  first: number;
  last: number;
  storage: Storage;
  /** The consent that holds now. Events leave memory only while it is `"granted"`. */
  consent: "pending" | "granted" | "denied";
  /** Whose consent they were stored under: the shop's, or that of one of the page's tools, each with a row; `null`: in memory, or no longer known. */
  consentFrom: "shop" | "google" | "tcf" | "shopify" | null;
  /** When the last of them will be dropped, in milliseconds since 1970; `null` for memory, which ends with the page. */
  until: number | null;
}

/** Probabilities, 0 to 1, of what a shop would rather know early; `null` where the bundle has no head of that name. */
export interface Risk {
  /** That this visit ends without a purchase; that the shopper does not come back within the time that the store sets. */
  abandonment: number | null;
  churn: number | null;
  /** How unusual this visit is: the share of ordinary visits that are at most as unusual. */
  anomaly: number | null;
}
