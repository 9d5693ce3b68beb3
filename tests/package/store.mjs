// A small trained bundle for the package's tests: three intents, five queues and one for messages, with the unpacked package to load it.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { project } from "./unpacked.mjs";

export const QUEUES = ["phones", "returns", "general", "expert", "evening", "message"];
/** Saturday, 22 November 2025, at noon. */
export const NOON = Date.UTC(2025, 10, 22, 12);

const POLICY = `version = "small"
intents = "intent"
default_queue = "message"
overflow = "general"
closed = "message"
ttl = 300
strategy = ["skills", { by = "shortest_wait", weight = 0.5 }]
queues = [
  { name = "phones", aht = 200, skills = [{ skill = "compatibility", proficiency = 0.9 }, { skill = "price", proficiency = 0.4 }] },
  { name = "returns", aht = 200, skills = [{ skill = "returns", proficiency = 0.8 }] },
  { name = "general", aht = 300, skills = [{ skill = "compatibility", proficiency = 0.4 }, { skill = "returns", proficiency = 0.5 }, { skill = "price", proficiency = 0.6 }] },
  { name = "expert", aht = 400, skills = [{ skill = "compatibility", proficiency = 1 }, { skill = "returns", proficiency = 0.3 }] },
  { name = "evening", aht = 300, skills = [{ skill = "price", proficiency = 0.3 }] },
  { name = "message", channel = "email" },
]
`;

/**
 * The parts of a record's `request` that tests read.
 *
 * @typedef {object} RecordedRequest
 * @property {unknown} features
 * @property {Record<string, number[]>} heads the probabilities of each head's outputs, in their order
 * @property {{ out_of_scope: number, abstained: boolean }} scope
 * @property {{ as_of: number, patience_seconds: number, queues: { queue: string, waiting: number, rates_per_hour: number[] }[] }} snapshot
 * @property {{ agent: string, seconds_ago: number }} preferred_agent
 * @property {number} requested_at
 */

/**
 * A decision of a `route` that asked for the record.
 *
 * @typedef {import("floorwalker").Decision & { record: { request: RecordedRequest } }} Recorded
 */

/**
 * A pseudo-random generator: returns whole numbers below `n`, the same sequence for the same seed.
 * @param {number} seed @returns {(n: number) => number}
 */
export function chance(seed) {
  let state = seed;
  return (n) => {
    state = (state * 48_271) % 0x7fff_ffff;
    return state % n;
  };
}

/**
 * Trains the store: `{ load, replay, trainer, write, say, hint, checkHint }`. `load(options, more)` is a Floorwalker at noon, by the
 * policy with `more` after it; `trainer(...args)` runs the command in the project's folder, where `write` writes.
 */
export async function store() {
  const command = process.env.FLOORWALKER;
  if (!command) throw new Error("FLOORWALKER names the trainer: run this by `cargo xtask test`");
  const shop = project();
  const draw = chance(7);
  const lines = ["page,language,intent"];
  for (let row = 0; row < 600; row++) {
    const intent = /** @type {const} */ (["compatibility", "returns", "price"])[draw(3)];
    const page = draw(4) === 0 ? "home" : { compatibility: "product", returns: "orders", price: "cart" }[intent];
    lines.push([page, ["en", "zh"][draw(2)], intent].join(","));
  }
  shop.write("requests.csv", `${lines.join("\n")}\n`);
  /** @param {string[]} args */
  const trainer = (...args) => execFileSync(command, args, { cwd: shop.folder, encoding: "utf8" });
  /** @type {Map<string, string>} */
  const bundles = new Map();
  /** @param {string} more */
  const bundle = (more) => {
    if (!bundles.has(more)) {
      const name = `store${bundles.size}`;
      shop.write(`${name}-policy.toml`, POLICY + more);
      const data = `[data]\ntable = "requests.csv"\nignore = []\n[[heads]]\nname = "intent"\nlabel = "intent"\nmodel = "logistic"\n`;
      shop.write(`${name}.toml`, `name = "small"\npolicy_file = "${name}-policy.toml"\n${data}`);
      trainer("train", `${name}.toml`, "--out", `${name}.fwb`, "--no-report", "--quiet");
      bundles.set(more, path.join(shop.folder, `${name}.fwb`));
    }
    return /** @type {string} */ (bundles.get(more));
  };
  /** @param {string} file */
  const imported = (file) => import(pathToFileURL(path.join(shop.home, file)).href);
  const { Floorwalker } = /** @type {typeof import("floorwalker")} */ (await imported("node.js"));
  return {
    .../** @type {typeof import("floorwalker/words")} */ (await imported("words.js")),
    .../** @type {typeof import("floorwalker/hint")} */ (await imported("hint.js")),
    trainer,
    /** @param {import("floorwalker").LoadOptions} [options] @param {string} [more] */
    load: (options, more = "") => Floorwalker.load(bundle(more), { now: () => NOON, consent: "granted", ...options }),
    /**
     * Returns the trainer's decisions on lines of a decision log.
     * @param {object[]} requests @returns {{ goes_to: string, ranking: { queue: string }[] }[]}
     */
    replay(requests) {
      shop.write("log.jsonl", `${requests.map((line) => JSON.stringify(line)).join("\n")}\n`);
      trainer("route", bundle(""), "log.jsonl", "--out", "decisions.jsonl");
      return readFileSync(path.join(shop.folder, "decisions.jsonl"), "utf8")
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
    },
    /** @param {string} file */
    read: (file) => readFileSync(path.join(shop.folder, file), "utf8"),
    /** @param {string} file @param {string} text */
    write: (file, text) => writeFileSync(path.join(shop.folder, file), text),
  };
}
