// A shop's page in Chromium without a server: its address is answered by the test, with the packed package beside the page.
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { launch } from "../browser/page.mjs";
import { project } from "../package/unpacked.mjs";

export const TOOLS = fileURLToPath(new URL("./node_modules/", import.meta.url));
/** Frameworks, which the types of the package are also checked with. */
const FRAMEWORKS = fileURLToPath(new URL("../node_modules/", import.meta.url));
/** What every bundler of a Vue app defines. */
const VUE_FLAGS = { __VUE_OPTIONS_API__: "true", __VUE_PROD_DEVTOOLS__: "false", __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false" };
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };
export const shop = project();

/** A module for the page, with what it imports from npm. @param {string} source @param {import("esbuild").BuildOptions} [more] */
export async function script(source, more = {}) {
  const made = await build({
    stdin: { contents: source, resolveDir: shop.folder, loader: "jsx" },
    jsx: "automatic",
    bundle: true,
    format: "esm",
    write: false,
    nodePaths: [FRAMEWORKS, TOOLS],
    external: ["./engine/*"],
    define: { "process.env.NODE_ENV": '"development"', ...VUE_FLAGS },
    logLevel: "error",
    ...more,
  });
  return made.outputFiles[0].text;
}

/**
 * Opens a page of the shop in Chromium. `files` are answered at `http://shop.test/NAME`, `others` at other addresses, as text or functions of
 * the route; every other request fails. Fails if the page has an uncaught error.
 * @param {Record<string, string>} files @param {Record<string, string>} others @param {(page: import("playwright-core").Page) => Promise<void>} work
 */
export async function open(files, others, work) {
  const browser = await launch();
  const errors = [];
  try {
    const page = await browser.newPage();
    page.on("pageerror", (error) => errors.push(error));
    await page.route("**/*", (route) => {
      const url = new URL(route.request().url());
      const other = Object.entries(others).find(([start]) => url.href.startsWith(start));
      if (other) return route.fulfill({ contentType: other[0].includes(".js") ? TYPES[".js"] : "application/json", body: other[1] });
      if (url.host !== "shop.test") return route.abort();
      const name = url.pathname === "/" ? "index.html" : url.pathname.slice(1);
      const contentType = TYPES[path.extname(name)] ?? "application/octet-stream";
      if (name in files) return route.fulfill({ contentType, body: files[name] });
      try {
        return route.fulfill({ contentType, body: readFileSync(path.join(shop.home, name)) });
      } catch {
        return route.fulfill({ status: 404 });
      }
    });
    await page.goto("http://shop.test/");
    await work(page);
    if (errors.length > 0) throw errors[0];
  } finally {
    await browser.close();
  }
}
