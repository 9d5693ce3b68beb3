// Serves folders on this machine for the demo, the tests and the benches. Needs nothing but Node.
//
//   node src/xtask/serve.mjs --root target/demo [--root MORE] [--port 8080] [--host 127.0.0.1] [--no-wasm]
//
// - Every response has the strict Content-Security-Policy under which the package promises to work. Import maps are
//   the only inline scripts, allowed by their hash. `--no-wasm` leaves out 'wasm-unsafe-eval'.
// - With several roots, a file is served from the first that has it.
// - Port 0 takes a free port. The first line printed is the URL.
import { createHash } from "node:crypto";
import { readFile, realpath, stat } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

/** @import { IncomingMessage, ServerResponse } from "node:http" */
/** @import { AddressInfo } from "node:net" */

/** @typedef {"br" | "gzip"} Encoding */

/** @type {Record<string, string>} */
const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".csv": "text/csv; charset=utf-8",
  ".fwb": "application/octet-stream",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".md": "text/plain; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".ts": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
};
const ALREADY_COMPRESSED = new Set([".jpg", ".png", ".webp", ".woff2"]);
const IMPORT_MAP = /<script\b[^>]*\btype=["']?importmap["']?[^>]*>([\s\S]*?)<\/script>/gi;

// Brotli at its highest quality takes more than a minute for a file of tens of megabytes.
const BEST_UP_TO_BYTES = 1 << 20;
const brotli = promisify(brotliCompress);
/** @param {Buffer} body */
const quality = (body) => (body.length > BEST_UP_TO_BYTES ? 5 : constants.BROTLI_MAX_QUALITY);
/** @type {Record<Encoding, (body: Buffer) => Promise<Buffer>>} */
const compressors = {
  br: (body) => brotli(body, { params: { [constants.BROTLI_PARAM_QUALITY]: quality(body) } }),
  gzip: promisify(gzip),
};

/** The Content-Security-Policy of one response; `html` is searched for import maps, whose hashes are allowed. */
export function policy({ html = "", wasm = true } = {}) {
  const hashes = Array.from(html.matchAll(IMPORT_MAP), ([, body]) => ` 'sha256-${createHash("sha256").update(body).digest("base64")}'`);
  return [
    "default-src 'none'",
    `script-src 'self'${wasm ? " 'wasm-unsafe-eval'" : ""}${hashes.join("")}`,
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/**
 * Starts a server and resolves to `{ url, close }`.
 * @param {{ roots: string[], port?: number, host?: string, wasm?: boolean }} options
 * @returns {Promise<{ url: string, close: () => Promise<unknown> }>}
 */
export async function serve({ roots, port = 0, host = "127.0.0.1", wasm = true }) {
  const folders = await Promise.all(roots.map((root) => realpath(root)));
  /** @type {Map<string, Promise<Buffer>>} */
  const compressed = new Map();

  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      console.error(`${request.method} ${request.url}: ${error.stack}`);
      if (!response.headersSent) response.writeHead(500, { "Content-Type": "text/plain" });
      response.end("the server failed; its terminal says why\n");
    });
  });

  /** @param {IncomingMessage} request @param {ServerResponse} response */
  async function answer(request, response) {
    if (request.method !== "GET" && request.method !== "HEAD") return refuse(response, 405, "only GET and HEAD");
    const found = await find(folders, /** @type {string} */ (request.url));
    if (!found) return refuse(response, 404, "no such file");

    const body = await readFile(found.file);
    const type = path.extname(found.file).toLowerCase();
    const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
    /** @type {Record<string, string>} */
    const headers = {
      "Content-Type": TYPES[type] ?? "application/octet-stream",
      "Content-Security-Policy": policy({ html: type === ".html" ? body.toString() : "", wasm }),
      "X-Content-Type-Options": "nosniff",
      "Referrer-Policy": "no-referrer",
      "Cache-Control": "no-cache",
      ETag: etag,
      Vary: "Accept-Encoding",
    };
    if (request.headers["if-none-match"] === etag) return response.writeHead(304, headers).end();

    const encoding = ALREADY_COMPRESSED.has(type) ? undefined : wanted(request.headers["accept-encoding"]);
    const bytes = encoding ? await compress(encoding, etag, body) : body;
    if (encoding) headers["Content-Encoding"] = encoding;
    response.writeHead(200, { ...headers, "Content-Length": bytes.length });
    response.end(request.method === "HEAD" ? undefined : bytes);
  }

  /**
   * Equal contents are compressed only once, at the highest quality, as a shop's build would.
   * @param {Encoding} encoding
   * @param {string} etag
   * @param {Buffer} body
   */
  async function compress(encoding, etag, body) {
    const key = encoding + etag;
    if (!compressed.has(key)) compressed.set(key, compressors[encoding](body));
    return /** @type {Promise<Buffer>} */ (compressed.get(key));
  }

  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, /** @type {() => void} */ (resolve));
  });
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${/** @type {AddressInfo} */ (server.address()).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

/**
 * The file that a request names, or `undefined`. It is never outside the roots, neither by `..` nor by a symbolic link.
 * @param {string[]} folders
 * @param {string} url
 */
async function find(folders, url) {
  /** @type {string} */
  let name;
  try {
    name = decodeURIComponent(new URL(url, "http://localhost").pathname);
  } catch {
    return undefined;
  }
  if (name.includes("\0") || name.includes("\\")) return undefined;
  for (const folder of folders) {
    const file = await fileAt(path.join(folder, name));
    if (file?.startsWith(folder + path.sep)) return { file };
  }
  return undefined;
}

/** @param {string} candidate */
async function fileAt(candidate) {
  try {
    const real = await realpath(candidate);
    return (await stat(real)).isDirectory() ? await realpath(path.join(real, "index.html")) : real;
  } catch {
    return undefined;
  }
}

/** @param {string} [accepted] @returns {Encoding | undefined} */
function wanted(accepted = "") {
  const names = accepted.split(",").map((part) => part.split(";")[0].trim());
  return /** @type {Encoding[]} */ (["br", "gzip"]).find((name) => names.includes(name));
}

/** @param {ServerResponse} response @param {number} status @param {string} why */
function refuse(response, status, why) {
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8", "Content-Security-Policy": policy() });
  response.end(`${why}\n`);
}

async function main() {
  const { values } = parseArgs({
    options: {
      root: { type: "string", multiple: true, default: ["target/demo"] },
      port: { type: "string", default: "8080" },
      host: { type: "string", default: "127.0.0.1" },
      "no-wasm": { type: "boolean", default: false },
    },
  });
  const { root: roots, port, host } = values;
  const server = await serve({ roots, port: Number(port), host, wasm: !values["no-wasm"] });
  console.log(server.url);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => server.close().then(() => process.exit(0)));
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main().catch((error) => {
    console.error(`serve: ${error.message}`);
    process.exit(1);
  });
}
