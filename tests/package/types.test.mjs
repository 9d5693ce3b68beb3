// The types, as strict TypeScript sees them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { project, typeCheck } from "./unpacked.mjs";

const shop = project();
const check = (source, resolution) => typeCheck(shop, source, resolution);

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
