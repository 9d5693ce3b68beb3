// The fuzz target `hint`: any text as a hint. `checkHint` must give a hint that keeps its rules, or an error with a code of its own; what it
// gives must be made again by `hint`. Inputs are mutated by chance and follow nothing that the code does with them.
//
//   node fuzz/hint.mjs --seconds=60 --found=FOLDER   runs until the time is over or an input fails; says what libFuzzer would say
//   node fuzz/hint.mjs FILE                          replays one input
//
// `cargo xtask fuzz` runs the first on the template's sources, `tests/package/hint.test.mjs` replays the corpus on the packed package.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

/** @import { Decision } from "floorwalker" */
/** @import { Hint } from "floorwalker/hint" */
/** @typedef {typeof import("floorwalker/hint")} Hints */

const CORPUS = fileURLToPath(new URL("corpus/hint/", import.meta.url));
const RULES = { policyVersion: "7", queues: new Set(["returns", "phones"]), maxPriority: 60, now: 1_700_000_100_000 };
const CODES = ["hint_size", "hint_shape", "hint_policy", "hint_queue", "hint_expired"];
const KEYS = ["v", "policy", "queue", "priority", "intents", "at", "expires"];
/** What is written over or into text. */
const PIECES = [
  "",
  "\0",
  '"',
  "[[",
  "}",
  ",",
  "-",
  "1e999",
  "9007199254740993",
  "null",
  "\ufeff",
  "\\ud800",
  "，",
  '"__proto__":',
  '"7"',
  '"phones"',
  "~",
  "fw1~",
  ".fen.",
];
/** Longest mutated input, in bytes. */
const LONGEST = 4096;
/** Milliseconds between two lines about progress. */
const SILENCE = 5000;

/** The files of the corpus, in the order of their names. */
const corpus = () =>
  readdirSync(CORPUS)
    .sort()
    .map((name) => ({ name, bytes: readFileSync(path.join(CORPUS, name)) }));

/** Calls `make`; gives `null` for an error with one of these codes. @template T @param {() => T} make @param {(string | undefined)[]} codes */
function coded(make, codes) {
  try {
    return make();
  } catch (error) {
    assert.ok(codes.includes(/** @type {any} */ (error)?.code), /** @type {Error} */ (error));
    return null;
  }
}

/** Fails if the product has a defect for these bytes. @param {Buffer} bytes @param {Hints} hints */
function target(bytes, { hint, checkHint }) {
  const text = bytes.toString();
  const read = coded(() => checkHint(text, RULES), CODES);
  if (read !== null) {
    assert.deepEqual(Object.keys(read).sort(), [...KEYS].sort());
    assert.ok(read.policy === RULES.policyVersion && RULES.queues.has(read.queue) && read.at <= read.expires);
    assert.ok(read.priority >= 0 && read.priority <= RULES.maxPriority && read.intents.length <= 3);
    const { policy: policyVersion, queue: goesTo, priority, intents: intentSet, at: requestedAt, expires: expiresAt } = read;
    const decision = /** @type {Decision} */ ({ policyVersion, goesTo, priority, intentSet, requestedAt, expiresAt });
    // Numbers such as 17e11 are longer when they are written out.
    const made = coded(() => hint(decision), ["hint_size"]);
    // JSON knows one zero.
    const known = JSON.parse(JSON.stringify(read));
    if (made !== null) assert.deepEqual(checkHint(made, RULES), known);
    const short = coded(() => hint(decision, { short: true }), ["hint_size"]);
    if (short !== null) {
      assert.match(short, /^[\w.~-]{1,255}$/);
      const again = checkHint(short, RULES);
      // The short form names as many intents as fit.
      assert.deepEqual(again, { ...known, intents: known.intents.slice(0, again.intents.length) });
    }
  }
  const decision = coded(() => JSON.parse(text), [undefined]);
  // The page makes decisions, so their times are numbers and their intents names.
  const isDecision = [decision?.requestedAt, decision?.expiresAt].every((time) => typeof time === "number");
  for (const short of isDecision ? [false, true] : [])
    coded(() => checkHint(hint(decision, { short }), RULES), [...CODES, "option_invalid"]);
}

/** A pseudorandom generator: numbers below `n`, the same for the same seed (mulberry32). @param {number} seed */
function dice(seed) {
  let state = seed;
  return (/** @type {number} */ n) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % Math.max(n, 1);
  };
}

/** The bytes with one to four changes. @param {Buffer} bytes @param {Buffer} other @param {(n: number) => number} below */
function mutated(bytes, other, below) {
  let out = Buffer.from(bytes);
  for (let changes = 1 + below(4); changes > 0; changes--) {
    const from = below(out.length + 1);
    const to = from + below(Math.min(out.length - from, 16) + 1);
    const start = below(other.length + 1);
    const part = [
      () => Buffer.from([out[from] ^ (1 << below(8))]),
      () => Buffer.from([below(256)]),
      () => Buffer.from(`${below(10)}`),
      () => other.subarray(start, start + below(200)),
      () => Buffer.concat(Array(1 + below(40)).fill(out.subarray(from, to))),
      () => Buffer.from(PIECES[below(PIECES.length)]),
    ][below(6)]();
    out = Buffer.concat([out.subarray(0, from), part, out.subarray(to)]).subarray(0, LONGEST);
  }
  return below(20) === 0 ? out.subarray(0, below(out.length)) : out;
}

/** Replays the corpus, and `mutations` of each file, the same in every run. @param {Hints} hints @param {number} mutations */
export function replay(hints, mutations) {
  const files = corpus();
  assert.ok(files.length >= 5, `the corpus has ${files.length} files`);
  for (const [seed, { name, bytes }] of files.entries()) {
    const below = dice(seed);
    for (let at = 0; at <= mutations; at++) {
      const input = at === 0 ? bytes : mutated(bytes, files[below(files.length)].bytes, below);
      try {
        target(input, hints);
      } catch (error) {
        throw new Error(`mutation ${at} of ${name}: ${JSON.stringify(input.toString("latin1"))}`, { cause: error });
      }
    }
  }
}

/** Runs for some seconds. @param {Hints} hints @param {number} seconds @param {string} found where an input that fails is kept */
function run(hints, seconds, found) {
  const files = corpus().map(({ bytes }) => bytes);
  const [seed, until] = [Date.now(), Date.now() + seconds * 1000];
  const below = dice(seed);
  let [executions, told] = [0, seed];
  for (let now = seed; now < until; now = Date.now()) {
    for (let left = 500; left > 0; left--) {
      const input = mutated(files[below(files.length)], files[below(files.length)], below);
      executions++;
      try {
        target(input, hints);
      } catch (error) {
        const kept = path.join(found, `crash-${createHash("sha1").update(input).digest("hex")}`);
        writeFileSync(kept, input);
        console.error(`Test unit written to ${kept}`);
        throw error;
      }
    }
    if (now - told >= SILENCE) {
      told = now;
      console.error(`#${executions}\tpulse`);
    }
  }
  console.error(`stat::number_of_executed_units: ${executions}`);
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({
    options: { seconds: { type: "string" }, found: { type: "string" } },
    allowPositionals: true,
  });
  const hints = /** @type {Hints} */ (/** @type {unknown} */ (await import("../pkg-template/hint.js")));
  if (positionals.length > 0) positionals.forEach((file) => target(readFileSync(file), hints));
  else run(hints, Number(values.seconds ?? 60), values.found ?? ".");
}
