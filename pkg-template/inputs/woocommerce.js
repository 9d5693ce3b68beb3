// WooCommerce: the events of its blocks, which are dispatched on the body and often do not bubble, and those of classic themes, which are
// jQuery's own. Neither names the products reliably: what changed is read from the store of the cart where the page has one, or from the button.
import { item } from "./names.js";

/** @import { Telling } from "../inputs.js" */
/** @import { Catalogue } from "./linked.js" */
/** @import { Bag } from "./names.js" */

/** @param {Document} document @param {Catalogue} catalogue @param {Telling} telling @returns {() => void} */
export function woocommerce({ body, defaultView: page }, catalogue, { tell, tellOnce, guarded }) {
  if (!body || !page) return () => {};
  const its = /** @type {any} */ (page);
  /** @type {(() => void)[]} */
  const stops = [];
  /** @param {EventTarget} target @param {string} name @param {(detail: any) => void} listener */
  const on = (target, name, listener) => {
    const heard = guarded((/** @type {any} */ event) => listener(Object(event.detail)));
    target.addEventListener(name, heard);
    stops.push(() => target.removeEventListener(name, heard));
  };
  let before = cart(its);
  /** What is in the cart now and was not before, or the other way round. @param {boolean} isMore @returns {Bag[]} */
  const changed = (isMore) => {
    const now = cart(its);
    const [from, to] = isMore ? [before, now] : [now, before];
    before = now;
    /** @type {Bag[]} */
    const found = [...to.values()].map((line) => ({ ...line, quantity: line.quantity - (from.get(line.key)?.quantity ?? 0) }));
    return found.filter(({ quantity }) => quantity > 0).map(({ key: _, ...line }) => line);
  };
  /** @param {unknown[]} ids @returns {Bag[]} */
  const named = (ids) => ids.map((id) => item({ item_id: id })).filter((one) => one !== undefined);
  /** @param {"add_to_cart" | "remove_from_cart"} event @param {Bag[]} items */
  const told = (event, items) => tellOnce(event, items.length > 0 ? { items: catalogue.complete(items) } : {});

  on(body, "wc-blocks_added_to_cart", () => told("add_to_cart", changed(true)));
  on(body, "wc-blocks_removed_from_cart", () => told("remove_from_cart", changed(false)));
  on(body, "wc-blocks_viewed_product", ({ productId, collection }) => {
    tell("select_item", { items: catalogue.complete(named([productId])), item_list_id: collection });
  });
  on(body, "wc-blocks_product_list_rendered", ({ collection }) => tell("view_item_list", { item_list_id: collection }));
  on(page, "wc-blocks_store_sync_required", ({ quantityChanges }) => {
    const { productsPendingAdd = [], cartItemsPendingDelete = [] } = Object(quantityChanges);
    if (productsPendingAdd.length > 0) told("add_to_cart", named(productsPendingAdd));
    if (cartItemsPendingDelete.length > 0) told("remove_from_cart", []);
  });
  const { jQuery } = its;
  if (typeof jQuery === "function") {
    /** @param {"add_to_cart" | "remove_from_cart"} event */
    const classic = (event) =>
      guarded((_event, _fragments, _hash, /** @type {any} */ button) => {
        const [id, quantity] = ["product_id", "quantity"].map((key) => button?.data?.(key));
        told(event, id === undefined ? [] : [{ ...named([id])[0], quantity: Number(quantity ?? 1) }]);
      });
    const listeners = { added_to_cart: classic("add_to_cart"), removed_from_cart: classic("remove_from_cart") };
    const target = jQuery(body);
    for (const [name, listener] of Object.entries(listeners)) {
      target.on(name, listener);
      stops.push(() => target.off(name, listener));
    }
  }
  return () => stops.forEach((stop) => stop());
}

/** The lines of the cart in the page's store, by their key; prices are whole numbers of the currency's smallest unit. @param {any} page @returns {Map<string, Bag>} */
function cart(page) {
  /** @type {Map<string, Bag>} */
  const lines = new Map();
  try {
    for (const { key, id, name, quantity, prices } of page.wp.data.select("wc/store/cart").getCartData().items) {
      const price = Number(prices?.price) / 10 ** Number(prices?.currency_minor_unit ?? 2);
      lines.set(key, { key, ...item({ item_id: id, name, price, currency: prices?.currency_code }), quantity });
    }
  } catch {
    // The page has no such store.
  }
  return lines;
}
