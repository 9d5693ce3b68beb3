//! Tests of trees and forests on tables with a known answer, and against an exhaustive search.

use super::*;
use crate::kinds::trees::Column;
use floorwalker_engine::head::trees::{NodeDef, Trees};

/// A tree that fits a handful of rows exactly.
fn one_tree() -> ForestSettings {
    ForestSettings { min_category_rows: 1, ..ForestSettings::tree() }
}

fn task<'a>(columns: &'a [Column<'a>], target: Target<'a>) -> Task<'a> {
    Task { columns, target, weights: None, valid: &[] }
}

fn fitted(task: &Task<'_>, settings: &ForestSettings) -> ForestFit {
    fit(task, settings, &|_| {}).unwrap()
}

/// The row as the page would encode it.
fn encoded(fit: &ForestFit, columns: &[Column<'_>], row: usize) -> Vec<f32> {
    let cell = |column: &TreeColumn| match column {
        TreeColumn::Value { input } => {
            let Column::Number(values) = columns[*input] else { panic!("{input} is no number") };
            values[row]
        }
        TreeColumn::Member { input, categories } => {
            let Column::Category { codes, .. } = columns[*input] else { panic!("{input} is no category") };
            match codes[row] {
                u16::MAX => f32::NAN,
                code => f32::from(u8::from(categories.contains(&code))),
            }
        }
    };
    fit.columns.iter().map(cell).collect()
}

/// Outputs of the engine for each row.
fn scored(fit: &ForestFit, columns: &[Column<'_>], n_rows: usize) -> Vec<Vec<f32>> {
    let trees = Trees::new(fit.trees.clone()).unwrap();
    let mut out = vec![0.0; trees.n_outputs()];
    let score = |row| {
        trees.logits(&encoded(fit, columns, row), &mut out);
        out.clone()
    };
    (0..n_rows).map(score).collect()
}

/// Fits a number and compares what the engine says of each row.
#[track_caller]
fn check(columns: &[Column<'_>], y: &[f32], settings: &ForestSettings, expected: &[f32]) -> ForestFit {
    let fit = fitted(&task(columns, Target::Number(y)), settings);
    let found = scored(&fit, columns, expected.len());
    let close = found.iter().zip(expected).all(|(a, b)| (a[0] - b).abs() < 1e-3);
    assert!(close, "{found:?} is not {expected:?} with {:?}", fit.trees);
    fit
}

/// Numbers from a fixed stream.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// Counts with many ties, and a chance that depends on two of them.
fn counts(seed: u64, n: usize) -> (Vec<Vec<f32>>, Vec<f32>) {
    let mut dice = Dice(seed);
    let sides = [3, 5, 9, 2];
    let x: Vec<Vec<f32>> =
        sides.iter().map(|sides| (0..n).map(|_| dice.roll(*sides) as f32).collect()).collect();
    let y = (0..n).map(|row| {
        let likes = x[1][row] as u64 + 2 * u64::from(x[2][row] > 5.0) + dice.roll(4);
        f32::from(u8::from(likes > 4))
    });
    let y = y.collect();
    (x, y)
}

/// Sum of squared errors around the mean.
fn squares(rows: &[usize], y: &[f32]) -> f64 {
    let mean = rows.iter().map(|row| f64::from(y[*row])).sum::<f64>() / rows.len() as f64;
    rows.iter().map(|row| (f64::from(y[*row]) - mean).powi(2)).sum()
}

/// Least sum of squared errors that any threshold on any input leaves: every value of every input is tried.
fn exhaustive(rows: &[usize], x: &[Vec<f32>], y: &[f32]) -> f64 {
    let mut least = squares(rows, y);
    for values in x {
        for at in rows {
            let (left, right): (Vec<usize>, Vec<usize>) =
                rows.iter().partition(|row| values[**row] <= values[*at]);
            if !right.is_empty() {
                least = least.min(squares(&left, y) + squares(&right, y));
            }
        }
    }
    least
}

#[test]
fn tied_values_are_parted_where_smartcore_does_not() {
    // design.md, section 2: smartcore 0.7 finds no split here.
    check(
        &[Column::Number(&[1.0, 1.0, 2.0, 2.0])],
        &[0.0, 1.0, 1.0, 1.0],
        &one_tree(),
        &[0.5, 0.5, 1.0, 1.0],
    );
    check(
        &[Column::Number(&[1.0, 1.0, 2.0, 2.0])],
        &[1.0, 0.0, 1.0, 1.0],
        &one_tree(),
        &[0.5, 0.5, 1.0, 1.0],
    );
}

#[test]
fn every_split_on_counts_is_as_good_as_an_exhaustive_search() {
    let mut n_splits = 0;
    for seed in 0..20 {
        let (x, y) = counts(seed, 200);
        let columns: Vec<Column<'_>> = x.iter().map(|values| Column::Number(values)).collect();
        let fit = fitted(&task(&columns, Target::Chance(&y)), &one_tree());
        let nodes = &fit.trees.trees[0].nodes;
        let mut rows_of = vec![Vec::new(); nodes.len()];
        rows_of[0] = (0..200).collect::<Vec<usize>>();
        for (at, node) in nodes.iter().enumerate() {
            let NodeDef::Split { column, threshold, left, .. } = *node else { continue };
            let TreeColumn::Value { input } = fit.columns[usize::from(column)] else { panic!() };
            let rows = rows_of[at].clone();
            let (low, high): (Vec<usize>, Vec<usize>) =
                rows.iter().partition(|row| x[input][**row] <= threshold);
            let (found, least) = (squares(&low, &y) + squares(&high, &y), exhaustive(&rows, &x, &y));
            assert!(found < least + 1e-9, "seed {seed}, node {at}: {found} and not {least}");
            rows_of[usize::from(left)] = low;
            rows_of[usize::from(left) + 1] = high;
            n_splits += 1;
        }
    }
    assert!(n_splits > 300, "{n_splits}");
}

#[test]
fn a_leaf_is_the_share_of_its_rows() {
    let (x, y) = counts(3, 300);
    let columns = [Column::Number(&x[1])];
    let fit = fitted(&task(&columns, Target::Chance(&y)), &one_tree());
    assert_eq!(fit.trees.base, [0.0]);
    for (row, found) in scored(&fit, &columns, 300).iter().enumerate() {
        let alike: Vec<usize> = (0..300).filter(|other| x[1][*other] == x[1][row]).collect();
        let share = alike.iter().map(|row| y[*row]).sum::<f32>() / alike.len() as f32;
        assert!((found[0] - share).abs() < 1e-4, "row {row}: {} and not {share}", found[0]);
    }
}

#[test]
fn two_inputs_that_say_nothing_alone_are_learnt_together() {
    let (a, b) = ([0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]);
    let y = [0.0, 1.0, 1.0, 0.0];
    check(&[Column::Number(&a), Column::Number(&b)], &y, &one_tree(), &y);
}

#[test]
fn missing_values_learn_their_side() {
    let x = [1.0, 2.0, f32::NAN, f32::NAN];
    let stump = ForestSettings { max_leaves: 2, ..one_tree() };
    for y in [[0.0, 8.0, 8.0, 8.0], [0.0, 8.0, 0.0, 0.0], [0.0, 0.0, 8.0, 8.0]] {
        check(&[Column::Number(&x)], &y, &stump, &y);
    }
}

#[test]
fn a_set_of_categories_is_one_split_and_one_column() {
    let codes = [0, 1, 2, 3, 4, 4];
    let columns = [Column::Category { codes: &codes, n: 5 }];
    let y = [7.0, 1.0, 7.0, 1.0, 1.0, 1.0];
    let fit = check(&columns, &y, &one_tree(), &y);
    assert_eq!(fit.columns, [TreeColumn::Member { input: 0, categories: vec![0, 2] }]);
}

#[test]
fn a_category_that_is_missing_learns_its_side() {
    let codes = [0, 0, u16::MAX, u16::MAX, 1, 1];
    let columns = [Column::Category { codes: &codes, n: 2 }];
    for y in [[0.0, 0.0, 5.0, 5.0, 5.0, 5.0], [0.0, 0.0, 0.0, 0.0, 5.0, 5.0], [2.0, 2.0, 9.0, 9.0, 2.0, 2.0]]
    {
        check(&columns, &y, &one_tree(), &y);
    }
}

#[test]
fn rare_categories_are_one_and_a_new_one_goes_with_them() {
    // Category 0 is common and 0; the others are rare and 1. Row 12 is of a category that training never saw.
    let codes = [0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7];
    let y = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0];
    let columns = [Column::Category { codes: &codes, n: 8 }];
    let settings = ForestSettings { min_category_rows: 3, ..one_tree() };
    let fit = fitted(&Task { valid: &[12], ..task(&columns, Target::Number(&y)) }, &settings);
    assert_eq!(fit.columns, [TreeColumn::Member { input: 0, categories: vec![0] }]);
    let found = scored(&fit, &columns, 13);
    assert!(
        found[5][0].abs() < 1e-3 && (found[6][0] - 1.0).abs() < 1e-3 && (found[12][0] - 1.0).abs() < 1e-3
    );
}

#[test]
fn there_are_never_more_columns_than_a_split_can_name() {
    let (n, mut dice) = (900, Dice(1));
    let numbers: Vec<Vec<f32>> = (0..250).map(|_| (0..n).map(|_| dice.roll(50) as f32).collect()).collect();
    let codes: Vec<Vec<u16>> = (0..20).map(|_| (0..n).map(|_| dice.roll(30) as u16).collect()).collect();
    let y: Vec<f32> =
        (0..n).map(|row| f32::from(u8::from(codes[0][row].is_multiple_of(3))) + numbers[0][row]).collect();
    let columns: Vec<Column<'_>> = (numbers.iter().map(|values| Column::Number(values)))
        .chain(codes.iter().map(|codes| Column::Category { codes, n: 30 }))
        .collect();
    let settings = ForestSettings { trees: 40, min_category_rows: 1, ..ForestSettings::default() };
    let fit = fitted(&task(&columns, Target::Number(&y)), &settings);
    assert!(Trees::new(fit.trees).is_ok());
    assert!(fit.columns.len() > 200 && fit.columns.len() <= 256, "{}", fit.columns.len());
    // The two inputs that matter are among them.
    assert!(fit.columns.contains(&TreeColumn::Value { input: 0 }));
    assert!(fit.columns.iter().any(|column| matches!(column, TreeColumn::Member { input: 250, .. })));
}

#[test]
fn weights_count_like_repeated_rows() {
    let columns = [Column::Number(&[0.0, 1.0, 1.0, 5.0])];
    let weighted = Task {
        weights: Some(&[1.0, 2.0, 1.0, 0.0]),
        ..task(&columns, Target::Number(&[0.0, 3.0, 6.0, 99.0]))
    };
    let repeated = [Column::Number(&[0.0, 1.0, 1.0, 1.0])];
    let repeated = task(&repeated, Target::Number(&[0.0, 3.0, 3.0, 6.0]));
    let (a, b) = (fitted(&weighted, &one_tree()), fitted(&repeated, &one_tree()));
    assert_eq!(scored(&a, &columns, 3), scored(&b, &columns, 3));
}

#[test]
fn a_class_weight_is_a_row_weight() {
    let (x, y) = counts(8, 400);
    let columns: Vec<Column<'_>> = x.iter().map(|values| Column::Number(values)).collect();
    let weights: Vec<f32> = y.iter().map(|y| 1.0 + 3.0 * y).collect();
    let by_row = Task { weights: Some(&weights), ..task(&columns, Target::Chance(&y)) };
    let settings = ForestSettings { trees: 5, ..ForestSettings::default() };
    let by_class = ForestSettings { class_weights: vec![1.0, 4.0], ..settings.clone() };
    let found = fitted(&task(&columns, Target::Chance(&y)), &by_class).trees;
    assert!(fitted(&by_row, &settings).trees == found);
}

#[test]
fn shares_of_many_classes_add_up_to_one() {
    let (x, y) = counts(5, 600);
    let ids: Vec<u16> = (0..600).map(|row| y[row] as u16 + u16::from(x[0][row] == 2.0)).collect();
    let columns: Vec<Column<'_>> = x.iter().map(|values| Column::Number(values)).collect();
    for settings in [one_tree(), ForestSettings { trees: 30, ..ForestSettings::default() }] {
        let fit = fitted(&task(&columns, Target::Classes { ids: &ids, n: 3 }), &settings);
        let found = scored(&fit, &columns, 600);
        assert!(found.iter().all(|shares| (shares.iter().sum::<f32>() - 1.0).abs() < 5e-3));
        let right = (0..600).filter(|row| {
            let best = (0..3).max_by(|a, b| found[*row][*a].total_cmp(&found[*row][*b])).unwrap();
            best == usize::from(ids[*row])
        });
        assert!(right.count() > 480);
    }
}

#[test]
fn a_number_far_from_zero_keeps_its_digits() {
    let x: Vec<f32> = (0..64).map(|at| at as f32).collect();
    let y: Vec<f32> = x.iter().map(|x| 1_000_000.0 + x).collect();
    let settings = ForestSettings { max_leaves: 128, ..one_tree() };
    let columns = [Column::Number(&x)];
    let fit = fitted(&task(&columns, Target::Number(&y)), &settings);
    for (found, y) in scored(&fit, &columns, 64).iter().zip(&y) {
        assert!((found[0] - y).abs() < 0.1, "{} and not {y}", found[0]);
    }
}

#[test]
fn limits_of_a_tree_hold() {
    let (x, y) = counts(2, 2_000);
    let columns: Vec<Column<'_>> = x.iter().map(|values| Column::Number(values)).collect();
    let leaves = |settings| {
        let fit = fitted(&task(&columns, Target::Chance(&y)), &settings);
        fit.trees.trees[0].nodes.len().div_ceil(2)
    };
    assert_eq!(leaves(ForestSettings { max_leaves: 7, ..one_tree() }), 7);
    assert_eq!(leaves(ForestSettings { max_depth: 2, ..one_tree() }), 4);
    let few =
        fitted(&task(&columns, Target::Chance(&y)), &ForestSettings { min_leaf_rows: 300, ..one_tree() });
    let trees = Trees::new(few.trees.clone()).unwrap();
    let mut sizes = std::collections::BTreeMap::<u32, usize>::new();
    for row in 0..2_000 {
        let mut out = [0.0];
        trees.logits(&encoded(&few, &columns, row), &mut out);
        *sizes.entry(out[0].to_bits()).or_default() += 1;
    }
    assert!(sizes.len() > 2 && sizes.values().all(|size| *size >= 300), "{sizes:?}");
}

#[test]
fn out_of_bag_is_what_a_row_gets_from_trees_that_have_not_seen_it() {
    // Random classes: a tree that has seen a row predicts it, one that has not is no better than chance.
    let mut dice = Dice(4);
    let x: Vec<f32> = (0..400).map(|at| at as f32).collect();
    let y: Vec<f32> = (0..400).map(|_| dice.roll(2) as f32).collect();
    let columns = [Column::Number(&x)];
    let settings = ForestSettings { trees: 30, max_bins: 254, ..ForestSettings::default() };
    let fit = fitted(&Task { valid: &[7], ..task(&columns, Target::Chance(&y)) }, &settings);
    let said = scored(&fit, &columns, 400);
    let seen = said.iter().zip(&y).map(|(said, y)| (said[0] - y).powi(2)).sum::<f32>() / 400.0;
    let out = fit.out_of_bag.unwrap();
    assert!(seen < 0.15 && out.squared_error > 0.25, "{seen}, {}", out.squared_error);
    assert!(out.raw[7].is_nan() && out.raw.iter().filter(|raw| raw.is_nan()).count() < 5);
    let of_rows = out.raw.iter().zip(&y).filter(|(raw, _)| !raw.is_nan());
    let errors: Vec<f64> = of_rows.map(|(raw, y)| f64::from(raw - y).powi(2)).collect();
    let mean = errors.iter().sum::<f64>() / errors.len() as f64;
    assert!((mean - out.squared_error).abs() < 1e-6);
    assert_eq!(fitted(&task(&columns, Target::Chance(&y)), &one_tree()).out_of_bag, None);
}

#[test]
fn extra_trees_draw_their_thresholds() {
    let x: Vec<f32> = (0..200).map(|at| at as f32).collect();
    let y: Vec<f32> = x.iter().map(|x| f32::from(u8::from(*x > 99.0))).collect();
    let columns = [Column::Number(&x)];
    let settings = ForestSettings { trees: 200, max_leaves: 2, ..ForestSettings::extra() };
    let fit = fitted(&task(&columns, Target::Chance(&y)), &settings);
    let thresholds: Vec<f32> = (fit.trees.trees.iter())
        .map(|tree| match tree.nodes[0] {
            NodeDef::Split { threshold, .. } => threshold,
            NodeDef::Leaf { .. } => panic!("no split"),
        })
        .collect();
    for (from, to) in [(0.0, 50.0), (50.0, 100.0), (100.0, 150.0), (150.0, 200.0)] {
        let n = thresholds.iter().filter(|at| (from..to).contains(*at)).count();
        assert!((30..=70).contains(&n), "{n} of 200 from {from} to {to}");
    }
}

#[test]
fn the_number_of_threads_does_not_change_a_bit() {
    let (x, y) = counts(6, 3_000);
    let columns: Vec<Column<'_>> = x.iter().map(|values| Column::Number(values)).collect();
    let task = Task { valid: &[1, 2, 3], ..task(&columns, Target::Chance(&y)) };
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| fitted(&task, &ForestSettings { trees: 12, ..ForestSettings::default() }))
    };
    let one = with(1);
    assert!(one.trees == with(4).trees);
    assert_eq!(one.rounding_error.to_bits(), with(3).rounding_error.to_bits());
    let errors = [one, with(4)].map(|fit| fit.out_of_bag.unwrap().squared_error.to_bits());
    assert_eq!(errors[0], errors[1]);
}

