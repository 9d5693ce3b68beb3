// Tests the simulator's package as `npm install` would install it: its types, and what it refuses.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "node:test";
import binaryen from "binaryen";
import { project, run, typeCheck } from "./unpacked.mjs";

/** @import { Scenario, Waiting } from "floorwalker-simulator" */
/** @typedef {typeof import("floorwalker-simulator")} Simulator */

const shop = project("floorwalker-simulator");
const { Simulation } = /** @type {Simulator} */ (await import(pathToFileURL(path.join(shop.home, "index.js")).href));
const wasm = readFileSync(path.join(shop.home, "simulator.wasm"));

const kind = { name: "a", queue: "a", per_hour: [60], work: { fixed: { seconds: 50 } } };
/** @type {Scenario} */
const scenario = { hours: 2, queues: ["a"], kinds: [kind], teams: [{ name: "day", agents: 1, queues: ["a"] }] };

test("a floor moves on, and says who waits for how long", async () => {
  const floor = await Simulation.start({ scenario, strategy: "right", wasm });
  let longest = 0;
  for (let now = 60; now <= 7200; now += 60) {
    floor.advance(now);
    const { now: at, queues, teams, all } = floor.state();
    assert.equal(at, now);
    assert.equal(queues[0].line.length, queues[0].waiting);
    assert.equal(all.came, all.answered + queues[0].waiting);
    assert.ok(/** @type {Waiting[]} */ (teams[0][0]).every(({ kind, right }) => kind === 0 && right));
    for (const { ageSeconds } of queues[0].line) longest = Math.max(longest, ageSeconds);
  }
  assert.ok(longest > 60, `${longest}`);
  assert.equal(floor.advance(Infinity), false);
  for (const seconds of [NaN, -1, undefined]) assert.throws(() => floor.advance(/** @type {any} */ (seconds)), { code: "option_invalid" });
  floor.free();
  floor.free();
  assert.throws(() => floor.state(), { code: "freed" });
});

test("in Node the module is found without being named, and may be named by a path or a file's address", async () => {
  /** @param {string | undefined} wasm */
  const start = (wasm) => `
    import { Simulation } from "floorwalker-simulator";
    const floor = await Simulation.start({ scenario: ${JSON.stringify(scenario)}, strategy: "right", wasm: ${wasm} });
    console.log(floor.advance(60), floor.state().now);`;
  const file = path.join(shop.home, "simulator.wasm");
  for (const wasm of [
    undefined,
    JSON.stringify(file),
    JSON.stringify(pathToFileURL(file).href),
    `new URL(${JSON.stringify(pathToFileURL(file).href)})`,
  ]) {
    assert.equal(run(shop.folder, process.execPath, shop.write("main.mjs", start(wasm))).trim(), "true 60", wasm);
  }
  const nowhere = shop.write("main.mjs", start(`"./nowhere.wasm"`));
  assert.throws(() => run(shop.folder, process.execPath, nowhere), /wasm_unreachable/);
});

test("times and rates may be written short, and figures are there by queue, kind and hour", async () => {
  const short = { ...scenario, kinds: [{ ...kind, per_hour: 60, work: 50 }] };
  const [one, two] = await Promise.all(
    [scenario, short].map((scenario) => Simulation.start({ scenario, strategy: "right", seed: 2 ** 53 - 1, wasm })),
  );
  for (const floor of [one, two]) floor.advance(Infinity);
  assert.deepEqual(one.state(), two.state());
  const { all, queues, kinds, hours } = one.state();
  assert.deepEqual(queues[0].figures, all); // there is one queue, so nothing is transferred
  assert.deepEqual(kinds, [all]);
  assert.equal(hours.length, 24);
  assert.equal(hours[0].came + hours[1].came, all.came);
  for (const floor of [one, two]) floor.free();
});

test("an agent who is not there is null", async () => {
  /** @type {Scenario["teams"]} */
  const teams = [{ ...scenario.teams[0], shifts: [[1, 2]] }];
  const floor = await Simulation.start({ scenario: { ...scenario, teams }, strategy: "right", wasm });
  floor.advance(1800);
  assert.deepEqual(floor.state().teams, [[null]]);
  floor.advance(3600);
  assert.equal(/** @type {Waiting[]} */ (floor.state().teams[0][0]).length, 1);
  floor.free();
});

