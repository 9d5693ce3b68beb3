// What `route` answers.

/** One output of a head and its probability, 0 to 1. */
export interface Probability {
  name: string;
  probability: number;
}

/** One cause of a score, and how far it moved the score: a positive contribution raised it, a negative one lowered it. */
export interface Reason {
  kind: "word" | "feature" | "head" | "intent";
  /** The word as the shopper typed it, the feature's name, the other head and its output (`head:output`), or the intent's name. */
  name: string;
  /** The feature's current value; only for reasons of the kind `"feature"`. */
  value?: number | string | null;
  /** Measured in logits for words, features and heads; in the unit of the score for intents. */
  contribution: number;
}

/** The channel by which a queue answers. */
export type Channel = "chat" | "call_back" | "email" | "bot";

/**
 * Whether a queue could be chosen, and if not, why:
 *
 * - `"candidate"`: it may be chosen.
 * - `"elsewhere"`: it could take the request, but the matching filter names other queues.
 * - `"skipped"`: its `skip_if` condition holds.
 * - `"skill"`, `"language"`: it lacks a required skill, or the required language.
 * - `"full"`: its waiting line has reached its capacity.
 * - `"closed"`: it is closed.
 * - `"unstaffed"`: it is a chat queue without agents (`agents: 0`).
 * - `"closing"`: it is a chat queue that would close before the mean expected wait is over.
 */
export type Standing = "candidate" | "elsewhere" | "skipped" | "skill" | "language" | "full" | "closed" | "unstaffed" | "closing";

/**
 * The expected wait, in seconds, of a shopper who stays until answered: the 10 % quantile (`low`), the mean, and the 90 % quantile
 * (`high`). All three are `Infinity` if the snapshot says that nobody serves the queue.
 */
export interface ExpectedWait {
  low: number;
  mean: number;
  high: number;
}

/** One queue in the ranking of a decision. */
export interface RankedQueue {
  queue: string;
  channel: Channel;
  standing: Standing;
  /** Whether somebody would answer before the queue closes: false where `standing` is `"closed"`, `"unstaffed"` or `"closing"`. */
  open: boolean;
  /** The weighted sum of the policy's strategies: the higher the score, the better. */
  score: number;
  /** How well the queue's skills match what the shopper probably needs, 0 to 1. */
  fit: number;
  /** Propensity: the probability with which this queue was to be chosen, 0 to 1. */
  propensity: number;
  /** The expected wait; `null` if it is not known. */
  ewtSeconds: ExpectedWait | null;
  /** The intents that speak most for this queue, at most three. */
  reasons: Reason[];
}

/** The smallest changes that would have put the second queue of the ranking first. Either of them alone would have been enough. */
export interface LeastChange {
  /** Moving the probability `by` from the intent `from` to the intent `to`; `null` if no such move would have been enough. */
  intent: { from: string; to: string; by: number } | null;
  /** How many more requests would have had to wait in the chosen queue; `null` if no number up to 1,024 would have been enough. */
  waiting: number | null;
}

/** The evidence that a decision rests on. */
export interface Evidence {
  /** Whether the model knows anything in the message. */
  message: boolean;
  /** Number of events of this session that a feature of the bundle listens to, plus one if features remember earlier sessions. */
  events: number;
  /**
   * `"none"`: nothing is known of this shopper, and the intents are the average over everybody who asks. `"weak"`: no intent has a
   * probability of at least one half. `"strong"`: one intent has.
   */
  strength: "none" | "weak" | "strong";
}

/** One line for a decision log: what was known, and what was decided. Add the `reward` when you know it. Keys are in snake_case, as in all files. */
export interface DecisionRecord {
  /** The values of all features, and the probability of each intent as `intent.<name>`. */
  context: Record<string, string | number | null>;
  /** The queue that the request went to. */
  action: string;
  /** The probability with which the queue was chosen. */
  propensity: number;
  priority: number;
  policy_version: string;
  /** Everything that the decision was made from, so that it can be replayed (`floorwalker route`): `requested_at`, `preferred_agent`, `snapshot.as_of`, … */
  request: Record<string, unknown>;
}

