import type { Decision } from "floorwalker";
import type { Preference, Recommended } from "floorwalker/recommend";

/** A decision in plain words, as sentences to show to people. */
export interface Words {
  /** Where the request goes, and how that queue was found. */
  headline: string;
  /** The evidence that the decision rests on: the message, events, or nothing yet. */
  evidence: string;
  /** The reasons for the queue that the request goes to. */
  reasons: string[];
  /** The next best queues, with their expected waits. */
  alternatives: string[];
  /** The queues that were not considered, and why. */
  passedOver: string[];
  /** The smallest changes that would have led to another queue. */
  change: string[];
}

/**
 * Puts a decision into words: in Chinese if `language` begins with `zh`, otherwise in English. Throws an `Error` with the code
 * `option_invalid` if `decision` is not a decision.
 */
export function say(decision: Decision, language?: string): Words;

/**
 * Puts into words why an item is recommended: in Chinese if `language` begins with `zh`, otherwise in English. The reason is the one that adds
 * most to the item's score; popularity is named only where nothing of this shopper speaks for it. `title` gives the title of the item that the
 * reason rests on; without one its id is named. Throws an `Error` with the code `option_invalid` if `item` is not an item of a list.
 */
export function because(item: Recommended, language?: string, title?: (itemId: string) => string | undefined): string;

/**
 * Puts a preference into words: how the shopper's taste differs from that of shoppers on average, what that rests on, and how to change it. Throws an
 * `Error` with the code `option_invalid` if `preference` is not one.
 */
export function taste(preference: Preference, language?: string): { headline: string; evidence: string; change: string };
