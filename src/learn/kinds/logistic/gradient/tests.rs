//! Tests of the gradient descents against the optimum of the quasi-Newton solver and against losses computed by hand.

use super::super::linear;
use super::*;
use ndarray::Array2;

/// Columns of very different units, one of them constant, and classes that depend on the first two columns and on noise.
fn rows(n: usize, n_classes: u32) -> (Array2<f32>, Vec<u32>) {
    let part = |i: usize, step: f32| (i as f32 * step).fract() - 0.5;
    let x = Array2::from_shape_fn((n, 4), |(i, j)| {
        [4.0 * part(i, 0.618_034), 1000.0 * part(i, 0.414_214) + 5000.0, 7.0, part(i, 0.732_051)][j]
    });
    let class = |i: usize| {
        let sum = x[[i, 0]] / 4.0 + (x[[i, 1]] - 5000.0) / 1000.0 + 1.5 * part(i, 0.236_068);
        ((sum + 1.0).max(0.0) * 0.5 * n_classes as f32) as u32
    };
    let y = (0..n).map(|i| class(i).min(n_classes - 1)).collect();
    (x, y)
}

fn dense<'a>(x: &'a Array2<f32>, y: &'a [u32], n: u32) -> Dense<'a> {
    Dense { x: x.view(), y: Target::Classes { ids: y, n: n as usize }, weights: None }
}

/// `[n_rows, n_outputs]`, row-major.
fn logits(fit: &Fit, x: &Array2<f32>) -> Vec<f32> {
    let BodyDef::Linear(def) = &fit.body else { panic!("{fit:?}") };
    outputs(def.clone(), x)
}

fn outputs(def: floorwalker_engine::head::linear::LinearDef, x: &Array2<f32>) -> Vec<f32> {
    let linear = floorwalker_engine::head::linear::Linear::new(def, x.ncols()).unwrap();
    let mut out = vec![0.0; linear.n_outputs()];
    let of_row = |row: ndarray::ArrayView1<'_, f32>| {
        linear.logits(row.as_slice().unwrap(), &mut out);
        out.clone()
    };
    x.outer_iter().flat_map(of_row).collect()
}

/// Fits and compares every logit with those of the quasi-Newton solver.
fn check(n_classes: u32, settings: &GradientSettings, tolerance: f32) {
    let (x, y) = rows(700, n_classes);
    let ours = fit(dense(&x, &y, n_classes), None, settings).unwrap();
    let none = Array2::zeros((0, 4));
    let theirs = linear::logistic(
        linear::Rows { x: &x, y: &y },
        linear::Rows { x: &none, y: &[] },
        n_classes as usize,
        &[settings.alpha],
    );
    let (ours, theirs) = (logits(&ours, &x), outputs(theirs.unwrap().def, &x));
    assert_eq!(ours.len(), theirs.len());
    let most = ours.iter().zip(&theirs).fold(0.0_f32, |most, (a, b)| most.max((a - b).abs()));
    assert!(most <= tolerance, "{settings:?}: a logit is off by {most}");
}

fn stochastic(batch: usize, passes: usize) -> GradientSettings {
    GradientSettings { descent: Descent::Stochastic { batch }, passes, ..GradientSettings::default() }
}

#[test]
fn full_batches_end_where_the_quasi_newton_solver_ends() {
    for alpha in [0.3, 3.0, 300.0] {
        let settings = GradientSettings { alpha, tolerance: 1e-7, ..GradientSettings::default() };
        check(2, &settings, 1e-3);
        check(3, &settings, 1e-3);
    }
}

#[test]
fn small_batches_end_near_it() {
    for (batch, tolerance) in [(1, 0.1), (8, 0.05), (64, 0.05)] {
        check(2, &stochastic(batch, 200), tolerance);
        check(3, &stochastic(batch, 200), tolerance);
    }
}

#[test]
fn the_curve_starts_under_chance_falls_and_ends_where_the_gradient_does() {
    let (x, y) = rows(300, 2);
    let fit = fit(dense(&x, &y, 2), None, &GradientSettings::default()).unwrap();
    assert!(fit.losses[0].train < std::f64::consts::LN_2);
    assert!(fit.losses.iter().zip(1..).all(|(loss, step)| loss.step == step && loss.valid.is_none()));
    let n = fit.losses.len();
    assert!(n < 200 && fit.losses[n - 1].train < fit.losses[0].train, "{:?}", fit.losses);
    // The last entry is the mean log loss of the model that was returned.
    let loss = |(&z, &class): (&f32, &u32)| {
        let z = f64::from(if class == 1 { -z } else { z });
        z.exp().ln_1p()
    };
    let mean = logits(&fit, &x).iter().zip(&y).map(loss).sum::<f64>() / 300.0;
    assert!((fit.losses[n - 1].train - mean).abs() < 1e-5, "{mean} {:?}", fit.losses[n - 1]);
}

#[test]
fn the_gradient_is_the_slope_of_the_loss() {
    for n_outputs in [1, 3] {
        let (x, y) = rows(50, n_outputs.max(2));
        let weights: Vec<f64> = (0..50).map(|i| 0.5 + f64::from(i % 3)).collect();
        let x = Scale::of(&x.view(), &weights).apply(&x.view());
        let n_outputs = n_outputs as usize;
        let objective = Objective { x: x.view(), y: &y, weights: &weights, n_outputs, l2: 0.1 };
        let w: Vec<f64> = (0..objective.n_weights()).map(|i| (i as f64 * 0.7).sin()).collect();
        let (mut g, mut scrap) = (vec![0.0; w.len()], vec![0.0; w.len()]);
        let value = objective.value(&w, &mut g);
        assert!((value - objective.log_loss(&w) - objective.penalty(&w)).abs() < 1e-12);
        for at in 0..w.len() {
            let mut at_step = |step: f64| {
                let mut w = w.clone();
                w[at] += step;
                objective.value(&w, &mut scrap)
            };
            let slope = (at_step(1e-5) - at_step(-1e-5)) / 2e-5;
            assert!((slope - g[at]).abs() < 1e-8, "{at}: {slope} {}", g[at]);
        }
    }
}

