// Measures routing in Chromium: a policy of 50 queues and 50 filters, and one of 500 filters, with a snapshot of 200 agents.
//
//   node tests/bench/routing.mjs FOLDER [--json FILE]     FOLDER is not read: the page comes from target/demo, bundles from
//                                                         target/bench, where tests/bench/node.mjs put them
//
// The page is cross-origin isolated, so its clock has a resolution of 5 µs instead of 100.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { DEMO, ROOT, shop, SITE } from "../browser/page.mjs";

/** @import { Measurement } from "./sizes.mjs" */

const { values } = parseArgs({ allowPositionals: true, options: { json: { type: "string" } } });
const store = await shop({ roots: [path.join(ROOT, "target/bench"), SITE, DEMO] });
/** @type {Measurement[]} */
const rows = [];
/** @param {string} name @param {number} value @param {string} unit @param {number | null} bound */
const add = (name, value, unit, bound) => {
  rows.push({ name, value: Number(value.toPrecision(4)), unit, bound, holds: bound === null ? null : value <= bound });
  console.log(name.padEnd(66), value.toPrecision(4), unit, bound ?? "");
};
try {
  const { page, close } = await store.visit("bare.html");
  await page.route("**/*", async (route) => {
    const response = await route.fetch();
    const headers = { ...response.headers(), "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };
    await route.fulfill({ response, headers });
  });
  await page.reload();
  await page.waitForFunction(() => globalThis.floorwalker);
  for (const [bundle, filters, mostLoad, mostRoute] of /** @type {[string, number, number | null, number | null][]} */ ([
    ["full", 50, null, 100],
    ["filters", 500, 10, null],
  ])) {
    const found = await page.evaluate(measure, `/${bundle}.fwb`);
    assert.ok(found.isolated, "the page's clock is too coarse");
    assert.equal(found.filter, "rest");
    add(`chromium, load a policy of ${filters} filters and 50 queues, median`, found.load, "ms", mostLoad);
    add(`chromium, setQueues of 50 queues and 200 agents, median`, found.state, "µs", null);
    add(`chromium, route, 50 queues, 200 agents, ${filters} filters: median`, found.median, "µs", null);
    add(`chromium, route, 50 queues, 200 agents, ${filters} filters: p99`, found.p99, "µs", mostRoute);
    add(`chromium, plain arithmetic beside it: median`, found.plain[0], "µs", null);
    add(`chromium, plain arithmetic beside it: p99`, found.plain[1], "µs", null);
  }
  await close();
} finally {
  await store.close();
}
if (values.json) writeFileSync(values.json, JSON.stringify(rows));

/** Runs in the page. @param {string} bundle */
async function measure(bundle) {
  const { Floorwalker } = globalThis.floorwalker;
  const bytes = new Uint8Array(await (await fetch(bundle)).arrayBuffer());
  await Floorwalker.load(bytes); // starts the engine, so that the loop below measures only the loading of the bundle
  const loads = [];
  for (let at = 0; at < 30; at++) {
    const from = performance.now();
    const fw = await Floorwalker.load(bytes);
    loads.push(performance.now() - from);
    fw.free();
  }
  const fw = await Floorwalker.load(bytes);
  const queues = Array.from({ length: 50 }, (_, at) => ({ queue: `q${at}`, waiting: at % 7, inService: 4, ratesPerHour: [12, 20] }));
  const agents = Array.from({ length: 200 }, (_, at) => ({
    agent: `a${at}`,
    queues: [`q${at % 50}`],
    holds: at % 3,
    room: 2 - (at % 3),
    idleSeconds: at,
    occupancy: (at % 10) / 10,
    taken: at % 20,
    novice: at % 9 === 0,
  }));
  const message = "hello I bought this phone last week and it does not charge with my old cable can you help me please";
  /** @type {number[][]} */
  const [states, routes, controls] = [[], [], []];
  // A control: after each call runs a loop of plain arithmetic of about the same duration; its slowest runs show the machine's own delays.
  let turns = 1000;
  const control = () => {
    let x = 1;
    for (let turn = 0; turn < turns; turn++) x = (x * 16807) % 2147483647;
    return x;
  };
  let filter;
  for (let at = 0; at < 6000; at++) {
    const asOf = Date.now();
    let from = performance.now();
    fw.setQueues({ asOf, queues, agents });
    states.push((performance.now() - from) * 1000);
    from = performance.now();
    ({ filter } = fw.route({ message }));
    routes.push((performance.now() - from) * 1000);
    from = performance.now();
    control();
    controls.push((performance.now() - from) * 1000);
    if (at < 1000) turns *= /** @type {number} */ (routes.at(-1)) > /** @type {number} */ (controls.at(-1)) ? 1.02 : 1 / 1.02;
  }
  const sorted = (/** @type {number[]} */ times, /** @type {number} */ skipped) => times.slice(skipped).sort((a, b) => a - b);
  const at = (/** @type {number[]} */ times, /** @type {number} */ share) => times[Math.floor(times.length * share)];
  const [route, plain, state, load] = [sorted(routes, 1000), sorted(controls, 1000), sorted(states, 1000), sorted(loads, 3)];
  return {
    isolated: crossOriginIsolated,
    filter,
    load: at(load, 0.5),
    state: at(state, 0.5),
    median: at(route, 0.5),
    p99: at(route, 0.99),
    plain: [at(plain, 0.5), at(plain, 0.99)],
  };
}
