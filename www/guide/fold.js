/** A panel section that folds. */
import { h } from "../dom.js";

/** @typedef {import("../dom.js").Child} Child */

/** A section that folds. @param {Child} title @param {Child} content @param {{ open?: boolean, note?: Child }} [options] */
export function fold(title, content, { open = true, note } = {}) {
  return h("details", { class: "fold", open }, h("summary", null, title, note), content);
}
