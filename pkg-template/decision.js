// Reads a decision from the numbers that the engine wrote. The table in `src/wasm/layout.rs` documents their layout.
const REASONS = 3;
const ALTERNATIVES = 3;
const ABSTAIN_REASONS = [null, "threshold", "margin", "closed", "unmatched", "nobody", "out_of_scope", "unsure"];
const STRENGTHS = ["none", "weak", "strong"];
const HEAD = 21;
const OUTCOMES = ["best", "explored", "holdout", "preferred", "bot", "overflow", "closed", "default"];
/** The index of the first standing in which nobody would answer; the later ones are such standings too. */
const CLOSED = 6;
const STANDINGS = ["candidate", "elsewhere", "skipped", "skill", "language", "full", "closed", "unstaffed", "closing"];
export const CHANNELS = ["chat", "call_back", "email", "bot"];

/**
 * Reads a decision from `out`. `made` holds what the engine was asked, and `nameOf` returns the name for an agent's symbol. Ranking,
 * alternatives and intents are computed on first access: most shops need only `goesTo`.
 */
export function readDecision(out, { queues, defaultQueue, policyVersion, filters, channels }, intentNames, made, nameOf) {
  const first = HEAD + out[HEAD - 1];
  const width = 8 + 2 * REASONS;
  const end = first + width * queues.length;
  const numbers = out.slice(first, end + intentNames.length); // a copy: the engine overwrites its buffer in the next call
  const wait = (at) => {
    const [low, mean, high] = [numbers[at + 5], numbers[at + 6], numbers[at + 7]];
    return mean >= 0 ? { low, mean, high } : null;
  };
  const rank = (at) => {
    const standing = STANDINGS[numbers[at + 1]];
    const reasons = [];
    for (let reason = at + 8; reason < at + width; reason += 2) {
      const contribution = numbers[reason + 1];
      if (contribution > 0) reasons.push({ kind: "intent", name: intentNames[numbers[reason]], contribution });
    }
    return {
      queue: queues[numbers[at]],
      channel: channels[numbers[at]],
      standing,
      open: numbers[at + 1] < CLOSED,
      score: numbers[at + 2],
      fit: numbers[at + 3],
      propensity: numbers[at + 4],
      ewtSeconds: wait(at),
      reasons,
    };
  };
  const intentSet = [];
  for (let at = HEAD; at < first; at++) intentSet.push(intentNames[out[at]]);
  const goesTo = out[2];
  const others = () => {
    const found = [];
    for (let at = 0; at < end - first && found.length < ALTERNATIVES; at += width) {
      if (numbers[at] !== goesTo && numbers[at + 1] === 0) found.push(rank(at));
    }
    return found;
  };
  let going = 0;
  while (numbers[going] !== goesTo) going += width;
  const queue = queues[out[0]] ?? null;
  let ranking;
  let alternatives;
  let intents;
  return {
    id: made.id,
    queue,
    abstained: queue === null,
    abstainReason: ABSTAIN_REASONS[out[1]],
    defaultQueue: queues[defaultQueue],
    goesTo: queues[goesTo],
    channel: channels[goesTo],
    outcome: OUTCOMES[out[3]],
    filter: filters[out[4]] ?? null,
    priority: out[19],
    agent: out[9] < 0 ? null : { agent: nameOf(out[9]), propensity: out[10] },
    margin: out[6],
    propensity: queue === null ? 1 : numbers[going + 4],
    ewtSeconds: wait(going),
    get ranking() {
      return (ranking ??= queues.map((_, at) => rank(at * width)));
    },
    get alternatives() {
      return (alternatives ??= others());
    },
    leastChange:
      out[11] < 0 && out[14] < 0
        ? null
        : {
            intent: out[11] < 0 ? null : { from: intentNames[out[11]], to: intentNames[out[12]], by: out[13] },
            waiting: out[14] < 0 ? null : out[14],
          },
    get intents() {
      return (intents ??= intentNames
        .map((name, intent) => ({ name, probability: numbers[end - first + intent] }))
        .sort((a, b) => b.probability - a.probability));
    },
    intentSet,
    evidence: { message: out[15] === 1, events: out[16], strength: STRENGTHS[out[17]] },
    outOfScope: out[18],
    freshness: out[7],
    requestedAt: made.requestedAt,
    expiresAt: out[8],
    expired: made.now > out[8],
    seed: made.seed,
    policyVersion,
  };
}
