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

/** A queue as the shop sees it now. What is left out, or null, is not known; a key that is not here is refused. */
export interface QueueState {
  queue: string;
  /** Whether it takes requests. Left out: as its hours say. */
  open?: boolean;
  /** Requests that wait. */
  waiting?: number;
  /** Agents present. */
  agents?: number;
  /** Requests in service. */
  inService?: number;
  /** Seconds that its longest idle agent has been so. */
  idleSeconds?: number;
  /** Requests an hour that an agent ends while holding 1, 2, … of them (4 numbers at most); as many numbers as an agent holds at most. */
  ratesPerHour?: number[];
}

/** An agent as the shop sees them now. What is left out, or null, is not known; a key that is not here is refused. */
export interface AgentState {
  agent: string;
  /** The queues that they serve. */
  queues: string[];
  /** Requests held. */
  holds?: number;
  /** Requests that they could take besides. */
  room?: number;
  /** Seconds since they last held one. */
  idleSeconds?: number;
  /** Share of the time that they were busy of late, 0 to 1. */
  occupancy?: number;
  /** Requests that they took of late. */
  taken?: number;
  /** Whether they are learning. */
  novice?: boolean;
}

/**
 * Queues and agents as the shop sees them. Queues that the bundle does not have are passed over; those not named are unknown.
 * It is believed as long as the policy's `snapshot` says, then less and less, and at last as if there were none.
 */
export interface Snapshot {
  /**
   * When: milliseconds since 1970, or a date with its time and zone (`2026-11-21T12:00:00Z`). Left out: now, whenever that is. More
   * than a minute ahead is refused.
   */
  asOf?: number | string;
  queues?: QueueState[];
  agents?: AgentState[];
}

/** The file that `floorwalker snapshot sign` writes. */
export interface SignedSnapshot {
  /** The snapshot as JSON, with `asOf` in milliseconds since 1970. */
  snapshot: string;
  /** Base64 of the Ed25519 signature of those characters in UTF-8. */
  signature: string;
}

