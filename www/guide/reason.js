/** Says in one sentence why a counter was chosen, or why none was. */
import { lang, percent, t } from "../words/i18n.js";
import { intentName, queueName } from "../words/names.js";
import { strongest } from "./marks.js";

/** @param {import("./shopper.js").Belief} belief */
export function sentence({ decision, words, message }) {
  const [first, second] = decision.ranking.filter((r) => r.open);
  const general = queueName(decision.defaultQueue);
  if (decision.abstained) {
    const best = decision.ranking[0];
    if (decision.abstainReason === "closed") return t("why_closed", { a: best ? queueName(best.queue) : general, general });
    if (decision.abstainReason === "out_of_scope") return t("why_scope", { general });
    if (decision.evidence.strength === "none") return t("why_nothing", { general });
    if (decision.abstainReason === "margin" && second)
      return t("why_margin", { a: queueName(first.queue), b: queueName(second.queue), margin: percent(decision.margin), general });
    return t("why_threshold", { a: first ? queueName(first.queue) : general, score: percent(first?.score ?? 0), general });
  }
  if (decision.evidence.strength === "none") return t("why_nothing", { general: queueName(/** @type {string} */ (decision.queue)) });
  const top = leading(decision);
  const facts = { intent: intentName(top.name), p: percent(top.probability), queue: queueName(/** @type {string} */ (decision.queue)) };
  const said = message.trim() ? strongest(words) : [];
  if (!said.length) return t("why_visit", facts);
  return t("why_words", { ...facts, words: said.map((w) => `“${w}”`).join(lang() === "zh" ? "、" : ", ") });
}

/**
 * The intent that explains the choice: the most probable one among the chosen queue's reasons, else the most probable of all.
 *
 * @param {import("floorwalker").Decision} decision
 * @returns {import("floorwalker").Probability}
 */
export function leading(decision) {
  const chosen = decision.ranking.find((r) => r.queue === decision.queue);
  const own = new Set(chosen?.reasons.filter((r) => r.kind === "intent" && r.contribution > 0).map((r) => r.name));
  return decision.intents.find((i) => own.has(i.name)) ?? decision.intents[0] ?? { name: "other", probability: 0 };
}
