// Tests that the same requests give the same bits natively, in Node, in Chromium, and with the JavaScript fallback in both.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { chance, NOON } from "../package/store.mjs";
import { DEMO, ROOT, shop } from "./page.mjs";
import { replay } from "./site/replay.js";

/**
 * @import { Shop } from "./page.mjs"
 * @import { Line } from "./site/replay.js"
 *
 * @typedef {object} Bundle
 * @property {string} bundle
 * @property {string} url
 * @property {number} shoppers
 * @property {number} least
 * @property {Line[]} lines set before the tests, as is `expected`
 * @property {string[]} expected
 */

const SITE = path.join(ROOT, "target/parity");
// The demo's bundle, the same for one shopper with a long life, and a bundle with a head of every kind.
const BUNDLES = /** @type {Record<"demo" | "long" | "every", Bundle>} */ ({
  long: { bundle: path.join(DEMO, "models/store.fwb"), url: "/models/store.fwb", shoppers: 0, least: 10 },
  demo: { bundle: path.join(DEMO, "models/store.fwb"), url: "/models/store.fwb", shoppers: 8500, least: 10_000 },
  every: { bundle: path.join(SITE, "every.fwb"), url: "/every.fwb", shoppers: 1500, least: 1500 },
});

const trainer = /** @type {string} */ (process.env.FLOORWALKER);
const parsed = (/** @type {string} */ file) =>
  readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
/** @type {Shop} */
let store;

function train() {
  const toml = path.join(SITE, "store.toml");
  execFileSync(trainer, ["init", toml, "--force"]);
  const heads = readFileSync(path.join(ROOT, "tests/browser/every_kind.toml"), "utf8");
  writeFileSync(toml, `${readFileSync(toml, "utf8").replace('log = "log.jsonl"', 'log = "every.jsonl"')}\n${heads}`);
  execFileSync(trainer, ["train", toml, "--out", BUNDLES.every.bundle, "--no-report", "--quiet"]);
}

/** A shopper with 100,000 events in three years, who asks after every ten thousandth and corrects what the page believes now and then. */
function longLife() {
  const draw = chance(3);
  const EVENTS = ["view_item", "view_item", "select_item", "add_to_cart", "purchase", "search", "add_to_wishlist", "coupon_fail"];
  const CATEGORIES = ["phones", "audio", "toys", "shoes", "home"];
  let at = NOON - 3 * 365 * 86_400_000;
  return Array.from({ length: 100_000 }, (_, n) => {
    at += n % 40 ? draw(60_000) : 6 * 3_600_000 + draw(20 * 3_600_000);
    const item = {
      item_id: `p${draw(60)}`,
      item_category: CATEGORIES[Math.min(draw(5), draw(5))],
      item_brand: "Velin",
      price: 1 + draw(500),
    };
    if (n % 10_000 === 9_999)
      return {
        shopper: "s",
        at,
        event: "message",
        message: "is it still covered?",
        context: { page: "home", lang: "en", device: "mobile" },
        labels: {},
      };
    if (n % 17_001 === 17_000) return { shopper: "s", at, event: "profile_correct", feature: "shopper.spent", value: draw(1000) };
    return { shopper: "s", at, event: EVENTS[draw(EVENTS.length)], items: [item], value: item.price };
  });
}

before(async () => {
  assert.ok(trainer, "FLOORWALKER names the trainer: run this by `cargo xtask test`");
  mkdirSync(SITE, { recursive: true });
  for (const [name, of] of Object.entries(BUNDLES)) {
    const [log, scores] = [path.join(SITE, `${name}.jsonl`), path.join(SITE, `${name}.scores.jsonl`)];
    if (name === "long")
      writeFileSync(
        log,
        longLife()
          .map((line) => `${JSON.stringify(line)}\n`)
          .join(""),
      );
    else execFileSync(trainer, ["synth", "--out", log, "--seed", "7", "--shoppers", String(of.shoppers)]);
    if (name === "every") train();
    execFileSync(trainer, ["score", of.bundle, log, "--bits", "--force", "--out", scores]);
    of.lines = parsed(log);
    of.expected = parsed(scores).map(({ line, shopper, queue, margin, goes_to, abstain_reason, evidence, intent_set, ...rest }) => {
      const rests = `${goes_to} ${abstain_reason} ${evidence.message} ${evidence.events} ${rest["intent.out_of_scope"] ?? "00000000"} ${intent_set.join()}`;
      const heads = Object.values(rest).filter((head) => typeof head === "object");
      return `${line} ${queue} ${margin} ${rests} ${heads.map((head) => Object.values(head)).join(" ")}`;
    });
  }
  store = await shop({ roots: [SITE, path.join(ROOT, "tests/browser/site"), DEMO] });
});
after(() => store?.close());

/** @param {Awaited<ReturnType<typeof replay>>} result @param {string} kind @param {Bundle} of */
function compare({ engine, out }, kind, { expected, least }) {
  assert.equal(engine, kind);
  assert.ok(out.length >= least, `${out.length} requests`);
  assert.equal(out.length, expected.length);
  const differ = out.findIndex((line, at) => line !== expected[at]);
  assert.equal(differ, -1, `request ${differ}:\n${out[differ]}\n${expected[differ]}`);
}

for (const [name, of] of Object.entries(BUNDLES)) {
  for (const engine of /** @type {const} */ (["wasm", "js"])) {
    test(`Node, engine ${engine}, bundle ${name}, gives the native bits`, async () => {
      /** @type {typeof import("floorwalker")} */
      const { Floorwalker } = await import(pathToFileURL(path.join(DEMO, "node_modules/floorwalker/node.js")).href);
      compare(await replay(of.lines, (now) => Floorwalker.load(of.bundle, { engine, now })), engine, of);
    });

    test(`Chromium, engine ${engine}, bundle ${name}, gives the native bits`, async () => {
      const { page, quiet, close } = await store.visit("bare.html");
      await page.waitForFunction(() => globalThis.floorwalker);
      const result = await page.evaluate(
        async ([engine, name, url]) => {
          const { replay } = await import("/replay.js");
          const text = await (await fetch(`/${name}.jsonl`)).text();
          const lines = text
            .trimEnd()
            .split("\n")
            .map((line) => JSON.parse(line));
          return replay(lines, (now) => globalThis.floorwalker.Floorwalker.load(url, { engine, now }));
        },
        /** @type {const} */ ([engine, name, of.url]),
      );
      compare(result, engine, of);
      quiet();
      await close();
    });
  }
}
