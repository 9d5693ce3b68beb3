/** Converts a value to a number; NaN if it is none. Strings such as "499" are accepted, because shops send them. @param {unknown} value */
export function number(value) {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  return typeof value === "string" && value.trim() !== "" ? Number(value) : NaN;
}
