// Times lists of 20 items in Chromium, on the test sessions of serenade_clicks: from `recommend()` to the list in the page's hands.
//
//   node tests/bench/recommend.mjs DATA INDEXES --json FILE
//
// INDEXES is the folder where `bench-recommend` writes its indexes.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DEMO, SITE, shop } from "../browser/page.mjs";

const [data, indexes, , file] = process.argv.slice(2);
/** Bound of the 90th percentile, in µs: Serenade's README reports 66, natively. */
const P90 = 60;

/** @type {Map<string, [time: number, item: string][]>} */
const clicks = new Map();
for (const line of readFileSync(path.join(data, "serenade_clicks/test.txt"), "utf8").split("\n").slice(1)) {
  const [session, item, time] = line.split("\t");
  if (item) clicks.set(session, [...(clicks.get(session) ?? []), [Number(time), item]]);
}
const sessions = [...clicks.values()].map((its) => its.sort((a, b) => a[0] - b[0]).map(([, item]) => item));

const store = await shop({ roots: [indexes, SITE, DEMO] });
const rows = [];
for (const [name, title] of [
  ["serenade_clicks-sessions-2.fwi", "with sessions"],
  ["serenade_clicks-pairs-2.fwi", "without sessions"],
]) {
  const { page, quiet, close } = await store.visit("bare.html");
  const { p50, p90, load } = await page.evaluate(
    async ([name, sessions]) => {
      const { Recommender } = await import("/node_modules/floorwalker/recommend.js");
      const bytes = new Uint8Array(await (await fetch(`/${name}`)).arrayBuffer());
      const began = performance.now();
      const recommender = await Recommender.load(bytes);
      const load = performance.now() - began;
      // A page's clock has steps of 0.1 ms, so each step is repeated and its mean is taken.
      const repeats = 50;
      const times = [];
      for (let round = 0; round < 2; round++) {
        for (const session of sessions) {
          recommender.erase();
          for (const item of session.slice(0, -1)) {
            recommender.observe("view_item", { items: [{ item_id: item }] });
            const began = performance.now();
            for (let repeat = 0; repeat < repeats; repeat++) recommender.recommend({ n: 20 });
            if (round) times.push(((performance.now() - began) / repeats) * 1e3);
          }
        }
      }
      times.sort((a, b) => a - b);
      return { p50: times[times.length >> 1], p90: times[Math.floor(times.length * 0.9)], load };
    },
    /** @type {const} */ ([name, sessions]),
  );
  const of = `serenade_clicks ${title} in Chromium`;
  rows.push({ name: `${of}: a list of 20, p90`, value: p90, unit: "µs", bound: P90, holds: p90 <= P90 });
  rows.push({ name: `${of}: a list of 20, p50`, value: p50, unit: "µs", bound: null, holds: null });
  rows.push({ name: `${of}: reading the index`, value: load, unit: "ms", bound: null, holds: null });
  quiet();
  await close();
}
await store.close();
for (const { name, value, unit } of rows) console.log(`${name}: ${value.toFixed(1)} ${unit}`);
writeFileSync(file, `${JSON.stringify(rows, null, 1)}\n`);
