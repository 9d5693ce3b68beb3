declare global {
  // For projects whose `lib` does not have it.
  interface SymbolConstructor {
    readonly dispose: unique symbol;
  }
}

/**
 * Floorwalker: decides in the page what a shopper needs, and which skill queue should help.
 *
 * Nothing here opens a connection, except `Floorwalker.load` for the one bundle it is given.
 */

/** A GA4 e-commerce item. Fields other than these are ignored. A number may be text, as shops send it: `"499.00"`. */
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
 * A moment: milliseconds since 1970, a `Date`, or text with date, time and zone. Seconds, microseconds and nanoseconds are recognised,
 * read as such, and said once (warning `time_unit`).
 */
export type Time = number | bigint | string | Date;

/** Parameters of an event: GA4's, or your own numbers and strings. */
export interface EventParams {
  items?: readonly Item[] | null | undefined;
  /** Missing: now. */
  timestamp?: Time | null | undefined;
  [name: string]: unknown;
}

/** Where a profile is kept: nowhere, for the tab, or for the device. What is kept is a bounded journal of events. */
export type Storage = "memory" | "session" | "local";

/** Bytes, wherever they come from. */
export type Bytes = ArrayBuffer | ArrayBufferView;

/** As much of a `Response` as is asked of one: these types need no DOM library. */
export interface ResponseLike {
  readonly ok: boolean;
  readonly status: number;
  readonly url: string;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** As much of a `URL` as is asked of one. */
export interface UrlLike {
  readonly href: string;
}

export interface LoadOptions {
  /** Default `"memory"`. */
  storage?: Storage | undefined;
  /**
   * `"denied"` keeps everything in memory, whatever `storage` says, and removes what any storage held before. Default
   * `"granted"`.
   */
  consent?: "granted" | "denied" | undefined;
  /**
   * `"auto"` (default) takes WebAssembly, and the same engine as JavaScript where it is blocked or its file is not found (warning
   * `wasm_unreachable` or `wasm_invalid`).
   */
  engine?: "auto" | "wasm" | "js" | undefined;
  /** The WebAssembly module, when you place it yourself: its address, what `fetch` gave, bytes, or a `WebAssembly.Module`. Default: the one beside this file. */
  wasm?: string | UrlLike | ResponseLike | Bytes | object | undefined;
  /** Clock, for tests and replays. Default `Date.now`. */
  now?: (() => number) | undefined;
}

/** A queue as the shop sees it now. What is left out, or null, is not known; a key that is not here is refused. */
export interface QueueState {
  queue: string;
  /** Whether it takes requests. Left out: as its hours say. */
  open?: boolean | null | undefined;
  /** Requests that wait. */
  waiting?: number | null | undefined;
  /** Agents present. 0: nobody is there; a chat then takes nothing, as if it were closed. */
  agents?: number | null | undefined;
  /** Requests that its agents hold, whatever queue they came by. */
  inService?: number | null | undefined;
  /** Seconds that its longest idle agent has been so. */
  idleSeconds?: number | null | undefined;
  /** Mean seconds that shoppers wait in it before they leave. Left out, or 0: the snapshot's, else they are taken to stay. */
  patienceSeconds?: number | null | undefined;
  /** Requests an hour that an agent ends while holding 1, 2, … of them (4 numbers at most); as many numbers as an agent holds at most. */
  ratesPerHour?: readonly number[] | null | undefined;
}

/** An agent, or a team of agents alike, as the shop sees them now. What is left out, or null, is not known; a key that is not here is refused. */
export interface AgentState {
  agent: string;
  /** The queues that they serve. Queues that share agents are one line: expected waits count who waits in the others. */
  queues: readonly string[];
  /** Left out: it is one agent, who may be asked by name. A number: a team of so many; `holds` is of all of them together. */
  count?: number | null | undefined;
  /** Requests held. */
  holds?: number | null | undefined;
  /** Requests that they could take besides. Left out: what agents of the queue hold at most (`ratesPerHour`, or the policy's `chats`) less `holds`. */
  room?: number | null | undefined;
  /** Seconds since they last held one. */
  idleSeconds?: number | null | undefined;
  /** Share of the time that they were busy of late, 0 to 1. */
  occupancy?: number | null | undefined;
  /** Requests that they took of late. */
  taken?: number | null | undefined;
  /** Whether they are learning. */
  novice?: boolean | null | undefined;
}

/**
 * Queues and agents as the shop sees them. Queues that the bundle does not have are passed over; those not named are unknown.
 * It is believed as long as the policy's `snapshot` says, then less and less, and at last as if there were none.
 */
export interface Snapshot {
  /** When. Left out: now, whenever that is. More than a minute ahead is refused. */
  asOf?: Time | null | undefined;
  /** Mean seconds that shoppers wait before they leave, in queues that do not say their own. */
  patienceSeconds?: number | null | undefined;
  /** Where `agents` says more of a queue than its row does, the larger number counts. */
  queues?: readonly QueueState[] | undefined;
  agents?: readonly AgentState[] | undefined;
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
  message?: string | readonly string[] | null | undefined;
  /** Facts that the shop knows and its bundle declares, by feature name. */
  context?: Record<string, string | number | boolean | null | undefined> | null | undefined;
  /** Calls `setQueues` first. */
  queues?: Snapshot | readonly QueueState[] | undefined;
  /** When the request was first made: its age opens targets and takes steps. Default: now. */
  requestedAt?: Time | null | undefined;
  /** Who helped last, and how long ago. */
  preferredAgent?: { agent: string; secondsAgo: number } | null | undefined;
  /** What chance depends on: two whole numbers below 2³². Same seed, same decision. Default: never the same. */
  seed?: readonly [number, number] | null | undefined;
  /** Whether the decision shall carry its line for a decision log. Default: no. */
  record?: boolean | null | undefined;
  /** Which turn it is, where a shop counts turns for `round_robin`; else chance says. */
  turn?: number | undefined;
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
 * it is closed, it is a chat in which nobody is (`agents: 0`), it is a chat whose mean expected wait ends after its hours do.
 */
export type Standing = "candidate" | "elsewhere" | "skipped" | "skill" | "language" | "full" | "closed" | "unstaffed" | "closing";

/**
 * Seconds until an answer to a shopper who stays: one in ten comes sooner than `low`, one in ten later than `high`. All three are
 * `Infinity` where the snapshot says that nobody serves the queue.
 */
export interface ExpectedWait {
  low: number;
  mean: number;
  high: number;
}

export interface RankedQueue {
  queue: string;
  channel: Channel;
  standing: Standing;
  /** Whether somebody would answer before it closes: `standing` is none of `"closed"`, `"unstaffed"`, `"closing"`. */
  open: boolean;
  /** What the strategies sum up to. */
  score: number;
  /** In `[0, 1]`: how well the queue's skills fit what is probably needed. */
  fit: number;
  /** The chance with which it was to be chosen. */
  propensity: number;
  /** `null`: not known. */
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

/** What was known and done: a line of a decision log that wants its `reward`. Its keys are in snake_case, as in all files. */
export interface DecisionRecord {
  context: Record<string, string | number | null>;
  action: string;
  propensity: number;
  priority: number;
  policy_version: string;
  /** All that a decision is made from, for a replay (`floorwalker route`): `requested_at`, `preferred_agent`, `snapshot.as_of`, and so on. */
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
  /** The filter's priority: seconds that the request counts as having waited besides, for whoever serves the queue; 0 where none matched. */
  priority: number;
  /** The agent to ask, where the snapshot names agents, and the chance with which it became this one. */
  agent: { agent: string; propensity: number } | null;
  /** The best score less the second best. */
  margin: number;
  /** The chance with which the queue was chosen. */
  propensity: number;
  /** What to expect there; `null`: not known. */
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
   * Where `record` was asked for: a line for the decision log, without the message. Add the `reward`, and `floorwalker policy`
   * tells what another policy would have been worth. A `shopper` of your own in it lets intervals take the lines of one together. Nothing
   * sends it but you.
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

/** What goes wrong, by a name that is stable across versions; the package's README says what each means. */
export type ErrorCode =
  | "bundle_body"
  | "bundle_checksum"
  | "bundle_cost"
  | "bundle_length"
  | "bundle_model"
  | "bundle_not_a_bundle"
  | "bundle_unreachable"
  | "bundle_version"
  | "data_layer"
  | "engine_stopped"
  | "event_name"
  | "fallback_unreachable"
  | "file_unreachable"
  | "freed"
  | "hint_expired"
  | "hint_policy"
  | "hint_queue"
  | "hint_shape"
  | "hint_size"
  | "no_policy"
  | "option_invalid"
  | "snapshot_count"
  | "snapshot_forged"
  | "snapshot_future"
  | "snapshot_no_key"
  | "snapshot_older"
  | "snapshot_rows"
  | "snapshot_shape"
  | "snapshot_unsigned"
  | "snapshot_unverifiable"
  | "time_invalid"
  | "unknown_context"
  | "unknown_decision"
  | "unknown_head"
  | "unknown_output"
  | "wasm_blocked"
  | "wasm_invalid"
  | "wasm_unreachable";

/** Thrown by everything here. */
export interface FloorwalkerError extends Error {
  code: ErrorCode;
}

/** What went otherwise than it should, and stopped nothing. */
export interface Warning {
  code: "engine_stopped" | "entry_unreadable" | "file_unreachable" | "journal_full" | "time_invalid" | "time_unit" | "universal_analytics" | "wasm_invalid" | "wasm_unreachable";
  message: string;
  /** How often; it is said once. */
  times: number;
}

/** What became of the events that were heard: for whoever integrates the package, not for the shopper. */
export interface Diagnosis {
  /** Where events are kept, as it turned out. */
  storage: Storage;
  /** By the name of the event: how many counted, and why others did not. After 100 names the rest is one row, named `""`. */
  events: Array<{ event: string; counted: number; ignored: Record<string, number> }>;
  warnings: Warning[];
  /** Features that the events in storage were kept without, because an earlier bundle did not have them: they started empty. */
  startedEmpty: string[];
}

export class Floorwalker {
  /** Loads the engine and one bundle. Rejects with a {@link FloorwalkerError}. */
  static load(bundle: string | UrlLike | ResponseLike | Bytes, options?: LoadOptions): Promise<Floorwalker>;

