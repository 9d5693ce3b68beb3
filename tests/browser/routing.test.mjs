// Tests that 10,000 decisions under every strategy have the same bits natively, in Node, in Chromium, and with the JavaScript fallback in
// both; and what the page does with snapshots of queues: signed ones, wrong ones, future ones, and changes between two decisions.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { DEMO, ROOT, shop } from "./page.mjs";
import { decideAll } from "./site/decide.js";

/**
 * @import { Decision, DecisionRecord, ErrorCode, ExpectedWait, Floorwalker, LoadOptions, RankedQueue, RouteOptions } from "floorwalker"
 * @import { Shop } from "./page.mjs"
 * @import { Asked, Told } from "./site/decide.js"
 *
 * @typedef {RankedQueue & { ewtSeconds: ExpectedWait }} Timed A row whose expected wait is known
 */

const SITE = path.join(ROOT, "target/routing");
const BUNDLE = path.join(SITE, "routing.fwb");
const N = 10_000;
/** Saturday, 21 November 2026. */
const START = Date.UTC(2026, 10, 21);
const QUEUES = ["phones", "returns", "general", "bot", "message"];

const trainer = /** @type {string} */ (process.env.FLOORWALKER);
/** @type {Shop} */
let store;
/** @type {Asked[]} */
let requests;
/** @type {string[]} */
let expected;

/**
 * A pseudo-random generator: returns whole numbers below `n`, the same sequence for the same seed.
 *
 * @param {number} seed
 * @returns {(n: number) => number}
 */
function chance(seed) {
  let state = seed;
  return (n) => {
    state = (state * 48_271) % 0x7fff_ffff;
    return state % n;
  };
}

/** A training table from which the intents and the best queue can be learnt. */
function table() {
  const draw = chance(7);
  const lines = ["cart_value,language,page,intent,best"];
  for (let row = 0; row < 900; row++) {
    const intent = ["compatibility", "returns", "price"][draw(3)];
    const page = draw(4) === 0 ? "home" : { compatibility: "product", returns: "orders", price: "cart" }[intent];
    const best = draw(5) === 0 ? "general" : { compatibility: "phones", returns: "returns", price: "general" }[intent];
    lines.push([draw(500), ["en", "zh", "de"][draw(3)], page, intent, best].join(","));
  }
  return `${lines.join("\n")}\n`;
}

const STORE = `name = "routing"
policy_file = "routing.toml"
[data]
table = "requests.csv"
ignore = []
[[heads]]
name = "intent"
label = "intent"
model = "logistic"
[[heads]]
name = "value"
label = "best"
model = "logistic"
`;

/** @param {(n: number) => number} draw @param {number} at @returns {Asked} */
function request(draw, at) {
  const now = START + at * 61_000;
  const state = (/** @type {string} */ queue) => ({
    queue,
    ...(draw(8) > 0 && { waiting: draw(15), agents: draw(6), inService: draw(8) }),
    ...(draw(3) === 0 && { idleSeconds: draw(600) }),
    ...(draw(3) === 0 && { patienceSeconds: draw(400) }),
    ...(draw(2) === 0 && { ratesPerHour: [12 + draw(10), 18 + draw(10)] }),
    ...(draw(10) === 0 && { open: draw(2) === 0 }),
  });
  const agent = (/** @type {number} */ agent) => ({
    agent: `a${agent}`,
    queues: draw(2) ? ["phones", "general"] : ["returns"],
    holds: draw(3),
    room: draw(3),
    idleSeconds: draw(300),
    occupancy: draw(100) / 100,
    taken: draw(20),
    ...(draw(4) === 0 && { count: 1 + draw(5) }),
    novice: draw(4) === 0,
  });
  return {
    now,
    requestedAt: now - draw(4) * draw(20_000),
    seed: [draw(2 ** 31), draw(2 ** 31)],
    turn: draw(3) ? at : -1,
    ...(draw(4) === 0 && { preferredAgent: { agent: `a${draw(12)}`, secondsAgo: draw(7200) } }),
    features: { cart_value: draw(500), language: ["en", "zh", "de"][draw(3)], page: ["product", "orders", "cart", "home"][draw(4)] },
    snapshot: {
      asOf: now - draw(400) * 1000,
      ...(draw(2) && { patienceSeconds: 30 + draw(300) }),
      queues: QUEUES.filter(() => draw(5) > 0).map(state),
      agents: draw(3) ? [] : Array.from({ length: draw(8) }, (_, at) => agent(at)),
    },
  };
}

