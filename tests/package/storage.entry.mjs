// What storage.test.mjs runs as one page's share of the package.
export { open } from "../../pkg-template/storage.js";
export { forgetAll } from "../../pkg-template/journal.js";
