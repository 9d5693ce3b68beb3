import type { ReactElement, ReactNode } from "react";
import type { Decision, Floorwalker, Probability, RouteOptions } from "floorwalker";
import type { ArmOptions, HandedOver, HandOverOptions, Vendor, VendorName } from "floorwalker/handover";

export interface FloorwalkerProviderProps {
  /** Loads the Floorwalker: `() => Floorwalker.load("/models/store.fwb")`. The function of the first render is used. */
  load: () => Promise<Floorwalker>;
  children?: ReactNode;
}

/** What the provider knows: `"loading"` on a server and until the bundle is there. */
export interface FloorwalkerState {
  readonly status: "loading" | "ready" | "failed";
  readonly fw: Floorwalker | undefined;
  readonly error: Error | undefined;
}

/** Loads a Floorwalker for the components in it, and frees it when it is taken out of the page. */
export function FloorwalkerProvider(props: FloorwalkerProviderProps): ReactElement;

/** The provider's Floorwalker. The component renders again when it is loaded, and whenever an event counts. */
export function useFloorwalker(): FloorwalkerState;

/** What `route` decides now; `null` on a server and until the bundle is there. Decided anew when an event counts or the options differ. */
export function useDecision(options?: RouteOptions | null): Decision | null;

/** The probabilities of a head's outputs now; none until the bundle is there. */
export function useScore(head: string, options?: Pick<RouteOptions, "message" | "context"> | null): Probability[];

export type HandOverHookOptions = Omit<HandOverOptions, "to"> & Pick<ArmOptions, "feedback">;

/** Prepares the shop's chat (`arm`) while the component is in the page, and returns the function that hands a decision over. */
export function useHandOver(
  to: Vendor | VendorName,
  options?: HandOverHookOptions,
): (decision: Decision, more?: Omit<HandOverOptions, "to">) => Promise<HandedOver>;
