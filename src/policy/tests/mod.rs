//! Findings and proofs of small policies.
//!
//! | module       | what is there                                         |
//! |--------------|-------------------------------------------------------|
//! | `conditions` | conditions drawn at random                            |
//! | `policies`   | policies drawn at random                              |
//! | `written`    | what is written reads back as the same                |

pub(crate) mod conditions;
pub(crate) mod policies;
mod written;

use super::*;
use floorwalker_engine::head::Link;
use floorwalker_engine::route::days_of;
use floorwalker_finding::{Place, Severity};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use std::cell::Cell;

/// Two chat queues, and a call-back queue that is always open. Tests add to it.
const BASE: &str = r#"
intents = "intent"
default_queue = "call-back"
closed = "call-back"
within = 60

[[queues]]
name = "phones"
skills = [{ skill = "compatibility" }]
hours = "shop"

[[queues]]
name = "returns"
skills = [{ skill = "returns", proficiency = 0.8 }]
hours = "shop"

[[queues]]
name = "call-back"
channel = "call_back"

[[hours]]
name = "shop"
zone = "Europe/Berlin"
open = [{ days = "mon-fri", from = "09:00", to = "18:00" }]
"#;

/// Runs a property on the same `cases` random inputs each time.
pub(crate) fn runner(cases: u32) -> TestRunner {
    let seed = RngSeed::Fixed(42);
    TestRunner::new(Config { cases, rng_seed: seed, failure_persistence: None, ..Config::default() })
}

/// A day on which no date of these policies is past.
pub(crate) fn today() -> Date {
    Date(i32::try_from(days_of(2026, 11, 1)).unwrap())
}

/// A finding without its code and column.
fn said(finding: &Finding) -> String {
    let sort = if finding.severity == Severity::Serious { "error" } else { "warning" };
    format!("{}: {sort}: {}; {}", line(finding), finding.kind.what, finding.kind.fix)
}

fn line(finding: &Finding) -> usize {
    let Place::At { line, .. } = finding.place else { panic!("{finding:?}") };
    line
}

/// `BASE`, its first two queues speaking English, the second Chinese besides.
fn spoken() -> String {
    let first = BASE.replace("name = \"phones\"", "name = \"phones\"\nlanguages = [\"en\"]");
    first.replace("name = \"returns\"", "name = \"returns\"\nlanguages = [\"en\", \"zh\"]")
}

fn file(text: &str) -> PolicyFile {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.toml");
    std::fs::write(&path, text).unwrap();
    PolicyFile::read(&path).unwrap()
}

/// Compares the findings about `BASE` and `added` with parts of their expected texts.
fn check(added: &str, wanted: &[&str]) {
    check_text(&format!("{BASE}{added}"), wanted);
}

fn check_text(text: &str, wanted: &[&str]) {
    let found: Vec<String> = lint(&file(text), None, today()).iter().map(said).collect();
    assert_eq!(found.len(), wanted.len(), "{found:#?}");
    for (found, wanted) in found.iter().zip(wanted) {
        assert!(found.contains(wanted), "{found}\nand not: {wanted}");
    }
}

#[test]
fn a_policy_that_means_what_it_says_has_no_findings() {
    check("", &[]);
    check_text(include_str!("../example.toml"), &[]);
}

#[test]
fn filters_that_nothing_reaches_are_found_on_their_line() {
    check(
        r#"
[[filters]]
name = "all returns"
when = "intent = returns"

[[filters]]
name = "late returns"
when = "intent = returns and age > 30"

[[filters]]
name = "never"
when = "age > 30 and age < 20"

[[filters]]
name = "rest"

[[filters]]
name = "too late"
"#,
        &[
            "32: warning: filter `late returns` is never reached: `all returns`, which is before it",
            "36: warning: filter `never` is never reached: its condition contradicts itself",
            "41: warning: filter `too late` is never reached: `rest`, which is before it",
        ],
    );
}

#[test]
fn needs_that_nobody_meets_are_found() {
    check(
        r#"
[[requirements]]
intent = "returns"
needs = [{ skill = "returns", level = 0.9, required = true }, { skill = "compatibility", drop = 2 }]
"#,
        &[
            "skill `returns` is required at level 0.9, and no queue has a proficiency above 0.8",
            "skill `compatibility` is never dropped",
        ],
    );
    check(
        "\n[[requirements]]\nintent = \"returns\"\nneeds = [{ skill = \"return\" }]\n",
        &[
            "28: error: policy: requirements[0].needs[0].skill: no queue has skill `return`; did you mean `returns`?",
        ],
    );
}

#[test]
fn hours_with_nothing_open_are_found() {
    check_text(&BASE.replace("closed = \"call-back\"\n", ""), &["in 123 hours of the week no queue is open"]);
    let closed = BASE.replace("closed = \"call-back\"", "closed = \"returns\"");
    check_text(
        &closed,
        &[
            "4: warning: queue `returns` takes requests when no other queue is open (`closed`), and it has hours",
        ],
    );
}

