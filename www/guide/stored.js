/**
 * The panel's section "What is stored": the shopper's consent, which can be changed here, the ledger of what is kept, and each event. The
 * button that erases everything is outside of it, so that it is always visible.
 */
import { fill, h } from "../dom.js";
import { toast } from "../shop/parts.js";
import { clock, date, day, t } from "../words/i18n.js";
import { eventName, fieldName } from "../words/names.js";
import { detail } from "./evidence.js";
import { fold } from "./fold.js";
import { consent, erase, ledger, setConsent, status, stored } from "./shopper.js";

const N_STORED = 30;

/** @typedef {import("floorwalker").LedgerEntry} LedgerEntry */

export function storedSection() {
  const where = h("p", { class: "small" });
  const choice = choiceOf();
  const rows = h("tbody", { "data-testid": "ledger" });
  const table = h(
    "table",
    { class: "ledger" },
    h(
      "thead",
      null,
      h(
        "tr",
        null,
        /** @type {const} */ (["p_stored_event", "p_stored_count", "p_stored_since", "p_stored_until"]).map((key) =>
          h("th", { scope: "col" }, t(key)),
        ),
      ),
    ),
    rows,
  );
  const list = h("ol", { class: "stored", "data-testid": "stored" });
  const each = h("details", { class: "each" }, h("summary", null, t("p_stored_raw")), list);
  const folded = fold(t("p_stored"), [choice.el, where, table, each], { open: false });
  const show = async () => {
    if (!folded.open) return;
    const kept = stored();
    if (!kept) return fill(where, t(status().state === "failed" ? "p_failed" : "p_loading"));
    fill(where, t(`p_stored_where_${kept.storage}`), " ", t("p_stored_n", { n: kept.events.length }));
    fill(list, kept.events.slice(-N_STORED).reverse().map(eventRow));
    each.hidden = !kept.events.length;
    const entries = (await ledger()) ?? [];
    choice.show(
      entries.findLast(({ consentFrom }) => consentFrom),
      kept.storage,
    );
    table.hidden = !entries.length;
    fill(rows, entries.map(ledgerRow));
  };
  folded.addEventListener("toggle", show);
  return { el: folded, show };
}

/** The state of the shopper's consent in a sentence, and the buttons that change it. */
function choiceOf() {
  const state = h("p", { class: "small" });
  /** @param {"granted" | "denied"} said @param {import("../words/i18n.js").Phrase} key */
  const button = (said, key) =>
    h("button", { class: "chip-button", type: "button", "data-consent": said, onclick: () => setConsent(said) }, t(key));
  const buttons = [button("granted", "p_keep"), button("denied", "p_keep_not")];
  const el = h(
    "div",
    { class: "consent-choice", role: "group", "aria-label": t("consent_label") },
    state,
    h("div", { class: "row" }, buttons),
  );
  const isAsked = "globalPrivacyControl" in navigator && navigator.globalPrivacyControl === true;
  return {
    el,
    /** @param {LedgerEntry | undefined} entry @param {import("floorwalker").Storage} storage */
    show(entry, storage) {
      const now = consent();
      el.hidden = !now;
      if (!now) return;
      const from = entry?.consentFrom;
      if (isAsked) state.textContent = t("p_consent_gpc");
      else if (now === "granted" && storage === "memory") state.textContent = t("p_consent_blocked");
      else state.textContent = from && from !== "shop" ? t("p_consent_tool", { who: from }) : t(`p_consent_${now}`);
      for (const one of buttons) {
        one.setAttribute("aria-pressed", String(one.dataset.consent === now));
        one.disabled = isAsked;
      }
    },
  };
}

/** @param {LedgerEntry} entry */
const ledgerRow = ({ event, events, fields, first, until }) =>
  h(
    "tr",
    { "data-event": event },
    h(
      "th",
      { scope: "row" },
      event ? eventName(event) : t("p_nothing"),
      h("span", { class: "muted" }, t("p_stored_fields", { list: [...new Set(fields.map(fieldName))].join(t("p_comma")) })),
    ),
    h("td", null, events),
    h("td", null, h("time", { datetime: new Date(first).toISOString() }, date(first))),
    h("td", null, until ? h("time", { datetime: new Date(until).toISOString() }, date(until)) : t("p_stored_page")),
  );

/** @param {{ event: string, timestamp: number } & Record<string, unknown>} kept */
const eventRow = ({ event, timestamp, ...params }) =>
  h(
    "li",
    null,
    h("time", { class: "small muted" }, `${day(timestamp)} ${clock(timestamp)}`),
    h("span", null, eventName(event), h("span", { class: "muted" }, detail(params))),
  );

/** The button that erases the profile. It is always visible, outside of the foldable sections. */
export const eraseButton = () =>
  h(
    "button",
    {
      class: "button danger small-button",
      type: "button",
      "data-testid": "erase",
      onclick: () => {
        erase();
        toast(t("p_erased"));
      },
    },
    t("p_erase"),
  );
