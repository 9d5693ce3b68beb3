/** The sign-in page. The demonstration has no accounts, so signing in always fails, and the failure is reported as an event. */
import { h } from "../dom.js";
import { observe } from "../guide/shopper.js";
import { t } from "../words/i18n.js";
import { trail } from "./parts.js";
import { link } from "./router.js";

export function accountPage() {
  const said = h("p", { class: "warning", role: "alert" });
  const password = h("input", { type: "password", required: true, autocomplete: "off" });
  /** @param {Event} e */
  const submit = (e) => {
    e.preventDefault();
    observe("login_fail");
    said.textContent = t("sign_in_failed");
    password.value = "";
    password.focus();
  };
  return {
    title: t("sign_in"),
    body: [
      trail([[t("home"), link("")], [t("sign_in")]]),
      h(
        "section",
        { class: "sign-in" },
        h("h1", null, t("sign_in")),
        h("p", { class: "muted" }, t("sign_in_text")),
        h(
          "form",
          { onsubmit: submit },
          h("label", { class: "field" }, h("span", null, t("email")), h("input", { type: "email", required: true, autocomplete: "off" })),
          h("label", { class: "field" }, h("span", null, t("password")), password),
          said,
          h("button", { class: "button big", type: "submit" }, t("sign_in")),
        ),
        h("a", { class: "small", href: link("help", "account") }, `${t("help")}: ${t("password")}`),
      ),
    ],
  };
}
