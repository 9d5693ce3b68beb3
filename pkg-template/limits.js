// Constants that the other files share. This file imports nothing, so that the build can inline each constant.

/** The most strings whose symbols are cached; beyond it the cache is emptied. */
export const MAX_SYMBOLS = 8192;

/**
 * How far ahead another clock may be, in milliseconds: the clock that writes a snapshot ahead of the page's, and the page's clock ahead of
 * the server's.
 */
export const AHEAD_MS = 60_000;
/** The most rows of queues, and the most rows of agents. An agent who serves two queues counts as two rows. */
export const MAX_ROWS = 10_000;
/** The largest number in a row: it stays finite when the engine converts it to a 32-bit float. */
export const MOST = 3e38;
export const SECONDS_AN_HOUR = 3600;

/** The most events that the journal keeps; older ones are dropped. */
export const MAX_EVENTS = 512;
/** The most characters of JSON that the journal takes: a tenth of what browsers grant to an origin. */
export const MAX_JOURNAL_CHARS = 500_000;
/** The longest delay between an event and its writing to storage, in milliseconds. */
export const SAVE_AFTER_MS = 1000;
