// Starts the engine, as WebAssembly or as the same engine in JavaScript. This file depends on no platform: `loader.js` (browsers, Workers,
// edge) and `loader-node.js` say where the module's bytes are.
//
// Each object has an engine instance of its own. An instance that stops does not affect other instances, and a freed one leaves nothing
// behind.
//
// A script of the package starts one module: `index.js` the engine, `recommend.js` retrieval. Each has a copy of this file.
import { instance } from "./calls.js";
import { failure } from "./failure.js";

/** @import { FloorwalkerError, LoadOptions, UrlLike, Warning } from "floorwalker" */
/** @import { Instance } from "./calls.js" */

/** @typedef {string | UrlLike} Address */
/** @typedef {(address: Address) => Promise<Response | Uint8Array>} FetchBytes */

/**
 * What a caller passed in, or what an address gave: the properties by which a `URL`, a `Response` and bytes are told apart.
 * @typedef {Partial<UrlLike & Pick<Response, "ok" | "status" | "url" | "headers" | "arrayBuffer"> & Pick<ArrayBuffer, "byteLength">>} Found
 */

/**
 * What starts: where its module is, its JavaScript, and the error for a file that it refuses.
 * @typedef {object} Door
 * @property {() => UrlLike} home
 * @property {() => Promise<{ start: () => WebAssembly.Exports }>} fallback
 * @property {(number: number) => Error} refused
 */

/** @typedef {Instance & { kind: "wasm" | "js", warning?: [code: Warning["code"], message: string] | undefined }} Started */

// The smallest module that holds a SIMD instruction. Compiling it tells, without a request, whether WebAssembly is
// there (Lockdown Mode takes it away), allowed (a CSP without 'wasm-unsafe-eval' throws), and new enough.
const PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

/** @type {Promise<() => Started> | undefined} */
let wasm; // one module per page, shared by all callers: a promise of the function that makes an instance
/** @type {Promise<() => WebAssembly.Exports> | undefined} */
let js;

/**
 * Resolves to `{ memory, load, kind, warning }`. `memory` and `load` belong to a new instance (`calls.js`); `kind` is `"wasm"` or `"js"`;
 * `warning` is the code and message that say why JavaScript runs although WebAssembly was expected. The module comes from the option
 * `wasm`, or else from the door's `home()`; `fetchBytes` turns a URL into a `Response` or bytes. The memory may grow in any call: compare
 * `view.buffer` with `memory.buffer` before you use a view again.
 * @param {Pick<LoadOptions, "engine" | "wasm"> | undefined} options
 * @param {Door} door
 * @param {FetchBytes} fetchBytes
 * @returns {Promise<Started>}
 */
export async function startEngine({ engine = "auto", wasm: given } = {}, { home, fallback, refused }, fetchBytes) {
  if (!["auto", "wasm", "js"].includes(engine)) {
    throw failure("option_invalid", `engine is "auto", "wasm" or "js", not ${String(engine)}`);
  }
  /** @type {Started["warning"]} */
  let warning;
  if (engine !== "js") {
    // If the caller passes a compiled module, WebAssembly is available, and the probe is skipped: some such hosts do not allow compilation.
    const obstacle = wasm || isModule(given) ? undefined : blocked();
    if (obstacle === undefined) {
      wasm ??= (given === undefined ? findWasm(`${home()}`, fetchBytes, refused) : startWasm(given, fetchBytes, refused)).catch((error) => {
        wasm = undefined; // the next load may try again
        throw error;
      });
      try {
        return (await wasm)();
      } catch (error) {
        if (engine === "wasm" || given !== undefined) throw error;
        warning = [/** @type {Warning} */ (error).code, `${/** @type {Error} */ (error).message}; JavaScript runs instead`];
      }
    } else if (engine === "wasm") {
      throw failure("wasm_blocked", "WebAssembly is missing, too old or blocked here", obstacle);
    }
  }
  js ??= startJs(fallback).catch((error) => {
    js = undefined;
    throw error;
  });
  return { ...instance((await js)(), refused), kind: "js", warning };
}

/**
 * Starts the module beside this file, or else the one in the package's folder in `node_modules`: tools that bundle the JavaScript into
 * another place, as Vite's development server does, leave the module where it was.
 * @param {string} home
 * @param {FetchBytes} fetchBytes
 * @param {Door["refused"]} refused
 */
