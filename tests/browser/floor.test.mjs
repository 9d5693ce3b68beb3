// Tests the page of the counters: the simulator in Chromium under the strict Content-Security-Policy gives the same bits as the command.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { MESSAGES } from "../../www/floor/messages.js";
import { scenario } from "../../www/floor/scenario.js";
import { DEMO, ROOT, shop } from "./page.mjs";

/**
 * @import { Scenario, Strategy } from "floorwalker-simulator"
 * @import { Page } from "playwright-core"
 * @import { Shop } from "./page.mjs"
 *
 * @typedef {{ figures: [figure: string, of: { value: number }][], seeds: number[] }} Simulated One strategy in the command's JSON
 */

const PROGRAM = process.env.FLOORWALKER ?? path.join(ROOT, "target/release/floorwalker");
/** @type {Shop} */
let store;

before(async () => {
  store = await shop({ roots: [DEMO] });
});
after(() => store?.close());

async function open(locale = "en-US", viewport = { width: 1280, height: 900 }) {
  const visit = await store.visit("/floor.html", { locale, viewport });
  await visit.page.waitForSelector('html[data-floor="settled"]');
  return visit;
}

/** The values of one figure on both floors. @param {Page} page @param {string} name */
async function figure(page, name) {
  const row = page.locator(`[data-figure="${name}"]`);
  return [Number(await row.getAttribute("data-left")), Number(await row.getAttribute("data-right"))];
}

/** Jumps to closing time, and waits until the page shows it. @param {Page} page */
async function close(page) {
  await page.getByTestId("end").click();
  await page.waitForFunction(() => /** @type {Element} */ (document.querySelector('[data-testid="clock"]')).textContent === "22:00");
}

test("the page's figures are the command's, to the bit, under every strategy", async () => {
  const made = /** @type {Scenario} */ ({
    ...scenario({ surge: true }),
    repeat: { left: 0.5, misrouted: 0.2, delay: { exponential: { mean: 1800 } } },
  });
  // The policy takes one message in ten for the next intent.
  made.kinds.forEach(
    (kind, at) => (kind.taken_for = made.kinds.map((_, taken) => (taken === at ? 0.9 : taken === (at + 1) % made.kinds.length ? 0.1 : 0))),
  );
  const folder = path.join(ROOT, "target/floor");
  mkdirSync(folder, { recursive: true });
  const [file, json] = ["scenario.json", "figures.json"].map((name) => path.join(folder, name));
  writeFileSync(file, JSON.stringify(made));
  const policy = `policy:${path.join(ROOT, "www/store.toml")}`;
  const strategies = ["random", "round_robin", "fewest_waiting", "model:0.8", "right", policy];
  execFileSync(PROGRAM, ["simulate", file, "--strategies", strategies.join(), "--runs", "2", "--seed", "41", "--quiet", "--json", json], {
    env: { ...process.env, FLOORWALKER_DEMO: path.join(ROOT, "target/demo-data") },
  });
  const { page, quiet, close: leave } = await open();
  for (const [name, { figures, seeds }] of /** @type {[name: string, of: Simulated][]} */ (JSON.parse(readFileSync(json, "utf8")))) {
    const strategy = /** @type {Strategy} */ (name === policy ? "policy" : name);
    const found = await page.evaluate(simulate, { scenario: made, strategy, seeds });
    const values = Object.fromEntries(figures.map(([figure, { value }]) => [figure, value]));
    const said = ["service_level", "asa", "mean_wait", "abandonment", "misroutes", "transfers", "occupancy", "occupancy_spread"].map(
      (figure) => values[figure],
    );
    assert.ok(values.mean_wait > 0, name);
    assert.deepEqual(found, said, name);
  }
  quiet();
  await leave();
});

/**
 * Runs in the page: simulates a whole day for each seed, and returns the mean of each figure.
 *
 * @param {{ scenario: Scenario, strategy: Strategy, seeds: number[] }} options
 */
async function simulate({ scenario, strategy, seeds }) {
  const { Simulation } = await import("floorwalker-simulator");
  const bundle = new Uint8Array(await (await fetch("/models/store.fwb")).arrayBuffer());
  const of = async (/** @type {number} */ seed) => {
    const simulation = await Simulation.start({ scenario, strategy, bundle, seed });
    while (simulation.advance(simulation.state().now + 5_000));
    const { all, occupancy, occupancySpread } = simulation.state();
    simulation.free();
    return [
      all.serviceLevel,
      all.asaSeconds,
      all.meanWaitSeconds,
      all.abandonment,
      all.misrouteRate,
      all.transferRate,
      occupancy,
      occupancySpread,
    ];
  };
  const [one, two] = [await of(seeds[0]), await of(seeds[1])];
  return one.map((value, at) => (value + two[at]) / 2);
}

