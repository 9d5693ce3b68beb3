//! Tests of logistic regression on data with a known answer.

use super::linear::*;
use crate::kinds::rows::Scale;
use ndarray::{Array2, Axis};
use smartcore::linear::logistic_regression::{LogisticRegression, LogisticRegressionParameters};

/// Columns from a fixed walk through the unit square, the second one 1000 times wider and off centre, the third constant.
fn columns(n: usize) -> Array2<f32> {
    Array2::from_shape_fn((n, 3), |(i, j)| {
        let part = |step: f32| (i as f32 * step).fract() - 0.5;
        [4.0 * part(0.618_034), 1000.0 * part(0.414_214) + 5000.0, 7.0][j]
    })
}

/// Fits on even rows, chooses on odd ones, and returns the fit with its share of right answers on all.
fn check(x: &Array2<f32>, y: &[u32], n_classes: usize) -> (LinearFit, f64) {
    let half = |odd: usize| {
        let rows: Vec<usize> = (0..y.len()).filter(|i| i % 2 == odd).collect();
        (x.select(Axis(0), &rows), rows.iter().map(|&i| y[i]).collect::<Vec<u32>>())
    };
    let ((tx, ty), (vx, vy)) = (half(0), half(1));
    let train = Rows { x: &tx, y: &ty };
    let fit = logistic(train, Rows { x: &vx, y: &vy }, n_classes, &ALPHAS).unwrap();
    let predicted = fit.outputs(x);
    let class = |row: ndarray::ArrayView1<'_, f32>| {
        if n_classes == 2 {
            usize::from(row[0] > 0.0)
        } else {
            floorwalker_metrics::argmax(row.as_slice().unwrap())
        }
    };
    let right = predicted.outer_iter().zip(y).filter(|(row, y)| class(*row) == **y as usize).count();
    (fit, right as f64 / y.len() as f64)
}

#[test]
fn a_constant_model_learns_the_odds() {
    // One irrelevant column: every third row is of class 1, so the logit is ln(1/2).
    let x = Array2::from_shape_fn((300, 1), |(i, _)| ((i / 6) % 2) as f32);
    let y: Vec<u32> = (0..300).map(|i| u32::from(i % 3 == 0)).collect();
    let (fit, _) = check(&x, &y, 2);
    for logit in fit.outputs(&x) {
        assert!((logit + std::f32::consts::LN_2).abs() < 1e-3, "{logit}");
    }
}

#[test]
fn separable_rows_of_any_scale_are_told_apart() {
    let x = columns(400);
    let line = |i: usize| x[[i, 0]] + (x[[i, 1]] - 5000.0) / 250.0;
    let two: Vec<u32> = (0..400).map(|i| u32::from(line(i) > 0.5)).collect();
    let (fit, right) = check(&x, &two, 2);
    assert!(right > 0.98, "{right}");
    assert_eq!((fit.def.weights.len(), fit.def.bias.len()), (3, 1));
    assert_eq!(fit.def.weights[2], 0.0);
    let three: Vec<u32> =
        (0..400).map(|i| if line(i) > 0.7 { 2 } else { u32::from(line(i) > -0.7) }).collect();
    let (fit, right) = check(&x, &three, 3);
    assert!(right > 0.95, "{right}");
    assert_eq!((fit.def.weights.len(), fit.def.bias.len()), (9, 3));
    assert!(fit.tried.iter().all(|t| t.gradient_norm <= 1e-3));
}

#[test]
fn our_solver_finds_what_smartcore_finds() {
    let raw = columns(300);
    let x = Scale::of(&raw.view(), &[1.0; 300]).apply(&raw.view());
    for k in [2, 3] {
        let class = |i: usize| (i * i % 7 % k) as u32 + u32::from(x[[i, 0]] > 1.2) % 2;
        let y: Vec<u32> = (0..300).map(|i| class(i).min(k as u32 - 1)).collect();
        let settings = LogisticRegressionParameters::default().with_alpha(2.0);
        let theirs = LogisticRegression::fit(&x, &y, settings).unwrap();
        let n_outputs = if k == 2 { 1 } else { k };
        // On standardised columns the scaling folds to nothing.
        let (narrow, none) = (x.mapv(|x| x as f32), Array2::zeros((0, 3)));
        let ours = logistic(Rows { x: &narrow, y: &y }, Rows { x: &none, y: &[] }, k, &[2.0]).unwrap();
        for (at, &ours) in ours.def.weights.iter().enumerate() {
            let theirs = theirs.coefficients()[[at % n_outputs, at / n_outputs]] as f32;
            assert!((ours - theirs).abs() < 1e-3, "{ours} {theirs}");
        }
    }
}

#[test]
fn the_loss_curve_is_that_of_the_penalty_chosen() {
    let x = columns(400);
    let y: Vec<u32> = (0..400).map(|i| u32::from(x[[i, 0]] > 0.3 || i % 5 == 0)).collect();
    let (fit, _) = check(&x, &y, 2);
    let tried = fit.tried.iter().find(|tried| tried.alpha == fit.alpha).unwrap();
    let last = fit.losses.last().unwrap();
    assert!(last.step == fit.losses.len() && (last.valid.unwrap() - tried.validation_loss).abs() < 1e-5);
    // What is fitted on does better than chance of the same odds.
    assert!(last.train > 0.1 && last.train < 0.6, "{last:?}");
}

#[test]
fn what_cannot_be_fitted_is_refused() {
    let mut x = columns(20);
    let y: Vec<u32> = (0..20).map(|i| i % 2).collect();
    let message = |x: &Array2<f32>, y: &[u32], k| {
        let rows = Rows { x, y };
        logistic(rows, rows, k, &ALPHAS).unwrap_err().to_string()
    };
    assert!(message(&x, &y, 3).starts_with("class 2 has no training rows"));
    assert!(message(&x, &[], 2).starts_with("the train part has no rows"));
    x[[4, 1]] = f32::NAN;
    assert!(message(&x, &y, 2).starts_with("train row 5, column 2 holds NaN"));
}
