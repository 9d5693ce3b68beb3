import type {
  Bytes,
  Card,
  Decision,
  Diagnosis,
  EventParams,
  Explanation,
  Feature,
  Floorwalker as Here,
  InputOptions,
  LedgerEntry,
  LoadOptions,
  Observed,
  Probability,
  Profile,
  QueueState,
  ResponseLike,
  Risk,
  RouteOptions,
  SignedSnapshot,
  Snapshot,
  UrlLike,
  Warning,
} from "floorwalker";

type Later<T> = Promise<Awaited<T>>;

/** Floorwalker in a worker: the same calls as those of `floorwalker`, as promises. The page's thread loads no bundle and computes nothing. */
export class Floorwalker {
  /**
   * Starts a worker and loads the bundle in it. `storage` is `"memory"` or `"indexeddb"`, since a worker has no other; `now` cannot be given.
   * `worker`: a worker that the shop started from `floorwalker/worker-thread`, where a bundler needs it to be written in the shop's own code.
   */
  static load(
    bundle: string | UrlLike | ResponseLike | Bytes,
    options?: Omit<LoadOptions, "now" | "storage"> & { storage?: "memory" | "indexeddb" | undefined; worker?: Worker | undefined },
  ): Promise<Floorwalker>;

  /** Use {@link Floorwalker.load}. */
  private constructor();

  readonly card: Card;
  readonly profile: {
    export(): Later<ReturnType<Profile["export"]>>;
    erase(): Promise<void>;
    correct(feature: string, value: number | string | boolean | null | undefined): Promise<void>;
    ledger(): Promise<LedgerEntry[]>;
  };
  observe(event: string, params?: EventParams): Promise<void>;
  /** Listens on the page's thread, and sends what it hears to the worker. */
  attach(source: object, options?: InputOptions | null): () => void;
  on(kind: "change" | "erase", listener: () => void): () => void;
  on(kind: "event", listener: (event: Observed) => void): () => void;
  on(kind: "warning", listener: (warning: Warning) => void): () => void;
  setConsent(consent: "auto" | "granted" | "denied"): Promise<void>;
  diagnose(): Promise<Diagnosis>;
  setQueues(snapshot: Snapshot | readonly QueueState[]): Promise<void>;
  setSignedQueues(file: string | SignedSnapshot): Promise<void>;
  route(options?: RouteOptions | null): Promise<Decision>;
  /** Knows the last 64 decisions, by their `id`. */
  reroute(decision: Decision, options?: RouteOptions | null): Promise<Decision>;
  score(head: string, options?: Pick<RouteOptions, "message" | "context"> | null): Promise<Probability[]>;
  segment(options?: Pick<RouteOptions, "message" | "context"> | null): Promise<Probability | null>;
  risk(options?: Pick<RouteOptions, "message" | "context"> | null): Promise<Risk>;
  explain(options?: Parameters<Here["explain"]>[0]): Promise<Explanation>;
  features(options?: Pick<RouteOptions, "context"> | null): Promise<Feature[]>;
  /** Ends the worker. Every later call rejects with `freed`. */
  free(): void;
  [Symbol.dispose](): void;
}
