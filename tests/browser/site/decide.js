// Decides on the requests of a file as the command `route` does, and writes each decision in the same form.

/**
 * @import { Decision, Floorwalker, RouteOptions, Snapshot } from "floorwalker"
 *
 * @typedef {object} Asked A request as a line of the command's file
 * @property {number} now
 * @property {number} [requestedAt]
 * @property {[number, number]} seed
 * @property {number} [turn]
 * @property {RouteOptions["preferredAgent"]} [preferredAgent]
 * @property {RouteOptions["context"]} features
 * @property {Snapshot} snapshot
 *
 * @typedef {ReturnType<typeof told>} Told
 */

/**
 * Returns the decisions on `requests`, one line each, and the engine that made them. `load` makes a Floorwalker with a given clock.
 *
 * @param {Asked[]} requests
 * @param {(now: () => number) => Promise<Floorwalker>} load
 */
export async function decideAll(requests, load) {
  let now = 0;
  const fw = await load(() => now);
  const out = requests.map((request) => {
    ({ now } = request);
    const { requestedAt, seed, turn, preferredAgent, features, snapshot } = request;
    const decision = fw.route({ requestedAt, seed, turn, preferredAgent, context: features, queues: snapshot });
    return JSON.stringify(told(decision));
  });
  return { engine: fw.card.engine, out };
}

/** A decision with the keys that the command writes, in the same order. @param {Decision} decision */
function told({
  abstainReason,
  agent,
  expiresAt,
  filter,
  freshness,
  goesTo,
  intentSet,
  leastChange,
  margin,
  outcome,
  priority,
  queue,
  ranking,
}) {
  /** @type {Partial<NonNullable<Decision["leastChange"]>>} */
  const { intent, waiting } = leastChange ?? {};
  return {
    abstain_reason: abstainReason,
    agent: agent && { agent: agent.agent, propensity: bits(agent.propensity) },
    expires_at: expiresAt,
    filter,
    freshness: bits(freshness),
    goes_to: goesTo,
    intent_set: intentSet,
    least_change: leastChange && { intent: intent && { by: bits(intent.by), from: intent.from, to: intent.to }, waiting },
    margin: bits(margin),
    outcome,
    priority: bits(priority),
    queue,
    ranking: ranking.map(({ ewtSeconds, fit, propensity, queue, score, standing }) => ({
      ewt: ewtSeconds && [ewtSeconds.low, ewtSeconds.mean, ewtSeconds.high].map(bits),
      fit: bits(fit),
      propensity: bits(propensity),
      queue,
      score: bits(score),
      standing,
    })),
  };
}

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);

/** @param {number} number */
function bits(number) {
  float[0] = number;
  return word[0].toString(16).padStart(8, "0");
}