async function findWasm(home, fetchBytes, refused) {
  try {
    return await startWasm(home, fetchBytes, refused);
  } catch (error) {
    const own = home.replace(/\/node_modules\/.*(\/engine\/)/, "/node_modules/floorwalker$1");
    if (own !== home) {
      const found = await startWasm(own, fetchBytes, refused).catch(() => undefined);
      if (found) return found;
    }
    throw failure(
      /** @type {FloorwalkerError} */ (error).code,
      `${/** @type {Error} */ (error).message}. Name the file: load(…, { wasm }); with Vite, optimizeDeps: { exclude: ["floorwalker"] }`,
      error,
    );
  }
}

/** @param {unknown} given */
function isModule(given) {
  return typeof WebAssembly === "object" && given instanceof WebAssembly.Module;
}

function blocked() {
  try {
    new WebAssembly.Module(PROBE);
    return undefined;
  } catch (error) {
    return error;
  }
}

/**
 * Awaits `source` and, if it is an address, fetches it. `code` is the code of the error if that fails.
 * @param {unknown} source
 * @param {FetchBytes} fetchBytes
 * @param {"bundle_unreachable" | "index_unreachable" | "wasm_unreachable"} code
 * @returns {Promise<Found>}
 */
async function fetched(source, fetchBytes, code) {
  let input = /** @type {Found} */ (await source);
  const address = input?.href ?? /** @type {unknown} */ (input);
  if (typeof address === "string") {
    try {
      input = await fetchBytes(address);
    } catch (error) {
      throw failure(code, `${address} could not be fetched: ${/** @type {Error} */ (error).message}`, error);
    }
  }
  if (input?.ok === false) throw failure(code, `${input.url} answered ${input.status}`);
  return input;
}

/**
 * Returns the bytes of a bundle or index that is given as an address, a `Response` or bytes.
 * @param {unknown} source
 * @param {FetchBytes} fetchBytes
 * @param {"bundle_unreachable" | "index_unreachable"} code
 */
export async function bytesOf(source, fetchBytes, code) {
  /** @type {unknown} */
  let input = await fetched(source, fetchBytes, code);
  const { arrayBuffer } = /** @type {Found} */ (input ?? {});
  if (typeof arrayBuffer === "function") input = await arrayBuffer.call(input);
  if (input instanceof ArrayBuffer) return new Uint8Array(input);
  if (ArrayBuffer.isView(input)) return new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
  throw failure("option_invalid", "a bundle or index is an address, a Response or bytes");
}

/** @param {unknown} source @param {FetchBytes} fetchBytes @param {Door["refused"]} refused @returns {Promise<() => Started>} */
async function startWasm(source, fetchBytes, refused) {
  const input = await fetched(source, fetchBytes, "wasm_unreachable");
  try {
    const module = await compiled(input);
    /** @type {Started | undefined} */
    let first = wasmInstance(module, refused); // fails here if the module does not start
    return () => {
      const one = first ?? wasmInstance(module, refused);
      first = undefined;
      return one;
    };
  } catch (error) {
    const type = input?.headers?.get("Content-Type");
    const from = input?.url ? `${input.url}${type ? ` (${type})` : ""}` : "what was given";
    throw failure("wasm_invalid", `${from} does not start as WebAssembly: ${/** @type {Error} */ (error).message}`, error);
  }
}

/**
 * Makes an instance. The module's only imports are the functions by which wasm-bindgen reports its own errors: each becomes a throw.
 * @param {WebAssembly.Module} module
 * @param {Door["refused"]} refused
 * @returns {Started}
 */
function wasmInstance(module, refused) {
  /** @type {Record<string, WebAssembly.ModuleImports>} */
  const imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    (imports[from] ??= {})[name] = () => {
      throw new Error(name);
    };
  }
  return { ...instance(new WebAssembly.Instance(module, imports).exports, refused), kind: "wasm" };
}

/**
 * Compiles the module in a `Response` or in bytes; while it downloads if the server sends the right Content-Type.
 * @param {Found} input
 * @returns {Promise<WebAssembly.Module>}
 */
async function compiled(input) {
  if (isModule(input)) return input;
  if (input?.headers?.get("Content-Type") === "application/wasm") return WebAssembly.compileStreaming(/** @type {Response} */ (input));
  return WebAssembly.compile(input?.arrayBuffer ? await input.arrayBuffer() : /** @type {BufferSource} */ (input));
}

/** @param {Door["fallback"]} fallback @returns {Promise<() => WebAssembly.Exports>} */
async function startJs(fallback) {
  try {
    return (await fallback()).start;
  } catch (error) {
    throw failure("fallback_unreachable", `the engine as JavaScript could not be loaded: ${/** @type {Error} */ (error).message}`, error);
  }
}
