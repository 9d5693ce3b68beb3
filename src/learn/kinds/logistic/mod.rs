//! Logistic regression; softmax regression for more than two classes. With the same penalty every solver reaches the same optimum.
//!
//! | module     | contents                                             |
//! |------------|------------------------------------------------------|
//! | `linear`   | the fit by L-BFGS, over several penalties            |
//! | `gradient` | the fit by full-batch or stochastic gradient descent |
//! | `lbfgs`    | the quasi-Newton method                              |

pub mod gradient;
pub(super) mod lbfgs;
pub mod linear;
#[cfg(test)]
mod tests;

use super::bench::{Bench, Fitted, Parts, Tuned};
use super::kind::{Kind, Size};
use super::settings::{Read, Settings, alpha};
use anyhow::Result;
use floorwalker_engine::head::BodyDef;
use gradient::{Descent, GradientSettings};
use serde::Deserialize;

/// Regularisation penalty when there are no validation rows to choose one.
const DEFAULT_ALPHA: f64 = 3.0;

/// Batch size of stochastic gradient descent.
const BATCH: usize = 64;

/// Settings of logistic regression.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LogisticSettings {
    /// The optimisation method.
    pub solver: Solver,
    /// Regularisation penalty. Default: chosen on validation rows, or 3 for the gradient descents.
    pub alpha: Option<f64>,
}

/// The optimisation method of a logistic head. With the same penalty all reach the same optimum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Solver {
    /// L-BFGS, the penalty chosen on validation rows.
    #[default]
    QuasiNewton,
    /// Gradient descent over all rows at once, at a penalty of 3 unless `alpha` says otherwise.
    FullBatch,
    /// Stochastic gradient descent, 64 rows at a time, at a penalty of 3 unless `alpha` says otherwise.
    Stochastic,
}

impl Read for LogisticSettings {
    fn read(settings: &mut Settings) -> Result<Self> {
        Ok(Self { solver: settings.take_or("solver")?, alpha: alpha(settings)? })
    }
}

impl Kind for LogisticSettings {
    fn seconds(&self, size: Size) -> f64 {
        4e-6 * size.cells * size.outputs
    }

    fn fit(&self, bench: &dyn Bench, parts: Parts<'_>, tuned: Tuned) -> Result<Fitted> {
        match self.solver {
            Solver::QuasiNewton => self.quasi_newton(bench, parts, tuned),
            Solver::FullBatch => self.descent(bench, parts, Descent::FullBatch),
            Solver::Stochastic => self.descent(bench, parts, Descent::Stochastic { batch: BATCH }),
        }
    }
}

impl LogisticSettings {
    fn quasi_newton(&self, bench: &dyn Bench, parts: Parts<'_>, tuned: Tuned) -> Result<Fitted> {
        let encodings = bench.encodings(parts.train);
        let (x, y) = (bench.matrix(&encodings, parts.train)?, bench.truths(parts.train));
        let (x_valid, y_valid) = (bench.matrix(&encodings, parts.valid)?, bench.truths(parts.valid));
        let alpha = self.alpha.or(tuned.alpha).or(parts.valid.is_empty().then_some(DEFAULT_ALPHA));
        let alphas = alpha.as_slice();
        let fit = linear::weighted(
            linear::Rows { x: &x, y: &y.ids },
            y.weights.as_deref(),
            linear::Rows { x: &x_valid, y: &y_valid.ids },
            bench.classes().len(),
            if alphas.is_empty() { &linear::ALPHAS } else { alphas },
        )?;
        Ok(Fitted {
            encodings,
            body: BodyDef::Linear(fit.def),
            tuned: Tuned { alpha: Some(fit.alpha), ..Tuned::default() },
            notes: Vec::new(),
            losses: fit.losses,
        })
    }

    fn descent(&self, bench: &dyn Bench, parts: Parts<'_>, descent: Descent) -> Result<Fitted> {
        let encodings = bench.encodings(parts.train);
        let (x, y) = (bench.matrix(&encodings, parts.train)?, bench.truths(parts.train));
        let (x_valid, y_valid) = (bench.matrix(&encodings, parts.valid)?, bench.truths(parts.valid));
        let settings = GradientSettings {
            descent,
            alpha: self.alpha.unwrap_or(DEFAULT_ALPHA),
            seed: bench.seed(),
            ..GradientSettings::default()
        };
        let valid = (!parts.valid.is_empty()).then(|| y_valid.dense(&x_valid));
        Ok(Fitted::new(encodings, gradient::fit(y.dense(&x), valid, &settings)?))
    }
}
