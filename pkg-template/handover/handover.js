// The hand-over: from a decision to the shop's own chat. It has an entry point of its own (`floorwalker/handover`); each vendor is a file
// beside it, which says what the vendor takes (`<vendor>.json`) and makes the calls (`<vendor>.js`).
//
// The order is the same for all: make the values, check them, wait for the vendor, give them, read them back, open the chat. Hand-overs to one
// vendor follow each other, so that the last one is what the vendor knows.
import { failure } from "../failure.js";
import { keep, keepFor, kept } from "./again.js";
import { toElement, toFunction } from "./other.js";
import { checked, queueOf, valuesOf } from "./values.js";
import { LOADERS } from "./vendors.js";
import { meet, page, within } from "./wait.js";

/** @import { Decision } from "floorwalker" */
/**
 * @import {
 *   ArmOptions, HandedOver, HandOverError, HandOverOptions, HandOverWarning, Handover, Value, Vendor, VendorName
 * } from "floorwalker/handover"
 */
/** @import { Contract, Given } from "./contract.js" */

export { VENDORS } from "./vendors.js";

/** How long to wait for a vendor unless the page says otherwise, in milliseconds. */
const WAIT_MS = 10_000;

/**
 * What this page knows of its hand-overs to a vendor: the names given, the last hand-over, and the end of those under way.
 * @typedef {{ names: Set<string>, last: { decision: Decision, given: Given, at: number } | undefined, done: Promise<unknown> }} Line
 */

/** @type {Map<VendorName, Line>} */
const lines = new Map();

/** @param {VendorName} name @returns {Line} */
function line(name) {
  const known = lines.get(name);
  if (known) return known;
  /** @type {Line} */
  const made = { names: new Set(), last: undefined, done: Promise.resolve() };
  lines.set(name, made);
  return made;
}

/** See handover.d.ts. @param {Decision} decision @param {HandOverOptions} options @returns {Promise<HandedOver>} */
export async function handOver(decision, options) {
  const { to, map, fields, open = true, withinMs = WAIT_MS } = options ?? {};
  if (typeof decision?.goesTo !== "string" || typeof decision.evidence !== "object") {
    throw failure("option_invalid", "handOver takes the decision that route gave");
  }
  if (typeof open !== "boolean" || typeof withinMs !== "number" || !(withinMs >= 0)) {
    throw failure("option_invalid", "open is a flag, withinMs a number of milliseconds");
  }
  if (isOther(to)) {
    const queue = queueOf(decision, map);
    const wanted = fields ?? { queue: "queue", intent: "intent", hint: "hint" };
    const values = checked("the hand-over", {}, valuesOf(decision, wanted, typeof queue === "object" ? decision.goesTo : queue));
    /** @type {Handover} */
    const handover = { decision, queue, values, open };
    return typeof to === "function" ? toFunction(to, handover) : toElement(/** @type {Element} */ (to), handover);
  }
  const prepared = vendorOf(to).then((vendor) => {
    const queue = queueOf(decision, map);
    const group = vendor.limits.group && (map || vendor.groupIs === "name") ? queue : undefined;
    const fault = group === undefined ? undefined : vendor.faultOf?.(group);
    if (fault) throw failure("handover_group", `${vendor.title}: ${fault}, and map gives ${text(group)} for ${decision.goesTo}`);
    if (typeof queue === "object" && group === undefined) {
      throw failure("handover_group", `${vendor.title} takes one value for a queue, and map gives ${text(queue)} for ${decision.goesTo}`);
    }
    // Where the page names the group by its id, what people read is the queue's own name.
    const said = group === undefined ? /** @type {Value} */ (queue) : decision.goesTo;
    const values = checked(vendor.title, vendor.limits, valuesOf(decision, fields ?? vendor.fields, said));
    return { vendor, values, group };
  });
  // In the order of the calls, whichever vendor's file is there first.
  const its = line(/** @type {VendorName} */ (typeof to === "string" ? to : /** @type {Vendor | undefined} */ (to)?.name));
  const turn = its.done.then(() => prepared).then(({ vendor, values, group }) => hand(vendor, { decision, values, group, open, withinMs }));
  its.done = turn.catch(() => {});
  await prepared;
  return turn;
}

