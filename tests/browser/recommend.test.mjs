// Tests that lists of over 10,000 sessions have the same items and the same bits natively, in Node and in Chromium, as WebAssembly and as JavaScript.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { DEMO, ROOT, shop } from "./page.mjs";
import { listing } from "./site/listing.js";

/** @import { Shop } from "./page.mjs" */
/** @import { Line } from "./site/listing.js" */

const SITE = path.join(ROOT, "target/recommend");
const STORE = `name = "shop"
[data]
log = "log.jsonl"
[[features]]
name = "views"
op = "count"
events = ["view_item"]
[[heads]]
name = "intent"
label = "intent"
model = "bayes"
[recommend]
sessions = true
`;
const N = 8;
const trainer = /** @type {string} */ (process.env.FLOORWALKER);
/** @type {Shop} */
let store;
/** @type {Line[]} */
let lines;
/** @type {string[]} */
let expected;

before(async () => {
  assert.ok(trainer, "FLOORWALKER names the trainer: run this by `cargo xtask test`");
  mkdirSync(SITE, { recursive: true });
  writeFileSync(path.join(SITE, "store.toml"), STORE);
  /** @param {string[]} args */
  const run = (...args) => execFileSync(trainer, args, { cwd: SITE, stdio: "pipe" });
  run("synth", "--out", "log.jsonl", "--shoppers", "2000", "--force");
  run("train", "store.toml", "--out", "shop.fwb", "--no-report", "--quiet");
  run("synth", "--out", "other.jsonl", "--shoppers", "6700", "--seed", "9", "--force");
  run("recommend", "shop.fwi", "--log", "other.jsonl", "--out", "lists.jsonl", "--bits", "-n", String(N), "--force");
  const parsed = (/** @type {string} */ file) =>
    readFileSync(path.join(SITE, file), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  lines = parsed("other.jsonl");
  /** @typedef {{ line: number, items: { item_id: string, score: string }[] }} List */
  expected = parsed("lists.jsonl").map(
    (/** @type {List} */ { line, items }) => `${line} ${items.map(({ item_id, score }) => `${item_id}:${score}`).join(" ")}`,
  );
  store = await shop({ roots: [SITE, path.join(ROOT, "tests/browser/site"), DEMO] });
});
after(() => store?.close());

/** @param {ReturnType<typeof listing>} result @param {string} kind */
function compare({ engine, out }, kind) {
  assert.equal(engine, kind);
  assert.ok(new Set(lines.map(({ shopper }) => shopper)).size >= 6_000 && out.length >= 20_000, `${out.length} lists`);
  assert.equal(out.length, expected.length);
  const known = new Set(expected);
  const differs = out.find((line) => !known.has(line));
  assert.equal(differs, undefined, `${differs}\n${expected.find((line) => line.split(" ")[0] === differs?.split(" ")[0])}`);
}

for (const engine of /** @type {const} */ (["wasm", "js"])) {
  test(`Node, engine ${engine}, lists as natively`, async () => {
    const file = path.join(DEMO, "node_modules/floorwalker/recommend-node.js");
    const { Recommender } = /** @type {typeof import("floorwalker/recommend")} */ (await import(pathToFileURL(file).href));
    compare(listing(lines, await Recommender.load(path.join(SITE, "shop.fwi"), { engine }), N), engine);
  });

  test(`Chromium, engine ${engine}, lists as natively`, async () => {
    const { page, quiet, close } = await store.visit("bare.html");
    const result = await page.evaluate(
      async ([engine, n]) => {
        const { listing } = await import("/listing.js");
        const { Recommender } = await import("/node_modules/floorwalker/recommend.js");
        const text = await (await fetch("/other.jsonl")).text();
        const lines = text
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line));
        return listing(lines, await Recommender.load("/shop.fwi", { engine }), n);
      },
      /** @type {const} */ ([engine, N]),
    );
    compare(result, engine);
    quiet();
    await close();
  });
}
