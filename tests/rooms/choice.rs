//! Choice of the model by `auto`: which candidates it compares, what it refuses, and what it promises.

use floorwalker_bundle as bundle;
use floorwalker_data::progress::Progress;
use floorwalker_learn::store::{Checked, Store};
use floorwalker_learn::train::{Baseline, Choice, Entrant, Runner, Trained, Verdict, threads, train};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::path::Path;

/// A table of `rows` rows: the label is `yes` with probability `chance(x, y)`. Every third row belongs to the same shopper as the row
/// before it.
fn table(rows: usize, chance: impl Fn(f64, f64) -> f64) -> String {
    let mut random = ChaCha8Rng::seed_from_u64(13);
    let mut table = "who,asked_at,x,y,noise,label\n".to_owned();
    for row in 0..rows {
        let [x, y, noise, luck]: [f64; 4] = random.random();
        let label = if luck < chance(x, y) { "yes" } else { "no" };
        let (who, day) = (row - usize::from(row % 3 == 2), 1 + row * 27 / rows);
        table +=
            &format!("u{who},2026-01-{day:02}T10:{:02}:00Z,{x:.4},{y:.4},{noise:.4},{label}\n", row % 60);
    }
    table
}

/// The label depends on a corner of the unit square: one threshold on each column separates it.
fn corner(x: f64, y: f64) -> f64 {
    if x > 0.5 && y > 0.4 { 0.9 } else { 0.1 }
}

fn store(folder: &Path, table: &str, data: &str, head: &str) -> Checked<Store> {
    std::fs::write(folder.join("table.csv"), table).unwrap();
    let text = format!(
        "name = \"t\"\n[data]\ntable = \"table.csv\"\n{data}\n[[heads]]\nname = \"label\"\nlabel = \"label\"\n{head}\n"
    );
    std::fs::write(folder.join("store.toml"), text).unwrap();
    Store::read(&folder.join("store.toml")).unwrap()
}

const COLUMNS: &str = "ignore = [\"who\", \"asked_at\"]";

fn trained(store: &Checked<Store>) -> Trained {
    train(store, Progress::silent()).unwrap()
}

/// The kind of an entrant's model; `None` for a baseline.
fn model(entrant: &Entrant) -> Option<&str> {
    match &entrant.runner {
        Runner::Model(plan) => Some(plan.model.name()),
        Runner::Baseline(_) => None,
    }
}

fn chosen(choice: &Choice) -> &Entrant {
    let is_chosen = |entrant: &&Entrant| matches!(entrant.verdict, Verdict::Best | Verdict::Smallest);
    choice.entrants.iter().find(is_chosen).unwrap()
}

#[test]
fn a_corner_calls_for_trees_and_the_smallest_that_will_do() {
    let folder = tempfile::tempdir().unwrap();
    let choice = trained(&store(folder.path(), &table(3000, corner), COLUMNS, "")).choices.remove(0);
    let winner = chosen(&choice);
    assert!(matches!(model(winner), Some("tree" | "trees")), "{winner:?}");
    let loss = |entrant: &Entrant| entrant.loss.map_or(f64::INFINITY, |loss| loss.value);
    for entrant in choice.entrants.iter().filter(|entrant| entrant.verdict == Verdict::Larger) {
        assert!(entrant.bytes >= winner.bytes, "{entrant:?} is smaller than {winner:?}");
    }
    for entrant in choice.entrants.iter().filter(|entrant| entrant.verdict == Verdict::Worse) {
        assert!(loss(entrant) > loss(winner), "{entrant:?} is better than {winner:?}");
    }
    assert_eq!((choice.n_trials, choice.plan.model.name()), (5, model(winner).unwrap()));
}

#[test]
fn a_slope_calls_for_a_linear_model() {
    let folder = tempfile::tempdir().unwrap();
    let slope = |x: f64, y: f64| 1.0 / (1.0 + (-(6.0 * x - 4.0 * y - 1.0)).exp());
    let choice = trained(&store(folder.path(), &table(3000, slope), COLUMNS, "")).choices.remove(0);
    let winner = chosen(&choice);
    assert!(matches!(model(winner), Some("logistic" | "linear_svm")), "{winner:?}");
}

