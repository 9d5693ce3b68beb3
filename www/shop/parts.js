/** Small components that several pages use. */
import { h, icon } from "../dom.js";
import { add, saved, toggleSaved } from "./cart.js";
import { observe } from "../guide/shopper.js";
import { money, number, pick, t } from "../words/i18n.js";
import { toItem } from "./catalogue.js";
import { choicesOf } from "./details.js";
import { picture } from "./pictures.js";
import { go, link } from "./router.js";

/** @typedef {import("./catalogue.js").Product} Product */

const TOAST_MS = 2600;
/** @type {ReturnType<typeof setTimeout> | 0} */
let toastTimer = 0;

/** Shows a short message for a moment, and announces it to screen readers. @param {string} text */
export function toast(text) {
  const el = /** @type {HTMLElement} */ (document.getElementById("toast"));
  el.textContent = text;
  el.classList.add("shown");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => el.classList.remove("shown"), TOAST_MS);
}

/** @param {number} rating 0 to 5 */
export function stars(rating) {
  return h("span", {
    class: "stars",
    role: "img",
    "aria-label": t("rated", { r: number(rating, 1) }),
    vars: { "--share": `${rating * 20}%` },
  });
}

/**
 * The card of one product in a grid.
 *
 * @param {Product} p @param {{ list: string, index: number, why?: import("../dom.js").Child }} where `why`: why the shopper sees it
 */
export function productCard(p, { list, index, why }) {
  const name = pick(p, "name");
  const select = () => observe("select_item", { item_list_id: list, items: [toItem(p, { index })] });
  const needsChoice = choicesOf(p)?.label === "size";
  return h(
    "article",
    { class: "card", "data-testid": "product", "data-id": p.id },
    h(
      "a",
      { href: link("p", p.id), class: "card-link", onclick: select },
      picture(p, { class: "card-picture" }),
      h("span", { class: "card-brand" }, p.brand),
      h("h3", { class: "card-name" }, name),
    ),
    h("div", { class: "card-rating" }, stars(p.rating), h("span", { class: "small muted" }, number(p.rating, 1))),
    h(
      "div",
      { class: "card-foot" },
      h("strong", { class: "price" }, money(p.price)),
      h(
        "button",
        {
          class: "button quiet small-button",
          type: "button",
          "aria-label": t("quick_add_it", { name }),
          onclick: () => {
            if (needsChoice) return go(link("p", p.id));
            add(p.id);
            toast(t("added", { name }));
          },
        },
        t("quick_add"),
      ),
    ),
    why,
    heart(p, "card-heart"),
  );
}

/** The button that saves a product for later, or unsaves it. @param {Product} p @param {string} className @param {boolean} [labelled] */
export function heart(p, className, labelled = false) {
  const button = h("button", { class: className, type: "button" });
  const show = () => {
    const on = saved().includes(p.id);
    button.setAttribute("aria-pressed", String(on));
    button.setAttribute("aria-label", t("save_it", { name: pick(p, "name") }));
    button.replaceChildren(icon("heart"), ...(labelled ? [t(on ? "unsave" : "save")] : []));
  };
  button.addEventListener("click", () => {
    toggleSaved(p.id);
    show();
  });
  show();
  return button;
}

/** @param {Product[]} products @param {string} list */
export const grid = (products, list) =>
  h(
    "div",
    { class: "grid" },
    products.map((p, index) => productCard(p, { list, index })),
  );

/** @param {string} text @param {string} [href] @param {string} [className] */
export const linkButton = (text, href, className = "button") => h("a", { class: className, href }, text);

/** The breadcrumb navigation: home, department, this page. @param {[string, string?][]} steps */
export const trail = (steps) =>
  h(
    "nav",
    { class: "trail", "aria-label": "breadcrumb" },
    h(
      "ol",
      null,
      steps.map(([text, href]) => h("li", null, href ? h("a", { href }, text) : h("span", { "aria-current": "page" }, text))),
    ),
  );

/**
 * Five stars to give a rating; the rating is reported as an event.
 *
 * @param {string} label
 * @param {() => import("../guide/shopper.js").Params} about further parameters of the event
 */
export function starInput(label, about) {
  const said = h("span", { class: "small muted", role: "status" });
  const buttons = [1, 2, 3, 4, 5].map((n) =>
    h(
      "button",
      {
        type: "button",
        class: "star-button",
        "aria-label": t("n_stars", { n }),
        onclick: () => {
          buttons.forEach((b, i) => b.classList.toggle("on", i < n));
          observe("rating", { value: n, ...about() });
          said.textContent = t("thanks_rating");
        },
      },
      "★",
    ),
  );
  return h(
    "div",
    { class: "star-input", role: "group", "aria-label": label },
    h("span", { class: "small" }, label),
    h("span", { class: "star-buttons" }, buttons),
    said,
  );
}
