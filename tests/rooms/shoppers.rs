//! What is learnt about shoppers themselves: profiles, segments and early warnings, from logs whose truth is known.

use floorwalker_bundle as bundle;
use floorwalker_data::progress::Progress;
use floorwalker_data::read::Log;
use floorwalker_engine::event::Value;
use floorwalker_engine::feature::Op;
use floorwalker_engine::head::Seen;
use floorwalker_engine::model::{Model, Scratch};
use floorwalker_learn::examples::{replay, replay_after};
use floorwalker_learn::store::Store;
use floorwalker_learn::train::shopper::{Segments, Skipped};
use floorwalker_learn::train::{Trained, train};
use floorwalker_synth::{SynthSettings, generate};
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

const DAY_MS: i64 = 86_400_000;
const START_MS: i64 = 1_756_684_800_000;

fn learn(folder: &Path, log: &str, sections: &str) -> Trained {
    std::fs::write(folder.join("log.jsonl"), log).unwrap();
    let path = folder.join("store.toml");
    std::fs::write(&path, format!("name = \"bare\"\n[data]\nlog = \"log.jsonl\"\n{sections}")).unwrap();
    train(&Store::read(&path).unwrap(), Progress::silent()).unwrap()
}

fn simulated(shoppers: u32, planted: f64) -> String {
    let mut log = Vec::new();
    generate(&SynthSettings { shoppers, planted, ..SynthSettings::default() }, &mut log).unwrap();
    String::from_utf8(log).unwrap()
}

fn names(model: &Model) -> Vec<&str> {
    model.heads().iter().map(floorwalker_engine::head::Head::name).collect()
}

/// The name of the most probable segment at the end of the log, by shopper.
fn segments_of(trained: &Trained, folder: &Path) -> BTreeMap<String, String> {
    let (model, _) = bundle::load(&trained.bytes).unwrap();
    let at = model.head("segment").unwrap();
    let log = Log::read(&folder.join("log.jsonl")).unwrap();
    let mut found = BTreeMap::new();
    let mut scratch = Scratch::default();
    replay_after(&log, model.program(), model.idle_s(), |moment| {
        let seen = Seen { features: moment.features, events: moment.events, message: "" };
        let scores = &model.evaluate(seen, &mut scratch).scores[at];
        let best = floorwalker_metrics::argmax(&scores.probabilities);
        let probability = scores.probabilities[best];
        assert!(probability > 0.9, "{probability}");
        found.insert(moment.event.shopper.clone(), model.heads()[at].outputs()[best].clone());
        Ok(())
    })
    .unwrap();
    found
}

#[test]
fn a_log_alone_gives_segments_and_warnings_that_hold_on_other_shoppers() {
    let folder = tempfile::tempdir().unwrap();
    let log = simulated(2_400, 0.06);
    let trained = learn(folder.path(), &log, "[segments]\n[risk]\n[recommend]\n");
    let (model, _) = bundle::load(&trained.bytes).unwrap();
    assert_eq!(names(&model), ["segment", "abandonment", "churn", "anomaly"]);
    let found = &trained.shoppers;
    assert!(found.skipped.is_empty(), "{:?}", found.skipped);
    assert!(found.segments.as_ref().unwrap().stability > 0.9);
    let anomaly = found.risks.iter().find(|risk| risk.head == "anomaly").unwrap();
    let alerts = anomaly.alerts.unwrap();
    assert!(alerts.auc.value > 0.97 && alerts.precision.value > 0.6, "{alerts:?}");
    assert_eq!(anomaly.planted.len(), 3);
    assert!(anomaly.other.as_ref().unwrap().1.auc.value > 0.9);
    let early = &found.early;
    assert_eq!(
        early.iter().map(|point| point.n).collect::<Vec<_>>(),
        [Some(1), Some(2), Some(3), Some(5), Some(10), None]
    );
    assert!(early[0].auc.value > 0.52 && early[5].auc.value > early[0].auc.value + 0.1, "{early:?}");
    assert!(found.worth.as_ref().unwrap().points.len() >= 4);
    // The same log gives the same bundle, on any number of threads.
    let pool = floorwalker_learn::train::threads(1).unwrap();
    let again = pool.install(|| learn(folder.path(), &log, "[segments]\n[risk]\n[recommend]\n"));
    assert!(again.bytes == trained.bytes);
}

