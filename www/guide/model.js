/** The panel's details: which model this is, its test results, and what is stored about the shopper. */
import { fill, h } from "../dom.js";
import { toast } from "../shop/parts.js";
import { clock, day, number, t } from "../words/i18n.js";
import { eventName, factName } from "../words/names.js";
import { detail } from "./evidence.js";
import { fold } from "./fold.js";
import { card, erase, status, stored } from "./shopper.js";

const N_STORED = 30;
const N_FACTS = 24;

export const modelSections = () => [storedSection(), cardSection()];

function cardSection() {
  const box = h("div", { "data-testid": "model" });
  /** @param {[name: string, value: string][]} pairs */
  const rows = (pairs) =>
    h(
      "dl",
      { class: "facts" },
      pairs.filter(([, v]) => v != null && v !== "").map(([k, v]) => h("div", null, h("dt", null, k), h("dd", null, v))),
    );
  let drawn = false;
  return {
    el: fold(t("p_card"), box, { open: false }),
    show() {
      const c = card();
      if (!c) return fill(box, h("p", { class: "muted small" }, t(status().state === "failed" ? "p_failed" : "p_loading")));
      if (drawn) return;
      drawn = true;
      const ms = status().ms;
      fill(
        box,
        rows([
          [t("p_name"), c.name],
          [t("p_engine"), t(c.engine === "js" ? "p_engine_js" : "p_engine_wasm")],
          [t("p_bytes"), `${number(c.bundleBytes / 1024, 1)} KB`],
          [t("p_heads"), c.heads.map((head) => `${head.name} (${head.outputs.length})`).join(", ")],
          [t("p_policy"), c.policyVersion],
          [t("p_ready"), ms == null ? "" : `${Math.round(ms)} ms`],
        ]),
        h("h3", null, t("p_facts")),
        rows(
          Object.entries(c.facts)
            .slice(0, N_FACTS)
            .map(([k, v]) => [factName(k), v]),
        ),
      );
    },
  };
}

function storedSection() {
  const list = h("ol", { class: "stored", "data-testid": "stored" });
  const where = h("p", { class: "small" });
  const folded = fold(t("p_stored"), [where, list], { open: false });
  const show = () => {
    if (!folded.open) return;
    const kept = stored();
    if (!kept) {
      fill(where, t(status().state === "failed" ? "p_failed" : "p_loading"));
      return;
    }
    fill(where, t(`p_stored_where_${kept.storage}`), " ", t("p_stored_n", { n: kept.events.length }));
    fill(
      list,
      kept.events
        .slice(-N_STORED)
        .reverse()
        .map(({ event, timestamp, ...params }) =>
          h(
            "li",
            null,
            h("time", { class: "small muted" }, `${day(timestamp)} ${clock(timestamp)}`),
            h("span", null, eventName(event), h("span", { class: "muted" }, detail(params))),
          ),
        ),
    );
  };
  folded.addEventListener("toggle", show);
  return { el: folded, show };
}

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
