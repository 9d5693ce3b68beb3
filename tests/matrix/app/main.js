// A shop's page, as each tool builds or serves it: says in its title what came of a decision.
import { Floorwalker } from "floorwalker";
import { hint } from "floorwalker/hint";
import { say } from "floorwalker/words";

async function main() {
  const fw = await Floorwalker.load("/starter.fwb", { storage: "session", consent: "granted" });
  fw.observe("view_item", { items: [{ item_id: "p42", price: 499 }] });
  const decision = fw.route({ message: "where is my order" });
  return {
    engine: fw.card.engine,
    goesTo: decision.goesTo,
    words: say(decision, "en").headline.length > 0,
    hint: hint(decision).length > 0,
    warnings: fw.diagnose().warnings.map(({ code }) => code),
    stored: fw.profile.export(),
  };
}

main().then(
  (found) => (document.title = JSON.stringify(found)),
  (error) => (document.title = JSON.stringify({ code: error.code, error: error.message })),
);
