//! Logistic regression for two classes, and softmax regression for more.
//!
//! | symbol | shape                   | unit                                                          |
//! |--------|-------------------------|---------------------------------------------------------------|
//! | `X`    | `[n_rows, n_columns]`   | encoded columns, finite                                       |
//! | `W`    | `[n_columns, n_outputs]`| logit per unit of column, row-major                           |
//! | `α`    | e.g. one of [`ALPHAS`]   | penalty `α/2 ‖W‖²` on columns of unit variance, bias left out |
//!
//! Two classes have one output, the logit of the second class; more classes have one output per class. One solver fits both, with
//! the same loss as `gradient`. smartcore's model reaches the same weights (as a test checks), but has no loss curve and is
//! slower: on 9,864 rows × 75 columns of two classes 4.7, 12 and 31 s for `α` of 300, 3 and 0.03, ours 0.2, 0.3 and 0.7 s (both
//! on a busy machine, in turn); a softmax of 20,000 rows × 60 columns × 16 classes 15 to 25 s, ours about half a second.
//!
//! Invariants
//! - Columns are standardised internally and the scaling is folded into the weights, so `W` applies to the original columns. A
//!   constant column has weight 0.
//! - `α > 0` always: without a penalty, linearly separable rows have no finite optimum and a solver diverges.
//! - A returned model is at its optimum: a mean gradient above [`MAX_GRADIENT`] is an error.
//! - Test rows are not used; `α` is chosen on validation rows.
//!
//! Not here: encoding, calibration, sparse text.

use anyhow::{Context, Result, bail, ensure};
use floorwalker_engine::head::linear::LinearDef;
use ndarray::Array2;
use serde::Serialize;

use super::gradient::loss::Objective;
use super::lbfgs;
use crate::kinds::Loss;
use crate::kinds::rows::{self, Scale};

/// Penalties tried, strongest first: each fit starts where the one before ended (warm start).
pub const ALPHAS: [f64; 5] = [300.0, 30.0, 3.0, 0.3, 0.03];
/// Largest entry of the mean gradient at which a fit counts as converged.
pub const MAX_GRADIENT: f64 = 1e-3;
/// The mean gradient at which the solver stops, and its most iterations.
const TOLERANCE: f64 = 1e-5;
const MAX_ITERATIONS: usize = 500;

/// Rows for training or validation.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a, Y> {
    /// Columns, `[n_rows, n_columns]`, finite.
    pub x: &'a Array2<f32>,
    /// Class of each row, below `n_classes`, or its target: `[n_rows]`.
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
    /// The model for the engine: weights on the original columns.
    pub def: LinearDef,
    /// The chosen penalty: the one with the least validation loss, in a tie the first.
    pub alpha: f64,
    /// Every penalty tried, in order.
    pub tried: Vec<Tried>,
    /// Mean log loss after each iteration with the chosen penalty, whose fit starts where that of the penalty before ended.
    pub losses: Vec<Loss>,
}

impl LinearFit {
    /// Outputs of every row: `[n_rows, n_outputs]`, logits or targets, in `f32` like the engine, although its order of summation
    /// may differ.
    pub fn outputs(&self, x: &Array2<f32>) -> Array2<f32> {
        outputs(&self.def, x)
    }
}

/// Fits logistic regression: one output for two classes, `n_classes` outputs for more. Of several `alphas` the one with the least
/// validation loss is chosen; a single one needs no validation rows.
///
/// # Errors
///
/// Fails for fewer than 2 classes, a class without training rows, several `alphas` without validation rows, no `alphas` or one
/// that is not above 0, lengths that do not match, a value that is not finite, or a solver that did not converge.
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
    weighted(train, None, validation, n_classes, alphas)
}

