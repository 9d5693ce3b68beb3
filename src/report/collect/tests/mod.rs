//! Each section describes a small training correctly, compared with figures that are computed independently.

mod findings;
mod packed;

use super::collect;
use super::components::components;
use crate::data::*;
use crate::{Lang, html};
use floorwalker_bundle as bundle;
use floorwalker_data::progress::Progress;
use floorwalker_engine::event::Value;
use floorwalker_engine::head::Seen;
use floorwalker_engine::model::Scratch;
use floorwalker_finding::{Finding, Kind};
use floorwalker_learn::store::{Checked, Store};
use floorwalker_learn::train::{Trained, threads, train};
use std::fmt::Write;

/// Evenly spread numbers in `[0, 1)` without a random generator.
fn spread(i: usize) -> f64 {
    (i as f64 * 0.618_033_988_749_895).fract()
}

/// 900 rows: `x` determines the label except in a ninth of them, `noise` does not; `p`, `q`, `r` form three clusters.
fn table() -> String {
    let mut text = "x,noise,p,q,r,member,colour,label\n".to_owned();
    for row in 0..900_usize {
        let x = row * 37 % 101;
        let yes = (x > 50) != (row % 9 == 0);
        let blob = row % 3;
        let at = |centre: f64, salt: usize| 10.0 * centre + spread(row * 7 + salt);
        let (p, q, r) = (at(blob as f64, 1), at((blob * blob) as f64, 2), at(-(blob as f64), 3));
        let (member, colour) =
            (row % 2, ["red", "green", "blue", "rare"][if row < 20 { 3 } else { row / 7 % 3 }]);
        let shown = if row % 13 == 0 { String::new() } else { format!("{:.3}", spread(row * 3)) };
        let label = if yes { "yes" } else { "no" };
        writeln!(text, "{x},{shown},{p:.3},{q:.3},{r:.3},{member},{colour},{label}").unwrap();
    }
    text
}

/// Trains on a table by the text of a store, in which `TABLE` stands for the table's path.
fn trained(table: &str, store: &str) -> (Checked<Store>, Trained) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("table.csv"), table).unwrap();
    let path = folder.path().join("store.toml");
    std::fs::write(&path, store.replace("TABLE", "table = \"table.csv\"")).unwrap();
    let store = Store::read(&path).unwrap();
    let trained = train(&store, Progress::silent()).unwrap();
    (store, trained)
}

fn told(table: &str, store: &str) -> (Checked<Store>, Trained, ReportData) {
    let (store, trained) = trained(table, store);
    let told = collect(&store, &trained, 1_000).unwrap();
    (store, trained, told)
}

const TREES: &str =
    "name = \"t\"\n[data]\nTABLE\n[[heads]]\nname = \"buys\"\nlabel = \"label\"\nmodel = \"trees\"\n";

fn page(told: &ReportData) -> String {
    let pages = [Lang::En, Lang::Zh].map(|lang| html(told, lang));
    for page in &pages {
        for word in ["http:", "https:", "//", "src=", "url(", "NaN", "inf<"] {
            assert!(!page.contains(word), "{word}");
        }
    }
    pages.concat()
}

#[test]
fn the_profile_counts_the_rows_that_were_learnt_from() {
    let (_, trained, told) = told(&table(), TREES);
    let profile = told.profile.unwrap();
    let rows = [&trained.split.train[..], &trained.split.validation].concat();
    assert_eq!(profile.rows as usize, rows.len());
    let names: Vec<&str> = profile.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["x", "noise", "p", "q", "r", "member", "colour", "label"]);
    let column = |at: usize| &profile.columns[at];
    let Spread::Numbers { min, max, histogram, .. } = &column(0).spread else { panic!("{:?}", column(0)) };
    assert_eq!((*min, *max, column(0).distinct), (0.0, 100.0, 101));
    assert_eq!(histogram.as_ref().unwrap().counts.iter().sum::<u64>(), profile.rows);
    let missing = rows.iter().filter(|&&row| row % 13 == 0).count() as f64 / rows.len() as f64;
    assert!((column(1).missing - missing).abs() < 1e-12);
    assert_eq!(column(5).kind, ColumnKind::Flag);
    let Spread::Categories(colours) = &column(6).spread else { panic!("{:?}", column(6)) };
    assert_eq!(colours.iter().map(|(_, n)| n).sum::<u64>(), profile.rows);
    assert!(colours.windows(2).all(|pair| pair[0].1 >= pair[1].1) && colours[3].0 == "rare");
    let yes = rows.iter().filter(|&&row| (row * 37 % 101 > 50) != (row % 9 == 0)).count() as u64;
    assert!(profile.classes.contains(&("yes".to_owned(), yes)));
}

