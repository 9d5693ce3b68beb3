//! Linear heads: logistic regression for two classes and for many.
//!
//! | symbol | shape                   | unit                                                          |
//! |--------|-------------------------|---------------------------------------------------------------|
//! | `X`    | `[n_rows, n_columns]`   | encoded columns, finite                                       |
//! | `W`    | `[n_columns, n_outputs]`| logit per unit of column, row-major                           |
//! | `α`    | e.g. one of [`ALPHAS`]   | penalty `α/2 ‖W‖²` on columns of unit variance, bias left out |
//!
//! Two classes have one output, the logit of the second class, and are fitted by smartcore. More classes have an
//! output each and are fitted here: smartcore's softmax is right but takes 15 to 25 s for one `α` on 20,000 rows × 60
//! columns × 16 classes, because it computes every logit by scalar reads; by matrix products it takes about a second.
//!
//! Invariants
//! - Columns are standardised inside and the scaling folded back, so `W` applies to the columns as given. A constant
//!   column has weight 0.
//! - `α > 0` always: without it separable rows have no optimum and smartcore's solver runs away.
//! - What is returned is at its optimum: a mean gradient above [`MAX_GRADIENT`] is an error, never a model.
//! - Test rows never come here; `α` is chosen on validation rows.
//!
//! Not here: encoding, calibration, sparse text.

use anyhow::{Context, Result, anyhow, bail, ensure};
use floorwalker_engine::head::linear::LinearDef;
use ndarray::{Array2, ArrayView2, Axis};
use serde::Serialize;
use smartcore::linear::logistic_regression::{LogisticRegression, LogisticRegressionParameters};

use super::lbfgs;

/// Penalties tried, strongest first: each fit may start where the one before ended.
pub const ALPHAS: [f64; 5] = [300.0, 30.0, 3.0, 0.3, 0.03];
/// Largest entry of the mean gradient at which a fit counts as done.
pub const MAX_GRADIENT: f64 = 1e-3;
/// The mean gradient that our own solver goes for, and how long it tries.
const TOLERANCE: f64 = 1e-5;
const MAX_ITERATIONS: usize = 500;

/// Rows to learn from or to choose by.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a, Y> {
    /// `[n_rows, n_columns]`, finite.
    pub x: &'a Array2<f32>,
    /// `[n_rows]`: class below `n_classes`, or target.
    pub y: &'a [Y],
}

/// One penalty that was tried.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Tried {
    /// The penalty.
    pub alpha: f64,
    /// Validation log loss in nats; NaN without validation rows.
    pub validation_loss: f64,
    /// Largest entry of the mean gradient where the fit ended.
    pub gradient_norm: f64,
}

/// A fitted linear model, and how its penalty was chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct LinearFit {
    /// For the engine: weights over the columns as given.
    pub def: LinearDef,
    /// The penalty chosen: least validation loss, the stronger of two alike.
    pub alpha: f64,
    /// Every penalty tried, in order.
    pub tried: Vec<Tried>,
}

impl LinearFit {
    /// Outputs of every row: `[n_rows, n_outputs]`, logits or targets, in `f32` as the engine computes them (its sums may
    /// run in another order).
    pub fn outputs(&self, x: &Array2<f32>) -> Array2<f32> {
        outputs(&self.def, x)
    }
}

/// Fits logistic regression: one output for two classes, `n_classes` outputs for more. Of several `alphas` the one with the
/// least validation loss is kept; one alone needs no validation rows.
///
/// # Errors
///
/// Fewer than 2 classes, a class without rows to learn from, no validation rows, lengths that do not fit, a value that
/// is not finite, or a solver that did not reach an optimum.
///
/// # Source
///
/// Bishop, *Pattern Recognition and Machine Learning* (2006), eqs. 4.90 and 4.108, plus `α/2 ‖W‖²` (summed, not mean,
/// loss: `α` is scikit-learn's `1/C`).
pub fn logistic(
    train: Rows<'_, u32>,
    validation: Rows<'_, u32>,
    n_classes: usize,
    alphas: &[f64],
) -> Result<LinearFit> {
    ensure!(n_classes >= 2, "{n_classes} classes; a classifier needs at least 2");
    check(&train, &validation, alphas.len() > 1)?;
    let mut n_of_class = vec![0_usize; n_classes];
    for &class in train.y.iter().chain(validation.y) {
        ensure!((class as usize) < n_classes, "class {class} is not below {n_classes}");
    }
    for &class in train.y {
        n_of_class[class as usize] += 1;
    }
    if let Some(class) = n_of_class.iter().position(|&n| n == 0) {
        bail!("class {class} has no rows to learn from; split so that every class has some, or leave it out");
    }
    let scale = Scale::of(train.x);
    let x = scale.apply(train.x);
    let n_outputs = if n_classes == 2 { 1 } else { n_classes };
    let mut warm = vec![0.0; (x.ncols() + 1) * n_outputs];
    choose(alphas, |alpha| {
        let (weights, gradient_norm) = if n_classes == 2 {
            binary(&x, train.y, alpha)?
        } else {
            warm = softmax(&x, train.y, n_classes, alpha, std::mem::take(&mut warm));
            let mut gradient = vec![0.0; warm.len()];
            softmax_loss(&x, train.y, n_classes, alpha, &warm, &mut gradient);
            (warm.clone(), largest(&gradient))
        };
        let def = scale.fold(&weights, n_outputs);
        let loss = log_loss(&outputs(&def, validation.x), validation.y);
        Ok((def, loss, gradient_norm))
    })
}

