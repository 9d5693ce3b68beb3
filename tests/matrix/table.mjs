// Every row of the matrix, and the table of them in the package's README, between its two marks.
//
//   node tests/matrix/table.mjs README     exits with 1 when a row fails; the table then says so
import { readFileSync, writeFileSync } from "node:fs";
import { check, ROWS, shop, version } from "./rows.mjs";

const [MARK, END] = ["<!-- matrix: written by `cargo xtask matrix` -->", "<!-- end of matrix -->"];
const NAMES = { next: "Next.js", miniflare: "workerd (miniflare)", webpack: "webpack", esbuild: "esbuild" };

const lines = ["| tool | use | works |", "|---|---|---|"];
let failed = 0;
for (const row of ROWS) {
  const name = row.tool.replace(/^vite\d$/, "Vite").replace(/^[a-z]/, (letter) => letter.toUpperCase());
  const title = `${NAMES[row.tool] ?? name} ${row.tool === "chromium" ? "" : version(row.tool)}`.trim();
  let works;
  try {
    check(row, await row.run(shop()));
    works = row.found?.engine === "js" ? "as JavaScript, until the engine's file is placed and named" : "yes";
  } catch (error) {
    failed++;
    works = "no";
    console.error(`${title}, ${row.use}: ${error.message}`);
  }
  console.log(`${title}, ${row.use}: ${works}`);
  lines.push(`| ${title} | ${row.use} | ${works} |`);
}

const [file] = process.argv.slice(2);
if (file) {
  const text = readFileSync(file, "utf8");
  const [before, after] = [text.indexOf(MARK), text.indexOf(END)];
  if (before < 0 || after < before) throw new Error(`${file} lacks the lines ${MARK} and ${END}`);
  writeFileSync(file, `${text.slice(0, before)}${MARK}\n\n${lines.join("\n")}\n\n${text.slice(after)}`);
}
process.exitCode = failed > 0 ? 1 : 0;
