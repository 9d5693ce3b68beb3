"use client";
import { useEffect, useState } from "react";
import { Floorwalker } from "floorwalker";
import { FloorwalkerProvider, useDecision, useFloorwalker, useHandOver } from "floorwalker/react";

function Question() {
  const { fw, status, error } = useFloorwalker();
  const decision = useDecision({ message: "where is my order" });
  const handOver = useHandOver("zendesk");
  const [found, setFound] = useState();
  useEffect(() => {
    if (error) setFound({ code: error.code, error: error.message });
    if (!decision || found) return;
    const calls = [];
    window.zE = (...given) => calls.push(given);
    const told = () => ({
      engine: fw.card.engine,
      goesTo: decision.goesTo,
      handed: calls.find(([, what]) => what === "conversationTags")?.[2][0],
    });
    handOver(decision).then(
      () => setFound(told()),
      (its) => setFound({ code: its.code, error: its.message }),
    );
  }, [fw, decision, error, found, handOver]);
  useEffect(() => {
    if (found) document.title = JSON.stringify(found);
  }, [found]);
  return <p id="status">{status}</p>;
}

export function Ask() {
  return (
    <FloorwalkerProvider load={() => Floorwalker.load("/starter.fwb")}>
      <Question />
    </FloorwalkerProvider>
  );
}
