// Floorwalker for Vue 3: a plugin and composables.
import { computed, inject, onScopeDispose, shallowRef, toValue } from "vue";
import { failure } from "../failure.js";
import { live } from "./live.js";

/** @import { RouteOptions } from "floorwalker" */
/** @import { FloorwalkerPluginOptions } from "floorwalker/vue" */
/** @import { Live } from "./live.js" */
/** @import { App, InjectionKey, MaybeRefOrGetter } from "vue" */

/** @type {InjectionKey<Live>} */
const KEY = Symbol("floorwalker");

/** See vue.d.ts. @param {FloorwalkerPluginOptions} options */
export function createFloorwalker({ load }) {
  return {
    /** @param {App} app */
    install(app) {
      const its = live(load);
      app.provide(KEY, its);
      // A server renders without loading.
      if (typeof window === "undefined") return;
      const release = its.hold();
      app.onUnmount?.(release);
    },
  };
}

/** See vue.d.ts. */
export function useFloorwalker() {
  const its = inject(KEY, undefined);
  if (!its) throw failure("option_invalid", "app.use(createFloorwalker({ load })) comes before components that use Floorwalker");
  const state = shallowRef(its.state());
  onScopeDispose(its.subscribe(() => void (state.value = its.state())));
  return state;
}

/** See vue.d.ts. @param {MaybeRefOrGetter<RouteOptions | null | undefined>} [options] */
export function useDecision(options) {
  const state = useFloorwalker();
  return computed(() => state.value.fw?.route(toValue(options)) ?? null);
}

/** See vue.d.ts. @param {MaybeRefOrGetter<string>} head @param {MaybeRefOrGetter<RouteOptions | null | undefined>} [options] */
export function useScore(head, options) {
  const state = useFloorwalker();
  return computed(() => state.value.fw?.score(toValue(head), toValue(options)) ?? []);
}
