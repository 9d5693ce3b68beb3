// Events in Adobe's client data layer: those of Adobe Commerce's storefront events, of AEM's commerce components, and the shop's own.
//
// A function that is pushed is called with the data layer once the library is there, and a listener then hears what was pushed before, too.
// What a listener throws would be thrown out of the shop's own `push`.
import { item } from "./names.js";

/** @import { Telling } from "../inputs.js" */
/** @import { Bag } from "./names.js" */

const EVERY = "adobeDataLayer:event";

/** @param {any} source @param {Telling} telling @returns {() => void} */
export function adobe(source, { translate, guarded }) {
  const heard = guarded((/** @type {Bag} */ event) => {
    if (typeof event?.event !== "string") return;
    const info =
      typeof event.eventInfo?.path === "string" ? { ...event.eventInfo, ...source.getState?.(event.eventInfo.path) } : event.eventInfo;
    translate(event.event, params(event, Object(info)));
  });
  source.push(guarded((/** @type {any} */ layer) => layer.addEventListener(EVERY, heard)));
  return () => source.removeEventListener?.(EVERY, heard);
}

/**
 * An event of Adobe Commerce holds every context of the page, also those of earlier products: only what belongs to the event is read. None of the
 * shopper's own data is.
 * @param {Bag} event @param {Bag} info @returns {Bag}
 */
function params({ event, eventInfo: _, ...own }, info) {
  const { productContext, changedProductsContext, shoppingCartContext, searchInputContext, categoryContext, orderContext } = info;
  /** @param {Bag} [context] */
  const items = (context) => context?.items?.map(lineItem) ?? [];
  if (event === "product-page-view") return { products: [product(productContext)] };
  if (event === "add-to-cart" || event === "remove-from-cart") {
    const changed = items(changedProductsContext);
    return { products: changed.length > 0 ? changed : [product(productContext)] };
  }
  if (["shopping-cart-view", "open-cart", "initiate-checkout"].includes(event)) return { products: items(shoppingCartContext) };
  if (event === "place-order")
    return { products: items(shoppingCartContext), order_id: orderContext?.orderId, total: orderContext?.grandTotal };
  if (event === "search-request-sent") return { query: searchInputContext?.units?.at(-1)?.phrase };
  if (event === "category-results-view") return { list_id: categoryContext?.urlKey, category: categoryContext?.name };
  const its = item(info); // AEM: the product itself, by the names of its schema
  return { ...own, ...(its ? { products: [its] } : {}) };
}

/** A product of Adobe Commerce. @param {Bag} [its] @returns {Bag | undefined} */
function product(its) {
  if (!its) return undefined;
  const { sku, topLevelSku, name, manufacturer, categories, pricing } = its;
  const price = pricing?.specialPrice ?? pricing?.regularPrice;
  return { sku: topLevelSku ?? sku, name, brand: manufacturer, category: categories?.[0], price, currency: pricing?.currencyCode };
}

/** A line of the cart. @param {Bag} line @returns {Bag} */
function lineItem({ product: its, quantity, prices, configurableOptions }) {
  const variant = configurableOptions?.map((/** @type {Bag} */ { valueLabel }) => valueLabel).join(" ");
  return { ...product(its), quantity, variant, ...(prices?.price?.value === undefined ? {} : { price: prices.price.value }) };
}
