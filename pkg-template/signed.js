// Verifies a signed snapshot of queues. This file is loaded when the first signed snapshot is set.
import { failure } from "./failure.js";

/** @import { SignedSnapshot, Snapshot } from "floorwalker" */

/**
 * Returns the snapshot in a signed file, `{ "snapshot": "…", "signature": "…" }`. Throws if `key` did not sign it.
 * @param {string | SignedSnapshot} file
 * @param {string} key
 * @returns {Promise<Snapshot & { asOf: number }>}
 */
export async function verified(file, key) {
  const { snapshot, signature } = /** @type {Partial<SignedSnapshot>} */ (parsed(file) ?? {});
  if (typeof snapshot !== "string" || typeof signature !== "string") {
    throw failure("snapshot_unsigned", "a signed snapshot is { snapshot, signature }; make it with `floorwalker snapshot sign`");
  }
  const algorithm = { name: "Ed25519" };
  const { subtle } = globalThis.crypto ?? {};
  let holds;
  try {
    const bytes = Uint8Array.from(/** @type {string[]} */ (key.match(/../g)), (byte) => parseInt(byte, 16));
    const known = await subtle.importKey("raw", bytes, algorithm, false, ["verify"]);
    const signed = bytesOf(signature);
    holds = signed && (await subtle.verify(algorithm, known, signed, new TextEncoder().encode(snapshot)));
  } catch (error) {
    throw failure("snapshot_unverifiable", `the signature cannot be checked here: ${/** @type {Error} */ (error).message}`, error);
  }
  if (!holds) throw failure("snapshot_forged", "the snapshot was not signed with the policy's key");
  const read = /** @type {Snapshot & { asOf: number }} */ (parsed(snapshot));
  if (typeof read?.asOf !== "number") throw failure("snapshot_shape", "a signed snapshot says when it was made: asOf, a number");
  return read;
}

/** Decodes Base64; `undefined` if the text is not valid Base64. @param {string} base64 */
function bytesOf(base64) {
  try {
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** @param {unknown} text @returns {unknown} */
function parsed(text) {
  if (typeof text !== "string") return text;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw failure("snapshot_shape", `a snapshot is JSON: ${/** @type {Error} */ (error).message}`, error);
  }
}
