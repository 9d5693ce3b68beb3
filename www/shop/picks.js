/**
 * Shelves of products that are picked for the shopper. Each card says why it is there, and has a button that takes it away. A shelf follows
 * what the shopper does: a card that stays keeps its place, and the others are replaced where they are, so that nothing jumps.
 */
import { h } from "../dom.js";
import { boughtWith, isKnown, onPicks, picked, similarTo } from "../guide/recommender.js";
import { observe, onObserved } from "../guide/shopper.js";
import { signal, whileShown } from "../signal.js";
import { pick, t } from "../words/i18n.js";
import { cartItems, onCart } from "./cart.js";
import { favourites, inCategory, product as find, related, toItem } from "./catalogue.js";
import { productCard, toast } from "./parts.js";

/** @typedef {import("./catalogue.js").Product} Product */
/** @typedef {import("../guide/recommender.js").Pick} Pick */
/** @typedef {{ title: string, picks: Pick[] }} Choice */

const N_HOME = 8;
const N_PRODUCT = 4;
const N_CART = 4;
/** Of one department, so that the front page does not show a single one. */
const N_DEPARTMENT = 4;

/** What the shopper does not want, on this visit: also where the shop itself chooses. @type {Set<string>} */
const unwanted = new Set();
/** @type {import("../signal.js").Signal<void>} */
const refused = signal();
// What the shopper did was erased, and this with it.
onObserved((seen) => seen ?? unwanted.clear());

/** For the front page: what suits the shopper, or the favourites as long as nothing is known. @returns {Choice} */
export function forHome() {
  const picks = isKnown() ? picked({ n: N_HOME, unseenOnly: true, atMost: { category: N_DEPARTMENT } }) : [];
  if (picks.some(({ own }) => own)) return { title: t("picked"), picks };
  return { title: t("favourites"), picks: plain(favourites(N_HOME + unwanted.size), t("why_rated")).slice(0, N_HOME) };
}

/** For the page of a product: products like it. @param {Product} p @returns {Choice} */
export function forProduct(p) {
  const picks = similarTo(p.id, { n: N_PRODUCT });
  const instead = () => plain(related(p, N_PRODUCT + unwanted.size), t("why_price")).slice(0, N_PRODUCT);
  return { title: t("related"), picks: picks.length ? picks : instead() };
}

/** For the page of a product: what is bought with it. @param {Product} p @returns {Choice} */
export const togetherWith = (p) => ({ title: t("bought_together"), picks: boughtWith([p.id], { n: N_PRODUCT }) });

/**
 * For the cart: what is bought with its products, then what suits the shopper from other departments, because who has chosen a phone needs no
 * other phone. Nothing that is in the cart already.
 *
 * @returns {Choice}
 */
export function forCart() {
  const ids = cartItems().map((item) => item.item_id);
  const together = ids.length ? boughtWith(ids, { n: N_CART, exclude: ids }) : [];
  const departments = new Set(ids.flatMap((id) => find(id)?.category ?? []));
  const alike = [...departments].flatMap(inCategory).map((p) => p.id);
  const exclude = [...ids, ...together.map(({ product }) => product.id), ...alike];
  const others = isKnown() ? picked({ n: N_CART - together.length, exclude, unseenOnly: true }) : [];
  const picks = [...together, ...others];
  return { title: t(together.length ? "with_cart" : picks.some(({ own }) => own) ? "picked" : "popular"), picks };
}

/** @param {Product[]} products @param {string} why @returns {Pick[]} */
const plain = (products, why) => products.filter((p) => !unwanted.has(p.id)).map((product) => ({ product, why, own: false }));

/**
 * A section with a grid of cards; hidden as long as there are none.
 *
 * @param {string} list the list's name in events
 * @param {() => Choice} choose
 */
export function shelf(list, choose) {
  const heading = h("h2", { id: `shelf-${list}` });
  const grid = h("div", { class: "grid" });
  const section = h("section", { "aria-labelledby": `shelf-${list}`, "data-testid": "picks", "data-list": list }, heading, grid);
  /** @type {(Pick & { el: HTMLElement })[]} */
  let shown = [];

  /** @param {Pick} pick @param {number} index */
  const card = (pick, index) => {
    const name = nameOf(pick);
    const away = () => {
      unwanted.add(pick.product.id);
      observe("dislike", { items: [toItem(pick.product)] });
      const place = shown.findIndex((other) => other.product.id === pick.product.id);
      show();
      refused.emit();
      toast(t("gone", { name }));
      const next = shown[Math.min(place, shown.length - 1)]?.el;
      /** @type {HTMLElement | null | undefined} */ (next?.querySelector(".not-for-me"))?.focus({ preventScroll: true });
    };
    const why = h(
      "div",
      { class: "card-why" },
      h("p", { "data-testid": "why" }, pick.why),
      h(
        "button",
        { class: "not-for-me", type: "button", "data-testid": "not-for-me", "aria-label": t("not_for_me_it", { name }), onclick: away },
        t("not_for_me"),
      ),
    );
    return { ...pick, el: productCard(pick.product, { list, index, why }) };
  };

  function show() {
    const { title, picks } = choose();
    heading.textContent = title;
    section.hidden = !picks.length;
    shown = placed(shown, picks).map((pick, index) => {
      const known = shown.find((other) => other.product.id === pick.product.id);
      if (!known) return card(pick, index);
      const why = /** @type {HTMLElement} */ (known.el.querySelector(".card-why p"));
      if (why.textContent !== pick.why) why.textContent = pick.why;
      return { ...pick, el: known.el };
    });
    const stay = new Set(shown.map(({ el }) => el));
    for (const old of [...grid.children]) if (!stay.has(/** @type {HTMLElement} */ (old))) old.remove();
    shown.forEach(({ el }, index) => {
      if (grid.children[index] !== el) grid.insertBefore(el, grid.children[index] ?? null);
    });
  }
  show();
  whileShown(section, [onPicks, onCart, refused.on], show);
  return { el: section, products: () => shown.map(({ product }) => product) };
}

/** @param {Pick} pick */
const nameOf = ({ product }) => pick(product, "name");

/** The new picks in the order in which they are shown: those that were shown stay where they were. @param {Pick[]} before @param {Pick[]} now */
function placed(before, now) {
  const rest = now.filter((pick) => !before.some((old) => old.product.id === pick.product.id));
  const kept = before.map((old) => now.find((pick) => pick.product.id === old.product.id));
  return [...kept.map((pick) => pick ?? rest.shift()), ...rest].filter((pick) => pick !== undefined);
}
