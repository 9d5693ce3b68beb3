// What the file of a vendor provides. Not part of the package: a page knows a vendor only by its name, title and limits.
import type { ChatEvent, Handover, Said, Value, Vendor } from "floorwalker/handover";

/** The page, with whatever globals its scripts have made. */
export type Page = Window & typeof globalThis & { [name: string]: any };

/** A group, as the vendor names it. */
export type Group = Handover["queue"];

/** What one hand-over gives to a vendor. */
export interface Given {
  values: Record<string, Value>;
  /** The group to name; undefined if none is named. */
  group: Group | undefined;
  /** Whether the chat is to be opened, for a vendor whose chat starts with its values. */
  open: boolean;
  /** Names of values that an earlier hand-over gave and this one does not: they are to be removed. */
  stale: string[];
}

/** Tells what happened in the chat. */
export type Tell = (kind: ChatEvent["kind"], rating?: Value | null) => void;

/** One vendor. `Api` is what its script puts on the page. */
export interface Contract<Api = any> extends Vendor {
  /** What is sent unless `fields` says otherwise. */
  readonly fields: Readonly<Record<string, Said>>;
  /** The vendor's API in this page; undefined if its script has not run. */
  find(page: Page): Api | undefined;
  /** Resolves once calls are taken. Without it, they are taken as soon as the API is there. */
  ready?(api: Api, page: Page): Promise<unknown> | undefined;
  /** How the vendor names its groups, if not by ids: by their names, a queue's own name is its group without a map. */
  readonly groupIs?: "name" | "number";
  /** Whether giving values starts the chat: then nothing is given again by itself. */
  readonly startsChat?: boolean;
  /** Is called as soon as the API is there, when the page arms it. */
  keep?(api: Api, page: Page): unknown;
  /** Why values can no longer be given; undefined if they can. */
  late?(api: Api, page: Page): string | undefined;
  /** Whether calls are only queued now, since the vendor's script has not run. */
  queues?(api: Api, page: Page): boolean;
  /** Whether a conversation is running, as far as the page can tell. */
  begun?(api: Api, page: Page): boolean;
  /** Gives what the vendor's script reads when it runs. Returns which of it is given: what is missing is given by `give`, later. */
  before?(given: Given, page: Page): { values: boolean; group: boolean };
  /** Says what is wrong with a group; undefined if nothing is. */
  faultOf?(group: Group): string | undefined;
  /** Gives the values and the group. Returns, or resolves to, false if the group came too late, true if the vendor confirmed all. */
  give(api: Api, given: Given, page: Page): unknown;
  /** Names whose values cannot be read back. */
  readonly unreadable?: readonly string[];
  /** The vendor's copy of the values; undefined if it cannot be told now. */
  read?(api: Api, names: string[], page: Page): Promise<Record<string, unknown> | undefined> | Record<string, unknown> | undefined;
  /** Opens the chat. Returns, or resolves to, false if the page cannot. */
  open?(api: Api, page: Page): unknown;
  /** Listens to what happens in the chat. Returns a function that stops. */
  listen?(api: Api, page: Page, tell: Tell): () => void;
  /** Calls `again` whenever the vendor has lost its values while the page lives. Returns a function that stops. */
  lost?(api: Api, page: Page, again: () => void): () => void;
}
