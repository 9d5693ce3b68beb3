// Evaluates a bundle on messages that people wrote: each from a shopper without any events, one message each.
//
//   node tests/bench/messages.mjs FILE.csv [--bundle FILE.fwb --store STORE.toml]      default: the package's starter
//
// The package must be built (`cargo xtask build`). `tests/data/messages/README.md` explains the labels.
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

/**
 * @import { Floorwalker } from "floorwalker"
 *
 * @typedef {Record<string, Record<string, number>>} Skills For each queue, its proficiency in each skill
 *
 * @typedef {"inScope" | "accuracy" | "right" | "misrouted" | "lost" | "covered" | "setSize" | "none" | "noneAbstained"} Counted
 * @typedef {Record<Counted, number>} Counts
 */

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
export const PACKAGE = path.join(ROOT, "target/npm/floorwalker");
/** The label of messages that are out of scope: no queue is for them. */
const NONE = "none";

/**
 * Parses a CSV file into one object for each row. Quoted cells may contain commas, quotes and line breaks.
 *
 * @param {string} text
 * @returns {Record<string, string>[]}
 */
export function csv(text) {
  const rows = [];
  const row = [];
  let cell = "";
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const c = text[at];
    if (quoted && c === '"' && text[at + 1] === '"') cell += text[++at];
    else if (c === '"') quoted = !quoted;
    else if (!quoted && (c === "," || c === "\n")) {
      row.push(cell);
      cell = "";
      if (c === "\n") rows.push(row.splice(0));
    } else if (quoted || c !== "\r") cell += c;
  }
  if (cell || row.length) rows.push([...row, cell]);
  const [names, ...rest] = rows;
  return rest.map((cells) => Object.fromEntries(names.map((name, at) => [name, cells[at]])));
}

/**
 * The queues that fit each intent best under the bundle's own policy: where a request goes if its intent is certain.
 *
 * @param {Skills} skills
 * @param {string} defaultQueue
 * @returns {(label: string) => Set<string>}
 */
function bestQueues(skills, defaultQueue) {
  return (label) => {
    const fits = Object.entries(skills).map(([queue, has]) => /** @type {const} */ ([queue, has[label] ?? 0]));
    const most = Math.max(...fits.map(([, fit]) => fit));
    const best = new Set(fits.filter(([, fit]) => fit === most && most > 0).map(([queue]) => queue));
    if (label === "human") best.add(defaultQueue);
    return best;
  };
}

/**
 * Counts of results by language. `skills`: for each queue, its proficiency in each skill.
 *
 * @param {Floorwalker} fw
 * @param {Record<string, string>[]} rows
 * @param {Skills} skills
 */
export function figures(fw, rows, skills) {
  /** @type {Record<string, Counts>} */
  const found = {};
  let best;
  for (const { lang, label, text } of rows) {
    const decision = fw.route({ message: text, seed: [1, 1] });
    best ??= bestQueues(skills, decision.defaultQueue);
    const of = (found[lang] ??= {
      inScope: 0,
      accuracy: 0,
      right: 0,
      misrouted: 0,
      lost: 0,
      covered: 0,
      setSize: 0,
      none: 0,
      noneAbstained: 0,
    });
    if (label === NONE) {
      of.none++;
      of.noneAbstained += Number(decision.abstained);
      continue;
    }
    const right = best(label).has(decision.goesTo);
    of.inScope++;
    of.accuracy += Number(decision.intents[0].name === label);
    of.right += Number(right);
    of.misrouted += Number(!decision.abstained && !right);
    of.lost += Number(decision.abstainReason === "out_of_scope");
    of.covered += Number(decision.intentSet.includes(label));
    of.setSize += decision.intentSet.length;
  }
  return found;
}

/** Reads the skills of the queues from a store's `[[policy.queues]]` tables, which all have one form. @param {string} store */
export function skillsOf(store) {
  /** @type {Skills} */
  const skills = {};
  for (const block of store.split("[[policy.queues]]").slice(1)) {
    const [, name] = /** @type {RegExpExecArray} */ (/name = "([^"]+)"/.exec(block));
    skills[name] = {};
    for (const [, skill, , proficiency] of block.split("[[")[0].matchAll(/skill = "([^"]+)"(, proficiency = ([\d.]+))?/g)) {
      skills[name][skill] = Number(proficiency ?? 1);
    }
  }
  return skills;
}

/**
 * A share in percent with its 95 % Wilson confidence interval: Wilson, "Probable inference, the law of succession, and statistical
 * inference" (1927).
 *
 * @param {number} hits
 * @param {number} n
 */
export function share(hits, n) {
  const z = 1.959964;
  const p = hits / n;
  const centre = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const reach = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  const percent = (/** @type {number} */ x) => (100 * x).toFixed(1);
  return `${percent(p)} % [${percent(centre - reach)}, ${percent(centre + reach)}]`;
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { bundle: { type: "string" }, store: { type: "string", default: "pkg-template/starter/store.toml" } },
  });
  const { Floorwalker } = await import(pathToFileURL(path.join(PACKAGE, "node.js")).href);
  const bundle = readFileSync(values.bundle ?? path.join(PACKAGE, "starter.fwb"));
  const fw = await Floorwalker.load(bundle);
  const skills = skillsOf(readFileSync(path.join(ROOT, values.store), "utf8"));
  const found = figures(fw, csv(readFileSync(positionals[0], "utf8")), skills);
  for (const [lang, of] of Object.entries(found)) {
    const n = of.inScope;
    console.log(`${lang}: ${n} messages in scope, ${of.none} of none`);
    console.log(`  intent right        ${share(of.accuracy, n)}`);
    console.log(`  right queue         ${share(of.right, n)}`);
    console.log(`  misrouted           ${share(of.misrouted, n)}`);
    console.log(`  lost as out of scope ${share(of.lost, n)}`);
    console.log(`  none abstained      ${share(of.noneAbstained, of.none)}`);
    console.log(`  set holds intent    ${share(of.covered, n)}, ${(of.setSize / n).toFixed(2)} intents`);
  }
  fw.free();
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) await main();
