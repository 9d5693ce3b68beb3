// Checks a snapshot of the shop's queues and agents, and passes it to the engine row by row.
import { failure } from "./failure.js";
import { AGENT_FIELDS, QUEUE_FIELDS, QUEUE_RATE1, RATES } from "./layout.js";
import { AHEAD_MS, MAX_ROWS, MOST, SECONDS_AN_HOUR } from "./limits.js";

/** @import { AgentState, QueueState, Snapshot } from "floorwalker" */
/** @import { Engine } from "./calls.js" */

/** @typedef {Partial<QueueState> & Partial<AgentState>} Row */
/** @typedef {Record<string, unknown>} Values a row, by key */
/** @typedef {Omit<Snapshot, "asOf"> & { asOf: number }} Taken */

// The keys that a row may have: its name, a flag, a list, then numbers, in the order of the engine's input buffer.
const QUEUE = ["queue", "open", "ratesPerHour", ...QUEUE_FIELDS];
const AGENT = ["agent", "novice", "queues", ...AGENT_FIELDS];

/** Converts a value to a number; NaN if it is none. Strings such as "499" are accepted, because shops send them. @param {unknown} value */
export function number(value) {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  return typeof value === "string" && value.trim() !== "" ? Number(value) : NaN;
}

/**
 * Passes a snapshot to the engine, and returns the snapshot with its time as a number. `names` are the bundle's queues, `input` returns the
 * buffer for numbers, `symbol` returns the symbol of a string, and `time` parses a time. Queues that the bundle does not have are
 * skipped: a shop may add a queue before it ships the bundle that knows it. Whatever the trainer would refuse in a log
 * (`src/offpolicy/replay/snapshot.rs`) is refused here too.
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
  // Every row is checked before the first one is passed on: the rows of a half-passed snapshot would end up in the next one.
  const asOfMs = time(asOf);
  if (Number.isNaN(asOfMs)) throw failure("snapshot_shape", "asOf is milliseconds, or a date with time and zone");
  if (/** @type {number} */ (asOfMs) > now + AHEAD_MS)
    throw failure("snapshot_future", "asOf is over a minute ahead; check the clock that writes it");
  const places = new Map(names.map((name, at) => [name, at]));
  /** @type {[states: readonly Row[], keys: string[]][]} */
  const sorts = [
    [queues, QUEUE],
    [agents, AGENT],
  ];
  for (const [states, keys] of sorts) {
    let rows = 0;
    for (const state of states) {
      check(state, keys);
      rows += state.queues?.length || 1;
      if (rows > MAX_ROWS) throw failure("snapshot_rows", `a snapshot has at most ${MAX_ROWS} rows`);
    }
  }
  for (const [states, keys] of sorts) {
    for (const state of states) {
      const { queue, open, ratesPerHour, agent, queues: served, novice } = state;
      for (const name of new Set(served ?? [/** @type {string} */ (queue)])) {
        const at = places.get(name);
        if (at === undefined) continue;
        const helper = agent && symbol(agent);
        const buffer = input();
        keys
          .slice(3)
          .forEach((key, slot) => (buffer[slot] = number(/** @type {Values} */ (state)[key] ?? /** @type {Values} */ (overall)[key])));
        if (agent) engine.agent(/** @type {number} */ (helper), at, Boolean(novice));
        else {
          for (let held = 0; held < RATES; held++) buffer[QUEUE_RATE1 + held] = (ratesPerHour?.[held] ?? 0) / SECONDS_AN_HOUR;
          engine.queue(at, number(open));
        }
      }
    }
  }
  engine.take(asOfMs ?? NaN);
  return { asOf: asOfMs ?? NaN, patienceSeconds, queues, agents };
}

/**
 * Throws if a row has no name, has an unknown key, or has a value of the wrong type or range for its key.
 * @param {Values} state
 * @param {string[]} keys
 */
function check(state, keys) {
  const [name] = keys;
  for (const key of [name, ...Object.keys(state ?? {})]) {
    const value = state?.[key];
    const at = keys.indexOf(key);
    if ((value ?? null) === null && at > 0) continue;
    const isNumbers = at > 2 || key === "ratesPerHour";
    const kind = isNumbers ? "number" : at === 1 ? "boolean" : "string";
    const values = at === 2 ? value : [value];
    /** @param {number} one in fact anything: it is compared with numbers only if it is one */
    const is = (one) =>
      typeof one === kind && /** @type {unknown} */ (one) !== "" && (!isNumbers || (one >= 0 && one <= (key === "occupancy" ? 1 : MOST)));
    if (at >= 0 && Array.isArray(values) && [...values].every(is) && (values.length <= 4 || !isNumbers)) continue;
    throw failure(
      isNumbers ? "snapshot_count" : "snapshot_shape",
      `${name} ${key === name ? "" : state[name]}: ${key} is misspelt or wrong; leave out what is not known`,
    );
  }
}
