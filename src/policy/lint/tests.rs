//! Findings of every kind, on their lines, and what a model adds.

use super::super::known::{Known, Sort};
use super::*;
use floorwalker_engine::head::Link;
use floorwalker_finding::Place;

/// One entry per line, so that a finding on a wrong line is noticed. Names occur more than once on purpose.
const POLICY: &str = r#"intents = "intent"
default_queue = "message"
ttl = 600
[[queues]]
name = "aftersale"
skills = [{ skill = "returns" }]
languages = ["en"]
hours = "shop"
[[queues]]
name = "message"
channel = "email"
[[queues]]
name = "presale"
skills = [{ skill = "price" }]
hours = "shop"
[[queues]]
name = "robot"
channel = "bot"
[[hours]]
name = "shop"
zone = "Europe/Berlin"
open = [{ days = "mon-sun", from = "00:00", to = "24:00" }]
[[filters]]
name = "vip shoppers of aftersale"
when = "vip = true"
targets = [{ queues = ["aftersale", "presale"] }]
steps = [{ at = 30, drop = 0 }]
[[filters]]
name = "rest of message, presale, robot"
"#;

fn file(text: &str) -> PolicyFile {
    PolicyFile::parse(text.to_owned(), false).unwrap()
}

fn today() -> Date {
    Date(i32::try_from(floorwalker_engine::route::days_of(2026, 11, 1)).unwrap())
}

fn said(text: &str, known: Option<&Known<'_>>) -> Vec<String> {
    let said = |finding: &Finding| {
        let Finding { severity, place: Place::At { line, .. }, kind: Fault { what, fix, .. } } = finding
        else {
            panic!("{finding:?}")
        };
        let sort = if *severity == Severity::Serious { "error" } else { "warning" };
        format!("{line}: {sort}: {what}; {fix}")
    };
    lint(&file(text), known, today()).iter().map(said).collect()
}