#[test]
fn the_race_ends_the_same_on_one_thread_and_on_three() {
    let folder = tempfile::tempdir().unwrap();
    for data in [
        COLUMNS.to_owned(),
        "shopper = \"who\"\nignore = [\"asked_at\"]\nsplit = { by = \"shopper\" }".to_owned(),
        "shopper = \"who\"\ntime = \"asked_at\"\nsplit = { by = \"time\" }".to_owned(),
    ] {
        let store = store(folder.path(), &table(900, corner), &data, "choice = { seconds = 5.0 }");
        let run = |n| threads(n).unwrap().install(|| trained(&store));
        let (one, three) = (run(1), run(3));
        assert_eq!(one.bytes, three.bytes, "{data}");
        assert!(one.choices[0].n_trials >= 2, "{data}: cross-validated");
        assert!(one.measured[0].report.auc.unwrap() > 0.8, "{data}");
    }
}

#[test]
fn a_shopper_is_never_on_both_sides() {
    let folder = tempfile::tempdir().unwrap();
    let data = "shopper = \"who\"\nignore = [\"asked_at\"]\nsplit = { by = \"shopper\" }";
    let trained = trained(&store(folder.path(), &table(600, corner), data, "model = \"tree\""));
    let who = |rows: &[usize]| -> std::collections::BTreeSet<u32> {
        rows.iter().map(|&row| trained.examples.shoppers[row]).collect()
    };
    let (train, valid, test) =
        (who(&trained.split.train), who(&trained.split.validation), who(&trained.split.test));
    assert!(train.is_disjoint(&valid) && train.is_disjoint(&test) && valid.is_disjoint(&test));
    assert!(trained.examples.shoppers.len() > train.len() + valid.len() + test.len(), "some come back");
    assert!(!trained.examples.features.iter().any(|def| def.name == "who"), "a key is no feature");
}

#[test]
fn tables_with_a_time_column_are_split_by_time() {
    let folder = tempfile::tempdir().unwrap();
    let data = "time = \"asked_at\"\nignore = [\"who\"]\nsplit = { by = \"time\" }";
    let trained = trained(&store(folder.path(), &table(600, corner), data, "model = \"tree\""));
    let newest = |rows: &[usize]| rows.iter().map(|&row| trained.examples.at_ms[row]).max().unwrap();
    let oldest = |rows: &[usize]| rows.iter().map(|&row| trained.examples.at_ms[row]).min().unwrap();
    assert!(newest(&trained.split.train) < oldest(&trained.split.validation));
    assert!(newest(&trained.split.validation) < oldest(&trained.split.test));
}

#[test]
fn bytes_and_seconds_are_budgets() {
    let folder = tempfile::tempdir().unwrap();
    let small = trained(&store(folder.path(), &table(900, corner), COLUMNS, "choice = { max_bytes = 300 }"));
    let choice = &small.choices[0];
    assert!(chosen(choice).bytes.unwrap() <= 300);
    let over: Vec<_> =
        choice.entrants.iter().filter(|entrant| entrant.verdict == Verdict::OverBudget).collect();
    assert!(!over.is_empty() && over.iter().all(|entrant| entrant.bytes.unwrap() > 300));

    let quick = trained(&store(folder.path(), &table(900, corner), COLUMNS, "choice = { seconds = 0.001 }"));
    let ran =
        quick.choices[0].entrants.iter().filter(|entrant| entrant.loss.is_some() && model(entrant).is_some());
    assert!(ran.count() < 4, "most are too dear");

    let none = store(folder.path(), &table(900, corner), COLUMNS, "choice = { max_bytes = 1 }");
    let error = format!("{:#}", train(&none, Progress::silent()).unwrap_err());
    assert!(error.contains("no candidate fits into 1 bytes; raise choice.max_bytes"), "{error}");
}

#[test]
fn baselines_are_always_there_and_a_model_that_learnt_nothing_is_seen_to() {
    let folder = tempfile::tempdir().unwrap();
    for head in ["", "model = \"logistic\"", "model = \"trees\""] {
        let trained = trained(&store(folder.path(), &table(900, |_, _| 0.4), COLUMNS, head));
        let choice = &trained.choices[0];
        let of = |wanted: Baseline| {
            let is_it =
                |entrant: &&Entrant| matches!(&entrant.runner, Runner::Baseline(found) if *found == wanted);
            choice.entrants.iter().find(is_it).unwrap()
        };
        let prior = of(Baseline::Prior).loss.unwrap();
        // The entropy of a class with a share of 40 %.
        assert!((prior.value - 0.673).abs() < 0.02, "{prior:?}");
        assert!(of(Baseline::Majority).accuracy.unwrap() > 0.5);
        assert!(of(Baseline::LastValue).loss.unwrap().value < prior.value + 0.02);
        let best = choice.entrants.iter().filter(|entrant| model(entrant).is_some());
        let best =
            best.filter_map(|entrant| entrant.loss).map(|loss| loss.value).fold(f64::INFINITY, f64::min);
        assert!(best > prior.low - 0.02, "{best} against {prior:?}");
    }
}

