/**
 * The panel "What this page predicts": a column at the side, or on a phone a sheet from below. It only displays, except that the
 * shopper corrects their taste in it, says whether it may be kept, and erases it.
 */
import { fill, h, icon } from "../dom.js";
import { onLang, t } from "../words/i18n.js";
import { intentName } from "../words/names.js";
import { beliefSections } from "./beliefs.js";
import { evidenceSections } from "./evidence.js";
import { onSent, sentRequests } from "./network.js";
import { modelSection } from "./model.js";
import { portraitSection } from "./portrait.js";
import { onPicks } from "./recommender.js";
import { currentBelief, onBelief, onConsent, onObserved, onStatus, status } from "./shopper.js";
import { eraseButton, storedSection } from "./stored.js";
import { tasteSection } from "./taste.js";

/** @typedef {{ el: HTMLElement, show(): void }} Section */

const KEY = "lantern-row.panel";
const WIDE = matchMedia("(min-width: 1080px)");

/** @param {HTMLElement} root */
export function mountPanel(root) {
  let isOpen = WIDE.matches && remembered() !== "closed";
  const toggle = h("button", { class: "panel-toggle", type: "button", "aria-controls": "panel", onclick: () => set(!isOpen) });
  const body = h("div", { class: "panel-body" });
  const foot = h("div", { class: "panel-foot" });
  const count = h("div", { class: "panel-count" });
  root.setAttribute("data-testid", "panel");
  root.before(toggle);
  /** @type {Section[]} */
  let sections = [];
  let due = 0;

  /** @param {boolean} next */
  function set(next) {
    isOpen = next;
    try {
      localStorage.setItem(KEY, next ? "open" : "closed");
    } catch {
      // Storage is blocked: the choice holds for this page.
    }
    apply();
    show();
  }

  function apply() {
    document.body.classList.toggle("believing", isOpen);
    root.hidden = !isOpen;
    toggle.setAttribute("aria-expanded", String(isOpen));
    toggle.setAttribute("aria-label", t(isOpen ? "panel_close" : "panel_open"));
    drawToggle();
  }

  function drawToggle() {
    const decision = currentBelief()?.decision;
    fill(
      toggle,
      icon("eye"),
      h("span", { class: "toggle-text" }, t("panel_title")),
      !isOpen && decision && !decision.abstained && h("span", { class: "toggle-top" }, intentName(decision.intents[0].name)),
    );
  }

  function draw() {
    root.setAttribute("aria-label", t("panel_title"));
    sections = [...beliefSections(), tasteSection(), portraitSection(), ...evidenceSections(), storedSection(), modelSection()];
    fill(
      body,
      sections.map((s) => s.el),
    );
    fill(
      root,
      h(
        "header",
        { class: "panel-head" },
        h("div", null, h("h2", null, t("panel_title")), h("p", { class: "small" }, h("span", { class: "dot" }), t("panel_sub"))),
        h("button", { class: "icon-button", type: "button", "aria-label": t("panel_close"), onclick: () => set(false) }, icon("close")),
      ),
      body,
      foot,
    );
    fill(foot, count, eraseButton());
    apply();
    show();
  }

  function show() {
    due = 0;
    drawToggle();
    if (!isOpen) return;
    root.dataset.state = status().state;
    for (const s of sections) s.show();
    const sent = sentRequests();
    fill(
      count,
      h("span", null, `${t("p_sent")}: `, h("strong", { "data-testid": "sent" }, sent.length)),
      h("span", { class: "small" }, sent.length ? sent.slice(-3).join(" ") : t("p_sent_more")),
    );
  }

  const soon = () => {
    if (!due) due = requestAnimationFrame(show);
  };
  for (const on of [onBelief, onObserved, onStatus, onSent, onConsent, onPicks]) on(soon);
  onLang(draw);
  draw();
}

function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
