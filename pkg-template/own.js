/** What objects have that inherit nothing: a script may have added to `Object.prototype`. (Faster than `__proto__: null`.) */
function Own() {}
Own.prototype = Object.create(null);

/** The own properties of what somebody handed in, and nothing else; of several, the last that has one. */
export function own(...given) {
  return Object.assign(new Own(), ...given);
}
