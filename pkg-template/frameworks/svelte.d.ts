import type { Decision, Floorwalker, Probability, RouteOptions } from "floorwalker";

/** A store by Svelte's contract: `$store` in a component, or `subscribe`. */
export interface Readable<T> {
  subscribe(run: (value: T) => void): () => void;
}

/** What the store knows: `"loading"` on a server and until the bundle is there. */
export interface FloorwalkerState {
  readonly status: "loading" | "ready" | "failed";
  readonly fw: Floorwalker | undefined;
  readonly error: Error | undefined;
}

/** A store of a Floorwalker. It is loaded, in the browser alone, while somebody subscribes, and freed afterwards. */
export function floorwalker(load: () => Promise<Floorwalker>): Readable<FloorwalkerState>;

/** What `route` decides now; `null` on a server and until the bundle is there. */
export function decision(its: Readable<FloorwalkerState>, options?: RouteOptions | null): Readable<Decision | null>;

/** The probabilities of a head's outputs now; none until the bundle is there. */
export function score(
  its: Readable<FloorwalkerState>,
  head: string,
  options?: Pick<RouteOptions, "message" | "context"> | null,
): Readable<Probability[]>;
