import type { ComputedRef, MaybeRefOrGetter, Plugin, ShallowRef } from "vue";
import type { Decision, Floorwalker, Probability, RouteOptions } from "floorwalker";

export interface FloorwalkerPluginOptions {
  /** Loads the Floorwalker, in the browser alone: `() => Floorwalker.load("/models/store.fwb")`. */
  load: () => Promise<Floorwalker>;
}

/** What the plugin knows: `"loading"` on a server and until the bundle is there. */
export interface FloorwalkerState {
  readonly status: "loading" | "ready" | "failed";
  readonly fw: Floorwalker | undefined;
  readonly error: Error | undefined;
}

/** A plugin for `app.use`: it loads a Floorwalker for the app, and frees it when the app is unmounted. */
export function createFloorwalker(options: FloorwalkerPluginOptions): Plugin;

/** The app's Floorwalker; it changes when it is loaded, and whenever an event counts. */
export function useFloorwalker(): ShallowRef<FloorwalkerState>;

/** What `route` decides now; `null` on a server and until the bundle is there. */
export function useDecision(options?: MaybeRefOrGetter<RouteOptions | null | undefined>): ComputedRef<Decision | null>;

/** The probabilities of a head's outputs now; none until the bundle is there. */
export function useScore(
  head: MaybeRefOrGetter<string>,
  options?: MaybeRefOrGetter<Pick<RouteOptions, "message" | "context"> | null | undefined>,
): ComputedRef<Probability[]>;
