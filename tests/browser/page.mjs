// Opens pages of a local server in Chromium, and records everything that must not happen in them.
//
// A page's problems are: an error on its console, an uncaught exception, a violation of the Content-Security-Policy, a failed request,
// and a request to any other origin. `visit` returns the list of problems; `quiet` asserts that it is empty.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

/**
 * @import { BrowserContextOptions, Page } from "playwright-core"
 *
 * @typedef {Awaited<ReturnType<typeof shop>>} Shop
 */

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** The assembled storefront, with the packed package and the trained bundle. */
export const DEMO = path.join(ROOT, "target/demo");
/** Pages that exist only for tests. They load the package from `DEMO`. */
export const SITE = path.join(ROOT, "tests/browser/site");

const FLAGS = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-gpu",
  "--disable-quic",
  "--disable-sync",
  // No host name resolves, so nothing outside this machine can be reached. Playwright's request interception would do the same, but it
  // disables the cache, and with it every preload hint.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
  "--no-first-run",
];
// Chromium's own sandbox does not start for root.
if (process.getuid?.() === 0) FLAGS.push("--no-sandbox");

/** Starts Chromium. @param {string[]} [more] further flags */
export function launch(more = []) {
  const named = process.env.CHROMIUM;
  const executablePath = named ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
  assert.ok(executablePath, "no Chromium: run `cargo xtask setup`, or set CHROMIUM to its program");
  return chromium.launch({ executablePath, args: [...FLAGS, ...more] });
}

/**
 * Starts `src/xtask/serve.mjs` in a process of its own, so that watching a page does not slow its answers.
 *
 * @param {{ roots: string[], wasm: boolean }} options
 */
async function serve({ roots, wasm }) {
  const args = roots.flatMap((root) => ["--root", root]);
  if (!wasm) args.push("--no-wasm");
  const child = spawn(process.execPath, [path.join(ROOT, "src/xtask/serve.mjs"), "--port", "0", ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [url] = await Promise.race([
    once(child.stdout, "data"),
    once(child, "exit").then(([status]) => assert.fail(`the server ended with ${status}`)),
  ]);
  const close = () => {
    const ended = once(child, "exit");
    child.kill();
    return ended;
  };
  return { url: `${url}`.trim(), close };
}

/**
 * Starts a browser and a server for one test file: `{ visit, url, browser, close }`.
 *
 * @param {{ roots?: string[], wasm?: boolean, flags?: string[] }} [options]
 */
export async function shop({ roots = [SITE, DEMO], wasm = true, flags = [] } = {}) {
  const server = await serve({ roots, wasm });
  const browser = await launch(flags).catch(async (error) => {
    await server.close();
    throw error;
  });

  /**
   * Opens a page in a browser context of its own: `{ page, problems, quiet, close }`.
   *
   * @param {string} address
   * @param {BrowserContextOptions} [options]
   */
  async function visit(address, options = {}) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const problems = await watch(page, new URL(server.url).origin);
    await page.goto(new URL(address, server.url).href);
    return {
      page,
      problems,
      quiet: () => assert.deepEqual(problems, []),
      close: () => context.close(),
    };
  }

  const close = async () => {
    await browser.close();
    await server.close();
  };
  return { visit, url: server.url, browser, close };
}

/**
 * Returns the list of the page's problems, which grows by one line for each problem.
 *
 * @param {Page} page
 * @param {string} origin
 */
async function watch(page, origin) {
  /** @type {string[]} */
  const problems = [];
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`uncaught: ${error.message}`));
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText;
    if (why !== "net::ERR_ABORTED") problems.push(`request failed: ${request.url()} ${why}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) problems.push(`answer ${response.status()}: ${response.url()}`);
  });
  page.context().on("request", (request) => {
    const url = new URL(request.url());
    if (url.origin !== origin && url.protocol !== "data:") problems.push(`another origin: ${url.href}`);
  });
  await page.exposeFunction("__violation", (/** @type {string} */ text) => problems.push(text));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      globalThis.__violation(`policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  return problems;
}