#[test]
fn the_last_value_of_a_shopper_is_a_baseline_to_beat() {
    let folder = tempfile::tempdir().unwrap();
    let mut table = "who,x,label\n".to_owned();
    let mut random = ChaCha8Rng::seed_from_u64(13);
    for who in 0..300 {
        let label = if random.random::<bool>() { "yes" } else { "no" };
        for x in random.random::<[f64; 3]>() {
            table += &format!("u{who},{x},{label}\n");
        }
    }
    let store = store(folder.path(), &table, "shopper = \"who\"", "model = \"logistic\"");
    let choice = trained(&store).choices.remove(0);
    let of = |wanted: Baseline| {
        let mut all = choice.entrants.iter();
        all.find(|entrant| matches!(&entrant.runner, Runner::Baseline(found) if *found == wanted)).unwrap()
    };
    assert!(of(Baseline::LastValue).accuracy.unwrap() > of(Baseline::Prior).accuracy.unwrap() + 0.1);
}

#[test]
fn prediction_sets_hold_what_they_promise() {
    let folder = tempfile::tempdir().unwrap();
    for coverage in [0.8, 0.95] {
        let head = format!("model = \"trees\"\nchoice = {{ coverage = {coverage} }}");
        let trained = trained(&store(folder.path(), &table(6000, corner), COLUMNS, &head));
        let sets = trained.sets[0].unwrap();
        let share = sets.hits as f64 / sets.rows as f64;
        // The tolerance is three standard errors of the share itself, and three of the rows that it was calibrated on.
        assert!(share > coverage - 0.045 && share < 1.0, "{share} for {coverage}");
        assert!(sets.classes >= sets.rows && sets.classes <= 2 * sets.rows);
    }
}

#[test]
fn a_dear_miss_lowers_the_threshold() {
    let folder = tempfile::tempdir().unwrap();
    let threshold = |costs: &str| {
        let head = format!("model = \"trees\"\npositive = \"yes\"\n{costs}");
        trained(&store(folder.path(), &table(3000, corner), COLUMNS, &head)).choices[0].threshold.unwrap()
    };
    let (even, dear) = (threshold(""), threshold("costs = { false_positive = 1.0, false_negative = 20.0 }"));
    assert!(dear < even && dear < 0.2, "{dear} and {even}");
}

#[test]
fn a_class_of_fewer_rows_than_folds_stops_no_race() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = ChaCha8Rng::seed_from_u64(13);
    let mut table = "x,label\n".to_owned();
    for row in 0..200_usize {
        let label = if row % 66 == 0 {
            "rare"
        } else if row % 2 == 0 {
            "a"
        } else {
            "b"
        };
        table += &format!("{},{label}\n", random.random::<f64>() + (row % 2) as f64);
    }
    let trained = trained(&store(folder.path(), &table, "", ""));
    assert_eq!(trained.choices[0].n_trials, 5);
    let (model, _) = bundle::load(&trained.bytes).unwrap();
    assert_eq!(model.heads()[0].outputs(), ["a", "b", "rare"]);
}

#[test]
fn a_table_of_messages_alone_is_read_as_messages() {
    let folder = tempfile::tempdir().unwrap();
    let mut table = "sentence,label\n".to_owned();
    for row in 0..240_usize {
        let (label, words) = [
            ("return", "I want to send this back please"),
            ("size", "which size fits me best"),
            ("pay", "my card was declined at the checkout"),
        ][row % 3];
        table += &format!("{words} number {row} of my questions today,{label}\n");
    }
    let trained = trained(&store(folder.path(), &table, "", ""));
    assert_eq!(trained.choices[0].plan.model.name(), "text");
    assert!(trained.measured[0].report.accuracy > 0.9);
}