/// Fits every penalty and keeps the one with the least validation loss.
fn choose(alphas: &[f64], mut fit: impl FnMut(f64) -> Result<(LinearDef, f64, f64)>) -> Result<LinearFit> {
    let mut tried = Vec::with_capacity(alphas.len());
    let mut best: Option<(LinearDef, f64, f64)> = None;
    for &alpha in alphas {
        let (def, validation_loss, gradient_norm) = fit(alpha)?;
        ensure!(
            gradient_norm <= MAX_GRADIENT,
            "the fit with alpha {alpha} stopped at a gradient of {gradient_norm:.1e}, above {MAX_GRADIENT:.0e}: clip outliers or scale columns"
        );
        tried.push(Tried { alpha, validation_loss, gradient_norm });
        if best.as_ref().is_none_or(|(_, loss, _)| validation_loss < *loss) {
            best = Some((def, validation_loss, alpha));
        }
    }
    let (def, _, alpha) =
        best.context("no penalty gave a finite validation loss; check the columns for outliers")?;
    Ok(LinearFit { def, alpha, tried })
}

fn check<Y>(train: &Rows<'_, Y>, validation: &Rows<'_, Y>, chooses: bool) -> Result<()> {
    check_part("train", train, true)?;
    check_part("validation", validation, chooses)?;
    let (p, q) = (train.x.ncols(), validation.x.ncols());
    ensure!(
        p == q && p > 0,
        "{p} columns to learn from and {q} to choose by; they must be the same, at least 1"
    );
    Ok(())
}

fn check_part<Y>(name: &str, rows: &Rows<'_, Y>, needed: bool) -> Result<()> {
    ensure!(!needed || !rows.y.is_empty(), "the {name} part has no rows; give it a share");
    ensure!(rows.x.nrows() == rows.y.len(), "{} {name} rows for {} labels", rows.x.nrows(), rows.y.len());
    if let Some(((row, column), x)) = rows.x.indexed_iter().find(|(_, x)| !x.is_finite()) {
        bail!(
            "{name} row {}, column {} holds {x}; encode missing values before fitting",
            row + 1,
            column + 1
        );
    }
    Ok(())
}

/// Mean and standard deviation of each column.
struct Scale(Vec<(f64, f64)>);

impl Scale {
    fn of(x: &Array2<f32>) -> Self {
        let of_column = |column: ndarray::ArrayView1<'_, f32>| {
            let n = column.len() as f64;
            let mean = column.iter().map(|&x| f64::from(x)).sum::<f64>() / n;
            let variance = column.iter().map(|&x| (f64::from(x) - mean).powi(2)).sum::<f64>() / n;
            (mean, variance.sqrt())
        };
        Self(x.axis_iter(Axis(1)).map(of_column).collect())
    }

    fn apply(&self, x: &Array2<f32>) -> Array2<f64> {
        Array2::from_shape_fn(x.dim(), |(i, j)| {
            let (mean, deviation) = self.0[j];
            if is_constant(mean, deviation) { 0.0 } else { (f64::from(x[[i, j]]) - mean) / deviation }
        })
    }

    /// `[n_columns + 1, n_outputs]` weights over standardised columns, bias last, into weights over the columns given.
    fn fold(&self, weights: &[f64], n_outputs: usize) -> LinearDef {
        let (slopes, bias) = weights.split_at(self.0.len() * n_outputs);
        let mut bias = bias.to_vec();
        let mut out = Vec::with_capacity(slopes.len());
        for (row, &(mean, deviation)) in slopes.chunks_exact(n_outputs).zip(&self.0) {
            for (bias, w) in bias.iter_mut().zip(row) {
                let w = if is_constant(mean, deviation) { 0.0 } else { w / deviation };
                *bias -= w * mean;
                out.push(w as f32);
            }
        }
        LinearDef { bias: bias.iter().map(|&b| b as f32).collect(), weights: out }
    }
}

/// Whether a column's spread is no more than the rounding of its mean.
fn is_constant(mean: f64, deviation: f64) -> bool {
    deviation <= 1e-9 * mean.abs().max(1e-9)
}

