/** The panel's sections about the decision: the chosen counter, the intents, the reasons, and the ranking of all counters. */
import { fill, h } from "../dom.js";
import { number, percent, t } from "../words/i18n.js";
import { featureName, outputName } from "../words/features.js";
import { intentName, queueName } from "../words/names.js";
import { barList, cause } from "./bars.js";
import { featureValue } from "./evidence.js";
import { fold } from "./fold.js";
import { marked } from "./marks.js";
import { currentBelief, status } from "./shopper.js";

const N_CAUSES = 8;
const N_NAMED = 4;
const N_INTENTS = 8;

/** @typedef {import("floorwalker").Reason} Reason */

export const beliefSections = () => [nowSection(), whySection(), rankingSection()];

function nowSection() {
  const queue = h("div", { class: "now" });
  const bars = barList({ "data-testid": "intents" });
  const set = h("p", { class: "small muted set" });
  const title = h("h3", null, t("p_intents"));
  const rests = h("p", { class: "small muted", "data-testid": "evidence" });
  const el = h("section", { class: "fold now-section" }, queue, title, rests, bars.el, set);
  return {
    el,
    show() {
      const belief = currentBelief();
      title.hidden = set.hidden = rests.hidden = !belief;
      if (!belief) {
        const state = status();
        bars.show([]);
        return fill(
          queue,
          state.state === "failed"
            ? h(
                "div",
                { class: "failed", role: "alert" },
                h("strong", null, `${t("p_failed")} (`, h("code", { "data-testid": "error-code" }, state.code), ")"),
                h("p", { class: "small" }, t("p_failed_text", { message: state.message ?? "" })),
              )
            : h("p", { class: "muted" }, t("p_loading")),
        );
      }
      const { decision } = belief;
      const held = new Set(decision.intentSet);
      fill(
        queue,
        h("span", { class: "small muted" }, t("p_queue")),
        h(
          "strong",
          { class: decision.abstained ? "unsure" : "" },
          decision.abstained
            ? t("p_abstained", { queue: queueName(decision.defaultQueue) })
            : queueName(/** @type {string} */ (decision.queue)),
        ),
        h(
          "span",
          { class: "small muted" },
          [decision.abstainReason && t(`p_why_${decision.abstainReason}`), t("p_margin", { m: percent(decision.margin) })]
            .filter(Boolean)
            .join(" · "),
        ),
      );
      bars.show(
        decision.intents
          .slice(0, N_INTENTS)
          .map((i) => ({ key: i.name, name: intentName(i.name), share: i.probability, className: held.has(i.name) ? "in-set" : "" })),
      );
      const names = decision.intentSet.slice(0, N_NAMED).map(intentName);
      const { evidence } = decision;
      rests.textContent =
        evidence.strength === "none"
          ? t("p_evidence_none")
          : t("p_evidence", {
              list: [evidence.message && t("p_evidence_message"), evidence.events > 0 && t("p_evidence_events", { n: evidence.events })]
                .filter(Boolean)
                .join(" + "),
            });
      set.textContent =
        evidence.strength === "none"
          ? ""
          : t(names.length === 1 ? "p_set_one" : "p_set", {
              n: decision.intentSet.length,
              list: names.join(" / ") + (decision.intentSet.length > N_NAMED ? " …" : ""),
            });
    },
  };
}

function whySection() {
  const heading = h("span");
  const typed = h("div", { class: "typed" });
  const list = h("ul", { class: "causes" });
  const sum = h("p", { class: "small muted" });
  const el = fold(heading, [typed, list, sum]);
  return {
    el,
    show() {
      const belief = currentBelief();
      el.hidden = !belief;
      const explanation = belief?.explanation;
      heading.textContent = t("p_why", { intent: explanation ? intentName(explanation.output) : "…" });
      typed.hidden = !belief?.message.trim();
      if (belief) fill(typed, h("span", { class: "small muted" }, t("p_typed")), h("p", null, marked(belief.message, belief.words)));
      showCauses(list, explanation?.reasons ?? [], N_CAUSES);
      sum.textContent = explanation
        ? `${t("p_base")} ${number(explanation.base)} · ${t("p_sum", { logit: number(explanation.logit), p: percent(explanation.probability) })}`
        : "";
    },
  };
}

/** Fills a list with the strongest reasons, each with a bar. @param {HTMLElement} list @param {Reason[]} all @param {number} n */
export function showCauses(list, all, n) {
  const reasons = all
    .filter((r) => Math.abs(r.contribution) > 0.005)
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
    .slice(0, n);
  const top = Math.max(0, ...reasons.map((r) => Math.abs(r.contribution)));
  fill(
    list,
    reasons.length
      ? reasons.map((r) => cause(kindTag(r), reasonName(r), r.contribution, top))
      : h("li", { class: "muted small" }, t("p_why_none")),
  );
}

const KIND = { word: "“”", feature: "#", head: "ƒ", intent: "→" };
/** @param {Reason} r */
const kindTag = (r) => h("span", { class: `kind kind-${r.kind}`, title: r.kind }, KIND[r.kind] ?? "");

/** @param {Reason} r */
function reasonName(r) {
  if (r.kind === "word") return r.name;
  if (r.kind === "intent") return intentName(r.name);
  if (r.kind === "head") return outputName(r.name);
  return `${featureName(r.name)}${r.value == null ? "" : ` = ${featureValue(r.name, r.value)}`}`;
}

function rankingSection() {
  const bars = barList({ "data-testid": "ranking" });
  const folded = fold(t("p_ranking"), bars.el);
  return {
    el: folded,
    show() {
      const decision = currentBelief()?.decision;
      folded.hidden = !decision;
      bars.show(
        (decision?.ranking ?? []).map((r) => ({
          key: r.queue,
          name: queueName(r.queue),
          share: r.score,
          className: r.queue === /** @type {import("floorwalker").Decision} */ (decision).queue ? "in-set" : "",
          text: r.open ? percent(r.score) : t("p_closed"),
        })),
      );
    },
  };
}
