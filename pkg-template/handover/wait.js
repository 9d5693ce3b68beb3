// Waits for a vendor's script and widget.
import { failure } from "../failure.js";

/** @import { Contract, Page } from "./contract.js" */

/** Milliseconds between two looks for a vendor's global, while somebody waits. */
const LOOK_MS = 50;
/** The same while nobody waits, after the first `PATIENT_MS`. */
const SLOW_MS = 1000;
const PATIENT_MS = 10_000;
/** The longest time that a timer can wait. */
const LONGEST_MS = 2 ** 31 - 1;

/** The page's window. @returns {Page} */
export function page() {
  if (typeof window === "undefined") throw failure("handover_missing", "there is no page here: hand over in the browser");
  return /** @type {Page} */ (window);
}

/**
 * Resolves to the vendor's API once its script is there and calls are taken.
 * @template Api
 * @param {Contract<Api>} vendor
 * @param {number} withinMs how long to wait; Infinity: as long as the page lives
 * @param {() => boolean} [isOver] whether nobody waits any more
 * @returns {Promise<Api>}
 */
export async function meet(vendor, withinMs, isOver = () => false) {
  const its = page();
  const start = Date.now();
  const left = () => withinMs - (Date.now() - start);
  let api = vendor.find(its) ?? undefined;
  while (api === undefined) {
    if (left() <= 0 || isOver()) {
      throw failure(
        "handover_missing",
        `${vendor.title} is not on this page after ${withinMs} ms: its script was not loaded, or was blocked; offer another way to ask`,
      );
    }
    await pause(Math.min(left(), Date.now() - start > PATIENT_MS ? SLOW_MS : LOOK_MS), withinMs === Number.POSITIVE_INFINITY);
    api = vendor.find(its) ?? undefined;
  }
  await within(vendor.ready?.(api, its), left(), `${vendor.title} did not become ready within ${withinMs} ms`);
  return vendor.find(its) ?? api; // a widget may replace what its snippet made
}

/** Waits. `isIdle`: nobody waits for it, so that it does not keep a test's process alive. @param {number} ms @param {boolean} isIdle */
const pause = (ms, isIdle) =>
  new Promise((resolve) => {
    const timer = /** @type {{ unref?: () => void }} */ (/** @type {unknown} */ (setTimeout(resolve, ms)));
    if (isIdle) timer.unref?.();
  });

/**
 * Awaits a promise, but no longer than some milliseconds.
 * @template T
 * @param {Promise<T> | T} promise
 * @param {number} ms
 * @param {string} message of the error if it takes longer
 * @returns {Promise<T>}
 */
export async function within(promise, ms, message) {
  if (!(ms <= LONGEST_MS)) return promise;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const over = new Promise((_, reject) => {
    timer = setTimeout(() => reject(failure("handover_missing", message)), Math.max(ms, 0));
  });
  try {
    return /** @type {T} */ (await Promise.race([promise, over]));
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Resolves when the page or an element tells of an event.
 * @param {EventTarget} target
 * @param {string} event
 */
export const once = (target, event) => new Promise((resolve) => target.addEventListener(event, resolve, { once: true }));

/**
 * Listens to several events; what a listener throws stays here. Returns a function that stops.
 * @param {EventTarget} target
 * @param {Record<string, (event: any) => unknown>} listeners
 */
export function listening(target, listeners) {
  const stops = Object.entries(listeners).map(([name, listener]) => {
    const guarded = (/** @type {Event} */ event) => {
      try {
        listener(event);
      } catch {
        // An event of another form than the documented one tells nothing.
      }
    };
    target.addEventListener(name, guarded);
    return () => target.removeEventListener(name, guarded);
  });
  return () => stops.forEach((stop) => stop());
}
