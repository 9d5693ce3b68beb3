/** A `localStorage` in memory: its keys are its own properties, as in a browser. */
export class HeldInMemory {
  /** @this {Storage} @param {string} key @returns {string | null} */
  getItem(key) {
    return Object.hasOwn(this, key) ? this[key] : null;
  }
  /** @this {Storage} @param {string} key @param {string} text */
  setItem(key, text) {
    this[key] = text;
  }
  /** @this {Storage} @param {string} key */
  removeItem(key) {
    delete this[key];
  }
}
