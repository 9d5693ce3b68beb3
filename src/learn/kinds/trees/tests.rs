//! Tests of boosting on tables with a known answer.

use super::*;
use floorwalker_engine::head::trees::{NodeDef, Trees};

/// Settings under which a handful of rows is enough.
fn small() -> BoostSettings {
    BoostSettings {
        rounds: 1,
        learning_rate: 1.0,
        l2: 0.0,
        min_leaf_rows: 1,
        min_leaf_hessian: 0.0,
        threshold_penalty: 0.0,
        set_penalty: 0.0,
        min_category_rows: 1,
        category_smooth: 1e-9,
        category_l2: 0.0,
        ..BoostSettings::default()
    }
}

fn task<'a>(columns: &'a [Column<'a>], target: Target<'a>) -> Task<'a> {
    Task { columns, target, weights: None, valid: &[] }
}

fn fitted(task: &Task<'_>, settings: &BoostSettings) -> BoostFit {
    fit(task, settings).unwrap()
}

/// The row as the page would encode it.
fn encoded(fit: &BoostFit, columns: &[Column<'_>], row: usize) -> Vec<f32> {
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

/// Output of the engine for each row.
fn scored(fit: &BoostFit, columns: &[Column<'_>], n_rows: usize, output: usize) -> Vec<f32> {
    let trees = Trees::new(fit.trees.clone()).unwrap();
    let mut out = vec![0.0; trees.n_outputs()];
    let score = |row| {
        trees.logits(&encoded(fit, columns, row), &mut out);
        out[output]
    };
    (0..n_rows).map(score).collect()
}

/// Fits and compares what the engine says of each row.
#[track_caller]
fn check(columns: &[Column<'_>], target: Target<'_>, settings: &BoostSettings, expected: &[f32]) -> BoostFit {
    let fit = fitted(&task(columns, target), settings);
    let found = scored(&fit, columns, expected.len(), 0);
    let close = found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 2e-3);
    assert!(close, "{found:?} is not {expected:?} with {:?}", fit.trees);
    fit
}

/// A table with inputs of every kind and three classes.
struct Shop {
    price: Vec<f32>,
    age: Vec<f32>,
    brand: Vec<u16>,
    bought: Vec<f32>,
    class: Vec<u16>,
}

fn shop(n: usize) -> Shop {
    let mut state = 9_u64;
    let mut roll = |sides: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % sides
    };
    let mut shop = Shop { price: vec![], age: vec![], brand: vec![], bought: vec![], class: vec![] };
    for _ in 0..n {
        let (price, age, brand) = (roll(1_000), roll(80), roll(12));
        let likes =
            u64::from(price < 400) * 3 + u64::from(brand % 3 == 1) * 3 + u64::from(age == 0) * 2 + roll(4);
        shop.price.push(price as f32 / 10.0);
        shop.age.push(if age < 8 { f32::NAN } else { age as f32 });
        shop.brand.push(if brand == 11 { u16::MAX } else { brand as u16 });
        shop.bought.push(f32::from(u8::from(likes > 4)));
        shop.class.push((likes / 4).min(2) as u16);
    }
    shop
}

impl Shop {
    fn columns(&self) -> [Column<'_>; 3] {
        [
            Column::Number(&self.price),
            Column::Category { codes: &self.brand, n: 11 },
            Column::Number(&self.age),
        ]
    }
}

#[test]
fn one_split_parts_two_means() {
    // Mean 4; the best cut leaves means 1 and 5.
    let x = [1.0, 2.0, 3.0, 4.0];
    let fit =
        check(&[Column::Number(&x)], Target::Number(&[1.0, 5.0, 5.0, 5.0]), &small(), &[1.0, 5.0, 5.0, 5.0]);
    let NodeDef::Split { threshold, left_share, .. } = fit.trees.trees[0].nodes[0] else {
        panic!("no split")
    };
    assert_eq!((threshold, left_share), (1.5, 70)); // a quarter, 64 / 255, to the nearest level
    assert_eq!(fit.columns, [TreeColumn::Value { input: 0 }]);
}

#[test]
fn a_newton_step_of_the_logistic_loss_is_right_by_hand() {
    // Base ln(1) = 0; each side has g = ∓1, h = 0.5 over two rows: a step of ±1 / (0.5 + 0.5) with l2 = 0.5.
    let settings = BoostSettings { l2: 0.5, ..small() };
    check(
        &[Column::Number(&[0.0, 0.0, 1.0, 1.0])],
        Target::Chance(&[0.0, 0.0, 1.0, 1.0]),
        &settings,
        &[-1.0, -1.0, 1.0, 1.0],
    );
}

#[test]
fn weights_count_like_repeated_rows() {
    let columns = [Column::Number(&[0.0, 1.0, 1.0])];
    let settings = BoostSettings { l2: 1.0, ..small() };
    let weighted =
        Task { weights: Some(&[1.0, 2.0, 1.0]), ..task(&columns, Target::Number(&[0.0, 3.0, 6.0])) };
    let repeated = [Column::Number(&[0.0, 1.0, 1.0, 1.0])];
    let repeated = task(&repeated, Target::Number(&[0.0, 3.0, 3.0, 6.0]));
    assert_eq!(fitted(&weighted, &settings).trees, fitted(&repeated, &settings).trees);
}

#[test]
fn missing_values_learn_their_side() {
    let x = [1.0, 2.0, f32::NAN, f32::NAN];
    check(&[Column::Number(&x)], Target::Number(&[0.0, 8.0, 8.0, 8.0]), &small(), &[0.0, 8.0, 8.0, 8.0]);
    check(&[Column::Number(&x)], Target::Number(&[0.0, 8.0, 0.0, 0.0]), &small(), &[0.0, 8.0, 0.0, 0.0]);
}

#[test]
fn being_missing_can_be_all_that_matters() {
    let x = [1.0, 2.0, f32::NAN, f32::NAN];
    let stump = BoostSettings { max_leaves: 2, ..small() };
    check(&[Column::Number(&x)], Target::Number(&[0.0, 0.0, 8.0, 8.0]), &stump, &[0.0, 0.0, 8.0, 8.0]);
}

#[test]
fn a_set_of_categories_is_one_split_and_one_column() {
    let codes = [0, 1, 2, 3, 4, 4];
    let columns = [Column::Category { codes: &codes, n: 5 }];
    let stump = BoostSettings { max_leaves: 2, ..small() };
    let y = [7.0, 1.0, 7.0, 1.0, 1.0, 1.0];
    let fit = check(&columns, Target::Number(&y), &stump, &y);
    assert_eq!(fit.columns, [TreeColumn::Member { input: 0, categories: vec![0, 2] }]);
}

#[test]
fn a_category_that_is_missing_learns_its_side_and_a_new_one_is_no_member() {
    let codes = [0, 1, 1, u16::MAX, u16::MAX, 2];
    let columns = [Column::Category { codes: &codes, n: 3 }];
    let settings = BoostSettings { max_leaves: 2, patience: Some(1), ..small() };
    let y = [5.0, 1.0, 1.0, 5.0, 5.0, 1.0];
    let fit = fitted(&Task { valid: &[5], ..task(&columns, Target::Number(&y)) }, &settings);
    let found = scored(&fit, &columns, 6, 0);
    assert!(found.iter().zip(&y[..5]).all(|(a, b)| (a - b).abs() < 1e-3), "{found:?}");
}

#[test]
fn a_reused_threshold_beats_a_slightly_better_new_one() {
    let shop = shop(2_000);
    let columns = shop.columns();
    let distinct = |penalty| {
        let settings = BoostSettings {
            rounds: 20,
            threshold_penalty: penalty,
            set_penalty: penalty,
            ..BoostSettings::default()
        };
        let fit = fitted(&task(&columns, Target::Chance(&shop.bought)), &settings);
        let nodes = fit.trees.trees.iter().flat_map(|tree| &tree.nodes);
        let mut used: Vec<(u8, u32)> = nodes
            .filter_map(|node| match node {
                NodeDef::Split { column, threshold, .. } => Some((*column, threshold.to_bits())),
                NodeDef::Leaf { .. } => None,
            })
            .collect();
        used.sort_unstable();
        used.dedup();
        used.len()
    };
    let (free, dear) = (distinct(0.0), distinct(2.0));
    assert!(2 * dear < free, "{dear} thresholds instead of {free}");
}

#[test]
fn there_are_never_more_columns_than_a_split_can_name() {
    let n = 1_000;
    let values: Vec<Vec<f32>> = (0..300)
        .map(|input| (0..n).map(|row| ((row * (2 * input + 1) + input) % 97) as f32).collect())
        .collect();
    let y: Vec<f32> = (0..n).map(|row| ((row * 31) % 89) as f32).collect();
    let columns: Vec<Column<'_>> = values.iter().map(|values| Column::Number(values)).collect();
    let settings = BoostSettings { rounds: 150, max_leaves: 16, input_share: 0.02, ..small() };
    let fit = fitted(&task(&columns, Target::Number(&y)), &BoostSettings { learning_rate: 0.1, ..settings });
    assert_eq!(fit.columns.len(), 256);
    assert!(Trees::new(fit.trees).is_ok());
}

#[test]
fn classes_are_told_apart() {
    let shop = shop(1_500);
    let columns = shop.columns();
    let settings = BoostSettings { rounds: 30, ..BoostSettings::default() };
    let fit = fitted(&task(&columns, Target::Classes { ids: &shop.class, n: 3 }), &settings);
    assert_eq!((fit.trees.base.len(), fit.trees.trees.len()), (3, 90));
    let scores: Vec<Vec<f32>> = (0..3).map(|output| scored(&fit, &columns, 1_500, output)).collect();
    let right = (0..1_500).filter(|row| {
        let best = (0..3).max_by(|a, b| scores[*a][*row].total_cmp(&scores[*b][*row])).unwrap();
        best == usize::from(shop.class[*row])
    });
    let right = right.count();
    assert!(right > 1_000, "{right} of 1500");
}

#[test]
fn the_engine_scores_what_the_trainer_saw() {
    let shop = shop(1_500);
    let columns = shop.columns();
    let fit = fitted(&task(&columns, Target::Chance(&shop.bought)), &BoostSettings::default());
    let logits = scored(&fit, &columns, 1_500, 0);
    let loss: f64 = (logits.iter().zip(&shop.bought))
        .map(|(logit, y)| (1.0 + (-f64::from(*logit) * f64::from(2.0 * y - 1.0)).exp()).ln())
        .sum();
    let last = fit.curve.last().unwrap().train;
    assert!((loss / 1_500.0 - last).abs() < 1e-4, "{} is not {last}", loss / 1_500.0);
    assert!(fit.rounding_error < 1e-4, "{}", fit.rounding_error);
}

#[test]
fn the_number_of_threads_does_not_change_a_bit() {
    let shop = shop(20_000);
    let columns = shop.columns();
    let settings = BoostSettings { rounds: 5, row_share: 0.8, input_share: 0.7, ..BoostSettings::default() };
    let task = Task { valid: &[0, 5, 9], ..task(&columns, Target::Classes { ids: &shop.class, n: 3 }) };
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| fitted(&task, &settings))
    };
    assert_eq!(with(1), with(4));
}

