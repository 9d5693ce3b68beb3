// The package with the engine as JavaScript alone, for pages that know that WebAssembly is blocked: nothing asks for the module first. The answers
// are the same.
import { refusedBundle } from "./calls.js";
import { define } from "./core.js";
import * as engine from "./engine/fallback.js";
import { fetchBytes } from "./loader.js";
import { bytesOf, startEngine } from "./start.js";

/** @type {import("./start.js").Door} */
const ENGINE = {
  home: () => new URL("about:blank"), // never asked for
  fallback: async () => engine,
  refused: refusedBundle,
};

export const Floorwalker = define(
  (options) => startEngine({ ...options, engine: "js" }, ENGINE, fetchBytes),
  (bundle) => bytesOf(bundle, fetchBytes, "bundle_unreachable"),
);
