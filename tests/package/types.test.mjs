// The types, as strict TypeScript sees them.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { BIN, project, run } from "./unpacked.mjs";

const shop = project();

/** Type-checks a module under one kind of resolution. */
function check(source, resolution = "bundler") {
  shop.write("main.ts", source);
  shop.write("tsconfig.json", JSON.stringify({
    compilerOptions: {
      lib: ["ES2022", "DOM", "ESNext.Disposable"],
      module: resolution === "bundler" ? "ESNext" : "NodeNext",
      moduleResolution: resolution,
      noEmit: true,
      strict: true,
      target: "ES2022",
      types: [],
    },
    files: ["main.ts"],
  }));
  run(shop.folder, path.join(BIN, "tsc"), "--project", ".");
}

const TEN_LINES = `
  import { Floorwalker, type Decision, type FloorwalkerError } from "floorwalker";
  const fw = await Floorwalker.load("/models/store.fwb", { storage: "session", engine: "auto" });
  fw.observe("view_item", { items: [{ item_id: "p42", price: 499 }], my_own: 3 });
  const stop: () => void = fw.attach([]);
  const decision: Decision = fw.route({ message: "hello", queues: [{ queue: "phones", open: false }] });
  const queue: string = decision.queue ?? decision.defaultQueue;
  const why: string = decision.ranking[0].reasons[0].name;
  const code: string = (new Error() as FloorwalkerError).code;
  console.log(queue, why, code, stop, fw.card.engine);
  fw.free();`;

test("the README's use compiles for bundlers and for Node", () => {
  check(TEN_LINES, "bundler");
  check(TEN_LINES, "nodenext");
});

test("a misspelt option does not compile", () => {
  const source = `import { Floorwalker } from "floorwalker"; await Floorwalker.load("", { storrage: "local" });`;
  assert.throws(() => check(source), /storrage/);
});