  readonly card: Card;
  readonly profile: Profile;

  /**
   * Tells the engine that the shopper did something. A `timestamp` in the future counts as now; an event more than the idle
   * limit behind the newest is not counted, nor is the same event twice at the same time.
   */
  observe(event: string, params?: EventParams): void;
  /**
   * Observes what the shop already pushes to a GA4 `dataLayer`, past and future, each entry once however often it is attached to. An entry
   * that cannot be read is passed over with a warning: nothing here throws into the shop's `push`. Returns a function that stops it.
   */
  attach(dataLayer: unknown[]): () => void;
  /**
   * Calls `listener` after an event counted, came from another tab, or the shopper was forgotten (`"change"`, at most once a task), or with a
   * {@link Warning}, past ones too (`"warning"`). Returns a function that stops it.
   */
  on(kind: "change", listener: () => void): () => void;
  on(kind: "warning", listener: (warning: Warning) => void): () => void;
  /** What was heard and understood, what was not, and why. In development (localhost) warnings are on the console too. */
  diagnose(): Diagnosis;
  /** What the shop sees of its queues, until it says otherwise. Refused where the policy names a key. */
  setQueues(snapshot: Snapshot | readonly QueueState[]): void;
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
  /** Everything that is kept of this shopper, in plain words: the newest events, and of these what the bundle's features read. */
  export(): { storage: Storage; events: Array<{ event: string; timestamp: number } & Record<string, unknown>> };
  /** Forgets the shopper, here and in storage. */
  erase(): void;
}
