// Tests decisions in Node: alternatives and the least change, words and hints made from them, refused options, and the freeing of an
// object.
import assert from "node:assert/strict";
import { test } from "node:test";
import { chance, NOON, QUEUES, store } from "./store.mjs";

/** @import { Decision, ExpectedWait, Probability, QueueState, RankedQueue, RouteOptions } from "floorwalker" */
/** @import { Recorded } from "./store.mjs" */

const { load, replay, say, hint, checkHint } = await store();

/** Makes `n` decisions with random states of queues and random shoppers. @param {number} n */
async function decisions(n) {
  const fw = await load();
  const draw = chance(3);
  return Array.from({ length: n }, (_, at) => {
    /** @param {string} queue */
    const state = (queue) => ({ queue, open: draw(6) > 0, ...(draw(3) && { agents: 1 + draw(5), waiting: draw(12), inService: draw(6) }) });
    const queues = QUEUES.filter(() => draw(5)).map(state);
    const context = { page: ["product", "orders", "cart", "home"][draw(4)], language: "en" };
    return { queues, decision: /** @type {Recorded} */ (fw.route({ context, queues, seed: [at, 1], record: true })) };
  });
}

test("alternatives are the next best candidates, at most three, best first, each with score, chance and wait", async () => {
  const sizes = new Set();
  for (const { queues, decision } of await decisions(400)) {
    const { alternatives, goesTo, ranking } = decision;
    sizes.add(alternatives.length);
    const others = ranking.filter(({ queue, standing }) => standing === "candidate" && queue !== goesTo);
    assert.deepEqual(alternatives, others.slice(0, 3));
    for (const [at, { queue, score, propensity, ewtSeconds }] of alternatives.entries()) {
      assert.ok(Number.isFinite(score) && score <= (alternatives[at - 1]?.score ?? Infinity), queue);
      assert.ok(propensity >= 0 && propensity <= 1, queue);
      const isKnown = queues.find((state) => state.queue === queue)?.agents !== undefined;
      // The queue `message` has no service rate, so its expected wait is not known.
      if (queue !== "message") assert.equal(ewtSeconds !== null, isKnown, queue);
      if (ewtSeconds) assert.ok(0 <= ewtSeconds.low && ewtSeconds.low <= ewtSeconds.mean && ewtSeconds.mean <= ewtSeconds.high, queue);
    }
  }
  assert.deepEqual([...sizes].sort(), [0, 1, 2, 3]);
});

