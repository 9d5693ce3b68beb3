// Tests a component that is mounted twice, as React's StrictMode does in development: load, free, load. One object remains, and it counts
// each event once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { HeldInMemory } from "./held.mjs";
import { NOON, shopper } from "./shopper.mjs";

const { load } = await shopper();
/** @param {import("floorwalker").Floorwalker} fw */
const views = (fw) => /** @type {{ value: number }} */ (fw.features().find(({ name }) => name === "views")).value;
const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

/** A fake page: an event target that counts its listeners, storage, and a dataLayer that already contains one event. */
function page() {
  /** @type {Map<unknown, string>} */
  const listeners = new Map();
  const storage = new HeldInMemory();
  const before = Object.fromEntries(
    ["addEventListener", "removeEventListener", "localStorage"].map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]),
  );
  Object.assign(globalThis, {
    /** @param {string} name @param {unknown} listener */
    addEventListener: (name, listener) => listeners.set(listener, name),
    /** @param {string} _name @param {unknown} listener */
    removeEventListener: (_name, listener) => listeners.delete(listener),
  });
  globalThis.localStorage = /** @type {Storage} */ (storage);
  const leave = () => {
    for (const [name, was] of Object.entries(before)) {
      if (was) Object.defineProperty(globalThis, name, was);
      else delete (/** @type {Record<string, unknown>} */ (globalThis)[name]);
    }
  };
  /** @type {unknown[]} */
  const dataLayer = [{ event: "view_item", ecommerce: { items: [{ item_id: "p1" }] } }];
  return { listeners, dataLayer, leave };
}

/** @typedef {import("floorwalker").Floorwalker} Floorwalker */
/** @typedef {{ fw: Floorwalker | undefined, changes: number, ready: Promise<void>, undo: () => void }} Effect */

/**
 * A fake component: its effect when it is mounted, and the cleanup of that effect. Change events are counted.
 * @param {unknown[]} dataLayer @param {"memory" | "local"} storage
 */
function component(dataLayer, storage) {
  const effect = /** @type {Effect} */ ({ fw: undefined, changes: 0 });
  let isOn = true;
  effect.ready = load({ storage, now: () => NOON }).then((fw) => {
    if (!isOn) return fw.free();
    effect.fw = fw;
    fw.on("change", () => effect.changes++);
    fw.attach(dataLayer);
  });
  effect.undo = () => {
    isOn = false;
    effect.fw?.free();
    effect.fw = undefined;
  };
  return effect;
}

for (const storage of /** @type {const} */ (["memory", "local"])) {
  /** @type {Record<string, (make: () => Effect) => Promise<Effect[]>>} */
  const mounts = {
    "one after the other": async (make) => {
      const first = make();
      await first.ready;
      first.undo();
      const second = make();
      await second.ready;
      return [first, second];
    },
    "the first undone before it is ready": async (make) => {
      const first = make();
      first.undo();
      const second = make();
      await Promise.all([second.ready, first.ready]);
      return [first, second];
    },
    "both loading, then the first undone": async (make) => {
      const [first, second] = [make(), make()];
      await Promise.all([first.ready, second.ready]);
      first.undo();
      return [first, second];
    },
  };
  for (const [how, mount] of Object.entries(mounts)) {
    test(`${storage}: mounted twice, ${how}: one object listens, and each event counts once`, async () => {
      const { listeners, dataLayer, leave } = page();
      try {
        const alone = component([], storage);
        await alone.ready;
        const each = listeners.size;
        alone.undo();
        assert.equal(listeners.size, 0);

        const mounted = await mount(() => component(dataLayer, storage));
        const [first, second] = /** @type {[Effect, Effect & { fw: Floorwalker }]} */ (mounted);
        assert.deepEqual([first.fw, listeners.size], [undefined, each]);
        assert.equal(views(second.fw), 1);
        await settled();
        const before = second.changes;
        dataLayer.push({ event: "view_item", ecommerce: { items: [{ item_id: "p2" }] }, timestamp: NOON - 1 });
        await settled();
        assert.deepEqual([views(second.fw), second.changes - before, first.changes <= 1], [2, 1, true]);
        const kept = second.fw.profile.export().events.map(({ event }) => event);
        assert.deepEqual(
          kept.filter((event) => event !== "profile_consent"),
          ["view_item", "view_item"],
        );
        second.undo();
        assert.deepEqual([listeners.size, dataLayer.push], [0, Array.prototype.push]);
      } finally {
        leave();
      }
    });
  }
}
