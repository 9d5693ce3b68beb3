import type { Decision } from "floorwalker";

/** What a page tells the shop's server of a decision. */
export interface Hint {
  v: 1;
  policy: string;
  queue: string;
  /**
   * Seconds that the request counts as having waited besides. In a hint as the page made it, what the policy gave; from
   * {@link checkHint}, at most the rules' `maxPriority`.
   */
  priority: number;
  /** At most three. */
  intents: string[];
  /** Milliseconds since 1970. */
  at: number;
  expires: number;
}

export interface HintRules {
  /** The policy in force. */
  policyVersion: string;
  /** Names of its queues; a set is looked up in at once, a list is read each time. */
  queues: ReadonlySet<string> | readonly string[];
  /** The policy's `ttl`: seconds that a hint may live. Default a day; never more than a week. */
  ttl?: number;
  /**
   * The most priority that a page's word is good for, in seconds: a shopper can make up any. Default 0: none. A server that knows
   * the shopper gives what it knows they are due.
   */
  maxPriority?: number;
  /** Milliseconds since 1970. Default: now. */
  now?: number;
}

/** Longest hint, in characters. */
export const MAX_HINT: 512;

/** The decision as a hint: text of at most {@link MAX_HINT} characters. It grants nothing: the server says what it is worth. */
export function hint(decision: Decision): string;

/**
 * Checks a hint, on the server: size, form, policy, queue, time. Takes the same small time whatever the hint. Throws an `Error` with
 * a `code`: `hint_size`, `hint_shape`, `hint_policy`, `hint_queue`, `hint_expired`; `option_invalid` where the
 * rules are none.
 */
export function checkHint(text: string, rules: HintRules): Hint;
