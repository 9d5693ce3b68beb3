/** The page of one product: picture, choices, specifications, reviews and related products. */
import { fill, h, icon } from "../dom.js";
import { observe } from "../guide/shopper.js";
import { day, money, number, pick, t } from "../words/i18n.js";
import { categoryName, variantName } from "../words/names.js";
import { add, compared, toggleCompared } from "./cart.js";
import { product, seed, toItem } from "./catalogue.js";
import { choicesOf, hasColours, reviewCount, reviewsOf, specsOf, stockOf } from "./details.js";
import { notFoundPage } from "./home.js";
import { heart, starInput, stars, toast, trail } from "./parts.js";
import { forProduct, shelf, togetherWith } from "./picks.js";
import { coloursOf, pictureUrl, picture, swatch } from "./pictures.js";
import { link } from "./router.js";

/** @typedef {import("./catalogue.js").Product} Product */
/** @typedef {import("./router.js").Doors} Doors */

/** @param {import("./router.js").Place} place @param {Doors} doors */
export function productPage({ id }, { ask }) {
  const p = product(id);
  if (!p) return notFoundPage();
  observe("view_item", { currency: "USD", value: p.price, items: [toItem(p)] });
  const name = pick(p, "name");
  return {
    title: name,
    body: [
      trail([[t("home"), link("")], [categoryName(p.category), link("c", p.category)], [name]]),
      buyBox(p, name, ask),
      h(
        "div",
        { class: "columns" },
        h(
          "section",
          null,
          h("h2", null, t("specs")),
          h(
            "table",
            { class: "specs" },
            h(
              "tbody",
              null,
              specsOf(p).map(([k, v]) => h("tr", null, h("th", { scope: "row" }, k), h("td", null, v))),
            ),
          ),
        ),
        h(
          "section",
          { id: "reviews" },
          h("h2", null, t("reviews")),
          reviewsOf(p).map((r) =>
            h(
              "article",
              { class: "review" },
              h("div", { class: "row" }, stars(r.stars), h("strong", null, r.title)),
              h("p", null, r.text),
              h("p", { class: "small muted" }, `${r.who} · ${t("verified")}`),
            ),
          ),
          starInput(t("rate_this"), () => ({ items: [toItem(p)] })),
        ),
      ),
      shelf("related", () => forProduct(p)).el,
      shelf("together", () => togetherWith(p)).el,
    ],
  };
}

/** @param {Product} p @param {string} name @param {Doors["ask"]} ask */
function buyBox(p, name, ask) {
  const chosen = { colour: coloursOf(p)[0], choice: "" };
  const image = picture(p, { class: "product-picture" });
  const choices = choicesOf(p);
  if (choices?.label === "storage") chosen.choice = choices.values[0];
  const warning = h("p", { class: "warning small", role: "alert" });
  const stock = stockOf(p);
  const put = () => {
    if (choices && !chosen.choice) {
      warning.textContent = t("pick_size");
      return;
    }
    warning.textContent = "";
    add(p.id, [hasColours(p) && chosen.colour, chosen.choice].filter(Boolean).join(" / "));
    toast(t("added", { name }));
  };
  return h(
    "div",
    { class: "product" },
    h("div", { class: "product-stage" }, image),
    h(
      "div",
      { class: "product-buy" },
      h("p", { class: "over" }, p.brand),
      h("h1", null, name),
      h(
        "p",
        { class: "row" },
        stars(p.rating),
        h("span", { class: "small" }, number(p.rating, 1)),
        h("span", { class: "small muted" }, t("reviews_n", { n: reviewCount(p) })),
      ),
      h("p", { class: "product-price" }, money(p.price)),
      h("p", { class: "lead" }, pick(p, "description")),
      hasColours(p) &&
        radios(t("colour"), coloursOf(p), chosen.colour, "swatch", (colour) => {
          chosen.colour = colour;
          image.src = pictureUrl(p, colour);
        }),
      choices &&
        radios(
          t(choices.label),
          choices.values,
          chosen.choice,
          "chip",
          (choice) => {
            chosen.choice = choice;
            warning.textContent = "";
          },
          choices.soldOut,
        ),
      choices?.label === "size" && h("p", { class: "small" }, h("a", { href: link("help", "sizes") }, t("size_guide"))),
      warning,
      h(
        "div",
        { class: "row buy-row" },
        h("button", { class: "button big", type: "button", "data-testid": "add-to-cart", onclick: put }, icon("cart"), t("add_to_cart")),
        compareButton(p),
        heart(p, "button quiet", true),
      ),
      h(
        "ul",
        { class: "assurances" },
        h(
          "li",
          null,
          icon("box"),
          h(
            "span",
            null,
            h("strong", { class: stock.left ? "low" : "ok" }, stock.left ? t("few_left", { n: stock.left }) : t("in_stock")),
            ` · ${t("arrives", { day: day(stock.arrives) })}`,
          ),
        ),
        h(
          "li",
          null,
          icon("truck"),
          h("a", { href: link("policy", "delivery") }, t("delivery_link")),
          h("span", { class: "muted" }, t("promise_delivery")),
        ),
        h(
          "li",
          null,
          icon("back"),
          h("a", { href: link("policy", "returns") }, t("returns_link")),
          h("span", { class: "muted" }, t("promise_return")),
        ),
      ),
      h("button", { class: "text-button", type: "button", onclick: () => ask() }, icon("chat"), t("ask_about")),
    ),
  );
}

/** @param {Product} p */
function compareButton(p) {
  const button = h("button", { class: "button quiet", type: "button", "data-testid": "compare" });
  const show = () => {
    const on = compared().includes(p.id);
    button.setAttribute("aria-pressed", String(on));
    fill(button, icon("scales"), t(on ? "remove_compare" : "compare"));
  };
  button.addEventListener("click", () => {
    toggleCompared(p.id);
    show();
  });
  show();
  return button;
}

/**
 * A group of radio buttons shown as swatches or chips.
 *
 * @param {string} label
 * @param {string[]} values
 * @param {string} first
 * @param {"swatch" | "chip"} look
 * @param {(value: string) => void} choose
 * @param {Set<string>} [soldOut]
 */
function radios(label, values, first, look, choose, soldOut = new Set()) {
  const group = `g${seed(label + look)}`;
  return h(
    "fieldset",
    { class: "choice" },
    h("legend", { class: "small muted" }, label),
    h(
      "div",
      { class: "row" },
      values.map((value) =>
        h(
          "label",
          { class: look, title: variantName(value) },
          h("input", {
            type: "radio",
            name: group,
            value,
            checked: value === first,
            disabled: soldOut.has(value),
            "aria-label": variantName(value),
            onchange: () => choose(value),
          }),
          h("span", { vars: look === "swatch" ? { "--swatch": swatch(value) } : {} }, look === "swatch" ? "" : value),
        ),
      ),
    ),
  );
}
