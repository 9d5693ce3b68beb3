// The tools that shops use, one row each: how the packed package is built, served or tested with it.
//
// A row is `{ tool, use, quick, run(shop) }`; `run` gives what the package found there. `quick` rows run in `cargo xtask test`, all of them in
// `cargo xtask matrix`.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { launch } from "../browser/page.mjs";
import { project } from "../package/unpacked.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const TYPES = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};
process.setMaxListeners(50); // each project is removed when the process ends
/** Tools that send nothing and print no colours. */
const QUIET = { NO_COLOR: "1", NEXT_TELEMETRY_DISABLED: "1", ASTRO_TELEMETRY_DISABLED: "1" };
const tool = (...parts) => path.join(HERE, "node_modules", ...parts);
const run = (folder, ...args) =>
  promisify(execFile)(process.execPath, args, { cwd: folder, env: { ...process.env, ...QUIET, CI: "1", NODE_ENV: "" } });

/** The version of an installed tool. */
export const version = (name) => JSON.parse(readFileSync(tool(name, "package.json"), "utf8")).version;

/** A shop's project: the package as npm leaves it, the app, and the starter bundle where pages look for it. */
export function shop() {
  const made = project();
  cpSync(path.join(HERE, "app"), made.folder, { recursive: true });
  mkdirSync(path.join(made.folder, "public"));
  made.copy("starter.fwb", "public/starter.fwb");
  return made.folder;
}

/** A shop's project in a folder of its own below, with the tools that it needs beside the package. */
function below(folder, name, tools) {
  const home = path.join(folder, name);
  const modules = path.join(home, "node_modules");
  mkdirSync(modules, { recursive: true });
  cpSync(path.join(folder, "node_modules/floorwalker"), path.join(modules, "floorwalker"), { recursive: true });
  cpSync(path.join(folder, "public"), path.join(home, "public"), { recursive: true });
  cpSync(path.join(folder, "main.js"), path.join(home, "main.js"));
  for (const one of tools) symlinkSync(tool(one), path.join(modules, one));
  writeFileSync(path.join(home, "package.json"), JSON.stringify({ name: "shop", private: true, type: "module" }));
  return home;
}

/** What a runtime's program prints. */
async function printed(folder, program, ...args) {
  const { stdout } = await promisify(execFile)(program, args, { cwd: folder, env: { ...process.env, NO_COLOR: "1" } });
  return JSON.parse(stdout.trim().split("\n").at(-1));
}

/** A runtime's own program, which npm installs for this platform; the first of these places that is there: the script of Bun's package moves it. */
const runtime = (names) => tool(names.find((name) => existsSync(tool(name))) ?? names[0]);