/// Weights `[n_columns + 1]`, bias last, and the mean gradient's largest entry.
fn binary(x: &Array2<f64>, y: &[u32], alpha: f64) -> Result<(Vec<f64>, f64)> {
    let labels = y.to_vec();
    let settings = LogisticRegressionParameters::default().with_alpha(alpha);
    let model =
        LogisticRegression::fit(x, &labels, settings).map_err(|e| anyhow!("logistic, alpha {alpha}: {e}"))?;
    // smartcore sorts the classes and models the second one: [0, 1] here, both present.
    ensure!(model.classes() == &[0, 1], "smartcore's classes are {:?} and not [0, 1]", model.classes());
    let mut weights: Vec<f64> = model.coefficients().iter().copied().collect();
    weights.extend(model.intercept().iter());
    ensure!(
        weights.iter().all(|w| w.is_finite()),
        "logistic, alpha {alpha}: the solver ran away; clip outliers"
    );
    let mut gradient: Vec<f64> = weights.iter().map(|w| alpha * w).collect();
    let last = gradient.len() - 1;
    gradient[last] = 0.0;
    for (row, &y) in x.outer_iter().zip(y) {
        let logit = row.iter().zip(&weights).map(|(x, w)| x * w).sum::<f64>() + weights[last];
        let error = 1.0 / (1.0 + libm::exp(-logit)) - f64::from(y);
        for (g, x) in gradient.iter_mut().zip(row.iter().chain([&1.0])) {
            *g += error * x;
        }
    }
    Ok((weights, largest(&gradient) / y.len() as f64))
}

/// Weights `[n_columns + 1, n_classes]`, biases last.
fn softmax(x: &Array2<f64>, y: &[u32], k: usize, alpha: f64, start: Vec<f64>) -> Vec<f64> {
    lbfgs::minimise(start, TOLERANCE, MAX_ITERATIONS, |w, g| softmax_loss(x, y, k, alpha, w, g)).weights
}

/// Mean penalised loss of `w` (`[n_columns + 1, k]`), and its gradient.
fn softmax_loss(x: &Array2<f64>, y: &[u32], k: usize, alpha: f64, w: &[f64], gradient: &mut [f64]) -> f64 {
    let (n, p) = x.dim();
    let (slopes, bias) = w.split_at(p * k);
    // The shapes are ours: a mismatch cannot happen, and an infinite loss would only end the search.
    let (Ok(slopes), Ok(bias)) =
        (ArrayView2::from_shape((p, k), slopes), ArrayView2::from_shape((1, k), bias))
    else {
        return f64::INFINITY;
    };
    let mut error = x.dot(&slopes);
    error += &bias;
    let mut loss = 0.5 * alpha * slopes.iter().map(|w| w * w).sum::<f64>();
    for (mut row, &class) in error.outer_iter_mut().zip(y) {
        let most = row.fold(f64::NEG_INFINITY, |a, &b| a.max(b));
        let truth = row[class as usize];
        row.mapv_inplace(|z| libm::exp(z - most));
        let sum = row.sum();
        loss += libm::log(sum) + most - truth;
        row /= sum;
        row[class as usize] -= 1.0;
    }
    let by_column = x.t().dot(&error);
    for ((g, e), w) in gradient.iter_mut().zip(&by_column).zip(&slopes) {
        *g = (e + alpha * w) / n as f64;
    }
    for (g, e) in gradient[p * k..].iter_mut().zip(error.sum_axis(Axis(0))) {
        *g = e / n as f64;
    }
    loss / n as f64
}

fn outputs(def: &LinearDef, x: &Array2<f32>) -> Array2<f32> {
    let k = def.bias.len();
    Array2::from_shape_fn((x.nrows(), k), |(i, o)| {
        def.bias[o] + x.row(i).iter().enumerate().map(|(j, x)| x * def.weights[j * k + o]).sum::<f32>()
    })
}

/// Mean log loss of logits in nats: one output is the logit of class 1, more are a softmax.
fn log_loss(logits: &Array2<f32>, y: &[u32]) -> f64 {
    let loss = |(row, &class): (ndarray::ArrayView1<'_, f32>, &u32)| {
        let z: Vec<f64> = match row.as_slice() {
            Some(&[logit]) => vec![0.0, f64::from(logit)],
            _ => row.iter().map(|&z| f64::from(z)).collect(),
        };
        let most = z.iter().fold(f64::NEG_INFINITY, |a, &b| a.max(b));
        libm::log(z.iter().map(|z| libm::exp(z - most)).sum::<f64>()) + most - z[class as usize]
    };
    logits.outer_iter().zip(y).map(loss).sum::<f64>() / y.len() as f64
}

fn largest(g: &[f64]) -> f64 {
    // A NaN must not look like an optimum.
    g.iter().fold(0.0, |most, g| if g.is_nan() { f64::INFINITY } else { g.abs().max(most) })
}

#[cfg(test)]
#[path = "linear_tests.rs"]
mod tests;
