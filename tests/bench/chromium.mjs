// Measures cold starts in Chromium: the time from the start of the page's script to the first decision, each in a browser context of its
// own with an empty cache.
//
//   node tests/bench/chromium.mjs FOLDER [--json FILE]     FOLDER is not read: the page comes from target/demo
//
// The pages' requests are not watched, because that would cost more time than the engine does. Instead each page sets its title when it
// is done, and the browser is polled for titles four times a second.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { DEMO, ROOT, shop } from "../browser/page.mjs";

/**
 * @import { CDPSession } from "playwright-core"
 * @import { Measurement } from "./sizes.mjs"
 */

const LOADS = 30;
const WARM_UP = 3; // the server compresses each file once
const PATIENCE_MS = 20_000;
const PAGES = [
  { what: "cold", address: "cold.html", bound: 35 },
  { what: "with preload hints", address: "preloaded.html", bound: 12 },
  { what: "fetching and compiling alone", address: "floor.html", bound: null },
];

const { values } = parseArgs({ allowPositionals: true, options: { json: { type: "string" } } });
const store = await shop({ roots: [path.join(ROOT, "tests/bench/site"), DEMO] });
/** @type {Measurement[]} */
const rows = [];
try {
  const session = await store.browser.newBrowserCDPSession();
  for (const { what, address, bound } of PAGES) {
    const end = bound === null ? "both files" : "first decision";
    const loads = [];
    for (let load = -WARM_UP; load < LOADS; load++) {
      const times = await coldLoad(session, new URL(address, store.url).href);
      if (load >= 0) loads.push(times);
    }
    report(
      `chromium, ${what}: script start to ${end}, median of ${LOADS}`,
      loads.map(([script]) => script),
      bound,
    );
    report(
      `chromium, ${what}: navigation start to ${end}`,
      loads.map(([, navigation]) => navigation),
      null,
    );
  }
} finally {
  await store.close();
}
if (values.json) writeFileSync(values.json, JSON.stringify(rows));

/**
 * Loads a page and returns the milliseconds from the start of its script, and from the start of the navigation.
 *
 * @param {CDPSession} session
 * @param {string} url
 */
async function coldLoad(session, url) {
  const { browserContextId } = await session.send("Target.createBrowserContext");
  try {
    const { targetId } = await session.send("Target.createTarget", { url, browserContextId });
    for (const until = performance.now() + PATIENCE_MS; performance.now() < until; ) {
      await sleep(250);
      const { targetInfos } = await session.send("Target.getTargets");
      const title = targetInfos.find((target) => target.targetId === targetId)?.title ?? "";
      const times = title.match(/^done after ([\d.]+) ms of script, ([\d.]+) ms of navigation$/);
      if (times) return times.slice(1).map(Number);
    }
    assert.fail(`${url}: no end after ${PATIENCE_MS} ms`);
  } finally {
    await session.send("Target.disposeBrowserContext", { browserContextId });
  }
}

/** @param {string} name @param {number[]} times @param {number | null} bound */
function report(name, times, bound) {
  times.sort((a, b) => a - b);
  const value = Math.round(10 * median(times)) / 10;
  rows.push({ name, value, unit: "ms", bound, holds: bound === null ? null : value <= bound });
  const longest = /** @type {number} */ (times.at(-1));
  console.log(`${name}: ${value} ms (${times[0].toFixed(1)} to ${longest.toFixed(1)})${bound === null ? "" : `, bound ${bound}`}`);
}

/** @param {number[]} sorted */
function median(sorted) {
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.floor(sorted.length / 2)]) / 2;
}