#[test]
fn another_seed_draws_other_rows() {
    let shop = shop(500);
    let columns = shop.columns();
    let with = |seed| {
        let settings = BoostSettings { rounds: 3, row_share: 0.5, seed, ..BoostSettings::default() };
        fitted(&task(&columns, Target::Chance(&shop.bought)), &settings)
    };
    assert_eq!(with(1), with(1));
    assert_ne!(with(1), with(2));
}

#[test]
fn fitting_stops_early_and_keeps_the_best_round() {
    let shop = shop(400);
    let columns = shop.columns();
    let valid: Vec<u32> = (0..200).collect();
    let settings = BoostSettings {
        rounds: 500,
        learning_rate: 0.5,
        min_leaf_rows: 1,
        patience: Some(5),
        ..BoostSettings::default()
    };
    let fit = fitted(&Task { valid: &valid, ..task(&columns, Target::Chance(&shop.bought)) }, &settings);
    let best = fit.curve.iter().map(|loss| loss.valid.unwrap()).fold(f64::INFINITY, f64::min);
    assert_eq!(fit.curve.len(), fit.rounds + 5);
    assert_eq!(fit.curve[fit.rounds - 1].valid, Some(best));
    assert_eq!(fit.trees.trees.len(), fit.rounds);
}

#[test]
fn validation_rows_do_not_teach() {
    let columns = [Column::Number(&[0.0, 0.0, 1.0, 1.0, 2.0, f32::NAN])];
    let fit = |y: &[f32]| {
        let fit = fitted(&Task { valid: &[4, 5], ..task(&columns, Target::Number(y)) }, &small());
        fit.trees
    };
    assert_eq!(fit(&[1.0, 1.0, 2.0, 2.0, 900.0, 900.0]), fit(&[1.0, 1.0, 2.0, 2.0, -1.0, -1.0]));
}

