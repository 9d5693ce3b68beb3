// Compares two builds of the package: the cost of a typed message, and the time of the first decision. It checks that a commit is no
// slower than the one before.
//
//   node tests/bench/paired.mjs NEW OLD [ROUNDS]     each a workspace in which `cargo xtask bench` has built the package and its models
//
// Every figure is measured in a process of its own, alternating between NEW and OLD, so that changes in the machine's speed affect both.
// Printed are the median of each build, and the median and range of the ratio NEW / OLD over the rounds.
import { execFileSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const MESSAGE = "does this phone work with the charger that I already have at";
const BATCHES = 40;
const CALLS = 2000;

/**
 * Runs in a process of its own: measures one workspace's build and prints its figures as JSON.
 *
 * @param {string} root
 * @returns {Promise<Record<string, number>>}
 */
async function measure(root) {
  const began = performance.now();
  /** @type {typeof import("floorwalker")} */
  const { Floorwalker } = await import(pathToFileURL(path.join(root, "target/npm/floorwalker/node.js")).href);
  const load = (/** @type {string} */ name) => Floorwalker.load(path.join(root, "target/bench", name));
  const first = await load("route.fwb");
  first.route({ message: MESSAGE });
  const firstMs = performance.now() - began;
  const [nothing, text] = [await load("nothing.fwb"), await load("text.fwb")];
  const micros = (/** @type {() => void} */ call) => {
    for (let at = 0; at < 5 * CALLS; at++) call();
    const times = Array.from({ length: BATCHES }, () => {
      const from = performance.now();
      for (let at = 0; at < CALLS; at++) call();
      return ((performance.now() - from) * 1000) / CALLS;
    });
    return median(times);
  };
  const base = micros(() => nothing.score("nothing"));
  const message = micros(() => text.score("nothing", { message: MESSAGE })) - base;
  const route = micros(() => first.route({ message: MESSAGE }));
  return {
    "first decision: import, load, route, ms": firstMs,
    "a 60-character message over 16 classes, µs": message,
    "route with it, µs": route,
  };
}

/** @param {number[]} values */
function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

const [a, b, rounds = "15"] = process.argv.slice(2);
if (a === "--one") {
  console.log(JSON.stringify(await measure(path.resolve(b))));
} else {
  const own = fileURLToPath(import.meta.url);
  /** @param {string} root @returns {Awaited<ReturnType<typeof measure>>} */
  const one = (root) => JSON.parse(execFileSync(process.execPath, [own, "--one", root], { encoding: "utf8" }));
  const pairs = Array.from({ length: Number(rounds) }, () => [one(a), one(b)]);
  for (const name of Object.keys(pairs[0][0])) {
    const [news, olds] = [0, 1].map((side) => median(pairs.map((pair) => pair[side][name])));
    const ratios = pairs.map(([now, before]) => now[name] / before[name]).sort((x, y) => x - y);
    const range = `${ratios[0].toFixed(3)}–${/** @type {number} */ (ratios.at(-1)).toFixed(3)}`;
    console.log(
      `${name.padEnd(46)} ${news.toFixed(2)} against ${olds.toFixed(2)}: ratio ${median(ratios).toFixed(3)} (${range}) in ${rounds} rounds`,
    );
  }
}
