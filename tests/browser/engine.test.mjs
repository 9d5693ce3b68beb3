// Tests the start of the engine in Chromium: with WebAssembly, without it, and where a policy forbids it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { shop } from "./page.mjs";

/**
 * @import { LoadOptions } from "floorwalker"
 * @import { Shop } from "./page.mjs"
 */

/** @type {Shop} */
let open;
/** @type {Shop} */
let forbidden;
/** @type {Awaited<ReturnType<typeof globalThis.refusal>>} */
let said; // how the engine refuses an empty bundle

before(async () => {
  open = await shop();
  forbidden = await shop({ wasm: false });
});
after(async () => {
  await open?.close();
  await forbidden?.close();
});

/**
 * Opens a page with the package; `prepare` runs before any of its scripts.
 *
 * @param {Shop} where
 * @param {() => void} [prepare]
 */
async function bare(where, prepare) {
  const visit = await where.visit("about:blank");
  if (prepare) await visit.page.addInitScript(prepare);
  await visit.page.goto(new URL("bare.html", where.url).href);
  await visit.page.waitForFunction(() => globalThis.refusal);
  /** @type {(string | undefined)[]} */
  const requested = [];
  visit.page.on("request", (request) => requested.push(new URL(request.url()).pathname.split("/").pop()));
  const refusal = (/** @type {LoadOptions} */ options) => visit.page.evaluate((options) => globalThis.refusal(options), options);
  return { ...visit, requested, refusal };
}

test("under a strict policy WebAssembly starts, and the fallback is not fetched", async () => {
  const { refusal, requested, quiet, close } = await bare(open);
  said = await refusal({});
  assert.doesNotMatch(said.code, /^(wasm|fallback)_/);
  assert.deepEqual(requested.sort(), ["floorwalker.wasm", "shopper.js"]);
  quiet();
  await close();
});

test("two loads at once start one engine", async () => {
  const { page, requested, quiet, close } = await bare(open);
  await page.evaluate(() => Promise.all([globalThis.refusal(), globalThis.refusal()]));
  assert.deepEqual(requested.sort(), ["floorwalker.wasm", "shopper.js"]);
  quiet();
  await close();
});

test("a policy without 'wasm-unsafe-eval' brings the same engine as JavaScript", async () => {
  const { refusal, requested, problems, close } = await bare(forbidden);
  assert.deepEqual(await refusal({}), said);
  assert.deepEqual(requested.sort(), ["fallback.js", "shopper.js"]);
  assert.equal((await refusal({ engine: "wasm" })).code, "wasm_blocked");
  // The probe for WebAssembly is the only violation of the policy that is reported.
  assert.ok(
    problems.every((problem) => /policy: script-src wasm-eval|WebAssembly/.test(problem)),
    problems.join("\n"),
  );
  await close();
});

test("a browser without WebAssembly gets the same engine as JavaScript, quietly", async () => {
  const { refusal, requested, quiet, close } = await bare(
    open,
    () => delete (/** @type {{ WebAssembly?: unknown }} */ (globalThis).WebAssembly),
  );
  assert.deepEqual(await refusal({}), said);
  assert.deepEqual(requested.sort(), ["fallback.js", "shopper.js"]);
  quiet();
  await close();
});

test("a browser whose WebAssembly has no SIMD gets the same engine as JavaScript", async () => {
  const { refusal, requested, close } = await bare(open, () => {
    const { Module } = WebAssembly;
    WebAssembly.Module = class extends Module {
      /** @param {BufferSource} bytes */
      constructor(bytes) {
        if (/** @type {Uint8Array} */ (bytes).includes(0xfd)) throw new WebAssembly.CompileError("invalid opcode 0xfd");
        super(bytes);
      }
    };
  });
  assert.deepEqual(await refusal({}), said);
  assert.deepEqual(requested.sort(), ["fallback.js", "shopper.js"]);
  await close();
});

test("a Worker can load it", async () => {
  const { page, quiet, close } = await bare(open);
  assert.deepEqual(await page.evaluate(() => globalThis.refusalInWorker()), said);
  quiet();
  await close();
});

test("a module that is not there is an error that says so", async () => {
  const { refusal, close } = await bare(open);
  const missing = await refusal({ wasm: "/nowhere.wasm" });
  assert.equal(missing.code, "wasm_unreachable");
  assert.match(missing.message, /nowhere\.wasm answered 404/);
  assert.equal((await refusal({ wasm: "/bare.html" })).code, "wasm_invalid");
  await close();
});
