/** Which queue requests are sent to when they come. */
export type Strategy = "policy" | "right" | "random" | "round_robin" | "fewest_waiting" | `model:${number}`;

/** Seconds, as one of these; a number alone is always that long. */
export type Time =
  | number
  | { fixed: number | { seconds: number } }
  | { exponential: number | { mean: number } }
  | { log_normal: { mean: number; median: number } }
  | { sample: number[] | { seconds: number[] } }
  | { survival: { seconds: number[]; alive: number[] } }
  | { each: number[] | { seconds: number[] } };

/** What a scenario file says, as an object; `floorwalker simulate --help` says what each key means. */
export interface Scenario {
  /** Hours in which requests come, from midnight. */
  hours: number;
  /** When hour 0 is, in milliseconds since 1970 (`Date.parse("2026-03-02T00:00:00+01:00")`): opening hours are looked up by it. A policy that has some is refused without. */
  start?: number;
  warm_up?: number;
  within?: number;
  misroute?: number;
  queues: string[];
  kinds: {
    name: string;
    queue: string;
    group?: string;
    /** For every hour; or 24 numbers for the hours of a day, or 168 for those of a week, from midnight on. */
    per_hour?: number | number[];
    arrivals?: number[];
    work: Time;
    patience?: Time;
    taken_for?: number[];
  }[];
  teams: {
    name: string;
    agents: number;
    queues: string[];
    novices?: boolean;
    pace?: number[];
    /** Hours of every day at which they are there; one that goes past midnight counts on, as in `[22, 30]`. None of them overlap. */
    shifts?: [number, number][];
    /** Hours of every day at which they are not, each within a shift. */
    breaks?: [number, number][];
  }[];
  surges?: { from: number; to: number; factor: number; kinds?: string[] }[];
  repeat?: { left?: number; misrouted?: number; unresolved?: number; delay: Time; at_most?: number };
}

export interface StartOptions {
  scenario: Scenario;
  /** Default `"policy"`: that of `bundle`. */
  strategy?: Strategy;
  /** A bundle's bytes; its policy's intents are the scenario's kinds, by name and in order. */
  bundle?: Uint8Array;
  /**
   * What the bundle's intent head says of requests: for each kind, lists of probabilities, all equally likely. Without it, what
   * `taken_for` says.
   */
  seen?: number[][][];
  /** Same seed, same requests under every strategy. A whole number from 0 up, below 2⁵³; default 1. Seeds beside each other have nothing in common. `seeds` of `floorwalker simulate
   * --json` names those of its runs. */
  seed?: number;
  /** The module, where bundling moves it: an address (in Node also a path), a `Response`, bytes or a compiled module. Read once a page. */
  wasm?: string | URL | Response | Promise<Response> | ArrayBuffer | Uint8Array | WebAssembly.Module;
}

/** A request that waits or is served. */
export interface Waiting {
  /** Place in the scenario's kinds. */
  kind: number;
  /** Since it came. */
  ageSeconds: number;
  /** Seconds that it counts as having waited besides, by the filter of the policy that sent it. */
  priority: number;
  /** Whether the queue that it is in can help. */
  right: boolean;
}

/**
 * Of the requests that came after the warm-up. Shares are 0 to 1, and means and shares are over all that came: before the end, those
 * who still wait count as having waited 0 s so far, and as not answered yet.
 */
export interface Figures {
  came: number;
  answered: number;
  /** Left unserved. */
  left: number;
  misrouted: number;
  /** Share first answered within the scenario's `within`. */
  serviceLevel: number;
  /** Mean until the answered were so. */
  asaSeconds: number;
  /** Mean until first answered or gone. */
  meanWaitSeconds: number;
  abandonment: number;
  misrouteRate: number;
  /** Transfers a request. */
  transferRate: number;
}

export interface FloorState {
  /** Seconds from the start. */
  now: number;
  /** As the scenario lists them. */
  queues: {
    waiting: number;
    /** Agents who serve it and are there. */
    agents: number;
    /** Requests that those hold, whatever queue they came by. */
    inService: number;
    /** Those who wait, in the order in which they are served: the first 200. */
    line: Waiting[];
    /** Of everybody who was in this queue, with the time in it: who is handed on counts in both. */
    figures: Figures;
  }[];
  /** As the scenario lists them: what each agent holds; null: not there. */
  teams: (Waiting[] | null)[][];
  all: Figures;
  /** As the scenario lists them. */
  kinds: Figures[];
  /** By the hour of the day in which they came: 24. */
  hours: Figures[];
  /** Mean share of their time there that agents were busy. */
  occupancy: number;
  /** Its standard deviation over agents. */
  occupancySpread: number;
}

/** A floor in simulated time. */
export declare class Simulation {
  private constructor();

  /**
   * Loads the module, once a page, and opens a floor at midnight.
   *
   * Rejects with an `Error` whose `code` is `option_invalid`, `scenario_invalid` (scenario, bundle and `seen` do not fit; its message
   * says what to change), `wasm_unreachable` or `wasm_invalid`.
   */
  static start(options: StartOptions): Promise<Simulation>;

  /**
   * Lets everything happen up to so many seconds from the start; `Infinity` to the end, nothing where that is past. Whether anything
   * is still to come. Throws `option_invalid` where it is no number of 0 or more, `freed` after `free()`, and
   * `floor_stopped` where the floor stopped over an error of its own: start another.
   */
  advance(seconds: number): boolean;

  /** The floor as it is. */
  state(): FloorState;

  /** Gives the floor's memory back; whatever is asked of it after that throws `freed`. */
  free(): void;
  [Symbol.dispose](): void;
}
