/**
 * The entry point of Lantern Row, the demonstration shop of Floorwalker: starts the parts and connects them.
 *
 * The shop (`shop/`) reports what the shopper does. The guide (`guide/`) is the only part that uses Floorwalker.
 */
import { fill, h } from "./dom.js";
import { mountAsk } from "./guide/ask.js";
import { mountConsent } from "./guide/consent.js";
import { watchNetwork } from "./guide/network.js";
import { mountPanel } from "./guide/panel.js";
import { watchRage } from "./guide/rage.js";
import { equipShop } from "./guide/recommender.js";
import { quietly, think, wake } from "./guide/shopper.js";
import { cartPage } from "./shop/basket.js";
import { loadCatalogue } from "./shop/catalogue.js";
import { checkoutPage, donePage } from "./shop/checkout.js";
import { comparePage } from "./shop/compare.js";
import { markPlace, renderFooter, renderHeader } from "./shop/frame.js";
import { helpPage, policyPage } from "./shop/help.js";
import { homePage, notFoundPage } from "./shop/home.js";
import { categoryPage, savedPage, searchPage } from "./shop/listing.js";
import { ordersPage } from "./shop/orders.js";
import { productPage } from "./shop/product.js";
import { accountPage } from "./shop/account.js";
import { place, startRouter } from "./shop/router.js";
import { markDocument, onLang, t } from "./words/i18n.js";

/** @typedef {import("./shop/router.js").Place} Place */

/** @type {Record<string, (place: Place, doors: import("./shop/router.js").Doors) => import("./shop/router.js").Page>} */
const PAGES = {
  "": (_, doors) => homePage(doors),
  c: categoryPage,
  p: productPage,
  search: searchPage,
  saved: savedPage,
  compare: comparePage,
  cart: cartPage,
  checkout: checkoutPage,
  done: donePage,
  orders: ordersPage,
  account: accountPage,
  help: helpPage,
  policy: policyPage,
};

const main = /** @type {HTMLElement} */ (document.getElementById("main"));
const skip = /** @type {HTMLElement} */ (document.getElementById("skip"));

watchNetwork();
watchRage();
markDocument();
const woken = wake();
mountConsent(/** @type {HTMLElement} */ (document.getElementById("consent")));
const { open: ask } = mountAsk(/** @type {HTMLElement} */ (document.getElementById("ask")));
mountPanel(/** @type {HTMLElement} */ (document.getElementById("panel")));
skip.addEventListener("click", (e) => {
  e.preventDefault();
  main.focus();
});

loadCatalogue().then(start, (error) => {
  fill(main, h("section", { class: "plain" }, h("p", { class: "warning" }, t("catalogue_failed", { why: error.message }))));
});

function start() {
  const surround = () => {
    skip.textContent = t("skip");
    renderHeader();
    renderFooter();
  };
  /** @param {Place} where @param {boolean} moved */
  const show = (where, moved) => {
    const page = (Object.hasOwn(PAGES, where.name) ? PAGES[where.name] : notFoundPage)(where, {
      ask,
      again: () => quietly(() => show(place(), false)),
    });
    fill(main, page.body);
    document.title = page.title ? `${page.title} · ${t("shop")}` : `${t("shop")} · ${t("tagline")}`;
    markPlace();
    if (moved) {
      scrollTo(0, 0);
      main.focus({ preventScroll: true });
    }
  };
  surround();
  startRouter(show);
  onLang(() => {
    surround();
    quietly(() => show(place(), false));
    think();
  });
}

// For tests: the attribute is set once the engine is ready, or has failed to load.
woken.then(() => document.documentElement.setAttribute("data-guide", "settled"));
// The first decision does not wait for what recommends.
woken.then(equipShop);
