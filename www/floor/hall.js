/** Draws one floor: a row for each queue, with its agents and its waiting line. */
import { fill, h } from "../dom.js";
import { number } from "../words/i18n.js";
import { intentName, queueName } from "../words/names.js";
import { say } from "./words.js";

/** Seconds after which a waiting shopper is shown as late, and as very late. */
const LATE = 30;
const VERY_LATE = 180;
/** The most waiting shoppers that are drawn for a queue. */
const DRAWN = 24;

/** @typedef {import("floorwalker-simulator").Waiting} Waiting */

/** @param {import("floorwalker-simulator").Scenario} scenario */
export function hall(scenario) {
  const rows = scenario.queues.map((queue) => {
    const [agents, line, count] = [h("ul", { class: "agents" }), h("ul", { class: "line" }), h("span", { class: "line-count" })];
    const row = h(
      "li",
      { class: "counter", "data-testid": "counter", "data-queue": queue },
      h("h3", null, queueName(queue)),
      agents,
      line,
      count,
    );
    return { row, agents, line, count };
  });
  const body = h(
    "ol",
    { class: "hall" },
    rows.map(({ row }) => row),
  );

  /** @param {Waiting} request @param {boolean} waits */
  const guest = ({ kind, ageSeconds, right }, waits) => {
    const late = !waits ? "" : ageSeconds > VERY_LATE ? " very-late" : ageSeconds > LATE ? " late" : "";
    return h("span", { class: `guest ${right ? "is-right" : "is-wrong"}${late}`, title: intentName(scenario.kinds[kind].name) });
  };
  /** @param {Waiting[] | null} held */
  const agent = (held) =>
    h(
      "li",
      {
        class: held === null ? "agent off" : held.length === 0 ? "agent" : "agent busy",
        title: held === null ? say("off") : held.length === 0 ? say("free") : "",
      },
      (held ?? []).map((one) => guest(one, false)),
    );

  /** @param {import("floorwalker-simulator").FloorState} state */
  function show(state) {
    rows.forEach(({ row, agents, line, count }, at) => {
      const { waiting, line: waits, figures } = state.queues[at];
      const teams = scenario.teams.flatMap((team, which) => (team.queues[0] === scenario.queues[at] ? state.teams[which] : []));
      fill(agents, teams.map(agent));
      fill(
        line,
        waits.slice(0, DRAWN).map((one) => h("li", null, guest(one, true))),
      );
      const level = figures.came === 0 ? "" : say("in_time", { share: number(100 * figures.serviceLevel, 0) });
      count.textContent = [waiting === 0 ? "" : say("waiting", { n: waiting }), level].filter(Boolean).join(" · ");
      row.dataset.level = String(figures.serviceLevel);
      row.dataset.waiting = String(waiting);
    });
  }
  return { body, show };
}
