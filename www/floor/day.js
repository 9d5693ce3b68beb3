/**
 * One day under one strategy: a simulation whose state and figures can be shown at any moment.
 *
 * To go back to an earlier moment, the day is simulated again from the start: the same seed gives the same day.
 */
import { Simulation } from "floorwalker-simulator";
import { CLOSES, OPENS } from "./scenario.js";

/** Seconds between two points of the curve. */
const STEP = 300;

/** @typedef {Awaited<ReturnType<typeof openDay>>} Day */

/** @param {import("floorwalker-simulator").StartOptions} options */
export async function openDay(options) {
  let simulation = await Simulation.start(options);
  /** @type {number[]} */
  let curve = [];
  let next = OPENS;
  let shown = 0;

  return {
    /** Returns the floor's state at a moment, and the curve of the number of waiting requests up to it. @param {number} seconds */
    async at(seconds) {
      if (seconds < shown) {
        const again = await Simulation.start(options);
        simulation.free(); // freed only now, because another call may have used it during the wait
        simulation = again;
        [curve, next, shown] = [[], OPENS, 0];
      }
      for (; next <= Math.min(seconds, CLOSES); next += STEP) {
        simulation.advance(next);
        curve.push(simulation.state().queues.reduce((sum, queue) => sum + queue.waiting, 0));
      }
      simulation.advance(seconds);
      shown = seconds;
      return { state: simulation.state(), curve };
    },
    close: () => simulation.free(),
  };
}
