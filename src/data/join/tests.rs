//! Joins of small tables with results worked out by hand, of drawn tables, and a deliberately planted leak.

use super::timed::{Horizon, join_to};
use super::{Joined, Moments, SourcePlan, join, keys, kinds};
use crate::read::{Column, MISSING_CODE, Table, Values};
use floorwalker_finding::{Finding, Kind};
use proptest::collection::vec;
use proptest::option::weighted as maybe;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use tempfile::TempDir;

const ORDERS: &str = r#"
name = "orders"
file = "orders.csv"
key = "user_id"
time = "created_at"
label_time = "asked_at"
"#;

fn plan(text: &str) -> SourcePlan {
    toml::from_str(text).unwrap()
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn joined(folder: &Path, plans: &[SourcePlan]) -> anyhow::Result<Joined> {
    join(&Table::read(&folder.join("base.csv"), &kinds(plans).into())?, plans, folder)
}

/// A value as text: `-` is missing.
fn cell(column: &Column, row: usize) -> String {
    match &column.values {
        Values::Number(x) | Values::Boolean(x) if x[row].is_nan() => "-".to_owned(),
        Values::Number(x) | Values::Boolean(x) => x[row].to_string(),
        Values::Category { codes, .. } if codes[row] == MISSING_CODE => "-".to_owned(),
        Values::Category { codes, names } => names[codes[row] as usize].clone(),
        Values::Text(texts) => texts[row].clone().unwrap_or("-".to_owned()),
        Values::Time(moments) => moments[row].map_or("-".to_owned(), |ms| ms.to_string()),
    }
}

/// Joins `orders` to `base` by `plan`, and expects these columns: `name: value value …`.
fn check(base: &str, orders: &str, plan_text: &str, expected: &[&str]) -> Joined {
    let folder = folder(&[("base.csv", base), ("orders.csv", orders)]);
    let joined = joined(folder.path(), &[plan(plan_text)]).unwrap();
    let shown: Vec<String> = joined
        .columns
        .iter()
        .map(|column| {
            let n = base.lines().count() - 1;
            let cells: Vec<String> = (0..n).map(|row| cell(column, row)).collect();
            format!("{}: {}", column.name, cells.join(" "))
        })
        .collect();
    assert_eq!(shown, expected);
    joined
}

/// Expects an error whose message contains `says`.
fn refused(files: &[(&str, &str)], plan_text: &str, says: &str) {
    let folder = folder(files);
    let error = format!("{:#}", joined(folder.path(), &[plan(plan_text)]).unwrap_err());
    assert!(error.contains(says), "{error}");
}

#[test]
fn only_what_happened_before_the_moment_counts() {
    let joined = check(
        "user_id,asked_at\nu,2024-01-10\nu,2024-01-03 12:00\nv,2024-01-10\nw,2024-01-10\n",
        "user_id,created_at,amount,status\nu,2024-01-01,10,paid\nu,2024-01-03,20,sent\nu,2024-01-20,400,back\nv,2024-01-11,7,sent\n",
        &format!(
            "{ORDERS}aggregate = {{ count = true, since = true, sum = [\"amount\"], mean = [\"amount\"], last = [\"status\"] }}"
        ),
        &[
            "orders.count: 2 2 0 0",
            "orders.since_s: 604800 43200 - -", // 7 days, half a day
            "orders.sum_amount: 30 30 0 0",
            "orders.mean_amount: 15 15 - -",
            "orders.last_status: sent sent - -",
        ],
    );
    let report = &joined.reports[0];
    assert_eq!((report.n_rows, report.n_base_matched, report.n_ahead), (4, 2, 3));
}

#[test]
fn the_moment_itself_is_too_late_and_of_one_moment_the_later_line_is_the_last() {
    check(
        "user_id,asked_at\nu,2024-01-02\nu,2024-01-02 00:00:00.001\n",
        "user_id,created_at,status\nu,2024-01-01,a\nu,2024-01-02,b\nu,2024-01-02,c\nu,2024-01-01,d\n",
        &format!("{ORDERS}aggregate = {{ count = true, last = [\"status\"] }}"),
        &["orders.count: 2 4", "orders.last_status: d c"],
    );
}

#[test]
fn what_became_known_later_is_known_later() {
    let orders = "user_id,created_at\nu,2024-01-02T00:00:00Z\n";
    let base = "user_id,asked_at\nu,2024-01-02T01:00:00Z\nu,2024-01-02T01:00:01Z\n";
    let plan = format!("{ORDERS}available_after = 3600\naggregate = {{ count = true }}");
    check(base, orders, &plan, &["orders.count: 0 1"]);
}

#[test]
fn a_window_forgets_what_is_older() {
    let orders = "user_id,created_at,amount\nu,2024-01-01,1\nu,2024-01-02,2\nu,2024-01-03,4\n";
    let base = "user_id,asked_at\nu,2024-01-04\nu,2024-01-04 00:00:01\nu,2024-02-01\n";
    check(
        base,
        orders,
        &format!("{ORDERS}within_days = 2\naggregate = {{ sum = [\"amount\"], last = [\"amount\"] }}"),
        &["orders.sum_amount: 6 4 0", "orders.last_amount: 4 4 -"],
    );
}

#[test]
fn time_zones_and_units_meet_in_utc() {
    // 08:00 in Shanghai is midnight UTC.
    let orders = "user_id,created_at\nu,2024-01-02T08:00:00+08:00\n";
    let plan = format!("{ORDERS}aggregate = {{ count = true }}");
    // 1704153600 is 2024-01-02T00:00:00Z by `date -u -d @1704153600`.
    check("user_id,asked_at\nu,1704153600\nu,1704153601\n", orders, &plan, &["orders.count: 0 1"]);
    check("user_id,asked_at\nu,1704153600000\nu,1704153600001\n", orders, &plan, &["orders.count: 0 1"]);
}

/// A row of a source or of the base: its key, its second, and an amount in quarters, whose sums are exact.
type Row = (u32, u32, Option<i16>);

const ALL: &str = "aggregate = { count = true, since = true, sum = [\"amount\"], mean = [\"amount\"], last = [\"amount\"] }";

/// Rows of a few keys at a few moments, so that keys, moments and windows' ends meet.
fn rows(most: usize) -> impl Strategy<Value = Vec<Row>> {
    let second = prop_oneof![0..20_u32, (0..50_u32).prop_map(|hours| hours * 3_600)];
    vec((0..4_u32, second, maybe(0.8, -40..40_i16)), 1..=most)
}

/// Seconds that a row is known after it happened, and seconds that a base row looks back.
fn rules() -> impl Strategy<Value = (u32, Option<u32>)> {
    let seconds = || prop_oneof![Just(0), 1..20_u32, (1..4_u32).prop_map(|hours| hours * 3_600)];
    (seconds(), maybe(0.7, seconds().prop_map(|seconds| seconds + 1)))
}

fn quarters(amount: Option<i16>) -> String {
    amount.map_or(String::new(), |amount| (f32::from(amount) / 4.0).to_string())
}

/// The joined cells of every base row, column by column.
fn joined_rows(orders: &[Row], base: &[Row], (known_after, within): (u32, Option<u32>)) -> Vec<Vec<String>> {
    let time = |second: u32| 1_704_153_600 + second;
    // The first line has an amount, so that the column is one of numbers; its key is nobody's.
    let mut text = "user_id,created_at,amount\nnobody,1704153600,0.25\n".to_owned();
    for (key, second, amount) in orders {
        text += &format!("u{key},{},{}\n", time(*second), quarters(*amount));
    }
    let base: String = base.iter().map(|(key, second, _)| format!("u{key},{}\n", time(*second))).collect();
    let folder = folder(&[("base.csv", &format!("user_id,asked_at\n{base}")), ("orders.csv", &text)]);
    let window =
        within.map_or(String::new(), |within| format!("within_days = {:?}\n", f64::from(within) / 86_400.0));
    let plan = plan(&format!("{ORDERS}available_after = {known_after}\n{window}{ALL}"));
    let columns = joined(folder.path(), &[plan]).unwrap().columns;
    columns.iter().map(|column| (0..base.lines().count()).map(|row| cell(column, row)).collect()).collect()
}

/// The same by a loop over every pair.
fn looped_rows(orders: &[Row], base: &[Row], (known_after, within): (u32, Option<u32>)) -> Vec<Vec<String>> {
    let mut columns = vec![Vec::new(); 5];
    for (key, now, _) in base {
        let counts = |order: &&Row| {
            order.0 == *key
                && order.1 + known_after < *now
                && within.is_none_or(|within| order.1 + within >= *now)
        };
        let mut known: Vec<&Row> = orders.iter().filter(counts).collect();
        known.sort_by_key(|order| order.1);
        let amounts: Vec<f64> =
            known.iter().filter_map(|order| order.2).map(|x| f64::from(x) / 4.0).collect();
        let sum = amounts.iter().fold(0.0, |sum, amount| sum + amount);
        let since = known.last().map(|order| (now - order.1) as f32);
        let mean = (!amounts.is_empty()).then(|| (sum / amounts.len() as f64) as f32);
        let has_sum = known.is_empty() || !amounts.is_empty();
        let values = [
            Some(known.len() as f32),
            since,
            has_sum.then_some(sum as f32),
            mean,
            amounts.last().map(|amount| *amount as f32),
        ];
        for (column, value) in columns.iter_mut().zip(values) {
            column.push(value.map_or("-".to_owned(), |value| value.to_string()));
        }
    }
    columns
}

/// Runs a property on the same random rows each time.
fn runner() -> TestRunner {
    let seed = RngSeed::Fixed(42);
    TestRunner::new(Config { cases: 300, rng_seed: seed, failure_persistence: None, ..Config::default() })
}

#[test]
fn the_order_of_the_source_changes_nothing() {
    // Of two rows of one key and one moment, the later line is the last one, so each has a moment of its own.
    let apart = rows(60).prop_map(|rows| {
        let mut seen = BTreeSet::new();
        rows.into_iter().filter(|row| seen.insert((row.0, row.1))).collect::<Vec<Row>>()
    });
    let shuffled = apart.prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle()));
    let held = runner().run(&(shuffled, rows(20), rules()), |((rows, shuffled), base, rules)| {
        prop_assert_eq!(joined_rows(&rows, &base, rules), joined_rows(&shuffled, &base, rules));
        Ok(())
    });
    held.unwrap();
}