/// Shoppers of four kinds: who looks around, who bought long ago, who buys a little, who buys much.
fn four_kinds(n: usize) -> String {
    let mut log = String::new();
    let mut line = |shopper: &str, day: i64, event: &str, price: f64| {
        let items = json!([{ "item_id": "a", "item_category": "toys", "price": price }]);
        let line = json!({ "shopper": shopper, "at": START_MS + day * DAY_MS, "event": event, "items": items, "value": price });
        writeln!(log, "{line}").unwrap();
    };
    for at in 0..n {
        line(&format!("looks{at}"), 99, "view_item", 20.0);
        for day in [2, 9] {
            line(&format!("left{at}"), day, "purchase", 20.0 + at as f64 / 100.0);
        }
        line(&format!("left{at}"), 99, "view_item", 20.0);
        if at % 3 == 0 {
            line(&format!("gone{at}"), 3, "purchase", 20.0);
        }
        for day in [88, 95] {
            line(&format!("little{at}"), day, "purchase", 20.0 + at as f64 / 100.0);
        }
        if at % 6 > 0 {
            for day in [80, 97] {
                line(&format!("much{at}"), day, "purchase", 900.0 + at as f64);
            }
        }
    }
    log
}

#[test]
fn segments_by_recency_frequency_and_money_are_those_of_the_rule() {
    let folder = tempfile::tempdir().unwrap();
    let corrects = json!({ "shopper": "corrects", "at": START_MS + 99 * DAY_MS, "event": "profile_correct", "feature": "shopper.spent", "value": 9 });
    let log = format!("{}{corrects}\n", four_kinds(90));
    let trained = learn(folder.path(), &log, "[segments]\n");
    let mut of = segments_of(&trained, folder.path());
    // A shopper with no event but a correction has shown no behaviour, and is in no segment; the shopper before keeps theirs.
    of.remove("corrects");
    for (kind, segment) in [("looks", "ordinary"), ("left", "at_risk"), ("little", "promising")] {
        let all: Vec<&String> =
            of.iter().filter(|(name, _)| name.starts_with(kind)).map(|(_, of)| of).collect();
        assert!(all.iter().all(|of| *of == segment), "{kind}: {all:?}");
    }
    let much = of.iter().filter(|(name, _)| name.starts_with("much"));
    let high = much.clone().filter(|(_, of)| *of == "high_value").count();
    assert!(high * 2 > much.count());
    let Segments { profiles, features, .. } = trained.shoppers.segments.unwrap();
    assert_eq!(profiles.iter().map(|one| one.n).sum::<usize>(), of.len());
    // Shoppers are counted as at the end of the log: who bought once and never came back is at risk, though nothing was logged of them since.
    assert_eq!((profiles[1].name.as_str(), profiles[1].n), ("at_risk", 120));
    assert_eq!((profiles[0].name.as_str(), profiles[0].n), ("ordinary", 90));
    let spent = features.iter().position(|name| name == "shopper.spent").unwrap();
    assert!(profiles[3].means[spent] > 1_000.0 && profiles[0].means[spent] == 0.0);
}

#[test]
fn clusters_are_named_after_what_sets_them_apart() {
    let folder = tempfile::tempdir().unwrap();
    for (sections, n) in [
        ("[segments]\nby = \"k_means\"\nn = 2\ninputs = [\"shopper.purchases\", \"shopper.spent\"]\n", 2),
        ("[segments]\nby = \"dbscan\"\ninputs = [\"shopper.purchases\", \"shopper.spent\"]\n", 2),
    ] {
        let trained = learn(folder.path(), &four_kinds(60), sections);
        let segments = trained.shoppers.segments.unwrap();
        let named: Vec<&str> = segments.profiles.iter().map(|one| one.name.as_str()).collect();
        assert!(named.len() >= n, "{named:?}");
        assert!(
            named.iter().any(|name| name.contains("buys often") || name.contains("spends much")),
            "{named:?}"
        );
        let mut different = named.clone();
        different.sort_unstable();
        different.dedup();
        assert_eq!(different.len(), named.len());
    }
}

