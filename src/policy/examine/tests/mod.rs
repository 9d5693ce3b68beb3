//! Planted faults, which must be found, and sound policies, which must give no finding.

mod sound;

use super::faults::{Fault, OF_FILTERS, OF_HOURS, OF_QUEUES, OF_SETTINGS};
use super::*;
use crate::Sort;
use crate::{Names, finding_line};
use floorwalker_engine::head::Link;
use floorwalker_engine::route::days_of;

const BASE: &str = include_str!("../base.toml");

fn today() -> Date {
    Date(i32::try_from(days_of(2026, 11, 1)).unwrap())
}

fn examined(text: &str, known: Option<&Known<'_>>) -> Examined {
    let file = PolicyFile::parse(text.to_owned(), false).unwrap_or_else(|error| panic!("{error:#}\n{text}"));
    examine(&file, known, today()).unwrap()
}

/// The policy with a fault, and the line and column at which it must be found, if they are marked.
fn planted((_, from, to): &Fault) -> (String, Option<(usize, usize)>) {
    assert_eq!(BASE.matches(from).count(), 1, "{from}");
    // Every Friday of two and a half years is a holiday.
    let fridays: Vec<String> =
        (0..130).map(|week| format!("\"{}\"", Date(today().0 + 5 + 7 * week))).collect();
    let to = to.replace("\n# ALL FRIDAYS", "");
    let text = if to.contains("\"fri\", from = \"09:00\", to = \"18:00\"") {
        BASE.replace("holidays = [\"2026-12-25\"]", &format!("holidays = [{}]", fridays.join(", ")))
            .replace(from, &to)
    } else {
        BASE.replace(from, &to)
    };
    let mark = text.find('§').map(|at| floorwalker_finding::shown::place(&text, at));
    (text.replace('§', ""), mark)
}

#[test]
fn every_planted_fault_is_found_where_it_is() {
    let all = [OF_HOURS, OF_QUEUES, OF_FILTERS, OF_SETTINGS].concat();
    assert!(all.len() >= 60, "{}", all.len());
    let mut missed = Vec::new();
    for fault in &all {
        let (text, mark) = planted(fault);
        let found = examined(&text, None).findings;
        let is_it = |finding: &&Finding| {
            finding.kind.code == fault.0 && mark.is_none_or(|mark| finding.place == mark.into())
        };
        match found.iter().find(is_it) {
            Some(Finding { kind, .. }) => assert!(!kind.what.is_empty() && !kind.fix.is_empty(), "{kind:?}"),
            None => missed.push(format!(
                "{} at {mark:?} by {}\n    {}",
                fault.0,
                fault.2,
                found.iter().map(finding_line).collect::<Vec<_>>().join("\n    ")
            )),
        }
    }
    assert!(missed.is_empty(), "{} of {} missed:\n{}", missed.len(), all.len(), missed.join("\n"));
}

/// Calls `ask` with the names of a model.
fn with_model<T>(ask: impl FnOnce(&Known<'_>) -> T) -> T {
    let intents = ["compatibility", "price", "returns"].map(str::to_owned);
    let (worth, choice) = (["worth".to_owned()], ["phones".to_owned(), "returns".to_owned()]);
    ask(&Known {
        names: Names {
            heads: vec![("intent", &intents), ("value", &worth), ("choice", &choice)],
            features: vec!["cart_value", "vip", "page"],
        },
        sorts: vec![Sort::Number, Sort::Any, Sort::Category],
        links: vec![Link::Softmax, Link::Identity, Link::Softmax],
    })
}

#[test]
fn faults_that_only_a_model_shows_are_found_where_they_are() {
    const STRATEGY: &str = "strategy = [\"skills\"]";
    const WHEN: &str = "when = \"cart_value > 500\"";
    with_model(|known| {
        assert_eq!(examined(BASE, Some(known)).findings, []);
        for fault in [
            ("model_no_queue", STRATEGY, "strategy = [\"skills\", { by = \"model\", §head = \"value\" }]"),
            ("threshold_guess", STRATEGY, "strategy = [\"skills\"]\n§threshold = 0.2"),
            ("certainty_guess", STRATEGY, "strategy = [\"skills\"]\n§certainty = 0.3"),
            ("compare_sort", WHEN, "§when = \"page > 3\""),
            ("compare_sort", WHEN, "§when = \"cart_value = large\""),
            ("condition_unknown", WHEN, "§when = \"Cart_Value > 500\""),
            (
                "skill_unasked",
                "{ skill = \"price\", proficiency = 0.9 }",
                "{ §skill = \"prize\", proficiency = 0.9 }",
            ),
            (
                "intent_unskilled",
                "{ skill = \"price\", proficiency = 0.9 }",
                "{ skill = \"prize\", proficiency = 0.9 }",
            ),
            (
                "language_unknown",
                "aht = 300",
                "languages = [\"phones\",\n§\"german\"]\n[language]\nfrom = \"choice\"\n[[queues]]\nname = \"x\"",
            ),
            ("language_number", STRATEGY, "strategy = [\"skills\"]\nlanguage = { §from = \"cart_value\" }"),
            ("name_unknown", STRATEGY, "strategy = [\"skills\", { by = \"model\", §head = \"choise\" }]"),
        ] {
            let (text, mark) = planted(&fault);
            let found = examined(&text, Some(known)).findings;
            let is_it = |finding: &Finding| {
                finding.kind.code == fault.0 && mark.is_none_or(|mark| finding.place == mark.into())
            };
            assert!(found.iter().any(is_it), "{} at {mark:?}: {found:#?}", fault.0);
        }
    });
}

/// The codes of findings in a source file: the first argument of each call of `warn`.
fn codes(source: &str) -> Vec<&str> {
    let calls = source.split("self.warn(").skip(1);
    calls.filter_map(|call| call.trim_start().strip_prefix('"')?.split('"').next()).collect()
}

#[test]
fn every_code_has_a_fault() {
    let planted: Vec<&str> =
        [OF_HOURS, OF_QUEUES, OF_FILTERS, OF_SETTINGS].concat().iter().map(|fault| fault.0).collect();
    let of_model = [
        "model_no_queue",
        "threshold_guess",
        "certainty_guess",
        "compare_sort",
        "skill_unasked",
        "intent_unskilled",
        "language_number",
        "language_unknown",
    ];
    let sources = [
        include_str!("../../lint/alike.rs"),
        include_str!("../../lint/filters.rs"),
        include_str!("../../lint/hours.rs"),
        include_str!("../../lint/names.rs"),
        include_str!("../../lint/needs.rs"),
        include_str!("../../lint/queues.rs"),
        include_str!("../../lint/settings.rs"),
        include_str!("../../lint/times.rs"),
    ];
    let mut n = 0;
    for code in sources.into_iter().flat_map(codes) {
        n += 1;
        assert!(planted.contains(&code) || of_model.contains(&code), "{code} is planted nowhere");
    }
    assert!(n > 60, "{n}");
}
