//! Logistic and softmax heads by gradient descent, of all rows at once or of a few at a time.
//!
//! | room         | what is there                                                |
//! |--------------|--------------------------------------------------------------|
//! | `loss`       | the loss and its gradient, which `linear` minimises, too     |
//! | `full_batch` | accelerated descent, its step found by backtracking          |
//! | `stochastic` | small batches, a falling step, the average of the iterates   |
//! | `watch`      | the loss curve, and when to stop                             |
//!
//! `linear` reaches the same optimum sooner by its quasi-Newton solver and chooses `α` besides. These two are for rows
//! too many for that, for stopping early, and for showing how a loss falls.
//!
//! Invariants
//! - Same rows, settings and seed: same bits, whatever the number of threads.
//! - Validation rows decide when to stop and nothing else.
//! - Columns are standardised inside, the scaling folded back. A constant column has weight 0.
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

/// How to go downhill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Descent {
    /// By the gradient over all rows, with momentum: one step a pass.
    FullBatch,
    /// By the gradients of a few rows at a time, in an order drawn anew for each pass.
    Stochastic {
        /// Rows of a batch, at least 1.
        batch: usize,
    },
}

/// How to fit. Raw: [`fit`] checks every limit named here.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GradientSettings {
    /// How to go downhill.
    pub descent: Descent,
    /// Penalty `α/2 ‖W‖²` on the summed loss and columns of unit variance, bias left out (scikit-learn's `1/C`); 0 or more.
    pub alpha: f64,
    /// Whether each class counts as much as any other: a row's weight is then divided by its class's share of all.
    pub balanced: bool,
    /// Passes over the rows at most, at least 1.
    pub passes: usize,
    /// Stop where no entry of the mean gradient is above this, 0 or more.
    pub tolerance: f64,
    /// Stop after so many passes without a better validation loss, and keep the best pass. Without validation rows, or
    /// none: the last pass is kept.
    pub patience: Option<usize>,
    /// Seed of the order of rows.
    pub seed: u64,
}

impl Default for GradientSettings {
    /// The penalty is the one that `linear` would most often choose; a gradient of 1e-5 moves no probability by 1e-3.
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

/// Fits logistic regression (two classes, one output) or softmax regression (more classes, an output each). The curve has
/// an entry a pass: mean log loss, by weight, without the penalty.
///
/// A descent that is stopped by `passes` is returned as it is; look at its curve.
///
/// # Errors
///
/// A target of numbers, fewer than 2 classes, a class without rows to learn from, rows that do not fit together, a value
/// that is not finite, or a setting out of range.
///
/// # Source
///
/// Bishop, *Pattern Recognition and Machine Learning* (2006), sections 4.3.2 and 4.3.4; the descents say theirs.
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
    ensure!(w.iter().all(|w| w.is_finite()), "the descent ran away; clip outliers or raise alpha");
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
        bail!("a logistic model predicts classes and was given numbers; fit a regression instead");
    };
    ensure!(n >= 2, "{n} classes; a classifier needs at least 2");
    rows::check(part, rows)?;
    if let Some(class) = ids.iter().find(|&&class| class as usize >= n) {
        bail!("{part} class {class} is not below {n}");
    }
    Ok((ids, n))
}
