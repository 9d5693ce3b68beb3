// A page without a browser: what the hand-over and the fakes of chats read of a window.

/** A fake of a window: an event target with a document, an address, a history and storages. */
export class Page extends EventTarget {
  document = Object.assign(new EventTarget(), {
    title: "Product",
    /** @type {Record<string, unknown>} */
    elements: {},
    /** @param {string} selector */
    querySelector(selector) {
      return this.elements[selector] ?? null;
    },
    /** @param {string} id */
    getElementById(id) {
      return this.elements[`#${id}`] ?? null;
    },
  });
  location = { href: "https://shop.example/p/42" };
  history = {
    state: null,
    /** @param {unknown} _state @param {string} _title @param {string | URL} url */
    replaceState: (_state, _title, url) => void (this.location.href = String(url)),
  };
  sessionStorage = storage();
  localStorage = storage();

  /** Tells of an event. @param {string} name @param {unknown} [detail] */
  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/** A storage of the page, which can also be read by its keys. @returns {Record<string, any>} */
function storage() {
  /** @type {Record<string, any>} */
  const kept = {};
  /** @param {string} name @param {(...its: any[]) => unknown} value */
  const method = (name, value) => Object.defineProperty(kept, name, { value, enumerable: false });
  method("getItem", (/** @type {string} */ key) => (Object.hasOwn(kept, key) ? kept[key] : null));
  method("setItem", (/** @type {string} */ key, /** @type {string} */ value) => void (kept[key] = String(value)));
  method("removeItem", (/** @type {string} */ key) => void delete kept[key]);
  return kept;
}
