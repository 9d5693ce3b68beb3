/** Detects impatient clicking: three clicks within 30 px and one second are reported as one `rage_click` event. */
import { observe } from "./shopper.js";

const CLICKS = 3;
const RADIUS_PX = 30;
const WITHIN_MS = 1000;

export function watchRage() {
  /** @type {{ x: number, y: number, at: number }[]} */
  let recent = [];
  document.addEventListener(
    "click",
    (e) => {
      if (e.detail === 0) return; // The click came from the Enter key or from a script.
      const now = { x: e.clientX, y: e.clientY, at: performance.now() };
      recent = recent.filter((c) => now.at - c.at <= WITHIN_MS && Math.hypot(c.x - now.x, c.y - now.y) <= RADIUS_PX);
      recent.push(now);
      if (recent.length < CLICKS) return;
      recent = [];
      observe("rage_click", { target: e.target instanceof Element ? e.target.tagName.toLowerCase() : "" });
    },
    true,
  );
}
