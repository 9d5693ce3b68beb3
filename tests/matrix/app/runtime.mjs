// A shop's program in a runtime besides Node: decides, and hands over to a function.
import { Floorwalker } from "floorwalker";
import { handOver } from "floorwalker/handover";
import { starterUrl } from "floorwalker/starter";

const fw = await Floorwalker.load(starterUrl);
const decision = fw.route({ message: "where is my order" });
let handed;
await handOver(decision, { to: ({ queue }) => (handed = queue) });
console.log(JSON.stringify({ engine: fw.card.engine, goesTo: decision.goesTo, handed }));