export interface RouteOptions {
  /** What the shopper typed, if anything yet. Where the bundle learnt from several columns of text, one string for each, in their order. */
  message?: string | string[];
  /** Facts that the shop knows and its bundle declares, by feature name. */
  context?: Record<string, string | number | boolean | null | undefined>;
  /** Calls `setQueues` first. */
  queues?: Snapshot | QueueState[];
  /** When the request was first made, in milliseconds since 1970: its age opens targets and takes steps. Default: now. */
  requestedAt?: number;
  /** Who helped last, and how long ago. */
  preferredAgent?: { agent: string; secondsAgo: number };
  /** What chance depends on: two whole numbers below 2³². Same seed, same decision. Default: never the same. */
  seed?: [number, number];
  /** Whether the decision shall carry its line for a decision log. Default: no. */
  record?: boolean;
  /** Which turn it is, where a shop counts turns for `round_robin`; else chance says. */
  turn?: number;
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

/** How a queue answers. */
export type Channel = "chat" | "call_back" | "email" | "bot";

/**
 * Where a queue stands: it may be chosen, the filter names others, its `skip_if` holds, it lacks a required skill or language, as many wait as may,
 * it is closed.
 */
export type Standing = "candidate" | "elsewhere" | "skipped" | "skill" | "language" | "full" | "closed";

/** Seconds until an answer: one in ten comes sooner than `low`, one in ten later than `high`. */
export interface ExpectedWait {
  low: number;
  mean: number;
  high: number;
}

export interface RankedQueue {
  queue: string;
  channel: Channel;
  standing: Standing;
  /** Whether it is open: `standing` is not `"closed"`. */
  open: boolean;
  /** What the strategies sum up to. */
  score: number;
  /** In `[0, 1]`: how well the queue's skills fit what is probably needed. */
  fit: number;
  /** The chance with which it was to be chosen. */
  propensity: number;
  /** `null`: not known, or nobody serves it. */
  ewtSeconds: ExpectedWait | null;
  reasons: Reason[];
}

/** The least that would have put the second queue first. */
export interface LeastChange {
  /** So much probability from one intent to another. */
  intent: { from: string; to: string; by: number } | null;
  /** So many more who wait in the chosen queue. */
  waiting: number | null;
}

/** What a decision rests on. */
export interface Evidence {
  /** Whether anything of the message is known. */
  message: boolean;
  /** Events of the session that a feature listens to, and one more where features remember earlier sessions. */
  events: number;
  /**
   * `"none"`: nothing is known, and the intents are those of everybody who asks. `"weak"`: no intent holds half of the probability.
   * `"strong"`: one does.
   */
  strength: "none" | "weak" | "strong";
}

/** What was known and done: a line of a decision log that wants its `reward`. */
export interface DecisionRecord {
  context: Record<string, string | number | null>;
  action: string;
  propensity: number;
  policy_version: string;
  /** All that a decision is made from, for a replay. */
  request: Record<string, unknown>;
}

export interface Decision {
  id: number;
  /** The chosen queue, or `null` when abstained: then use `goesTo`. */
  queue: string | null;
  abstained: boolean;
  /** Why it abstained, or `null`. */
  abstainReason: "threshold" | "margin" | "closed" | "unmatched" | "nobody" | "out_of_scope" | "unsure" | null;
  defaultQueue: string;
  /** Where the request goes: the chosen queue, else the default one. Never empty. */
  goesTo: string;
  /** How `goesTo` answers. */
  channel: Channel;
  /** How it came about. */
  outcome: "best" | "explored" | "holdout" | "preferred" | "bot" | "overflow" | "closed" | "default";
  /** The filter that matched. */
  filter: string | null;
  /** The agent to ask, where the snapshot names agents, and the chance with which it became this one. */
  agent: { agent: string; propensity: number } | null;
  /** The best score less the second best. */
  margin: number;
  /** The chance with which the queue was chosen. */
  propensity: number;
  /** What to expect there. */
  ewtSeconds: ExpectedWait | null;
  /** Candidates first, best first. */
  ranking: RankedQueue[];
  /** The next best candidates, at most three. */
  alternatives: RankedQueue[];
  leastChange: LeastChange | null;
  /** Most probable first. With no evidence, those of everybody who asks. */
  intents: Probability[];
  /** The most probable intents: so many that the true one is among them in the share of requests that the model was trained for,
   *  90 % unless its store says otherwise (`choice.coverage`). Where the head is a fusion that share holds for each kind of evidence. */
  intentSet: string[];
  /** What the decision rests on. */
  evidence: Evidence;
  /** The probability that the message is about none of the intents, 0 to 1; 0 where nothing was typed. */
  outOfScope: number;
  /** How far a snapshot is believed at the age of the one that is held, 0 to 1; 1 where it has no time, or there is none. */
  freshness: number;
  /** When the request was first made, and until when it lives, in milliseconds since 1970. */
  requestedAt: number;
  expiresAt: number;
  /** Whether that is past: ask the shopper whether help is still wanted. */
  expired: boolean;
  /** Hand it to `route` again for the same decision. */
  seed: [number, number];
  policyVersion: string;
  /**
   * Where `record` was asked for: a line for the decision log, without what was typed. Add the `reward`, and `floorwalker policy`
   * tells what another policy would have been worth. Nothing sends it but you.
   */
  record?: DecisionRecord;
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
  /** What the shop sees of its queues, until it says otherwise. Refused where the policy names a key. */
  setQueues(snapshot: Snapshot | QueueState[]): void;
  /**
   * The same from a file that was signed with the policy's key. What was said before stays where it is refused, as one is that is older
   * than what is held (`snapshot_older`).
   */
  setSignedQueues(file: string | SignedSnapshot): Promise<void>;
  /** Which queue should help now. */
  route(options?: RouteOptions): Decision;
  /**
   * Decides on the same request again: later, after a queue closed, or back online. It has grown older meanwhile, so steps take
   * place. Nothing is lost when it has expired: `expired` says so, and the decision stands.
   */
  reroute(decision: Decision, options?: RouteOptions): Decision;
  /** Probabilities of one head. */
  score(head: string, options?: Pick<RouteOptions, "message" | "context">): Probability[];
  /** What moved one output of a head; default the intent head's most probable output. */
  explain(options?: Pick<RouteOptions, "message" | "context"> & { head?: string; output?: string }): Explanation;
  /** Every feature as it stands. */
  features(options?: Pick<RouteOptions, "context">): Feature[];
  /** Frees the engine's memory. Whatever is asked of the object afterwards throws `freed`, except to be freed again. */
  free(): void;
  [Symbol.dispose](): void;
}

export interface Profile {
  /** Everything that is kept of this shopper, in plain words: the newest events, without what was typed. */
  export(): { storage: Storage; events: Array<{ event: string; timestamp: number } & Record<string, unknown>> };
  /** Forgets the shopper, here and in storage. */
  erase(): void;
}
