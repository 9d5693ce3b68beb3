// Modules that exist only in the built package.
declare module "*/engine/fallback.js";
declare module "*/engine/retrieval.js";
declare module "*/engine.js";

// Globals of the pages in `tests/browser/site`: what `bare.js` sets, and the Floorwalker that a test loads.
declare var floorwalker: typeof import("floorwalker");
declare var fw: import("floorwalker").Floorwalker;
declare var refusal: (options?: import("floorwalker").LoadOptions) => Promise<{ code: string; message: string }>;
declare var refusalInWorker: () => Promise<{ code: string; message: string }>;
declare var __violation: (text: string) => void;
