/** The cart page, the totals beside it, and what goes with what is in it. */
import { fill, h } from "../dom.js";
import { observe } from "../guide/shopper.js";
import { whileShown } from "../signal.js";
import { money, pick, t } from "../words/i18n.js";
import { variantName } from "../words/names.js";
import { cartItems, coupon, lines, onCart, setQuantity, totals, tryCoupon } from "./cart.js";
import { product } from "./catalogue.js";
import { linkButton, trail } from "./parts.js";
import { forCart, shelf } from "./picks.js";
import { picture } from "./pictures.js";
import { link } from "./router.js";

/** @typedef {import("./cart.js").Line} Line */

export function cartPage() {
  observe("view_cart", { currency: "USD", value: totals().goods, items: cartItems() });
  const body = h("div", { class: "with-summary" });
  const show = () =>
    fill(
      body,
      ...(lines().length
        ? [goods(show), side(show)]
        : [h("section", { class: "plain" }, h("p", null, t("cart_none")), linkButton(t("keep_shopping"), link("")))]),
    );
  show();
  // A card below may be put into the cart. What is typed as a coupon stays unless the cart changed.
  const held = () => JSON.stringify([lines(), coupon()]);
  let drawn = held();
  whileShown(body, [onCart], () => {
    if (drawn === held()) return;
    drawn = held();
    show();
  });
  return {
    title: t("cart_title"),
    body: [trail([[t("home"), link("")], [t("cart_title")]]), h("h1", null, t("cart_title")), body, shelf("cart", forCart).el],
  };
}

/** @param {() => void} show */
function goods(show) {
  /** @param {Line} line @param {number} quantity */
  const change = (line, quantity) => {
    setQuantity(line, quantity);
    show();
  };
  return h(
    "ul",
    { class: "lines" },
    lines().map((line) => {
      const p = /** @type {import("./catalogue.js").Product} */ (product(line.id));
      const name = pick(p, "name");
      return h(
        "li",
        { class: "line" },
        h("a", { href: link("p", p.id), tabindex: "-1", "aria-hidden": "true" }, picture(p, { decorative: true, colour: colourOf(line) })),
        h(
          "div",
          { class: "line-text" },
          h("a", { href: link("p", p.id) }, h("strong", null, name)),
          h("span", { class: "small muted" }, [p.brand, variantName(line.variant)].filter(Boolean).join(" · ")),
          h(
            "div",
            { class: "row" },
            h(
              "div",
              { class: "stepper", role: "group", "aria-label": `${t("quantity")}: ${name}` },
              h("button", { type: "button", "aria-label": t("less"), onclick: () => change(line, line.quantity - 1) }, "−"),
              h("output", null, line.quantity),
              h(
                "button",
                { type: "button", "aria-label": t("more"), disabled: line.quantity >= 9, onclick: () => change(line, line.quantity + 1) },
                "+",
              ),
            ),
            h("button", { class: "text-button", type: "button", onclick: () => change(line, 0) }, t("remove")),
          ),
        ),
        h("strong", { class: "price" }, money(p.price * line.quantity)),
      );
    }),
  );
}

/** @param {() => void} show */
function side(show) {
  const code = h("input", { type: "text", name: "coupon", autocomplete: "off", "data-testid": "coupon", value: coupon() });
  const said = h("p", { class: "small", role: "alert" });
  if (coupon()) said.textContent = t("coupon_good", { code: coupon() });
  /** @param {Event} e */
  const apply = (e) => {
    e.preventDefault();
    const typed = code.value.trim();
    if (!typed) return;
    if (tryCoupon(typed)) return show();
    said.textContent = t("coupon_bad", { code: typed });
    said.className = "warning small";
  };
  return h(
    "aside",
    { class: "summary", "aria-label": t("summary") },
    h("h2", null, t("summary")),
    sums(),
    h(
      "form",
      { class: "coupon", onsubmit: apply },
      h("label", null, h("span", { class: "small muted" }, t("coupon")), code),
      h("button", { class: "button quiet", type: "submit" }, t("apply")),
    ),
    said,
    linkButton(t("checkout"), link("checkout"), "button big wide"),
  );
}

/** The rows of the cart's totals. */
export function sums() {
  const { goods: amount, discount, delivery, total, untilFree } = totals();
  /** @param {string} name @param {string} value @param {boolean} [strong] */
  const row = (name, value, strong) => h("div", { class: strong ? "sum total" : "sum" }, h("dt", null, name), h("dd", null, value));
  return [
    h(
      "dl",
      null,
      row(t("goods"), money(amount)),
      discount > 0 && row(t("discount"), `−${money(discount)}`),
      row(t("delivery"), delivery ? money(delivery) : t("free")),
      row(t("total"), money(total), true),
    ),
    untilFree > 0 && h("p", { class: "small muted" }, t("until_free", { amount: money(untilFree) })),
  ];
}

/** The colour of a cart line; `undefined` if its variant names none. @param {Line} line */
export const colourOf = (line) => (/^[a-z]+$/.test(line.variant.split(" / ")[0]) ? line.variant.split(" / ")[0] : undefined);
