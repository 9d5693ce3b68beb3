// Tests snapshots of queues passed from the shop to the page: which are refused with which code, and that the trainer reads those that
// are accepted.
import assert from "node:assert/strict";
import { createPrivateKey, sign } from "node:crypto";
import { test } from "node:test";
import { chance, NOON, QUEUES, store } from "./store.mjs";

/** @import { FloorwalkerError, RankedQueue } from "floorwalker" */
/** @import { Recorded } from "./store.mjs" */

const { load, read, replay, trainer, write } = await store();
/** @param {object} more */
const phones = (more) => ({ queues: [{ queue: "phones", ...more }] });
/** @param {object} more */
const eva = (more) => ({ agents: [{ agent: "eva", queues: ["phones"], room: 1, ...more }] });
/** @template T @param {number} n @param {(at: number) => T} row */
const many = (n, row) => Array.from({ length: n }, (_, at) => row(at));

const WHOLE = {
  asOf: NOON - 1000,
  queues: [
    { queue: "phones", open: true, waiting: 3, agents: 4, inService: 6, idleSeconds: 0, ratesPerHour: [12, 20] },
    { queue: "general", waiting: 0, agents: 2, inService: 1 },
    { queue: "new", waiting: 1 },
  ],
  agents: [
    { agent: "eva", queues: ["phones", "general"], holds: 1, room: 1, idleSeconds: 0, occupancy: 0.7, taken: 3, novice: false },
    { agent: "max", queues: ["returns"], room: 2, novice: true },
  ],
};

test("what is no state of queues is refused with its code, and the one before stays", async () => {
  const fw = await load();
  fw.setQueues(phones({ open: false }));
  const refused = {
    snapshot_shape: [
      null,
      undefined,
      "x",
      5,
      true,
      { queues: null },
      { agents: null },
      { queues: {} },
      { queus: [] },
      { queues: [null] },
      { queues: ["phones"] },
      { queues: [{}] },
      { queues: [{ queue: "" }] },
      { queues: [{ queue: 3 }] },
      { queues: [{ queue: { toString: 1 } }] },
      phones({ open: 1 }),
      phones({ open: "no" }),
      phones({ wating: 3 }),
      phones({ novice: true }),
      { agents: [{ queues: ["phones"] }] },
      eva({ agent: 7 }),
      eva({ agent: "" }),
      eva({ queues: "phones" }),
      eva({ queues: [1] }),
      eva({ novice: 1 }),
      eva({ waiting: 1 }),
      { asOf: true },
      { asOf: NaN },
      { asOf: "soon" },
      { asOf: "2025-11-22 12:00" },
      { asOf: [NOON] },
    ],
    snapshot_count: [
      phones({ waiting: "3" }),
      phones({ waiting: -1 }),
      phones({ waiting: NaN }),
      phones({ waiting: 1e39 }),
      phones({ agents: Infinity }),
      phones({ inService: [3] }),
      phones({ ratesPerHour: [1, 2, 3, 4, 5] }),
      phones({ ratesPerHour: [-1] }),
      phones({ ratesPerHour: ["12"] }),
      eva({ occupancy: 7 }),
      eva({ holds: -1 }),
      eva({ taken: "2" }),
    ],
    snapshot_rows: [
      many(100_000, (at) => ({ queue: `q${at}` })),
      { agents: many(10_001, () => ({ agent: "a" })) },
      { agents: many(101, (at) => ({ agent: `a${at}`, queues: many(100, (at) => `q${at}`) })) },
    ],
    snapshot_future: [{ asOf: NOON + 61_000 }],
  };
  for (const [code, snapshots] of Object.entries(refused)) {
    for (const snapshot of snapshots) {
      const said = () => JSON.stringify(snapshot)?.slice(0, 120) ?? `${snapshot}`;
      assert.throws(
        () => fw.setQueues(/** @type {any} */ (snapshot)),
        (/** @type {FloorwalkerError} */ error) => error.code === code || assert.fail(`${error.code} of ${said()}: ${error.message}`),
        said(),
      );
    }
  }
  assert.throws(() => fw.setQueues(/** @type {any} */ ([{ queue: "general" }, { queue: "phones", wating: 3 }])), /queue phones: wating/);
  assert.equal(/** @type {RankedQueue} */ (fw.route().ranking.find(({ queue }) => queue === "phones")).standing, "closed");
});

test("what is a state of queues is taken, up to the most rows", async () => {
  const fw = await load();
  for (const snapshot of [
    {},
    [],
    { asOf: null },
    phones({ open: null, waiting: null, ratesPerHour: null }),
    eva({ queues: null, novice: null, room: null }),
    { asOf: undefined, queues: undefined, agents: [] },
    WHOLE,
    WHOLE.queues,
    { asOf: "2025-11-22T19:59:00+08:00" },
    phones({ open: undefined, waiting: 0, ratesPerHour: [] }),
    { agents: [{ agent: "eva" }] },
    { asOf: NOON + 60_000 },
    many(10_000, (at) => ({ queue: `q${at}` })),
    { agents: many(10_000, (at) => ({ agent: `a${at}`, queues: ["phones"] })) },
  ]) {
    fw.setQueues(/** @type {any} */ (snapshot));
    assert.ok(QUEUES.includes(fw.route().goesTo));
  }
});

