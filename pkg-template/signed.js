// Verifies a signed snapshot of queues. This file is loaded when the first signed snapshot is set.
import { failure } from "./failure.js";

/** Returns the snapshot in a signed file, `{ "snapshot": "…", "signature": "…" }`. Throws if `key` did not sign it. */
export async function verified(file, key) {
  const { snapshot, signature } = parsed(file) ?? {};
  if (typeof snapshot !== "string" || typeof signature !== "string") {
    throw failure("snapshot_unsigned", "a signed snapshot is { snapshot, signature }; make it with `floorwalker snapshot sign`");
  }
  const algorithm = { name: "Ed25519" };
  const { subtle } = globalThis.crypto ?? {};
  let holds;
  try {
    const bytes = Uint8Array.from(key.match(/../g), (byte) => parseInt(byte, 16));
    const known = await subtle.importKey("raw", bytes, algorithm, false, ["verify"]);
    const signed = bytesOf(signature);
    holds = signed && (await subtle.verify(algorithm, known, signed, new TextEncoder().encode(snapshot)));
  } catch (error) {
    throw failure("snapshot_unverifiable", `the signature cannot be checked here: ${error.message}`, error);
  }
  if (!holds) throw failure("snapshot_forged", "the snapshot was not signed with the policy's key");
  const read = parsed(snapshot);
  if (typeof read?.asOf !== "number") throw failure("snapshot_shape", "a signed snapshot says when it was made: asOf, a number");
  return read;
}

/** Decodes Base64; `undefined` if the text is not valid Base64. */
function bytesOf(base64) {
  try {
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function parsed(text) {
  if (typeof text !== "string") return text;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw failure("snapshot_shape", `a snapshot is JSON: ${error.message}`, error);
  }
}