#[test]
fn the_loss_curve_is_the_fits_and_the_kept_round_its_lowest() {
    let (_, trained, told) = told(&table(), TREES);
    let (curve, losses) = (&told.losses[0], &trained.choices[0].losses);
    assert_eq!(curve.points.len(), losses.len());
    assert!(
        curve
            .points
            .iter()
            .zip(losses)
            .all(|(p, l)| (p.step, p.train, p.valid) == (l.step, l.train, l.valid))
    );
    let least = losses.iter().map(|loss| loss.valid.unwrap()).fold(f64::INFINITY, f64::min);
    let kept = curve.points.iter().find(|point| Some(point.step) == curve.kept).unwrap();
    assert_eq!(kept.valid, Some(least));
}

#[test]
fn the_cost_curve_is_that_of_the_stores_costs() {
    let costs = "costs = { false_positive = 1.0, false_negative = 5.0 }\n";
    let (_, trained, told) = told(&table(), &format!("{TREES}{costs}"));
    let classes = told.heads[0].classes.as_ref().unwrap();
    // The threshold is the cheapest on other rows; with calibrated probabilities it is near the one that follows from the costs.
    assert_eq!(classes.threshold, trained.choices[0].threshold);
    assert!((classes.threshold.unwrap() - 1.0 / 6.0).abs() < 0.15, "{:?}", classes.threshold);
    let curve = classes.cost.as_ref().unwrap();
    let head = &trained.measured[0];
    for point in &curve.points {
        let rows = head.y().iter().zip(head.p().chunks_exact(2));
        let cost = |(y, p): (&u32, &[f32])| match (*y, f64::from(p[1]) >= point.threshold) {
            (1, false) => 5.0,
            (0, true) => 1.0,
            _ => 0.0,
        };
        let mean = rows.map(cost).sum::<f64>() / head.y().len() as f64;
        assert!((mean - point.cost).abs() < 1e-9, "{point:?} {mean}");
    }
    let least = curve.points.iter().map(|point| point.cost).fold(f64::INFINITY, f64::min);
    assert_eq!(curve.best.unwrap().cost, least);
}

#[test]
fn costs_by_which_a_mistake_is_cheap_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.toml");
    let costs = "costs = { false_positive = -1.0 }\n";
    std::fs::write(&path, format!("{TREES}{costs}").replace("TABLE", "table = \"t.csv\"")).unwrap();
    let error = format!("{:#}", Store::read(&path).unwrap_err());
    assert!(
        error.contains("head `buys`: costs: a mistake must cost more than a correct prediction"),
        "{error}"
    );
}

#[test]
fn what_tells_the_label_matters_and_noise_does_not() {
    let (_, _, told) = told(&table(), TREES);
    let importance = &told.importance[0];
    assert!(!importance.learnt && importance.rows > 100);
    let of = |name: &str| importance.features.iter().find(|(known, _)| known == name).unwrap().1;
    assert!(of("x").low > 0.2, "{:?}", of("x"));
    for name in ["noise", "p", "member", "colour"] {
        assert!(of(name).value.abs() < 0.02, "{name} {:?}", of(name));
    }
    assert_eq!(told.effects[0].feature, "x");
}