#[test]
fn another_seed_grows_another_forest() {
    let (x, y) = counts(6, 500);
    let columns: Vec<Column<'_>> = x.iter().map(|values| Column::Number(values)).collect();
    let with = |seed| {
        let settings = ForestSettings { trees: 3, seed, ..ForestSettings::default() };
        fitted(&task(&columns, Target::Chance(&y)), &settings).trees
    };
    assert!(with(1) == with(1));
    assert!(with(1) != with(2));
}

#[test]
fn nothing_to_learn_is_a_constant() {
    for (x, y, expected) in [
        (&[1.0, 2.0, 3.0][..], &[2.0, 2.0, 2.0][..], 2.0),
        (&[5.0][..], &[4.0][..], 4.0),
        (&[7.0, 7.0][..], &[1.0, 2.0][..], 1.5),
    ] {
        check(&[Column::Number(x)], y, &one_tree(), &vec![expected; x.len()]);
    }
    check(&[], &[1.0, 3.0], &one_tree(), &[2.0, 2.0]);
    check(&[Column::Number(&[f32::NAN; 2])], &[1.0, 3.0], &ForestSettings::extra(), &[2.0, 2.0]);
}

#[track_caller]
fn check_refused(task: &Task<'_>, settings: &ForestSettings, expected: &str) {
    let error = fit(task, settings, &|_| {}).unwrap_err().to_string();
    assert!(error.contains(expected), "{error}");
}

