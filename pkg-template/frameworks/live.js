// A Floorwalker that a framework's component tree loads, watches and frees. It knows no framework.
//
// The state is a frozen object that is replaced whenever something changes, as `useSyncExternalStore` and stores need it. It is `LOADING` on a
// server and in a browser until the bundle is there, so that the first render is the same on both.

/** @import { Floorwalker } from "floorwalker" */

/** @typedef {{ status: "loading" | "ready" | "failed", fw: Floorwalker | undefined, error: Error | undefined, version: number }} State */
/** @typedef {{ state: () => State, subscribe: (listener: () => void) => () => void, hold: () => () => void }} Live */

/** @type {State} */
export const LOADING = Object.freeze({ status: "loading", fw: undefined, error: undefined, version: 0 });

/**
 * `hold` loads, the first time that somebody holds; when nobody does any more, the Floorwalker is freed in the next task, so that a component
 * that is taken out and put back at once (React's StrictMode) keeps it.
 * @param {() => Promise<Floorwalker>} load
 * @returns {Live}
 */
export function live(load) {
  let state = LOADING;
  let holders = 0;
  let loads = 0;
  let isLoading = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let ending;
  /** @type {Set<() => void>} */
  const listeners = new Set();
  /** @param {Partial<State>} next */
  const set = (next) => {
    state = Object.freeze({ ...state, ...next, version: state.version + 1 });
    for (const listener of [...listeners]) {
      try {
        listener();
      } catch (error) {
        globalThis.reportError?.(error);
      }
    }
  };
  const start = async () => {
    isLoading = true;
    const mine = ++loads;
    try {
      const fw = await load();
      if (mine !== loads) return fw.free();
      fw.on("change", () => mine === loads && set({}));
      set({ status: "ready", fw });
    } catch (error) {
      if (mine === loads) set({ status: "failed", error: /** @type {Error} */ (error) });
    }
  };
  const end = () => {
    loads++;
    isLoading = false;
    const { fw } = state;
    set(LOADING);
    fw?.free();
  };
  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    hold() {
      clearTimeout(ending);
      if (holders++ === 0 && !isLoading) start();
      let isHeld = true;
      return () => {
        if (isHeld && --holders === 0) ending = setTimeout(end);
        isHeld = false;
      };
    },
  };
}
