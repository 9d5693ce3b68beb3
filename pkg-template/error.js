/** An error with a `code` that stays the same across versions. */
export class FloorwalkerError extends Error {
  constructor(code, message, cause) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "FloorwalkerError";
    this.code = code;
  }
}
