// The package with its engine in it: one file, for pages that can fetch none (`file://`, previews, a single HTML file). The build puts the module's
// bytes in the place of `engine.wasm`; the same file is also built as a classic script, `inline.global.js`, which defines `window.Floorwalker`.
import { refusedBundle } from "./calls.js";
import { define } from "./core.js";
import wasm from "./engine.wasm";
import { failure } from "./failure.js";
import { fetchBytes } from "./loader.js";
import { bytesOf, startEngine } from "./start.js";

/** @import { LoadOptions } from "floorwalker" */
/** @import { Base64 } from "floorwalker/inline" */

/** @type {import("./start.js").Door} */
const ENGINE = {
  home: () => new URL("about:blank"), // the module is given
  fallback: () => import("./engine/fallback.js"),
  refused: refusedBundle,
};

/** The bytes that a text in base64 stands for. @param {string} text */
function decoded(text) {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch (error) {
    throw failure("option_invalid", `base64 is a bundle as text in base64: ${/** @type {Error} */ (error).message}`, error);
  }
}

export const Floorwalker = define(
  (/** @type {LoadOptions} */ options) => startEngine({ ...options, wasm: options.wasm ?? wasm }, ENGINE, fetchBytes),
  async (bundle) => {
    const { base64 } = /** @type {Partial<Base64>} */ (bundle ?? {});
    return typeof base64 === "string" ? decoded(base64) : bytesOf(bundle, fetchBytes, "bundle_unreachable");
  },
);