/// [`logistic`] with a weight for each training row, positive; `None` means 1 for each. Validation rows all have weight 1.
///
/// # Errors
///
/// Fails like [`logistic`], and for weights of another length.
pub fn weighted(
    train: Rows<'_, u32>,
    weights: Option<&[f32]>,
    validation: Rows<'_, u32>,
    n_classes: usize,
    alphas: &[f64],
) -> Result<LinearFit> {
    ensure!(n_classes >= 2, "the label has {n_classes} classes; a classifier needs at least 2");
    check(&train, &validation, alphas.len() > 1)?;
    if let Some(class) = validation.y.iter().find(|&&class| class as usize >= n_classes) {
        bail!("validation class {class} is not below {n_classes}");
    }
    rows::check_classes(train.y, n_classes)?;
    ensure!(
        weights.is_none_or(|weights| weights.len() == train.y.len()),
        "there must be a weight for each of the {} training rows",
        train.y.len()
    );
    let (of_train, n) = rows::weights(weights, train.y.len());
    let of_valid = vec![1.0; validation.y.len()];
    let scale = Scale::of(&train.x.view(), &of_train);
    let (x, x_valid) = (scale.apply(&train.x.view()), scale.apply(&validation.x.view()));
    let n_outputs = if n_classes == 2 { 1 } else { n_classes };
    let mut rows = Objective { x: x.view(), y: train.y, weights: &of_train, n_outputs, l2: 0.0 };
    let held_out = Objective { x: x_valid.view(), y: validation.y, weights: &of_valid, ..rows };
    let mut warm = vec![0.0; rows.n_weights()];
    let mut tried = Vec::with_capacity(alphas.len());
    let mut best: Option<(LinearDef, Tried, Path)> = None;
    for &alpha in alphas {
        ensure!(alpha > 0.0 && alpha.is_finite(), "alpha is {alpha}; give a number above 0");
        rows.l2 = alpha / n;
        let path = descend(&rows, &mut warm, alpha)?;
        let def = scale.fold(&warm, n_outputs);
        let validation_loss = log_loss(&outputs(&def, validation.x), validation.y);
        let this = Tried { alpha, validation_loss, gradient_norm: path.gradient_norm };
        if best.as_ref().is_none_or(|(_, best, _)| validation_loss < best.validation_loss) {
            best = Some((def, this, path));
        }
        tried.push(this);
    }
    let (def, Tried { alpha, .. }, path) =
        best.context("the list of penalties is empty; give at least one alpha")?;
    let valid = |w: &[f64]| (!validation.y.is_empty()).then(|| held_out.log_loss(w));
    let losses = path.steps.iter().zip(1..);
    let losses = losses.map(|((w, train), step)| Loss { step, train: *train, valid: valid(w) }).collect();
    Ok(LinearFit { def, alpha, tried, losses })
}

/// The iterations of one fit; their validation losses are computed only for the chosen penalty.
struct Path {
    /// Weights and mean log loss after each iteration.
    steps: Vec<(Vec<f64>, f64)>,
    /// Largest entry of the gradient at the end.
    gradient_norm: f64,
}

/// Minimises the objective, starting from `w` and leaving the optimum in it.
fn descend(rows: &Objective<'_>, w: &mut Vec<f64>, alpha: f64) -> Result<Path> {
    let mut steps = Vec::new();
    let watch = |w: &[f64], value| steps.push((w.to_vec(), value - rows.penalty(w)));
    let start = std::mem::take(w);
    let found = lbfgs::minimise(start, TOLERANCE, MAX_ITERATIONS, |w, g| rows.value(w, g), watch);
    *w = found.weights;
    let gradient_norm = found.gradient_norm;
    ensure!(
        gradient_norm <= MAX_GRADIENT,
        "the fit with alpha {alpha} stopped at a gradient of {gradient_norm:.1e}, above {MAX_GRADIENT:.0e}: clip outliers or scale columns"
    );
    Ok(Path { steps, gradient_norm })
}

fn check<Y>(train: &Rows<'_, Y>, validation: &Rows<'_, Y>, chooses: bool) -> Result<()> {
    check_part("train", train, true)?;
    check_part("validation", validation, chooses)?;
    let (p, q) = (train.x.ncols(), validation.x.ncols());
    ensure!(
        p == q && p > 0,
        "there are {p} training columns and {q} validation columns; there must be at least 1, and as many in both"
    );
    Ok(())
}

fn check_part<Y>(name: &str, rows: &Rows<'_, Y>, needed: bool) -> Result<()> {
    ensure!(!needed || !rows.y.is_empty(), "the {name} part has no rows; give it a share");
    ensure!(rows.x.nrows() == rows.y.len(), "{} {name} rows for {} labels", rows.x.nrows(), rows.y.len());
    rows::check_cells(name, &rows.x.view())
}

fn outputs(def: &LinearDef, x: &Array2<f32>) -> Array2<f32> {
    let k = def.bias.len();
    Array2::from_shape_fn((x.nrows(), k), |(i, o)| {
        def.bias[o] + x.row(i).iter().enumerate().map(|(j, x)| x * def.weights[j * k + o]).sum::<f32>()
    })
}

/// Mean log loss of logits in nats: with one output it is the logit of class 1, with more a softmax.
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