#[test]
fn what_is_joined_is_what_a_loop_over_every_pair_finds() {
    let held = runner().run(&(rows(60), rows(20), rules()), |(orders, base, rules)| {
        prop_assert_eq!(joined_rows(&orders, &base, rules), looped_rows(&orders, &base, rules));
        Ok(())
    });
    held.unwrap();
}

#[test]
fn missing_keys_times_and_values_are_left_out() {
    let joined = check(
        "user_id,asked_at\nu,2024-01-09\n,2024-01-09\nu,\nv,2024-01-09\n",
        "user_id,created_at,amount\nu,2024-01-01,5\nu,2024-01-02,\n,2024-01-01,9\nu,,9\nv,2024-01-01,\nx,2024-01-01,1\n",
        &format!(
            "{ORDERS}aggregate = {{ count = true, sum = [\"amount\"], mean = [\"amount\"], last = [\"amount\"] }}"
        ),
        &[
            "orders.count: 2 - - 1",
            "orders.sum_amount: 5 - - -",
            "orders.mean_amount: 5 - - -",
            "orders.last_amount: 5 - - -",
        ],
    );
    let report = &joined.reports[0];
    assert_eq!((report.n_unplaced, report.n_unmatched, report.n_base_unplaced), (2, 1, 2));
}

