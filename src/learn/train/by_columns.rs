//! Kinds of model that read columns: numbers scaled, categories spread out, nothing missing.
//!
//! Not here: how inputs become columns (`encode`), kinds that read inputs as they are (`by_inputs`).

use super::body::{Fitted, Job, Settled};
use super::encode;
use super::rows::Parts;
use super::target::variance;
use crate::fit::gradient::{self, Descent, GradientSettings};
use crate::fit::margin::{self, Kernel, KernelSvmSettings, LinearSvmSettings};
use crate::fit::neighbours::{self, NeighboursSettings};
use crate::fit::regression::{self, Penalty, RegressionSettings};
use crate::fit::{Dense, Fit, linear, mlp};
use crate::store::{KernelPlan, ModelKind, Solver};
use anyhow::{Context, Result};
use floorwalker_engine::head::linear::LinearDef;
use floorwalker_engine::head::{BodyDef, CalibrationDef, EncodingDef};
use ndarray::Array2;

/// Penalty of a logistic head where no validation rows can choose one.
const DEFAULT_ALPHA: f64 = 3.0;

/// Penalties tried for a number, strongest first: in rows' worth a row for a squared one, in standard deviations of the target
/// for an absolute one; and the one where no validation rows can choose.
const SHARES: [f64; 6] = [0.3, 0.1, 0.03, 0.01, 0.001, 0.0001];
const DEFAULT_SHARE: f64 = 0.001;

/// Rows of one step of stochastic gradient descent.
const BATCH: usize = 64;

