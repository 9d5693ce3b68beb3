// Tests the server of the demo, the tests and the benchmarks: its Content-Security-Policy, its content types, and what it refuses.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { symlinkSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { brotliDecompressSync } from "node:zlib";
import { serve } from "../../src/xtask/serve.mjs";
import { ROOT } from "./page.mjs";

const folder = mkdtempSync(path.join(tmpdir(), "floorwalker-serve-"));
const map = `{ "imports": { "floorwalker": "/x.js" } }`;
/** @type {Awaited<ReturnType<typeof serve>>} */
let server;

before(async () => {
  writeFileSync(path.join(folder, "index.html"), `<script type="importmap">${map}</script>`);
  writeFileSync(path.join(folder, "engine.wasm"), "\0asm".repeat(100));
  writeFileSync(path.join(folder, "store.fwb"), "bundle");
  symlinkSync("/etc/hostname", path.join(folder, "link.txt"));
  server = await serve({ roots: [folder] });
});
after(async () => {
  await server?.close();
  rmSync(folder, { recursive: true });
});

/** Requests a path exactly as written (`fetch` would normalize it) and returns the status. @param {string} target */
async function statusOf(target) {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.write(`GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  let text = "";
  for await (const chunk of socket) text += chunk;
  return Number(text.split(" ")[1]);
}

test("the policy is strict, and allows the page's import map by its hash alone", async () => {
  const answer = await fetch(server.url);
  const { createHash } = await import("node:crypto");
  const hash = createHash("sha256").update(map).digest("base64");
  assert.equal(
    answer.headers.get("content-security-policy"),
    `default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'sha256-${hash}'; style-src 'self'; img-src 'self' data:; ` +
      "connect-src 'self'; base-uri 'none'; form-action 'none'",
  );
});

test("a module and a bundle have their types, compression and an unchanged file's 304", async () => {
  const wasm = await fetch(new URL("engine.wasm", server.url), { headers: { "accept-encoding": "identity" } });
  assert.equal(wasm.headers.get("content-type"), "application/wasm");
  const bundle = await fetch(new URL("store.fwb", server.url));
  assert.equal(bundle.headers.get("content-type"), "application/octet-stream");
  const etag = /** @type {string} */ (wasm.headers.get("etag"));
  const again = await fetch(new URL("engine.wasm", server.url), { headers: { "if-none-match": etag } });
  assert.equal(again.status, 304);
  const { get } = await import("node:http");
  /** @type {{ data: Buffer, response: import("node:http").IncomingMessage }} */
  const raw = await new Promise((resolve) =>
    get(new URL("engine.wasm", server.url), { headers: { "accept-encoding": "gzip, br" } }, (response) =>
      response.on("data", (data) => resolve({ data, response })),
    ),
  );
  assert.equal(raw.response.headers["content-encoding"], "br");
  assert.equal(brotliDecompressSync(raw.data).length, 400);
});

test("nothing outside its folders is served", async () => {
  for (const target of ["/../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc/passwd", "/%00", "/%", "/link.txt", "/..\\x"]) {
    assert.equal(await statusOf(target), 404, target);
  }
  assert.equal((await fetch(server.url, { method: "POST" })).status, 405);
});

test("it prints its address first and ends when told to", async () => {
  const child = spawn(process.execPath, [path.join(ROOT, "src/xtask/serve.mjs"), "--root", folder, "--port", "0"]);
  const [line] = await once(child.stdout, "data");
  assert.match(`${line}`, /^http:\/\/127\.0\.0\.1:\d+\/\n$/);
  assert.equal((await fetch(`${line}`.trim())).status, 200);
  child.kill("SIGTERM");
  const [status] = await once(child, "exit");
  assert.equal(status, 0);
});
