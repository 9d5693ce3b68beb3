/**
 * The routing strategy: the queue that each request is sent to when it arrives.
 *
 * - `"policy"`: the queue that the bundle's policy chooses.
 * - `"right"`: the queue that can help.
 * - `"random"`: a queue drawn at random.
 * - `"round_robin"`: one queue after another.
 * - `"fewest_waiting"`: the queue with the fewest waiting requests; in a tie the first.
 * - `"model:0.9"`: the queue that can help in this share of requests, else a random one, as a model of this accuracy would choose.
 */
export type Strategy = "policy" | "right" | "random" | "round_robin" | "fewest_waiting" | `model:${number}`;

/**
 * A distribution of times, in seconds. A number alone always takes that long. `log_normal`: by mean and median. `sample`: each value is
 * equally likely. `survival`: a share of `alive[i]` takes longer than `seconds[i]`. `each`: the n-th request takes the n-th value, over
 * and over.
 */
export type Time =
  | number
  | { fixed: number | { seconds: number } }
  | { exponential: number | { mean: number } }
  | { log_normal: { mean: number; median: number } }
  | { sample: number[] | { seconds: number[] } }
  | { survival: { seconds: number[]; alive: number[] } }
  | { each: number[] | { seconds: number[] } };

/** The content of a scenario file, as an object. `floorwalker simulate --help` explains each key. */
export interface Scenario {
  /** The number of hours in which requests arrive, from midnight on. */
  hours: number;
  /**
   * The date and time of hour 0, in milliseconds since 1970 (`Date.parse("2026-03-02T00:00:00+01:00")`). The policy's opening hours are
   * looked up by it; a policy with opening hours is refused without it.
   */
  start?: number;
  /** Hours at the start that the figures leave out, because the floor starts empty. */
  warm_up?: number;
  /** The service level's target: seconds within which a request should first be answered. */
  within?: number;
  /** Seconds until an agent of a wrong queue notices the mistake and transfers the request. */
  misroute?: number;
  queues: string[];
  kinds: {
    name: string;
    queue: string;
    group?: string;
    /** Requests per hour: one number for every hour, 24 for the hours of a day, or 168 for the hours of a week, from midnight on. */
    per_hour?: number | number[];
    /** Instead of a rate: when each request arrives, in seconds from the start, in rising order. */
    arrivals?: number[];
    /** How long an agent who handles nothing else works on one request. */
    work: Time;
    /** How long the shopper waits before leaving. Left out: for ever. */
    patience?: Time;
    /** The probability that a model takes a request of this kind for each kind, in the order of the kinds. Left out: it is always right. */
    taken_for?: number[];
  }[];
  teams: {
    name: string;
    agents: number;
    queues: string[];
    novices?: boolean;
    /**
     * The speed at which each of `n` simultaneous requests proceeds, relative to one alone. `[1, 0.7]`: an agent handles at most two
     * requests at a time, each at 70 % of the speed.
     */
    pace?: number[];
    /**
     * The hours of every day at which the agents are present, as `[from, to]`. A shift past midnight counts on beyond 24, as in `[22, 30]`.
     * Shifts may not overlap. Left out: always present.
     */
    shifts?: [number, number][];
    /** Hours of every day at which the agents are absent, each break within a shift. */
    breaks?: [number, number][];
  }[];
  /**
   * Times with more or fewer requests than usual: from hour `from` to hour `to` after the start, the rates of `kinds` (left out: of all
   * kinds with a rate) are multiplied by `factor`.
   */
  surges?: { from: number; to: number; factor: number; kinds?: string[] }[];
  /**
   * Shoppers who come back, as a share of each outcome, 0 to 1: those who left unserved (`left`), who were served after a wrong queue
   * (`misrouted`), and who were served by the right queue at once but not helped (`unresolved`). They come back after `delay`, each at most
   * `at_most` times. Left out: nobody comes back.
   */
  repeat?: { left?: number; misrouted?: number; unresolved?: number; delay: Time; at_most?: number };
}

