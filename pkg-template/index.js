// The entry: the API of `core.js`, with the loader of the platform (the build puts `loader-node.js` in the place of
// `loader.js` for Node).
import { define } from "./core.js";
import { failure } from "./failure.js";
import { fetchBytes, loadEngine } from "./loader.js";
import { fetched } from "./start.js";

export const Floorwalker = define(loadEngine, readBundle);

/** The bytes of a bundle given as address, `Response` or bytes. */
async function readBundle(source) {
  let input = await fetched(source, fetchBytes, "bundle_unreachable");
  if (typeof input?.arrayBuffer === "function") input = await input.arrayBuffer();
  if (input instanceof ArrayBuffer) return new Uint8Array(input);
  if (ArrayBuffer.isView(input)) return new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
  throw failure("option_invalid", "a bundle is an address, a Response or bytes");
}
