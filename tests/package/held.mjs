/** A `localStorage` in memory: its keys are its own properties, as in a browser. */
export class HeldInMemory {
  getItem(key) {
    return Object.hasOwn(this, key) ? this[key] : null;
  }
  setItem(key, text) {
    this[key] = text;
  }
  removeItem(key) {
    delete this[key];
  }
}
