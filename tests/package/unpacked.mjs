// Installs the tarball as `npm install` would: into a fresh project outside the repository.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
export const BIN = path.join(ROOT, "tests/node_modules/.bin");

const { version } = JSON.parse(readFileSync(path.join(ROOT, "target/npm/floorwalker/package.json"), "utf8"));
/** @param {string} name */
const packed = (name) => path.join(ROOT, `target/npm/${name}-${version}.tgz`);

/** The packed file. */
export const TARBALL = packed("floorwalker");

/** @typedef {ReturnType<typeof project>} Project */

/** A project folder with the package in its `node_modules`; removed when the test process ends. */
export function project(name = "floorwalker") {
  const folder = mkdtempSync(path.join(tmpdir(), "floorwalker-test-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  const home = path.join(folder, "node_modules", name);
  mkdirSync(home, { recursive: true });
  execFileSync("tar", ["-xzf", packed(name), "--strip-components=1", "-C", home]);
  /** @param {string} file @param {string} text */
  const write = (file, text) => {
    writeFileSync(path.join(folder, file), text);
    return path.join(folder, file);
  };
  write("package.json", JSON.stringify({ name: "shop", private: true, type: "module" }));
  /** @param {string} file */
  const read = (file) => readFileSync(path.join(home, file), "utf8");
  /** @param {string} from @param {string} to */
  const copy = (from, to) => cpSync(path.join(home, from), path.join(folder, to));
  return { folder, home, write, read, copy };
}

/**
 * Runs a program in a folder and returns what it printed. If it fails, the error's message contains its output.
 * @param {string} folder @param {string} program @param {string[]} args
 */
export function run(folder, program, ...args) {
  try {
    return execFileSync(program, args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    const { stdout, stderr } = /** @type {import("node:child_process").ExecFileException} */ (error);
    throw new Error(`${path.basename(program)} failed:\n${stdout}\n${stderr}`);
  }
}

/**
 * Type-checks a module in a project, with one kind of module resolution and further compiler options.
 * @param {Project} shop @param {string} source @param {string} [resolution] @param {object} [more]
 */
export function typeCheck(shop, source, resolution = "bundler", more = {}) {
  shop.write("main.ts", source);
  shop.write(
    "tsconfig.json",
    JSON.stringify({
      compilerOptions: {
        lib: ["ES2022", "DOM", "ESNext.Disposable"],
        module: resolution === "nodenext" ? "NodeNext" : "ESNext",
        moduleResolution: resolution,
        noEmit: true,
        strict: true,
        target: "ES2022",
        types: [],
        ...more,
      },
      files: ["main.ts"],
    }),
  );
  run(shop.folder, path.join(BIN, "tsc"), "--project", ".");
}
