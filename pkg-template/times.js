// Parses times as callers pass them: milliseconds, a `Date`, a text, or by mistake seconds, microseconds or nanoseconds.

/** A number further from now than this (30 years in milliseconds) is in another unit, or is no time at all. */
const NEAR = 9.5e11;
/** @type {[unit: string, factor: number][]} */
const UNITS = [
  ["milliseconds", 1],
  ["seconds", 1000],
  ["microseconds", 1e-3],
  ["nanoseconds", 1e-6],
];

/**
 * Converts `value` to milliseconds since 1970: `undefined` if there is no time (`null`, `""`), NaN if `value` cannot be a time.
 * `said(unit)` is called if the unit was not milliseconds. A text is either digits, or a date with a time zone: without a zone it would
 * mean a different time for each shopper.
 * @param {unknown} value
 * @param {number} now
 * @param {(unit: string) => void} said
 * @returns {number | undefined}
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