before(async () => {
  assert.ok(trainer, "FLOORWALKER names the trainer: run this by `cargo xtask test`");
  mkdirSync(SITE, { recursive: true });
  const at = (/** @type {string} */ name) => path.join(SITE, name);
  writeFileSync(at("requests.csv"), table());
  writeFileSync(at("routing.toml"), readFileSync(path.join(ROOT, "tests/browser/routing.toml")));
  writeFileSync(at("store.toml"), STORE);
  execFileSync(trainer, ["train", at("store.toml"), "--out", BUNDLE, "--no-report", "--quiet"]);
  const draw = chance(11);
  requests = Array.from({ length: N }, (_, at) => request(draw, at));
  writeFileSync(at("requests.jsonl"), `${requests.map((request) => JSON.stringify(request)).join("\n")}\n`);
  execFileSync(trainer, ["route", BUNDLE, at("requests.jsonl"), "--bits", "--out", at("decisions.jsonl")]);
  expected = readFileSync(at("decisions.jsonl"), "utf8").trimEnd().split("\n");
  store = await shop({ roots: [SITE, path.join(ROOT, "tests/browser/site"), DEMO] });
});
after(() => store?.close());

/** @param {LoadOptions} options @returns {Promise<Floorwalker>} */
async function inNode(options) {
  /** @type {typeof import("floorwalker")} */
  const { Floorwalker } = await import(pathToFileURL(path.join(DEMO, "node_modules/floorwalker/node.js")).href);
  return Floorwalker.load(BUNDLE, options);
}

/** @param {Awaited<ReturnType<typeof decideAll>>} decided @param {string} kind */
function compare({ engine, out }, kind) {
  assert.equal(engine, kind);
  assert.equal(out.length, N);
  const differ = out.findIndex((line, at) => line !== expected[at]);
  assert.equal(differ, -1, `request ${differ}:\n${JSON.stringify(requests[differ])}\n${out[differ]}\n${expected[differ]}`);
}

test("the decisions are of every sort", () => {
  /** @type {Told[]} */
  const all = expected.map((line) => JSON.parse(line));
  const standings = new Set(all.flatMap(({ ranking }) => ranking.map(({ standing }) => standing)));
  assert.deepEqual([...standings].sort(), [
    "candidate",
    "closed",
    "closing",
    "elsewhere",
    "full",
    "language",
    "skill",
    "skipped",
    "unstaffed",
  ]);
  assert.deepEqual([...new Set(all.map(({ goes_to }) => goes_to))].sort(), [...QUEUES].sort());
  assert.ok(all.some(({ queue }) => queue === null) && all.some(({ freshness }) => freshness !== "3f800000"));
  const outcomes = ["best", "bot", "closed", "default", "explored", "holdout", "overflow", "preferred"];
  assert.deepEqual([...new Set(all.map(({ outcome }) => outcome))].sort(), outcomes);
  assert.ok(all.some(({ agent }) => agent) && all.some(({ least_change }) => least_change?.intent && least_change.waiting !== null));
  assert.ok(all.some(({ abstain_reason }) => abstain_reason) && new Set(all.map(({ filter }) => filter)).size === 10);
  assert.ok(all.some(({ ranking }) => ranking.some(({ ewt }) => ewt)));
});

for (const engine of /** @type {const} */ (["wasm", "js"])) {
  test(`Node, engine ${engine}, decides as the trainer, to the bit`, async () => {
    compare(await decideAll(requests, (now) => inNode({ engine, now })), engine);
  });

  test(`Chromium, engine ${engine}, decides as the trainer, to the bit`, async () => {
    const { page, quiet, close } = await store.visit("bare.html");
    await page.waitForFunction(() => globalThis.floorwalker);
    const result = await page.evaluate(async (engine) => {
      const { decideAll } = await import("/decide.js");
      const text = await (await fetch("/requests.jsonl")).text();
      const lines = text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
      return decideAll(lines, (now) => globalThis.floorwalker.Floorwalker.load("/routing.fwb", { engine, now }));
    }, engine);
    compare(result, engine);
    quiet();
    await close();
  });
}

const NOON = START + 12 * 3_600_000;
/** @type {RouteOptions} */
const buying = { context: { cart_value: 60, language: "zh", page: "product" }, seed: [1, 2] };

/** @param {Decision} decision */
const phones = ({ ranking }) => /** @type {RankedQueue} */ (ranking.find(({ queue }) => queue === "phones"));

