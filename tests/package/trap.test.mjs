// Tests an engine that stopped (a WebAssembly trap): its object throws an error with a code, and older and newer objects are not affected.
//
// To make the engine stop, the tests use a copy of the package whose engine traps when it is given a string of 13 bytes.
import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import binaryen from "binaryen";
import { HeldInMemory } from "./held.mjs";
import { NOON, shopper } from "./shopper.mjs";

const DEADLY = "thirteenbytes";
const { bundle, home } = await shopper();

/**
 * Makes a copy of the package whose engine traps on the word.
 * @param {string} name @returns {Promise<typeof import("floorwalker")>}
 */
async function copy(name) {
  const folder = path.join(path.dirname(home), name);
  cpSync(home, folder, { recursive: true });
  const file = path.join(folder, "engine/floorwalker.wasm");
  const module = binaryen.readBinary(readFileSync(file));
  module.setFeatures(binaryen.Features.All & ~binaryen.Features.GC);
  const exports = Array.from({ length: module.getNumExports() }, (_, at) => binaryen.getExportInfo(module.getExportByIndex(at)));
  const symbol = /** @type {binaryen.ExportInfo} */ (exports.find(({ name }) => name === "engine_symbol"));
  const named = module.getFunction(symbol.value);
  const { body, results } = binaryen.getFunctionInfo(named);
  const isDeadly = module.i32.eq(module.local.get(1, binaryen.i32), module.i32.const(DEADLY.length));
  /** @type {typeof binaryen & Pick<binaryen.Module, "Function">} */ (binaryen).Function.setBody(
    named,
    module.block(null, [module.if(isDeadly, module.unreachable()), body], results),
  );
  writeFileSync(file, module.emitBinary());
  const fallback = path.join(folder, "engine/fallback.js");
  const text = readFileSync(fallback, "utf8").replace("export function start(", "function real(");
  const stops = `if (length === ${DEADLY.length}) throw new Error("unreachable");`;
  writeFileSync(
    fallback,
    `${text}\nexport function start() {\n  const it = real();\n  return { ...it, engine_symbol: (engine, length) => { ${stops} return it.engine_symbol(engine, length); } };\n}\n`,
  );
  return import(pathToFileURL(path.join(folder, "node.js")).href);
}

const { Floorwalker } = await copy("deadly");
/** @param {import("floorwalker").Floorwalker} fw */
const views = (fw) => /** @type {{ value: number }} */ (fw.features().find(({ name }) => name === "views")).value;
/** @param {string} brand */
const view = (brand) => ({ items: [{ item_brand: brand }] });
const stopped = { code: "engine_stopped", name: "Error" };

for (const engine of /** @type {const} */ (["wasm", "js"])) {
  /** @param {import("floorwalker").LoadOptions} [options] */
  const load = (options) => Floorwalker.load(bundle(), { now: () => NOON, engine, ...options });

  test(`${engine}: an engine that stops says so by a code, and is not asked again`, async () => {
    const [older, fw] = [await load(), await load()];
    for (const one of [older, fw]) one.observe("view_item", view("acme"));
    assert.throws(() => fw.observe("view_item", view(DEADLY)), stopped);
    for (const ask of [
      () => fw.score("intent"),
      () => fw.explain(),
      () => fw.features(),
      () => fw.observe("view_item"),
      () => fw.profile.erase(),
    ]) {
      assert.throws(ask, stopped, String(ask));
    }
    const newer = await load();
    newer.observe("view_item", view("acme"));
    for (const one of [older, newer]) {
      assert.deepEqual([views(one), one.score("intent").length > 0, one.card.engine], [1, true, engine]);
    }
    fw.free();
    assert.throws(() => fw.score("intent"), { code: "freed" });
  });

  test(`${engine}: inside the shop's push nothing is thrown`, async () => {
    const fw = await load();
    /** @type {unknown[]} */
    const dataLayer = [];
    fw.attach(dataLayer);
    dataLayer.push({ event: "view_item", ecommerce: view(DEADLY) });
    dataLayer.push({ event: "view_item", ecommerce: view("acme") });
    assert.equal(dataLayer.length, 2);
    assert.throws(() => fw.score("intent"), stopped);
  });

  test(`${engine}: a load that stops is refused, and one that stopped does not keep others from forgetting the shopper`, async () => {
    globalThis.localStorage = /** @type {Storage} */ (new HeldInMemory());
    try {
      const [a, b] = [await load({ storage: "local", consent: "granted" }), await load({ storage: "local", consent: "granted" })];
      for (const one of [a, b]) one.observe("view_item", view("acme"));
      assert.throws(() => a.observe("view_item", view(DEADLY)), stopped);
      b.profile.erase();
      assert.deepEqual([b.profile.export().events, views(b)], [[], 0]);
      globalThis.localStorage.setItem(
        "floorwalker",
        JSON.stringify({ began: NOON, events: [{ event: "view_item", timestamp: NOON, items: [{ item_brand: DEADLY }] }] }),
      );
      await assert.rejects(load({ storage: "local", consent: "granted" }), stopped);
    } finally {
      delete (/** @type {{ localStorage?: Storage }} */ (globalThis).localStorage);
    }
  });
}
