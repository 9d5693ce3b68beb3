//! The features of a profile: affinities, recency, frequency, money, and the rhythm of the day and the week.
//!
//! | feature                  | meaning                                                                                      |
//! |--------------------------|----------------------------------------------------------------------------------------------|
//! | `likes.FIELD=VALUE`      | affinity: how much more often this shopper looks at the value than shoppers usually do, decayed |
//! | `shopper.since_purchase` | seconds since the last purchase                                                               |
//! | `shopper.purchases`      | purchases                                                                                     |
//! | `shopper.spent`          | sum of what purchases were worth                                                              |
//! | `shopper.seen`           | looks, favourites, carts and purchases                                                        |
//! | `shopper.mean_price`     | mean price of what was looked at                                                              |
//! | `shopper.morning`, …     | share of them in the morning, afternoon, evening, and on weekends                             |
//! | `visit.…`                | with `[risk]`: what the session did so far, by those events that the log has                  |
//! | `profile.…`              | what the above are computed from; heads read them only if they name them                      |
//! | `recommend.…`            | no value: they declare which fields of events a page keeps so that it can recommend            |
//!
//! The values of a field, and what is usual, are those of training shoppers; with folds, of all whose states are not held out.

use super::states::Part;
use crate::examples::Examples;
use crate::store::{Checked, ProfilePlan, Store, is_read};
use crate::train::parts;
use anyhow::{Context, Result, bail};
use floorwalker_data::progress::Progress;
use floorwalker_data::read::{Log, LogEvent, LogItem, ParamValue};
use floorwalker_engine::feature::{Condition, FeatureDef, Op, Window};
use floorwalker_ranking::Act;
use std::collections::{BTreeMap, BTreeSet};

/// The event of an answer to what the shopper likes.
const ANSWER: &str = "answer";
const DAY_S: f32 = 86_400.0;
/// The smallest share of looks at which a value has an affinity of its own.
const LEAST_SHARE: f64 = 0.01;

/// `store` with the features of its profile, and of what its page keeps for recommendations.
pub(in crate::train) fn expanded(
    store: &Checked<Store>,
    progress: Progress,
) -> Result<Option<Checked<Store>>> {
    if let Some(def) = store.features.iter().find(|def| !is_read(def)) {
        bail!(
            "features called profile.… and recommend.… are the trainer's own; call `{}` otherwise",
            def.name
        );
    }
    let asks = store.profile.is_some() || store.made_heads().next().is_some();
    let Some(path) = store.data.log.as_ref().filter(|_| asks || store.recommend.is_some()) else {
        return Ok(None);
    };
    let mut raw: Store = (**store).clone();
    let mut defs = Vec::new();
    if asks {
        let plan = store.profile.clone().unwrap_or_default();
        let log = Log::read(path)?;
        let held = held_out(store, &log, progress)?;
        let learnt_from: Vec<&LogEvent> =
            log.events.iter().filter(|event| !held.contains(event.shopper.as_str())).collect();
        defs.extend(features(&plan, &learnt_from).context("[profile]")?);
        if store.risk.is_some() {
            defs.extend(of_visit(&log));
        }
    }
    if store.recommend.is_some() {
        defs.extend(kept());
    }
    let known: BTreeSet<String> = raw.features.iter().map(|def| def.name.clone()).collect();
    raw.features.extend(defs.into_iter().filter(|def| !known.contains(&def.name)));
    Ok(Some(raw.check()?))
}

/// The shoppers of whom something is held out: a request, or their states.
fn held_out(store: &Checked<Store>, log: &Log, progress: Progress) -> Result<BTreeSet<String>> {
    let mut held: BTreeSet<String> = super::states::parts(store, log)?
        .into_iter()
        .filter(|(_, part)| *part == Part::Test)
        .map(|(shopper, _)| shopper)
        .collect();
    let Store { data, heads, seed, .. } = &**store;
    if let Some(path) = data.log.as_ref().filter(|_| data.test.is_none() && data.split.folds.is_none())
        && !heads.is_empty()
    {
        let examples = Examples::read(store, path, progress)?;
        let rows: Vec<usize> = (0..examples.n_rows()).collect();
        let test = parts::split(data.split, heads, &examples, &rows, *seed)?.test;
        let lines: BTreeSet<usize> = test.into_iter().map(|row| examples.lines[row]).collect();
        let in_test = log.events.iter().filter(|event| lines.contains(&event.line));
        held.extend(in_test.map(|event| event.shopper.clone()));
    }
    Ok(held)
}

