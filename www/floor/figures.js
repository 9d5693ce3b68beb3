/** The figures of two days so far, side by side in a table, and the numbers of waiting requests as two curves. */
import { h } from "../dom.js";
import { number } from "../words/i18n.js";
import { CLOSES, OPENS } from "./scenario.js";
import { say } from "./words.js";

/** @typedef {import("floorwalker-simulator").FloorState} FloorState */
/** @typedef {import("./words.js").Phrase} Phrase */
/** @typedef {[key: Phrase, of: (state: FloorState) => number, written: (value: number) => string, less: boolean | null]} Row */

/** @param {number} value */
const share = (value) => `${number(100 * value, 1)}\u202f%`;
/** @param {number} value */
const seconds = (value) => `${number(value, 0)}\u202f${say("seconds")}`;
/**
 * For each row: its name, its value in a state, how the value is formatted, and whether less is better (null: neither).
 *
 * @type {Row[]}
 */
const ROWS = [
  ["came", ({ all }) => all.came, (value) => number(value, 0), null],
  ["level", ({ all }) => all.serviceLevel, share, false],
  ["wait", ({ all }) => all.meanWaitSeconds, seconds, true],
  ["gone", ({ all }) => all.abandonment, share, true],
  ["misrouted", ({ all }) => all.misrouteRate, share, true],
  ["busy", ({ occupancy }) => occupancy, share, null],
];

/** @param {FloorState[]} states @param {string[]} names */
export function figures(states, names) {
  /** @param {Row} row */
  const row = ([key, of, written, less]) => {
    const [left, right] = states.map(of);
    const by = left - right;
    const better = less === null || by === 0 ? "" : by < 0 === less ? "better" : "worse";
    const sign = by < 0 ? "−" : "+";
    return h(
      "tr",
      { "data-testid": "figure", "data-figure": key, "data-left": left, "data-right": right },
      h("th", { scope: "row" }, say(key)),
      h("td", null, written(left)),
      h("td", null, written(right)),
      h("td", { class: better }, by === 0 ? "" : `${sign}${written(Math.abs(by))}`),
    );
  };
  const head = ["", ...names, say("difference")].map((name) => h("th", { scope: "col" }, name));
  return h("table", { class: "figures" }, h("thead", null, h("tr", null, head)), h("tbody", null, ROWS.map(row)));
}

const SVG = "http://www.w3.org/2000/svg";
const [HEIGHT, TOP] = [170, 16];

/** @param {string} tag @param {Record<string, string | number>} attributes @param {string} [text] */
function shape(tag, attributes, text) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  if (text) made.textContent = text;
  return made;
}

/** Draws the curves as SVG. @param {number[][]} curves one point every five minutes from opening time @param {string[]} names */
export function chart(curves, names) {
  const most = Math.max(5, ...curves.flat());
  const isNarrow = innerWidth < 720;
  const width = isNarrow ? 420 : 1140; // a narrower drawing, so that its letters stay as large on a phone
  /** @param {number} at */
  const x = (at) => (width * at * 300) / (CLOSES - OPENS);
  /** @param {number} value */
  const y = (value) => HEIGHT - ((HEIGHT - TOP) * value) / most;
  const svg = shape("svg", { viewBox: `-30 0 ${width + 50} ${HEIGHT + 20}`, class: "chart", role: "img", "aria-label": say("chart") });
  for (const value of [0, Math.round(most / 2), most]) {
    svg.append(shape("line", { x1: 0, x2: width, y1: y(value), y2: y(value), class: "grid" }));
    svg.append(shape("text", { x: -6, y: y(value) + 4, class: "tick end" }, String(value)));
  }
  for (let hour = OPENS / 3600; hour <= CLOSES / 3600; hour += isNarrow ? 7 : 2) {
    svg.append(shape("text", { x: x((hour * 3600 - OPENS) / 300), y: HEIGHT + 15, class: "tick middle" }, `${hour}:00`));
  }
  curves.forEach((curve, which) => {
    const points = curve.map((value, at) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
    const line = shape("polyline", { points, class: `curve ${which === 0 ? "of-left" : "of-right"}` });
    line.append(shape("title", {}, names[which]));
    svg.append(line);
  });
  return svg;
}