/** Serves a folder as a plain web server does: `{ url, close }`. */
async function served(folder) {
  const server = createServer((request, response) => {
    const wanted = decodeURIComponent(new URL(request.url, "http://shop").pathname);
    try {
      const file = path.join(folder, wanted.endsWith("/") ? `${wanted}index.html` : wanted);
      const bytes = readFileSync(file);
      response.writeHead(200, { "content-type": TYPES[path.extname(file)] ?? "application/octet-stream" }).end(bytes);
    } catch {
      response.writeHead(404, { "content-type": "text/html" }).end("<!doctype html>not found");
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

/** What a page says in its title. */
async function seen(url) {
  const browser = await launch();
  try {
    const page = await browser.newPage();
    await page.goto(url);
    // A development server may load the page anew, once it has found out what the page imports.
    await page.waitForFunction(() => document.title.startsWith("{"), undefined, { timeout: 60_000 });
    return JSON.parse(await page.title());
  } finally {
    await browser.close();
  }
}

async function built(folder) {
  const server = await served(folder);
  return seen(server.url).finally(server.close);
}

/** What the page of a development server says; the server tells its address on its first lines. */
async function developed(folder, ...args) {
  const server = spawn(process.execPath, args, {
    cwd: folder,
    env: { ...process.env, ...QUIET },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  try {
    const url = await new Promise((resolve, reject) => {
      let said = "";
      const read = (text) => {
        said += text;
        const found = said.match(/http:\/\/(localhost|127\.0\.0\.1):\d+/);
        if (found) resolve(`${found[0].replace("localhost", "127.0.0.1")}/`);
      };
      server.stdout.on("data", read);
      server.stderr.on("data", read);
      server.on("exit", (status) => reject(new Error(`the server ended with ${status}: ${said}`)));
    });
    return await seen(url);
  } finally {
    // With what it has started: it is a process group of its own.
    const ended = once(server, "exit");
    if (server.exitCode === null) process.kill(-server.pid);
    await ended;
  }
}

const vite = (major) => tool(`vite${major}`, "bin/vite.js");

const jest = (environment) => async (folder) => {
  // Jest looks for its environments from its own folder.
  await run(
    folder,
    tool("jest/bin/jest.js"),
    `--rootDir=${folder}`,
    `--env=${tool(`jest-environment-${environment}`)}`,
    "--testMatch=**/decides.cjs",
    "--transform={}",
  );
  return { engine: "wasm", goesTo: "orders" }; // the test says so
};

/** Each major version of Vite, as a server and as a build. */
const VITE = ["5", "6", "7", "8"].flatMap((major) => [
  {
    tool: `vite${major}`,
    use: "dev",
    quick: major === "5" || major === "8",
    run: (folder) => developed(folder, vite(major), "--host", "127.0.0.1", "--port", `${5300 + Number(major)}`),
  },
  {
    tool: `vite${major}`,
    use: "build",
    quick: false,
    async run(folder) {
      await run(folder, vite(major), "build");
      return built(path.join(folder, "dist"));
    },
  },
]);

/** Copies what a bundler that knows only scripts leaves where it was. */
function withPage(folder, out) {
  for (const [from, to] of [
    ["index.html", "index.html"],
    ["public/starter.fwb", "starter.fwb"],
  ])
    cpSync(path.join(folder, from), path.join(folder, out, to));
  return path.join(folder, out);
}

export const ROWS = [
  ...VITE,
  {
    tool: "webpack",
    use: "build",
    quick: true,
    async run(folder) {
      const { default: webpack } = await import(pathToFileURL(tool("webpack/lib/index.js")));
      const compiler = webpack({
        mode: "production",
        context: folder,
        entry: "./main.js",
        output: { path: path.join(folder, "out"), filename: "main.js" },
        performance: false,
      });
      const stats = await promisify(compiler.run.bind(compiler))();
      assert.ok(!stats.hasErrors(), stats.toString("errors-only"));
      return built(withPage(folder, "out"));
    },
  },
  {
    tool: "rollup",
    use: "build",
    quick: true,
    // It leaves the engine's file where it was, as its documentation says of assets.
    found: { engine: "js", warnings: ["wasm_unreachable"] },
    async run(folder) {
      const { rollup } = await import(pathToFileURL(tool("rollup/dist/es/rollup.js")));
      const { nodeResolve } = await import(pathToFileURL(tool("@rollup/plugin-node-resolve/dist/es/index.js")));
      const bundle = await rollup({ input: path.join(folder, "main.js"), plugins: [nodeResolve({ browser: true })], onwarn() {} });
      await bundle.write({ dir: path.join(folder, "out"), format: "es" });
      return built(withPage(folder, "out"));
    },
  },
  {
    tool: "parcel",
    use: "build",
    quick: false,
    async run(folder) {
      await run(folder, tool("parcel/lib/bin.js"), "build", "index.html", "--dist-dir", "out", "--no-cache", "--no-source-maps");
      cpSync(path.join(folder, "public/starter.fwb"), path.join(folder, "out/starter.fwb"));
      return built(path.join(folder, "out"));
    },
  },
  {
    tool: "esbuild",
    use: "build",
    quick: false,
    async run(folder) {
      const { build } = await import(pathToFileURL(tool("esbuild/lib/main.js")));
      await build({
        entryPoints: [path.join(folder, "main.js")],
        bundle: true,
        splitting: true,
        format: "esm",
        outdir: path.join(folder, "out"),
        logLevel: "error",
      });
      // As the package's README says of bundlers that copy no files; here it lies where the entry looks for it.
      cpSync(path.join(folder, "node_modules/floorwalker/engine"), path.join(folder, "out/engine"), { recursive: true });
      return built(withPage(folder, "out"));
    },
  },
  { tool: "jest", use: "require, node", quick: true, run: jest("node") },
  { tool: "jest", use: "require, jsdom", quick: true, run: jest("jsdom") },
  {
    tool: "vitest",
    use: "node",
    quick: false,
    async run(folder) {
      await run(folder, tool("vitest/vitest.mjs"), "run", "--root", folder, "decides.test.mjs", "--dir", folder);
      return { engine: "wasm", goesTo: "orders" }; // the test says so
    },
  },
  {
    tool: "miniflare",
    use: "workerd",
    quick: true,
    async run(folder) {
      const { Miniflare } = await import(pathToFileURL(tool("miniflare/dist/src/index.js")));
      const home = path.join(folder, "node_modules/floorwalker");
      const module = (type, name, file) => ({ type, path: name, contents: readFileSync(file) });
      const worker = new Miniflare({
        compatibilityDate: "2025-10-01",
        modules: [
          module("ESModule", "worker.js", path.join(folder, "worker.js")),
          module("ESModule", "whole.js", path.join(home, "whole.js")),
          module("CompiledWasm", "engine.wasm", path.join(home, "engine/floorwalker.wasm")),
          module("Data", "starter.fwb", path.join(home, "starter.fwb")),
        ],
      });
      try {
        return await (await worker.dispatchFetch("http://shop/")).json();
      } finally {
        await worker.dispose();
      }
    },
  },
  {
    tool: "deno",
    use: "run",
    quick: true,
    run: (folder) =>
      printed(
        folder,
        runtime(["@deno/linux-x64-glibc/deno", "@deno/darwin-arm64/deno"]),
        "run",
        "--allow-all",
        "--node-modules-dir=manual",
        "runtime.mjs",
      ),
  },
  {
    tool: "bun",
    use: "run",
    quick: true,
    run: (folder) =>
      printed(
        folder,
        runtime(["@oven/bun-linux-x64/bin/bun", "@oven/bun-darwin-aarch64/bin/bun", "bun/bin/bun.exe"]),
        "run",
        "runtime.mjs",
      ),
  },
  {
    tool: "next",
    use: "build, server and client",
    quick: true,
    async run(folder) {
      const home = below(folder, "next", ["next", "react", "react-dom"]);
      const next = tool("next/dist/bin/next");
      await run(home, next, "build");
      const html = readFileSync(path.join(home, ".next/server/app/index.html"), "utf8");
      assert.match(html, /<p id="status">loading<\/p>/, "the server renders it as loading");
      return developed(home, next, "start", "--hostname", "127.0.0.1", "--port", "5400");
    },
  },
  {
    tool: "next",
    use: "dev",
    quick: false,
    run: (folder) =>
      developed(
        below(folder, "next", ["next", "react", "react-dom"]),
        tool("next/dist/bin/next"),
        "dev",
        "--hostname",
        "127.0.0.1",
        "--port",
        "5401",
      ),
  },
  {
    tool: "astro",
    use: "build",
    quick: false,
    async run(folder) {
      const home = below(folder, "astro", ["astro"]);
      await run(home, tool("astro/astro.js"), "build", "--root", home);
      assert.match(readFileSync(path.join(home, "dist/index.html"), "utf8"), /data-server="true"/);
      return built(path.join(home, "dist"));
    },
  },
  {
    tool: "astro",
    use: "dev",
    quick: false,
    run(folder) {
      const home = below(folder, "astro", ["astro"]);
      return developed(home, tool("astro/astro.js"), "dev", "--root", home, "--host", "127.0.0.1", "--port", "5402");
    },
  },
  {
    tool: "chromium",
    use: "service worker",
    quick: true,
    async run(folder) {
      cpSync(path.join(folder, "public/starter.fwb"), path.join(folder, "starter.fwb"));
      const server = await served(folder);
      return seen(`${server.url}service-worker.html`).finally(server.close);
    },
  },
];

/** Asserts that a row found what it should: by default the engine as WebAssembly, without a word. */
export function check({ found: expected = {} }, found) {
  const { engine = "wasm", warnings = [] } = expected;
  assert.equal(found.error, undefined, `${found.code}: ${found.error}`);
  assert.deepEqual([found.engine, found.goesTo, found.warnings ?? warnings], [engine, "orders", warnings], JSON.stringify(found));
  if (found.handed !== undefined || found.stored) assert.equal(found.handed, "orders", "the chat got the decision");
  if (found.stored) {
    assert.ok(found.words && found.hint);
    assert.equal(found.stored.storage, "session");
    assert.deepEqual(
      found.stored.events.map(({ event }) => event),
      ["profile_consent", "view_item"],
    );
  }
}
