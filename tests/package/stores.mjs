// The test suite that every store of a shopper's events must pass, whatever it writes to. A new kind of store must pass it unchanged.
import assert from "node:assert/strict";
import { test } from "node:test";

/** @import { Journal } from "../../pkg-template/journal.js" */
/** An event as it is kept. @typedef {ReturnType<import("floorwalker").Profile["export"]>["events"][number]} Kept */
/** @typedef {Pick<Journal, "kind" | "fresh" | "events" | "has" | "append" | "merge" | "erase" | "close">} Store */
/** @typedef {ConstructorParameters<typeof Journal>[0]} Owner */

/**
 * A tab of a browser.
 *
 * @typedef {object} Tab
 * @property {(owner: Owner) => Store | Promise<Store>} open
 * @property {() => unknown} leave
 * @property {() => unknown} sleep
 * @property {() => unknown} wake
 * @property {() => number} listeners how many listeners its page has
 */

/**
 * A browser whose tabs share one storage.
 *
 * @typedef {object} Browser
 * @property {() => Tab} tab
 * @property {() => boolean} stored whether a journal is stored
 * @property {(text: string) => unknown} write stores a text in the journal's place
 * @property {(characters: number) => unknown} limit how many characters there is room for
 */

/** @param {number} timestamp @param {object} [more] @returns {Kept} */
const at = (timestamp, more) => ({ event: "view_item", timestamp, ...more });
/** @param {Store} store */
const times = (store) => store.events().map(({ timestamp }) => timestamp);

/**
 * Tests a kind of store. `browser()` returns a fresh browser, and its `tab()` opens a tab: `{ open(owner), leave(), sleep(), wake() }`. A
 * sleeping tab gets no events. `settle()` waits until all writes have reached every tab.
 * @param {string} kind @param {{ browser: () => Browser, settle: () => Promise<unknown> }} its
 */
