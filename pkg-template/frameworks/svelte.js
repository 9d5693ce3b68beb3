// Floorwalker for Svelte 4 and 5: readable stores, by Svelte's store contract. Nothing of Svelte is imported.
import { live } from "./live.js";

/** @import { Decision, Floorwalker, Probability, RouteOptions } from "floorwalker" */
/** @import { FloorwalkerState, Readable } from "floorwalker/svelte" */

/** See svelte.d.ts. @param {() => Promise<Floorwalker>} load @returns {Readable<FloorwalkerState>} */
export function floorwalker(load) {
  const its = live(load);
  return {
    subscribe(run) {
      run(its.state());
      const stop = its.subscribe(() => run(its.state()));
      // A server renders without loading.
      const release = typeof window === "undefined" ? () => {} : its.hold();
      return () => {
        stop();
        release();
      };
    },
  };
}

/** @template T @param {Readable<FloorwalkerState>} its @param {(fw: Floorwalker) => T} of @param {T} before @returns {Readable<T>} */
const derived = (its, of, before) => ({ subscribe: (run) => its.subscribe(({ fw }) => run(fw ? of(fw) : before)) });

/** See svelte.d.ts. @param {Readable<FloorwalkerState>} its @param {RouteOptions | null} [options] @returns {Readable<Decision | null>} */
export const decision = (its, options) => derived(its, (fw) => fw.route(options), /** @type {Decision | null} */ (null));

/** See svelte.d.ts. @param {Readable<FloorwalkerState>} its @param {string} head @param {Pick<RouteOptions, "message" | "context"> | null} [options] */
export const score = (its, head, options) => derived(its, (fw) => fw.score(head, options), /** @type {Probability[]} */ ([]));
