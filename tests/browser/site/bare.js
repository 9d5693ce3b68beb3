// Exposes the package to the test, and what a worker reports of it.
import * as floorwalker from "floorwalker";

globalThis.floorwalker = floorwalker;

/** The error of loading an empty bundle. It comes from the engine itself, so it proves that the engine started. */
globalThis.refusal = async (options) => {
  const error = await floorwalker.Floorwalker.load(new Uint8Array(0), options).then(
    () => new Error("accepted"),
    (e) => e,
  );
  return { code: error.code, message: error.message };
};

globalThis.refusalInWorker = () =>
  new Promise((resolve, reject) => {
    const worker = new Worker("/worker.js", { type: "module" });
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
  });
