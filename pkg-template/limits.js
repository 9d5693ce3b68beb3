// Constants that the other files share. This file imports nothing, so that the build can inline each constant.

/** The most strings whose symbols are cached; beyond it the cache is emptied. */
export const MAX_SYMBOLS = 8192;

/** How far the page's clock may be ahead of the server's, in milliseconds. */
export const AHEAD_MS = 60_000;
export const SECONDS_AN_HOUR = 3600;

/** The most events that the journal keeps; older ones are dropped. */
export const MAX_EVENTS = 512;
/** The most characters of JSON that a store takes: a tenth of what browsers grant to an origin. */
export const MAX_JOURNAL_CHARS = 500_000;
/** The most characters of JSON that a shopper's events take. */
export const MAX_PROFILE_CHARS = 32_000;
/** How long an event is kept unless the shop says otherwise, in days: thirteen months. */
export const RETENTION_DAYS = 395;
export const DAY_MS = 86_400_000;
/** The event that a correction of the shopper is kept as. */
export const CORRECTION = "profile_correct";
/** The event that tells under whose consent the events after it are stored. */
export const CONSENT = "profile_consent";
/** The longest delay between an event and its writing to Web Storage, in milliseconds. */
export const SAVE_AFTER_MS = 1000;
/** The same for IndexedDB, without the time of the transaction itself. */
export const COMMIT_AFTER_MS = 50;
