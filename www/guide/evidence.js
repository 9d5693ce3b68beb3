/** The panel's sections about the evidence: the events of the shopper, and the values of the features. */
import { fill, h } from "../dom.js";
import { clock, money, number, percent, pick, products, signed, t } from "../words/i18n.js";
import { featureName } from "../words/features.js";
import { categoryName, eventName, valueName } from "../words/names.js";
import { product } from "../shop/catalogue.js";
import { topicName } from "../shop/help.js";
import { fold } from "./fold.js";
import { currentBelief, events } from "./shopper.js";

const N_EVENTS = 8;
const N_FEATURES = 12;
const DAY_S = 86_400;
/** Features that serve only to compute others, or to say which fields of events are kept. */
const SERVING = /^(profile|recommend)\./;

/** @typedef {import("floorwalker").Feature} Feature */

export const evidenceSections = () => [eventSection(), featureSection()];

function eventSection() {
  const list = h("ol", { class: "events", "data-testid": "events" });
  return {
    el: fold(t("p_events"), list),
    show() {
      const shown = events().slice(0, N_EVENTS);
      fill(
        list,
        shown.length
          ? shown.map((e) =>
              h(
                "li",
                { "data-event": e.event },
                h("time", { class: "small muted" }, clock(e.at)),
                h("span", null, h("strong", null, eventName(e.event)), h("span", { class: "muted" }, detail(e.params))),
                h("code", { class: "small" }, e.event),
              ),
            )
          : h("li", { class: "muted small" }, t("p_events_none")),
      );
    },
  };
}

/** Describes in a few words what an event was about. @param {import("./shopper.js").Params} params */
export function detail(params) {
  const items = params.items ?? [];
  const known = product(items[0]?.item_id);
  const name = known ? pick(known, "name") : items[0]?.item_name;
  const text = params.search_term ?? topicName(params.topic) ?? (items.length > 1 ? products(items.length) : name) ?? "";
  if (params.attribute) return ` ${valueName(params.attribute, String(params.value))}`;
  const value = !items.length && typeof params.value === "number" && !text ? number(params.value) : "";
  return text || value ? ` ${text}${value}` : "";
}

function featureSection() {
  const body = h("tbody", { "data-testid": "features" });
  const table = h(
    "table",
    { class: "features" },
    h("thead", null, h("tr", null, h("th", { scope: "col" }, t("p_feature")), h("th", { scope: "col" }, t("p_value")))),
    body,
  );
  const more = h("button", {
    class: "text-button",
    type: "button",
    onclick: () => {
      all = true;
      show();
    },
  });
  /** @type {Map<string, Feature["value"]>} */
  let before = new Map();
  /** @type {Map<string, number>} */
  const changedAt = new Map();
  let all = false;
  const folded = fold(t("p_features"), [table, more]);
  function show() {
    folded.hidden = !currentBelief();
    const features = (currentBelief()?.features ?? []).filter((f) => !SERVING.test(f.name));
    const now = performance.now();
    for (const f of features) if (before.has(f.name) && before.get(f.name) !== rounded(f.value)) changedAt.set(f.name, now);
    /** @param {string} name */
    const fresh = (name) => now - (changedAt.get(name) ?? -Infinity) < 1200;
    // Features that changed last come first, then those with a value other than 0, then zeros, then those without a value. Likings come after
    // the others of their kind, because each look changes all of them.
    /** @param {Feature} f */
    const order = (f) =>
      (changedAt.get(f.name) ?? 0) + (f.value == null ? 0 : f.value === 0 ? 1 : 2) - (f.name.startsWith("likes.") ? 0.5 : 0);
    const sorted = [...features].sort((a, b) => order(b) - order(a));
    fill(
      body,
      sorted
        .slice(0, all ? sorted.length : N_FEATURES)
        .map((f) =>
          h(
            "tr",
            { class: fresh(f.name) ? "changed" : "" },
            h("th", { scope: "row", title: f.name }, featureName(f.name)),
            h("td", null, f.value == null ? h("span", { class: "muted" }, t("p_nothing")) : featureValue(f.name, f.value)),
          ),
        ),
    );
    more.hidden = all || features.length <= N_FEATURES;
    more.textContent = t("p_show_all", { n: features.length });
    before = new Map(features.map((f) => [f.name, rounded(f.value)]));
  }
  return { el: folded, show };
}

/** A value as it is shown: what fades with time has not changed as long as it looks the same. @param {Feature["value"]} value */
const rounded = (value) => (typeof value === "number" ? Math.round(value * 100) : value);

/** The value of a feature as a person reads it. @param {string} name @param {number | string} value */
export function featureValue(name, value) {
  if (typeof value === "string") return categoryName(value);
  if (/^likes\./.test(name)) return signed(value);
  if (/^shopper\.(morning|afternoon|evening|weekend)$/.test(name)) return percent(value);
  if (name === "shopper.since_purchase") return t("p_days", { n: number(value / DAY_S, 1) });
  return /price|spen[dt]|cart_value|dearest|added_value/.test(name) && value > 1 ? money(Math.round(value * 100) / 100) : number(value);
}
