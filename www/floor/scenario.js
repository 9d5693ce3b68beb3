/**
 * The scenario of a day at the counters: which requests come, and who serves. Every number is an assumption about an invented shop;
 * `index.d.ts` of `floorwalker-simulator` says what each means.
 */

/** The request rate of each hour of the day from midnight, relative to the mean hour. */
const DAY = [0, 0, 0, 0, 0, 0, 0, 0, 0.7, 1.0, 1.3, 1.4, 1.2, 1.0, 1.1, 1.2, 1.2, 1.1, 1.1, 1.3, 1.2, 0.8, 0, 0];

/**
 * For each kind: the intent, the queue that can help, requests in a mean hour, and the mean and median work in seconds.
 *
 * @type {[intent: string, queue: string, rate: number, mean: number, median: number][]}
 */
const KINDS = [
  ["account", "technical", 7, 240, 180],
  ["compare_products", "presale", 9, 330, 260],
  ["compatibility", "presale", 8, 260, 200],
  ["complaint", "complaints", 5, 540, 430],
  ["gift_advice", "fashion-presale", 6, 360, 290],
  ["human", "general", 4, 300, 240],
  ["none", "general", 4, 60, 45],
  ["order_status", "orders", 20, 170, 120],
  ["payment_problem", "payments", 9, 250, 190],
  ["price_match", "presale", 8, 180, 130],
  ["return_refund", "returns", 15, 260, 200],
  ["size_fit", "fashion-presale", 10, 210, 160],
  ["stock_delivery", "orders", 9, 160, 120],
  ["warranty_repair", "technical", 8, 380, 300],
];

/**
 * For each team: its queue, the number of agents, their shifts.
 *
 * @type {[queue: string, agents: number, shifts: [number, number][]][]}
 */
const TEAMS = [
  ["presale", 2, [[8, 22]]],
  ["fashion-presale", 2, [[8, 22]]],
  ["orders", 2, [[8, 22]]],
  ["returns", 2, [[8, 22]]],
  ["payments", 1, [[8, 22]]],
  ["technical", 2, [[8, 22]]],
  ["complaints", 1, [[8, 22]]],
  ["general", 2, [[8, 22]]],
];

/**
 * @param {{ surge?: boolean, volume?: number }} options `surge`: a sale from 14:00 to 16:00; `volume`: relative to the usual volume
 * @returns {import("floorwalker-simulator").Scenario}
 */
export function scenario({ surge = false, volume = 1 } = {}) {
  return {
    hours: 24,
    within: 30,
    misroute: 75,
    queues: TEAMS.map(([queue]) => queue),
    kinds: KINDS.map(([name, queue, rate, mean, median]) => ({
      name,
      queue,
      per_hour: DAY.map((share) => share * rate * volume),
      work: { log_normal: { mean, median } },
      patience: { exponential: { mean: 300 } },
    })),
    teams: TEAMS.map(([name, agents, shifts]) => ({ name, agents, queues: [name], pace: [1, 0.75], shifts })),
    surges: surge ? [{ from: 14, to: 16, factor: 1.8 }] : [],
  };
}

export const OPENS = 8 * 3600;
export const CLOSES = 22 * 3600;
