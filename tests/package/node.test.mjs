// Tests the package in Node, imported by its name.
import assert from "node:assert/strict";
import { test } from "node:test";
import { project, run } from "./unpacked.mjs";

const shop = project();

/** Runs a module in the project and returns what it printed. @param {string} source */
function inNode(source) {
  return run(shop.folder, process.execPath, shop.write("main.mjs", source)).trim();
}

/**
 * Source that prints the error of loading an empty bundle. The error comes from the engine itself, so it shows that the engine started.
 * @param {string} options
 */
const refusal = (options) => `
  import { Floorwalker } from "floorwalker";
  const error = await Floorwalker.load(new Uint8Array(0), ${options}).then(() => new Error("accepted"), (error) => error);
  console.log(JSON.stringify({ code: error.code ?? null, message: error.message, isError: error instanceof Error }));`;

test("importing starts nothing and touches no browser global", () => {
  const printed = inNode(`
    for (const name of ["window", "document", "location", "fetch", "indexedDB", "WebAssembly"]) {
      Object.defineProperty(globalThis, name, { get() { throw new Error(name + " was touched"); } });
    }
    const names = Object.keys(await import("floorwalker"));
    console.log(names.includes("Floorwalker"));`);
  assert.equal(printed, "true");
});

test("WebAssembly and JavaScript refuse an empty bundle with the same words", () => {
  const wasm = JSON.parse(inNode(refusal(`{ engine: "wasm" }`)));
  const js = JSON.parse(inNode(refusal(`{ engine: "js" }`)));
  assert.equal(wasm.isError, true);
  assert.match(wasm.code, /^[a-z_]+$/);
  assert.ok(!wasm.code.startsWith("wasm_"), `the engine did not start: ${wasm.message}`);
  assert.deepEqual(js, wasm);
});

test("without WebAssembly the JavaScript engine takes over by itself", () => {
  const source = refusal("{}").replace("import {", "delete globalThis.WebAssembly;\nimport {");
  assert.deepEqual(JSON.parse(inNode(source)), JSON.parse(inNode(refusal("{}"))));
});

test("asking for WebAssembly where there is none is an error with a code", () => {
  const source = refusal(`{ engine: "wasm" }`).replace("import {", "delete globalThis.WebAssembly;\nimport {");
  assert.equal(JSON.parse(inNode(source)).code, "wasm_blocked");
});

test("the module may be given as bytes, as a compiled module, as a response or as a path", () => {
  const file = `new URL("./engine.wasm", import.meta.url)`;
  shop.copy("engine/floorwalker.wasm", "engine.wasm");
  const expected = JSON.parse(inNode(refusal("{}")));
  const read = `await (await import("node:fs/promises")).readFile(${file})`;
  for (const wasm of [
    read,
    `await WebAssembly.compile(${read})`,
    `new Response(${read}, { headers: { "content-type": "application/wasm" } })`,
    file,
    `{ href: ${file}.href }`,
    `(await import("node:url")).fileURLToPath(${file})`,
    `(await import("node:url")).fileURLToPath(import.meta.resolve("floorwalker/engine.wasm"))`,
  ]) {
    assert.deepEqual(JSON.parse(inNode(refusal(`{ engine: "wasm", wasm: ${wasm} }`))), expected, wasm);
  }
});

test("a wrong module, a missing one and a wrong option are told apart by their codes", () => {
  /** @param {string} options */
  const code = (options) => JSON.parse(inNode(refusal(options))).code;
  assert.equal(code(`{ wasm: new TextEncoder().encode("<!doctype html>") }`), "wasm_invalid");
  assert.equal(code(`{ wasm: "./nowhere.wasm" }`), "wasm_unreachable");
  assert.equal(code(`{ wasm: new Response("", { status: 404 }) }`), "wasm_unreachable");
  assert.equal(code(`{ engine: "java" }`), "option_invalid");
});

test("a load that failed may be tried again", () => {
  const source = `
    import { Floorwalker } from "floorwalker";
    const codes = [];
    for (const wasm of ["./nowhere.wasm", undefined]) {
      codes.push(await Floorwalker.load(new Uint8Array(0), { wasm }).catch((error) => error.code));
    }
    console.log(codes[0], codes[1].startsWith("wasm_"));`;
  assert.equal(inNode(source), "wasm_unreachable false");
});
