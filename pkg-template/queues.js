// What the shop says of its queues and agents: into the engine row by row, and from a signed file.
import { failure } from "./failure.js";

const QUEUE_NUMBERS = 8;
const SECONDS_AN_HOUR = 3600;

/** A number, or NaN for what is none. Strings such as "499" count: shops send them. */
export function number(value) {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  return typeof value === "string" && value.trim() !== "" ? Number(value) : NaN;
}

/**
 * Hands a snapshot to the engine. `names` are the bundle's queues, `input` gives the buffer for numbers, `symbol` names
 * a string. Queues that the bundle does not have are passed over: a shop may add one before it ships the bundle that knows it.
 */
export function take(engine, snapshot, now, names, input, symbol) {
  const { asOf, queues = [], agents = [] } = Array.isArray(snapshot) ? { queues: snapshot } : (snapshot ?? {});
  // Everything that has no shape is refused before the first row: rows of half a snapshot would join the next one.
  const isList = (value) => value === undefined || value === null || Array.isArray(value);
  const fits =
    Array.isArray(queues) &&
    Array.isArray(agents) &&
    queues.every((state) => isList(state?.ratesPerHour)) &&
    agents.every((state) => isList(state?.queues));
  if (!fits) throw failure("snapshot_shape", "a snapshot has lists: { queues: [], agents: [] }; so have ratesPerHour and an agent's queues");
  const asOfMs = moment(asOf);
  const places = new Map(names.map((name, at) => [name, at]));
  for (const state of queues) {
    const at = places.get(state?.queue);
    if (at === undefined) continue;
    const { open, waiting, agents: present, inService, idleSeconds, ratesPerHour } = state;
    const buffer = input();
    [waiting, present, inService, idleSeconds].forEach((value, slot) => (buffer[slot] = number(value)));
    for (let slot = 4; slot < QUEUE_NUMBERS; slot++) {
      const rate = ratesPerHour?.[slot - 4];
      buffer[slot] = rate === undefined ? 0 : number(rate) / SECONDS_AN_HOUR;
    }
    engine.queue(at, open === undefined || open === null ? NaN : Number(Boolean(open)));
  }
  for (const state of agents) {
    const { agent, queues: served, holds, room, idleSeconds, occupancy, taken, novice } = state ?? {};
    for (const queue of served ?? []) {
      const at = places.get(queue);
      if (at === undefined) continue;
      const name = symbol(String(agent));
      const buffer = input();
      [holds, room, idleSeconds, occupancy, taken].forEach((value, slot) => (buffer[slot] = number(value)));
      engine.agent(name, at, Boolean(novice));
    }
  }
  engine.take(asOfMs, now);
}

/** Milliseconds of a moment given as a number or a date; NaN where none is given. */
function moment(asOf) {
  if (asOf === undefined || asOf === null) return NaN;
  const at = typeof asOf === "string" ? Date.parse(asOf) : Number(asOf);
  if (Number.isNaN(at)) throw failure("snapshot_shape", `asOf is milliseconds since 1970 or a date, not ${asOf}`);
  return at;
}

/** The snapshot in a signed file, `{ "snapshot": "…", "signature": "…" }`, if `key` signed it. */
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
    const signed = Uint8Array.from(atob(signature), (char) => char.charCodeAt(0));
    holds = await subtle.verify(algorithm, known, signed, new TextEncoder().encode(snapshot));
  } catch (error) {
    throw failure("snapshot_unverifiable", `the signature cannot be checked here: ${error.message}`, error);
  }
  if (!holds) throw failure("snapshot_forged", "the snapshot was not signed with the policy's key");
  const read = parsed(snapshot);
  if (read?.asOf === undefined) throw failure("snapshot_shape", "a signed snapshot says when it was made: asOf");
  return read;
}

function parsed(text) {
  if (typeof text !== "string") return text;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw failure("snapshot_shape", `a snapshot is JSON: ${error.message}`, error);
  }
}
