/** A panel section that folds. */
import { h } from "../dom.js";

/** A section that folds. @param {string} title @param {any} content @param {{ open?: boolean, note?: any }} [options] */
export function fold(title, content, { open = true, note } = {}) {
  return h("details", { class: "fold", open }, h("summary", null, title, note), content);
}
