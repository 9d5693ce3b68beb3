/** The panel's section "You, as the page sees you": the shopper's segment and the early warnings, in words, with their reasons. */
import { h } from "../dom.js";
import { percent, t } from "../words/i18n.js";
import { showCauses } from "./beliefs.js";
import { fold } from "./fold.js";
import { portrait, whyHead } from "./shopper.js";

const N_CAUSES = 6;
const RISKS = /** @type {const} */ (["abandonment", "churn", "anomaly"]);
const SEGMENTS = /** @type {const} */ (["ordinary", "promising", "high_value", "at_risk"]);

export function portraitSection() {
  const segment = estimate("segment");
  const risks = RISKS.map((name) => ({ name, ...estimate(name) }));
  const el = fold(
    t("p_you"),
    h(
      "div",
      { class: "portrait", "data-testid": "portrait" },
      h("p", { class: "small muted" }, t("p_you_lead")),
      segment.el,
      risks.map((risk) => risk.el),
    ),
  );
  const show = () => {
    const seen = portrait();
    el.hidden = !seen?.segment && !RISKS.some((name) => seen?.risk[name] != null);
    if (!el.open || el.hidden || !seen) return;
    const known = SEGMENTS.find((name) => name === seen.segment?.name);
    segment.show(
      known && t(`p_segment_${known}`),
      seen.segment?.probability ?? null,
      known ? t(`p_segment_${known}_more`) : "",
      () => seen.why?.reasons ?? [],
    );
    for (const risk of risks) {
      const p = seen.risk[risk.name];
      const more = risk.name === "anomaly" && p != null ? t("p_risk_anomaly_more", { p: percent(p) }) : "";
      risk.show(t(`p_risk_${risk.name}`), p, more, () => whyHead(risk.name)?.reasons ?? []);
    }
  };
  el.addEventListener("toggle", show);
  return { el, show };
}

/** One estimate: its name, its probability, and when it is unfolded, its strongest reasons. @param {string} name */
function estimate(name) {
  const title = h("span", { class: "estimate-name" });
  const value = h("strong", { class: "estimate-value" });
  const fill = h("span", { class: "bar-fill" });
  const note = h("p", { class: "small muted" });
  const list = h("ul", { class: "causes" });
  const lead = h("p", { class: "small muted" }, t("p_risk_why"));
  const el = h(
    "details",
    { class: "estimate", "data-name": name },
    h("summary", null, title, value, h("span", { class: "bar-track" }, fill)),
    note,
    lead,
    list,
  );
  /** @type {() => import("floorwalker").Reason[]} */
  let reasons = () => [];
  const showWhy = () => {
    if (!el.open) return;
    const all = reasons();
    lead.hidden = !all.length;
    showCauses(list, all, N_CAUSES);
  };
  el.addEventListener("toggle", showWhy);
  return {
    el,
    /** @param {string | undefined} text @param {number | null} p @param {string} more @param {typeof reasons} why */
    show(text, p, more, why) {
      el.hidden = !text || p == null;
      if (!text || p == null) return;
      title.textContent = text;
      value.textContent = percent(p);
      fill.style.setProperty("--share", String(p));
      note.textContent = more;
      note.hidden = !more;
      reasons = why;
      showWhy();
    },
  };
}
