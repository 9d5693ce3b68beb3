// A shop's test under Jest: `require`, in Node and in jsdom.
const { Floorwalker } = require("floorwalker");
const { starterUrl } = require("floorwalker/starter");
const { say } = require("floorwalker/words");

test("a message reaches its queue", async () => {
  const fw = await Floorwalker.load(starterUrl, { storage: "local" });
  fw.observe("search", { search_term: "phone" });
  const decision = fw.route({ message: "where is my order" });
  expect([fw.card.engine, decision.goesTo, say(decision, "en").headline.length > 0]).toEqual(["wasm", "orders", true]);
  expect(fw.diagnose().warnings).toEqual([]);
});
