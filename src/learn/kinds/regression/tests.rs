//! Tests of regressions against closed forms, against the optimality conditions, and against smartcore.

use super::*;
use ndarray::{arr2, array};
use smartcore::linear::elastic_net::{ElasticNet, ElasticNetParameters};
use smartcore::linear::lasso::{Lasso, LassoParameters};
use smartcore::linear::linear_regression::LinearRegression;
use smartcore::linear::ridge_regression::{RidgeRegression, RidgeRegressionParameters};

/// Three slightly correlated columns of very different units, and a target that depends on two of them.
fn rows(n: usize) -> (Array2<f32>, Vec<f64>) {
    let part = |i: usize, step: f64| (i as f64 * step).fract() - 0.5;
    let x = Array2::from_shape_fn((n, 3), |(i, j)| {
        let shared = part(i, 0.618_034);
        [shared, 300.0 * (shared + part(i, 0.414_214)) + 5000.0, 0.01 * part(i, 0.732_051)][j] as f32
    });
    let y =
        (0..n).map(|i| 20.0 + 3.0 * f64::from(x[[i, 0]]) + 0.01 * f64::from(x[[i, 1]]) + part(i, 0.236_068));
    let y = y.collect();
    (x, y)
}

fn fitted(x: &Array2<f32>, y: &[f64], weights: Option<&[f32]>, kind: Penalty) -> Fit {
    fit(Dense { x: x.view(), y: Target::Numbers(y), weights }, &RegressionSettings { kind }).unwrap()
}

/// Slopes on the original columns, bias last.
fn numbers(fit: &Fit) -> Vec<f64> {
    let BodyDef::Linear(def) = &fit.body else { panic!("{fit:?}") };
    def.weights.iter().chain(&def.bias).map(|&w| f64::from(w)).collect()
}

fn check(fit: &Fit, expected: &[f64], tolerance: f64) {
    let got = numbers(fit);
    assert_eq!(got.len(), expected.len());
    for (a, b) in got.iter().zip(expected) {
        assert!((a - b).abs() <= tolerance * b.abs().max(1.0), "{got:?}, not {expected:?}");
    }
}

#[test]
fn a_line_is_found() {
    check(&fitted(&arr2(&[[0.0], [1.0], [2.0]]), &[1.0, 3.0, 5.0], None, Penalty::None), &[2.0, 1.0], 1e-6);
}

#[test]
fn ridge_and_lasso_shrink_one_column_as_on_paper() {
    // z = ±1 and y = ±3, so G = 1 and c = 3. Ridge: 3 / (1 + α/n). Lasso: 3 − α. Both: (3 − α r) / (1 + α (1 − r)).
    let (x, y) = (arr2(&[[1.0], [3.0], [1.0], [3.0]]), [-3.0, 3.0, -3.0, 3.0]);
    check(&fitted(&x, &y, None, Penalty::Ridge { alpha: 2.0 }), &[2.0, -4.0], 1e-6);
    check(&fitted(&x, &y, None, Penalty::Lasso { alpha: 1.0 }), &[2.0, -4.0], 1e-6);
    check(&fitted(&x, &y, None, Penalty::Lasso { alpha: 3.5 }), &[0.0, 0.0], 0.0);
    let net = Penalty::ElasticNet { alpha: 2.0, l1_ratio: 0.5 };
    check(&fitted(&x, &y, None, net), &[1.0, -2.0], 1e-6);
}

#[test]
fn least_squares_and_ridge_are_what_smartcore_finds_on_good_rows() {
    let (x, y) = rows(200);
    let wide = x.mapv(f64::from);
    let line = LinearRegression::fit(&wide, &y, Default::default()).unwrap();
    let theirs: Vec<f64> = line.coefficients().iter().copied().chain([*line.intercept()]).collect();
    check(&fitted(&x, &y, None, Penalty::None), &theirs, 1e-5);
    let settings = RidgeRegressionParameters::default().with_alpha(50.0).with_normalize(true);
    let ridge = RidgeRegression::fit(&wide, &y, settings).unwrap();
    let theirs: Vec<f64> = ridge.coefficients().iter().copied().chain([*ridge.intercept()]).collect();
    check(&fitted(&x, &y, None, Penalty::Ridge { alpha: 50.0 }), &theirs, 1e-5);
}

#[test]
fn the_lasso_selects_where_smartcore_only_comes_near() {
    let (x, y) = rows(200);
    let ours = fitted(&x, &y, None, Penalty::Lasso { alpha: 0.5 });
    // smartcore's loss is the mean square without the half.
    let settings = LassoParameters::default().with_alpha(1.0).with_tol(1e-9);
    let lasso = Lasso::fit(&x.mapv(f64::from), &y, settings).unwrap();
    let theirs: Vec<f64> = lasso.coefficients().iter().copied().chain([*lasso.intercept()]).collect();
    check(&ours, &theirs, 1e-3);
    assert_eq!(numbers(&ours)[2], 0.0);
    assert_ne!(theirs[2], 0.0);
}

#[test]
fn the_elastic_net_does_not_care_where_the_target_starts_and_smartcores_does() {
    let (x, y) = rows(60);
    let far: Vec<f64> = y.iter().map(|y| y + 1000.0).collect();
    let net = Penalty::ElasticNet { alpha: 0.4, l1_ratio: 0.5 };
    let (here, there) = (fitted(&x, &y, None, net), fitted(&x, &far, None, net));
    let mut expected = numbers(&here);
    expected[3] += 1000.0;
    check(&there, &expected, 1e-5);
    let theirs = |y: &Vec<f64>| {
        let settings = ElasticNetParameters::default().with_alpha(0.8).with_l1_ratio(0.5);
        ElasticNet::fit(&x.mapv(f64::from), y, settings).unwrap().coefficients()[[0, 0]]
    };
    assert!((theirs(&y) - theirs(&far)).abs() > 0.1, "{} {}", theirs(&y), theirs(&far));
}

