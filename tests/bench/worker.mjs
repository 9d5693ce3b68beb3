// Measures how long a page's thread is held while a bundle is loaded: in the page, and by `floorwalker/worker`. A task that repeats itself notes the
// longest pause between two of its turns, from before `load` until the first decision is there; without any load it gives the machine's own pauses.
//
//   node tests/bench/worker.mjs BUNDLE [--json FILE]
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import path from "node:path";
import { ROOT, launch } from "../browser/page.mjs";

const RUNS = 9;
const PACKAGE = path.join(ROOT, "target/npm/floorwalker");
const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm", ".html": "text/html" };
const PAGE = `<!doctype html><script type="module">
  const imported = { page: () => import("/index.js"), worker: () => import("/worker.js") };
  window.held = async (how) => {
    const channel = new MessageChannel();
    let [last, longest, isOn] = [performance.now(), 0, true];
    channel.port1.onmessage = () => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      if (isOn) channel.port2.postMessage(0);
    };
    channel.port2.postMessage(0);
    if (how === "nothing") await new Promise((resolve) => setTimeout(resolve, 1000));
    else {
      const { Floorwalker } = await imported[how]();
      const fw = await Floorwalker.load("/store.fwb");
      const head = fw.card.heads[0].name;
      await fw.score(head, { message: "hello" });
      fw.free();
    }
    isOn = false;
    return longest;
  };
</script>`;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: "string" } } });
const bundle = readFileSync(positionals[0]);
const browser = await launch();
/** @type {{ name: string, value: number, unit: string, bound: number | null, holds: boolean | null }[]} */
const rows = [];
try {
  for (const [how, bound] of /** @type {[string, number | null][]} */ ([
    ["nothing", null],
    ["page", null],
    ["worker", 5],
  ])) {
    /** @type {number[]} */
    const pauses = [];
    for (let run = 0; run < RUNS; run++) {
      const page = await browser.newPage();
      await page.route("**/*", (route) => {
        const { pathname } = new URL(route.request().url());
        if (pathname === "/") return route.fulfill({ contentType: "text/html", body: PAGE });
        if (pathname === "/store.fwb") return route.fulfill({ body: bundle });
        const type = TYPES[/** @type {keyof typeof TYPES} */ (path.extname(pathname))] ?? "application/octet-stream";
        return route.fulfill({ contentType: type, body: readFileSync(path.join(PACKAGE, pathname)) });
      });
      await page.goto("http://shop.test/");
      await page.waitForFunction(() => "held" in window);
      pauses.push(await page.evaluate((its) => /** @type {any} */ (window).held(its), how));
      await page.close();
    }
    const median = pauses.sort((a, b) => a - b)[RUNS >> 1];
    const name = `page's thread held by loading ${(bundle.length / 1e6).toFixed(1)} MB, ${how}, median of ${RUNS}`;
    rows.push({ name, value: Number(median.toFixed(2)), unit: "ms", bound, holds: bound === null ? null : median <= bound });
    console.log(`${name}: ${median.toFixed(2)} ms (${pauses.map((pause) => pause.toFixed(1)).join(", ")})`);
  }
} finally {
  await browser.close();
}
if (values.json) writeFileSync(values.json, JSON.stringify(rows));
