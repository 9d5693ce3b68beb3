// A shop's page, as each tool builds or serves it: says in its title what came of a decision, and of handing it over to a chat.
import { Floorwalker } from "floorwalker";
import { handOver } from "floorwalker/handover";
import { zendesk } from "floorwalker/handover/zendesk";
import { hint } from "floorwalker/hint";
import { say } from "floorwalker/words";

const calls = [];
window.zE = (...given) => calls.push(given);

async function main() {
  const fw = await Floorwalker.load("/starter.fwb", { storage: "session", consent: "granted" });
  fw.observe("view_item", { items: [{ item_id: "p42", price: 499 }] });
  const decision = fw.route({ message: "where is my order" });
  await handOver(decision, { to: zendesk });
  return {
    engine: fw.card.engine,
    goesTo: decision.goesTo,
    handed: calls.find(([, what]) => what === "conversationTags")?.[2][0],
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
