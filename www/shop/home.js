/** The front page: a welcome, the departments, and what is picked for the shopper. */
import { h, icon } from "../dom.js";
import { observe } from "../guide/shopper.js";
import { products, t } from "../words/i18n.js";
import { categoryName } from "../words/names.js";
import { categories, favourites, inCategory, toItems } from "./catalogue.js";
import { linkButton } from "./parts.js";
import { forHome, shelf } from "./picks.js";
import { picture } from "./pictures.js";
import { link } from "./router.js";

/** @param {import("./router.js").Doors} doors */
export function homePage({ ask }) {
  const picks = shelf("home", forHome);
  observe("view_item_list", { item_list_id: "home", items: toItems(picks.products()) });
  const window3 = favourites(6, 1);
  return {
    title: "",
    body: [
      h(
        "section",
        { class: "hero" },
        h(
          "div",
          { class: "hero-text" },
          h("p", { class: "over" }, t("hero_over")),
          h(
            "h1",
            null,
            t("hero_title")
              .split(/(?<=，)/)
              .map((clause) => h("span", { class: "clause" }, clause)),
          ),
          h("p", { class: "lead" }, t("hero_text")),
          h(
            "p",
            { class: "row" },
            h(
              "button",
              { class: "button", type: "button", onclick: () => document.getElementById("shelf-home")?.scrollIntoView() },
              t("hero_shop"),
            ),
            h("button", { class: "button quiet", type: "button", onclick: () => ask() }, icon("chat"), t("hero_ask")),
          ),
        ),
        h(
          "div",
          { class: "hero-window" },
          window3
            .slice(1, 5)
            .map((p) => h("a", { href: link("p", p.id), tabindex: "-1", "aria-hidden": "true" }, picture(p, { decorative: true }))),
        ),
      ),
      h(
        "ul",
        { class: "promises" },
        promise("truck", "delivery"),
        promise("back", "return"),
        promise("shield", "warranty"),
        promise("chat", "expert"),
      ),
      h(
        "section",
        { "aria-labelledby": "departments" },
        h("h2", { id: "departments" }, t("departments")),
        h("div", { class: "departments" }, categories().map(department)),
      ),
      picks.el,
      h(
        "section",
        { class: "gifts" },
        h("div", null, h("h2", null, t("gifts_title")), h("p", null, t("gifts_text"))),
        h("button", { class: "button on-dark", type: "button", onclick: () => ask(t("gifts_message")) }, t("gifts_ask")),
      ),
    ],
  };
}

/** @param {import("../dom.js").Icon} sign @param {"delivery" | "return" | "warranty" | "expert"} key */
const promise = (sign, key) =>
  h(
    "li",
    null,
    icon(sign),
    h("span", null, h("strong", null, t(`promise_${key}`)), h("span", { class: "small muted" }, t(`promise_${key}_more`))),
  );

/** @param {string} category */
function department(category) {
  const list = inCategory(category);
  return h(
    "a",
    { class: "department", href: link("c", category) },
    picture(list[0], { decorative: true }),
    h("span", { class: "department-name" }, categoryName(category)),
    h("span", { class: "small muted" }, products(list.length)),
  );
}

export function notFoundPage() {
  return {
    title: "404",
    body: [h("section", { class: "plain" }, h("h1", null, "404"), h("p", null, t("not_found")), linkButton(t("to_home"), link("")))],
  };
}