test("the shoppers' messages are none that the model learnt from, nor half of one", () => {
  const learnt = readFileSync(path.join(ROOT, "target/demo-data/log.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).message?.toLowerCase())
    .filter(Boolean);
  assert.ok(learnt.length > 1000, `${learnt.length} messages`);
  for (const message of Object.values(MESSAGES).flat()) {
    const text = message.toLowerCase();
    const same = learnt.find((known) => known.includes(text) || (text.includes(known) && 2 * known.length > text.length));
    assert.equal(same, undefined, message);
  }
});

test("a failure is said, and the way back stays", async () => {
  const { page, close: leave } = await store.visit("/");
  await page.route("**/simulator.wasm", (route) => route.abort());
  await page.goto(new URL("/floor.html", store.url).href);
  await page.waitForSelector('html[data-floor="settled"]');
  assert.match(await page.getByRole("alert").innerText(), /could not start: .*simulator\.wasm could not be fetched/);
  await page.getByTestId("lang").click();
  await page.waitForFunction(() => /** @type {Element} */ (document.querySelector("h1")).textContent === "柜台");
  await page.getByTestId("play").click();
  assert.equal(await page.locator(".figures").count(), 0);
  await leave();
});

test("a day goes by, and the shop's policy sends fewer astray than chance", async () => {
  const { page, quiet, close: leave } = await open();
  assert.equal(await page.getByTestId("counter").count(), 16);
  await close(page);
  const [came, other] = await figure(page, "came");
  assert.ok(came > 500 && came === other, `${came} and ${other} came`);
  const [policy, chance] = await figure(page, "misrouted");
  assert.ok(policy < 0.6 * chance, `${policy} against ${chance}`);
  // Each counter shows its own service level.
  const levels = await page
    .getByTestId("counter")
    .evaluateAll((/** @type {HTMLElement[]} */ rows) =>
      rows.map((row) => /** @type {const} */ ([Number(row.dataset.level), row.innerText])),
    );
  assert.ok(
    levels.every(([level, text]) => level > 0 && level <= 1 && /\d+\s?% in time/.test(text)),
    JSON.stringify(levels),
  );
  // Back to the morning: later figures are gone, and they are the same when the day is run again.
  await page.getByTestId("slider").fill("60");
  await page.waitForFunction(() => /** @type {Element} */ (document.querySelector('[data-testid="clock"]')).textContent === "09:00");
  assert.ok((await figure(page, "came"))[0] < came);
  // After the language is switched, the page still shows the same moment.
  await page.getByTestId("lang").click();
  await page.waitForFunction(() => /** @type {Element} */ (document.querySelector("h1")).textContent === "柜台");
  await page.waitForSelector(".figures");
  assert.equal(await page.getByTestId("clock").innerText(), "09:00");
  assert.equal(await page.getByTestId("slider").getAttribute("aria-valuetext"), "09:00");
  await close(page);
  assert.deepEqual(await figure(page, "misrouted"), [policy, chance]);
  quiet();
  await leave();
});

test("play moves the clock, and another strategy starts a day of its own, in Chinese too", async () => {
  const { page, quiet, close: leave } = await open("zh-CN", { width: 390, height: 844 });
  assert.equal(await page.locator("h1").innerText(), "柜台");
  await page.getByTestId("strategy-1").selectOption("right");
  await page.waitForFunction(() => document.querySelectorAll(".floor h2")[1].textContent === "从不出错");
  await page.getByTestId("play").click();
  await page.waitForFunction(() => /** @type {Element} */ (document.querySelector('[data-testid="clock"]')).textContent > "08:10");
  await page.getByTestId("play").click();
  await close(page);
  assert.equal((await figure(page, "misrouted"))[1], 0);
  quiet();
  await leave();
});

test("the storefront loads nothing of the simulator", async () => {
  const { page, close: leave } = await store.visit("/");
  await page.waitForSelector('html[data-guide="settled"]');
  const loaded = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
  assert.ok(
    loaded.some((name) => name.endsWith("floorwalker.wasm")),
    loaded.join(" "),
  );
  assert.ok(!loaded.some((name) => name.includes("simulator")), loaded.join(" "));
  await leave();
});
