//! Faults planted in a sound policy, one at a time: what a support lead could write and not mean.
//!
//! Each row is a finding's code, a text of the sound policy, and the text that replaces it. `§` marks where the finding must point.

/// Code, text of the sound policy, text with the fault.
pub(super) type Fault = (&'static str, &'static str, &'static str);

const OPEN: &str = "open = [{ days = \"mon-fri\", from = \"09:00\", to = \"18:00\" }]";
const ZONE: &str = "zone = \"Europe/Berlin\"";
const HOLIDAYS: &str = "holidays = [\"2026-12-25\"]";
const WHEN: &str = "when = \"cart_value > 500\"";
const LARGE: &str = "targets = [{ queues = [\"phones\"] }]";
const REST: &str = "targets = [{ queues = [\"phones\", \"returns\"] }]";
const STEPS: &str = "steps = [{ at = 20, drop = 1 }]";
const STRATEGY: &str = "strategy = [\"skills\"]";
const CLOSED: &str = "closed = \"message\"";
const WITHIN: &str = "within = 60";
const EMAIL: &str = "channel = \"email\"";
const NEEDS: &str = "needs = [{ skill = \"returns\", required = true, level = 0.5, drop = 1 }]";
const SKILLS: &str = "skills = [{ skill = \"returns\", proficiency = 0.8 }]";
const AHT: &str = "aht = 300";

/// Hours, dates and zones.
pub(super) const OF_HOURS: &[Fault] = &[
    ("name_twice", "[[requirements]]", "[[hours]]\n§name = \"shop\"\nopen = []\n[[requirements]]"),
    ("hours_never_open", OPEN, "§open = []"),
    (
        "hours_never_open",
        OPEN,
        "§open = [{ days = \"fri\", from = \"09:00\", to = \"18:00\" }]\n# ALL FRIDAYS",
    ),
    ("hours_minute_gap", OPEN, "open = [{ days = \"mon-sun\", from = \"00:00\", §to = \"23:59\" }]"),
    (
        "hours_minute_gap",
        OPEN,
        "open = [{ days = \"mon-fri\", from = \"09:00\", §to = \"12:59\" },\n{ days = \"mon-fri\", from = \"13:00\", to = \"18:00\" }]",
    ),
    (
        "hours_minute_gap",
        HOLIDAYS,
        "special = [{ date = \"2026-12-24\", from = \"09:00\", §to = \"23:59\" }]",
    ),
    ("hours_from_midnight", OPEN, "open = [{ days = \"mon-fri\", §from = \"24:00\", to = \"18:00\" }]"),
    ("hours_same_ends", OPEN, "open = [{ days = \"mon-fri\", from = \"09:00\", §to = \"09:00\" }]"),
    ("hours_same_ends", HOLIDAYS, "special = [{ date = \"2026-12-24\", from = \"00:00\", §to = \"00:00\" }]"),
    ("hours_turned_round", OPEN, "open = [{ days = \"mon-fri\", §from = \"18:00\", to = \"09:00\" }]"),
    (
        "hours_overlap",
        OPEN,
        "open = [{ days = \"mon-fri\", from = \"09:00\", to = \"17:00\" },\n§{ days = \"fri\", from = \"16:00\", to = \"20:00\" }]",
    ),
    (
        "hours_overlap",
        OPEN,
        "open = [{ days = \"fri\", from = \"20:00\", to = \"04:00\" },\n§{ days = \"sat\", from = \"03:00\", to = \"20:00\" }]",
    ),
    (
        "hours_overlap",
        HOLIDAYS,
        "special = [{ date = \"2026-12-24\", from = \"09:00\", to = \"13:00\" },\n§{ date = \"2026-12-24\", from = \"12:00\", to = \"14:00\" }]",
    ),
    (
        "hours_unused",
        "[[requirements]]",
        "[[hours]]\n§name = \"night\"\nzone = \"Europe/Berlin\"\nopen = [{ days = \"sat\", from = \"09:00\", to = \"12:00\" }]\n[[requirements]]",
    ),
    ("dates_past", HOLIDAYS, "§holidays = [\"2019-12-25\", \"2020-01-01\"]"),
    ("dates_past", HOLIDAYS, "§special = [{ date = \"2025-12-24\", from = \"09:00\", to = \"13:00\" }]"),
    ("date_far", HOLIDAYS, "holidays = [\"2026-12-25\",\n§\"2062-12-26\"]"),
    ("date_far", HOLIDAYS, "special = [{ §date = \"2206-12-24\", from = \"09:00\", to = \"13:00\" }]"),
    ("holiday_twice", HOLIDAYS, "holidays = [\"2026-12-25\",\n§\"2026-12-25\"]"),
    (
        "holiday_special",
        HOLIDAYS,
        "holidays = [§\"2026-12-24\"]\nspecial = [{ date = \"2026-12-24\", from = \"09:00\", to = \"13:00\" }]",
    ),
    ("special_same", HOLIDAYS, "special = [§{ date = \"2026-12-24\", from = \"09:00\", to = \"18:00\" }]"),
    (
        "hours_turned_round",
        HOLIDAYS,
        "special = [{ date = \"2026-12-24\", §from = \"13:00\", to = \"09:00\" }]",
    ),
    ("zone_sign", ZONE, "§zone = \"Etc/GMT+2\""),
    ("zone_abbreviation", ZONE, "§zone = \"EST\""),
    (
        "zone_missing",
        "[[requirements]]",
        "§[[hours]]\nname = \"night\"\nopen = [{ days = \"sat\", from = \"09:00\", to = \"12:00\" }]\n[[requirements]]",
    ),
    ("name_unknown", "hours = \"shop\"\naht = 300", "§hours = \"shopp\""),
    ("closed_missing", CLOSED, ""),
];

/// Queues, and where requests go that no queue takes.
pub(super) const OF_QUEUES: &[Fault] = &[
    ("name_twice", EMAIL, "[[queues]]\n§name = \"returns\""),
    ("name_empty", EMAIL, "[[queues]]\n§name = \"\""),
    ("names_alike", EMAIL, "[[queues]]\n§name = \"Returns\""),
    ("names_alike", EMAIL, "[[queues]]\nname = \"re\u{fb01}ts\"\n[[queues]]\n§name = \"refits\""),
    ("names_alike", EMAIL, "[[queues]]\nname = \"cafe\u{301}\"\n[[queues]]\n§name = \"caf\u{e9}\""),
    ("name_hidden", EMAIL, "[[queues]]\n§name = \"replayer \""),
    ("name_hidden", EMAIL, "[[queues]]\n§name = \"de\u{200b}sk\""),
    (
        "name_long",
        EMAIL,
        "[[queues]]\n§name = \"a queue whose name tells all that its agents can do, which is a lot, and more than any list can show in one line\"",
    ),
    ("queue_full", AHT, "§capacity = 0\naht = 300"),
    ("queue_unused", EMAIL, "channel = \"email\"\n[[queues]]\n§name = \"spare\""),
    (
        "skill_twice",
        SKILLS,
        "skills = [{ skill = \"returns\", proficiency = 0.8 },\n{ §skill = \"returns\" }]",
    ),
    ("languages_unused", AHT, "§languages = [\"en\"]"),
    ("language_twice", AHT, "languages = [\"en\", §\"en\"]"),
    ("names_alike", AHT, "languages = [\"en\", §\"EN\"]"),
    ("parent_circle", AHT, "§parent = \"phones\""),
    ("name_unknown", AHT, "§parent = \"Phones\""),
    ("overflow_self", LARGE, "targets = [{ queues = [\"phones\"] }]\n§overflow = \"phones\""),
    ("overflow_limited", CLOSED, "closed = \"message\"\n§overflow = \"returns\""),
    (
        "overflow_full",
        EMAIL,
        "channel = \"email\"\n[[queues]]\nname = \"spare\"\ncapacity = 0\n[[filters]]\nname = \"vip\"\nwhen = \"vip = true\"\n§overflow = \"spare\"",
    ),
    ("closed_limited", CLOSED, "§closed = \"returns\""),
    ("default_limited", "default_queue = \"message\"", "§default_queue = \"returns\""),
    ("default_bot", EMAIL, "channel = \"bot\""),
    ("bot_channel", WITHIN, "within = 60\nbot = { §queue = \"returns\", until = 20 }"),
    ("bot_never", WITHIN, "within = 60\nbot = { queue = \"message\", §until = 0 }"),
    ("bot_never", WITHIN, "within = 60\nbot = { queue = \"message\", until = 20, §unless = \"age >= 0\" }"),
    (
        "bot_unless_never",
        WITHIN,
        "within = 60\nbot = { queue = \"message\", until = 20, §unless = \"age < 0\" }",
    ),
    ("bot_until_end", WITHIN, "within = 60\nbot = { queue = \"message\", §until = 600 }"),
    ("weight_unused", AHT, "§weight = 2.0"),
    ("delay_cost_unused", AHT, "§delay_cost = 2.0"),
    ("time_unit", AHT, "§aht = 5"),
];

/// Filters, targets, conditions and needs.
pub(super) const OF_FILTERS: &[Fault] = &[
    ("filter_contradiction", WHEN, "§when = \"views > 5 and views < 3\""),
    ("filter_contradiction", WHEN, "§when = \"intent.returns > 0.6 and intent.price > 0.6\""),
    ("filter_contradiction", WHEN, "§when = \"intent = returns and intent = price\""),
    ("filter_contradiction", WHEN, "§when = \"intent.returns > 0.9 and intent = price\""),
    ("filter_contradiction", WHEN, "§when = \"age > 600\""),
    ("filter_contradiction", WHEN, "§when = \"floor.agents < 0\""),
    ("filter_contradiction", WHEN, "§when = \"not age >= 0\""),
    ("condition_always", WHEN, "§when = \"age >= 0\""),
    ("condition_always", WHEN, "§when = \"vip = true or not vip = true\""),
    ("compare_range", WHEN, "§when = \"intent.price > 30\""),
    ("compare_range", WHEN, "§when = \"intent.price >= -0.2\""),
    ("compare_exact", WHEN, "§when = \"intent.price = 0.5\""),
    ("names_alike", WHEN, "§when = \"page = cart or page = Cart\""),
    ("names_alike", WHEN, "§when = \"cart_value > 500 or Cart_Value > 900\""),
    ("compare_flag", WHEN, "§when = \"vip = True\""),
    ("condition_unknown", WHEN, "§when = \"queue.agents > 3\""),
    ("condition_unknown", WHEN, "§when = \"floor.wait > 3\""),
    ("condition_unknown", LARGE, "targets = [{ queues = [\"phones\"], §skip_if = \"queue.idle > 3\" }]"),
    ("filter_unreachable", "name = \"rest\"", "name = \"second\"\n§[[filters]]\nname = \"rest\""),
    (
        "filter_unreachable",
        "name = \"rest\"",
        "name = \"second\"\nwhen = \"not cart_value > 500\"\n§[[filters]]\nname = \"third\"\n[[filters]]\nname = \"rest\"",
    ),
    (
        "filter_unreachable",
        "name = \"rest\"",
        "name = \"second\"\nwhen = \"cart_value <= 500\"\n[[filters]]\nname = \"third\"\n§when = \"cart_value >= 0\"\n[[filters]]\nname = \"rest\"",
    ),
    ("filter_twice", "name = \"rest\"", "§name = \"large\""),
    ("names_alike", "name = \"rest\"", "§name = \"Large\""),
    ("name_empty", "name = \"rest\"", "§name = \"\""),
    ("skip_if_never", LARGE, "targets = [{ queues = [\"phones\"], §skip_if = \"queue.waiting < 0\" }]"),
    ("skip_if_always", LARGE, "targets = [{ queues = [\"phones\"], §skip_if = \"queue.agents >= 0\" }]"),
    ("skip_if_always", LARGE, "targets = [{ queues = [\"phones\"], §skip_if = \"age < 600\" }]"),
    ("target_queue_twice", REST, "targets = [{ queues = [\"phones\", \"returns\",\n§\"phones\"] }]"),
    (
        "target_never_tried",
        REST,
        "targets = [{ queues = [\"phones\", \"returns\"] },\n§{ queues = [\"returns\"], at = 20 }]",
    ),
    ("target_never_tried", REST, "targets = [{},\n§{ queues = [\"returns\"] }]"),
    ("target_late", REST, "targets = [{ queues = [\"phones\"] },\n{ queues = [\"returns\"], §at = 90 }]"),
    (
        "target_past_end",
        REST,
        "targets = [{ queues = [\"phones\"] },\n{ queues = [\"returns\"], §at = 900 }]",
    ),
    ("step_late", STEPS, "steps = [{ §at = 70, drop = 1 }]"),
    ("step_past_end", STEPS, "steps = [{ §at = 900, drop = 1 }]"),
    ("step_idle", STEPS, "steps = [{ at = 20, drop = 1 },\n§{ at = 30, drop = 2 }]"),
    ("step_at_once", STEPS, "steps = [§{ at = 0, drop = 1 }]"),
    ("steps_order", STEPS, "steps = [{ at = 30, drop = 1 },\n{ §at = 20, drop = 1 }]"),
    ("time_unit", STEPS, "steps = [{ at = 20, drop = 1 }]\n§priority = 1e12"),
    ("out_of_range", STEPS, "steps = [{ at = 20, drop = 1 }]\n§priority = -60"),
    ("drop_never", NEEDS, "needs = [{ §skill = \"returns\", required = true, level = 0.5, drop = 2 }]"),
    ("need_unmet", NEEDS, "needs = [{ §skill = \"returns\", required = true, level = 0.9, drop = 1 }]"),
    ("need_twice", NEEDS, "needs = [{ skill = \"returns\", drop = 1 },\n{ §skill = \"returns\" }]"),
    ("skill_unknown", NEEDS, "needs = [{ §skill = \"Returns\" }]"),
    ("requirement_shape", NEEDS, "when = \"vip = true\"\nneeds = []"),
    (
        "requirement_empty",
        "[[requirements]]",
        "§[[requirements]]\nwhen = \"vip = true\"\nneeds = []\n[[requirements]]",
    ),
    (
        "requirement_never",
        "[[requirements]]",
        "[[requirements]]\n§when = \"x > 1 and x < 0\"\nneeds = [{ skill = \"price\" }]\n[[requirements]]",
    ),
    (
        "condition_always",
        "[[requirements]]",
        "[[requirements]]\n§when = \"age >= 0\"\nneeds = [{ skill = \"price\" }]\n[[requirements]]",
    ),
    ("name_unknown", REST, "targets = [{ queues = [\"phones\",\n§\"retruns\"] }]"),
];

/// Settings of the whole policy: bounds, times, chance, strategies, language.
pub(super) const OF_SETTINGS: &[Fault] = &[
    ("threshold_unused", STRATEGY, "strategy = [\"shortest_wait\"]\n§threshold = 0.5"),
    ("out_of_range", STRATEGY, "strategy = [\"skills\"]\n§threshold = 50"),
    ("out_of_range", STRATEGY, "strategy = [\"skills\"]\n§certainty = -0.1"),
    ("left_threshold", STRATEGY, "strategy = [\"skills\"]\n§threshold = 0.95"),
    ("margin_unreachable", STRATEGY, "strategy = [\"skills\"]\n§margin = 1.0"),
    ("certainty_unreachable", STRATEGY, "strategy = [\"skills\"]\n§certainty = 1.0"),
    ("set_mass", STRATEGY, "strategy = [\"skills\"]\n§set_mass = 90"),
    ("strategy_twice", STRATEGY, "strategy = [\"skills\", §\"skills\"]"),
    ("within_past_end", WITHIN, "§within = 900"),
    ("time_unit", WITHIN, "within = 60\n§ttl = 600000"),
    ("time_unit", WITHIN, "§within = 60000\nttl = 86000"),
    ("time_unit", WITHIN, "within = 60\nsnapshot = { fresh = 30000, §stale = 300000 }"),
    ("explore_all", WITHIN, "within = 60\nexplore = { §floor = 0.5 }"),
    ("holdout_most", WITHIN, "within = 60\nexplore = { floor = 0.02, §holdout = 0.95 }"),
    ("learning_all", WITHIN, "within = 60\nagents = { §learning = 1 }"),
    (
        "bandit_no_floor",
        STRATEGY,
        "strategy = [§{ by = \"thompson\", spread = 1, bandit = { inputs = [] } }]",
    ),
    (
        "bandit_no_doubt",
        STRATEGY,
        "strategy = [{ by = \"thompson\", §spread = 0, bandit = { inputs = [] } }]",
    ),
    (
        "epsilon_all",
        STRATEGY,
        "strategy = [{ by = \"epsilon_greedy\", §epsilon = 1, bandit = { inputs = [] } }]",
    ),
    (
        "input_twice",
        STRATEGY,
        "strategy = [{ by = \"lin_ucb\", alpha = 1, bandit = { inputs = [\"x\", §\"x\"] } }]",
    ),
    (
        "arm_missing",
        STRATEGY,
        "strategy = [{ by = \"lin_ucb\", alpha = 1, bandit = { inputs = [], §arms = [{ queue = \"phones\", weights = [1], inverse = [1] }] } }]",
    ),
    ("language_unused", STRATEGY, "strategy = [\"skills\"]\n§language = { from = \"lang\" }"),
    ("drop_never", STRATEGY, "strategy = [\"skills\"]\nlanguage = { from = \"lang\", §drop = 3 }"),
    ("hold_past_lifetime", WITHIN, "within = 60\npreferred = { lifetime = 20, §hold = 30 }"),
    ("hold_past_end", WITHIN, "within = 60\npreferred = { lifetime = 172800, §hold = 600 }"),
    ("time_unit", WITHIN, "§ttl = 10"),
    ("time_unit", WITHIN, "within = 60\npreferred = { §lifetime = 2 }"),
    ("preferred_never", WITHIN, "within = 60\npreferred = { §lifetime = 0 }"),
    ("left_unmatched", "name = \"rest\"", "name = \"rest\"\nwhen = \"cart_value <= 500\""),
    ("left_closed", CLOSED, ""),
    ("left_closed", CLOSED, "closed = \"returns\""),
    ("left_nobody", STEPS, ""),
    (
        "never_taken",
        "[[requirements]]",
        "[[hours]]\nname = \"none\"\nzone = \"Europe/Berlin\"\nopen = []\n[[queues]]\nname = \"vip\"\nhours = \"none\"\n\
         §[[filters]]\nname = \"gold\"\nwhen = \"vip = gold\"\ntargets = [{ queues = [\"vip\"] }]\n[[requirements]]",
    ),
];