/** @param {unknown} to @returns {to is Element | ((handover: Handover) => unknown)} */
const isOther = (to) => typeof to === "function" || /** @type {Element | undefined} */ (to)?.nodeType === 1;

/** The vendor that is meant. @param {unknown} to @returns {Promise<Contract>} */
async function vendorOf(to) {
  if (typeof to === "string" && Object.hasOwn(LOADERS, to)) {
    try {
      return await LOADERS[/** @type {VendorName} */ (to)]();
    } catch (error) {
      throw failure("handover_vendor", `the file of ${to} could not be loaded: ${/** @type {Error} */ (error).message}`, error);
    }
  }
  const { name, give } = /** @type {Contract} */ (to ?? {});
  if (typeof give === "function" && Object.hasOwn(LOADERS, name)) return /** @type {Contract} */ (to);
  throw failure(
    "handover_vendor",
    `to is a vendor (${Object.keys(LOADERS).join(", ")}), an element or a function, not ${typeof to === "string" ? to : typeof to}`,
  );
}

/**
 * Gives a vendor its values and opens its chat.
 * @param {Contract} vendor
 * @param {{ decision: Decision, values: Record<string, Value>, group: Given["group"], open: boolean, withinMs: number }} wanted
 * @returns {Promise<HandedOver>}
 */
async function hand(vendor, { decision, values, group, open, withinMs }) {
  const its = line(vendor.name);
  /** @type {Given} */
  const given = { values, group, open, stale: [...its.names].filter((name) => !Object.hasOwn(values, name)) };
  /** @type {HandOverWarning[]} */
  const warnings = [];
  /** @param {HandOverWarning["code"]} code @param {string} message */
  const warn = (code, message) => warnings.push({ code, message: `${vendor.title}: ${message}` });
  if (group === undefined && Object.keys(values).length === 0)
    warn("handover_nothing", "it takes no values from the page, so it does not know the queue; it is only opened");
  else if (vendor.limits.group && group === undefined)
    warn("handover_group", `no group was named, since no map gives the id for ${decision.goesTo}; add map with the group's id`);
  /** @type {HandedOver} */
  const handed = { to: vendor.name, sent: {}, group: null, phase: "ready", verified: "cannot", warnings };
  const remember = () => {
    its.names = new Set(Object.keys(values));
    its.last = { decision, given, at: Date.now() };
    keep(vendor, given, decision.expiresAt);
  };

  const here = page();
  const early = vendor.find(here) === undefined ? await refusing(vendor, () => vendor.before?.(given, here)) : undefined;
  if (early?.values && (early.group || group === undefined)) {
    remember();
    if (open) warn("handover_closed", "its script has not run, so that the page cannot open it yet");
    return { ...handed, sent: values, group: group ?? null, phase: "before_load" };
  }
  const api = await refusing(vendor, () => meet(vendor, withinMs));
  const isRunning = (await refusing(vendor, () => vendor.begun?.(api, here))) ?? false;
  handed.phase = isRunning ? "conversation" : vendor.queues?.(api, here) ? "queued" : "ready";
  const late =
    isRunning && vendor.limits.until === "conversation"
      ? "a conversation is running, and it takes values only before one begins; they are given at the next hand-over"
      : vendor.late?.(api, here);
  if (late) {
    warn("handover_late", late);
    handed.verified = false;
  } else {
    const said = `${vendor.title} did not answer within ${withinMs} ms`;
    for (const name of Object.keys(values)) its.names.add(name); // also if the vendor refuses some of them
    const answer = await refusing(vendor, () => within(vendor.give(api, given, here), withinMs, said));
    handed.sent = values;
    if (group !== undefined && answer === false) {
      warn("handover_late", "its script has run, and it takes a group only before; name the group in the page before its script");
    } else handed.group = group ?? null;
    remember();
    if (answer === true) handed.verified = true;
    const names = Object.keys(values).filter((name) => !vendor.unreadable?.includes(name));
    const known = await refusing(vendor, () => within(vendor.read?.(api, [...names, ...given.stale], here), withinMs, said));
    if (known && names.length > 0) {
      const other = names.filter((name) => String(known[name]) !== String(values[name]));
      const left = given.stale.filter((name) => known[name]);
      handed.verified = other.length === 0;
      if (other.length > 0) warn("handover_unproven", `it does not have what was sent of ${other.join(", ")}`);
      if (left.length > 0) warn("handover_unproven", `it still has what an earlier request sent of ${left.join(", ")}`);
    }
  }
  if (open) {
    const isOpen = await refusing(vendor, () =>
      within(vendor.open?.(api, here), withinMs, `${vendor.title} did not open within ${withinMs} ms`),
    );
    if (isOpen === false) warn("handover_closed", "the page cannot open this chat; the shopper opens it");
  }
  return handed;
}

