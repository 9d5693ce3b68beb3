/**
 * Counts the requests that are not for the page's own files: shopper data could leave the page only by such a request.
 * It counts what the browser reports as a resource: scripts, images, fetches, beacons. In addition, the content security policy
 * forbids every other origin.
 */
import { signal } from "../signal.js";

const OWN =
  /^\/(main|dom|signal)\.js$|^\/(shop|guide|words)\/[\w-]+\.js$|^\/styles\/[\w-]+\.css$|^\/node_modules\/floorwalker\/[\w./-]+$|^\/(models\/store\.fw[bi]|catalogue\.json)$/;

/** @type {string[]} */
const sent = [];
/** @type {import("../signal.js").Signal<void>} */
const changed = signal();
export const onSent = changed.on;
export const sentRequests = () => sent;

export function watchNetwork() {
  if (!("PerformanceObserver" in globalThis)) return;
  const observer = new PerformanceObserver((list) => {
    let more = false;
    for (const entry of list.getEntries()) {
      if (isOwn(/** @type {PerformanceResourceTiming} */ (entry))) continue;
      sent.push(entry.name);
      more = true;
    }
    if (more) changed.emit();
  });
  observer.observe({ type: "resource", buffered: true });
}

/** @param {PerformanceResourceTiming} entry */
function isOwn(entry) {
  const url = new URL(entry.name, location.href);
  if (url.protocol === "data:" || url.protocol === "blob:") return true;
  return url.origin === location.origin && !url.search && entry.initiatorType !== "beacon" && OWN.test(url.pathname);
}
