// The entries besides the main one, in Node: `import` and `require` are one instance, the engine inside the file, the engine as JavaScript alone,
// imports that touch nothing of a browser, and the manifest.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { project, run, typeCheck } from "./unpacked.mjs";

const shop = project();
/** @param {string} file */
const imported = (file) => import(pathToFileURL(path.join(shop.home, file)).href);
const starter = () => readFileSync(path.join(shop.home, "starter.fwb"));

test("import and require give one class, so that an object of one is an object of the other", async () => {
  const require = createRequire(path.join(shop.folder, "main.cjs"));
  for (const [module, file, name] of [
    ["floorwalker", "node.js", "Floorwalker"],
    ["floorwalker/recommend", "recommend-node.js", "equip"],
  ]) {
    const [esm, cjs] = [await imported(file), require(module)];
    assert.equal(esm[name], cjs[name], module);
    assert.equal(typeof esm[name], "function", module);
  }
});

test("the file with the engine in it takes a bundle in base64, and says what is none", async () => {
  const { Floorwalker } = /** @type {typeof import("floorwalker/inline")} */ (await imported("inline.js"));
  const fw = await Floorwalker.load({ base64: starter().toString("base64") });
  assert.deepEqual([fw.card.engine, fw.route({ message: "where is my order" }).goesTo], ["wasm", "orders"]);
  await assert.rejects(Floorwalker.load({ base64: "%%%" }), { code: "option_invalid" });
  await assert.rejects(Floorwalker.load({ base64: "A".repeat(400) }), { code: "bundle_not_a_bundle" });
});

test("the engine as JavaScript alone answers the same", async () => {
  const { Floorwalker } = /** @type {typeof import("floorwalker")} */ (await imported("fallback.js"));
  const fw = await Floorwalker.load(starter());
  assert.deepEqual([fw.card.engine, fw.route({ message: "where is my order" }).goesTo], ["js", "orders"]);
});

test("importing any entry touches nothing of a browser, and starts nothing", () => {
  const { exports } = JSON.parse(shop.read("package.json"));
  const entries = Object.keys(exports).filter(
    (entry) => !/\.(wasm|fwb|json|js)$|\*/.test(entry) && !["./worker-thread", "./react", "./vue"].includes(entry),
  );
  const source = `
    const touched = [];
    for (const name of ["window", "document", "navigator", "localStorage", "sessionStorage", "indexedDB", "HTMLElement", "customElements", "Worker", "fetch", "WebAssembly"]) {
      const own = globalThis[name];
      const known = ["fetch", "WebAssembly", "navigator"].includes(name);
      Object.defineProperty(globalThis, name, { configurable: true, get() { if (!["HTMLElement", "customElements"].includes(name)) touched.push(name); return known ? own : undefined; } });
    }
    for (const entry of ${JSON.stringify(entries)}) await import("floorwalker" + entry.slice(1));
    if (touched.length > 0) throw new Error("touched: " + touched);
    console.log("imported " + ${entries.length});
    process.exit(0);
  `;
  shop.write("ssr.mjs", source);
  assert.equal(run(shop.folder, process.execPath, "ssr.mjs").trim(), `imported ${entries.length}`);
  assert.ok(entries.length >= 10, entries.join());
});

test("the manifest says where the project is, and React's file that it runs in the page", () => {
  const { repository, homepage, bugs, peerDependenciesMeta } = JSON.parse(shop.read("package.json"));
  for (const address of [repository.url, homepage, bugs.url]) assert.match(address, /^(git\+)?https:\/\/\S+$/);
  assert.ok(Object.values(peerDependenciesMeta).every(({ optional }) => optional));
  assert.match(shop.read("react.js"), /^"use client";/);
});

test("the types of the new entries compile", () => {
  const source = `
    import { arm, handOver, VENDORS, type HandedOver, type HandOverError } from "floorwalker/handover";
    import { zendesk } from "floorwalker/handover/zendesk";
    import { Floorwalker as Inline } from "floorwalker/inline";
    import { Floorwalker as Later } from "floorwalker/worker";
    import { floorwalker, decision } from "floorwalker/svelte";
    import { FloorwalkerAsk } from "floorwalker/element";
    import type { Floorwalker } from "floorwalker";
    declare const fw: Floorwalker;
    const made = fw.route({ message: "hello" });
    const handed: HandedOver = await handOver(made, { to: zendesk, map: { presale: "q_presale" }, fields: { tag: "queue", "360": (d) => d.priority } });
    await handOver(made, { to: "livechat", map: { presale: 5 } });
    await handOver(made, { to: document.querySelector("a")!, open: false });
    await handOver(made, { to: ({ values, queue }) => console.log(values, queue) });
    const undo: () => void = arm("genesys", { fw, feedback: ({ kind, seconds }) => console.log(kind, seconds), failed: (error: HandOverError) => console.log(error.code) });
    const inline: Floorwalker = await Inline.load({ base64: "" });
    const later = await Later.load("/store.fwb", { storage: "indexeddb" });
    const queue: string = (await later.route()).goesTo;
    fw.attach(document, { rageClicks: true, dwell: true });
    const store = decision(floorwalker(() => Promise.resolve(inline)));
    store.subscribe((value) => console.log(value?.goesTo));
    document.addEventListener("floorwalker-decision", (event) => console.log((event as HTMLElementEventMap["floorwalker-decision"]).detail.goesTo));
    const ask: FloorwalkerAsk = document.createElement("floorwalker-ask");
    console.log(handed.verified, undo, queue, ask.fw, VENDORS.length);
    // @ts-expect-error: no such vendor
    await handOver(made, { to: "zendesc" });
  `;
  for (const resolution of ["bundler", "nodenext"]) typeCheck(shop, source, resolution);
});
