// Small bundles trained from events: the fields that their features read are known, so tests can say what is kept of an event.
import { execFileSync } from "node:child_process";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { project } from "./unpacked.mjs";

/** Saturday, 22 November 2025, at noon. */
export const NOON = Date.UTC(2025, 10, 22, 12);

/** @param {string} name @param {string} op @param {string[]} events */
const feature = (name, op, events, more = "") =>
  `[[features]]\nname = "${name}"\nop = ${op}\nevents = [${events.map((event) => `"${event}"`)}]\n${more}\n`;

/** The features of each bundle, by the bundle's name; `all` listens to every event. @type {Record<string, string[]>} */
const FEATURES = {
  small: [
    feature("views", '"count"', ["view_item"]),
    feature("products", '"distinct"', ["view_item"], 'field = "item_id"'),
    feature("last_brand", '"last"', ["view_item"], 'field = "item_brand"'),
    feature("mean_price", '"mean"', ["view_item"], 'field = "price"'),
    feature("searches", '"distinct"', ["search"], 'field = "search_term"'),
    feature("worth", '"sum"', ["purchase"], 'field = "value"'),
    feature("help", '"count"', ["help_view"], 'where = { field = "topic", equals = "returns" }'),
  ],
  all: [feature("events", '"count"', [])],
};
FEATURES.renamed = [...FEATURES.small, feature("compares", '"count"', ["compare"])];

function log() {
  /** @type {object[]} */
  const lines = [];
  for (let n = 0; n < 300; n++) {
    const [intent, item] =
      n % 2 ? ["returns", { item_id: "p1", item_brand: "a", price: 10 }] : ["advice", { item_id: "p2", item_brand: "b", price: 90 }];
    /** @param {number} seconds @param {string} event @param {object} more */
    const line = (seconds, event, more) => lines.push({ shopper: `s${n}`, at: NOON - 1e9 + n * 1e6 + seconds * 1000, event, ...more });
    for (let view = 0; view <= n % 3; view++) line(view, "view_item", { items: [item] });
    if (n % 2) line(5, "help_view", { topic: "returns" });
    line(9, "message", { message: n % 2 ? "send it back" : "which one fits", labels: { intent } });
  }
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** Loads the package and its bundles: `{ Floorwalker, bundle(name), home }`. */
export async function shopper() {
  const command = process.env.FLOORWALKER;
  if (!command) throw new Error("FLOORWALKER names the trainer: run this by `cargo xtask test`");
  const shop = project();
  shop.write("log.jsonl", log());
  /** @type {Map<string, string>} */
  const bundles = new Map();
  const bundle = (name = "small") => {
    if (!bundles.has(name)) {
      const head = '[[heads]]\nname = "intent"\nlabel = "intent"\nmodel = "logistic"\n';
      shop.write(`${name}.toml`, `name = "${name}"\n[data]\nlog = "log.jsonl"\n${FEATURES[name].join("")}${head}`);
      execFileSync(command, ["train", `${name}.toml`, "--out", `${name}.fwb`, "--no-report", "--quiet"], {
        cwd: shop.folder,
        stdio: "pipe",
      });
      bundles.set(name, path.join(shop.folder, `${name}.fwb`));
    }
    return /** @type {string} */ (bundles.get(name));
  };
  const { Floorwalker } = /** @type {typeof import("floorwalker")} */ (await import(pathToFileURL(path.join(shop.home, "node.js")).href));
  return {
    Floorwalker,
    bundle,
    /** @param {import("floorwalker").LoadOptions} [options] @param {string} [name] */
    load: (options, name) => Floorwalker.load(bundle(name), { now: () => NOON, consent: "granted", ...options }),
    home: shop.home,
  };
}
