/** Constructs objects that inherit nothing, because a script may have extended `Object.prototype`. (Faster than `__proto__: null`.) */
function Own() {}
Own.prototype = Object.create(null);

/**
 * Copies the own properties of the given objects into one object without inherited properties. For a key in several, the last one wins.
 * @template {object} T
 * @param {...(T | null | undefined)} given
 * @returns {Partial<T>}
 */
export function own(...given) {
  return Object.assign(new /** @type {new () => object} */ (/** @type {unknown} */ (Own))(), ...given);
}
