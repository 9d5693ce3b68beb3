/**
 * The shopper's cart, saved products, products to compare, and orders placed here.
 * All of it is kept in the browser's storage and never sent.
 */
import { signal } from "../signal.js";
import { observe } from "../guide/shopper.js";
import { product, toItem } from "./catalogue.js";

const KEY = "lantern-row.bag";
const FREE_DELIVERY_FROM = 50;
const DELIVERY = 6;
/** @type {Record<string, number>} */
const COUPONS = { WELCOME10: 0.1 };
export const MAX_COMPARED = 4;
const MAX_QUANTITY = 9;

/**
 * @typedef {{ id: string, variant: string, quantity: number }} Line
 * @typedef {{ number: string, at: number, total: number, lines: Line[] }} Order
 * @typedef {{ lines: Line[], saved: string[], compared: string[], orders: Order[], coupon: string }} Bag
 * @typedef {import("./catalogue.js").Product} Product
 */

const empty = () => ({ lines: [], saved: [], compared: [], orders: [], coupon: "" });
/** @type {Bag} */
let bag = { ...empty(), ...read() };
/** @type {import("../signal.js").Signal<void>} */
const changed = signal();
export const onCart = changed.on;

/** @returns {Partial<Bag>} */
function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch {
    return {};
  }
}

function keep() {
  try {
    localStorage.setItem(KEY, JSON.stringify(bag));
  } catch {
    // Storage is blocked: the cart is kept only for this visit.
  }
  changed.emit();
}

/** @param {Line} line */
const itemOf = (line) =>
  toItem(/** @type {Product} */ (product(line.id)), { quantity: line.quantity, item_variant: line.variant || undefined });
/** @param {string} id */
const known = (id) => product(id) !== undefined;

export const lines = () => bag.lines.filter((line) => known(line.id));
export const cartItems = () => lines().map(itemOf);
export const count = () => lines().reduce((n, line) => n + line.quantity, 0);
export const saved = () => bag.saved.filter(known);
export const compared = () => bag.compared.filter(known);
export const orders = () => bag.orders;
export const coupon = () => bag.coupon;

/** @param {string} id @param {string} [variant] @param {number} [quantity] */
export function add(id, variant = "", quantity = 1) {
  const line = bag.lines.find((l) => l.id === id && l.variant === variant);
  if (line) line.quantity = Math.min(MAX_QUANTITY, line.quantity + quantity);
  else bag.lines.push({ id, variant, quantity });
  const p = /** @type {Product} */ (product(id));
  observe("add_to_cart", { currency: "USD", value: p.price * quantity, items: [itemOf({ id, variant, quantity })] });
  keep();
}

/** Sets the quantity of a line; 0 removes the line. @param {Line} line @param {number} quantity */
export function setQuantity(line, quantity) {
  const change = quantity - line.quantity;
  if (!change) return;
  const moved = itemOf({ ...line, quantity: Math.abs(change) });
  const params = { currency: "USD", value: moved.price * moved.quantity, items: [moved] };
  line.quantity = quantity;
  if (quantity <= 0) bag.lines = bag.lines.filter((l) => l !== line);
  observe(change > 0 ? "add_to_cart" : "remove_from_cart", params);
  keep();
}

/** Saves a product for later, or removes it from the saved ones. Returns whether it is saved now. @param {string} id */
export function toggleSaved(id) {
  const on = !bag.saved.includes(id);
  bag.saved = on ? [...bag.saved, id] : bag.saved.filter((x) => x !== id);
  if (on)
    observe("add_to_wishlist", {
      currency: "USD",
      value: /** @type {Product} */ (product(id)).price,
      items: [toItem(/** @type {Product} */ (product(id)))],
    });
  keep();
  return on;
}

/** Adds a product to the comparison, or removes it. If the comparison is full, the oldest product is dropped. @param {string} id */
export function toggleCompared(id) {
  const on = !bag.compared.includes(id);
  bag.compared = on ? [...bag.compared, id].slice(-MAX_COMPARED) : bag.compared.filter((x) => x !== id);
  if (on) observe("compare", { items: compared().map((x) => toItem(/** @type {Product} */ (product(x)))) });
  keep();
  return on;
}

/** Tries a coupon code. Returns whether it is valid. @param {string} code */
export function tryCoupon(code) {
  const name = code.trim().toUpperCase();
  const good = name in COUPONS;
  if (good) {
    bag.coupon = name;
    keep();
  } else {
    observe("coupon_fail", { value: totals().goods, items: cartItems() });
  }
  return good;
}

export function totals() {
  const goods = lines().reduce((sum, line) => sum + /** @type {Product} */ (product(line.id)).price * line.quantity, 0);
  const discount = Math.round(goods * (COUPONS[bag.coupon] ?? 0) * 100) / 100;
  const delivery = goods === 0 || goods - discount >= FREE_DELIVERY_FROM ? 0 : DELIVERY;
  return { goods, discount, delivery, total: goods - discount + delivery, untilFree: Math.max(0, FREE_DELIVERY_FROM - goods + discount) };
}

/** Turns the cart into an order and tells the engine. @returns {Order} */
export function placeOrder() {
  const { total, delivery } = totals();
  const at = Date.now();
  const order = { number: `LR-${String(at).slice(-6)}`, at, total, lines: lines() };
  observe("purchase", {
    transaction_id: order.number,
    currency: "USD",
    value: total,
    shipping: delivery,
    coupon: bag.coupon || undefined,
    items: cartItems(),
  });
  bag = { ...bag, lines: [], coupon: "", orders: [order, ...bag.orders].slice(0, 5) };
  keep();
  return order;
}
