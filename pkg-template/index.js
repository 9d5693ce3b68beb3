// The package's entry point: the API of `core.js` with the platform's loader. For Node, the build replaces `loader.js` by
// `loader-node.js`. The expression `new URL(…, import.meta.url)` must stay as it is: Vite, webpack and esbuild look for exactly this form.
import { refusedBundle } from "./calls.js";
import { define } from "./core.js";
import { fetchBytes } from "./loader.js";
import { bytesOf, startEngine } from "./start.js";

/** @type {import("./start.js").Door} */
const ENGINE = {
  home: () => new URL("./engine/floorwalker.wasm", import.meta.url),
  fallback: () => import("./engine/fallback.js"),
  refused: refusedBundle,
};

export const Floorwalker = define(
  (options) => startEngine(options, ENGINE, fetchBytes),
  (bundle) => bytesOf(bundle, fetchBytes, "bundle_unreachable"),
);
