/** The header and footer of every page. */
import { fill, h, icon } from "../dom.js";
import { lang, setLang, t } from "../words/i18n.js";
import { categoryName } from "../words/names.js";
import { compared, count, onCart, saved } from "./cart.js";
import { categories } from "./catalogue.js";
import { topicLinks } from "./help.js";
import { go, link, place } from "./router.js";

export function renderHeader() {
  const query = h("input", {
    type: "search",
    name: "q",
    placeholder: t("search_hint"),
    "aria-label": t("search"),
    value: place().name === "search" ? place().query.get("q") : "",
    "data-testid": "search",
  });
  /** @param {Event} e */
  const find = (e) => {
    e.preventDefault();
    if (query.value.trim()) go(link("search", "", { q: query.value.trim() }));
  };
  const other = lang() === "en" ? "zh" : "en";
  fill(
    /** @type {HTMLElement} */ (document.getElementById("header")),
    h("p", { class: "bar" }, t("bar"), h("span", null, t("bar_more"))),
    h(
      "div",
      { class: "head" },
      h(
        "a",
        { class: "logo", href: link("") },
        mark(),
        h("span", { class: "logo-text" }, h("span", { class: "logo-name" }, t("shop")), h("span", { class: "logo-sub" }, t("tagline"))),
      ),
      h(
        "form",
        { class: "search", role: "search", onsubmit: find },
        query,
        h("button", { type: "submit", "aria-label": t("search") }, icon("search")),
      ),
      h(
        "div",
        { class: "tools" },
        h(
          "button",
          {
            class: "lang",
            type: "button",
            "data-testid": "lang",
            "data-lang": lang(),
            "aria-label": `${t("language")}: ${other === "zh" ? "中文" : "English"}`,
            onclick: () => setLang(other),
          },
          h("span", { class: lang() === "en" ? "on" : "", lang: "en" }, "EN"),
          h("span", { class: lang() === "zh" ? "on" : "", lang: "zh" }, "中文"),
        ),
        tool("scales", link("compare"), t("compare"), () => compared().length, "compare-count"),
        tool("heart", link("saved"), t("saved"), () => saved().length, "saved-count"),
        tool("cart", link("cart"), t("cart"), count, "cart-count"),
      ),
    ),
    h(
      "nav",
      { class: "departments-bar", "aria-label": t("all_departments") },
      h(
        "ul",
        null,
        categories().map((c) => h("li", null, h("a", { href: link("c", c), "data-category": c }, categoryName(c)))),
        h("li", { class: "push" }, h("a", { href: link("orders") }, t("track"))),
        h("li", null, h("a", { href: link("account") }, t("sign_in"))),
        h("li", null, h("a", { href: link("help") }, t("help"))),
      ),
    ),
  );
  showCounts();
  markPlace();
}

/**
 * A header link with a badge that shows a number.
 *
 * @param {import("../dom.js").Icon} sign
 * @param {string} href
 * @param {string} name
 * @param {() => number} n
 * @param {string} testid
 */
function tool(sign, href, name, n, testid) {
  const badge = h("span", { class: "badge", "data-testid": testid });
  counts.set(testid, () => {
    badge.textContent = String(n());
    badge.classList.toggle("zero", n() === 0);
  });
  return h("a", { class: "tool", href, title: name }, icon(sign), h("span", { class: "tool-name" }, name), badge);
}

/** @type {Map<string, () => void>} */
const counts = new Map();
const showCounts = () => counts.forEach((show) => show());
onCart(showCounts);

/** Marks the link of the current department in the header. */
export function markPlace() {
  const { name, id } = place();
  for (const a of document.querySelectorAll(".departments-bar a")) {
    const here = (name === "c" && a.getAttribute("data-category") === id) || a.getAttribute("href") === link(name);
    if (here) a.setAttribute("aria-current", "page");
    else a.removeAttribute("aria-current");
  }
}

export function renderFooter() {
  /** @param {string} title @param {import("../dom.js").Child} items */
  const column = (title, items) => h("div", null, h("h2", null, title), h("ul", null, items));
  fill(
    /** @type {HTMLElement} */ (document.getElementById("footer")),
    h(
      "div",
      { class: "foot" },
      h(
        "div",
        { class: "foot-about" },
        h("span", { class: "logo" }, mark(), h("span", { class: "logo-name" }, t("shop"))),
        h("p", { class: "small" }, t("foot_about")),
      ),
      column(
        t("foot_shop"),
        categories().map((c) => h("li", null, h("a", { href: link("c", c) }, categoryName(c)))),
      ),
      column(t("foot_help"), [
        ...topicLinks("help"),
        h("li", null, h("a", { href: link("orders") }, t("track"))),
        h("li", null, h("a", { href: "/floor.html" }, t("counters"))),
      ]),
      column(t("foot_policies"), topicLinks("policy")),
    ),
  );
}

/** The shop's logo: a lantern. */
function mark() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 32 32");
  svg.setAttribute("class", "mark");
  svg.setAttribute("aria-hidden", "true");
  for (const [d, fill] of [
    ["M8 0h16a8 8 0 0 1 8 8v16a8 8 0 0 1-8 8H8a8 8 0 0 1-8-8V8a8 8 0 0 1 8-8z", "#17594a"],
    ["M16 4v4M11 8h10v3H11zM10 12h12l-2 11h-8zM12 24h8v2h-8z", "#f3c66b"],
    ["M16 14c3 4 3 6 0 7-3-1-3-3 0-7z", "#17594a"],
  ]) {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", d);
    path.setAttribute("fill", fill);
    svg.append(path);
  }
  return svg;
}
