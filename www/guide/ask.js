/**
 * The dialog "Ask an expert": the shopper types a message, and Floorwalker decides in the page who will help.
 * The beliefs are updated while the shopper types; sending the message asks for the decision.
 */
import { fill, h, icon } from "../dom.js";
import { t, onLang } from "../words/i18n.js";
import { intentName, queueName } from "../words/names.js";
import { starInput } from "../shop/parts.js";
import { barList } from "./bars.js";
import { marked } from "./marks.js";
import { sentence } from "./reason.js";
import { consider, currentBelief, observe, onBelief, status, think } from "./shopper.js";

const TYPING_MS = 60;
const N_LIVE = 3;
const N_INSTEAD = 2;
const FALLBACK_QUEUE = "general";

/**
 * @typedef {import("./shopper.js").Belief} Belief
 * @typedef {{ says: "hello" }} Hello
 * @typedef {{ says: "shopper", text: string, words?: import("floorwalker").Reason[] }} Question
 * @typedef {{ says: "answer", belief: Belief | null, chosen?: string }} Answer
 */

/** @param {HTMLElement} root */
export function mountAsk(root) {
  /** @type {(Hello | Question | Answer)[]} */
  const talk = [{ says: "hello" }];
  let isOpen = false;
  /** @type {ReturnType<typeof setTimeout> | 0} */
  let typing = 0;

  const bubble = h("button", {
    class: "ask-bubble",
    type: "button",
    "data-testid": "ask",
    "aria-expanded": "false",
    "aria-controls": "ask-dialog",
    onclick: () => (isOpen ? close() : open()),
  });
  const log = h("div", { class: "ask-log", role: "log", "aria-live": "polite", tabindex: "0" });
  const live = barList();
  const liveBox = h("div", { class: "ask-live", "aria-hidden": "true" });
  const text = h("textarea", { rows: "2", maxlength: "500", "data-testid": "message", oninput: typed, onkeydown: keyed });
  const sendButton = h("button", { class: "send", type: "submit", "data-testid": "send" }, icon("send"));
  const form = h("form", { class: "ask-form", onsubmit: send }, text, sendButton);
  const dialog = h("section", { class: "ask-dialog", id: "ask-dialog", role: "dialog", hidden: true });
  fill(root, dialog, bubble);

  function draw() {
    fill(bubble, icon("chat"), h("span", null, t("ask")));
    text.placeholder = t("ask_hint");
    text.setAttribute("aria-label", t("your_message"));
    sendButton.setAttribute("aria-label", t("send"));
    dialog.setAttribute("aria-label", t("ask_title"));
    fill(liveBox, h("span", { class: "small muted" }, t("live")), live.el);
    fill(
      dialog,
      h(
        "header",
        { class: "ask-head" },
        h("div", null, h("h2", null, t("ask_title")), h("p", { class: "small" }, t("ask_sub"))),
        h("button", { class: "icon-button", type: "button", "aria-label": t("close"), onclick: close }, icon("close")),
      ),
      log,
      liveBox,
      form,
    );
    drawLog();
    drawLive(currentBelief());
  }

  function drawLog() {
    const lastAnswer = talk.findLastIndex((turn) => turn.says === "answer");
    fill(
      log,
      talk.map((turn, i) => {
        if (turn.says === "hello") return h("div", { class: "turn us" }, h("p", null, t("ask_hello")));
        if (turn.says === "shopper") return h("div", { class: "turn you" }, h("p", null, marked(turn.text, turn.words ?? [])));
        return answerCard(turn, i === lastAnswer);
      }),
    );
    if (talk.length === 1) log.append(suggestions());
    showLast();
  }

  /** Scrolls the last question to the top, so that its answer is read from its beginning. */
  function showLast() {
    const asked = /** @type {NodeListOf<HTMLElement>} */ (log.querySelectorAll(".turn.you"));
    log.scrollTop = asked.length ? asked[asked.length - 1].offsetTop - log.offsetTop - 14 : 0;
  }

  const suggestions = () =>
    h(
      "div",
      { class: "suggestions", role: "group", "aria-label": t("suggestions") },
      /** @type {const} */ ([1, 2, 3, 4]).map((n) =>
        h("button", { class: "chip-button", type: "button", onclick: () => ask(t(`suggest_${n}`)) }, t(`suggest_${n}`)),
      ),
    );

  /** @param {Answer} turn @param {boolean} isLast */
  function answerCard(turn, isLast) {
    /** @param {string} name @param {Record<string, string>} [more] */
    const hook = (name, more) => (isLast ? { "data-testid": name, ...more } : {});
    const { belief } = turn;
    if (!belief) {
      const state = status();
      const reason =
        state.state === "loading" ? t("ask_loading") : t("ask_failed", { code: state.code ?? "", general: queueName(FALLBACK_QUEUE) });
      return h(
        "div",
        { class: "turn us decision abstained", ...hook("queue", { "data-queue": FALLBACK_QUEUE, "data-abstained": "true" }) },
        h("span", { class: "small muted" }, t("helped_by")),
        h("strong", { class: "decision-queue" }, queueName(FALLBACK_QUEUE)),
        h("p", hook("reason"), reason),
      );
    }
    const { decision } = belief;
    const queue = turn.chosen ?? decision.queue ?? decision.defaultQueue;
    const abstained = decision.abstained && !turn.chosen;
    const instead = decision.ranking.filter((r) => r.open && r.queue !== queue).slice(0, N_INSTEAD);
    /** @param {string} other */
    const choose = (other) => {
      turn.chosen = other;
      drawLog();
    };
    return h(
      "div",
      {
        class: `turn us decision${abstained ? " abstained" : ""}`,
        ...hook("queue", { "data-queue": queue, "data-abstained": String(abstained) }),
      },
      h("span", { class: "small muted" }, t(abstained ? "general_for_now" : "helped_by")),
      h("strong", { class: "decision-queue" }, queueName(queue)),
      h("p", hook("reason"), turn.chosen ? t("your_choice") : sentence(belief)),
      isLast &&
        instead.length > 0 &&
        h(
          "p",
          { class: "instead small" },
          h("span", { class: "muted" }, t("or_instead")),
          instead.map((r) => h("button", { class: "chip-button", type: "button", onclick: () => choose(r.queue) }, queueName(r.queue))),
        ),
      isLast && starInput(t("was_right"), () => ({ queue })),
      isLast && h("p", { class: "in-page small" }, icon("shield"), t("demo_queue")),
    );
  }

  /** @param {Belief | null} belief */
  function drawLive(belief) {
    liveBox.classList.toggle("waiting", !belief);
    if (!belief) return live.show([]);
    const inSet = new Set(belief.decision.intentSet);
    live.show(
      belief.decision.intents
        .slice(0, N_LIVE)
        .map((i) => ({ key: i.name, name: intentName(i.name), share: i.probability, className: inSet.has(i.name) ? "in-set" : "" })),
    );
  }

  function typed() {
    clearTimeout(typing);
    typing = setTimeout(() => consider(text.value), TYPING_MS);
  }

  /** @param {KeyboardEvent} e */
  function keyed(e) {
    if (e.key === "Enter" && !e.shiftKey && !e.isComposing) {
      e.preventDefault();
      form.requestSubmit();
    }
  }

  /** @param {Event} [e] */
  function send(e) {
    e?.preventDefault();
    const message = text.value.trim();
    if (!message) return text.focus();
    clearTimeout(typing);
    const belief = think(message);
    talk.push({ says: "shopper", text: message, words: belief?.words }, { says: "answer", belief });
    text.value = "";
    drawLog();
    // The message's text is not part of the event: the engine keeps only that something was asked, and its length.
    observe("message", { characters: message.length });
    text.focus();
  }

  /** @param {string} message */
  function ask(message) {
    text.value = message;
    send();
  }

  /** @param {string} [message] */
  function open(message) {
    isOpen = true;
    dialog.hidden = false;
    document.body.classList.add("asking");
    bubble.setAttribute("aria-expanded", "true");
    if (message) {
      text.value = message;
      consider(message);
    }
    text.focus();
    showLast();
  }

  function close() {
    isOpen = false;
    dialog.hidden = true;
    document.body.classList.remove("asking");
    bubble.setAttribute("aria-expanded", "false");
    bubble.focus();
  }

  dialog.addEventListener("keydown", (e) => {
    if (e.key === "Escape") close();
  });
  // On a new page, a message that was sent before no longer affects the beliefs: only the draft does.
  addEventListener("hashchange", () => consider(text.value));
  onBelief(drawLive);
  onLang(draw);
  draw();
  return { open };
}
