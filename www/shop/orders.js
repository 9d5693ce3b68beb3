/** The order status page: the orders placed here, and one invented older order, so that there is always one to track. */
import { fill, h } from "../dom.js";
import { observe } from "../guide/shopper.js";
import { day, money, t } from "../words/i18n.js";
import { orders } from "./cart.js";
import { favourites } from "./catalogue.js";
import { thumbs } from "./checkout.js";
import { trail } from "./parts.js";
import { link } from "./router.js";

const DAY_MS = 86_400_000;
const STEPS = /** @type {const} */ (["placed", "packed", "shipped", "delivered"]);

/** @typedef {import("./router.js").Doors} Doors */

/** @param {import("./router.js").Place} place @param {Doors} doors */
export function ordersPage({ id }, { ask }) {
  observe("order_view");
  const known = [...orders().map((o) => ({ ...o, step: 1 })), earlier()];
  const found = h("div", { "aria-live": "polite" });
  const number = h("input", { type: "text", autocomplete: "off", value: id, placeholder: "LR-204817" });
  const find = () => {
    const wanted = number.value.trim().toUpperCase();
    const order = known.find((o) => o.number === wanted);
    fill(found, wanted && (order ? orderCard(order, ask) : h("p", { class: "warning" }, t("orders_missing", { number: wanted }))));
  };
  /** @param {Event} e */
  const submit = (e) => {
    e.preventDefault();
    find();
  };
  if (id) find();
  return {
    title: t("orders_title"),
    body: [
      trail([[t("home"), link("")], [t("orders_title")]]),
      h("h1", null, t("orders_title")),
      h(
        "form",
        { class: "coupon narrow", onsubmit: submit },
        h("label", null, h("span", { class: "small muted" }, t("orders_hint")), number),
        h("button", { class: "button", type: "submit" }, t("orders_find")),
      ),
      found,
      h("h2", null, t("orders_recent")),
      known.filter((o) => o.number !== id).map((o) => orderCard(o, ask)),
    ],
  };
}

function earlier() {
  const list = favourites(3, 1).slice(1);
  return {
    number: "LR-204817",
    at: Date.now() - 2 * DAY_MS,
    total: list.reduce((sum, p) => sum + p.price, 0),
    lines: list.map((p) => ({ id: p.id, variant: "", quantity: 1 })),
    step: 2,
  };
}

/** @param {import("./cart.js").Order & { step: number }} order @param {Doors["ask"]} ask */
function orderCard(order, ask) {
  return h(
    "article",
    { class: "order" },
    h(
      "div",
      { class: "order-head" },
      h("strong", null, order.number),
      h("span", { class: "small muted" }, t("order_on", { day: day(order.at) })),
      h("strong", { class: "price" }, money(order.total)),
    ),
    h(
      "ol",
      { class: "steps" },
      STEPS.map((s, i) =>
        h(
          "li",
          { class: i < order.step ? "past" : i === order.step ? "now" : "", "aria-current": i === order.step ? "step" : null },
          t(`step_${s}`),
        ),
      ),
    ),
    thumbs(order.lines),
    h("button", { class: "text-button", type: "button", onclick: () => ask() }, t("order_help")),
  );
}
