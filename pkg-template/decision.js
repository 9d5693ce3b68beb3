// A decision as an object, from the numbers that the engine wrote: the table in src/wasm/layout.rs.
const REASONS = 3;
const ALTERNATIVES = 3;
const ABSTAIN_REASONS = [null, "threshold", "margin", "closed", "unmatched", "nobody"];
const OUTCOMES = ["best", "explored", "holdout", "preferred", "bot", "overflow", "closed", "default"];
const STANDINGS = ["candidate", "elsewhere", "skipped", "skill", "language", "full", "closed"];
export const CHANNELS = ["chat", "call_back", "email", "bot"];

/** Reads `out`; `nameOf` finds the string of an agent's symbol. */
export function readDecision(out, { queues, defaultQueue, policyVersion, filters, channels }, intentNames, nameOf) {
  let at = 0;
  const next = () => out[at++];
  const index = (names) => names[next()] ?? null;
  const queue = index(queues);
  const abstainReason = index(ABSTAIN_REASONS);
  const goesTo = next();
  const outcome = index(OUTCOMES);
  const filter = index(filters);
  next(); // how far needs were dropped: the filter's steps say it better
  const [margin, freshness, expiresAt, agent, agentPropensity] = [next(), next(), next(), next(), next()];
  const [from, to, by, waiting] = [next(), next(), next(), next()];
  const nSet = next();
  const intentSet = Array.from(out.subarray(at, (at += nSet)), (intent) => intentNames[intent]);
  const ranking = queues.map(() => {
    const [queue, standing, score, fit, propensity, low, mean, high] = out.subarray(at, (at += 8));
    const reasons = [];
    for (let reason = 0; reason < REASONS; reason++) {
      const [intent, contribution] = [next(), next()];
      if (contribution > 0) reasons.push({ kind: "intent", name: intentNames[intent], contribution });
    }
    return {
      queue: queues[queue],
      channel: channels[queue],
      standing: STANDINGS[standing],
      open: STANDINGS[standing] !== "closed",
      score,
      fit,
      propensity,
      ewtSeconds: Number.isFinite(mean) ? { low, mean, high } : null,
      reasons,
    };
  });
  const going = ranking.find((ranked) => ranked.queue === queues[goesTo]);
  const change = {
    intent: from < 0 ? null : { from: intentNames[from], to: intentNames[to], by },
    waiting: waiting < 0 ? null : waiting,
  };
  return {
    queue,
    abstained: queue === null,
    abstainReason,
    defaultQueue: queues[defaultQueue],
    goesTo: queues[goesTo],
    channel: channels[goesTo],
    outcome,
    filter,
    agent: agent < 0 ? null : { agent: nameOf(agent), propensity: agentPropensity },
    margin,
    propensity: queue === null ? 1 : going.propensity,
    ewtSeconds: going.ewtSeconds,
    ranking,
    alternatives: ranking.filter((other) => other !== going && other.standing === "candidate").slice(0, ALTERNATIVES),
    leastChange: change.intent || change.waiting !== null ? change : null,
    intents: intentNames
      .map((name, intent) => ({ name, probability: out[at + intent] }))
      .sort((a, b) => b.probability - a.probability),
    intentSet,
    freshness,
    expiresAt,
    policyVersion,
  };
}
