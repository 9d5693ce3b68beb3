"use client";
// Floorwalker for React 18 and 19: a provider and hooks. Nothing is kept outside the provider, so that a server renders every request alone.
import { createContext, createElement, useCallback, useContext, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { failure } from "../failure.js";
import { LOADING, live } from "./live.js";

/** @import { Decision, RouteOptions } from "floorwalker" */
/** @import { FloorwalkerProviderProps, HandOverHookOptions } from "floorwalker/react" */
/** @import { Vendor, VendorName } from "floorwalker/handover" */
/** @import { Live } from "./live.js" */

const Context = createContext(/** @type {Live | undefined} */ (undefined));
const onServer = () => LOADING;

/** See react.d.ts. @param {FloorwalkerProviderProps} props */
export function FloorwalkerProvider({ load, children }) {
  const [its] = useState(() => live(load));
  useEffect(() => its.hold(), [its]);
  return createElement(Context.Provider, { value: its }, children);
}

/** See react.d.ts. */
export function useFloorwalker() {
  const its = useContext(Context);
  if (!its) throw failure("option_invalid", "put a <FloorwalkerProvider> around the components that use Floorwalker");
  return useSyncExternalStore(its.subscribe, its.state, onServer);
}

/** See react.d.ts. @param {RouteOptions | null} [options] */
export function useDecision(options) {
  const { fw, version } = useFloorwalker();
  const key = JSON.stringify(options ?? null);
  // The decision is made anew when something changes; options are compared by value.
  return useMemo(() => fw?.route(options) ?? null, [fw, version, key]);
}

/** See react.d.ts. @param {string} head @param {Pick<RouteOptions, "message" | "context"> | null} [options] */
export function useScore(head, options) {
  const { fw, version } = useFloorwalker();
  const key = JSON.stringify(options ?? null);
  return useMemo(() => fw?.score(head, options) ?? [], [fw, version, head, key]);
}

/** See react.d.ts. @param {Vendor | VendorName} to @param {HandOverHookOptions} [options] */
export function useHandOver(to, options) {
  const { fw } = useFloorwalker();
  const latest = useRef(options);
  useEffect(() => {
    latest.current = options;
  });
  useEffect(() => {
    if (!fw) return;
    let isOver = false;
    /** @type {(() => void) | undefined} */
    let undo;
    import("../handover/handover.js").then(
      ({ arm }) => {
        if (!isOver) undo = arm(to, { fw, feedback: (event) => latest.current?.feedback?.(event) });
      },
      () => {}, // the hand-over itself tells that the file cannot be loaded
    );
    return () => {
      isOver = true;
      undo?.();
    };
  }, [fw, to]);
  return useCallback(
    async (/** @type {Decision} */ decision, /** @type {HandOverHookOptions | undefined} */ more) => {
      const { handOver } = await import("../handover/handover.js");
      const { feedback: _, ...its } = { ...latest.current, ...more };
      return handOver(decision, { ...its, to });
    },
    [to],
  );
}