const USERS: &str = "name = \"users\"\nfile = \"users.csv\"\nkey = \"user_id\"\n";

#[test]
fn a_source_without_time_is_joined_by_its_key_as_text() {
    let folder = folder(&[
        ("base.csv", "shopper\n007\n7\n8\n"),
        ("users.csv", "user_id,country,age\n007,cn,30\n 7 ,de,\n9,fr,1\n"),
    ]);
    let plan = plan(&format!("{USERS}label_key = \"shopper\"\ncolumns = [\"country\", \"age\"]"));
    let joined = joined(folder.path(), &[plan]).unwrap();
    let country =
        Values::Category { codes: vec![0, 1, MISSING_CODE], names: vec!["cn".to_owned(), "de".to_owned()] };
    assert_eq!(joined.columns[0], Column { name: "users.country".to_owned(), values: country });
    assert_eq!((0..3).map(|row| cell(&joined.columns[1], row)).collect::<Vec<_>>(), ["30", "-", "-"]);
    assert!(joined.warnings.is_empty());
}

#[test]
fn a_key_twice_in_a_source_without_time_is_refused_with_both_lines() {
    refused(
        &[("base.csv", "user_id\nu\n"), ("users.csv", "user_id,a\nu,1\nv,2\nu,3\n")],
        &format!("{USERS}columns = [\"a\"]"),
        "users.csv:4: key `u` is already on line 2",
    );
}

