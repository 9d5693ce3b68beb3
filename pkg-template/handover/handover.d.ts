import type { Decision, ErrorCode, Floorwalker } from "floorwalker";

/** What a chat vendor takes as a value. */
export type Value = string | number | boolean;

/** The vendors, each in a file of its own (`floorwalker/handover/<name>`). */
export type VendorName =
  | "botpress"
  | "chatwoot"
  | "connect"
  | "crisp"
  | "dialogflow"
  | "dynamics"
  | "easemob"
  | "freshchat"
  | "genesys"
  | "gorgias"
  | "hubspot"
  | "intercom"
  | "livechat"
  | "meiqia"
  | "qiyu"
  | "rocketchat"
  | "salesforce"
  | "sobot"
  | "tawk"
  | "tidio"
  | "twilio"
  | "udesk"
  | "zendesk";

/**
 * What is known of a vendor. A key that is missing is unknown: it is not checked. The source of each is in the vendor's page of the guide.
 */
export interface Limits {
  /**
   * When values may be given. `"any_time"`: the vendor's own snippet queues calls. `"after_ready"`: once the widget is ready. `"before_load"`: only
   * before the vendor's script runs.
   */
  readonly when?: "any_time" | "after_ready" | "before_load";
  /** `"conversation"`: values given after a conversation has begun are refused or lost. `"always"`: they are taken. */
  readonly until?: "conversation" | "always";
  /** The types of values that it takes. */
  readonly types?: readonly ("string" | "number" | "boolean")[];
  /** The longest text that it takes as a value, in characters. */
  readonly longestValue?: number;
  /** The longest name of a value, in characters. */
  readonly longestKey?: number;
  /** The most values. */
  readonly mostKeys?: number;
  /** The most bytes of all names and values, in UTF-8. */
  readonly totalBytes?: number;
  /** A regular expression that the name of a value must match. */
  readonly key?: string;
  /** A regular expression of texts that it refuses. */
  readonly refuses?: string;
  /** Whether the page can name a group, department or queue. Where it cannot, a rule on the vendor's side maps a value to a group. */
  readonly group?: boolean;
  /** Whether values also hold for later conversations, until they are overwritten. */
  readonly sticks?: boolean;
  /** Whether values are lost when the page loads anew, and must be given again. */
  readonly forgets?: boolean;
  /** Whether the page can read values back, or is told whether they were taken. */
  readonly readsBack?: boolean;
  /** Whether the page can open the chat. */
  readonly opens?: boolean;
}

/** A vendor's chat: import it from its own file, so that a page has the code of this vendor alone. */
export interface Vendor {
  readonly name: VendorName;
  readonly title: string;
  readonly limits: Limits;
}

/**
 * What a decision says.
 *
 * - `"queue"`: the queue that the request goes to (`goesTo`), as `map` calls it; its own name where the page names a group by its id.
 * - `"intent"`: the most probable intent; not sent if nothing is known of this shopper (`evidence.strength` is `"none"`).
 * - `"intents"`: the prediction set, joined by commas; not sent without evidence either.
 * - `"hint"`: the short hint, which a server checks with `checkHint`.
 * - `"priority"`, `"channel"`, `"outcome"`, `"policy"`: the decision's `priority`, `channel`, `outcome`, `policyVersion`.
 * - `"agent"`: the agent to ask; not sent if the snapshot names none.
 */
export type Said = "queue" | "intent" | "intents" | "hint" | "priority" | "channel" | "outcome" | "policy" | "agent";

/** How a decision becomes what a vendor is told. */
export interface Wording {
  /**
   * For each queue of the policy, what the vendor calls it: the text that a rule of the vendor waits for, or the id of its group where the page can
   * name one. A queue that is missing is refused. Without a map, the queue's own name is sent, and no group is named by an id.
   */
  map?: Readonly<Record<string, Value | Readonly<Record<string, Value>>>> | undefined;
  /**
   * The values that are sent: for each of the vendor's names, what the decision says, or a function that gives the value (`null`: not
   * sent). Default: the queue, the intent and the short hint, as the vendor's page of the guide says.
   */
  fields?: Readonly<Record<string, Said | ((decision: Decision) => Value | null | undefined)>> | undefined;
}

export interface HandOverOptions extends Wording {
  /**
   * The chat: a vendor, or its name (its file is then loaded when it is needed). Or an element, which gets `data-` attributes and the event
   * `floorwalker-handover`; or a function, which is called with the {@link Handover}, and may return `false` if it failed.
   */
  to: Vendor | VendorName | Element | ((handover: Handover) => unknown);
  /** Whether to open the chat after the values were given. Default: true. */
  open?: boolean | undefined;
  /** How long to wait for the vendor's script and its ready event, in milliseconds. Default: 10,000. */
  withinMs?: number | undefined;
}

