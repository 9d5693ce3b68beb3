#!/usr/bin/env node
// `npx floorwalker-trainer …`: runs the trainer's program of this machine with the same arguments, input, output and exit code.
import { spawn } from "node:child_process";
import process from "node:process";
import { binary } from "./index.js";

/** The exit code of a usage error, as the trainer's own. */
const USAGE = 2;

try {
  const child = spawn(binary(), process.argv.slice(2), { stdio: "inherit" });
  // The terminal sends an interrupt to both; this process waits for the trainer to end in its own way. Other signals it hands on.
  process.on("SIGINT", () => {});
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(/** @type {NodeJS.Signals} */ (signal)));
  child.on("error", (error) => {
    console.error(`error: the trainer did not start: ${error.message}`);
    process.exitCode = USAGE;
  });
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal === "SIGINT" ? 130 : 1);
  });
} catch (error) {
  console.error(`error: ${/** @type {Error} */ (error).message}`);
  process.exitCode = USAGE;
}