#[test]
fn an_effect_is_the_mean_of_what_the_bundle_says_of_held_out_rows() {
    let (_, trained, told) = told(&table(), TREES);
    let effect = &told.effects[0];
    assert_eq!((effect.output.as_str(), effect.rows as usize), ("yes", trained.measured[0].rows().len()));
    let EffectShape::Numeric(points) = &effect.shape else { panic!("{effect:?}") };
    let (model, _) = bundle::load(&trained.bytes).unwrap();
    let mut scratch = Scratch::default();
    for &(x, y) in points {
        let mut sum = 0.0;
        for &row in trained.measured[0].rows() {
            let mut features = trained.examples.row(row).to_vec();
            features[0] = Value::Number(x as f32);
            let seen = Seen { features: &features, ..Seen::default() };
            sum += f64::from(model.evaluate(seen, &mut scratch).scores[0].probabilities[0]);
        }
        assert!((sum / effect.rows as f64 - y).abs() < 1e-9);
    }
    assert!(points[points.len() - 1].1 > points[0].1 + 0.5, "{points:?}");
}

#[test]
fn cases_are_what_they_are_called_and_add_up() {
    let (_, trained, told) = told(&table(), TREES);
    let kinds: Vec<CaseKind> = told.cases.iter().map(|case| case.kind).collect();
    assert_eq!(kinds, [CaseKind::Hit, CaseKind::Miss, CaseKind::Uncertain]);
    let chance = |case: &Case| case.probabilities.iter().map(|(_, p)| *p).fold(0.0, f64::max);
    for case in &told.cases {
        let sum: f64 = case.base + case.contributions.iter().map(|(_, amount)| amount).sum::<f64>();
        assert!((sum - case.score).abs() < 1e-3, "{case:?}");
        let yes = case.probabilities.iter().find(|(class, _)| class == "yes").unwrap().1;
        assert!((yes - 1.0 / (1.0 + (-case.score).exp())).abs() < 1e-5, "{case:?}");
        let best = case.probabilities.iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
        match case.kind {
            CaseKind::Hit => assert_eq!(case.truth.as_ref(), Some(&best.0)),
            CaseKind::Miss => assert_ne!(case.truth.as_ref(), Some(&best.0)),
            _ => assert!(told.cases.iter().all(|other| chance(other) >= best.1), "{case:?}"),
        }
        // The file has a header, so row 0 is on line 2.
        let row = trained.examples.lines.iter().position(|&line| line as u64 == case.line).unwrap();
        assert!(trained.measured[0].rows().contains(&row));
        assert!(case.features.contains(&("x".to_owned(), (row * 37 % 101).to_string())));
    }
    assert_eq!(told.cases[0].truth.as_deref(), Some("yes"));
}

#[test]
fn groups_have_the_rates_of_their_rows_and_small_ones_are_left_out() {
    let store =
        format!("{TREES}exclude = [\"member\"]\n[report]\ngroups = [\"member\", \"colour\", \"x\"]\n");
    let (_, trained, told) = told(&table(), &store);
    let [member, colour, x] = &told.fairness[..] else { panic!("{:?}", told.fairness) };
    let head = &trained.measured[0];
    let threshold = trained.choices[0].threshold.unwrap() as f32;
    for group in &member.groups {
        let mine = |row: &usize| (row % 2).to_string() == group.group;
        let n = head.rows().iter().filter(|row| mine(row)).count() as u64;
        let taken = head
            .rows()
            .iter()
            .zip(head.p().chunks_exact(2))
            .filter(|(row, p)| mine(row) && p[1] >= threshold);
        assert_eq!(group.n, n);
        assert!((group.selection.unwrap().value - taken.count() as f64 / n as f64).abs() < 1e-12);
    }
    assert_eq!((colour.groups.len(), colour.small), (3, 1));
    assert_eq!(x.groups.len(), 4);
    assert!(x.groups.iter().any(|group| group.group.starts_with("≤ ")), "{x:?}");
    let lines = crate::warning_lines(&told, 9, Lang::En);
    assert!(lines.iter().any(|line| line.contains("“x = ≤ ") && line.contains("four fifths")), "{lines:?}");
    page(&told);
}

