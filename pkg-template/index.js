// The package's entry point: the API of `core.js` with the platform's loader. For Node, the build replaces `loader.js` by
// `loader-node.js`.
import { define } from "./core.js";
import { failure } from "./failure.js";
import { fetchBytes, loadEngine } from "./loader.js";
import { fetched } from "./start.js";

export const Floorwalker = define(loadEngine, readBundle);

/** Returns the bytes of a bundle that is given as an address, a `Response` or bytes. @param {unknown} source */
async function readBundle(source) {
  let input = await fetched(source, fetchBytes, "bundle_unreachable");
  if (typeof input?.arrayBuffer === "function") input = await input.arrayBuffer();
  if (input instanceof ArrayBuffer) return new Uint8Array(input);
  if (ArrayBuffer.isView(input)) return new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
  throw failure("option_invalid", "a bundle is an address, a Response or bytes");
}