test("a queue that closes between two calls is left, and the age counts from the first", async () => {
  let now = NOON;
  const fw = await inNode({ now: () => now });
  const first = fw.route({
    ...buying,
    queues: [
      { queue: "bot", open: false },
      { queue: "phones", agents: 3, waiting: 0, inService: 0 },
    ],
  });
  assert.equal(first.goesTo, "phones");
  assert.equal(first.expired, false);
  now += 40_000;
  fw.setQueues([
    { queue: "bot", open: false },
    { queue: "phones", open: false },
  ]);
  const second = fw.reroute(first);
  assert.equal(second.requestedAt, first.requestedAt);
  assert.equal(phones(second).standing, "closed");
  assert.notEqual(second.goesTo, "phones");
  // The page was offline for longer than the request's lifetime: it is decided all the same, and marked as expired.
  now += 600_000;
  assert.equal(fw.reroute(second).expired, true);
  assert.throws(() => fw.reroute({ ...first }), { code: "unknown_decision" });
});

test("an agent who leaves is not asked again", async () => {
  const fw = await inNode({ now: () => NOON });
  const eva = { agent: "eva", queues: ["phones"], holds: 0, room: 1 };
  const max = { agent: "max", queues: ["phones"], holds: 1, room: 1 };
  const options = { ...buying, preferredAgent: { agent: "eva", secondsAgo: 60 } };
  const there = fw.route({ ...options, queues: { agents: [eva, max] } });
  assert.deepEqual([there.outcome, /** @type {NonNullable<Decision["agent"]>} */ (there.agent).agent], ["preferred", "eva"]);
  const gone = fw.route({ ...options, queues: { queues: [{ queue: "bot", open: false }], agents: [max] } });
  assert.deepEqual([gone.outcome === "preferred", gone.agent?.agent ?? "max"], [false, "max"]);
});

test("a surge moves requests to where the wait is shorter", async () => {
  const fw = await inNode({ now: () => NOON });
  const busy = (/** @type {number} */ waiting) => ({
    ...buying,
    queues: [
      { queue: "bot", open: false },
      { queue: "phones", agents: 2, inService: 4, waiting },
      { queue: "general", agents: 2, inService: 0, waiting: 0 },
    ],
  });
  const calm = /** @type {Timed} */ (phones(fw.route(busy(0))));
  const surge = /** @type {Timed} */ (phones(fw.route(busy(11))));
  assert.ok(surge.ewtSeconds.mean > calm.ewtSeconds.mean && surge.score < calm.score);
  assert.ok(calm.ewtSeconds.low < calm.ewtSeconds.mean && calm.ewtSeconds.mean < calm.ewtSeconds.high);
});

test("states of queues that cannot be are refused with their code, and the last good one stays", async () => {
  const fw = await inNode({ now: () => NOON });
  fw.setQueues({ asOf: NOON, queues: [{ queue: "phones", open: false }] });
  /** @type {[snapshot: any, code: ErrorCode][]} */
  const refused = [
    [{ asOf: NOON + 3_600_000 }, "snapshot_future"],
    [{ queues: [{ queue: "phones", waiting: -1 }] }, "snapshot_count"],
    [{ agents: [{ agent: "a", queues: ["phones"], holds: -1 }] }, "snapshot_count"],
    [{ queues: "phones" }, "snapshot_shape"],
    [{ asOf: "soon", agents: [{ agent: "ghost", queues: ["general"], room: 1 }] }, "snapshot_shape"],
    [
      {
        agents: [
          { agent: "ghost", queues: ["general"], room: 1 },
          { agent: "a", queues: 3 },
        ],
      },
      "snapshot_shape",
    ],
    [{ agents: Array.from({ length: 10_001 }, () => ({ agent: "a", queues: ["phones"] })) }, "snapshot_rows"],
  ];
  for (const [snapshot, code] of refused) assert.throws(() => fw.setQueues(snapshot), { code }, code);
  // Nothing of a refused snapshot is left over in the next one.
  fw.setQueues({
    queues: [
      { queue: "bot", open: false },
      { queue: "phones", open: false },
      { queue: "returns", open: false },
    ],
  });
  assert.equal(fw.route(buying).agent, null);
  fw.setQueues({ asOf: NOON, queues: [{ queue: "phones", open: false }] });
  const unknown = Array.from({ length: 1000 }, (_, at) => ({ queue: `q${at}`, waiting: 1 }));
  assert.equal(phones(fw.route(buying)).standing, "closed");
  fw.setQueues(unknown);
  assert.equal(fw.route(buying).freshness, 1);
  await assert.rejects(fw.setSignedQueues("{}"), { code: "snapshot_no_key" });
});

