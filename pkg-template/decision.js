// Reads a decision from the numbers that the engine wrote.
import * as place from "./layout.js";

/** @import { Channel, Decision, ExpectedWait, Probability, RankedQueue, Reason } from "floorwalker" */
/** @import { Description } from "./calls.js" */

/** @typedef {Omit<Description, "channels"> & { channels: Channel[] }} Described */

const ALTERNATIVES = 3;

/**
 * Reads a decision from `out`, whose layout is `layout.js`. `made` holds what the engine was asked, and `nameOf` returns the name for an
 * agent's symbol. Ranking, alternatives and intents are computed on first access: most shops need only `goesTo`.
 * @param {Float64Array} out
 * @param {Pick<Described, "queues" | "defaultQueue" | "policyVersion" | "filters" | "channels">} description
 * @param {string[]} intentNames
 * @param {Pick<Decision, "id" | "requestedAt" | "seed"> & { now: number }} made
 * @param {(symbol: number) => string} nameOf
 * @returns {Decision}
 */
export function readDecision(out, { queues, defaultQueue, policyVersion, filters, channels }, intentNames, made, nameOf) {
  const first = place.DECISION + out[place.DECISION_N_INTENT_SET];
  const width = place.RANK + place.REASONS * place.SHARE;
  const end = first + width * queues.length;
  const numbers = out.slice(first, end + intentNames.length); // a copy: the engine overwrites its buffer in the next call
  /** @param {number} at @returns {ExpectedWait | null} */
  const wait = (at) => {
    const mean = numbers[at + place.RANK_WAIT_MEAN];
    return mean >= 0 ? { low: numbers[at + place.RANK_WAIT_LOW], mean, high: numbers[at + place.RANK_WAIT_HIGH] } : null;
  };
  /** @param {number} at @returns {RankedQueue} */
  const rank = (at) => {
    const standing = numbers[at + place.RANK_STANDING];
    /** @type {Reason[]} */
    const reasons = [];
    for (let reason = at + place.RANK; reason < at + width; reason += place.SHARE) {
      const contribution = numbers[reason + place.SHARE_SHARE];
      if (contribution > 0) reasons.push({ kind: "intent", name: intentNames[numbers[reason + place.SHARE_INTENT]], contribution });
    }
    return {
      queue: queues[numbers[at + place.RANK_QUEUE]],
      channel: channels[numbers[at + place.RANK_QUEUE]],
      standing: /** @type {RankedQueue["standing"]} */ (place.STANDINGS[standing]),
      open: standing < place.STANDING_CLOSED,
      score: numbers[at + place.RANK_SCORE],
      fit: numbers[at + place.RANK_FIT],
      propensity: numbers[at + place.RANK_PROPENSITY],
      ewtSeconds: wait(at),
      reasons,
    };
  };
  const intentSet = [];
  for (let at = place.DECISION; at < first; at++) intentSet.push(intentNames[out[at]]);
  const goesTo = out[place.DECISION_GOES_TO];
  const others = () => {
    const found = [];
    for (let at = 0; at < end - first && found.length < ALTERNATIVES; at += width) {
      if (numbers[at + place.RANK_QUEUE] !== goesTo && numbers[at + place.RANK_STANDING] === place.STANDING_CANDIDATE) found.push(rank(at));
    }
    return found;
  };
  let going = 0;
  while (numbers[going + place.RANK_QUEUE] !== goesTo) going += width;
  const queue = queues[out[place.DECISION_QUEUE]] ?? null;
  /** @type {RankedQueue[] | undefined} */
  let ranking;
  /** @type {RankedQueue[] | undefined} */
  let alternatives;
  /** @type {Probability[] | undefined} */
  let intents;
  return {
    id: made.id,
    queue,
    abstained: queue === null,
    abstainReason: /** @type {Decision["abstainReason"]} */ (place.ABSTENTIONS[out[place.DECISION_ABSTENTION] - 1]) ?? null,
    defaultQueue: queues[defaultQueue],
    goesTo: queues[goesTo],
    channel: channels[goesTo],
    outcome: /** @type {Decision["outcome"]} */ (place.OUTCOMES[out[place.DECISION_OUTCOME]]),
    filter: filters[out[place.DECISION_FILTER]] ?? null,
    priority: out[place.DECISION_PRIORITY],
    agent:
      out[place.DECISION_AGENT] < 0 ? null : { agent: nameOf(out[place.DECISION_AGENT]), propensity: out[place.DECISION_AGENT_PROPENSITY] },
    margin: out[place.DECISION_MARGIN],
    propensity: queue === null ? 1 : numbers[going + place.RANK_PROPENSITY],
    ewtSeconds: wait(going),
    get ranking() {
      return (ranking ??= queues.map((_, at) => rank(at * width)));
    },
    get alternatives() {
      return (alternatives ??= others());
    },
    leastChange:
      out[place.DECISION_CHANGE_FROM] < 0 && out[place.DECISION_CHANGE_WAITING] < 0
        ? null
        : {
            intent:
              out[place.DECISION_CHANGE_FROM] < 0
                ? null
                : {
                    from: intentNames[out[place.DECISION_CHANGE_FROM]],
                    to: intentNames[out[place.DECISION_CHANGE_TO]],
                    by: out[place.DECISION_CHANGE_BY],
                  },
            waiting: out[place.DECISION_CHANGE_WAITING] < 0 ? null : out[place.DECISION_CHANGE_WAITING],
          },
    get intents() {
      return (intents ??= intentNames
        .map((name, intent) => ({ name, probability: numbers[end - first + intent] }))
        .sort((a, b) => b.probability - a.probability));
    },
    intentSet,
    evidence: {
      message: out[place.DECISION_MESSAGE] === 1,
      events: out[place.DECISION_EVENTS],
      strength: /** @type {Decision["evidence"]["strength"]} */ (place.STRENGTHS[out[place.DECISION_STRENGTH]]),
    },
    outOfScope: out[place.DECISION_OUTSIDE],
    freshness: out[place.DECISION_FRESHNESS],
    requestedAt: made.requestedAt,
    expiresAt: out[place.DECISION_EXPIRES_AT],
    expired: made.now > out[place.DECISION_EXPIRES_AT],
    seed: made.seed,
    policyVersion,
  };
}
