// Modules that exist only in the built package.
declare module "*/engine/fallback.js";
declare module "*/engine.js";
