import type { Decision } from "floorwalker";

/** A decision in plain words. */
export interface Words {
  /** Where the request goes, and how that came about. */
  headline: string;
  /** What it rests on: the message, events, or nothing yet. */
  evidence: string;
  /** What spoke for it. */
  reasons: string[];
  /** The next best, with their waits. */
  alternatives: string[];
  /** Queues that could not take it, and why. */
  passedOver: string[];
  /** The least that would have led elsewhere. */
  change: string[];
}

/** Says a decision in English, or in Chinese where `language` begins with `zh`. */
export function say(decision: Decision, language?: string): Words;
