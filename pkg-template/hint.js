// The hint: what a page tells the shop's server about a decision, and the check that the server makes of it. It has an entry point of its
// own (`floorwalker/hint`).
//
// A hint has two forms. The long form is JSON. The short form fits where chat vendors take text: at most 255 characters of `A-Za-z0-9._~-`,
// with the fields joined by `~` and every other character of a name written as `.` + its code point in base 36 + `.`.
//
// The server cannot trust what a page sends. So a hint is small, has one fixed form, names only queues that exist, and holds no skill, no
// agent and no filter. The priority that it asks for counts at most as much as the server allows, which is 0 by default. A hint expires no
// later than its request.
import { failure } from "./failure.js";
import { AHEAD_MS } from "./limits.js";

/** @import { Decision } from "floorwalker" */
/** @import { Hint, HintRules } from "floorwalker/hint" */

/** Longest hint, in characters. */
export const MAX_HINT = 512;
/** Longest hint in the short form, in characters: the longest value that Intercom and tawk.to take. */
export const MAX_SHORT_HINT = 255;
const MAX_INTENTS = 3;
/** Longest lifetime of a hint, in seconds: a day unless the server passes its policy's `ttl`, and never more than a week. */
const TTL = 86_400;
const MAX_TTL = 604_800;
/** Tolerance for the lifetime: `at` and `expires` are rounded separately. */
const ROUNDING_MS = 1;
const KEYS = ["v", "policy", "queue", "priority", "intents", "at", "expires"];
/** The first field of the short form. */
const SHORT = "fw1";
/** The fields of the short form before the intents. */
const SHORT_FIELDS = 6;

/** See hint.d.ts. @param {Decision} decision @param {{ short?: boolean | undefined }} [options] @returns {string} */
export function hint(decision, options) {
  if (!Array.isArray(decision?.intentSet)) throw failure("option_invalid", "hint takes the decision that route gave");
  if (options?.short) return shortHint(decision);
  const text = JSON.stringify({
    v: 1,
    policy: decision.policyVersion,
    queue: decision.goesTo,
    priority: decision.priority,
    intents: decision.intentSet.slice(0, MAX_INTENTS),
    at: Math.round(Number(decision.requestedAt)),
    expires: Math.round(decision.expiresAt),
  });
  if (text.length > MAX_HINT) throw failure("hint_size", `the names in this hint take ${text.length} characters of ${MAX_HINT}`);
  return text;
}

/** The short form, with as many of the most probable intents as fit. @param {Decision} decision */
function shortHint({ policyVersion, goesTo, priority, intentSet, requestedAt, expiresAt }) {
  if (![policyVersion, goesTo, ...intentSet].every((name) => typeof name === "string"))
    throw failure("option_invalid", "hint takes the decision that route gave");
  const times = [Number(requestedAt), expiresAt].map((time) => Math.round(time).toString(36));
  let text = [SHORT, coded(policyVersion), coded(goesTo), `${priority}`.replace("+", ""), ...times].join("~");
  if (text.length > MAX_SHORT_HINT) {
    throw failure(
      "hint_size",
      `the names of the policy and the queue take ${text.length} characters of ${MAX_SHORT_HINT} in the short form`,
    );
  }
  for (const intent of intentSet.slice(0, MAX_INTENTS)) {
    const longer = `${text}~${coded(intent)}`;
    if (longer.length > MAX_SHORT_HINT) break;
    text = longer;
  }
  return text;
}

/** @param {string} name */
const coded = (name) => name.replace(/[^\w-]/gu, (letter) => `.${/** @type {number} */ (letter.codePointAt(0)).toString(36)}.`);

/** The name that `coded` gave, or `undefined` if the text is none of its. @param {string} text */
function decoded(text) {
  const name = text.replace(/\.([0-9a-z]{1,4})\./g, (written, digits) => {
    const point = Number.parseInt(digits, 36);
    return point <= 0x10ffff ? String.fromCodePoint(point) : written;
  });
  return coded(name) === text ? name : undefined;
}

/** What the short form says, as the long form would; fields that are not readable are `undefined`. @param {string} text */
function readShort(text) {
  const fields = text.split("~", SHORT_FIELDS + MAX_INTENTS + 1);
  const [, policy, queue, priority] = fields;
  const [at, expires] = fields
    .slice(4, SHORT_FIELDS)
    .map((time) => (/^[0-9a-z]{1,11}$/.test(time) ? Number.parseInt(time, 36) : undefined));
  return {
    v: 1,
    policy: decoded(policy ?? "."),
    queue: decoded(queue ?? "."),
    priority: /^[\d.e-]+$/.test(priority) ? Number(priority) : undefined,
    intents: fields.slice(SHORT_FIELDS).map(decoded),
    at,
    expires,
  };
}

/** See hint.d.ts. @param {string} text @param {HintRules} rules @returns {Hint} */
export function checkHint(text, rules) {
  const { policyVersion, queues, ttl = TTL, maxPriority = 0, now = Date.now() } = rules ?? {};
  const names = /** @type {ReadonlySet<string>} */ (Array.isArray(queues) ? new Set(queues) : queues);
  if (
    typeof policyVersion !== "string" ||
    typeof names?.has !== "function" ||
    !(ttl >= 0) ||
    typeof maxPriority !== "number" ||
    !(maxPriority >= 0) ||
    !Number.isFinite(now)
  ) {
    throw failure(
      "option_invalid",
      "a hint is checked by { policyVersion, queues: a Set or list of names, ttl: seconds, maxPriority: seconds, now: milliseconds }",
    );
  }
  if (typeof text !== "string" || text.length > MAX_HINT) throw failure("hint_size", `a hint is text of at most ${MAX_HINT} characters`);
  let read;
  try {
    read = text.startsWith(`${SHORT}~`) ? readShort(text) : JSON.parse(text);
  } catch (error) {
    throw failure("hint_shape", `a hint is JSON: ${/** @type {Error} */ (error).message}`, error);
  }
  /** @param {unknown} name */
  const isName = (name) => typeof name === "string";
  /** @param {unknown} time */
  const isTime = (time) => Number.isSafeInteger(time) && /** @type {number} */ (time) >= 0;
  const fits =
    read !== null &&
    typeof read === "object" &&
    Object.keys(read).length === KEYS.length &&
    KEYS.every((key) => Object.hasOwn(read, key)) &&
    read.v === 1 &&
    isName(read.policy) &&
    isName(read.queue) &&
    Number.isFinite(read.priority) &&
    read.priority >= 0 &&
    Array.isArray(read.intents) &&
    read.intents.length <= MAX_INTENTS &&
    read.intents.every(isName) &&
    isTime(read.at) &&
    isTime(read.expires);
  if (!fits) throw failure("hint_shape", "the hint does not have the form that hint() gives it");
  if (read.policy !== policyVersion) throw failure("hint_policy", `the hint is by policy ${read.policy}, and ${policyVersion} is in force`);
  if (!names.has(read.queue)) throw failure("hint_queue", `the hint names an unknown queue: ${read.queue}`);
  const livesMs = read.expires - read.at;
  if (read.at > now + AHEAD_MS || read.expires < now || livesMs < 0 || livesMs > Math.min(ttl, MAX_TTL) * 1000 + ROUNDING_MS) {
    throw failure("hint_expired", "the hint is not valid now; ask the page to decide again");
  }
  return { ...read, priority: Math.min(read.priority, maxPriority) };
}