test("with every queue closed and every agent gone a request still goes somewhere", async () => {
  const fw = await inNode({ now: () => NOON });
  const closed = fw.route({ ...buying, queues: QUEUES.map((queue) => ({ queue, open: false })) });
  assert.deepEqual([closed.goesTo, closed.outcome, closed.channel], ["message", "closed", "email"]);
  // Nobody is present, but no queue is closed: for five seconds the bot answers. After that, chats take nothing, nor does the overflow,
  // and the request becomes a message.
  const queues = QUEUES.map((queue) => ({ queue, agents: 0, waiting: 9, inService: 0 }));
  const gone = { ...buying, context: { ...buying.context, cart_value: 20 }, queues };
  const [first, later] = [0, 6000].map((age) => fw.route({ ...gone, requestedAt: NOON - age }));
  assert.deepEqual([first.goesTo, first.outcome, first.filter], ["bot", "bot", "rules"]);
  assert.deepEqual([later.goesTo, later.outcome, later.abstained], ["message", "closed", false]);
  assert.equal(phones(later).standing, "unstaffed");
  assert.ok(later.ranking.every(({ ewtSeconds }) => /** @type {ExpectedWait} */ (ewtSeconds).mean === Infinity));
});

test("on whatever clock a request is decided, and a clock that jumps takes the belief from a state of queues", async () => {
  // In Berlin it is 1 o'clock on 1 January 1970, a Thursday: the phones are closed, and the bot answers first.
  for (const now of [0, 8.64e15, -1e15]) {
    const decision = (await inNode({ now: () => now })).route(buying);
    assert.deepEqual([decision.goesTo, decision.outcome, decision.requestedAt], ["bot", "bot", now]);
    assert.equal(decision.expiresAt, now + 300_000);
    assert.equal(phones(decision).standing, "closed");
  }
  let now = NOON;
  const fw = await inNode({ now: () => now });
  fw.setQueues({
    asOf: NOON,
    queues: [
      { queue: "bot", open: false },
      { queue: "phones", agents: 2, waiting: 0, inService: 0 },
    ],
  });
  const decided = [0, 3_600_000, -3_600_000, 0].map((jump) => {
    now = NOON + jump;
    const { goesTo, freshness } = fw.route(buying);
    return [goesTo, freshness];
  });
  // An hour later the snapshot is stale; an hour earlier it is from the future. In both cases it is ignored, so the bot is open.
  assert.deepEqual(decided, [
    ["phones", 1],
    ["bot", 0],
    ["bot", 0],
    ["phones", 1],
  ]);
});

test("a signed state of queues is taken, and nothing else once the policy names a key", async () => {
  const at = (/** @type {string} */ name) => path.join(SITE, name);
  const secret = at(`key-${process.pid}`);
  const said = execFileSync(trainer, ["snapshot", "key", secret], { encoding: "utf8" });
  const [, key] = /** @type {RegExpMatchArray} */ (said.match(/key = "([0-9a-f]{64})"/));
  const policy = `${readFileSync(at("routing.toml"), "utf8")}\n[snapshot]\nkey = "${key}"\n`;
  writeFileSync(at("signed.toml"), policy);
  writeFileSync(at("signed-store.toml"), STORE.replace("routing.toml", "signed.toml"));
  execFileSync(trainer, ["train", at("signed-store.toml"), "--out", at("signed.fwb"), "--no-report", "--quiet"]);
  writeFileSync(at("state.json"), JSON.stringify({ asOf: NOON, queues: [{ queue: "phones", open: false }] }));
  const file = execFileSync(trainer, ["snapshot", "sign", at("state.json"), "--key", secret], { encoding: "utf8" });

  /** @type {typeof import("floorwalker")} */
  const { Floorwalker } = await import(pathToFileURL(path.join(DEMO, "node_modules/floorwalker/node.js")).href);
  const fw = await Floorwalker.load(at("signed.fwb"), { now: () => NOON });
  assert.throws(() => fw.setQueues([]), { code: "snapshot_unsigned" });
  assert.throws(() => fw.route({ queues: [] }), { code: "snapshot_unsigned" });
  await assert.rejects(fw.setSignedQueues(`{"snapshot": "{}"}`), { code: "snapshot_unsigned" });
  await assert.rejects(fw.setSignedQueues(file.replace("false", "true")), { code: "snapshot_forged" });
  await assert.rejects(fw.setSignedQueues("no JSON"), { code: "snapshot_shape" });
  await fw.setSignedQueues(file);
  assert.equal(phones(fw.route(buying)).standing, "closed");

  const { page, quiet, close } = await store.visit("bare.html");
  await page.waitForFunction(() => globalThis.floorwalker);
  const standing = await page.evaluate(
    async ([file, now, buying]) => {
      const fw = await globalThis.floorwalker.Floorwalker.load("/signed.fwb", { now: () => now });
      await fw.setSignedQueues(file);
      return /** @type {RankedQueue} */ (fw.route(buying).ranking.find(({ queue }) => queue === "phones")).standing;
    },
    /** @type {const} */ ([file, NOON, buying]),
  );
  assert.equal(standing, "closed");
  quiet();
  await close();
});

