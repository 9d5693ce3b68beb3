// A shop's service worker, which may import nothing later.
import { Floorwalker } from "/node_modules/floorwalker/whole.js";

self.addEventListener("message", (event) => {
  const answer = Floorwalker.load("/starter.fwb").then(
    (fw) => ({ engine: fw.card.engine, goesTo: fw.route({ message: "where is my order" }).goesTo }),
    (error) => ({ code: error.code, error: error.message }),
  );
  event.waitUntil(answer.then((found) => event.source.postMessage(found)));
});
