// A shop's test under Vitest.
import { Floorwalker } from "floorwalker";
import { starterUrl } from "floorwalker/starter";
import { expect, test } from "vitest";

test("a message reaches its queue", async () => {
  const fw = await Floorwalker.load(starterUrl);
  expect([fw.card.engine, fw.route({ message: "where is my order" }).goesTo]).toEqual(["wasm", "orders"]);
});