#[test]
fn steps_past_the_service_level_and_steps_that_drop_nothing_are_found() {
    check(
        r#"
[language]
from = "lang"
required = true
drop = 1

[[filters]]
name = "slow"
steps = [{ at = 30, drop = 1 }, { at = 90, drop = 1 }]
targets = [{ queues = ["phones", "returns"] }, { at = 60 }]
"#,
        &[
            "the language has no effect",
            "filter `slow`: the step at 90 s drops no need",
            "filter `slow`: a step at 90 s is after the service level",
            "filter `slow`: a target from 60 s on is after the service level",
        ],
    );
}

#[test]
fn a_default_that_may_be_dead_is_found() {
    let text = BASE.replace("default_queue = \"call-back\"", "default_queue = \"returns\"");
    check_text(&text, &["3: warning: default queue `returns` has hours"]);
}

#[test]
fn what_has_no_effect_is_found() {
    check(
        "\n[[filters]]\nname = \"one\"\ntargets = [{ queues = [\"returns\"] }]\n\n[[hours]]\nname = \"night\"\nzone = \"UTC\"\nopen = []\n",
        &[
            "queue `phones` gets no requests",
            "no queue uses the hours `night`",
            "hours `night` are never open",
        ],
    );
    let text = format!("threshold = 0.5\nstrategy = \"shortest_wait\"\n{BASE}");
    check_text(&text, &["1: warning: the threshold has no effect"]);
}

#[test]
fn findings_in_json_and_in_a_store_have_their_lines() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.json");
    let text = "{\n  \"intents\": \"intent\",\n  \"default_queue\": \"a\",\n  \"queues\": [{ \"name\": \"a\", \"capacity\": 3 }]\n}";
    std::fs::write(&path, text).unwrap();
    let found = lint(&PolicyFile::read(&path).unwrap(), None, today());
    assert_eq!(found.iter().map(line).collect::<Vec<_>>(), [3]);
    let store = "name = \"shop\"\n\n[policy]\nintents = \"intent\"\ndefault_queue = \"a\"\nqueues = [{ name = \"a\", capacity = 3 }]\n";
    assert_eq!(line(&lint(&file(store), None, today())[0]), 5);
}

#[test]
fn every_request_reaches_a_queue_by_a_proven_age() {
    let steps = r#"
[language]
from = "lang"
required = true
drop = 2

[[requirements]]
intent = "compatibility"
needs = [{ skill = "compatibility", required = true, drop = 1 }]

[[filters]]
name = "chat"
targets = [{ queues = ["phones"] }, { at = 20, queues = ["phones", "returns"] }]
steps = [{ at = 30, drop = 1 }, { at = 45, drop = 2 }]
"#;
    let prove_of = |text: &str, known: Option<&Known<'_>>| prove(&file(text).def, known, today()).unwrap();
    let text = format!("{}{steps}", spoken());
    // A language that nobody speaks: it is served once the language is dropped at 45 s.
    let proof = prove_of(&text, None);
    assert_eq!(proof.within, Some(45.0));
    let slowest = proof.slowest.unwrap().to_string();
    assert!(slowest.contains("in a language that no queue speaks"), "{slowest}");
    // Chinese is spoken by returns alone: it may take any need from 20 s on, and compatibility once that is dropped at 30 s.
    let heads = ["en", "zh"].map(str::to_owned);
    let intents = ["compatibility", "returns"].map(str::to_owned);
    let names = Names { heads: vec![("intent", &intents), ("lang", &heads)], features: Vec::new() };
    let known = Known { names, sorts: Vec::new(), links: vec![Link::Softmax; 2] };
    let proof = prove_of(&text, Some(&known));
    assert_eq!(proof.within, Some(30.0));
    let slowest = proof.slowest.unwrap().to_string();
    assert!(slowest.starts_with("a request of intent `compatibility` in language \"zh\""), "{slowest}");
    let never = text.replace("at = 30, drop = 1 }, { at = 45, drop = 2", "at = 30, drop = 0");
    let proof = prove_of(&never, None);
    assert_eq!((proof.within, proof.left[0].example.age_s), (None, 0.0));
}

#[test]
fn a_language_that_no_queue_speaks_and_no_step_drops_is_never_served() {
    let language = "\n[language]\nfrom = \"lang\"\nrequired = true\n";
    let deaf = spoken().replace("channel = \"call_back\"", "channel = \"call_back\"\nlanguages = [\"en\"]");
    let proof = prove(&file(&format!("{deaf}{language}")).def, None, today()).unwrap();
    assert!(proof.within.is_none());
    let example = proof.left[0].example.to_string();
    assert!(example.contains("in a language that no queue speaks"), "{example}");
    // A queue that names no language speaks any.
    let general = "\n[[queues]]\nname = \"general\"\n";
    let proof = prove(&file(&format!("{deaf}{general}{language}")).def, None, today()).unwrap();
    assert_eq!(proof.within, Some(0.0));
}

#[test]
fn zones_are_found_by_name_when_a_policy_is_read() {
    assert!(file(BASE).def.hours[0].zone.rule.unwrap().summer.is_some());
}

#[test]
fn five_hundred_filters_are_checked() {
    let filters: String =
        (0..500).map(|n| format!("\n[[filters]]\nname = \"f{n}\"\nwhen = \"basket = {n}\"\n")).collect();
    check(&filters, &[]);
}

