// What the shop says of its queues and agents: into the engine row by row.
import { failure } from "./failure.js";
import { AGENT_FIELDS, QUEUE_FIELDS, RATES } from "./layout.js";
import { AHEAD_MS, MAX_ROWS, MOST, SECONDS_AN_HOUR } from "./limits.js";

// What a row may hold: its name, a flag, a list, then counts.
const QUEUE = ["queue", "open", "ratesPerHour", ...QUEUE_FIELDS];
const AGENT = ["agent", "novice", "queues", ...AGENT_FIELDS];

/** A number, or NaN for what is none. Strings such as "499" count: shops send them. */
export function number(value) {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  return typeof value === "string" && value.trim() !== "" ? Number(value) : NaN;
}

/**
 * Hands a snapshot to the engine, and gives it with its time as a number. `names` are the bundle's queues, `input` gives the buffer
 * for numbers, `symbol` names a string, `time` reads a moment. Queues that the bundle does not have are passed over: a shop may add one before it ships
 * the bundle that knows it. Nothing passes that the trainer would refuse in a log (src/offpolicy/replay/snapshot.rs).
 */
export function take(engine, snapshot, now, names, input, symbol, time) {
  const { asOf, patienceSeconds, queues = [], agents = [], ...rest } = Array.isArray(snapshot) ? { queues: snapshot } : (snapshot ?? [0]);
  if (typeof snapshot !== "object" || !Array.isArray(queues) || !Array.isArray(agents) || Object.keys(rest)[0]) {
    throw failure("snapshot_shape", "a snapshot is { asOf, queues: [], agents: [] }");
  }
  const overall = { queue: "snapshot", patienceSeconds };
  check(overall, QUEUE);
  // Everything is looked at before the first row is handed over: rows of half a snapshot would join the next one.
  const asOfMs = time(asOf);
  if (Number.isNaN(asOfMs)) throw failure("snapshot_shape", "asOf is milliseconds, or a date with time and zone");
  if (asOfMs > now + AHEAD_MS) throw failure("snapshot_future", "asOf is over a minute ahead; check the clock that writes it");
  const places = new Map(names.map((name, at) => [name, at]));
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
      for (const name of new Set(served ?? [queue])) {
        const at = places.get(name);
        if (at === undefined) continue;
        const helper = agent && symbol(agent);
        const buffer = input();
        keys.slice(3).forEach((key, slot) => (buffer[slot] = number(state[key] ?? overall[key])));
        if (agent) engine.agent(helper, at, Boolean(novice));
        else {
          for (let held = 0; held < RATES; held++) buffer[QUEUE_FIELDS.length + held] = (ratesPerHour?.[held] ?? 0) / SECONDS_AN_HOUR;
          engine.queue(at, number(open));
        }
      }
    }
  }
  engine.take(asOfMs ?? NaN);
  return { asOf: asOfMs ?? NaN, patienceSeconds, queues, agents };
}

/** Refuses a row without its name, a key that is none, and what is not of its key's kind. */
function check(state, keys) {
  const [name] = keys;
  for (const key of [name, ...Object.keys(state ?? {})]) {
    const value = state?.[key];
    const at = keys.indexOf(key);
    if ((value ?? null) === null && at > 0) continue;
    const isNumbers = at > 2 || key === "ratesPerHour";
    const kind = isNumbers ? "number" : at === 1 ? "boolean" : "string";
    const values = at === 2 ? value : [value];
    const is = (one) => typeof one === kind && one !== "" && (!isNumbers || (one >= 0 && one <= (key === "occupancy" ? 1 : MOST)));
    if (at >= 0 && Array.isArray(values) && [...values].every(is) && (values.length <= 4 || !isNumbers)) continue;
    throw failure(isNumbers ? "snapshot_count" : "snapshot_shape", `${name} ${key === name ? "" : state[name]}: ${key} is misspelt or wrong; leave out what is not known`);
  }
}
