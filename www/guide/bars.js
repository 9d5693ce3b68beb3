/** Lists of bars, keyed by name. A bar that is shown again keeps its element, so that updates animate it instead of redrawing it. */
import { h } from "../dom.js";
import { percent, signed } from "../words/i18n.js";

/** @typedef {{ key: string, name: string, share: number, className?: string, text?: string }} Bar */

/** A list of bars. @param {Record<string, string>} [props] */
export function barList(props) {
  const list = h("ul", { class: "bars", ...props });
  /** @type {Map<string, HTMLElement>} */
  const rows = new Map();
  return {
    el: list,
    /** @param {Bar[]} bars */
    show(bars) {
      const kept = new Set(bars.map((b) => b.key));
      for (const [key, row] of rows)
        if (!kept.has(key)) {
          row.remove();
          rows.delete(key);
        }
      bars.forEach((bar, i) => {
        let row = rows.get(bar.key);
        if (!row) {
          row = h(
            "li",
            { "data-name": bar.key },
            h("span", { class: "bar-name" }),
            h("span", { class: "bar-track" }, h("span", { class: "bar-fill" })),
            h("span", { class: "bar-value" }),
          );
          rows.set(bar.key, row);
        }
        row.className = bar.className ?? "";
        row.children[0].textContent = bar.name;
        /** @type {HTMLElement} */ (row.children[1].firstChild).style.setProperty("--share", String(Math.min(1, Math.max(0, bar.share))));
        row.children[2].textContent = bar.text ?? percent(bar.share);
        row.setAttribute("data-value", bar.share.toFixed(4));
        if (list.children[i] !== row) list.insertBefore(row, list.children[i] ?? null);
      });
    },
  };
}

/**
 * One signed contribution: a bar to the right if it is positive, to the left if it is negative.
 *
 * @param {import("../dom.js").Child} kind @param {string} name @param {number} value @param {number} top
 */
export function cause(kind, name, value, top) {
  return h(
    "li",
    { class: `cause ${value < 0 ? "against" : "for"}` },
    h("span", { class: "bar-name" }, kind, name),
    h("span", { class: "cause-track" }, h("span", { class: "cause-fill", vars: { "--share": Math.abs(value) / (top || 1) } })),
    h("span", { class: "bar-value" }, signed(value)),
  );
}