/// Calls `ask` with the names of a model that has intents, features and a head of numbers.
fn known<T>(ask: impl FnOnce(&Known<'_>) -> T) -> T {
    let intents = ["returns", "price"].map(str::to_owned);
    let worth = ["worth".to_owned()];
    ask(&Known {
        names: Names {
            heads: vec![("intent", &intents), ("value", &worth)],
            features: vec!["vip", "page", "language"],
        },
        sorts: vec![Sort::Number, Sort::Category, Sort::Category],
        links: vec![Link::Softmax, Link::Identity],
    })
}

/// Changes the policy, and asserts that a new finding starts with `wanted`.
#[track_caller]
fn check(from: &str, to: &str, wanted: &str) {
    check_with(from, to, wanted, None);
}

#[track_caller]
fn check_with(from: &str, to: &str, wanted: &str, known: Option<&Known<'_>>) {
    assert_eq!(POLICY.matches(from).count(), 1, "{from}");
    let before = said(POLICY, known);
    let found = said(&POLICY.replace(from, to), known);
    let new: Vec<&String> = found.iter().filter(|found| !before.contains(found)).collect();
    assert!(new.iter().any(|found| found.starts_with(wanted)), "{new:#?}\nand not: {wanted}");
}

/// A policy as JSON, with one entry per line.
fn in_json(text: &str) -> String {
    let table: toml::Value = toml::from_str(text).unwrap();
    serde_json::to_string_pretty(&table).unwrap()
}

const STEP: &str = "steps = [{ at = 30, drop = 0 }]";
const FIRST_HOURS: &str = "languages = [\"en\"]\nhours = \"shop\"";

#[test]
fn what_makes_it_no_policy_is_told_where_it_stands() {
    check(
        FIRST_HOURS,
        "languages = [\"en\"]\nhours = \"shopp\"",
        "8: error: policy: queues[0].hours: there is no hours `shopp`; did you mean `shop`? else name one of `shop`",
    );
    check(
        "skills = [{ skill = \"price\" }]",
        "chats = 9",
        "14: error: policy: queues[2].chats is 9; write 1, 2, 3 or 4",
    );
    check(
        "skills = [{ skill = \"price\" }]",
        "aht = 0",
        "14: error: policy: queues[2].aht is 0; write a number above 0",
    );
    check("ttl = 600", "ttl = 0", "3: error: policy: ttl is 0; write whole seconds above 0");
    check(
        "ttl = 600",
        "strategy = [\"skills\",\n{ by = \"random\", weight = 0 }]",
        "4: error: policy: strategy[1].weight is 0; write a number above 0",
    );
    check(
        "ttl = 600",
        "strategy = { by = \"random\", weight = 0 }",
        "3: error: policy: strategy[0].weight is 0",
    );
    check(
        FIRST_HOURS,
        "parent = \"aftersale\"",
        "7: error: policy: queues[0].parent: the parents of queue `aftersale` form a circle",
    );
    check(
        "name = \"presale\"",
        "name = \"aftersale\"",
        "13: error: policy: queues[2].name: queue `aftersale` is listed twice",
    );
    check(
        STEP,
        "steps = [{ at = 30, drop = 2 },\n{ at = 90, drop = 1 }]",
        "28: error: policy: filters[0].steps[1].drop is 1 after 2 in the step before it; a step cannot undo an earlier one",
    );
    check(
        "when = \"vip = true\"",
        "when = \"presale > 1\"\noverflow = \"presal\"",
        "26: error: policy: filters[0].overflow: there is no queue `presal`; did you mean `presale`?",
    );
}

#[test]
fn names_that_the_model_does_not_have_are_told_where_they_stand() {
    known(|known| {
        let check = |from: &str, to: &str, wanted: &str| check_with(from, to, wanted, Some(known));
        check(
            "ttl = 600",
            "language = { from = \"languag\" }",
            "3: error: policy: language.from: there is no head or feature `languag`; did you mean `language`?",
        );
        check(
            "ttl = 600",
            "strategy = { by = \"lin_ucb\", bandit = { inputs = [\"intent.prices\"] } }",
            "3: error: policy: strategy[0].bandit.inputs[0]: there is no feature or probability `intent.prices`; did you mean `intent.price`?",
        );
        check(
            STEP,
            "[[requirements]]\nneeds = []\nintent = \"prices\"",
            "29: error: policy: requirements[0].intent: there is no intent `prices`; did you mean `price`? else name one of `returns`, `price`",
        );
        // An unknown feature whose name also occurs in names of queues and filters.
        check(
            "when = \"vip = true\"",
            "when = \"aftersale > 1\"",
            "25: error: policy: filters[0].when: a condition is not valid at `aftersale`",
        );
    });
}

#[test]
fn findings_in_json_stand_on_its_lines() {
    let text = in_json(&POLICY.replace("skills = [{ skill = \"price\" }]", "aht = 0"));
    let found = lint(&PolicyFile::parse(text.clone(), true).unwrap(), None, today());
    let line = text.lines().position(|line| line.contains("\"aht\"")).unwrap() + 1;
    assert!(
        found.iter().any(|found| found.severity == Severity::Serious
            && matches!(found.place, Place::At { line: at, .. } if at == line)),
        "{found:?}"
    );
}

#[test]
fn an_unknown_zone_is_told_with_its_line() {
    let error = PolicyFile::parse(POLICY.replace("Berlin", "Berln"), false).unwrap_err();
    let text = format!("{error:#}");
    assert!(
        text.starts_with("21:1: error[zone_unknown]: hours `shop`: there is no time zone `Europe/Berln`"),
        "{text}"
    );
}

#[test]
fn what_toml_says_without_quotes_is_told_to_be_quoted() {
    let refused = |from: &str, to: &str, says: &str| {
        assert_eq!(POLICY.matches(from).count(), 1, "{from}");
        let error = format!("{:#}", PolicyFile::parse(POLICY.replace(from, to), false).unwrap_err());
        assert!(error.contains(says), "{error}");
    };
    refused("zone =", "holidays = [2026-12-25]\nzone =", "write a date in quotes: \"2026-12-25\"");
    refused("\"24:00\"", "24:00:00", "24");
    refused("\"00:00\"", "09:00:00", "write a time of day in quotes: \"09:30\"");
    refused("ttl = 600", "agents = { occupancy = [0.1, 0.5, 0.9] }", "a band has 2 numbers, and this has 3");
    refused("ttl = 600", "agents = { occupancy = [0.1] }", "a band has 2 numbers, and this has 1");
}

#[test]
fn what_comes_after_the_end_of_a_request_is_found() {
    check(
        STEP,
        "steps = [{ at = 600, drop = 0 }]",
        "27: warning: filter `vip shoppers of aftersale`: a step at 600 s has no effect",
    );
    check(
        "\"presale\"] }]",
        "\"presale\"] },\n{ at = 900 }]",
        "27: warning: filter `vip shoppers of aftersale`: a target at 900 s has no effect",
    );
    check(
        "ttl = 600",
        "bot = { queue = \"robot\", until = 700 }",
        "3: warning: the bot has requests until 700 s",
    );
    check(
        "ttl = 600",
        "preferred = { lifetime = 20, hold = 30 }",
        "3: warning: a request waits 30 s for its preferred agent",
    );
}

#[test]
fn queues_that_cannot_do_what_they_are_named_for_are_found() {
    check("channel = \"email\"", "capacity = 0", "11: warning: queue `message` is always full");
    check(
        "ttl = 600",
        "bot = { queue = \"message\", until = 9 }",
        "3: warning: queue `message` belongs to the bot",
    );
    check("ttl = 600", "overflow = \"presale\"", "3: warning: overflow `presale` has hours");
    check(STEP, "overflow = \"presale\"", "27: warning: overflow `presale` has hours");
    check(
        "ttl = 600",
        "closed = \"presale\"",
        "3: warning: queue `presale` takes requests when no other queue is open",
    );
    check("ttl = 600", "set_mass = 90", "3: warning: every intent set holds every intent: `set_mass` is 90");
}

#[test]
fn filters_of_one_name_are_found() {
    check(
        "name = \"rest of message, presale, robot\"",
        "name = \"vip shoppers of aftersale\"",
        "29: warning: two filters are called `vip shoppers of aftersale`",
    );
}

#[test]
fn a_probability_that_is_compared_with_percent_is_found() {
    let (from, to) = ("when = \"vip = true\"", "when = \"intent.price > 30\"");
    check(from, to, "25: warning: `intent.price > 30`: `intent.price` is a probability, from 0 to 1");
    known(|known| {
        check_with(from, to, "25: warning: `intent.price > 30`", Some(known));
        // A head of numbers has no probabilities.
        let text = POLICY.replace("vip = true", "value.worth > 30");
        assert!(!said(&text, Some(known)).iter().any(|found| found.contains("probability")));
    });
}

#[test]
fn a_comparison_of_a_number_with_a_name_is_found() {
    known(|known| {
        let check = |to: &str, wanted: &str| {
            check_with("vip = true", to, &format!("25: warning: {wanted}"), Some(known));
        };
        check("page > 3", "`page > 3` is never true: `page` is a category");
        check("vip = gold", "`vip = gold` is never true: `vip` is a number");
        check_with(
            "ttl = 600",
            "language = { from = \"vip\" }",
            "3: warning: language `vip` is a number",
            Some(known),
        );
        // `true` is the number 1.
        assert!(!said(POLICY, Some(known)).iter().any(|found| found.contains("vip = true")));
    });
}

#[test]
fn a_misspelt_skill_is_found_on_both_sides() {
    known(|known| {
        assert!(!said(POLICY, Some(known)).iter().any(|found| found.contains("skill")));
        let (from, to) = ("skill = \"returns\"", "skill = \"retruns\"");
        check_with(
            from,
            to,
            "1: warning: intent `returns` needs the skill of its own name, which no queue has; did you mean `retruns`?",
            Some(known),
        );
        check_with(
            from,
            to,
            "6: warning: queue `aftersale`: no intent and no requirement needs skill `retruns`; did you mean `returns`?",
            Some(known),
        );
        // An intent may have a requirement without needs.
        let quiet =
            format!("{}[[requirements]]\nintent = \"returns\"\nneeds = []\n", POLICY.replace(from, to));
        assert!(!said(&quiet, Some(known)).iter().any(|found| found.contains("intent `returns`")));
    });
}

#[test]
fn a_bound_that_a_guess_clears_is_found() {
    known(|known| {
        // With a guess, each queue that has one of the two skills fits 0.5.
        let line = |found: &str| format!("4: warning: {found}");
        let (from, guess) = ("ttl = 600", line("the threshold is too low to reject a guess"));
        check_with(from, "ttl = 600\nthreshold = 0.5", &guess, Some(known));
        let quiet = POLICY.replace(from, "ttl = 600\nthreshold = 0.99\ncertainty = 0.51");
        assert!(!said(&quiet, Some(known)).iter().any(|found| found.contains("certainty")));
        check_with(from, "ttl = 600\ncertainty = 0.5", &line("`certainty` 0.5 has no effect"), Some(known));
    });
}
