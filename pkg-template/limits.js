// Numbers that the files here go by. Nothing is imported, so that the build writes each in its place.

/** Strings named once are remembered, up to this many; then the cache starts anew. */
export const MAX_SYMBOLS = 8192;

/** Milliseconds that another clock may be ahead: of the page, the one that writes a snapshot; of the server, the page's. */
export const AHEAD_MS = 60_000;
/** Rows of queues, and rows of agents: one who serves two queues is two. */
export const MAX_ROWS = 10_000;
/** Most that a number of a row may be: finite still as the 32-bit float that the engine makes of it. */
export const MOST = 3e38;
export const SECONDS_AN_HOUR = 3600;

/** Events that are kept; older ones are forgotten. */
export const MAX_EVENTS = 512;
/** Characters that they may take as JSON: a tenth of what browsers give an origin. */
export const MAX_JOURNAL_CHARS = 500_000;
/** Longest time between an event and its writing to storage, in ms. */
export const SAVE_AFTER_MS = 1000;
