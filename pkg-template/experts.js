// What a decision of `route` says of the items that are queues or agents: their order, and which of them nobody would answer.
import { failure } from "./failure.js";

/** @import { Context } from "floorwalker/recommend" */

/** Logits between the places of two queues that the router ranks one after the other: more than other signals are worth. */
const ROUTED = 100;

/** @param {Context["decision"]} decision @returns {{ boost: Record<string, number>, closed: string[] }} */
export function routed(decision) {
  const { ranking = [], agent } = decision ?? {};
  if (!Array.isArray(ranking) || !ranking.every((one) => typeof one?.queue === "string"))
    throw failure("option_invalid", "context.decision is a decision of route()");
  const open = ranking.filter((one) => one.open);
  const places = open.map(({ queue }, place) => [queue, ROUTED * (open.length - place)]);
  if (agent) places.push([agent.agent, ROUTED * (open.length + 1)]);
  return { boost: Object.fromEntries(places), closed: ranking.filter((one) => !one.open).map(({ queue }) => queue) };
}