#[test]
fn a_source_that_was_written_after_the_moment_is_warned_of() {
    let files = |updated: &str| {
        let users = format!("user_id,a,updated_at\nu,1,{updated}\nv,2,2024-01-01\n");
        let folder =
            folder(&[("base.csv", "user_id,asked_at\nu,2024-01-05\nv,2024-01-05\n"), ("users.csv", &users)]);
        joined(folder.path(), &[plan(&format!("{USERS}label_time = \"asked_at\"\ncolumns = [\"a\"]"))])
            .unwrap()
            .warnings
    };
    let warnings = files("2024-01-06");
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0], Finding::new("users.updated_at", Kind::AfterLabel { n_late: 1, n_rows: 2 }));
    assert!(files("2024-01-04").is_empty());
}

#[test]
fn times_that_are_none_are_refused_with_their_place() {
    let base = ("base.csv", "user_id,asked_at\nu,2024-01-05\n");
    let plan = format!("{ORDERS}aggregate = {{ count = true }}");
    let with = |orders: &str, says: &str| refused(&[base, ("orders.csv", orders)], &plan, says);
    with(
        "user_id,created_at\nu,2024-01-05\nu,2024-02-30\n",
        "orders.csv:3:3: column `created_at`: `2024-02-30` is not a time",
    );
    with(
        "user_id,created_at\nu,5/1/2024\n",
        "orders.csv:2:3: column `created_at`: `5/1/2024` may have the day before",
    );
    with("user_id,created_at\nu,noon\n", "orders.csv:2:3: column `created_at`: `noon` is not a time");
    with(
        "user_id,created_at\nu,1704153600\nu,1704153600000\n",
        "orders.csv:3:3: column `created_at`: `1704153600000` is in milliseconds",
    );
}

