// Constants that the other files share. This file imports nothing, so that the build can inline each constant.

/** The most strings whose symbols are cached; beyond it the cache is emptied. */
export const MAX_SYMBOLS = 8192;

/** How far the page's clock may be ahead of the server's, in milliseconds. */
export const AHEAD_MS = 60_000;
export const SECONDS_AN_HOUR = 3600;

/** The most events that the journal keeps; older ones are dropped. */
export const MAX_EVENTS = 512;
/** The most characters of JSON that the journal takes: a tenth of what browsers grant to an origin. */
export const MAX_JOURNAL_CHARS = 500_000;
/** The longest delay between an event and its writing to Web Storage, in milliseconds. */
export const SAVE_AFTER_MS = 1000;
/** The same for IndexedDB, without the time of the transaction itself. */
export const COMMIT_AFTER_MS = 50;