/// The features of a profile.
fn features(plan: &ProfilePlan, events: &[&LogEvent]) -> Result<Vec<FeatureDef>> {
    let looks: Vec<&&LogEvent> =
        events.iter().filter(|event| LOOKS.contains(&event.event.as_str())).collect();
    let op = Op::DecayedSum { half_life: plan.half_life_days * DAY_S };
    let mut defs = vec![def("profile.looks", op.clone(), &LOOKS, None)];
    for field in &plan.attributes {
        for (value, usual) in usual(&looks, field, plan.values) {
            let part = format!("profile.{field}={value}");
            let only = Some(Condition { field: field.clone(), equals: value.clone() });
            defs.push(FeatureDef { only, ..def(&part, op.clone(), &LOOKS, None) });
            let affinity = Op::Affinity { of: part, to: "profile.looks".to_owned(), usual };
            defs.push(def(&format!("likes.{field}={value}"), affinity, &[], None));
        }
    }
    let bought: Vec<&&LogEvent> = events.iter().filter(|event| event.event == PURCHASE).collect();
    let has_value = bought.iter().any(|event| matches!(param(event, "value"), Some(ParamValue::Number(_))));
    let spent = if has_value { "value" } else { "price" };
    defs.extend([
        def("shopper.since_purchase", Op::TimeSince, &[PURCHASE], None),
        def("shopper.purchases", Op::Count, &[PURCHASE], None),
        def("shopper.spent", Op::Sum, &[PURCHASE], Some(spent)),
        def("shopper.mean_price", Op::Mean, &["view_item"], Some("price")),
        def("shopper.seen", Op::Count, &LOOKS, None),
    ]);
    let offset = plan.offset_minutes()?;
    let parts = [("day", "morning"), ("day", "afternoon"), ("day", "evening"), ("week", "weekend")];
    for (span, part) in parts {
        let field = if offset == 0 {
            format!("clock.part_of_{span}")
        } else {
            format!("clock.part_of_{span}{offset:+}")
        };
        let count = format!("profile.{part}");
        let only = Some(Condition { field, equals: part.to_owned() });
        defs.push(FeatureDef { only, ..def(&count, Op::Count, &LOOKS, None) });
        let ratio = Op::Ratio { of: count, to: "shopper.seen".to_owned() };
        defs.push(def(&format!("shopper.{part}"), ratio, &[], None));
    }
    Ok(defs)
}

/// What a session did so far.
fn of_visit(log: &Log) -> Vec<FeatureDef> {
    let session = |def: FeatureDef| FeatureDef { window: Window::Session, ..def };
    let pace =
        FeatureDef { window: Window::Seconds(60), ..def("visit.looks_a_minute", Op::Count, &LOOKS, None) };
    let mut defs = vec![
        session(def("visit.looks", Op::Count, &LOOKS, None)),
        pace,
        session(def("visit.items", Op::Distinct, &LOOKS, Some("item_id"))),
        session(def("visit.pieces", Op::Sum, &["add_to_cart"], Some("quantity"))),
        session(def("visit.dearest", Op::Max, &LOOKS, Some("price"))),
    ];
    for (name, event) in [
        ("visit.lists", "view_item_list"),
        ("visit.searches", "search"),
        ("visit.adds", "add_to_cart"),
        ("visit.removes", "remove_from_cart"),
        ("visit.purchases", PURCHASE),
        ("visit.checkouts", "begin_checkout"),
        ("visit.coupon_fails", "coupon_fail"),
        ("visit.payment_fails", "payment_fail"),
    ] {
        defs.push(session(def(name, Op::Count, &[event], None)));
    }
    let has = |name: &String| log.events.iter().any(|event| event.event == *name);
    defs.retain(|def| def.events.iter().any(has));
    defs
}

const PURCHASE: &str = "purchase";
/// Events by which a shopper shows what they like.
const LOOKS: [&str; 6] = ["view_item", "select_item", "add_to_wishlist", "like", "add_to_cart", PURCHASE];

/// What a page keeps so that it can recommend: ids and categories of items, stars of ratings, and answers.
fn kept() -> Vec<FeatureDef> {
    vec![
        def("recommend.items", Op::Keep, &Act::EVENTS, Some("item_id")),
        def("recommend.categories", Op::Keep, &Act::EVENTS, Some("item_category")),
        def("recommend.rated", Op::Keep, &[Act::RATING], Some("item_id")),
        def("recommend.stars", Op::Keep, &[Act::RATING], Some("value")),
        def("recommend.attributes", Op::Keep, &[ANSWER], Some("attribute")),
        def("recommend.values", Op::Keep, &[ANSWER], Some("value")),
        def("recommend.likes", Op::Keep, &[ANSWER], Some("likes")),
    ]
}

/// A feature over all events of the shopper.
fn def(name: &str, op: Op, events: &[&str], field: Option<&str>) -> FeatureDef {
    let events = events.iter().map(|event| (*event).to_owned()).collect();
    let field = field.map(str::to_owned);
    FeatureDef { name: name.to_owned(), op, events, field, only: None, window: Window::Lifetime }
}

/// The most frequent values of a field, and the share of events with each.
fn usual(looks: &[&&LogEvent], field: &str, most: usize) -> Vec<(String, f32)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for event in looks {
        let mut values: Vec<&str> = event.items.iter().filter_map(|item| of_item(item, field)).collect();
        values.sort_unstable();
        values.dedup();
        values.into_iter().for_each(|value| *counts.entry(value).or_default() += 1);
    }
    let n = looks.len().max(1) as f64;
    let mut values: Vec<(&str, f64)> =
        counts.into_iter().map(|(value, count)| (value, count as f64 / n)).collect();
    values.retain(|(_, share)| *share >= LEAST_SHARE);
    values.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    values.into_iter().take(most).map(|(value, share)| (value.to_owned(), share as f32)).collect()
}

fn of_item<'a>(item: &'a LogItem, field: &str) -> Option<&'a str> {
    let value = match field {
        "item_category" => &item.category,
        "item_brand" => &item.brand,
        "item_variant" => &item.variant,
        "item_id" => &item.id,
        _ => return None,
    };
    value.as_deref().filter(|value| !value.is_empty())
}

fn param<'a>(event: &'a LogEvent, wanted: &str) -> Option<&'a ParamValue> {
    event.params.iter().find(|(name, _)| name == wanted).map(|(_, value)| value)
}