test("a decision is told in words, in both languages, and as a hint that a server can check", async () => {
  const home = path.join(DEMO, "node_modules/floorwalker");
  /** @type {typeof import("floorwalker/words")} */
  const { say } = await import(pathToFileURL(path.join(home, "words.js")).href);
  /** @type {typeof import("floorwalker/hint")} */
  const { hint, checkHint } = await import(pathToFileURL(path.join(home, "hint.js")).href);
  const fw = await inNode({ now: () => NOON });
  for (const { now: _, snapshot, features, ...rest } of requests.slice(0, 500)) {
    const decision = fw.route({ ...rest, requestedAt: NOON, context: features, queues: { ...snapshot, asOf: NOON } });
    for (const language of ["en", "zh-CN"]) {
      const { headline, ...lists } = say(decision, language);
      assert.match(headline, new RegExp(decision.goesTo), headline);
      for (const line of [headline, ...Object.values(lists).flat()]) assert.doesNotMatch(line, /undefined|NaN|null|Infinity/, line);
      assert.equal(/[\u4e00-\u9fff]/.test(headline), language === "zh-CN");
    }
    const rules = { policyVersion: "parity", queues: new Set(QUEUES), now: NOON };
    assert.equal(checkHint(hint(decision), rules).queue, decision.goesTo);
  }
  const good = JSON.parse(hint(fw.route(buying)));
  const rules = { policyVersion: "parity", queues: new Set(QUEUES), ttl: 300, now: NOON };
  // Long names and fractional times are no reason to refuse a hint that `hint()` made.
  const odd = { ...fw.route(buying), requestedAt: NOON - 0.6, intentSet: ["x".repeat(120)] };
  assert.equal(checkHint(hint(odd), rules).at, NOON - 1);
  const wrong = [
    ["x".repeat(513), "hint_size"],
    ["{", "hint_shape"],
    [JSON.stringify({ ...good, priority: "1" }), "hint_shape"],
    [JSON.stringify({ ...good, priority: -1 }), "hint_shape"],
    [JSON.stringify({ ...good, skill: "vip" }), "hint_shape"],
    [JSON.stringify({ ...good, intents: ["a", "b", "c", "d"] }), "hint_shape"],
    [JSON.stringify({ ...good, queue: "vip" }), "hint_queue"],
    [JSON.stringify({ ...good, filter: "skills and wait" }), "hint_shape"],
    [JSON.stringify({ ...good, at: 0, expires: Number.MAX_SAFE_INTEGER }), "hint_expired"],
    [JSON.stringify({ ...good, policy: "old" }), "hint_policy"],
    [JSON.stringify({ ...good, at: NOON + 120_000, expires: NOON + 130_000 }), "hint_expired"],
    [JSON.stringify({ ...good, expires: NOON - 1 }), "hint_expired"],
  ];
  for (const [text, code] of wrong) assert.throws(() => checkHint(text, rules), { code }, text.slice(0, 80));
});

test("a decision's line for the log is the same decision when the trainer replays it", async () => {
  const fw = await inNode({ now: () => NOON });
  const lines = requests.slice(0, 200).map(({ snapshot, features, seed, turn }) => {
    const { record } = fw.route({ context: features, seed, turn, queues: { ...snapshot, asOf: NOON }, record: true });
    return /** @type {DecisionRecord} */ (record);
  });
  const [log, out] = [path.join(SITE, "log.jsonl"), path.join(SITE, "log.decisions.jsonl")];
  writeFileSync(log, `${lines.map((line) => JSON.stringify({ ...line, reward: 1 })).join("\n")}\n`);
  execFileSync(trainer, ["route", BUNDLE, log, "--out", out]);
  const decided = readFileSync(out, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    decided.map(({ goes_to }) => goes_to),
    lines.map(({ action }) => action),
  );
});