#[test]
fn a_weight_of_two_is_the_row_twice() {
    let (x, y) = rows(30);
    let weights: Vec<f32> = (0..30).map(|i| if i % 3 == 0 { 2.0 } else { 1.0 }).collect();
    let twice: Vec<usize> = (0..30).chain((0..30).step_by(3)).collect();
    let (x2, y2) = (x.select(Axis(0), &twice), twice.iter().map(|&i| y[i]).collect::<Vec<_>>());
    for kind in [
        Penalty::None,
        Penalty::Ridge { alpha: 4.0 },
        Penalty::Lasso { alpha: 0.1 },
        Penalty::ElasticNet { alpha: 0.3, l1_ratio: 0.3 },
    ] {
        check(&fitted(&x, &y, Some(&weights), kind), &numbers(&fitted(&x2, &y2, None, kind)), 1e-5);
    }
}

#[test]
fn columns_that_repeat_or_never_change_or_outnumber_the_rows_are_no_trouble() {
    let (x, y) = rows(40);
    let odd = Array2::from_shape_fn((40, 4), |(i, j)| match j {
        0 | 1 => x[[i, 0]],
        2 => 7.0,
        _ => 1000.0 * x[[i, 0]] + 3.0,
    });
    let line = numbers(&fitted(&x.select(Axis(1), &[0]), &y, None, Penalty::None));
    for kind in [Penalty::None, Penalty::Ridge { alpha: 1e-6 }, Penalty::Lasso { alpha: 1e-6 }] {
        let got = numbers(&fitted(&odd, &y, None, kind));
        assert!((got[0] + got[1] + 1000.0 * got[3] - line[0]).abs() < 1e-3, "{kind:?}: {got:?} {line:?}");
        assert_eq!(got[2], 0.0);
    }
    // Two rows for three columns: through both.
    let (x, y) = (array![[0.0_f32, 1.0, 4.0], [1.0, 0.0, 2.0]], [5.0, 9.0]);
    let w = numbers(&fitted(&x, &y, None, Penalty::None));
    for (row, y) in x.outer_iter().zip(y) {
        let got = w[3] + row.iter().zip(&w).map(|(&x, w)| f64::from(x) * w).sum::<f64>();
        assert!((got - y).abs() < 1e-5, "{got} {y}");
    }
    check(
        &fitted(&x.select(Axis(0), &[0]), &[5.0], None, Penalty::Lasso { alpha: 1.0 }),
        &[0.0, 0.0, 0.0, 5.0],
        0.0,
    );
}

#[test]
fn smartcores_ridge_refuses_a_constant_column_and_more_columns_than_rows() {
    let (x, y) = rows(40);
    let mut level = x.mapv(f64::from);
    level.column_mut(2).fill(7.0);
    let settings = || RidgeRegressionParameters::default().with_normalize(true);
    assert!(RidgeRegression::fit(&level, &y, settings()).is_err());
    let few = x.select(Axis(0), &[0, 1]).mapv(f64::from);
    assert!(RidgeRegression::fit(&few, &y[..2].to_vec(), settings()).is_err());
}

#[test]
fn the_loss_curve_ends_at_the_mean_squared_error() {
    let (x, y) = rows(100);
    let fit = fitted(&x, &y, None, Penalty::Lasso { alpha: 0.2 });
    let w = numbers(&fit);
    let square = |(row, y): (ndarray::ArrayView1<'_, f32>, &f64)| {
        (w[3] + row.iter().zip(&w).map(|(&x, w)| f64::from(x) * w).sum::<f64>() - y).powi(2)
    };
    let error = x.outer_iter().zip(&y).map(square).sum::<f64>() / 100.0;
    let last = fit.losses.last().unwrap();
    assert!((last.train - error).abs() < 1e-4 && last.step == fit.losses.len(), "{last:?} {error}");
}

/// The error message of a refused fit.
fn message(x: &Array2<f32>, y: Target<'_>, weights: Option<&[f32]>, kind: Penalty) -> String {
    fit(Dense { x: x.view(), y, weights }, &RegressionSettings { kind }).unwrap_err().to_string()
}

#[test]
fn what_cannot_be_fitted_is_refused() {
    let (mut x, mut y) = rows(20);
    let classes = Target::Classes { ids: &[0; 20], n: 2 };
    assert!(message(&x, classes, None, Penalty::None).starts_with("a regression predicts numbers"));
    assert!(message(&x, Target::Numbers(&[]), None, Penalty::None).starts_with("the train part has no rows"));
    assert!(
        message(&x, Target::Numbers(&y[1..]), None, Penalty::None).starts_with("20 train rows for 19 labels")
    );
    assert!(
        message(&x, Target::Numbers(&y), Some(&[0.0; 20]), Penalty::None)
            .starts_with("train row 1 has weight 0")
    );
    assert!(
        message(&x, Target::Numbers(&y), None, Penalty::Ridge { alpha: -1.0 }).starts_with("alpha is -1")
    );
    let net = Penalty::ElasticNet { alpha: 1.0, l1_ratio: 2.0 };
    assert!(message(&x, Target::Numbers(&y), None, net).starts_with("l1_ratio is 2"));
    y[3] = f64::INFINITY;
    assert!(
        message(&x, Target::Numbers(&y), None, Penalty::None).starts_with("train row 4 has the target inf")
    );
    x[[4, 1]] = f32::NAN;
    assert!(
        message(&x, Target::Numbers(&y), None, Penalty::None).starts_with("train row 5, column 2 holds NaN")
    );
}