export function keepsTo(kind, { browser, settle }) {
  /** @param {{ features?: string[] }} [more] */
  const owner = (more) => {
    /** @type {{ heard: Kept[], forgotten: number, warnings: string[] }} */
    const told = { heard: [], forgotten: 0, warnings: [] };
    return {
      told,
      features: ["a"],
      /** @param {Kept[]} events */
      heard: (events) => told.heard.push(...events),
      forgotten: () => told.forgotten++,
      /** @param {string} code */
      warn: (code) => told.warnings.push(code),
      /** @param {Kept} event */
      keep: (event) => event,
      ...more,
    };
  };
  /** @param {Tab} tab @param {{ features?: string[] }} [more] */
  const opened = async (tab, more) => {
    const its = owner(more);
    const store = await tab.open(its);
    return { store, told: its.told };
  };

  test(`${kind}: an event is there at once, after a second in storage, and when the page is left`, async () => {
    const world = browser();
    const first = world.tab();
    const { store } = await opened(first);
    await store.append(at(1));
    assert.deepEqual(times(store), [1]);
    await settle();
    await store.append(at(2));
    await first.leave();
    const { store: next, told } = await opened(world.tab());
    assert.deepEqual(times(next), [1, 2]);
    assert.deepEqual(
      told.heard.map(({ timestamp }) => timestamp),
      [1, 2],
    );
    assert.ok(next.has(at(2)) && !next.has(at(3)));
  });

  test(`${kind}: two tabs keep each other's events, in the order of their times, each once`, async () => {
    const world = browser();
    const [a, b] = [await opened(world.tab()), await opened(world.tab())];
    await a.store.append(at(1));
    await b.store.append(at(2));
    await a.store.append(at(3));
    await b.store.append(at(3));
    await settle();
    for (const { store } of [a, b]) assert.deepEqual(times(store), [1, 2, 3]);
    // Both stores appended the event at 3 themselves, so each was told of one event that was not its own.
    assert.deepEqual(
      [a, b].map(({ told }) => told.heard.map(({ timestamp }) => timestamp)),
      [[2], [1]],
    );
    await a.store.close();
    await b.store.close();
    assert.deepEqual(times((await opened(world.tab())).store), [1, 2, 3]);
  });

  test(`${kind}: what one tab erases stays erased, whichever tab is left afterwards`, async () => {
    const world = browser();
    const tabs = [world.tab(), world.tab(), world.tab()];
    const [a, b, sleeper] = [await opened(tabs[0]), await opened(tabs[1]), await opened(tabs[2])];
    await a.store.append(at(1));
    await b.store.append(at(2));
    await settle();
    tabs[2].sleep();
    await b.store.append(at(3)); // not yet stored
    await a.store.erase();
    await settle();
    assert.deepEqual([times(a.store), times(b.store), b.told.forgotten], [[], [], 1]);
    await tabs[1].leave();
    assert.equal(world.stored(), false);
    await a.store.append(at(4));
    await settle();
    await tabs[2].wake();
    await tabs[2].leave();
    await settle();
    assert.equal(sleeper.told.forgotten, 1);
    assert.deepEqual(times((await opened(world.tab())).store), [4]);
  });

  test(`${kind}: two owners that keep other fields of one event keep one event with both`, async () => {
    const world = browser();
    const [a, b] = [await opened(world.tab()), await opened(world.tab())];
    await a.store.append(at(1, { items: [{ item_id: "p1" }] }));
    await b.store.append(at(1, { value: 5, items: [{ item_brand: "acme" }] }));
    await settle();
    const { store } = await opened(world.tab());
    assert.deepEqual(store.events(), [at(1, { items: [{ item_id: "p1", item_brand: "acme" }], value: 5 })]);
  });

  test(`${kind}: what was erased at once after it began stays erased for a tab that slept`, async () => {
    const world = browser();
    const [sleeping, other] = [world.tab(), world.tab()];
    const { store, told } = await opened(sleeping);
    await store.append(at(1));
    await store.merge();
    sleeping.sleep();
    const b = await opened(other);
    await b.store.erase();
    await b.store.append(at(2));
    await b.store.merge();
    await sleeping.wake();
    await settle();
    assert.deepEqual([times(store), told.forgotten], [[2], 1]);
  });

  test(`${kind}: after close nothing is heard or written`, async () => {
    const world = browser();
    const tab = world.tab();
    const { store, told } = await opened(tab);
    await store.append(at(1));
    await store.close();
    assert.equal(world.stored(), true);
    const other = await opened(world.tab());
    await other.store.erase();
    await tab.leave();
    await settle();
    assert.deepEqual([world.stored(), told.forgotten, tab.listeners()], [false, 0, 0]);
  });

  test(`${kind}: the oldest events go first, and it is said where their size is the reason`, async () => {
    const world = browser();
    const { store, told } = await opened(world.tab());
    for (let n = 0; n < 2000; n++) await store.append(at(n));
    assert.ok(store.events().length <= 512);
    assert.equal(times(store).at(-1), 1999);
    assert.deepEqual(told.warnings, []);
    const items = Array.from({ length: 200 }, (_, item) => ({ item_id: `article ${item}`, price: item }));
    for (let n = 2000; n < 2300; n++) await store.append(at(n, { items }));
    await settle();
    assert.deepEqual(new Set(told.warnings), new Set(["journal_full"]));
    assert.equal(times(store).at(-1), 2299);
    await store.close();
    const { store: next } = await opened(world.tab());
    assert.equal(times(next).at(-1), 2299);
    assert.ok(next.events().length > 10);
  });

  test(`${kind}: where the browser's storage is full the newest events are stored`, async () => {
    const world = browser();
    world.limit(3000);
    const tab = world.tab();
    const { store, told } = await opened(tab);
    for (let n = 0; n < 100; n++) await store.append(at(n, { value: n }));
    await tab.leave();
    assert.ok(told.warnings.includes("journal_full"));
    const { store: next } = await opened(world.tab());
    assert.equal(times(next).at(-1), 99);
    assert.ok(times(next).length > 10);
  });

  test(`${kind}: features that the stored events were kept without are named`, async () => {
    const world = browser();
    const { store } = await opened(world.tab());
    assert.deepEqual(store.fresh, []);
    await store.append(at(1));
    await store.close();
    assert.deepEqual((await opened(world.tab(), { features: ["b", "a"] })).store.fresh, ["b"]);
  });

  test(`${kind}: what somebody else wrote there, or half of what was ours, is no journal`, async () => {
    for (const text of [
      "",
      "{",
      "null",
      "5",
      '"x"',
      "[]",
      '{"began":"x","events":3}',
      '{"began":1,"events":[{"event":5,"timestamp":1},null,{"event":"e"}]}',
    ]) {
      const world = browser();
      world.write(text);
      const { store } = await opened(world.tab());
      assert.deepEqual(store.events(), [], text);
      await store.append(at(1));
      await store.close();
      assert.deepEqual(times((await opened(world.tab())).store), [1], text);
    }
  });
}