/**
 * Mutates one value somewhere in `node`: changes its type, removes it, or misspells its key.
 * @param {(n: number) => number} draw @param {Record<string, unknown>} node
 */
function mutate(draw, node) {
  const keys = Object.keys(node);
  const key = keys[draw(keys.length)];
  if (key === undefined) return;
  const value = node[key];
  if (typeof value === "object" && value !== null && draw(3) > 0) return mutate(draw, /** @type {Record<string, unknown>} */ (value));
  const odd = [
    null,
    undefined,
    -1,
    0,
    1,
    4e38,
    NaN,
    "",
    "3",
    "phones",
    "2025-11-22T12:00:00Z",
    true,
    [],
    {},
    [0],
    ["phones"],
    [[]],
    2 ** 53,
  ];
  const isRemoved = draw(6) === 0;
  const isMisspelt = !isRemoved && draw(6) === 0;
  if (isRemoved) delete node[key];
  else if (isMisspelt) node[`${key}s`] = value;
  else node[key] = odd[draw(odd.length)];
}

test("of thousands of spoilt states each is refused with a code, or taken by page and trainer alike", async () => {
  const fw = await load();
  const draw = chance(5);
  const lines = [];
  const went = [];
  for (let at = 0; at < 6000; at++) {
    /** @type {any} */
    let snapshot = structuredClone(draw(4) ? WHOLE : WHOLE.queues);
    for (let times = 1 + draw(2); times > 0; times--) mutate(draw, snapshot);
    if (draw(10) === 0) snapshot = JSON.stringify(snapshot).slice(0, draw(200));
    try {
      fw.setQueues(snapshot);
    } catch (error) {
      const { code, stack } = /** @type {FloorwalkerError} */ (error);
      assert.match(`${code}`, /^snapshot_(shape|count|rows|future)$/, `${stack}\n${JSON.stringify(snapshot)}`);
      continue;
    }
    const { record, goesTo } = fw.route({ seed: [at, 1], record: true });
    assert.ok(QUEUES.includes(goesTo));
    lines.push({ ...record, reward: 1 });
    went.push(goesTo);
  }
  assert.ok(lines.length > 500 && lines.length < 5000, `${lines.length} were taken`);
  assert.deepEqual(
    replay(lines).map(({ goes_to }) => goes_to),
    went,
  );
});

test("what the log says of a state is what the page read, whoever it was written by", async () => {
  const fw = await load();
  const queues = { ...WHOLE, asOf: "2025-11-22T20:59:30+09:00" };
  const { record } = /** @type {Recorded} */ (fw.route({ seed: [1, 2], queues, record: true }));
  assert.equal(record.request.snapshot.as_of, NOON - 30_000);
});

test("an agent keeps the name when the shopper is forgotten, and after thousands of items", async () => {
  const fw = await load();
  fw.setQueues({ agents: QUEUES.map((queue) => ({ agent: `who is in ${queue}`, queues: [queue], room: 1 })) });
  const named = () => {
    const { goesTo, agent } = fw.route({ seed: [1, 2] });
    assert.equal(/** @type {{ agent: string }} */ (agent).agent, `who is in ${goesTo}`);
  };
  named();
  fw.profile.erase();
  named();
  for (let at = 0; at < 9000; at++) fw.observe("view_item", { items: [{ item_id: `p${at}` }] });
  named();
});

test("a signed state says when it was made, and none that is older is taken after it", async () => {
  const key = /** @type {RegExpMatchArray} */ (trainer("snapshot", "key", "secret").match(/key = "([0-9a-f]{64})"/))[1];
  const fw = await load({}, `[snapshot]\nkey = "${key}"\n`);
  /** @param {object} snapshot */
  const signed = (snapshot) => {
    write("state.json", JSON.stringify(snapshot));
    return trainer("snapshot", "sign", "state.json", "--key", "secret");
  };
  // Our own command refuses to sign these snapshots, but another program might sign them.
  /** @param {string} hex */
  const base64url = (hex) => Buffer.from(hex, "hex").toString("base64url");
  const jwk = { kty: "OKP", crv: "Ed25519", d: base64url(read("secret").trim()), x: base64url(key) };
  for (const asOf of [null, "2025-11-22T12:00:00Z"]) {
    const snapshot = JSON.stringify({ asOf, queues: [] });
    const signature = sign(null, Buffer.from(snapshot), createPrivateKey({ key: jwk, format: "jwk" })).toString("base64");
    await assert.rejects(fw.setSignedQueues(JSON.stringify({ snapshot, signature })), { code: "snapshot_shape" });
    assert.throws(() => signed({ asOf, queues: [] }), /asOf/);
  }
  const older = signed({ asOf: NOON - 2000, ...phones({ open: true }) });
  const newer = signed({ asOf: NOON - 1000, ...phones({ open: false }) });
  await fw.setSignedQueues(older);
  await fw.setSignedQueues(newer);
  await fw.setSignedQueues(newer);
  await assert.rejects(fw.setSignedQueues(older), { code: "snapshot_older" });
  assert.equal(/** @type {RankedQueue} */ (fw.route().ranking.find(({ queue }) => queue === "phones")).standing, "closed");
});