test("what cannot be simulated is refused with its code, and says what to change", async () => {
  for (const [options, code, says] of /** @type {[object, string, RegExp][]} */ ([
    [{ strategy: "right" }, "scenario_invalid", /scenario/],
    [{ scenario: { ...scenario, hours: -1 }, strategy: "right" }, "scenario_invalid", /hours must be above 0/],
    [{ scenario: { ...scenario, extra: 1 }, strategy: "right" }, "scenario_invalid", /unknown field `extra`/],
    [
      { scenario: { ...scenario, kinds: [{ ...kind, per_hour: [1, 2] }] }, strategy: "right" },
      "scenario_invalid",
      /per_hour of `a` has 2 numbers/,
    ],
    [
      { scenario: { ...scenario, kinds: [{ ...kind, work: "3600" }] }, strategy: "right" },
      "scenario_invalid",
      /expected a time: seconds, as in 90/,
    ],
    [
      { scenario: { ...scenario, teams: [{ ...scenario.teams[0], shifts: [[18, 8]] }] }, strategy: "right" },
      "scenario_invalid",
      /\[18, 8\] ends before it begins/,
    ],
    [{ scenario, strategy: "rihgt" }, "option_invalid", /no strategy rihgt; name policy/],
    [{ scenario, strategy: "model:2" }, "scenario_invalid", /a share from 0 to 1/],
    [{ scenario, strategy: "policy" }, "option_invalid", /comes in a bundle/],
    [{ scenario, strategy: "policy", bundle: new Uint8Array(9) }, "scenario_invalid", /./],
    [{ scenario, strategy: "policy", bundle: "store.fwb" }, "option_invalid", /Uint8Array/],
    ...[0.5, -1, 2 ** 53, NaN, "1", null].map((seed) => [{ scenario, strategy: "right", seed }, "option_invalid", /whole number/]),
  ])) {
    await assert.rejects(Simulation.start(/** @type {any} */ ({ ...options, wasm })), { code, message: says }, code);
  }
});

test("a floor that stops says so by its code, and is asked nothing more", async () => {
  const deadly = 4242;
  const module = binaryen.readBinary(wasm);
  const { MutableGlobals, BulkMemory, SignExt, SIMD128, NontrappingFPToInt, Multivalue, ReferenceTypes } = binaryen.Features;
  module.setFeatures(MutableGlobals | BulkMemory | SignExt | SIMD128 | NontrappingFPToInt | Multivalue | ReferenceTypes);
  const exports = Array.from({ length: module.getNumExports() }, (_, at) => binaryen.getExportInfo(module.getExportByIndex(at)));
  const advance = module.getFunction(/** @type {binaryen.ExportInfo} */ (exports.find(({ name }) => name === "floor_advance")).value);
  const { body, results } = binaryen.getFunctionInfo(advance);
  const isDeadly = module.f64.eq(module.local.get(1, binaryen.f64), module.f64.const(deadly));
  /** @type {typeof binaryen & Pick<binaryen.Module, "Function">} */ (binaryen).Function.setBody(
    advance,
    module.block(null, [module.if(isDeadly, module.unreachable()), body], results),
  );
  // The script loads one WebAssembly module per page, so this module needs a copy of the script.
  const copy = /** @type {Simulator} */ (await import(`${pathToFileURL(path.join(shop.home, "index.js")).href}?deadly`));
  const floor = await copy.Simulation.start({ scenario, strategy: "right", wasm: module.emitBinary() });
  floor.advance(60);
  const stopped = { code: "floor_stopped", name: "Error" };
  for (const ask of [() => floor.advance(deadly), () => floor.advance(120), () => floor.state()]) assert.throws(ask, stopped);
  const other = await Simulation.start({ scenario, strategy: "right", wasm });
  other.advance(120);
  assert.equal(other.state().now, 120);
  floor.free();
  assert.throws(() => floor.state(), { code: "freed" });
});

test("the types hold in strict TypeScript", () => {
  /** @param {string} strategy */
  const source = (strategy) => `
    import { Simulation, type FloorState, type Scenario } from "floorwalker-simulator";
    const scenario: Scenario = ${JSON.stringify(scenario)};
    const floor = await Simulation.start({ scenario, strategy: "${strategy}", seed: 2 });
    const more: boolean = floor.advance(60);
    const { queues, teams }: FloorState = floor.state();
    console.log(more, queues[0].line[0].ageSeconds, teams[0][0]?.length);`;
  typeCheck(shop, source("model:0.9"));
  assert.throws(() => typeCheck(shop, source("rihgt")), /rihgt/);
});
