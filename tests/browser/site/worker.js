// A Worker has no import map, so it imports the package's file by its path.
import { Floorwalker } from "/node_modules/floorwalker/index.js";

const error = await Floorwalker.load(new Uint8Array(0)).then(
  () => new Error("accepted"),
  (e) => e,
);
postMessage({ code: error.code, message: error.message });
