// The shopper's consent to storage, as the page's own tools tell it. Loaded only by pages that ask for storage.
//
// | signal                              | granted                                    | denied                                             |
// |-------------------------------------|--------------------------------------------|----------------------------------------------------|
// | Global Privacy Control              | –                                          | `navigator.globalPrivacyControl` is true           |
// | Google Consent Mode (`dataLayer`)   | all storage types that it names are granted | an `update` denies one of them                     |
// | IAB TCF (`__tcfapi`)                | purpose 1 has consent                      | the shopper chose, and purpose 1 has no consent    |
// | Shopify (`visitorConsentCollected`) | preferences are allowed                    | preferences are not allowed                        |
//
// The strictest signal wins: one denial denies. Without a decision consent is pending. A `default` of Google's that denies is no decision, because
// shoppers who consented see it on every page, before the `update`.
import { attempt } from "./journal.js";
import { CONSENT } from "./limits.js";

/** @typedef {"pending" | "granted" | "denied"} State */
/** @typedef {"granted" | "denied" | undefined} Signal */
/**
 * @typedef {object} TcData what the IAB's framework tells of the shopper's choice
 * @property {string} [eventStatus]
 * @property {boolean} [gdprApplies]
 * @property {{ consents?: Record<string, boolean> }} [purpose]
 * @property {number} [listenerId]
 */
/** @typedef {(command: string, version: number, callback: (data: TcData, ok: boolean) => void, argument?: number) => void} TcfApi */

/** Google's types of storage that a profile on the device is of; advertising is not. */
const TYPES = ["analytics_storage", "functionality_storage", "personalization_storage"];
/** When the page is asked for the IAB's interface, in milliseconds: consent tools load late. */
const TRIES = [0, 250, 500, 1_000, 2_000, 4_000, 8_000];
const SHOPIFY = "visitorConsentCollected";

export class Consent {
  /** @type {Record<"gpc" | "google" | "tcf" | "shopify", Signal>} */
  signals = { gpc: undefined, google: undefined, tcf: undefined, shopify: undefined };
  /** @type {Map<string, { value: unknown, isChosen: boolean }>} */
  #types = new Map();
  /** @type {(() => void)[]} */
  #stops = [];
  #changed;

  /** `changed` is called whenever a signal was heard. @param {() => void} changed */
  constructor(changed) {
    this.#changed = changed;
    const page = /** @type {Record<string, any>} */ (globalThis);
    if (attempt(() => page.navigator.globalPrivacyControl) === true) this.signals.gpc = "denied";
    const allowed = attempt(() => page.Shopify.customerPrivacy.preferencesProcessingAllowed());
    if (allowed === true) this.signals.shopify = "granted";
    /** @param {CustomEvent} event */
    const collected = ({ detail }) => this.#hear("shopify", detail?.preferencesAllowed ? "granted" : "denied");
    page.document?.addEventListener?.(SHOPIFY, collected);
    this.#stops.push(() => page.document?.removeEventListener?.(SHOPIFY, collected));
    this.#listenToTcf(0);
  }

  /** @returns {State} */
  get state() {
    const heard = Object.values(this.signals);
    return heard.includes("denied") ? "denied" : heard.includes("granted") ? "granted" : "pending";
  }

  /** Google's `consent` entry of a dataLayer: `default` or `update`, and the types with their values. @param {unknown} kind @param {unknown} settings */
  google(kind, settings) {
    const its = /** @type {Record<string, unknown>} */ (settings ?? {});
    // A default for some regions only: which region the shopper is in is not known here.
    if (kind !== "update" && (kind !== "default" || its.region)) return;
    for (const type of TYPES) if (type in its) this.#types.set(type, { value: its[type], isChosen: kind === "update" });
    const types = [...this.#types.values()];
    const isDenied = types.some(({ value, isChosen }) => isChosen && value === "denied");
    const isGranted = types.length > 0 && types.every(({ value }) => value === "granted");
    this.#hear("google", isDenied ? "denied" : isGranted ? "granted" : undefined);
  }

  /** Who said that consent is granted. @param {string} said what the shop says of consent */
  from(said) {
    return said === "granted" ? "shop" : Object.entries(this.signals).find(([, signal]) => signal === "granted")?.[0];
  }

  stop() {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  /** @param {keyof Consent["signals"]} from @param {Signal} signal */
  #hear(from, signal) {
    this.signals[from] = signal;
    this.#changed();
  }

  /** @param {number} tried how many times the interface was not there */
  #listenToTcf(tried) {
    const api = /** @type {{ __tcfapi?: TcfApi }} */ (globalThis).__tcfapi;
    if (typeof api !== "function") {
      if (tried >= TRIES.length || !globalThis.document) return;
      const timer = setTimeout(() => this.#listenToTcf(tried + 1), TRIES[tried]);
      return void this.#stops.push(() => clearTimeout(timer));
    }
    let isOn = true;
    this.#stops.push(() => {
      isOn = false;
    });
    attempt(() =>
      api("addEventListener", 2, (data, ok) => {
        if (!isOn) return attempt(() => api("removeEventListener", 2, () => {}, data?.listenerId));
        if (!ok || data.gdprApplies === false) return;
        const { eventStatus, purpose } = data;
        const hasConsent = purpose?.consents?.[1] === true;
        if (eventStatus === "useractioncomplete") this.#hear("tcf", hasConsent ? "granted" : "denied");
        else if (eventStatus === "tcloaded" && hasConsent) this.#hear("tcf", "granted");
      }),
    );
  }
}

/** Whether a line of a journal is of that event. @param {import("./journal.js").Line} line */
export const isConsent = ({ id }) => id.endsWith(` ${CONSENT}`);

/**
 * Writes down under whose consent a store keeps the event that follows, unless its latest entry says so.
 * @param {import("./journal.js").Journal} store @param {(entry: import("./kept.js").Kept) => void} append @param {number} at the event's time
 */
export function underConsent({ lines, owner }, append, at) {
  const from = owner.consent?.();
  const last = lines.findLast(isConsent);
  if (from && (!last || JSON.parse(last.text).from !== from)) append({ event: CONSENT, timestamp: at - 1, from });
}
