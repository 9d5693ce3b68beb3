// Tests the package in a bundler that does not copy the engine's file by itself.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { BIN, project, run } from "./unpacked.mjs";

const shop = project();
/** @param {string[]} args */
const esbuild = (...args) => run(shop.folder, path.join(BIN, "esbuild"), ...args, "--bundle", "--format=esm", "--log-level=warning");

test("esbuild bundles a page, splits the fallback off and places the module", () => {
  shop.write(
    "page.js",
    `
    import { Floorwalker } from "floorwalker";
    import wasm from "floorwalker/engine.wasm";
    globalThis.start = () => Floorwalker.load("/store.fwb", { wasm });`,
  );
  esbuild("page.js", "--outdir=out", "--splitting", "--loader:.wasm=file", "--platform=browser");
  const files = readdirSync(path.join(shop.folder, "out"));
  assert.equal(files.filter((file) => file.endsWith(".wasm")).length, 1);
  assert.equal(files.filter((file) => file.startsWith("fallback")).length, 1);
  const page = readFileSync(path.join(shop.folder, "out/page.js"), "utf8");
  assert.ok(page.length < 64 * 1024, "the fallback is in the page's own file");
});

test("a page that imports and does not use it carries none of it", () => {
  shop.write("unused.js", `import { Floorwalker } from "floorwalker"; globalThis.x = 1;`);
  esbuild("unused.js", "--outfile=unused.out.js", "--platform=browser");
  assert.ok(readFileSync(path.join(shop.folder, "unused.out.js"), "utf8").length < 200);
});
