// Hand-overs to what is no vendor: an element of the page, or a function of the shop.
import { failure } from "../failure.js";

/** @import { HandedOver, Handover } from "floorwalker/handover" */

/** What every hand-over of this kind tells. */
const TOLD = { group: null, phase: /** @type {const} */ ("ready") };

/** The names that each element was given. @type {WeakMap<Element, string[]>} */
const named = new WeakMap();

/**
 * Sets the values as `data-` attributes of the element, and dispatches `floorwalker-handover` with the hand-over as its detail; then opens the
 * element, unless a listener prevented that: a dialog or popover is shown, a link or button is clicked.
 * @param {Element} element
 * @param {Handover} handover
 * @returns {HandedOver}
 */
export function toElement(element, handover) {
  const { values, open } = handover;
  const wrong = Object.keys(values).find((name) => !/^[a-z][\w.-]*$/i.test(name));
  if (wrong !== undefined) throw failure("handover_key", `an attribute cannot be named data-${wrong}; give another name in fields`);
  for (const name of named.get(element) ?? []) if (!Object.hasOwn(values, name)) element.removeAttribute(`data-${name}`);
  for (const [name, value] of Object.entries(values)) element.setAttribute(`data-${name}`, String(value));
  named.set(element, Object.keys(values));
  const event = new CustomEvent("floorwalker-handover", { detail: handover, bubbles: true, composed: true, cancelable: true });
  const goesOn = element.dispatchEvent(event);
  const its = /** @type {Partial<HTMLDialogElement>} */ (element);
  try {
    if (!open || !goesOn) return handed(values);
    if (typeof its.showModal === "function") its.open || its.showModal();
    else if (element.hasAttribute("popover")) its.showPopover?.();
    else if (element.matches("a[href], button")) its.click?.();
  } catch (error) {
    throw failure("handover_refused", `the element could not be opened: ${/** @type {Error} */ (error).message}`, error);
  }
  return handed(values);
}

/** @param {Handover["values"]} values @returns {HandedOver} */
const handed = (values) => ({ ...TOLD, to: "element", sent: values, verified: "cannot", warnings: [] });

/** @param {(handover: Handover) => unknown} tell @param {Handover} handover @returns {Promise<HandedOver>} */
export async function toFunction(tell, handover) {
  try {
    const taken = await tell(handover);
    return { ...TOLD, to: "function", sent: handover.values, verified: typeof taken === "boolean" ? taken : "cannot", warnings: [] };
  } catch (error) {
    throw failure("handover_refused", `the function that takes the hand-over failed: ${/** @type {Error} */ (error)?.message}`, error);
  }
}
