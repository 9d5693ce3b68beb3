// What a page tells of the shopper's trouble and attention: rage clicks, dead clicks, dwell and scroll depth. Each only if the shop asks for it.
//
// | event             | when                                                                                                   |
// |-------------------|--------------------------------------------------------------------------------------------------------|
// | `rage_click`      | three clicks within a second and thirty pixels                                                         |
// | `dead_click`      | a click on what looks like a control, after which nothing on the page changes for two seconds          |
// | `user_engagement` | the page is left or hidden: `engagement_time_msec`, the time that it was visible since the last such event |
// | `scroll`          | the shopper has seen 25, 50, 75, 90 per cent of the page: `percent_scrolled`, once each                 |
//
// Nothing is read of what was clicked, and no text.

/** @import { InputOptions } from "floorwalker" */
/** @import { Telling } from "../inputs.js" */

const RAGE = { clicks: 3, ms: 1000, px: 30 };
const DEAD_MS = 2000;
const CONTROLS = "a[href], button, summary, label, select, [role=button], [role=link], [role=tab], input[type=submit], input[type=button]";
const DEPTHS = [25, 50, 75, 90];
/** The least time of attention that is told, in milliseconds. */
const LEAST_MS = 1000;

/** @param {Document} document @param {InputOptions} options @param {Telling} telling @returns {() => void} */
export function signals(document, { rageClicks, deadClicks, dwell, scroll }, { tell, guarded, now }) {
  const page = document.defaultView;
  if (!page) return () => {};
  /** @type {(() => void)[]} */
  const stops = [];
  /** @param {EventTarget} target @param {string} name @param {(event: any) => void} listener */
  const on = (target, name, listener) => {
    const heard = guarded(listener);
    target.addEventListener(name, heard, { capture: true, passive: true });
    stops.push(() => target.removeEventListener(name, heard, { capture: true }));
  };

  if (rageClicks) {
    /** @type {{ x: number, y: number, at: number }[]} */
    let clicks = [];
    on(document, "click", ({ clientX: x, clientY: y, isTrusted }) => {
      if (!isTrusted) return;
      const at = now();
      clicks = clicks.filter((one) => at - one.at <= RAGE.ms && Math.hypot(one.x - x, one.y - y) <= RAGE.px);
      clicks.push({ x, y, at });
      if (clicks.length < RAGE.clicks) return;
      clicks = [];
      tell("rage_click");
    });
  }

  if (deadClicks) {
    /** Clicks whose effect is waited for. @type {Set<(isDead: boolean) => void>} */
    const waiting = new Set();
    const dead = guarded(() => tell("dead_click"));
    stops.push(() => waiting.forEach((finish) => finish(false)));
    on(document, "click", ({ target, isTrusted }) => {
      if (!isTrusted || !target?.closest?.(CONTROLS)) return;
      const { href } = page.location;
      const changed = () => finish(false);
      const observer = new MutationObserver(changed);
      observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
      const names = ["scroll", "pagehide", "blur", "popstate", "hashchange", "input", "focusin"];
      for (const name of names) page.addEventListener(name, changed, { capture: true, once: true });
      const timer = setTimeout(() => finish(page.location.href === href), DEAD_MS);
      const finish = (/** @type {boolean} */ isDead) => {
        clearTimeout(timer);
        observer.disconnect();
        for (const name of names) page.removeEventListener(name, changed, { capture: true });
        waiting.delete(finish);
        if (isDead) dead();
      };
      waiting.add(finish);
    });
  }

  if (dwell) {
    let since = document.visibilityState === "visible" ? now() : undefined;
    const leave = () => {
      const ms = since === undefined ? 0 : now() - since;
      since = undefined;
      if (ms >= LEAST_MS) tell("user_engagement", { engagement_time_msec: ms });
    };
    on(document, "visibilitychange", () => {
      if (document.visibilityState === "visible") since = now();
      else leave();
    });
    on(page, "pagehide", leave);
  }

  if (scroll) {
    let left = [...DEPTHS];
    on(page, "scroll", () => {
      const { scrollHeight } = document.documentElement;
      const seen = (100 * (page.scrollY + page.innerHeight)) / scrollHeight;
      const passed = left.filter((depth) => seen >= depth);
      left = left.filter((depth) => seen < depth);
      if (passed.length > 0) tell("scroll", { percent_scrolled: passed.at(-1) });
    });
  }
  return () => stops.forEach((stop) => stop());
}
