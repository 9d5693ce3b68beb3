// Checks the shape of a snapshot of the shop's queues and agents, and passes it to the engine row by row; the engine checks its numbers,
// its time and how many rows it has.
import { failure } from "./failure.js";
import { AGENT_FIELDS, QUEUE_FIELDS, QUEUE_RATE1, RATES, ROWS } from "./layout.js";
import { SECONDS_AN_HOUR } from "./limits.js";
import { number } from "./number.js";

/** @import { AgentState, ErrorCode, QueueState, Snapshot } from "floorwalker" */
/** @import { Engine } from "./calls.js" */

/** @typedef {Partial<QueueState> & Partial<AgentState>} Row */
/** @typedef {Record<string, unknown>} Values a row, by key */
/** @typedef {Omit<Snapshot, "asOf"> & { asOf: number }} Taken */

// The keys that a row may have: its name, a flag, a list, then numbers, in the order of the engine's input buffer.
const QUEUE = ["queue", "open", "ratesPerHour", ...QUEUE_FIELDS];
const AGENT = ["agent", "novice", "queues", ...AGENT_FIELDS];

/**
 * Passes a snapshot to the engine, and returns the snapshot with its time as a number. `names` are the bundle's queues, `input` returns the
 * buffer for numbers, `symbol` returns the symbol of a string, and `time` parses a time. Queues that the bundle does not have are
 * left out by the engine: a shop may add a queue before it ships the bundle that knows it.
 * @param {Engine} engine
 * @param {Snapshot | readonly QueueState[]} snapshot
 * @param {number} now
 * @param {string[]} names
 * @param {() => Float64Array} input
 * @param {(string: string) => number} symbol
 * @param {(asOf: unknown) => number | undefined} time
 * @returns {Taken}
 */
export function take(engine, snapshot, now, names, input, symbol, time) {
  const {
    asOf,
    patienceSeconds,
    queues = [],
    agents = [],
    ...rest
  } = /** @type {Snapshot} */ (Array.isArray(snapshot) ? { queues: snapshot } : (snapshot ?? [0]));
  if (typeof snapshot !== "object" || !Array.isArray(queues) || !Array.isArray(agents) || Object.keys(rest)[0]) {
    throw failure("snapshot_shape", "a snapshot is { asOf, queues: [], agents: [] }");
  }
  const overall = { queue: "snapshot", patienceSeconds };
  check(overall, QUEUE);
  const asOfMs = time(asOf);
  if (Number.isNaN(asOfMs)) throw failure("snapshot_shape", "asOf is milliseconds, or a date with time and zone");
  const places = new Map(names.map((name, at) => [name, at]));
  /** @type {[states: readonly Row[], keys: string[]][]} */
  const sorts = [
    [queues, QUEUE],
    [agents, AGENT],
  ];
  // The shape of every row is checked before the first one is passed on: a half-passed snapshot would end up in the next one.
  for (const state of queues) check(state, QUEUE);
  for (const state of agents) check(state, AGENT);
  if (engine.patience(number(patienceSeconds))) throw wrong("snapshot_count", overall, QUEUE, "patienceSeconds");
  for (const [states, keys] of sorts) {
    for (const state of states) {
      const { queue, open, ratesPerHour, agent, queues: served, novice } = state;
      for (const name of new Set(served ?? [/** @type {string} */ (queue)])) {
        const at = places.get(name) ?? -1;
        const helper = agent && at >= 0 ? symbol(agent) : 0;
        const buffer = input();
        keys.slice(3).forEach((key, slot) => (buffer[slot] = number(/** @type {Values} */ (state)[key])));
        if (!agent) for (let held = 0; held < RATES; held++) buffer[QUEUE_RATE1 + held] = (ratesPerHour?.[held] ?? 0) / SECONDS_AN_HOUR;
        const fault = agent ? engine.agent(helper, at, Boolean(novice)) : engine.queue(at, number(open));
        if (fault === ROWS) throw failure("snapshot_rows", "a snapshot has at most 10000 rows of queues, and of agents");
        if (fault) throw wrong("snapshot_count", state, keys, keys[fault + 2] ?? keys[2]);
      }
    }
  }
  if (!engine.take(asOfMs ?? NaN, now)) throw failure("snapshot_future", "asOf is over a minute ahead; check the clock that writes it");
  return { asOf: asOfMs ?? NaN, patienceSeconds, queues, agents };
}

/**
 * Throws if a row has no name, has an unknown key, or has a value of the wrong type for its key.
 * @param {Values} state
 * @param {string[]} keys
 */
function check(state, keys) {
  for (const key of [keys[0], ...Object.keys(state ?? {})]) {
    const value = state?.[key];
    const at = keys.indexOf(key);
    if ((value ?? null) === null && at > 0) continue;
    const isNumbers = at > 2 || key === "ratesPerHour";
    const kind = isNumbers ? "number" : at === 1 ? "boolean" : "string";
    const values = at === 2 ? value : [value];
    /** @param {unknown} one */
    const is = (one) => typeof one === kind && one !== "" && !Number.isNaN(one);
    if (at >= 0 && Array.isArray(values) && [...values].every(is) && (values.length <= RATES || !isNumbers)) continue;
    throw wrong(isNumbers ? "snapshot_count" : "snapshot_shape", state, keys, key);
  }
}

/** @param {ErrorCode} code @param {Values} state @param {string[]} keys @param {string} key */
function wrong(code, state, [name], key) {
  return failure(code, `${name} ${key === name ? "" : state[name]}: ${key} is misspelt or wrong; leave out what is not known`);
}
