/** The pages of help topics and policies. Reading one is reported as an event, because it shows what the shopper wants to know. */
import { h, icon } from "../dom.js";
import { observe } from "../guide/shopper.js";
import { lang, t } from "../words/i18n.js";
import { intentName } from "../words/names.js";
import { HELP, POLICIES } from "../words/pages.js";
import { notFoundPage } from "./home.js";
import { trail } from "./parts.js";
import { link } from "./router.js";

/**
 * @typedef {import("./router.js").Place} Place
 * @typedef {import("./router.js").Doors} Doors
 * @typedef {import("./router.js").Page} Page
 */

/** @param {import("../words/i18n.js").Pair} pair */
const either = (pair) => pair[lang() === "zh" ? 1 : 0];

/** @param {Place} place @param {Doors} doors */
export const helpPage = ({ id }, doors) => page("help", HELP, id, doors);
/** @param {Place} place @param {Doors} doors */
export const policyPage = ({ id }, doors) => page("policy", POLICIES, id, doors);

/** The title of a topic; `undefined` if `id` is. @param {string} [id] */
export function topicName(id) {
  if (!id) return undefined;
  const topic = [...HELP, ...POLICIES].find(([name]) => name === id);
  return topic ? either(topic[1]) : intentName(id);
}

/** Links to all topics, for the footer. @param {"help" | "policy"} kind */
export const topicLinks = (kind) =>
  (kind === "help" ? HELP : POLICIES).map(([id, title]) => h("li", null, h("a", { href: link(kind, id) }, either(title))));

/**
 * @param {"help" | "policy"} kind
 * @param {import("../words/pages.js").Topic[]} topics
 * @param {string} id
 * @param {Doors} doors
 * @returns {Page}
 */
function page(kind, topics, id, { ask }) {
  observe(`${kind}_view`, id ? { topic: id } : {});
  const topic = topics.find(([name]) => name === id);
  if (id && !topic) return notFoundPage();
  const title = topic ? either(topic[1]) : t(kind === "help" ? "help_title" : "foot_policies");
  return {
    title,
    body: [
      trail([
        [t("home"), link("")],
        [t(kind === "help" ? "help" : "foot_policies"), topic ? link(kind) : undefined],
        ...(topic ? /** @type {[string][]} */ ([[title]]) : []),
      ]),
      h(
        "div",
        { class: "reading" },
        h(
          "div",
          null,
          h("h1", null, title),
          topic
            ? topic[2].map((text) => h("p", { class: "lead" }, either(text)))
            : h(
                "ul",
                { class: "topics" },
                topics.map(([name, heading, texts]) =>
                  h(
                    "li",
                    null,
                    h(
                      "a",
                      { href: link(kind, name) },
                      h("strong", null, either(heading)),
                      h("span", { class: "small muted" }, either(texts[0])),
                    ),
                  ),
                ),
              ),
          h("button", { class: "button quiet", type: "button", onclick: () => ask() }, icon("chat"), t("help_ask")),
        ),
        h(
          "nav",
          { class: "side-links", "aria-label": t("help") },
          h("h2", null, t("foot_help")),
          h("ul", null, topicLinks("help")),
          h("h2", null, t("foot_policies")),
          h("ul", null, topicLinks("policy")),
        ),
      ),
    ],
  };
}
