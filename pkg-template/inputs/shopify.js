// Shopify's standard storefront events, which bubble to the document. Their payload is on the event itself.
//
// A change of the cart is told before it is made: it counts when its promise says that it was. Lines of the cart name no product, so that what was
// seen of variants is remembered. View events that were told before this file listens are read from the markup that makes them.
import { item } from "./names.js";

/** @import { Telling } from "../inputs.js" */
/** @import { Catalogue } from "./linked.js" */
/** @import { Bag } from "./names.js" */

/** Where a product's card stands in a list, and the view is an impression. */
const LISTS = ["collection", "search", "recommendation"];
const MARKUP = "[view-event-payload], script[data-view-event-payload]";

/** @param {Document} document @param {Catalogue} catalogue @param {Telling} telling @returns {() => void} */
export function shopify(document, catalogue, { tell, tellOnce, translate, guarded }) {
  /** The number of each line of the cart, as far as it is known. @type {Map<string, number>} */
  const lines = new Map();
  /** Products whose view was read from the markup: their event may still come. */
  const recovered = new Set();

  /** @param {Bag} product @param {unknown} context @param {unknown} [currency] */
  const viewed = (product, context, currency) => {
    const its = known(product, catalogue);
    if (!its) return;
    const event = LISTS.includes(String(context)) ? "view_item_list" : "view_item";
    tell(event, {
      items: [its],
      currency: its.currency ?? currency,
      value: its.price,
      ...(event === "view_item" ? {} : { item_list_id: context }),
    });
  };
  /** @param {Bag} [cart] */
  const remember = (cart) => {
    for (const { id, quantity } of cart?.lines ?? []) lines.set(String(id), Number(quantity));
  };
  /** @param {Bag[]} changed @returns {Bag[]} */
  const items = (changed) =>
    changed.map(({ merchandiseId, quantity }) => {
      const variant = item({ item_id: merchandiseId });
      return { ...variant, ...catalogue.of(variant?.item_id), quantity };
    });

  /** @type {Record<string, (event: Bag) => unknown>} */
  const listeners = {
    "product:view"({ product, context }) {
      if (!recovered.delete(String(product?.id).split("/").pop())) viewed(Object(product), context);
    },
    "product:select": async ({ product, promise }) => {
      const { variant } = Object(await promise);
      known({ ...product, selectedVariant: variant }, catalogue);
    },
    "collection:view": ({ collection }) => tell("view_item_list", { item_list_id: collection?.handle }),
    "collection:update": ({ collection }) => tell("view_item_list", { item_list_id: collection?.handle }),
    "search:update": ({ search }) => translate("shopify:search:update", { query: search?.query }),
    "page:view"({ page }) {
      const term = new URL(page?.url ?? document.location.href, document.baseURI).searchParams.get("q");
      if (String(page?.template).startsWith("search") && term) tell("search", { search_term: term });
      else tell("page_view", { page_title: page?.title });
    },
    "cart:view"({ cart }) {
      remember(cart);
      const { amount, currencyCode } = Object(cart?.cost?.totalAmount);
      tell("view_cart", { value: amount === undefined ? undefined : Number(amount), currency: currencyCode });
    },
    "cart:lines-update": async ({ action, lines: changed = [], promise }) => {
      const { cart = {}, userErrors = [] } = Object(await promise);
      if (cart === null || userErrors.length > 0) return;
      if (action === "add") tellOnce("add_to_cart", { items: items(changed) });
      for (const { id, quantity } of action === "add" ? [] : changed) {
        const before = lines.get(String(id));
        const now = action === "remove" ? 0 : Number(quantity);
        if (now === 0 || (before !== undefined && now < before))
          tell("remove_from_cart", before === undefined ? {} : { quantity: before - now });
        else if (before !== undefined && now > before) tell("add_to_cart", { quantity: now - before });
        lines.set(String(id), now);
      }
      remember(cart);
    },
    "cart:discount-update": async ({ promise }) => {
      const { cart } = Object(await promise);
      if (cart?.discountCodes?.some((/** @type {Bag} */ { applicable }) => applicable === false)) tell("coupon_fail");
    },
  };
  const stops = Object.entries(listeners).map(([name, listener]) => {
    const heard = guarded((/** @type {any} */ event) => {
      // Other scripts dispatch the same names with their own detail.
      const done = listener(new Proxy(event, { get: (its, key) => its[key] ?? its.detail?.[key] }));
      if (done instanceof Promise) done.catch(() => {}); // the change was not made
    });
    document.addEventListener(`shopify:${name}`, heard);
    return () => document.removeEventListener(`shopify:${name}`, heard);
  });
  guarded(() => {
    for (const element of document.querySelectorAll(MARKUP)) {
      const { product, context, cart } = JSON.parse(element.getAttribute("view-event-payload") ?? element.textContent ?? "");
      remember(cart ?? undefined);
      if (!product || LISTS.includes(context)) continue;
      viewed(product, context);
      recovered.add(String(product.id).split("/").pop());
    }
  })();
  return () => stops.forEach((stop) => stop());
}

/** The item of a product with its selected variant, remembered under both ids. @param {Bag} product @param {Catalogue} catalogue */
function known(product, catalogue) {
  const { id, title, selectedVariant: variant } = product;
  const { amount, currencyCode } = Object(variant?.price);
  const its = item({ item_id: id, title, variant: variant?.title, price: amount, currency: currencyCode });
  const variantId = item({ item_id: variant?.id })?.item_id;
  catalogue.add(its, variantId);
  return its && catalogue.complete([its])[0];
}
