// Replays the corpus of the fuzz target `hint`, with mutations, on the packed package.
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { replay } from "../../fuzz/hint.mjs";
import { project } from "./unpacked.mjs";

const hints = /** @type {typeof import("floorwalker/hint")} */ (await import(pathToFileURL(path.join(project().home, "hint.js")).href));

test("no text makes the check of a hint throw anything but an error with a code", () => replay(hints, 1000));