#[test]
fn what_a_log_cannot_tell_is_left_out_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = String::new();
    for at in 0..60 {
        let items = json!([{ "item_id": format!("p{}", at % 7), "item_category": "toys", "price": at }]);
        for step in 0..=at % 4 {
            let time = START_MS + at * 3_600_000 + step * 5_000;
            writeln!(
                log,
                "{}",
                json!({ "shopper": format!("s{at}"), "at": time, "event": "view_item", "items": items })
            )
            .unwrap();
        }
    }
    let trained = learn(folder.path(), &log, "[segments]\n[risk]\n");
    let (model, _) = bundle::load(&trained.bytes).unwrap();
    assert_eq!(names(&model), ["anomaly"]);
    let why: Vec<_> = trained.shoppers.skipped.clone();
    assert_eq!(
        why,
        [
            ("segment", Skipped::NoPurchase),
            ("abandonment", Skipped::NoPurchase),
            ("churn", Skipped::TooShort)
        ]
    );
    assert!(trained.shoppers.risks[0].alerts.is_none());
}

#[test]
fn likes_are_of_frequent_values_with_the_share_of_training_shoppers() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = String::new();
    for at in 0..400 {
        let category = if at % 4 == 0 { "phones" } else { "toys" };
        let items = json!([{ "item_id": "a", "item_category": category, "item_brand": format!("b{at}") }]);
        writeln!(log, "{}", json!({ "shopper": format!("s{at}"), "at": START_MS + at * 60_000, "event": "view_item", "items": items })).unwrap();
    }
    let trained = learn(
        folder.path(),
        &log,
        "[profile]\nutc_offset = \"+05:30\"\n[risk]\nanomaly = \"robust_distance\"\n",
    );
    let usual: BTreeMap<&str, f32> = trained
        .examples
        .features
        .iter()
        .filter_map(|def| match def.op {
            Op::Affinity { usual, .. } => Some((def.name.as_str(), usual)),
            _ => None,
        })
        .collect();
    // No brand has one look in a hundred.
    assert_eq!(
        usual.keys().copied().collect::<Vec<_>>(),
        ["likes.item_category=phones", "likes.item_category=toys"]
    );
    assert!((usual["likes.item_category=phones"] - 0.25).abs() < 0.05, "{usual:?}");
    let evening = trained.examples.features.iter().find(|def| def.name == "profile.evening").unwrap();
    assert_eq!(evening.only.as_ref().unwrap().field, "clock.part_of_day+330");
}

#[test]
fn heads_read_the_profile_but_not_what_it_is_computed_from() {
    let folder = tempfile::tempdir().unwrap();
    let sections = "[profile]\n[recommend]\n[[features]]\nname = \"views\"\nop = \"count\"\nevents = [\"view_item\"]\n\
        [[heads]]\nname = \"purchase\"\nlabel = \"purchase\"\nmodel = \"logistic\"\n";
    let trained = learn(folder.path(), &simulated(300, 0.0), sections);
    let features = &trained.examples.features;
    let head = &trained.bundle.model.heads[0];
    let read: Vec<&str> = head
        .inputs
        .iter()
        .map(|input| match input {
            floorwalker_engine::head::InputDef::Feature(at) => features[usize::from(*at)].name.as_str(),
            floorwalker_engine::head::InputDef::Output { .. } => "a head",
        })
        .collect();
    assert!(read.contains(&"views") && read.contains(&"shopper.purchases"), "{read:?}");
    assert!(
        read.iter().all(|name| !name.starts_with("profile.") && !name.starts_with("recommend.")),
        "{read:?}"
    );
    assert!(features.iter().any(|def| def.name == "recommend.items"));
}