#[test]
fn a_group_that_is_not_there_is_a_warning_and_no_error() {
    let (_, _, told) = told(&table(), &format!("{TREES}[report]\ngroups = [\"age\"]\n"));
    assert!(told.fairness.is_empty());
    let lines = crate::warning_lines(&told, 9, Lang::En);
    assert!(lines.iter().any(|line| line.contains("`age` is neither a feature nor a label")), "{lines:?}");
    page(&told);
}

#[test]
fn planted_blobs_are_found_and_nothing_of_them_enters_the_bundle() {
    let ignore = TREES.replace("TABLE\n", "TABLE\nignore = [\"x\", \"noise\"]\n");
    let (_, with, found) = told(&table(), &ignore);
    let clusters = &found.clusters[0];
    assert_eq!(clusters.chosen, Some(3));
    assert_eq!(clusters.rows as usize, clusters.points.len());
    let mut means: Vec<f64> = clusters.columns[0].means.clone();
    means.sort_by(f64::total_cmp);
    for (mean, centre) in means.iter().zip([0.5, 10.5, 20.5]) {
        assert!((mean - centre).abs() < 0.1, "{means:?}");
    }
    let (first, second) = clusters.explained.unwrap();
    assert!(first >= second && first + second <= 1.0 + 1e-9 && first > 0.8);
    assert_eq!(clusters.merges.len(), 199);
    let (_, without, left_out) = told(&table(), &format!("{ignore}[report]\nclusters = false\n"));
    assert!(left_out.clusters.is_empty());
    assert_eq!(with.bytes, without.bytes);
}

#[test]
fn components_of_two_columns_are_their_sum_and_difference() {
    // Variances 4 + 1 and 4 - 1 along (1, 1) and (1, -1): C = [[2.5, 1.5], [1.5, 2.5]].
    let (a, b) = (8.0_f32.sqrt(), 2.0_f32.sqrt());
    let turned = |u: f32, v: f32| [(u + v) / 2.0_f32.sqrt(), (u - v) / 2.0_f32.sqrt()];
    let rows = [turned(a, 0.0), turned(-a, 0.0), turned(0.0, b), turned(0.0, -b)];
    let x = ndarray::Array2::from_shape_fn((4, 2), |(row, column)| rows[row][column]);
    let found = components(&x).unwrap();
    assert!((found.explained.0 - 0.8).abs() < 1e-6 && (found.explained.1 - 0.2).abs() < 1e-6);
    assert!((found.points[0].0 - f64::from(a)).abs() < 1e-5 && found.points[0].1.abs() < 1e-5);
    assert!(components(&ndarray::Array2::zeros((4, 2))).is_none());
}

#[test]
fn a_label_of_chance_is_said_to_be_no_better_than_the_baseline() {
    let mut text = "a,b,label\n".to_owned();
    for row in 0..400 {
        let label = if spread(row * 11 + 5) > 0.5 { "yes" } else { "no" };
        writeln!(text, "{:.3},{:.3},{label}", spread(row * 3), spread(row * 5)).unwrap();
    }
    let (_, _, told) = told(&text, &TREES.replace("trees", "logistic"));
    assert!(told.warnings.contains(&Finding::new("buys", Kind::NoBetterThanBaseline)));
}

#[test]
fn with_folds_the_report_says_that_its_rows_were_learnt_from() {
    let (_, trained, told) =
        told(&table(), &TREES.replace("TABLE\n", "TABLE\nsplit = { folds = 3, validation = 0.2 }\n"));
    assert!(told.importance[0].learnt && told.cases.iter().all(|case| case.learnt));
    assert_eq!(told.importance[0].rows as usize, trained.split.validation.len());
    assert_eq!(told.heads[0].rows, 900);
    let page = page(&told);
    assert!(page.contains("With cross-validation, the final model was trained on all rows"));
    assert!(page.contains("采用交叉验证时，最终模型已用全部行训练"));
}

