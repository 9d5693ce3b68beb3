// Where numbers lie in the buffers that page and engine share. Written from src/wasm/layout by its test; see there.
export const MAX_ITEMS = 200;
export const MAX_PARAMS = 32;
export const INPUT_NUMBERS = 1696;
export const TEXT_BYTES = 8000;
export const REASONS = 3;
export const MISSING = 0;
export const NUMBER = 1;
export const CATEGORY = 2;
export const ROWS = 255;
export const ITEM_FIELDS = ["item_id", "item_category", "item_brand", "item_variant", "price", "quantity", "discount", "index"];
export const ITEM_NAMES = 4;
export const QUEUE_FIELDS = ["waiting", "agents", "inService", "idleSeconds", "patienceSeconds"];
export const QUEUE_RATE1 = 5;
export const RATES = 4;
export const AGENT_FIELDS = ["holds", "room", "idleSeconds", "occupancy", "taken", "count"];

export const VALUE = 2;
export const VALUE_KIND = 0;
export const VALUE_VALUE = 1;

export const EXPLANATION = 4;
export const EXPLANATION_BASE = 0;
export const EXPLANATION_LOGIT = 1;
export const EXPLANATION_PROBABILITY = 2;
export const EXPLANATION_N_REASONS = 3;

export const REASON = 6;
export const REASON_KIND = 0;
export const REASON_FIRST = 1;
export const REASON_SECOND = 2;
export const REASON_VALUE_KIND = 3;
export const REASON_VALUE = 4;
export const REASON_CONTRIBUTION = 5;

export const DECISION = 20;
export const DECISION_QUEUE = 0;
export const DECISION_ABSTENTION = 1;
export const DECISION_GOES_TO = 2;
export const DECISION_OUTCOME = 3;
export const DECISION_FILTER = 4;
export const DECISION_MARGIN = 5;
export const DECISION_FRESHNESS = 6;
export const DECISION_EXPIRES_AT = 7;
export const DECISION_AGENT = 8;
export const DECISION_AGENT_PROPENSITY = 9;
export const DECISION_CHANGE_FROM = 10;
export const DECISION_CHANGE_TO = 11;
export const DECISION_CHANGE_BY = 12;
export const DECISION_CHANGE_WAITING = 13;
export const DECISION_MESSAGE = 14;
export const DECISION_EVENTS = 15;
export const DECISION_STRENGTH = 16;
export const DECISION_OUTSIDE = 17;
export const DECISION_PRIORITY = 18;
export const DECISION_N_INTENT_SET = 19;

export const RANK = 8;
export const RANK_QUEUE = 0;
export const RANK_STANDING = 1;
export const RANK_SCORE = 2;
export const RANK_FIT = 3;
export const RANK_PROPENSITY = 4;
export const RANK_WAIT_LOW = 5;
export const RANK_WAIT_MEAN = 6;
export const RANK_WAIT_HIGH = 7;

export const SHARE = 2;
export const SHARE_INTENT = 0;
export const SHARE_SHARE = 1;

/** Numbered from 1: 0 is none. */
export const ABSTENTIONS = ["threshold", "margin", "closed", "unmatched", "nobody", "out_of_scope", "unsure"];
export const OUTCOMES = ["best", "explored", "holdout", "preferred", "bot", "overflow", "closed", "default"];
export const STANDINGS = ["candidate", "elsewhere", "skipped", "skill", "language", "full", "closed", "unstaffed", "closing"];
export const STANDING_CANDIDATE = 0;
export const STANDING_CLOSED = 6;
export const STRENGTHS = ["none", "weak", "strong"];
export const CHANNELS = ["chat", "call_back", "email", "bot"];
