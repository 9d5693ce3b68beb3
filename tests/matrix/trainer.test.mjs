// The trainer from npm: installed from its tarballs into an empty project, it is the same program, and trains a bundle that the page loads.
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { project, ROOT } from "../package/unpacked.mjs";

const NPM = path.join(ROOT, "target/npm");
const HERE = `${process.platform}-${process.arch}`;
const tarball = (name) =>
  path.join(NPM, readdirSync(NPM).find((file) => new RegExp(`^${name}-\\d.*\\.tgz$`).test(file)) ?? assert.fail(`no tarball of ${name}`));

/** A project with these tarballs installed by npm, without a network. */
function installed(...names) {
  const folder = mkdtempSync(path.join(tmpdir(), "floorwalker-trainer-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(path.join(folder, "package.json"), JSON.stringify({ name: "shop", private: true }));
  execFileSync("npm", ["install", "--offline", "--no-audit", "--no-fund", "--omit=optional", ...names.map(tarball)], {
    cwd: folder,
    stdio: "pipe",
  });
  return folder;
}
const run = (folder, ...args) => promisify(execFile)("npx", ["--no-install", "floorwalker-trainer", ...args], { cwd: folder });

test("npx floorwalker-trainer is the program: the same help, output and exit codes", async () => {
  const folder = installed("floorwalker-trainer", `floorwalker-trainer-${HERE}`);
  const program = path.join(folder, `node_modules/floorwalker-trainer-${HERE}/floorwalker`);
  for (const args of [["--help"], ["--version"], ["train", "--help"]]) {
    assert.equal((await run(folder, ...args)).stdout, execFileSync(program, args, { encoding: "utf8" }), args.join(" "));
  }
  const sum = createHash("sha256").update(readFileSync(program)).digest("hex");
  assert.equal(readFileSync(`${path.dirname(program)}/SHA256SUMS`, "utf8"), `${sum}  floorwalker\n`);
  await assert.rejects(run(folder, "trian"), { code: 2 });
  await assert.rejects(run(folder, "inspect", "nothing.fwb"), { code: 1 });

  const rows = ["message,intent"];
  for (let at = 0; at < 60; at++) rows.push(`where is my parcel number ${at},delivery`, `I want my money back for order ${at},refund`);
  writeFileSync(path.join(folder, "chats.csv"), `${rows.join("\n")}\n`);
  await run(folder, "train", "chats.csv", "--label", "intent", "-o", "store.fwb", "--no-report", "--quiet");
  const shop = project();
  const { Floorwalker } = createRequire(path.join(shop.folder, "main.cjs"))("floorwalker");
  const fw = await Floorwalker.load(readFileSync(path.join(folder, "store.fwb")));
  const [best] = fw.score("intent", { message: "where is my parcel" }).sort((a, b) => b.probability - a.probability);
  assert.equal(best.name, "delivery");
  const { version } = JSON.parse(readFileSync(path.join(folder, "node_modules/floorwalker-trainer/package.json"), "utf8"));
  assert.equal(version, JSON.parse(shop.read("package.json")).version);
});

test("without the platform's package, it says what to do", async () => {
  const folder = installed("floorwalker-trainer");
  await assert.rejects(run(folder, "--help"), (error) => {
    assert.equal(error.code, 2);
    assert.match(error.stderr, new RegExp(`floorwalker-trainer-${HERE} is not installed; .*run npm install again`));
    return true;
  });
});
