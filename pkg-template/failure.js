/** @import { ErrorCode } from "floorwalker" */

/** @typedef {"scenario_invalid" | "floor_stopped"} SimulatorErrorCode */

/**
 * An `Error` with a stable `code`.
 * @template {ErrorCode | SimulatorErrorCode} Code
 * @param {Code} code
 * @param {string} message
 * @param {unknown} [cause]
 * @returns {Error & { code: Code }}
 */
export function failure(code, message, cause) {
  return Object.assign(new Error(message, cause === undefined ? undefined : { cause }), { code });
}
