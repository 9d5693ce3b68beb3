// The reference of the package's API, docs/api.md, from its types: each entry, each export with its comment and its declaration.
//
//   node src/xtask/api.mjs            writes docs/api.md
//   node src/xtask/api.mjs --check    exits with 1 if it differs
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const TEMPLATE = path.join(ROOT, "pkg-template");
const OUT = path.join(ROOT, "docs/api.md");
/** Each entry with the files that hold its types. @type {[entry: string, files: string[]][]} */
const ENTRIES = [
  ["floorwalker", ["index.d.ts", "decisions.d.ts"]],
  ["floorwalker/words", ["words.d.ts"]],
  ["floorwalker/hint", ["hint.d.ts"]],
  ["floorwalker/handover", ["handover/handover.d.ts"]],
  ["floorwalker/recommend", ["recommend.d.ts"]],
  ["floorwalker/shards", ["shards.d.ts"]],
  ["floorwalker/react", ["frameworks/react.d.ts"]],
  ["floorwalker/vue", ["frameworks/vue.d.ts"]],
  ["floorwalker/svelte", ["frameworks/svelte.d.ts"]],
  ["floorwalker/element", ["frameworks/element.d.ts"]],
  ["floorwalker/worker", ["worker/worker.d.ts"]],
  ["floorwalker/inline", ["inline.d.ts"]],
];
/** The beginning of an exported declaration, with its name. */
const DECLARATION = /^export (?:declare )?(?:abstract )?(?:interface|type|class|function|const) (\w+)/;

/** What a file declares: for each export its name, comment and text, in the order of the file. @param {string} file */
function declared(file) {
  const lines = readFileSync(path.join(TEMPLATE, file), "utf8").split("\n");
  /** @type {{ name: string, comment: string[], text: string[] }[]} */
  const found = [];
  /** @type {string[]} */
  let comment = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at];
    if (line.startsWith("/**")) {
      const end = lines.findIndex((one, place) => place >= at && one.includes("*/"));
      comment = lines.slice(at, end + 1).map((one) => one.replace(/^\s*\/?\*+\/?\s?/, "").replace(/\s*\*\/\s*$/, ""));
      at = end;
      continue;
    }
    const [, name] = line.match(DECLARATION) ?? [];
    if (!name) {
      if (line.trim() !== "") comment = [];
      continue;
    }
    let end = at;
    // A declaration ends where its braces do, or at its semicolon.
    for (let depth = 0; ; end++) {
      depth +=
        (lines[end].match(/[{(<[]/g) ?? []).length - (lines[end].match(/[})>\]]/g) ?? []).length + (lines[end].match(/=>/g) ?? []).length;
      if (depth <= 0 && /[;}]$/.test(lines[end])) break;
    }
    found.push({
      name,
      comment: comment.filter((one, place, all) => one !== "" || (place > 0 && place < all.length - 1)),
      text: lines.slice(at, end + 1),
    });
    comment = [];
    at = end;
  }
  return found;
}

function reference() {
  const out = [
    "# API reference",
    "",
    "Written from the types of the package by `node src/xtask/api.mjs`. Each entry is a file of its own: a page pays for what it imports.",
    "Errors carry a `code`: the [package's README](../pkg-template/README.md#errors) explains each.",
    "",
  ];
  for (const [entry] of ENTRIES) out.push(`- [\`${entry}\`](#${entry.replace("/", "")})`);
  for (const [entry, files] of ENTRIES) {
    out.push("", `## ${entry}`);
    for (const { name, comment, text } of files.flatMap(declared)) {
      out.push("", `### ${name}`, "");
      if (comment.length > 0) out.push(...comment.map((line) => line.replace(/\{@link (?:\w+\.)?(\w+)\}/g, "`$1`")), "");
      out.push("```ts", ...text.map((line) => line.replace(/^export (declare )?/, "")), "```");
    }
  }
  return `${out.join("\n")}\n`;
}

const text = reference();
if (!process.argv.includes("--check")) writeFileSync(OUT, text);
else if (readFileSync(OUT, "utf8") !== text) {
  console.error("docs/api.md is not what the types say: run node src/xtask/api.mjs");
  process.exitCode = 1;
}
