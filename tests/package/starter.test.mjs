// Tests the packed starter bundle on messages that people wrote.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { csv, figures, skillsOf } from "../bench/messages.mjs";
import { project, ROOT } from "./unpacked.mjs";

const shop = project();
/** @param {string} name */
const of = (name) => import(pathToFileURL(path.join(shop.home, name)).href);
const { Floorwalker } = /** @type {typeof import("floorwalker")} */ (await of("node.js"));
const { starterUrl } = /** @type {typeof import("floorwalker/starter")} */ (await of("starter.js"));
const fw = await Floorwalker.load(starterUrl);

test("a fresh shopper is somebody of whom nothing is known", () => {
  const decision = fw.route();
  assert.deepEqual(decision.evidence, { message: false, events: 0, strength: "none" });
  assert.ok(decision.abstained && decision.intents[0].probability < 0.3, JSON.stringify(decision.intents[0]));
  assert.deepEqual(fw.explain().reasons, []);
});

test("words decide where only words were said, and are all that explains it", () => {
  const decision = fw.route({ message: "how do i send this back, it does not fit" });
  assert.equal(decision.goesTo, "returns");
  assert.equal(decision.evidence.strength, "strong");
  const { reasons } = fw.explain({ message: "how do i send this back, it does not fit" });
  assert.ok(reasons.length > 0 && reasons.every(({ kind }) => kind === "word"), JSON.stringify(reasons));
});

test("traditional characters are read as simplified ones", () => {
  /** @param {import("floorwalker").RouteOptions["message"]} message */
  const intents = (message) => fw.route({ message }).intents;
  assert.deepEqual(intents("我要退貨，怎麼申請退款"), intents("我要退货，怎么申请退款"));
});

test("fields of a message are one string each", () => {
  /** @param {import("floorwalker").RouteOptions["message"]} message */
  const intents = (message) => fw.route({ message }).intents;
  assert.deepEqual(intents(["return a coat", "it is too small"]), intents("return a coat\u001fit is too small"));
  assert.deepEqual(intents(["return a coat"]), intents("return a coat"));
  assert.deepEqual(intents(/** @type {any} */ ([null, undefined, ""])), intents(""));
});

test("what no queue is for abstains, and says so", () => {
  for (const message of ["hello", "asdfgh", "你好", "où est ma commande ?", "مرحبا"]) {
    assert.equal(fw.route({ message }).abstainReason, "out_of_scope", message);
  }
});

test("figures on the floor's hand-written messages do not fall", () => {
  const rows = csv(readFileSync(path.join(ROOT, "tests/data/messages/floor.csv"), "utf8"));
  const skills = skillsOf(readFileSync(path.join(ROOT, "pkg-template/starter/store.toml"), "utf8"));
  const found = /** @type {Record<string, Record<string, number>>} */ (figures(fw, rows, skills));
  for (const [lang, least] of /** @type {[string, number][]} */ ([
    ["en", 0.8],
    ["zh", 0.85],
  ])) {
    const { inScope, right, misrouted, lost, covered, none, noneAbstained } = found[lang];
    const told = JSON.stringify(found[lang]);
    assert.ok(right >= least * inScope, `${lang}, right queue: ${told}`);
    assert.ok(misrouted <= 0.1 * inScope, `${lang}, misrouted: ${told}`);
    assert.ok(lost <= 0.08 * inScope, `${lang}, lost: ${told}`);
    assert.ok(covered >= 0.88 * inScope, `${lang}, sets: ${told}`);
    assert.ok(noneAbstained >= 0.75 * none, `${lang}, none: ${told}`);
  }
});
