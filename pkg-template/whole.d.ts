// The built `whole.js`, as `worker-thread.js` imports it.
export { Floorwalker } from "floorwalker";
