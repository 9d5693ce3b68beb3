// The same requests by the native engine, in Node, in Chromium, and by the fallback in both: the same bits.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { DEMO, ROOT, shop } from "./page.mjs";
import { replay } from "./site/replay.js";

const LEAST = 10_000;
const SITE = path.join(ROOT, "target/parity");
const BUNDLE = path.join(DEMO, "models/store.fwb");

let expected;
let lines;
let store;

before(async () => {
  const trainer = process.env.FLOORWALKER;
  assert.ok(trainer, "FLOORWALKER names the trainer: run this by `cargo xtask test`");
  mkdirSync(SITE, { recursive: true });
  const [log, scores] = [path.join(SITE, "log.jsonl"), path.join(SITE, "scores.jsonl")];
  execFileSync(trainer, ["synth", "--out", log, "--seed", "7", "--shoppers", "8500"]);
  execFileSync(trainer, ["score", BUNDLE, log, "--bits", "--out", scores]);
  const parsed = (file) => readFileSync(file, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
  lines = parsed(log);
  expected = parsed(scores).map(
    ({ line, shopper, queue, margin, ...heads }) => `${line} ${queue} ${margin} ${Object.values(heads).map((head) => Object.values(head)).join(" ")}`,
  );
  store = await shop({ roots: [SITE, path.join(ROOT, "tests/browser/site"), DEMO] });
});
after(() => store?.close());

function compare({ engine, out }, kind) {
  assert.equal(engine, kind);
  assert.ok(out.length >= LEAST, `${out.length} requests`);
  assert.equal(out.length, expected.length);
  const differ = out.findIndex((line, at) => line !== expected[at]);
  assert.equal(differ, -1, `request ${differ}:\n${out[differ]}\n${expected[differ]}`);
}

for (const engine of ["wasm", "js"]) {
  test(`Node, engine ${engine}, gives the native bits`, async () => {
    const { Floorwalker } = await import(pathToFileURL(path.join(DEMO, "node_modules/floorwalker/node.js")));
    compare(await replay(lines, (now) => Floorwalker.load(BUNDLE, { engine, now })), engine);
  });

  test(`Chromium, engine ${engine}, gives the native bits`, async () => {
    const { page, quiet, close } = await store.visit("bare.html");
    await page.waitForFunction(() => globalThis.floorwalker);
    const result = await page.evaluate(async (engine) => {
      const { replay } = await import("/replay.js");
      const text = await (await fetch("/log.jsonl")).text();
      const lines = text.trimEnd().split("\n").map((line) => JSON.parse(line));
      return replay(lines, (now) => globalThis.floorwalker.Floorwalker.load("/models/store.fwb", { engine, now }));
    }, engine);
    compare(result, engine);
    quiet();
    await close();
  });
}
