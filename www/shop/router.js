/** The router: the address after `#` decides which page is shown, as in `#/p/p42` and `#/search?q=lamp`. */

/**
 * @typedef {{ name: string, id: string, query: URLSearchParams }} Place
 * @typedef {{ title: string, body: import("../dom.js").Child }} Page
 * @typedef {{ ask(message?: string): void, again(): void }} Doors
 */

let previous = "";

/** @returns {Place} */
export function place() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const [name = "", id = ""] = path.split("/").map(decodeURIComponent);
  return { name, id, query: new URLSearchParams(query) };
}

/** @param {string} name @param {string} [id] @param {Record<string, string>} [query] */
export function link(name, id, query) {
  const q = query ? `?${new URLSearchParams(query)}` : "";
  return `#/${/** @type {string[]} */ ([name, id].filter(Boolean)).map(encodeURIComponent).join("/")}${q}`;
}

/** @param {string} address */
export function go(address) {
  location.hash = address;
}

/**
 * Calls `show(place, moved)` now and after every navigation. `moved` is false for the first page.
 *
 * @param {(p: Place, moved: boolean) => void} show
 */
export function startRouter(show) {
  addEventListener("hashchange", () => {
    if (location.hash === previous || !location.hash.startsWith("#/")) return;
    previous = location.hash;
    show(place(), true);
  });
  previous = location.hash;
  show(place(), false);
}
