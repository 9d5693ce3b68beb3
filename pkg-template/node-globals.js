// What Node has and a test environment may take away (Jest's jsdom). The build puts these in the place of the globals in `node.js`
// and `node.cjs`.
export { TextDecoder, TextEncoder } from "node:util";
