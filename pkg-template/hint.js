// The hint: what a page tells the shop's server about a decision, and the check that the server makes of it. It has an entry point of its
// own (`floorwalker/hint`).
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
const MAX_INTENTS = 3;
/** Longest lifetime of a hint, in seconds: a day unless the server passes its policy's `ttl`, and never more than a week. */
const TTL = 86_400;
const MAX_TTL = 604_800;
/** Tolerance for the lifetime: `at` and `expires` are rounded separately. */
const ROUNDING_MS = 1;
const KEYS = ["v", "policy", "queue", "priority", "intents", "at", "expires"];

/** See hint.d.ts. @param {Decision} decision @returns {string} */
export function hint(decision) {
  if (!Array.isArray(decision?.intentSet)) throw failure("option_invalid", "hint takes the decision that route gave");
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
    read = JSON.parse(text);
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