#[test]
fn independent_trees_are_a_bagged_forest() {
    let x: Vec<f32> = (0..100).map(|at| at as f32).collect();
    let y: Vec<f32> = x.iter().map(|x| f32::from(u8::from(*x > 49.0))).collect();
    let settings =
        BoostSettings { rounds: 20, learning_rate: 1.0 / 20.0, independent: true, row_share: 0.6, ..small() };
    let columns = [Column::Number(&x)];
    let fit = fitted(&task(&columns, Target::Number(&y)), &settings);
    let found = scored(&fit, &columns, 100, 0);
    assert!(found[0].abs() < 0.05 && (found[99] - 1.0).abs() < 0.05, "{found:?}");
}

#[test]
fn nothing_to_learn_leaves_the_best_constant() {
    let x = Column::Number(&[1.0, 2.0, 3.0]);
    for (columns, y, base) in [
        (&[x][..], &[2.0, 2.0, 2.0][..], 2.0),            // a constant target
        (&[Column::Number(&[5.0])][..], &[4.0][..], 4.0), // one row
        (&[Column::Number(&[7.0, 7.0])][..], &[1.0, 2.0][..], 1.5), // no usable split
        (&[][..], &[1.0, 3.0][..], 2.0),                  // no input
    ] {
        let fit = fitted(&task(columns, Target::Number(y)), &small());
        assert_eq!((fit.trees.base.as_slice(), fit.trees.trees.len(), fit.rounds), (&[base][..], 0, 0));
        assert!(Trees::new(fit.trees).is_ok());
    }
}

