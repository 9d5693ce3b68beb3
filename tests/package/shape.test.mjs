// Tests the content of the tarball: its files, their sizes, and what the shipped code may not contain.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { measurements, sizes } from "../bench/sizes.mjs";
import { BIN, project, ROOT, run, TARBALL } from "./unpacked.mjs";

const shop = project();
/** The chats of the hand-over: a file of facts each. */
const VENDORS = readdirSync(path.join(ROOT, "pkg-template/handover")).filter((file) => file.endsWith(".json"));
const HANDOVER = ["index", ...VENDORS.map((file) => path.basename(file, ".json"))];
const CODE = [
  "index.js",
  "whole.js",
  "node.js",
  "node.cjs",
  "shopper.js",
  "storage.js",
  "consent.js",
  "ledger.js",
  "database.js",
  "signed.js",
  "inputs.js",
  "words.js",
  "hint.js",
  "starter.js",
  "inline.js",
  "inline.global.js",
  "fallback.js",
  "element.js",
  "react.js",
  "svelte.js",
  "vue.js",
  "worker.js",
  "worker-thread.js",
  "recommend.js",
  "recommend-node.js",
  "recommend.cjs",
  "shards.js",
  "engine/fallback.js",
  "engine/retrieval.js",
  ...HANDOVER.map((name) => `handover/${name}.js`),
];

test("the tarball holds exactly these files", () => {
  assert.deepEqual(
    sizes(shop.home)
      .map((file) => file.name)
      .sort(),
    [
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "consent.js",
      "database.js",
      "decisions.d.cts",
      "decisions.d.ts",
      "engine/fallback.js",
      "engine/floorwalker.wasm",
      "engine/retrieval.js",
      "engine/retrieval.wasm",
      "fallback.js",
      "element.d.ts",
      "element.js",
      ...["react", "svelte", "vue"].flatMap((name) => ["cjs", "d.cts", "d.ts", "js"].map((ending) => `${name}.${ending}`)),
      "hint.cjs",
      "hint.d.cts",
      "hint.d.ts",
      "hint.js",
      "index.d.cts",
      "index.d.ts",
      "index.js",
      "inline.d.ts",
      "inline.global.js",
      "inline.js",
      "inputs.js",
      "ledger.js",
      "node.cjs",
      "node.js",
      "package.json",
      "policy.schema.json",
      "recommend-node.js",
      "recommend.cjs",
      "recommend.d.cts",
      "recommend.d.ts",
      "recommend.js",
      "shards.cjs",
      "shards.d.cts",
      "shards.d.ts",
      "shards.js",
      "shopper.js",
      "signed.js",
      "starter.cjs",
      "starter.d.cts",
      "starter.d.ts",
      "starter.fwb",
      "starter.js",
      "storage.js",
      "whole.js",
      "words.cjs",
      "words.d.cts",
      "words.d.ts",
      "words.js",
      "worker-thread.js",
      "worker.d.ts",
      "worker.js",
      ...HANDOVER.flatMap((name) => ["cjs", "d.cts", "d.ts", "js"].map((ending) => `handover/${name}.${ending}`)),
    ].sort(),
  );
});

test("package.json depends on nothing, runs nothing, and has the workspace's version", () => {
  const manifest = JSON.parse(shop.read("package.json"));
  for (const key of ["dependencies", "optionalDependencies", "scripts"]) assert.equal(manifest[key], undefined, key);
  // A framework is the shop's own: only the entry of that framework imports it.
  assert.deepEqual(Object.keys(manifest.peerDependencies), Object.keys(manifest.peerDependenciesMeta));
  const metadata = run(ROOT, "cargo", "metadata", "--format-version", "1", "--no-deps");
  const { version } = JSON.parse(metadata).packages.find((/** @type {{ name: string }} */ { name }) => name === "floorwalker-wasm");
  assert.equal(manifest.version, version);
});

test("every weight keeps its bound", () => {
  for (const { name, value, bound, holds } of measurements(shop.home)) {
    assert.ok(holds !== false, `${name}: ${value} is over ${bound}`);
  }
});

test("no shipped code evaluates strings, makes blobs or names another origin", () => {
  for (const file of CODE) {
    assert.doesNotMatch(shop.read(file), /\beval\(|new Function\(|createObjectURL|importScripts|https?:\/\//, file);
  }
});

test("the browser's entry reaches nothing of Node, and the fallback nothing of WebAssembly", () => {
  for (const file of [
    "index.js",
    "whole.js",
    "shopper.js",
    "storage.js",
    "consent.js",
    "ledger.js",
    "database.js",
    "signed.js",
    "inputs.js",
    "inline.js",
    "inline.global.js",
    "worker.js",
    "element.js",
    "recommend.js",
    "shards.js",
    ...HANDOVER.map((name) => `handover/${name}.js`),
  ])
    assert.doesNotMatch(shop.read(file), /node:|\brequire\(|\bprocess\./, file);
  for (const file of ["engine/fallback.js", "engine/retrieval.js"]) assert.doesNotMatch(shop.read(file), /WebAssembly|node:|\brequire\(/);
});

test("the engine holds no path of the machine that built it", () => {
  for (const file of ["engine/floorwalker.wasm", "engine/fallback.js", "engine/retrieval.wasm", "engine/retrieval.js"]) {
    assert.ok(!shop.read(file).includes(path.dirname(ROOT)), file);
    assert.doesNotMatch(shop.read(file), /\.cargo|registry\/src/, file);
  }
});

test("React's entry keeps its bound, and every file of a vendor its own", () => {
  const files = new Map(sizes(shop.home).map((file) => [file.name, file.gzip]));
  assert.ok(Number(files.get("react.js")) <= 1536, `${files.get("react.js")}`);
  for (const name of HANDOVER.slice(1))
    assert.ok(Number(files.get(`handover/${name}.js`)) <= 1200, `${name}: ${files.get(`handover/${name}.js`)}`);
});

test("publint has nothing to say", () => {
  const said = run(ROOT, path.join(BIN, "publint"), "run", TARBALL, "--strict");
  assert.match(said, /All good!/);
});

test("arethetypeswrong has nothing to say", () => {
  // These entry points are no modules that somebody imports, and have no types.
  const noModules = [
    "--exclude-entrypoints",
    "./engine.wasm",
    "./retrieval.wasm",
    "./starter.fwb",
    "./inline.global.js",
    "./worker-thread",
  ];
  run(ROOT, path.join(BIN, "attw"), TARBALL, "--profile", "esm-only", "--no-emoji", ...noModules);
});
