// Globals that Node has and a test environment (Jest's jsdom) may remove. In `node.js` and `node.cjs`, the build uses these imports in
// place of the globals.
export { TextDecoder, TextEncoder } from "node:util";
export { URL } from "node:url";
