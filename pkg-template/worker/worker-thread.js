// The worker of `floorwalker/worker`: it holds the engine and answers calls by number. Only `worker.js` speaks with it.
import { Floorwalker } from "../whole.js";

/** @import { Decision } from "floorwalker" */

/** The most decisions that `reroute` still knows. */
const MOST = 64;

/** @type {any} */
let fw;
/** The engine's own decisions, by their id: a page has copies. @type {Map<number, Decision>} */
const decisions = new Map();

/** @param {Decision} decision */
function remembered(decision) {
  decisions.set(decision.id, decision);
  for (const id of decisions.size > MOST ? decisions.keys() : []) {
    decisions.delete(id);
    break;
  }
  return decision;
}

/** What the page may call, besides the methods of the same name. @type {Record<string, (...its: any[]) => unknown>} */
const CALLS = {
  async load(bundle, options) {
    fw = await Floorwalker.load(bundle, options);
    for (const kind of /** @type {const} */ (["change", "erase", "event", "warning"])) {
      fw.on(kind, (/** @type {unknown} */ what) => post({ kind, what }));
    }
    return fw.card;
  },
  route: (options) => remembered(fw.route(options)),
  // A decision that is not known here is refused as the engine refuses it.
  reroute: (decision, options) => remembered(fw.reroute(decisions.get(decision?.id) ?? decision, options)),
  profile: (method, ...its) => fw.profile[method](...its),
};

/** @param {{ call?: number, answer?: unknown, error?: unknown, kind?: string, what?: unknown }} message */
function post(message) {
  try {
    postMessage(message);
  } catch {
    postMessage({ ...message, what: JSON.parse(JSON.stringify(message.what ?? null)) }); // something in it cannot be copied
  }
}

addEventListener("message", async ({ data: { call, method, its } }) => {
  try {
    const answer = await (CALLS[method] ? CALLS[method](...its) : fw[method](...its));
    post({ call, answer });
  } catch (error) {
    const { code, message } = /** @type {Error & { code?: string }} */ (error);
    post({ call, error: { code, message } });
  }
});