#[test]
fn a_weight_of_two_is_the_row_twice_and_balance_is_a_weight() {
    let (x, y) = rows(60, 2);
    let settings = GradientSettings { tolerance: 1e-8, ..GradientSettings::default() };
    let weights: Vec<f32> = (0..60).map(|i| if i % 4 == 0 { 2.0 } else { 1.0 }).collect();
    let weighted = fit(Dense { weights: Some(&weights), ..dense(&x, &y, 2) }, None, &settings).unwrap();
    let twice: Vec<usize> = (0..60).chain((0..60).step_by(4)).collect();
    let (x2, y2) = (x.select(ndarray::Axis(0), &twice), twice.iter().map(|&i| y[i]).collect::<Vec<_>>());
    let copied = fit(dense(&x2, &y2, 2), None, &settings).unwrap();
    let same = |a: &Fit, b: &Fit| logits(a, &x).iter().zip(logits(b, &x)).all(|(a, b)| (a - b).abs() < 1e-4);
    assert!(same(&weighted, &copied));
    let n_positive = y.iter().sum::<u32>() as f32;
    let even: Vec<f32> =
        y.iter().map(|&y| if y == 1 { 30.0 / n_positive } else { 30.0 / (60.0 - n_positive) }).collect();
    let by_hand = fit(Dense { weights: Some(&even), ..dense(&x, &y, 2) }, None, &settings).unwrap();
    let balanced = fit(dense(&x, &y, 2), None, &GradientSettings { balanced: true, ..settings }).unwrap();
    assert!(same(&by_hand, &balanced) && !same(&by_hand, &weighted));
}

#[test]
fn a_descent_stops_and_steps_back_when_validation_rows_say_so() {
    // Random labels that a weak penalty overfits: what helps the training rows harms the validation rows.
    let (x, _) = rows(40, 2);
    let y: Vec<u32> = (0..40).map(|i| (i * i / 3) % 2).collect();
    let other: Vec<u32> = y.iter().map(|y| 1 - y).collect();
    let settings = GradientSettings { alpha: 1e-3, patience: Some(5), ..GradientSettings::default() };
    let stopped = fit(dense(&x, &y, 2), Some(dense(&x, &other, 2)), &settings).unwrap();
    let valid: Vec<f64> = stopped.losses.iter().map(|loss| loss.valid.unwrap()).collect();
    let best = (0..valid.len()).min_by(|&a, &b| valid[a].total_cmp(&valid[b])).unwrap();
    assert_eq!(valid.len(), best + 1 + 5);
    let at_best = GradientSettings { passes: best + 1, patience: None, ..settings };
    let again = fit(dense(&x, &y, 2), Some(dense(&x, &other, 2)), &at_best).unwrap();
    assert_eq!(again.body, stopped.body);
}

#[test]
fn a_seed_gives_the_same_bits_whatever_the_number_of_threads() {
    let (x, y) = rows(2000, 3);
    let run = |threads: usize, settings: GradientSettings| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| fit(dense(&x, &y, 3), None, &settings)).unwrap()
    };
    for settings in [stochastic(32, 3), GradientSettings { passes: 9, ..GradientSettings::default() }] {
        let (one, four) = (run(1, settings), run(4, settings));
        assert_eq!((one.body, one.losses), (four.body, four.losses));
    }
    let other = GradientSettings { seed: 1, ..stochastic(32, 3) };
    assert_ne!(run(1, stochastic(32, 3)).body, run(1, other).body);
}

/// The error message of a refused fit.
fn message(train: Dense<'_>, valid: Option<Dense<'_>>, settings: &GradientSettings) -> String {
    fit(train, valid, settings).unwrap_err().to_string()
}

#[test]
fn what_cannot_be_fitted_is_refused() {
    let (x, y) = rows(20, 2);
    let (train, fine) = (dense(&x, &y, 2), GradientSettings::default());
    let numbers = Dense { y: Target::Numbers(&[0.0; 20]), ..train };
    assert!(message(numbers, None, &fine).starts_with("a logistic model predicts classes"));
    assert!(message(dense(&x, &y, 3), None, &fine).starts_with("class 2 has no training rows"));
    assert!(message(dense(&x, &[9; 20], 2), None, &fine).starts_with("train class 9 is not below 2"));
    assert!(message(train, Some(dense(&x, &y, 3)), &fine).starts_with("validation rows have 3 classes"));
    assert!(message(train, None, &stochastic(0, 1)).starts_with("batch is 0"));
    assert!(message(train, None, &stochastic(1, 0)).starts_with("passes is 0"));
    let negative = GradientSettings { alpha: -1.0, ..fine };
    assert!(message(train, None, &negative).starts_with("alpha is -1"));
    let weights = Dense { weights: Some(&[-1.0; 20]), ..train };
    assert!(message(weights, None, &fine).starts_with("train row 1 has weight -1"));
    let bad = x.mapv(|x| if x == 7.0 { f32::INFINITY } else { x });
    assert!(message(dense(&bad, &y, 2), None, &fine).starts_with("train row 1, column 3 holds inf"));
}