#[test]
fn a_chance_that_never_comes_is_a_finite_logit() {
    let fit =
        fitted(&task(&[Column::Number(&[1.0, 2.0])], Target::Chance(&[0.0, 0.0])), &BoostSettings::default());
    assert!((fit.trees.base[0] + 13.8155).abs() < 1e-3, "{:?}", fit.trees.base);
}

#[track_caller]
fn check_refused(task: &Task<'_>, settings: &BoostSettings, expected: &BoostError) {
    assert_eq!(fit(task, settings).unwrap_err(), *expected);
}

#[test]
fn a_bad_table_is_refused() {
    let x = [Column::Number(&[1.0, 2.0])];
    let ok = task(&x, Target::Number(&[1.0, 2.0]));
    let settings = BoostSettings::default();
    check_refused(&Task { valid: &[0, 1], ..ok }, &settings, &BoostError::NoRows);
    check_refused(&task(&[], Target::Number(&[])), &settings, &BoostError::NoRows);
    let length = |what, found| BoostError::Length { what, index: 0, expected: 2, found };
    check_refused(&Task { weights: Some(&[1.0]), ..ok }, &settings, &length("weights", 1));
    let short = [Column::Number(&[1.0])];
    check_refused(&Task { columns: &short, ..ok }, &settings, &length("input", 1));
    let value = |what, row| BoostError::Value { what, row };
    check_refused(&task(&x, Target::Chance(&[0.0, 1.5])), &settings, &value("chance", 1));
    check_refused(&task(&x, Target::Number(&[f32::NAN, 1.0])), &settings, &value("target", 0));
    check_refused(&task(&x, Target::Classes { ids: &[0, 2], n: 2 }), &settings, &value("class", 1));
    check_refused(&Task { weights: Some(&[1.0, -1.0]), ..ok }, &settings, &value("weight", 1));
    check_refused(&Task { valid: &[2], ..ok }, &settings, &value("validation index", 2));
    let categories = [Column::Category { codes: &[0, 9], n: 3 }];
    check_refused(&Task { columns: &categories, ..ok }, &settings, &value("category", 1));
}

#[test]
fn a_setting_out_of_range_is_refused_by_name() {
    let x = [Column::Number(&[1.0, 2.0])];
    let ok = task(&x, Target::Number(&[1.0, 2.0]));
    let refused = |settings, name, range| check_refused(&ok, &settings, &BoostError::Setting { name, range });
    let good = BoostSettings::default();
    refused(BoostSettings { rounds: 0, ..good.clone() }, "rounds", "at least 1");
    refused(BoostSettings { max_leaves: 129, ..good.clone() }, "max_leaves", "2 to 128");
    refused(
        BoostSettings { learning_rate: f64::NAN, ..good.clone() },
        "learning_rate",
        "above 0 and at most 1",
    );
    refused(BoostSettings { patience: Some(3), ..good }, "patience", "set only with validation rows");
}