/** What an element or a function is given. */
export interface Handover {
  decision: Decision;
  /** The queue, as `map` calls it. */
  queue: Value | Readonly<Record<string, Value>>;
  values: Readonly<Record<string, Value>>;
  open: boolean;
}

/** A problem that did not stop the hand-over. */
export interface HandOverWarning {
  /**
   * - `"handover_late"`: a conversation or the vendor's script has begun, and it takes these values only before.
   * - `"handover_group"`: no group was named, since `map` has no id for it.
   * - `"handover_nothing"`: the vendor takes nothing from the page, so that it does not know the queue.
   * - `"handover_closed"`: the page cannot open this chat.
   * - `"handover_unproven"`: the vendor's own copy of the values differs from what was sent.
   */
  code: "handover_closed" | "handover_group" | "handover_late" | "handover_nothing" | "handover_unproven";
  message: string;
}

/** What a hand-over did. */
export interface HandedOver {
  /** The vendor's name; `"element"` or `"function"`. */
  to: VendorName | "element" | "function";
  /** The values that were given, by the vendor's names. */
  sent: Record<string, Value>;
  /** The group that was named; `null` if none was. */
  group: Value | Record<string, Value> | null;
  /**
   * When the values were given. `"before_load"`: before the vendor's script ran, which reads them when it does. `"queued"`: to the vendor's snippet, which
   * hands them on. `"ready"`: to the widget, with no conversation known. `"conversation"`: while a conversation was running.
   */
  phase: "before_load" | "queued" | "ready" | "conversation";
  /** Whether the vendor confirmed the values: read back and equal, or by a callback; `"cannot"` if it offers neither. */
  verified: boolean | "cannot";
  warnings: HandOverWarning[];
}

/** Something that happened in the vendor's chat. */
export interface ChatEvent {
  vendor: VendorName;
  /** `"started"`: a conversation began. `"joined"`: an agent joined it. `"ended"`: it ended. `"rated"`: the shopper rated it. */
  kind: "started" | "joined" | "ended" | "rated";
  /** When the page heard of it, in milliseconds since 1970. */
  at: number;
  /** Seconds since the hand-over; `null` if this page made none. */
  seconds: number | null;
  /** The rating, as the vendor tells it; `null` for other kinds, and where the vendor tells only that there is one. */
  rating: Value | null;
  /** The decision that was handed over; `null` if this page made none. */
  decision: Decision | null;
}

export interface ArmOptions {
  /**
   * The page's Floorwalker. With it, a vendor that loses values when the page loads anew is given them again: they are kept for the tab, for as long as
   * the request lives, if the shopper's consent is `"granted"`, and are forgotten with the shopper.
   */
  fw?: Pick<Floorwalker, "diagnose" | "on"> | undefined;
  /** Is called with what happens in the chat, where the vendor lets the page see it. */
  feedback?: ((event: ChatEvent) => void) | undefined;
  /** Is called with an error that would otherwise be unseen, for example when the values could not be given again. */
  failed?: ((error: HandOverError) => void) | undefined;
}

/** The codes of this module's errors, which stay the same across versions. */
export type HandOverErrorCode = Extract<ErrorCode, `handover_${string}` | "hint_size" | "option_invalid">;

/** The type of every error of this module. */
export interface HandOverError extends Error {
  code: HandOverErrorCode;
}

/** The names of all vendors. */
export const VENDORS: readonly VendorName[];

/**
 * Hands a decision over to the shop's chat: checks what is sent against what the vendor takes, waits until the vendor takes it, gives it, reads it
 * back where that is possible, and opens the chat. Loads no script of a vendor. Hand-overs to one vendor are made one after the other.
 *
 * Rejects with a {@link HandOverError}. Before anything is called: `handover_queue`, `handover_key`, `handover_value`, `handover_group`
 * (the map, a name or a value is not what the vendor takes), `handover_vendor`, `option_invalid`. Later: `handover_missing` (the vendor's script
 * is not on the page, or its widget did not become ready), `handover_refused` (the vendor threw, or answered with an error).
 */
export function handOver(decision: Decision, options: HandOverOptions): Promise<HandedOver>;

/**
 * Call it when the page loads. It waits for the vendor's chat as long as the page lives; keeps the object that the vendor reads at the start of a chat; gives
 * values again that the vendor lost; and tells what happens in the chat. Throws nothing. Returns a function that undoes all of it.
 */
export function arm(to: Vendor | VendorName, options?: ArmOptions): () => void;