test("a line for the log has its keys in snake_case, and a line in camelCase of an earlier version is the same decision", async () => {
  const fw = await load();
  const agents = [{ agent: "eva", queues: ["phones"], room: 1, idleSeconds: 5 }];
  const queues = [{ queue: "phones", agents: 2, inService: 1, waiting: 3, patienceSeconds: 60, ratesPerHour: [12] }];
  const decision = fw.route({
    context: { page: "product" },
    queues: { asOf: NOON - 1000, patienceSeconds: 90, queues, agents },
    requestedAt: NOON - 5000,
    preferredAgent: { agent: "eva", secondsAgo: 60 },
    record: true,
  });
  const { record, goesTo } = /** @type {Recorded} */ (decision);
  const { features: _, heads: __, ...known } = record.request;
  const { snapshot, preferred_agent, requested_at, scope } = known;
  assert.doesNotMatch(JSON.stringify(known).replace(/:"[^"]*"/g, ""), /[A-Z]/);
  assert.deepEqual([requested_at, preferred_agent, snapshot.as_of], [NOON - 5000, { agent: "eva", seconds_ago: 60 }, NOON - 1000]);
  assert.deepEqual(snapshot.queues[0].rates_per_hour, [12]);
  // A shop's own object may hold anything beside the two keys.
  const helper = { agent: "eva", secondsAgo: 60, self: /** @type {unknown} */ (null), big: 1n };
  helper.self = helper;
  const again = /** @type {Recorded} */ (fw.route({ preferredAgent: helper, record: true }));
  assert.deepEqual(again.record.request.preferred_agent, { agent: "eva", seconds_ago: 60 });
  const old = {
    ...record.request,
    requested_at: undefined,
    requestedAt: requested_at,
    preferred_agent: undefined,
    preferredAgent: { agent: "eva", secondsAgo: 60 },
    scope: { outOfScope: scope.out_of_scope, abstained: scope.abstained },
    snapshot: { asOf: NOON - 1000, patienceSeconds: 90, queues, agents },
  };
  const [now, then] = replay([
    { ...record, reward: 1 },
    { ...record, reward: 1, request: old },
  ]);
  assert.deepEqual([now.goes_to, then], [goesTo, now]);
});

test("the least change is enough to put the second queue before the first, and a little less is not", async () => {
  const names = (await load()).card.heads[0].outputs;
  /** @type {object[]} */
  const lines = [];
  /** @type {[ahead: string, behind: string][]} */
  const expected = [];
  const told = { intent: 0, waiting: 0 };
  for (const { decision } of await decisions(400)) {
    const { leastChange, ranking, record } = decision;
    if (leastChange === null) continue;
    const { intent, waiting } = leastChange;
    const [first, second] = ranking.map(({ queue }) => queue);
    /** @param {object} request @param {string} ahead @param {string} behind */
    const expect = (request, ahead, behind) => {
      lines.push({ ...record, reward: 1, request: { ...record.request, ...request } });
      expected.push([ahead, behind]);
    };
    if (intent !== null) {
      told.intent++;
      // The probabilities are in the order of the head's outputs.
      /** @param {number} by */
      const shifted = (by) => {
        /** @param {string} name */
        const moved = (name) => (name === intent.from ? -by : name === intent.to ? by : 0);
        return { heads: { intent: record.request.heads.intent.map((p, at) => p + moved(names[at])) } };
      };
      assert.ok(
        intent.by > 0 && intent.by <= /** @type {Probability} */ (decision.intents.find(({ name }) => name === intent.from)).probability,
      );
      expect(shifted(intent.by * 1.01 + 1e-5), second, first);
      expect(shifted(intent.by * 0.99 - 1e-5), first, second);
    }
    if (waiting !== null) {
      told.waiting++;
      /** @param {number} n */
      const more = (n) => {
        const queues = record.request.snapshot.queues.map((state) =>
          state.queue === first ? { ...state, waiting: state.waiting + n } : state,
        );
        return { snapshot: { ...record.request.snapshot, queues } };
      };
      expect(more(waiting), second, first);
      expect(more(waiting - 1), first, second);
    }
  }
  assert.ok(told.intent > 50 && told.waiting > 20, JSON.stringify(told));
  // A third queue may rank before both, so only the order of the two is compared.
  for (const [at, { ranking }] of replay(lines).entries()) {
    const [ahead, behind] = expected[at].map((name) => ranking.findIndex(({ queue }) => queue === name));
    assert.ok(ahead < behind, JSON.stringify([expected[at], lines[at]]));
  }
});

test("options of the wrong kind are refused with their code, and none of them is taken for another", async () => {
  const fw = await load();
  /** @param {object} more */
  const eva = (more) => ({ preferredAgent: { agent: "eva", secondsAgo: 60, ...more } });
  for (const options of [
    { seed: 5 },
    { seed: [1] },
    { seed: [1, -1] },
    { seed: [0.5, 1] },
    { seed: ["1", "2"] },
    { seed: [1, 2 ** 32] },
    { turn: "3" },
    { turn: null },
    eva({ agent: 7 }),
    eva({ agent: undefined }),
    eva({ secondsAgo: "60" }),
    eva({ secondsAgo: undefined }),
    { preferredAgent: "eva" },
  ]) {
    assert.throws(() => fw.route(/** @type {any} */ (options)), { code: "option_invalid" }, JSON.stringify(options));
  }
  for (const requestedAt of [NaN, Infinity, "soon", 5, -1, {}])
    assert.throws(() => fw.route({ requestedAt: /** @type {any} */ (requestedAt) }), { code: "time_invalid" }, String(requestedAt));
  for (const requestedAt of [new Date(NOON - 60_000), "2025-11-22T11:59:00Z", (NOON - 60_000) / 1000, (NOON - 60_000) * 1000]) {
    assert.equal(fw.route({ requestedAt }).requestedAt, NOON - 60_000);
  }
  assert.equal(fw.route({ requestedAt: null }).requestedAt, NOON);
  const closed = [{ queue: "phones", open: false }];
  for (const asOf of [(NOON - 1000) / 1000, `${NOON - 1000}`, new Date(NOON - 1000)]) {
    const { record } = /** @type {Recorded} */ (fw.route({ queues: { asOf, queues: closed }, record: true }));
    assert.equal(record.request.snapshot.as_of, NOON - 1000);
  }
  assert.throws(() => fw.route({ queues: /** @type {any} */ (null) }), { code: "snapshot_shape" });
  const { id: _, ...decision } = fw.route({ seed: [1, 2], requestedAt: NOON - 1000 });
  assert.equal(decision.requestedAt, NOON - 1000);
  const options = /** @type {any} */ (null);
  assert.deepEqual([fw.route(options).goesTo, fw.score("intent", options).length, fw.features(options).length], [fw.route().goesTo, 3, 2]);
  assert.equal(fw.explain(options).head, "intent");
  for (const none of [undefined, null, {}, "x"]) {
    assert.throws(() => say(/** @type {any} */ (none)), { code: "option_invalid" });
    assert.throws(() => hint(/** @type {any} */ (none)), { code: "option_invalid" });
  }
});

test("what was freed says so, whatever is asked, and does not listen", async () => {
  const fw = await load();
  const other = await load();
  const decision = fw.route({ message: "a message" });
  fw.free();
  fw.free();
  /** @type {unknown[]} */
  const dataLayer = [];
  for (const ask of [
    () => fw.route({ message: "another" }),
    () => fw.reroute(decision),
    () => fw.score("intent"),
    () => fw.explain(),
    () => fw.features(),
    () => fw.observe("x"),
    () => fw.attach(dataLayer),
    () => fw.setQueues([]),
    () => fw.route({ context: { page: "cart" } }),
    () => fw.profile.erase(),
  ]) {
    assert.throws(ask, { code: "freed" }, `${ask}`);
  }
  assert.equal(dataLayer.push, Array.prototype.push);
  assert.ok(QUEUES.includes(other.route().goesTo));
});

test("words claim only what a decision says: no unlikely intent, and nothing of a queue that was left over", async () => {
  const outcomes = new Set();
  for (const { decision } of await decisions(400)) {
    outcomes.add(decision.outcome);
    for (const language of ["en", "zh"]) {
      const [percent, suits] =
        language === "en" ? [/likely here \((\d+) %\)/, /can help with/] : [/可能是“.*”（(\d+)%）/, /该技能组能处理/];
      for (const reason of say(decision, language).reasons) {
        if (suits.test(reason))
          assert.ok(
            Number(/** @type {RegExpMatchArray} */ (reason.match(percent))[1]) >= 10 &&
              !["overflow", "closed", "default"].includes(decision.outcome),
            reason,
          );
      }
    }
  }
  const fw = await load();
  const closed = fw.route({ queues: QUEUES.map((queue) => ({ queue, open: false })) });
  /** @type {Decision} */
  const undecided = { ...fw.route({ context: { page: "orders" }, queues: [] }), outcome: "default", abstainReason: "margin" };
  assert.equal(closed.outcome, "closed");
  for (const decision of [closed, undecided]) assert.deepEqual(say(decision).reasons, []);
  assert.ok(outcomes.has("best"));
});

test("a hint grants nothing that the server does not: no filter in it, priority up to the server's, and no longer life than a request has", async () => {
  const fw = await load();
  const decision = fw.route({ requestedAt: NOON - 1000 });
  const good = JSON.parse(hint(decision));
  assert.deepEqual(Object.keys(good), ["v", "policy", "queue", "priority", "intents", "at", "expires"]);
  /** @param {object} hint @param {object} [rules] */
  const check = (hint, rules) => checkHint(JSON.stringify(hint), { policyVersion: "small", queues: QUEUES, now: NOON, ...rules });
  assert.deepEqual(check(good), good);
  const [filter, more] = ['\n[[filters]]\nname = "orders"\nwhen = "page = orders"\npriority = 60\n', '[[filters]]\nname = "rest"\n'];
  const prior = await load({}, filter + more);
  const routed = ["orders", "cart"].map((page) => prior.route({ context: { page }, record: true }));
  const [first, second] = /** @type {Recorded[]} */ (routed);
  assert.deepEqual([first.priority, first.record.priority, second.priority, second.record.priority], [60, 60, 0, 0]);
  assert.equal(JSON.parse(hint(first)).priority, 60);
  /** @param {number} priority @param {object} rules */
  const granted = (priority, rules) => check({ ...good, priority }, rules).priority;
  assert.deepEqual(
    [granted(60, {}), granted(60, { maxPriority: 60 }), granted(1e9, { maxPriority: 60 }), granted(5, { maxPriority: 60 })],
    [0, 60, 60, 5],
  );
  assert.deepEqual(check(good, { ttl: 300, queues: new Set(QUEUES) }), good);
  const day = 86_400_000;
  for (const [more, rules, code] of /** @type {[object, object, string][]} */ ([
    [{ filter: "vip" }, {}, "hint_shape"],
    [{ filter: null }, {}, "hint_shape"],
    [{ priority: null }, {}, "hint_shape"],
    [{ priority: -1 }, {}, "hint_shape"],
    [{}, { maxPriority: "60" }, "option_invalid"],
    [{}, { maxPriority: -1 }, "option_invalid"],
    [{ at: 0, expires: Number.MAX_SAFE_INTEGER }, {}, "hint_expired"],
    [{ at: NOON, expires: NOON + day + 2 }, {}, "hint_expired"],
    [{ at: NOON, expires: NOON + 302_000 }, { ttl: 300 }, "hint_expired"],
    [{ at: NOON, expires: NOON + 8 * day }, { ttl: 1e9 }, "hint_expired"],
    [{ at: NOON - 2 * day, expires: NOON + 1000 }, {}, "hint_expired"],
    [{ queue: "vip" }, {}, "hint_queue"],
    [{}, { queues: undefined }, "option_invalid"],
    [{}, { queues: "phones" }, "option_invalid"],
    [{}, { policyVersion: undefined }, "option_invalid"],
    [{}, { ttl: "300s" }, "option_invalid"],
  ])) {
    assert.throws(() => check({ ...good, ...more }, rules), { code }, JSON.stringify([more, rules]));
  }
  // @ts-expect-error: the rules are left out on purpose
  assert.throws(() => checkHint(hint(decision)), { code: "option_invalid" });
});

test("a wait that is not known is null, and one of a queue that nobody serves is endless", async () => {
  const fw = await load();
  /** @param {QueueState[]} queues */
  const of = (queues, name = "phones") =>
    /** @type {RankedQueue} */ (fw.route({ context: { page: "product" }, queues }).ranking.find(({ queue }) => queue === name));
  /** @param {number} mean */
  const ewt = (mean) => ({ low: mean, mean, high: mean });
  assert.deepEqual([of([]).ewtSeconds, of([]).standing, of([]).open], [null, "candidate", true]);
  const empty = of([{ queue: "phones", agents: 0, waiting: 0, inService: 0 }]);
  assert.deepEqual([empty.ewtSeconds, empty.standing, empty.open], [ewt(Infinity), "unstaffed", false]);
  assert.deepEqual(of([{ queue: "phones", agents: 1, waiting: 0, inService: 0 }]).ewtSeconds, ewt(0));
  for (const language of ["en", "zh"]) {
    const decision = fw.route({ queues: QUEUES.map((queue) => ({ queue, agents: 0 })) });
    assert.doesNotMatch(JSON.stringify(say(decision, language)), /undefined|NaN|null|Infinity/);
  }
});

test("expected waits know how long shoppers stay and who serves several queues", async () => {
  const fw = await load();
  /** @param {RouteOptions["queues"]} snapshot */
  const mean = (snapshot) =>
    /** @type {{ ewtSeconds: ExpectedWait }} */ (fw.route({ queues: snapshot }).ranking.find(({ queue }) => queue === "phones")).ewtSeconds
      .mean;
  /** @param {number} found @param {number} wanted */
  const near = (found, wanted) => assert.ok(Math.abs(found / wanted - 1) < 0.015, `${found}, and not ${wanted}`);
  // Two busy agents who need 200 s for each request, and two waiting requests: three completions are needed, at 0.01 a second.
  /** @param {string} queue @param {Partial<QueueState>} [more] */
  const busy = (queue, more) => ({ queue, agents: 2, inService: 2, waiting: 2, ...more });
  near(mean([busy("phones")]), 300);
  // While j requests wait before it, one is completed or leaves every 1 / (0.01 + j / 100) seconds: 100 + 50 + 33.3.
  const patient = { patienceSeconds: 100 };
  near(mean([busy("phones", patient)]), 183.3);
  near(mean({ ...patient, queues: [busy("phones")] }), 183.3);
  near(mean({ ...patient, queues: [busy("phones", { patienceSeconds: 1e9 })] }), 300);
  // The same two agents serve both queues: four requests wait, and five completions are needed.
  const queues = [busy("phones"), busy("returns")];
  near(mean({ queues, agents: [{ agent: "team", queues: ["phones", "returns"], count: 2 }] }), 500);
  // A queue that an agent names twice counts once.
  near(mean({ queues, agents: [{ agent: "team", queues: ["phones", "returns", "phones"], count: 2 }] }), 500);
  near(mean({ queues, agents: ["eva", "max"].map((agent) => ({ agent, queues: ["phones", "returns"], holds: 1 })) }), 500);
  for (const bad of [{ patienceSeconds: -1 }, { patienceSeconds: "60" }]) {
    assert.throws(() => fw.setQueues(/** @type {any} */ ({ ...bad, queues: [] })), { code: "snapshot_count" }, JSON.stringify(bad));
    // The patience of the whole snapshot is checked also where every queue has its own.
    const own = { ...bad, queues: [busy("phones", patient)] };
    assert.throws(() => fw.setQueues(/** @type {any} */ (own)), { code: "snapshot_count", message: /patienceSeconds/ });
    assert.throws(() => fw.setQueues(/** @type {any} */ ([{ queue: "phones", ...bad }])), { code: "snapshot_count" }, JSON.stringify(bad));
  }
  assert.equal(
    /** @type {Recorded} */ (fw.route({ queues: { ...patient, queues }, record: true })).record.request.snapshot.patience_seconds,
    100,
  );
});