#[test]
fn a_correction_in_a_log_holds_until_it_is_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let at = |second: i64| START_MS + second * 1_000;
    let lines = [
        json!({ "shopper": "s", "at": at(0), "event": "view_item", "items": [{ "item_id": "a" }] }),
        json!({ "shopper": "s", "at": at(1), "event": "profile_correct", "feature": "views", "value": 9 }),
        json!({ "shopper": "s", "at": at(2), "event": "view_item", "items": [{ "item_id": "b" }], "context": { "views": 5, "page": "home" } }),
        json!({ "shopper": "s", "at": at(3), "event": "profile_correct", "feature": "views" }),
        json!({ "shopper": "s", "at": at(4), "event": "message", "message": "hello" }),
        json!({ "shopper": "s", "at": at(5), "event": "profile_correct", "feature": "views", "undo": true }),
        json!({ "shopper": "s", "at": at(6), "event": "message", "message": "hello" }),
        json!({ "shopper": "t", "at": at(7), "event": "message", "message": "hello" }),
    ];
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let path = folder.path().join("log.jsonl");
    std::fs::write(&path, text).unwrap();
    let def = |name: &str, op: Op, events: &[&str]| floorwalker_engine::feature::FeatureDef {
        name: name.to_owned(),
        op,
        events: events.iter().map(|event| (*event).to_owned()).collect(),
        field: None,
        only: None,
        window: floorwalker_engine::feature::Window::Session,
    };
    let defs = vec![def("views", Op::Count, &["view_item"]), def("page", Op::ContextCategory, &[])];
    let program = floorwalker_engine::feature::FeatureProgram::new(defs).unwrap();
    let mut views = Vec::new();
    replay(&Log::read(&path).unwrap(), &program, 1_800, false, |moment| {
        views.push((moment.event.shopper.clone(), moment.features[0]));
        Ok(())
    })
    .unwrap();
    let views: Vec<(&str, Value)> = views.iter().map(|(shopper, value)| (shopper.as_str(), *value)).collect();
    // What a record says of a feature that is computed from events does not hold instead of it.
    assert_eq!(
        views,
        [
            ("s", Value::Number(9.0)),
            ("s", Value::Missing),
            ("s", Value::Number(2.0)),
            ("t", Value::Number(0.0))
        ]
    );
    let lines = [
        json!({ "shopper": "u", "at": at(0), "event": "view_item", "items": [{ "item_id": "a" }] }),
        json!({ "shopper": "u", "at": at(0), "event": "view_item", "items": [{ "item_id": "a" }] }),
        json!({ "shopper": "u", "at": at(1), "event": "profile_correct", "feature": "views", "value": 3 }),
    ];
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    std::fs::write(&path, text).unwrap();
    let mut views = Vec::new();
    replay_after(&Log::read(&path).unwrap(), &program, 1_800, |moment| {
        views.push((moment.is_end, moment.features[0]));
        Ok(())
    })
    .unwrap();
    // The second line is the first one again, and does not count; a correction as the last line holds at the end.
    assert_eq!(views, [(false, Value::Number(1.0)), (true, Value::Number(3.0))]);
}

#[test]
fn settings_that_make_no_sense_are_refused_with_what_to_write() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("log.jsonl"), simulated(20, 0.0)).unwrap();
    let refused = |data: &str, sections: &str| -> String {
        let path = folder.path().join("store.toml");
        std::fs::write(&path, format!("name = \"bare\"\n[data]\n{data}\n{sections}")).unwrap();
        format!("{:#}", Store::read(&path).unwrap_err())
    };
    let log = "log = \"log.jsonl\"";
    for (data, sections, said) in [
        ("table = \"log.jsonl\"", "[segments]\n", "[segments] learns from the sessions of a log"),
        (log, "[risk]\nalerts = 0\n", "alerts is 0; write a share"),
        (log, "[profile]\nutc_offset = \"8\"\n[risk]\n", "utc_offset is `8`; write it as +08:00"),
        (log, "[profile]\nutc_offset = \"+15:00\"\n[risk]\n", "write it as +08:00"),
        (log, "[profile]\nhalf_life_days = 0\n[risk]\n", "half_life_days is 0"),
        (log, "[segments]\nby = \"rfm\"\ninputs = [\"x\"]\n", "leave out `inputs`"),
        (log, "[segments]\nn = 3\n", "`n` is for by = \"k_means\""),
        (log, "[segments]\nby = \"k_means\"\nn = 1\n", "write 2 to 20"),
        (log, "[segments]\nsize = 3\n", "size"),
        (log, "[profile]\n", "there are no [[heads]]"),
        (
            log,
            "[segments]\n[[heads]]\nname = \"segment\"\nlabel = \"intent\"\n",
            "the head `segment` is made by [segments]",
        ),
    ] {
        let error = refused(data, sections);
        assert!(error.contains(said), "{sections}: {error}");
    }
}
