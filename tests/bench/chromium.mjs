// Cold starts in Chromium: page script start to first decision, each in a context of its own with an empty cache.
//
//   node tests/bench/chromium.mjs FOLDER [--json FILE]     FOLDER is not read: the page comes from target/demo
import { writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { DEMO, ROOT, shop } from "../browser/page.mjs";

const LOADS = 30;
const WARM_UP = 3; // the server compresses each file once
const PAGES = [
  { name: "chromium: script start to first decision, cold, median of 30", address: "cold.html", bound: 35 },
  { name: "chromium: the same with preload hints", address: "preloaded.html", bound: 12 },
];

const { values } = parseArgs({ allowPositionals: true, options: { json: { type: "string" } } });
const store = await shop({ roots: [path.join(ROOT, "tests/bench/site"), DEMO] });
const rows = [];
try {
  for (const { name, address, bound } of PAGES) {
    const times = [];
    for (let load = -WARM_UP; load < LOADS; load++) {
      const time = await coldLoad(address);
      if (load >= 0) times.push(time);
    }
    times.sort((a, b) => a - b);
    const value = Math.round(10 * median(times)) / 10;
    rows.push({ name, value, unit: "ms", bound, holds: value <= bound });
    console.log(`${name}: ${value} ms (${times[0].toFixed(1)} to ${times.at(-1).toFixed(1)}), bound ${bound}`);
  }
} finally {
  await store.close();
}
if (values.json) writeFileSync(values.json, JSON.stringify(rows));

async function coldLoad(address) {
  const { page, quiet, close } = await store.visit(address);
  try {
    const handle = await page.waitForFunction(() => globalThis.firstDecisionMs, null, { timeout: 10_000 });
    return await handle.jsonValue();
  } finally {
    quiet();
    await close();
  }
}

function median(sorted) {
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.floor(sorted.length / 2)]) / 2;
}