export interface StartOptions {
  scenario: Scenario;
  /** Default: `"policy"`, the policy of `bundle`. */
  strategy?: Strategy;
  /** The bytes of a bundle. The intents of its policy must be the scenario's kinds, with the same names and in the same order. */
  bundle?: Uint8Array;
  /**
   * The predictions of the bundle's intent head: for each kind, lists of one probability for each intent. Each request draws one of its
   * kind's lists, all equally likely. Default: the predictions follow from `taken_for`.
   */
  seen?: number[][][];
  /**
   * The seed of all random draws: a whole number from 0 up, below 2⁵³. Default 1. The same seed gives the same requests under every
   * strategy; neighbouring seeds give unrelated ones. `floorwalker simulate --json` lists the seeds of its runs as `seeds`.
   */
  seed?: number;
  /**
   * The WebAssembly module, if bundling moves it: an address (in Node also a path), a `Response`, bytes or a compiled module. It is read
   * once per page.
   */
  wasm?: string | URL | Response | Promise<Response> | ArrayBuffer | Uint8Array | WebAssembly.Module;
}

/** A request that waits or is being served. */
export interface Waiting {
  /** Index of the request's kind in the scenario's `kinds`. */
  kind: number;
  /** Seconds since the request arrived. */
  ageSeconds: number;
  /** Priority, given by the policy's filter: the request is served as if it had waited this many seconds longer. */
  priority: number;
  /** Whether the queue that the request is in can help. */
  right: boolean;
}

/**
 * Figures about the requests that arrived after the warm-up. Shares are 0 to 1. Means and shares are over all requests that arrived: while
 * the simulation runs, requests that still wait count as having waited 0 s, and as not answered.
 */
export interface Figures {
  /** Number of requests that arrived. */
  came: number;
  /** Number of requests that were answered. */
  answered: number;
  /** Number of requests that left unserved. */
  left: number;
  /** Number of requests that were sent to a wrong queue. */
  misrouted: number;
  /** Service level: the share of requests first answered within the scenario's `within`. */
  serviceLevel: number;
  /** Average speed of answer (ASA): the mean wait of the requests that were answered. */
  asaSeconds: number;
  /** Mean time until a request was first answered or left. */
  meanWaitSeconds: number;
  /** Abandonment: the share of requests that left unserved. */
  abandonment: number;
  /** Share of requests that were sent to a wrong queue. */
  misrouteRate: number;
  /** Mean number of transfers per request. */
  transferRate: number;
}

/** The state of the floor at one moment, and the figures so far. */
export interface FloorState {
  /** Seconds from the start. */
  now: number;
  /** In the order of the scenario's `queues`. */
  queues: {
    /** Number of requests that wait. */
    waiting: number;
    /** Number of agents who serve the queue and are present. */
    agents: number;
    /** Number of requests that those agents are handling, including those from other queues. */
    inService: number;
    /** The waiting requests in the order in which they will be served, at most the first 200. */
    line: Waiting[];
    /** Figures about every request that was in this queue, with its time there. A request that was transferred counts in both queues. */
    figures: Figures;
  }[];
  /** In the order of the scenario's `teams`: for each agent the requests that they are handling; null if the agent is absent. */
  teams: (Waiting[] | null)[][];
  /** Figures about all requests. */
  all: Figures;
  /** Figures by kind, in the order of the scenario's `kinds`. */
  kinds: Figures[];
  /** Figures by the hour of the day in which requests arrived: 24 entries. */
  hours: Figures[];
  /** Occupancy: the mean share of their time present in which agents were busy. */
  occupancy: number;
  /** The standard deviation of the occupancy over agents. */
  occupancySpread: number;
}

/** A contact centre's floor in simulated time. */
export declare class Simulation {
  private constructor();

  /**
   * Loads the module, once per page, and starts a simulation at midnight (hour 0).
   *
   * Rejects with an `Error` whose `code` is `option_invalid`, `scenario_invalid` (the scenario is not valid, or scenario, bundle and `seen`
   * do not match; the message says what to change), `wasm_unreachable` or `wasm_invalid`.
   */
  static start(options: StartOptions): Promise<Simulation>;

  /**
   * Runs the simulation up to this many seconds from the start; `Infinity` runs it to the end. Does nothing if that time is past. Returns
   * whether anything is still to happen. Throws `option_invalid` if `seconds` is not a number of 0 or more, `freed` after `free()`, and
   * `floor_stopped` if the simulation stopped because of an internal error: start another.
   */
  advance(seconds: number): boolean;

  /** The current state of the floor. Throws `freed` and `floor_stopped` as `advance` does. */
  state(): FloorState;

  /** Frees the simulation's memory. Later calls of `advance` and `state` throw `freed`. */
  free(): void;
  [Symbol.dispose](): void;
}
