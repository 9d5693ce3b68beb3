//! Logistic and softmax regression by gradient descent: full-batch or stochastic.
//!
//! | module       | contents                                               |
//! |--------------|--------------------------------------------------------|
//! | `loss`       | the loss and its gradient, which `linear` uses too     |
//! | `full_batch` | accelerated descent with backtracking line search      |
//! | `stochastic` | small batches, decreasing step size, averaged iterates |
//! | `watch`      | the loss curve, and when to stop                       |
//!
//! `linear` reaches the same optimum faster by its quasi-Newton solver, and also chooses `α`. These two methods are for data too
//! large for that, for early stopping, and for showing a loss curve.
//!
//! Invariants
//! - The same rows, settings and seed give a bit-identical model, whatever the number of threads.
//! - Validation rows are used for early stopping and nothing else.
//! - Columns are standardised internally and the scaling is folded into the weights. A constant column has weight 0.
//!
//! Not here: choosing `α`, calibration, encoding.

mod full_batch;
pub(super) mod loss;
mod stochastic;
#[cfg(test)]
mod tests;
mod watch;

use crate::kinds::rows::{self, Scale};
use crate::kinds::{Dense, Fit, Target};
use anyhow::{Result, bail, ensure};
use floorwalker_engine::head::BodyDef;
use loss::Objective;
use watch::Watch;

/// The kind of gradient descent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Descent {
    /// Full-batch with momentum: one step per pass, by the gradient over all rows.
    FullBatch,
    /// Stochastic: one step per batch of rows, in a new random order for each pass.
    Stochastic {
        /// Rows of a batch, at least 1.
        batch: usize,
    },
}

/// Settings of a fit, not yet checked: [`fit`] checks every limit named here.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GradientSettings {
    /// The kind of gradient descent.
    pub descent: Descent,
    /// Penalty `α/2 ‖W‖²` on the summed loss and columns of unit variance, bias left out (scikit-learn's `1/C`); 0 or more.
    pub alpha: f64,
    /// Whether all classes get the same total weight: each row's weight is then divided by its class's share of the total weight.
    pub balanced: bool,
    /// Most passes over the rows, at least 1.
    pub passes: usize,
    /// Stop when no entry of the mean gradient is above this, 0 or more.
    pub tolerance: f64,
    /// Early stopping: stop after this many passes without a better validation loss, and keep the best pass. With `None`, or
    /// without validation rows, the last pass is kept.
    pub patience: Option<usize>,
    /// Seed of the order of rows.
    pub seed: u64,
}

impl Default for GradientSettings {
    /// The penalty is the one that `linear` chooses most often; at a gradient of 1e-5 no probability is off by 1e-3.
    fn default() -> Self {
        Self {
            descent: Descent::FullBatch,
            alpha: 3.0,
            balanced: false,
            passes: 500,
            tolerance: 1e-5,
            patience: Some(10),
            seed: 0,
        }
    }
}

/// Fits logistic regression (two classes, one output) or softmax regression (more classes, one output per class). The loss curve
/// has an entry per pass: the weighted mean log loss, without the penalty.
///
/// A descent that ends by `passes` is returned although it has not converged; its loss curve shows this.
///
/// # Errors
///
/// Fails for a target of numbers, fewer than 2 classes, a class without training rows, rows of different shapes, a value that is
/// not finite, a setting out of range, or a descent that diverges.
///
/// # Source
///
/// Bishop, *Pattern Recognition and Machine Learning* (2006), sections 4.3.2 and 4.3.4; for the descents see their modules.
pub fn fit(train: Dense<'_>, valid: Option<Dense<'_>>, settings: &GradientSettings) -> Result<Fit> {
    check_settings(settings)?;
    let (ids, n_classes) = classes("train", train)?;
    rows::check_classes(ids, n_classes)?;
    let (mut weights, _) = rows::weights(train.weights, ids.len());
    let mut of_class = vec![0.0; n_classes];
    for (&class, weight) in ids.iter().zip(&weights) {
        of_class[class as usize] += weight;
    }
    let total = of_class.iter().sum::<f64>();
    let factor = |class: u32| total / (n_classes as f64 * of_class[class as usize]);
    if settings.balanced {
        weights.iter_mut().zip(ids).for_each(|(weight, &class)| *weight *= factor(class));
    }
    let scale = Scale::of(&train.x, &weights);
    let x = scale.apply(&train.x);
    let n_outputs = train.y.n_outputs();
    let l2 = settings.alpha / weights.iter().sum::<f64>();
    let objective = Objective { x: x.view(), y: ids, weights: &weights, n_outputs, l2 };
    let held_out = match valid {
        None => None,
        Some(rows) => {
            let (ids, n) = classes("validation", rows)?;
            ensure!(
                n == n_classes && rows.x.ncols() == x.ncols(),
                "validation rows have {n} classes and {} columns, train rows {n_classes} and {}; they must be the same",
                rows.x.ncols(),
                x.ncols()
            );
            let (mut weights, _) = rows::weights(rows.weights, ids.len());
            if settings.balanced {
                weights.iter_mut().zip(ids).for_each(|(weight, &class)| *weight *= factor(class));
            }
            Some((scale.apply(&rows.x), ids, weights))
        }
    };
    let held_out =
        held_out.as_ref().map(|(x, y, weights)| Objective { x: x.view(), y, weights, n_outputs, l2 });
    let mut watch = Watch::new(held_out, settings);
    match settings.descent {
        Descent::FullBatch => full_batch::descend(&objective, &mut watch),
        Descent::Stochastic { batch } => {
            stochastic::descend(&objective, batch, settings.seed, &mut watch);
        }
    }
    let (w, losses) = watch.finish();
    ensure!(w.iter().all(|w| w.is_finite()), "the gradient descent diverged; clip outliers or raise alpha");
    Ok(Fit { body: BodyDef::Linear(scale.fold(&w, n_outputs)), losses })
}

fn check_settings(settings: &GradientSettings) -> Result<()> {
    let GradientSettings { alpha, passes, tolerance, descent, .. } = *settings;
    ensure!(alpha >= 0.0 && alpha.is_finite(), "alpha is {alpha}; give a number of 0 or more");
    ensure!(tolerance >= 0.0, "tolerance is {tolerance}; give a number of 0 or more");
    ensure!(passes > 0, "passes is 0; give at least 1");
    ensure!(descent != Descent::Stochastic { batch: 0 }, "batch is 0; give at least 1");
    Ok(())
}

fn classes<'a>(part: &str, rows: Dense<'a>) -> Result<(&'a [u32], usize)> {
    let Target::Classes { ids, n } = rows.y else {
        bail!("a logistic model predicts classes, and the label is a number; choose a regression");
    };
    ensure!(n >= 2, "the label has {n} classes; a classifier needs at least 2");
    rows::check(part, rows)?;
    if let Some(class) = ids.iter().find(|&&class| class as usize >= n) {
        bail!("{part} class {class} is not below {n}");
    }
    Ok((ids, n))
}
