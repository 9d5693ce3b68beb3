// A shop's worker at the edge: the engine comes compiled, because nothing may be compiled there.
import { Floorwalker } from "./whole.js";
import wasm from "./engine.wasm";
import bundle from "./starter.fwb";

export default {
  async fetch() {
    const fw = await Floorwalker.load(bundle, { wasm });
    return Response.json({ engine: fw.card.engine, goesTo: fw.route({ message: "where is my order" }).goesTo });
  },
};
