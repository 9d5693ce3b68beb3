// Constants that the other files share. This file imports nothing, so that the build can inline each constant.

// The layout of the shared buffers: see the table in `src/wasm/layout.rs`.
export const MAX_ITEMS = 200;
/** Fields of an item: first those that hold names, then those that hold numbers. */
export const ITEM_FIELDS = ["item_id", "item_category", "item_brand", "item_variant", "price", "quantity", "discount", "index"];
/** How many of an item's fields hold names. */
export const ITEM_NAMES = 4;
export const MAX_PARAMS = 32;
export const INPUT_NUMBERS = 200 * 8 + 32 * 3;
export const TEXT_BYTES = 8000;
export const QUEUE_NUMBERS = 9;
export const MISSING = 0;
export const NUMBER = 1;
export const CATEGORY = 2;

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
