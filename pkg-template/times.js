// Times as people hand them in: milliseconds, or seconds, microseconds and nanoseconds by mistake, a `Date`, text.

/** Times further from now than this, 30 years in milliseconds, are of another unit, or none. */
const NEAR = 9.5e11;
const UNITS = [
  ["milliseconds", 1],
  ["seconds", 1000],
  ["microseconds", 1e-3],
  ["nanoseconds", 1e-6],
];

/**
 * Milliseconds since 1970. `undefined` where there is no time (`null`, `""`), NaN where `value` cannot be one. `said(unit)` hears of a
 * unit other than milliseconds. A text is digits, or a date with its zone: without a zone it is another time for each shopper.
 */
export function moment(value, now, said) {
  if ((value ?? "") === "") return undefined;
  let time = value;
  if (typeof value === "string") time = /^\d{4}-.+(Z|[+-]\d\d:?\d\d)$/i.test(value) ? Date.parse(value) : Number(value);
  if (typeof value === "bigint" || value instanceof Date) time = Number(value);
  if (typeof time !== "number") return NaN;
  for (const [unit, factor] of UNITS) {
    if (Math.abs(time * factor - now) > NEAR) continue;
    if (factor !== 1) said(unit);
    return time * factor;
  }
  return NaN;
}
