/** The checkout page and the confirmation page. What is entered stays in the form: it is neither sent nor stored. */
import { h, icon } from "../dom.js";
import { observe } from "../guide/shopper.js";
import { day, money, pick, t } from "../words/i18n.js";
import { sums } from "./basket.js";
import { cartItems, lines, orders, placeOrder, totals } from "./cart.js";
import { product } from "./catalogue.js";
import { linkButton, trail } from "./parts.js";
import { picture } from "./pictures.js";
import { go, link } from "./router.js";

const DECLINED = "0002";
const MIN_DIGITS = 12;
const DAY_MS = 86_400_000;

/** @typedef {import("./catalogue.js").Product} Product */

export function checkoutPage() {
  if (!lines().length)
    return {
      title: t("checkout_title"),
      body: [
        h(
          "section",
          { class: "plain" },
          h("h1", null, t("checkout_title")),
          h("p", null, t("cart_none")),
          linkButton(t("keep_shopping"), link("")),
        ),
      ],
    };
  const { total } = totals();
  const money_ = { currency: "USD", value: total };
  observe("begin_checkout", { ...money_, items: cartItems() });
  const card = h("input", {
    type: "text",
    inputmode: "numeric",
    autocomplete: "off",
    required: true,
    placeholder: "4242 4242 4242 4242",
    "data-testid": "card-number",
  });
  const said = h("p", { class: "warning", role: "alert" });
  /** @param {Event} e */
  const pay = (e) => {
    e.preventDefault();
    const digits = card.value.replace(/\D/g, "");
    if (digits.length < MIN_DIGITS) {
      said.textContent = t("card_short");
      card.focus();
      return;
    }
    observe("add_payment_info", { ...money_, payment_type: "card", items: cartItems() });
    if (digits.endsWith(DECLINED)) {
      observe("payment_fail", { ...money_, payment_type: "card", items: cartItems() });
      said.textContent = t("declined");
      card.focus();
      return;
    }
    go(link("done", placeOrder().number));
  };
  /** @param {import("../words/i18n.js").Phrase} name @param {import("../dom.js").Props} [extra] */
  const text = (name, extra) =>
    h("label", { class: "field" }, h("span", null, t(name)), h("input", { type: "text", required: true, autocomplete: "off", ...extra }));
  return {
    title: t("checkout_title"),
    body: [
      trail([[t("home"), link("")], [t("cart_title"), link("cart")], [t("checkout_title")]]),
      h("h1", null, t("checkout_title")),
      h("p", { class: "notice" }, icon("shield"), t("checkout_note")),
      h(
        "div",
        { class: "with-summary" },
        h(
          "form",
          { class: "checkout", onsubmit: pay },
          h(
            "fieldset",
            null,
            h("legend", null, t("contact")),
            text("full_name"),
            text("email", { type: "email" }),
            text("address", { class: "wide" }),
            text("city"),
            text("postcode"),
          ),
          h(
            "fieldset",
            null,
            h("legend", null, t("payment")),
            h("label", { class: "field wide" }, h("span", null, t("card_number")), card),
            text("expiry", { placeholder: "12/28" }),
            text("cvc", { inputmode: "numeric", maxlength: "4" }),
          ),
          said,
          h("button", { class: "button big", type: "submit", "data-testid": "pay" }, t("pay", { amount: money(total) })),
        ),
        h("aside", { class: "summary", "aria-label": t("summary") }, h("h2", null, t("summary")), thumbs(lines()), sums()),
      ),
    ],
  };
}

/** Thumbnails of the products in an order. @param {import("./cart.js").Line[]} list */
export const thumbs = (list) =>
  h(
    "ul",
    { class: "thumbs" },
    list
      .filter((l) => product(l.id))
      .map((l) =>
        h(
          "li",
          null,
          picture(/** @type {Product} */ (product(l.id)), { decorative: true }),
          h("span", { class: "small" }, `${pick(/** @type {Product} */ (product(l.id)), "name")} × ${l.quantity}`),
        ),
      ),
  );

/** @param {import("./router.js").Place} place */
export function donePage({ id }) {
  const order = orders().find((o) => o.number === id);
  return {
    title: t("done_title"),
    body: [
      h(
        "section",
        { class: "plain done" },
        h("span", { class: "done-mark" }, icon("check")),
        h("h1", null, t("done_title")),
        h("p", { class: "lead" }, t("done_text", { number: id, day: day((order?.at ?? Date.now()) + 3 * DAY_MS) })),
        order && thumbs(order.lines),
        h("p", { class: "row" }, linkButton(t("track"), link("orders", id)), linkButton(t("keep_shopping"), link(""), "button quiet")),
      ),
    ],
  };
}
