// Tests the package's types under strict TypeScript.
import assert from "node:assert/strict";
import { test } from "node:test";
import { project, typeCheck } from "./unpacked.mjs";

const shop = project();
/** @param {string} source @param {string} [resolution] @param {object} [more] */
const check = (source, resolution, more) => typeCheck(shop, source, resolution, more);

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

const ALLOWED = `
  import { Floorwalker, type Decision, type ErrorCode, type Warning } from "floorwalker";
  const message: string | undefined = Math.random() > 0.5 ? "hello" : undefined;
  const fw = await Floorwalker.load("/models/store.fwb", { storage: undefined, now: undefined });
  const items = [{ item_id: 5, item_name: "x", item_category2: "y", price: "499.00", quantity: null }] as const;
  fw.observe("view_item", { items, timestamp: "2025-11-22T12:00:00Z", value: undefined });
  fw.setQueues({ queues: [{ queue: "phones", waiting: null, agents: undefined, ratesPerHour: [12, 20] as const }] });
  const decision: Decision = fw.route({ message, context: { page: null, n: undefined }, preferredAgent: null, queues: undefined, turn: undefined });
  const off: () => void = fw.on("warning", (warning: Warning) => warning.code === "time_unit");
  fw.on("change", () => {});
  const dispose: () => void = fw[Symbol.dispose].bind(fw);
  const known: ErrorCode = "freed";
  const counted: number = fw.diagnose().events[0]!.counted;
  export { decision, off, dispose, known, counted };`;

test("what the docs allow compiles under every strictness, library and resolution that people use", () => {
  for (const resolution of ["bundler", "nodenext"]) {
    for (const lib of [["ES2022", "DOM"], ["ES2022"], ["ES2022", "ESNext.Disposable"], ["ESNext", "WebWorker"]]) {
      for (const exactOptionalPropertyTypes of [true, false]) {
        check(ALLOWED, resolution, { lib, exactOptionalPropertyTypes, noUncheckedIndexedAccess: true });
      }
    }
  }
});

test("a code that nothing has does not compile", () => {
  assert.throws(() => check(`import type { ErrorCode } from "floorwalker"; export const code: ErrorCode = "fread";`), /fread/);
});

test("a misspelt option does not compile", () => {
  const source = `import { Floorwalker } from "floorwalker"; await Floorwalker.load("", { storrage: "local" });`;
  assert.throws(() => check(source), /storrage/);
});