impl Job<'_> {
    /// The columns that `encodings` write of `rows`: `[n_rows, n_columns]`.
    pub(super) fn matrix(&self, encodings: &[EncodingDef], rows: &[usize]) -> Result<Array2<f32>> {
        let n_columns = encodings.iter().map(n_columns).sum::<usize>();
        let n_outputs = self.n_outputs();
        let blank = LinearDef { bias: vec![0.0; n_outputs], weights: vec![0.0; n_columns * n_outputs] };
        let fitted = Fitted {
            encodings: encodings.to_vec(),
            body: BodyDef::Linear(blank),
            settled: Settled::default(),
            notes: Vec::new(),
            losses: Vec::new(),
        };
        let (_, head) = self.head(fitted, CalibrationDef::identity(n_outputs))?;
        Ok(Array2::from_shape_vec((rows.len(), n_columns), self.rows.columns(&head, rows))?)
    }

    pub(super) fn encodings(&self, train: &[usize]) -> Vec<EncodingDef> {
        encode::linear(&self.read_inputs(train), train, self.plan.encode)
    }

    pub(super) fn fit_linear(&self, parts: Parts<'_>, settled: Settled) -> Result<Fitted> {
        let encodings = self.encodings(parts.train);
        let (x, y) = (self.matrix(&encodings, parts.train)?, self.truths(parts.train));
        let (x_valid, y_valid) = (self.matrix(&encodings, parts.valid)?, self.truths(parts.valid));
        let alpha = self.plan.alpha.or(settled.alpha).or(parts.valid.is_empty().then_some(DEFAULT_ALPHA));
        let alphas = alpha.as_slice();
        let fit = linear::weighted(
            linear::Rows { x: &x, y: &y.ids },
            y.weights.as_deref(),
            linear::Rows { x: &x_valid, y: &y_valid.ids },
            self.target.classes.len(),
            if alphas.is_empty() { &linear::ALPHAS } else { alphas },
        )?;
        let settled = Settled { alpha: Some(fit.alpha), ..Settled::default() };
        Ok(Fitted {
            encodings,
            body: BodyDef::Linear(fit.def),
            settled,
            notes: Vec::new(),
            losses: fit.losses,
        })
    }

    pub(super) fn fit_gradient(&self, parts: Parts<'_>) -> Result<Fitted> {
        let encodings = self.encodings(parts.train);
        let (x, y) = (self.matrix(&encodings, parts.train)?, self.truths(parts.train));
        let (x_valid, y_valid) = (self.matrix(&encodings, parts.valid)?, self.truths(parts.valid));
        let descent = match self.plan.solver {
            Solver::Stochastic => Descent::Stochastic { batch: BATCH },
            Solver::FullBatch | Solver::QuasiNewton => Descent::FullBatch,
        };
        let settings = GradientSettings {
            descent,
            alpha: self.plan.alpha.unwrap_or(DEFAULT_ALPHA),
            seed: self.seed,
            ..GradientSettings::default()
        };
        let valid = (!parts.valid.is_empty()).then(|| y_valid.dense(&x_valid));
        let fit = gradient::fit(y.dense(&x), valid, &settings)?;
        let settled = Settled::default();
        Ok(Fitted { encodings, body: fit.body, settled, notes: Vec::new(), losses: fit.losses })
    }

    /// A linear model of a number; its penalty is the one with the least squared error on validation rows.
    pub(super) fn fit_regression(&self, parts: Parts<'_>, settled: Settled) -> Result<Fitted> {
        let encodings = self.encodings(parts.train);
        let (x, y) = (self.matrix(&encodings, parts.train)?, self.truths(parts.train));
        let x_valid = self.matrix(&encodings, parts.valid)?;
        let y_valid = self.truths(parts.valid).numbers;
        let spread = variance(y.numbers.iter().copied()).sqrt();
        let asked = self.plan.alpha.or(settled.alpha);
        let mut best: Option<(f64, f64, Fit)> = None;
        let shares: &[f64] = match (self.plan.model, asked, parts.valid.is_empty()) {
            (ModelKind::Linear, ..) | (_, Some(_), _) => &[0.0],
            (_, None, true) => &[DEFAULT_SHARE],
            (_, None, false) => &SHARES,
        };
        for share in shares {
            // A squared penalty counts rows, an absolute one is in units of the target.
            let alpha = asked.unwrap_or(match self.plan.model {
                ModelKind::Ridge => share * y.numbers.len() as f64,
                _ => share * spread,
            });
            let kind = match self.plan.model {
                ModelKind::Ridge => Penalty::Ridge { alpha },
                ModelKind::Lasso => Penalty::Lasso { alpha },
                ModelKind::ElasticNet => Penalty::ElasticNet { alpha, l1_ratio: 0.5 },
                _ => Penalty::None,
            };
            let fit = regression::fit(y.dense(&x), &RegressionSettings { kind })?;
            let loss = squared_error(&fit.body, &x_valid, &y_valid);
            if best.as_ref().is_none_or(|(least, ..)| loss < *least) {
                best = Some((loss, alpha, fit));
            }
        }
        let (_, alpha, fit) = best.context("no penalty to try")?;
        let settled = Settled { alpha: Some(alpha), ..Settled::default() };
        Ok(Fitted { encodings, body: fit.body, settled, notes: Vec::new(), losses: fit.losses })
    }

    pub(super) fn fit_margin(&self, parts: Parts<'_>, with_kernel: bool) -> Result<Fitted> {
        let plan = self.plan.svm;
        self.over_columns(parts, |rows| {
            if with_kernel {
                let kernel = match plan.kernel {
                    KernelPlan::Rbf => Kernel::Rbf { gamma: None },
                    KernelPlan::Polynomial(degree) => Kernel::Power { gamma: None, constant: 1.0, degree },
                };
                let settings = KernelSvmSettings {
                    kernel,
                    c: plan.c,
                    max_bytes: plan.max_bytes,
                    seed: self.seed,
                    ..KernelSvmSettings::default()
                };
                let machine = margin::kernel(rows, &settings)?;
                Ok((machine.fit, machine.warnings))
            } else {
                let settings =
                    LinearSvmSettings { c: plan.c, seed: self.seed, ..LinearSvmSettings::default() };
                Ok((margin::linear(rows, &settings)?, Vec::new()))
            }
        })
    }

    pub(super) fn fit_neighbours(&self, parts: Parts<'_>) -> Result<Fitted> {
        let plan = self.plan.neighbours;
        self.over_columns(parts, |rows| {
            let settings = NeighboursSettings {
                k: plan.k,
                distance: plan.distance,
                max_bytes: plan.max_bytes,
                seed: self.seed,
            };
            let kept = neighbours::neighbours(rows, &settings)?;
            Ok((kept.fit, kept.warnings))
        })
    }

    /// A fit over the training rows alone, and what it has to say.
    fn over_columns(
        &self,
        parts: Parts<'_>,
        fit: impl FnOnce(Dense<'_>) -> Result<(Fit, Vec<String>)>,
    ) -> Result<Fitted> {
        let encodings = self.encodings(parts.train);
        let (x, y) = (self.matrix(&encodings, parts.train)?, self.truths(parts.train));
        let (fit, notes) = fit(y.dense(&x))?;
        Ok(Fitted { encodings, body: fit.body, settled: Settled::default(), notes, losses: fit.losses })
    }

    pub(super) fn fit_mlp(&self, parts: Parts<'_>, settled: Settled) -> Result<Fitted> {
        let encodings = self.encodings(parts.train);
        let (x, y) = (self.matrix(&encodings, parts.train)?, self.truths(parts.train));
        let (x_valid, y_valid) = (self.matrix(&encodings, parts.valid)?, self.truths(parts.valid));
        let usual = mlp::MlpSettings::default();
        let settings = mlp::MlpSettings {
            hidden: self.plan.mlp.hidden.clone(),
            passes: settled.rounds.unwrap_or(usual.passes),
            seed: self.seed,
            ..usual
        };
        let valid = (!parts.valid.is_empty()).then(|| y_valid.dense(&x_valid));
        let fit = mlp::fit(&y.dense(&x), valid.as_ref(), &settings, &mut |_| {})?;
        let settled = Settled { rounds: Some(fit.passes.max(1)), ..Settled::default() };
        Ok(Fitted { encodings, body: fit.fit.body, settled, notes: Vec::new(), losses: fit.fit.losses })
    }
}

/// Mean squared error of a linear model; 0 without rows.
fn squared_error(body: &BodyDef, x: &Array2<f32>, y: &[f64]) -> f64 {
    let BodyDef::Linear(LinearDef { bias, weights }) = body else { return 0.0 };
    let error = |(row, y): (ndarray::ArrayView1<'_, f32>, &f64)| {
        let sum: f64 = row.iter().zip(weights).map(|(x, w)| f64::from(*x) * f64::from(*w)).sum();
        (sum + f64::from(bias.first().copied().unwrap_or(0.0)) - y).powi(2)
    };
    x.outer_iter().zip(y).map(error).sum::<f64>() / y.len().max(1) as f64
}

fn n_columns(encoding: &EncodingDef) -> usize {
    match encoding {
        EncodingDef::OneHot { categories, other, .. } => categories.len() + usize::from(*other),
        EncodingDef::Hash { buckets, .. } => usize::from(*buckets),
        _ => 1,
    }
}
