/** The panel's section about the model: which one this is, and its test results. */
import { fill, h } from "../dom.js";
import { number, t } from "../words/i18n.js";
import { factName } from "../words/names.js";
import { fold } from "./fold.js";
import { card, status } from "./shopper.js";

const N_FACTS = 24;

export function modelSection() {
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
