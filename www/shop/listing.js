/** Lists of products: a department, the results of a search, the saved products. Each can be sorted and filtered by brand. */
import { fill, h } from "../dom.js";
import { observe } from "../guide/shopper.js";
import { pick, products as counted, t } from "../words/i18n.js";
import { categoryName } from "../words/names.js";
import { saved } from "./cart.js";
import { brandsOf, inCategory, product, search, toItems } from "./catalogue.js";
import { grid, trail } from "./parts.js";
import { link } from "./router.js";
import { notFoundPage } from "./home.js";

/** @typedef {import("./catalogue.js").Product} Product */

/** @satisfies {Record<string, (a: Product, b: Product) => number>} */
const SORTS = {
  popular: (a, b) => b.rating - a.rating,
  low: (a, b) => a.price - b.price,
  high: (a, b) => b.price - a.price,
  name: (a, b) => pick(a, "name").localeCompare(pick(b, "name")),
};

/** @param {import("./router.js").Place} place */
export function categoryPage({ id }) {
  const products = inCategory(id);
  if (!products.length) return notFoundPage();
  observe("view_item_list", { item_list_id: id, item_list_name: id, items: toItems(products) });
  return listing(categoryName(id), products, id);
}

/** @param {import("./router.js").Place} place */
export function searchPage({ query }) {
  const q = query.get("q")?.trim() ?? "";
  const products = search(q);
  observe("search", { search_term: q, results: products.length });
  if (products.length) observe("view_item_list", { item_list_id: "search", items: toItems(products) });
  return listing(t("results_for", { q }), products, "search", t("no_results", { q }));
}

export function savedPage() {
  return listing(t("saved_title"), /** @type {Product[]} */ (saved().map(product)), "saved", t("saved_none"));
}

/** @param {string} title @param {Product[]} products @param {string} list @param {string} [none] */
function listing(title, products, list, none = "") {
  const shelf = h("div", { "aria-live": "polite" });
  const brand = select(t("brand"), [["", t("all_brands")], ...brandsOf(products).map((b) => /** @type {[string, string]} */ ([b, b]))]);
  const sort = select(
    t("sort"),
    /** @type {(keyof typeof SORTS)[]} */ (Object.keys(SORTS)).map((s) => [s, t(`sort_${s}`)]),
  );
  const n = h("span", { class: "muted small" });
  const show = () => {
    const shown = products
      .filter((p) => !brand.input.value || p.brand === brand.input.value)
      .sort(SORTS[/** @type {keyof typeof SORTS} */ (sort.input.value)]);
    n.textContent = counted(shown.length);
    fill(shelf, shown.length ? grid(shown, list) : h("p", { class: "empty" }, none));
  };
  brand.input.addEventListener("change", show);
  sort.input.addEventListener("change", show);
  show();
  return {
    title,
    body: [
      trail([[t("home"), link("")], [title]]),
      h(
        "div",
        { class: "list-head" },
        h("h1", null, title),
        n,
        products.length > 1 && h("div", { class: "filters" }, brand.label, sort.label),
      ),
      shelf,
    ],
  };
}

/** @param {string} name @param {[value: string, text: string][]} options */
function select(name, options) {
  const input = h(
    "select",
    null,
    options.map(([value, text]) => h("option", { value }, text)),
  );
  return { input, label: h("label", { class: "select" }, h("span", { class: "small muted" }, name), input) };
}
