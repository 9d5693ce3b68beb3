// Replays an event log through the package's public API and returns every head's probabilities as the bits of 32-bit floats, in the form
// of `floorwalker score --bits`. It runs in Node and in a page, so it must not import anything.

/**
 * @import { Floorwalker, RouteOptions } from "floorwalker"
 *
 * @typedef {object} Known
 * @property {string} shopper
 * @property {number} at
 * @property {string} event
 * @property {string} [message]
 * @property {RouteOptions["context"]} [context]
 * @property {unknown} [labels]
 *
 * @typedef {Known & Record<string, unknown>} Line A line of the log: the known keys, and the event's parameters
 * @typedef {{ index: number, line: Line }} Turn
 */

const KNOWN = new Set(["shopper", "at", "event", "message", "context", "labels"]);
const word = new Float32Array(1);
const bits = new Uint32Array(word.buffer);

/** @param {number} number */
function hex(number) {
  word[0] = number;
  return bits[0].toString(16).padStart(8, "0");
}

/**
 * `lines`: the log's parsed lines. `load(now)`: makes a Floorwalker with that clock. Returns one string for each request.
 *
 * @param {Line[]} lines
 * @param {(now: () => number) => Promise<Floorwalker>} load
 */
export async function replay(lines, load) {
  /** @type {Map<string, Turn[]>} */
  const shoppers = new Map();
  for (const [index, line] of lines.entries()) {
    if (!shoppers.has(line.shopper)) shoppers.set(line.shopper, []);
    /** @type {Turn[]} */ (shoppers.get(line.shopper)).push({ index, line });
  }
  let clock = 0;
  const fw = await load(() => clock);
  const out = [];
  for (const events of shoppers.values()) {
    fw.profile.erase();
    events.sort((a, b) => a.line.at - b.line.at || a.index - b.index);
    for (const { index, line } of events) {
      clock = line.at;
      if (line.message !== undefined || line.labels !== undefined || line.context !== undefined) {
        const { message, context } = line;
        // Sorted by name, as the command `score` writes them.
        const heads = fw.card.heads
          .map(({ name }) => name)
          .sort()
          .map((name) => fw.score(name, { message, context }).sort((a, b) => (a.name < b.name ? -1 : 1)))
          .map((head) => head.map(({ probability }) => hex(probability)));
        const { queue, margin, goesTo, abstainReason, evidence, outOfScope, intentSet } = fw.route({ message, context });
        const rests = `${goesTo} ${abstainReason} ${evidence.message} ${evidence.events} ${hex(outOfScope)} ${intentSet.join()}`;
        out.push(`${index + 1} ${queue} ${hex(margin)} ${rests} ${heads.join(" ")}`);
      }
      const params = Object.fromEntries(Object.entries(line).filter(([key]) => !KNOWN.has(key)));
      fw.observe(line.event, { ...params, timestamp: line.at });
    }
  }
  const { engine } = fw.card;
  fw.free();
  return { engine, out };
}