export interface Decision {
  id: number;
  /** The chosen queue, or `null` if the policy abstained; then use `goesTo`. */
  queue: string | null;
  /** Whether the policy abstained: it chose no queue. */
  abstained: boolean;
  /**
   * Why the policy abstained; `null` if it did not.
   *
   * - `"threshold"`: the best fit is below the policy's threshold.
   * - `"margin"`: two queues for different needs score closer than the policy's margin.
   * - `"closed"`: no queue is open with somebody in it who would answer before it closes.
   * - `"unmatched"`: no filter matches the request.
   * - `"nobody"`: neither the queues of the filter nor the overflow queue can take the request.
   * - `"out_of_scope"`: the message is about none of the intents.
   * - `"unsure"`: the most probable intent is less probable than the policy asks for.
   */
  abstainReason: "threshold" | "margin" | "closed" | "unmatched" | "nobody" | "out_of_scope" | "unsure" | null;
  /** The policy's default queue: it takes the requests for which no queue is chosen. */
  defaultQueue: string;
  /** Where to send the request: the chosen queue, or the default queue if the policy abstained. Never empty. */
  goesTo: string;
  /** The channel by which `goesTo` answers. */
  channel: Channel;
  /**
   * How `goesTo` was found.
   *
   * - `"best"`: it has the best score.
   * - `"explored"`: it was drawn at random, to learn how well it does.
   * - `"holdout"`: the request is in the holdout, which is sent by chance alone.
   * - `"preferred"`: the agent who helped last is there.
   * - `"bot"`: the policy asks the bot first.
   * - `"overflow"`: no queue of the filter can take the request, and the overflow queue can.
   * - `"closed"`: nothing is open, and the policy names a queue for that case.
   * - `"default"`: the policy abstained.
   */
  outcome: "best" | "explored" | "holdout" | "preferred" | "bot" | "overflow" | "closed" | "default";
  /** The name of the filter that matched; `null` if none did. */
  filter: string | null;
  /**
   * The priority that the matching filter gives: the request is to be served as if it had waited this many seconds longer. 0 if no filter matched.
   */
  priority: number;
  /** The agent to ask, if the snapshot names agents, and the probability with which this agent was chosen. */
  agent: { agent: string; propensity: number } | null;
  /** The best candidate's score minus the second best candidate's; the best score itself if there is one candidate, 0 if there is none. */
  margin: number;
  /** Propensity: the probability with which the queue was chosen; 1 if the policy abstained. */
  propensity: number;
  /** The expected wait in `goesTo`; `null` if it is not known. */
  ewtSeconds: ExpectedWait | null;
  /** All queues: candidates first, then the other open ones, each group sorted from the best score down. */
  ranking: RankedQueue[];
  /** The next best candidates besides `goesTo`, at most three. */
  alternatives: RankedQueue[];
  /** The smallest change that would have led to another queue; `null` if there is none or the outcome is not `"best"`. */
  leastChange: LeastChange | null;
  /** The probability of each intent, most probable first. Without evidence: the average over everybody who asks. */
  intents: Probability[];
  /**
   * The prediction set: the most probable intents, as many as it takes for the true intent to be among them in a given share of requests.
   * That coverage is set in training (`choice.coverage` in the store) and is 90 % by default. If the head is a fusion, the coverage holds
   * for each kind of evidence.
   */
  intentSet: string[];
  /** The evidence that the decision rests on. */
  evidence: Evidence;
  /** The probability that the message is out of scope, that is, about none of the intents, 0 to 1; 0 if nothing was typed. */
  outOfScope: number;
  /** How far the snapshot is trusted at its age, from 1 (fully) to 0 (not at all); 1 if it has no `asOf`, or if there is no snapshot. */
  freshness: number;
  /** When the shopper first made the request, in milliseconds since 1970. */
  requestedAt: number;
  /** When the request expires, in milliseconds since 1970. */
  expiresAt: number;
  /** Whether `expiresAt` is past: then ask the shopper whether help is still wanted. */
  expired: boolean;
  /** The seed of the random draws: pass it to `route` again, with the same inputs, to get the same decision. */
  seed: [number, number];
  policyVersion: string;
  /**
   * A line for the decision log, without the message; present if `record` was asked for. Add the `reward` to it, and `floorwalker policy`
   * estimates from the log what another policy would have been worth. If you also add a `shopper` key of your own, confidence intervals
   * group the lines of each shopper. Nothing sends the record unless you do.
   */
  record?: DecisionRecord;
}