#[test]
fn a_bad_table_or_setting_is_refused_by_name() {
    let x = [Column::Number(&[1.0, 2.0])];
    let ok = task(&x, Target::Number(&[1.0, 2.0]));
    let good = ForestSettings::default();
    check_refused(&Task { valid: &[0, 1], ..ok }, &good, "there are no rows to train on");
    check_refused(&Task { weights: Some(&[0.0, 0.0]), ..ok }, &good, "every training row has weight 0");
    check_refused(&task(&x, Target::Number(&[f32::NAN, 1.0])), &good, "row 0");
    check_refused(&ok, &ForestSettings { trees: 0, ..good.clone() }, "`trees`");
    check_refused(&ok, &ForestSettings { max_leaves: 129, ..good.clone() }, "`max_leaves`");
    check_refused(&ok, &ForestSettings { max_bins: 255, ..good.clone() }, "`max_bins`");
    check_refused(
        &ok,
        &ForestSettings { candidates: Candidates::Exactly(0), ..good.clone() },
        "`candidates`",
    );
    check_refused(&ok, &ForestSettings { class_weights: vec![1.0, 1.0], ..good.clone() }, "class weights");
    let chance = task(&x, Target::Chance(&[0.0, 1.0]));
    check_refused(&chance, &ForestSettings { class_weights: vec![1.0, -1.0], ..good }, "negative");
}
