/**
 * The question at the bottom of the page whether what it learns may be kept on the device. It blocks nothing, and nothing is kept until it
 * is answered.
 */
import { fill, h } from "../dom.js";
import { onLang, t } from "../words/i18n.js";
import { consent, onBelief, onConsent, setConsent } from "./shopper.js";

/** @param {HTMLElement} root */
export function mountConsent(root) {
  // The buttons at the bottom of the page stand above the question, whose height depends on the window and the language.
  const room = () => document.documentElement.style.setProperty("--asked", `${root.offsetHeight}px`);
  new ResizeObserver(room).observe(root);

  /** @param {"granted" | "denied"} choice */
  const answer = (choice) => {
    setConsent(choice);
    document.getElementById("main")?.focus({ preventScroll: true });
  };
  function show() {
    root.hidden = consent() !== "pending";
    if (root.hidden) return fill(root);
    root.setAttribute("aria-label", t("consent_label"));
    fill(
      root,
      h("p", null, h("strong", null, t("consent_ask")), h("span", { class: "small muted" }, t("consent_more"))),
      h(
        "div",
        { class: "consent-buttons" },
        h(
          "button",
          { class: "button quiet", type: "button", "data-testid": "consent-no", onclick: () => answer("denied") },
          t("consent_no"),
        ),
        h(
          "button",
          { class: "button quiet", type: "button", "data-testid": "consent-yes", onclick: () => answer("granted") },
          t("consent_yes"),
        ),
      ),
    );
  }
  root.setAttribute("data-testid", "consent");
  onConsent(show);
  onLang(show);
  // A tool of the page may have answered meanwhile.
  onBelief(() => root.hidden === (consent() === "pending") && show());
  show();
}
