//! The simulator, by the log it writes.

use std::collections::{BTreeMap, BTreeSet};

use super::chance::Chance;
use super::words::{Language, Subject, Words};
use super::*;
use floorwalker_data::read::{Log, LogEvent};

fn bytes(settings: &SynthSettings) -> Vec<u8> {
    let mut out = Vec::new();
    generate(settings, &mut out).unwrap();
    out
}

fn log(settings: &SynthSettings) -> Vec<LogEvent> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.jsonl");
    std::fs::write(&path, bytes(settings)).unwrap();
    Log::read(&path).unwrap().events
}

fn small() -> SynthSettings {
    SynthSettings { shoppers: 600, ..SynthSettings::default() }
}

fn check_refused(settings: &SynthSettings) {
    assert!(generate(settings, &mut Vec::new()).is_err(), "{settings:?}");
}

#[test]
fn the_same_seed_writes_the_same_bytes() {
    assert!(bytes(&small()) == bytes(&small()));
    assert!(bytes(&small()) != bytes(&SynthSettings { seed: 43, ..small() }));
}

#[test]
fn one_shopper_more_changes_no_other() {
    let of = |n| log(&SynthSettings { shoppers: n, ..small() });
    let without_line = |e: &LogEvent| {
        let mut e = e.clone();
        e.line = 0;
        e
    };
    let more: Vec<LogEvent> = of(41)
        .iter()
        .filter(|e| !["u40", "w120", "w121", "w122"].contains(&e.shopper.as_str()))
        .map(without_line)
        .collect();
    assert_eq!(of(40).iter().map(without_line).collect::<Vec<_>>(), more);
}

#[test]
fn the_log_is_read_back_in_order_and_no_label_precedes_its_purchase() {
    let events = log(&small());
    assert!(events.is_sorted_by_key(|e| e.at_ms));
    let requests = events.iter().filter(|e| e.message.is_some());
    for request in requests {
        let visit = |e: &&LogEvent| {
            e.shopper == request.shopper
                && (0..3_600_000).contains(&(e.at_ms.unwrap() - request.at_ms.unwrap()))
        };
        let bought = events.iter().filter(visit).any(|e| e.event == "purchase");
        assert_eq!(request.labels["purchase"] == "yes", bought);
    }
}

#[test]
fn every_intent_is_asked_for_in_both_languages_in_fair_shares() {
    let events = log(&SynthSettings { shoppers: 2000, ..small() });
    let mut counts: BTreeMap<(&str, bool), usize> = BTreeMap::new();
    let mut distinct = BTreeSet::new();
    let mut n = 0;
    for event in events.iter().filter(|e| e.message.is_some()) {
        let message = event.message.as_deref().unwrap();
        let is_chinese = message.chars().any(|c| c >= '\u{4E00}');
        *counts.entry((event.labels["intent"].as_str(), is_chinese)).or_default() += 1;
        distinct.insert(message);
        n += 1;
    }
    assert!(n > 2000, "{n} requests");
    assert!(distinct.len() * 10 > n * 7, "{} of {n} differ", distinct.len());
    for intent in &Words::read().unwrap().intent {
        for is_chinese in [false, true] {
            let count = counts.get(&(intent.name, is_chinese)).copied().unwrap_or_default();
            assert!((n / 100..n / 6).contains(&count), "{}: {count} of {n}", intent.name);
        }
    }
}

#[test]
fn behaviour_tells_what_words_may_not() {
    let events = log(&small());
    let mut paid: BTreeMap<bool, [usize; 2]> = BTreeMap::new();
    let mut failed: BTreeSet<&str> = BTreeSet::new();
    let mut last: BTreeMap<&str, i64> = BTreeMap::new();
    for event in &events {
        match event.event.as_str() {
            "payment_fail" => drop(failed.insert(&event.shopper)),
            // A shopper who writes before any other event of a visit has shown no behaviour.
            "message"
                if last
                    .get(event.shopper.as_str())
                    .is_some_and(|at| event.at_ms.unwrap() - at < 3_600_000) =>
            {
                let is_payment = event.labels["intent"] == "payment_problem";
                paid.entry(is_payment).or_default()[usize::from(failed.remove(event.shopper.as_str()))] += 1;
            }
            _ => {}
        }
        last.insert(&event.shopper, event.at_ms.unwrap());
    }
    let [without, with] = paid[&true];
    assert!(with > 2 * without && without > 0, "{paid:?}");
    assert!(paid[&false][1] * 20 < paid[&false][0], "{paid:?}");
}

#[test]
fn every_template_opens_into_plain_text_and_each_intent_has_many() {
    let words = Words::read().unwrap();
    let products = catalogue().unwrap();
    let subject = Subject { product: &products[0], other: &products[1], order: "12345" };
    let mut chance = Chance::of_shopper(1, 1);
    for intent in &words.intent {
        for (language, templates) in [(Language::English, &intent.en), (Language::Chinese, &intent.zh)] {
            let mut seen = BTreeSet::new();
            for template in templates {
                for _ in 0..40 {
                    let text = words.open(template, language, subject, &mut chance);
                    assert!(
                        !text.trim().is_empty() && !text.contains(['{', '}', '(', ')', '|']),
                        "{template}: {text}"
                    );
                    seen.insert(text);
                }
            }
            assert!(
                templates.len() >= 60 && seen.len() >= 60,
                "{} {language:?}: {}",
                intent.name,
                seen.len()
            );
        }
    }
}

#[test]
fn the_catalogue_is_whole() {
    let products = catalogue().unwrap();
    assert!((55..=65).contains(&products.len()));
    let names: BTreeSet<&str> =
        products.iter().flat_map(|p| [p.name_en.as_str(), p.name_zh.as_str()]).collect();
    assert_eq!(names.len(), 2 * products.len());
    let categories: BTreeSet<&str> = products.iter().map(|p| p.category.as_str()).collect();
    assert_eq!(categories.len(), 8);
    assert!(products.iter().all(|p| p.price > 0.0 && (1.0..=5.0).contains(&p.rating)));
}

#[test]
fn impossible_settings_are_refused() {
    check_refused(&SynthSettings { shoppers: 0, ..small() });
    check_refused(&SynthSettings { days: 0, ..small() });
    check_refused(&SynthSettings { chinese: 1.5, ..small() });
    check_refused(&SynthSettings { requests: f64::NAN, ..small() });
}