/**
 * Calls the vendor; what it throws becomes an error of ours.
 * @template T
 * @param {Contract} vendor
 * @param {() => T} work
 * @returns {Promise<Awaited<T>>}
 */
async function refusing(vendor, work) {
  try {
    return await work();
  } catch (error) {
    if (/** @type {HandOverError} */ (error)?.code === "handover_missing") throw error;
    const said = error instanceof Error ? error.message : typeof error === "string" ? error : text(error);
    throw failure("handover_refused", `${vendor.title} refused the values: ${said}`, error);
  }
}

/** See handover.d.ts. @param {Vendor | VendorName} to @param {ArmOptions} [options] */
export function arm(to, options) {
  const { fw, feedback, failed } = options ?? {};
  let isOver = false;
  /** @type {(() => void)[]} */
  const undos = [];
  /** @param {unknown} error */
  const tell = (error) => {
    if (!isOver) guarded(() => failed?.(/** @type {HandOverError} */ (error)));
  };
  const work = async () => {
    const vendor = await vendorOf(to);
    const its = line(vendor.name);
    if (isOver) return;
    undos.push(keepFor(vendor, fw));
    const here = page();
    /** Gives values that the vendor has lost, unless it can no longer take them. @param {Given} given @param {() => boolean} isWanted */
    const giveAgain = (given, isWanted) => {
      const work = async () => {
        if (isOver || !isWanted()) return;
        const api = await meet(vendor, WAIT_MS, () => isOver);
        const isBegun = vendor.limits.until === "conversation" && vendor.begun?.(api, here);
        if (isBegun || vendor.late?.(api, here)) return;
        await refusing(vendor, () => within(vendor.give(api, given, here), WAIT_MS, `${vendor.title} did not answer`));
      };
      its.done = its.done.then(work).catch(tell);
    };
    const before = its.last ? undefined : kept(vendor);
    if (before) its.names = new Set(Object.keys(before.given.values));
    const early = before && vendor.find(here) === undefined ? vendor.before?.(before.given, here) : undefined;
    const api = await meet(vendor, Number.POSITIVE_INFINITY, () => isOver);
    if (isOver) return;
    vendor.keep?.(api, here);
    if (before) {
      // A hand-over of this page is newer than what an earlier page kept.
      if (!early?.values) giveAgain(before.given, () => its.last === undefined);
      its.done = its.done.then(() => its.last || keep(vendor, before.given, before.untilMs));
    }
    const stopLost = vendor.lost?.(api, here, () => {
      const { last } = its;
      if (last && last.decision.expiresAt > Date.now()) giveAgain(last.given, () => its.last === last);
    });
    if (stopLost) undos.push(stopLost);
    const stop =
      feedback &&
      vendor.listen?.(api, here, (kind, rating = null) => {
        const at = Date.now();
        const { last } = its;
        const seconds = last ? (at - last.at) / 1000 : null;
        guarded(() => feedback({ vendor: vendor.name, kind, at, seconds, rating, decision: last?.decision ?? null }));
      });
    if (stop) undos.push(stop);
  };
  work().catch(tell);
  return () => {
    isOver = true;
    for (const undo of undos.splice(0)) guarded(undo);
  };
}

/** A value for a message. @param {unknown} value */
function text(value) {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}

/** Calls the shop's or the vendor's code: what it throws is reported as uncaught, and nothing else is affected. @param {() => unknown} work */
function guarded(work) {
  try {
    work();
  } catch (error) {
    globalThis.reportError?.(error);
  }
}