#[test]
fn the_schema_and_the_reader_accept_and_refuse_alike() {
    let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let example: toml::Value = toml::from_str(include_str!("../example.toml")).unwrap();
    let example = serde_json::to_value(example).unwrap();
    let parity: toml::Value = toml::from_str(include_str!("../../../tests/browser/routing.toml")).unwrap();
    for good in [example.clone(), serde_json::to_value(parity).unwrap()] {
        let errors: Vec<String> = schema.iter_errors(&good).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
    // Every object of the example with an unknown key, and every value replaced by one of another type.
    let mut changed = 0;
    for path in paths(&example) {
        let mut wrong = example.clone();
        let place = wrong.pointer_mut(&path).unwrap();
        match place {
            serde_json::Value::Object(object) => {
                object.insert("colour".to_owned(), "red".into());
            }
            serde_json::Value::String(_) => *place = 7.into(),
            _ => *place = "seven".into(),
        }
        let is_read = serde_json::from_value::<PolicyDef>(wrong.clone()).is_ok();
        assert_eq!(is_read, schema.is_valid(&wrong), "{path}: read {is_read}: {wrong}");
        changed += usize::from(!is_read);
    }
    assert!(changed > 80, "{changed}");
}

/// JSON pointers to everything inside a value.
fn paths(value: &serde_json::Value) -> Vec<String> {
    let inner: Vec<(String, &serde_json::Value)> = match value {
        serde_json::Value::Object(object) => object.iter().map(|(key, value)| (key.clone(), value)).collect(),
        serde_json::Value::Array(array) => {
            array.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect()
        }
        _ => Vec::new(),
    };
    let below = inner
        .into_iter()
        .flat_map(|(key, value)| paths(value).into_iter().map(move |path| format!("/{key}{path}")));
    [String::new()].into_iter().chain(below).collect()
}

#[test]
fn no_text_makes_the_reader_of_policies_panic() {
    let seeds = [BASE, include_str!("../example.toml"), include_str!("../../../tests/browser/routing.toml")];
    let pieces = [
        "-1",
        "1e39",
        "nan",
        "\"\"",
        "[",
        "]",
        "{",
        "}",
        "=",
        "\n",
        "(",
        ")",
        " and ",
        " not ",
        "age",
        "\"phones\"",
        "24:00",
        "\u{0}",
        "99999999999",
        "[[queues]]\n",
    ];
    let damaged = damage(seeds.len(), pieces.len(), 3, 8);
    let (read_well, compiled, rewritten) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let count = |counter: &Cell<usize>| counter.set(counter.get() + 1);
    let looked_at = runner(6_000).run(&damaged, |(seed, cuts)| {
        let text = garbled(seeds[seed], &pieces, &cuts);
        let Ok(mut def) = toml::from_str::<PolicyDef>(&text) else { return Ok(()) };
        count(&read_well);
        if find_zones(&mut def).is_err() {
            return Ok(());
        }
        let file = PolicyFile { def: def.clone(), text: text.clone(), is_json: false, is_in_store: false };
        if file.rewritten(&with_arms(&def, "2", &[])).is_ok() {
            count(&rewritten);
        }
        // A policy that is read has a vocabulary, and one that compiles can decide.
        let own = vocabulary::vocabulary(&def);
        if let Ok(program) = def.compile(&own.names()) {
            count(&compiled);
            let policy = floorwalker_engine::route::Policy::new(program).unwrap();
            let mut decision = floorwalker_engine::route::Decision::default();
            policy.route(&Default::default(), &Default::default(), &mut decision);
            prop_assert!(decision.drawn.goes_to < policy.queues().len());
        }
        if read_well.get() % 20 == 0 {
            let n_lines = text.lines().count().max(1);
            let found = lint(&file, None, today());
            prop_assert!(found.iter().all(|finding| line(finding) <= n_lines + 1), "{found:?}");
        }
        Ok(())
    });
    looked_at.unwrap();
    let (read_well, compiled, rewritten) = (read_well.get(), compiled.get(), rewritten.get());
    assert!(read_well > 500 && compiled > 300 && rewritten > 300, "{read_well} {compiled} {rewritten}");
}

/// Which text is damaged, and its cuts: a position, the number of bytes removed, and the piece inserted.
type Damage = (usize, Vec<(Index, usize, usize)>);

/// Up to `most` cuts of fewer than `length` bytes.
fn damage(n_texts: usize, n_pieces: usize, most: usize, length: usize) -> impl Strategy<Value = Damage> {
    (0..n_texts, vec((any::<Index>(), 0..length, 0..n_pieces), 1..=most))
}

/// `text` after each cut, whole characters at a time.
fn garbled(text: &str, pieces: &[&str], cuts: &[(Index, usize, usize)]) -> String {
    let mut text = text.to_owned();
    for (at, length, piece) in cuts {
        let at = text.floor_char_boundary(at.index(text.len() + 1));
        let end = text.ceil_char_boundary((at + length).min(text.len()));
        text.replace_range(at..end, pieces[*piece]);
    }
    text
}