#[test]
fn plans_that_contradict_themselves_are_refused() {
    let files = [
        ("base.csv", "user_id,asked_at\nu,2024-01-05\n"),
        ("orders.csv", "user_id,created_at,status\nu,2024-01-05,x\n"),
    ];
    let with = |plan: &str, says: &str| refused(&files, plan, says);
    with(ORDERS, "name columns in `aggregate`");
    with(&format!("{ORDERS}columns = [\"status\"]"), "write aggregate = { last = [\"status\"] }");
    with(&format!("{ORDERS}aggregate = {{ sum = [\"status\"] }}"), "column `status` does not hold numbers");
    with(&format!("{ORDERS}aggregate = {{ last = [\"statsu\"] }}"), "did you mean `status`?");
    with(&format!("{ORDERS}within_days = -1\naggregate = {{ count = true }}"), "and `within_days` above 0");
    with(
        "name = \"o\"\nfile = \"orders.csv\"\nkey = \"user_id\"\naggregate = { count = true }",
        "need `time`",
    );
    with(
        "name = \"o\"\nfile = \"orders.csv\"\nkey = \"user_id\"\ntime = \"created_at\"\naggregate = { count = true }",
        "`time` is given without `label_time`",
    );
}

/// Accuracy on the odd rows of a rule that is fitted on the even rows: for each value of the column its most frequent label, and for
/// an unseen value the most frequent label of all.
fn accuracy(column: &Column, labels: &[&str]) -> f64 {
    let mut counts: BTreeMap<Option<String>, BTreeMap<&str, usize>> = BTreeMap::new();
    for (row, label) in labels.iter().enumerate().step_by(2) {
        for value in [Some(cell(column, row)), None] {
            *counts.entry(value).or_default().entry(label).or_default() += 1;
        }
    }
    let guess = |row: usize| {
        let of_value = counts.get(&Some(cell(column, row))).or_else(|| counts.get(&None));
        of_value.and_then(|of| of.iter().max_by_key(|(_, n)| **n)).map(|(label, _)| *label)
    };
    let odd: Vec<usize> = (1..labels.len()).step_by(2).collect();
    odd.iter().filter(|&&row| guess(row) == Some(labels[row])).count() as f64 / odd.len() as f64
}

/// The leak: an hour after each request, a ticket is written whose status is the label. A join by key alone would leak it; this
/// join does not.
#[test]
fn a_planted_leak_is_not_joined_and_no_rule_can_learn_it() {
    let labels: Vec<&str> = (0..400_u32).map(|i| if i * i % 11 < 5 { "yes" } else { "no" }).collect();
    let mut base = "user_id,asked_at\n".to_owned();
    let mut orders = "user_id,created_at,status\n".to_owned();
    for (i, label) in labels.iter().enumerate() {
        let asked = 1_704_153_600 + i * 60;
        base += &format!("u{i},{asked}\n");
        orders += &format!("u{i},{},closed_{label}\n", asked + 3600);
    }
    let folder = folder(&[("base.csv", &base), ("orders.csv", &orders)]);
    let plan = plan(&format!("{ORDERS}aggregate = {{ last = [\"status\"] }}"));
    let base =
        Table::read(&folder.path().join("base.csv"), &kinds(std::slice::from_ref(&plan)).into()).unwrap();
    let source = plan.read(folder.path()).unwrap();
    let keys = keys(&base, "user_id").unwrap();
    let Values::Time(at_ms) = &base.column("asked_at").unwrap().values else { panic!() };
    let seen = |horizon| {
        let moments = Moments { keys: &keys, at_ms };
        join_to(&plan, &source, moments, horizon).unwrap()
    };
    let (honest, naive) = (seen(Horizon::Known), seen(Horizon::Everything));

    assert_eq!(honest.columns[0].n_missing(), labels.len());
    assert_eq!(honest.reports[0].n_ahead, labels.len() as u64);
    assert_eq!(naive.columns[0].n_missing(), 0);
    let n_yes = labels.iter().filter(|&&label| label == "yes").count();
    let majority = n_yes.max(labels.len() - n_yes) as f64 / labels.len() as f64;
    let (honest, naive) = (accuracy(&honest.columns[0], &labels), accuracy(&naive.columns[0], &labels));
    assert_eq!(naive, 1.0, "the leak is there to be found");
    assert!(honest < majority + 0.05, "honest {honest}, majority {majority}");
}
