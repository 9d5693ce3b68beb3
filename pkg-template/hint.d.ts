import type { Decision } from "floorwalker";

/** What a page tells the shop's server about a decision. */
export interface Hint {
  /** The version of this form. */
  v: 1;
  /** The version of the policy that decided (`policyVersion`). */
  policy: string;
  /** The queue that the request goes to (`goesTo`). */
  queue: string;
  /**
   * Priority: the request is to be served as if it had waited this many seconds longer. In a hint made by the page, this is the policy's
   * number; in the result of {@link checkHint}, it is at most `maxPriority`.
   */
  priority: number;
  /** The most probable intents, at most three. */
  intents: string[];
  /** When the request was first made, in milliseconds since 1970. */
  at: number;
  /** When the request expires, in milliseconds since 1970. */
  expires: number;
}

/** What the server checks a hint against. */
export interface HintRules {
  /** The version of the policy in force. */
  policyVersion: string;
  /** The names of the policy's queues. A set is faster than a list, which is converted into a set at every call. */
  queues: ReadonlySet<string> | readonly string[];
  /** The policy's `ttl`: the longest lifetime of a hint, in seconds. Default: a day. Never more than a week. */
  ttl?: number;
  /**
   * The highest priority that a hint may claim, in seconds. A page can claim any priority, so the default is 0. A server that knows the
   * shopper passes the priority that this shopper is entitled to.
   */
  maxPriority?: number;
  /** The current time, in milliseconds since 1970. Default: `Date.now()`. */
  now?: number;
}

/** Longest hint, in characters. */
export const MAX_HINT: 512;
/** Longest hint in the short form, in characters. */
export const MAX_SHORT_HINT: 255;

/**
 * Writes a decision as a hint: JSON of at most {@link MAX_HINT} characters. With `short`, it is at most {@link MAX_SHORT_HINT} characters of
 * `A-Za-z0-9._~-`, which every chat vendor takes as one value; it names as many of the most probable intents as fit. A hint grants nothing by
 * itself: the server decides what to make of it. Throws an `Error` with the code `hint_size` if the names in it are too long, and
 * `option_invalid` if `decision` is not a decision.
 */
export function hint(decision: Decision, options?: { short?: boolean | undefined }): string;

/**
 * Checks a hint of either form on the server: its size, form, policy, queue and times. The cost is small and bounded, whatever the text.
 * Returns the hint with its priority capped at `maxPriority`. Throws an `Error` with one of the codes `hint_size`, `hint_shape`, `hint_policy`,
 * `hint_queue`, `hint_expired`, or with `option_invalid` if the rules are not valid.
 */
export function checkHint(text: string, rules: HintRules): Hint;
