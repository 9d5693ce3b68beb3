// The names of events of other platforms, and GA4's names for them. One table for all: names of different platforms do not contradict.

/** GA4's name of an event, by its name elsewhere: in lower case, with one space in place of spaces, `_` and `-`. @type {Record<string, string>} */
const EVENTS = {
  // Segment's e-commerce specification (versions 2 and 1), which RudderStack and PostHog share.
  "products searched": "search",
  "product list viewed": "view_item_list",
  "product list filtered": "view_item_list",
  "viewed product category": "view_item_list",
  "product clicked": "select_item",
  "clicked product": "select_item",
  "product viewed": "view_item",
  "viewed product": "view_item",
  "product added": "add_to_cart",
  "added product": "add_to_cart",
  "wishlist product added to cart": "add_to_cart",
  "product removed": "remove_from_cart",
  "removed product": "remove_from_cart",
  "cart viewed": "view_cart",
  "product added to wishlist": "add_to_wishlist",
  "checkout started": "begin_checkout",
  "started order": "begin_checkout",
  "payment info entered": "add_payment_info",
  "order completed": "purchase",
  "completed order": "purchase",
  "order refunded": "refund",
  "promotion viewed": "view_promotion",
  "viewed promotion": "view_promotion",
  "promotion clicked": "select_promotion",
  "clicked promotion": "select_promotion",
  "coupon denied": "coupon_fail",
  "product reviewed": "rating",
  // Adobe Commerce's storefront events, and the events of AEM's commerce components.
  "product page view": "view_item",
  "category results view": "view_item_list",
  "search product click": "select_item",
  "recs item click": "select_item",
  "remove from cart": "remove_from_cart",
  "add to cart": "add_to_cart",
  "shopping cart view": "view_cart",
  "open cart": "view_cart",
  "add to requisition list": "add_to_wishlist",
  "initiate checkout": "begin_checkout",
  "place order": "purchase",
  "search request sent": "search",
  "page view": "page_view",
  "cif:addtocart": "add_to_cart",
  "cif:removefromcart": "remove_from_cart",
  "cif:addtowishlist": "add_to_wishlist",
  // Shopify's standard storefront events.
  "shopify:page:view": "page_view",
  "shopify:product:view": "view_item",
  "shopify:collection:view": "view_item_list",
  "shopify:collection:update": "view_item_list",
  "shopify:search:update": "search",
  "shopify:cart:view": "view_cart",
  // WooCommerce Blocks.
  "wc blocks added to cart": "add_to_cart",
  "wc blocks removed from cart": "remove_from_cart",
  "wc blocks viewed product": "select_item",
  "wc blocks product list rendered": "view_item_list",
};

/** The same for the properties of a product. The first that has a value counts. @type {Record<string, string[]>} */
const ITEM = {
  item_id: ["item_id", "product_id", "sku", "id", "xdm:SKU", "productID", "productGroupID"],
  item_name: ["item_name", "name", "title", "xdm:name", "dc:title"],
  item_brand: ["item_brand", "brand", "vendor", "manufacturer"],
  item_category: ["item_category", "category", "productType"],
  item_variant: ["item_variant", "variant", "variantTitle", "color"],
  price: ["price", "xdm:listPrice"],
  currency: ["currency", "priceCurrency", "currencyCode", "xdm:currencyCode"],
  quantity: ["quantity", "xdm:quantity"],
  coupon: ["coupon"],
  index: ["index", "position"],
};

/** The same for an event's own parameters. @type {Record<string, string[]>} */
const PARAMS = {
  currency: ["currency"],
  value: ["value", "revenue", "total"],
  coupon: ["coupon", "coupon_id"],
  transaction_id: ["transaction_id", "order_id"],
  search_term: ["search_term", "query"],
  item_list_id: ["item_list_id", "list_id"],
  item_list_name: ["item_list_name", "category"],
  shipping: ["shipping"],
  tax: ["tax"],
};
/** Events of one product, which stands at the top of their parameters where there is no list. */
const PRODUCTS = ["view_item", "select_item", "add_to_cart", "remove_from_cart", "add_to_wishlist", "rating"];

/** @typedef {Record<string, any>} Bag what another script made */

/** GA4's name of an event; the name itself if it is none of the table. @param {string} name */
export function eventName(name) {
  const known = name.toLowerCase().replace(/[\s_-]+/g, " ");
  return Object.hasOwn(EVENTS, known) ? EVENTS[known] : name;
}

/** A GA4 item of a product; `undefined` if it has no id and no name. @param {Bag | null | undefined} product @returns {Bag | undefined} */
export function item(product) {
  if (typeof product !== "object" || product === null) return undefined;
  const made = picked(product, ITEM);
  for (const key of ["price", "quantity"]) if (typeof made[key] === "string") made[key] = amount(made[key]);
  if (made.item_id !== undefined) made.item_id = shortId(made.item_id);
  return made.item_id === undefined && made.item_name === undefined ? undefined : made;
}

/** GA4's parameters of an event: its own, and the list of items. @param {string} event GA4's name @param {Bag} params @returns {Bag} */
export function eventParams(event, params) {
  const { products, ...rest } = params;
  // A product at the top: of an event of products, or one that has a product's own id. Others may name a person there.
  const isProduct = PRODUCTS.includes(event) || ["product_id", "sku", "item_id", "xdm:SKU"].some((key) => Object.hasOwn(params, key));
  const list = Array.isArray(products) ? products : Array.isArray(params.items) || !isProduct ? undefined : [params];
  const items = list?.map(item).filter(Boolean);
  return { ...rest, ...picked(params, PARAMS), ...(items?.length ? { items } : {}) };
}

/** The first value of each key that is a text, number or flag. @param {Bag} from @param {Record<string, string[]>} keys @returns {Bag} */
function picked(from, keys) {
  /** @type {Bag} */
  const made = {};
  for (const [key, names] of Object.entries(keys)) {
    for (const name of names) {
      // A brand is a text, or an object with a name.
      const value = from[name]?.name ?? from[name];
      if (["string", "number", "boolean"].includes(typeof value) && value !== "") {
        made[key] = value;
        break;
      }
    }
  }
  return made;
}

/** The id within Shopify's global ids, `gid://shopify/Product/42`. @param {unknown} id */
const shortId = (id) => String(id).replace(/^gid:.*\/([^/?]+).*$/, "$1");

/**
 * A price that is written as text: the last `.` or `,` with one or two digits behind it is the decimal mark. `undefined` if there is no digit.
 * @param {string} text
 */
export function amount(text) {
  // "Rs. 50", "S/. 25", "49,-": a mark behind a letter or at the end is none of the number.
  const bare = text.replace(/[a-z/]\s*[.,]/gi, " ").replace(/[.,]?\s*-\s*$/, "");
  const digits = bare.replace(/[^\d.,-]/g, "");
  const [, whole, cents = ""] = digits.match(/^(.*?)(?:[.,](\d{1,2}))?$/) ?? [];
  // One dot with three digits behind it is what schema.org asks for; a comma there separates thousands.
  const isPlain = /^-?\d+\.\d{3,}$/.test(digits) && !/[^\d.\s-]/.test(text);
  const number = isPlain ? Number(digits) : Number(`${whole.replace(/[.,]/g, "")}.${cents || 0}`);
  return /\d/.test(digits) && Number.isFinite(number) ? number : undefined;
}
