/**
 * Creates DOM elements. It uses no HTML strings and no style attributes, so the page satisfies a strict content security policy, and a
 * product name can never become markup.
 */

/**
 * @typedef {Node | string | number | null | undefined | false | Child[]} Child
 * @typedef {{ [K in keyof HTMLElementEventMap as `on${K}`]?: (event: HTMLElementEventMap[K]) => unknown }} Listeners
 * @typedef {Listeners & { vars?: Record<string, string | number> } & Record<string, unknown>} Props
 * @typedef {keyof typeof ICONS} Icon
 */

/**
 * Creates one element. Functions named `on…` become event listeners, `vars` become CSS custom properties, `value`, `checked` and
 * `selected` are set as properties, and everything else is set as an attribute.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Props | null} [props]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]} the element
 */
export function h(tag, props, ...children) {
  const el = document.createElement(tag);
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value == null || value === false) continue;
    if (typeof value === "function") el.addEventListener(key.slice(2).toLowerCase(), /** @type {EventListener} */ (value));
    else if (key === "vars")
      for (const [name, v] of Object.entries(/** @type {Record<string, string | number>} */ (value))) el.style.setProperty(name, String(v));
    else if (key === "value" || key === "checked" || key === "selected")
      /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (el))[key] = value;
    else el.setAttribute(key === "class" ? "class" : key, value === true ? "" : String(value));
  }
  append(el, children);
  return el;
}

/** @param {Element} el @param {Child} child */
function append(el, child) {
  if (Array.isArray(child)) for (const c of child) append(el, c);
  else if (child instanceof Node) el.append(child);
  else if (child != null && child !== false) el.append(String(child));
}

/** Replaces the children of an element. @template {Element} E @param {E} el @param {...Child} children */
export function fill(el, ...children) {
  el.replaceChildren();
  append(el, children);
  return el;
}

const SVG = "http://www.w3.org/2000/svg";

/** A 24 × 24 line icon. @param {Icon} name */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

const ICONS = {
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.5 15.5 20 20",
  cart: "M4 5h2l2 10h9l2-7H7M9 19.5h.01M16 19.5h.01",
  heart: "M12 19s-7-4.3-7-9.3A3.7 3.7 0 0 1 12 8a3.7 3.7 0 0 1 7 1.7c0 5-7 9.3-7 9.3Z",
  scales: "M12 5v14M8 19h8M5 8h14M5 8l-2.5 5a2.5 2.5 0 0 0 5 0ZM19 8l-2.5 5a2.5 2.5 0 0 0 5 0Z",
  chat: "M5 5h14v10h-8l-4 4v-4H5Z",
  close: "M6 6l12 12M18 6 6 18",
  truck: "M3 7h11v9H3ZM14 10h4l3 3v3h-7M7 18.5h.01M17 18.5h.01",
  back: "M5 12a7 7 0 1 0 2.2-5.1M5 5v4h4",
  shield: "M12 4l7 2.5V11c0 5-3.2 7.6-7 9-3.8-1.4-7-4-7-9V6.5Z",
  eye: "M3 12s3.5-6 9-6 9 6 9 6-3.5 6-9 6-9-6-9-6ZM12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
  send: "M4 12l16-7-6 15-3-6ZM11 14l4-4",
  check: "M5 12.5 10 17l9-10",
  box: "M4 8l8-4 8 4v8l-8 4-8-4ZM4 8l8 4 8-4M12 12v8",
};
