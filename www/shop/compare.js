/** The comparison page: up to four products side by side. */
import { h } from "../dom.js";
import { money, number, pick, t } from "../words/i18n.js";
import { categoryName } from "../words/names.js";
import { observe } from "../guide/shopper.js";
import { add, compared, toggleCompared } from "./cart.js";
import { product, toItem } from "./catalogue.js";
import { choicesOf, specsOf } from "./details.js";
import { linkButton, stars, toast, trail } from "./parts.js";
import { picture } from "./pictures.js";
import { go, link } from "./router.js";

/** @typedef {import("./catalogue.js").Product} Product */

/** @param {import("./router.js").Place} _place @param {import("./router.js").Doors} doors */
export function comparePage(_place, { again }) {
  const list = /** @type {Product[]} */ (compared().map(product));
  const head = trail([[t("home"), link("")], [t("compare_title")]]);
  if (!list.length)
    return {
      title: t("compare_title"),
      body: [
        head,
        h(
          "section",
          { class: "plain" },
          h("h1", null, t("compare_title")),
          h("p", null, t("compare_none")),
          linkButton(t("keep_shopping"), link("")),
        ),
      ],
    };
  if (list.length > 1) observe("compare", { items: list.map((p) => toItem(p)) });
  const names = [...new Set(list.flatMap((p) => specsOf(p).map(([name]) => name)))].slice(1);
  const specs = list.map((p) => new Map(specsOf(p)));
  /** @param {string} name @param {(p: Product, i: number) => import("../dom.js").Child} cell */
  const row = (name, cell) =>
    h(
      "tr",
      null,
      h("th", { scope: "row" }, name),
      list.map((p, i) => h("td", null, cell(p, i))),
    );
  /** @param {Product} p */
  const put = (p) => {
    if (choicesOf(p)) return go(link("p", p.id));
    add(p.id);
    toast(t("added", { name: pick(p, "name") }));
  };
  /** @param {Product} p */
  const remove = (p) => {
    toggleCompared(p.id);
    again();
  };
  return {
    title: t("compare_title"),
    body: [
      head,
      h("h1", null, t("compare_title")),
      h(
        "div",
        { class: "scroll", tabindex: "0", role: "region", "aria-label": t("compare_title") },
        h(
          "table",
          { class: "compare" },
          h(
            "thead",
            null,
            h(
              "tr",
              null,
              h("td"),
              list.map((p) =>
                h(
                  "th",
                  { scope: "col" },
                  h("a", { href: link("p", p.id) }, picture(p, { decorative: true }), h("span", null, pick(p, "name"))),
                  h("div", null, h("button", { class: "text-button", type: "button", onclick: () => remove(p) }, t("remove"))),
                ),
              ),
            ),
          ),
          h(
            "tbody",
            null,
            row(t("price"), (p) => h("strong", { class: "price" }, money(p.price))),
            row(t("rating"), (p) => [stars(p.rating), " ", number(p.rating, 1)]),
            row(t("brand"), (p) => p.brand),
            row(t("department"), (p) => categoryName(p.category)),
            names.map((name) => row(name, (_, i) => specs[i].get(name) ?? "–")),
            row("", (p) => h("button", { class: "button small-button", type: "button", onclick: () => put(p) }, t("add_to_cart"))),
          ),
        ),
      ),
    ],
  };
}
