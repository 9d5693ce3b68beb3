// Type-checks the JavaScript examples in the documents under strict TypeScript: they use nothing that neither the package nor the shop
// provides.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { ROOT, project, typeCheck } from "./unpacked.mjs";

/** The variables that examples take from the surrounding shop, with their types. */
const SHOPS = {
  askButton: "HTMLButtonElement",
  input: "HTMLInputElement",
  openChat: "(queue: string) => void",
  message: "string",
  report: "(code: string, message: string) => void",
  render: "(decision: unknown) => void",
  scenario: `import("floorwalker-simulator").Scenario`,
};

/** The JavaScript code blocks of a document. @param {string} document */
const blocks = (document) =>
  readFileSync(path.join(ROOT, document), "utf8")
    .split("```")
    .filter((_, at) => at % 2 === 1)
    .filter((block) => block.startsWith("js\n"))
    .map((block) => block.slice(3));

/**
 * A code block as a complete module: with declarations of the shop's variables, and of those that an earlier block defined.
 * @param {string} block
 */
function whole(block) {
  const made = block.includes("const fw =") ? {} : { fw: `import("floorwalker").Floorwalker` };
  const used = Object.entries({ ...SHOPS, ...made }).filter(([name]) => new RegExp(`\\b${name}\\b`).test(block));
  const declared = used.filter(([, type]) => !type.includes("floorwalker-simulator") || block.includes("floorwalker-simulator"));
  return `declare global { interface Window { dataLayer: unknown[] } }\n${declared.map(([name, type]) => `declare const ${name}: ${type};\n`).join("")}${block}\nexport {};`;
}

for (const [document, name, n] of /** @type {[string, string, number][]} */ ([
  ["README.md", "floorwalker", 1],
  ["README.zh-CN.md", "floorwalker", 1],
  ["pkg-template/README.md", "floorwalker", 6],
  ["pkg-template/simulator/README.md", "floorwalker-simulator", 1],
])) {
  test(`the examples of ${document} compile`, () => {
    const found = blocks(document);
    assert.equal(found.length, n);
    const shop = project(name);
    for (const block of found) typeCheck(shop, whole(block));
  });
}

test("an example that assigns a name that nobody declares does not compile", () => {
  assert.throws(() => typeCheck(project(), whole("later = fw.reroute(fw.route());")), /later/);
});
