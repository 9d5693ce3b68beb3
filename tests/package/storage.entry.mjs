// The part of the package that `storage.test.mjs` runs in each of its pages.
export { open } from "../../pkg-template/storage.js";
export { open as openDatabase } from "../../pkg-template/database.js";
export { forgetAll } from "../../pkg-template/journal.js";