#[test]
fn the_report_is_the_same_on_one_thread_and_on_three() {
    let store = format!("{TREES}[report]\ngroups = [\"colour\"]\n");
    let (store, trained) = trained(&table(), &store);
    let made = |n| threads(n).unwrap().install(|| page(&collect(&store, &trained, 1_000).unwrap()));
    assert_eq!(made(1), made(3));
}

/// Messages of `n` intents, each with a word of its own; the last intent has `rare` rows.
fn messages(n: usize, rare: usize) -> String {
    let mut text = "message,label\n".to_owned();
    for intent in 0..n {
        for row in 0..if intent + 1 == n { rare } else { 12 } {
            let other = ["please", "now", "today", "again"][row % 4];
            writeln!(text, "word{intent}x {other} n{row},intent{intent:02}").unwrap();
        }
    }
    text
}

const TEXT: &str =
    "name = \"t\"\n[data]\nTABLE\n[[heads]]\nname = \"intent\"\nlabel = \"label\"\nmodel = \"text\"\n";

#[test]
fn a_head_that_reads_words_alone_has_cases_in_words_and_no_features() {
    let (_, _, told) = told(&messages(4, 12), TEXT);
    assert!(told.importance.is_empty() && told.effects.is_empty() && told.clusters.is_empty());
    let hit = &told.cases[0];
    assert_eq!((hit.kind, hit.message.is_some()), (CaseKind::Hit, true));
    let intent: usize = hit.truth.as_ref().unwrap().trim_start_matches("intent").parse().unwrap();
    let strongest = hit.contributions.iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
    assert!(strongest.0.starts_with(&format!("“word{intent}x")), "{hit:?}");
    let sum: f64 = hit.base + hit.contributions.iter().map(|(_, amount)| amount).sum::<f64>();
    assert!((sum - hit.score).abs() < 1e-3);
    assert_eq!(told.profile.as_ref().unwrap().columns[0].kind, ColumnKind::Text);
    page(&told);
}

#[test]
fn many_classes_and_a_rare_one_do_not_stop_the_report() {
    let (_, _, told) = told(&messages(77, 3), TEXT);
    assert_eq!(told.heads[0].classes.as_ref().unwrap().classes.len(), 77);
    assert!(told.heads[0].classes.as_ref().unwrap().cost.is_none());
    assert_eq!(told.profile.as_ref().unwrap().classes.len(), 77);
    let [calibration] = &told.heads[0].classes.as_ref().unwrap().calibration[..] else { panic!() };
    let right: f64 = calibration.bins.iter().map(|bin| bin.n as f64 * bin.observed.value).sum();
    let accuracy = told.heads[0].figures.iter().find(|figure| figure.measure == Measure::Accuracy).unwrap();
    assert!((right / told.heads[0].rows as f64 - accuracy.value.value).abs() < 1e-9);
    page(&told);
}

#[test]
fn the_message_is_a_feature_of_a_head_that_hears_of_it() {
    let mut text = "message,x,label\n".to_owned();
    for row in 0..600 {
        let label = ["yes", "no"][row % 2];
        writeln!(text, "w{label}x n{row},{:.3},{label}", spread(row * 3)).unwrap();
    }
    let both = "[[heads]]\nname = \"both\"\nlabel = \"label\"\nmodel = \"logistic\"\ninputs = [\"head:intent\", \"features\"]\n";
    let (_, _, told) = told(&text, &format!("{TEXT}{both}"));
    let [importance] = &told.importance[..] else { panic!("{:?}", told.importance) };
    assert_eq!(importance.head, "both");
    let of = |name: &str| importance.features.iter().find(|(known, _)| known == name).unwrap().1.value;
    assert!(of("message") > 0.3 && of("x").abs() < 0.01, "{importance:?}");
    let case = told.cases.iter().find(|case| case.head == "both").unwrap();
    let heard = case.contributions.iter().any(|(name, _)| name == "head:intent");
    assert!(case.message.is_some() && heard, "{case:?}");
}
