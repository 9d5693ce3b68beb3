// From a decision to what a vendor is told, checked against what is known of the vendor before anything is called.
import { failure } from "../failure.js";
import { hint } from "../hint.js";

/** @import { Decision } from "floorwalker" */
/** @import { Limits, Said, Value, Wording } from "floorwalker/handover" */
/** @import { Group } from "./contract.js" */

/** @type {Record<Exclude<Said, "queue">, (decision: Decision) => Value | null | undefined>} */
const SAID = {
  // Without evidence the intents are those of everybody who asks: they say nothing of this shopper.
  intent: ({ evidence, intents }) => (evidence.strength === "none" ? null : intents[0]?.name),
  intents: ({ evidence, intentSet }) => (evidence.strength === "none" ? null : intentSet.join(",")),
  hint: (decision) => hint(decision, { short: true }),
  priority: ({ priority }) => priority,
  channel: ({ channel }) => channel,
  outcome: ({ outcome }) => outcome,
  policy: ({ policyVersion }) => policyVersion,
  agent: ({ agent }) => agent?.agent,
};
const NAMES = ["queue", ...Object.keys(SAID)];

/** The queue that a decision goes to, as the vendor calls it. @param {Decision} decision @param {Wording["map"]} map @returns {Group} */
export function queueOf({ goesTo }, map) {
  if (!map) return goesTo;
  if (!Object.hasOwn(map, goesTo)) {
    throw failure(
      "handover_queue",
      `map has no entry for the queue ${goesTo}, only for ${Object.keys(map).join(", ") || "none"}: add what the chat calls it`,
    );
  }
  const queue = map[goesTo];
  const isGroup = typeof queue === "object" && queue !== null && !Array.isArray(queue);
  if (isGroup || (["string", "number", "boolean"].includes(typeof queue) && queue !== "")) return queue;
  throw failure("handover_queue", `map has ${JSON.stringify(queue)} for the queue ${goesTo}: give a text, a number or an object of ids`);
}

/**
 * The values of a decision, by the vendor's names.
 * @param {Decision} decision
 * @param {NonNullable<Wording["fields"]>} fields
 * @param {Value} queue the queue, as the vendor calls it
 * @returns {Record<string, Value>}
 */
export function valuesOf(decision, fields, queue) {
  /** @type {Record<string, Value>} */
  const values = {};
  for (const [name, what] of Object.entries(fields)) {
    if (typeof what !== "function" && !NAMES.includes(what)) {
      throw failure("option_invalid", `fields.${name} is one of ${NAMES.join(", ")}, or a function, not ${String(what)}`);
    }
    const value = typeof what === "function" ? asked(name, what, decision) : what === "queue" ? queue : SAID[what](decision);
    if (value !== null && value !== undefined) values[name] = value;
  }
  return values;
}

/** What a shop's function says of a decision. @template T @param {string} name @param {(decision: Decision) => T} what @param {Decision} decision */
function asked(name, what, decision) {
  try {
    return what(decision);
  } catch (error) {
    throw failure("handover_value", `fields.${name} failed: ${/** @type {Error} */ (error)?.message}`, error);
  }
}

/**
 * Checks values against what a vendor takes; what is unknown is not checked. A number or flag becomes text where the vendor takes only text.
 * @param {string} vendor its title
 * @param {Limits} limits
 * @param {Record<string, Value>} values
 * @returns {Record<string, Value>}
 */
export function checked(vendor, limits, values) {
  const { types, longestValue, longestKey, mostKeys, totalBytes, key, refuses } = limits;
  const names = Object.keys(values);
  /** @type {Record<string, Value>} */
  const fit = {};
  for (const name of names) {
    const value = values[name];
    if (longestKey !== undefined && name.length > longestKey)
      throw failure("handover_key", `${vendor}: the name ${name} has ${name.length} characters of at most ${longestKey}`);
    if (key && !new RegExp(key, "u").test(name))
      throw failure("handover_key", `${vendor}: the name ${JSON.stringify(name)} does not match ${key}; give another in fields`);
    if (!["string", "number", "boolean"].includes(typeof value) || (typeof value === "number" && !Number.isFinite(value)))
      throw failure(
        "handover_value",
        `${vendor}: ${name} is text, a number or a flag, not ${typeof value === "object" ? "an object" : String(value)}`,
      );
    const text = String(value);
    const type = /** @type {"string" | "number" | "boolean"} */ (typeof value);
    if (longestValue !== undefined && text.length > longestValue)
      throw failure(
        "handover_value",
        `${vendor}: ${name} has ${text.length} characters of at most ${longestValue}; send a shorter text by map or fields`,
      );
    if (refuses && new RegExp(refuses, "iu").test(text))
      throw failure("handover_value", `${vendor}: it refuses the text of ${name}, which holds what ${refuses} matches`);
    fit[name] = types && !types.includes(type) ? text : value;
  }
  if (mostKeys !== undefined && names.length > mostKeys)
    throw failure("handover_key", `${vendor}: ${names.length} values of at most ${mostKeys}; name fewer in fields`);
  const bytes = new TextEncoder().encode(JSON.stringify(fit)).length;
  if (totalBytes !== undefined && bytes > totalBytes)
    throw failure("handover_value", `${vendor}: the names and values take ${bytes} bytes of at most ${totalBytes}`);
  return fit;
}
