//! Kinds of model that read columns: numbers scaled, categories spread out, nothing missing.
//!
//! Not here: how inputs become columns (`encode`), kinds that read inputs as they are (`by_inputs`).

use super::body::{Fitted, Job, Parts, Settled};
use super::encode;
use crate::config::{ModelKind, Solver};
use crate::fit::gradient::{self, Descent, GradientSettings};
use crate::fit::margin::{self, KernelSvmSettings, LinearSvmSettings};
use crate::fit::neighbours::{self, NeighboursSettings};
use crate::fit::{self, Dense, Fit, linear, mlp};
use anyhow::Result;
use floorwalker_engine::head::linear::LinearDef;
use floorwalker_engine::head::{BodyDef, CalibrationDef, EncodingDef};
use ndarray::Array2;

/// Penalty of a logistic head where no validation rows can choose one.
const DEFAULT_ALPHA: f64 = 3.0;

/// Rows of one step of stochastic gradient descent.
const BATCH: usize = 64;

impl Job<'_> {
    /// The columns that `encodings` write of `rows`: `[n_rows, n_columns]`.
    fn matrix(&self, encodings: &[EncodingDef], rows: &[usize]) -> Result<Array2<f32>> {
        let n_outputs = self.n_outputs();
        let n_columns = encodings.iter().map(n_columns).sum::<usize>();
        let blank = LinearDef { bias: vec![0.0; n_outputs], weights: vec![0.0; n_columns * n_outputs] };
        let fitted = Fitted {
            encodings: encodings.to_vec(),
            body: BodyDef::Linear(blank),
            settled: Settled::default(),
            notes: Vec::new(),
            losses: Vec::new(),
        };
        let (_, head) = self.head(ModelKind::Logistic, fitted, CalibrationDef::identity(n_outputs))?;
        Ok(Array2::from_shape_vec((rows.len(), n_columns), self.rows.columns(&head, rows))?)
    }

    /// Outputs of a head that is no text head.
    fn n_outputs(&self) -> usize {
        if self.target.is_binary(ModelKind::Logistic) { 1 } else { self.target.classes.len() }
    }

    pub(super) fn fit_linear(&self, parts: Parts<'_>, settled: Settled) -> Result<Fitted> {
        let encodings = encode::linear(&self.read_inputs(parts.train), parts.train, self.plan.encode);
        let (x, y) = (self.matrix(&encodings, parts.train)?, self.ids(parts.train));
        let (x_valid, y_valid) = (self.matrix(&encodings, parts.valid)?, self.ids(parts.valid));
        let settled = settled.alpha.or(parts.valid.is_empty().then_some(DEFAULT_ALPHA));
        let alphas = settled.as_slice();
        let fit = linear::logistic(
            linear::Rows { x: &x, y: &y },
            linear::Rows { x: &x_valid, y: &y_valid },
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
        let encodings = encode::linear(&self.read_inputs(parts.train), parts.train, self.plan.encode);
        let (x, ids) = (self.matrix(&encodings, parts.train)?, self.ids(parts.train));
        let (x_valid, ids_valid) = (self.matrix(&encodings, parts.valid)?, self.ids(parts.valid));
        let n = self.target.classes.len();
        let dense = |x, ids| Dense { x, y: fit::Target::Classes { ids, n }, weights: None };
        let descent = match self.plan.solver {
            Solver::Stochastic => Descent::Stochastic { batch: BATCH },
            Solver::FullBatch | Solver::QuasiNewton => Descent::FullBatch,
        };
        let settings = GradientSettings {
            descent,
            alpha: DEFAULT_ALPHA,
            seed: self.seed,
            ..GradientSettings::default()
        };
        let valid = (!parts.valid.is_empty()).then(|| dense(x_valid.view(), &ids_valid));
        let fit = gradient::fit(dense(x.view(), &ids), valid, &settings)?;
        Ok(Fitted {
            encodings,
            body: fit.body,
            settled: Settled::default(),
            notes: Vec::new(),
            losses: fit.losses,
        })
    }

    pub(super) fn fit_margin(&self, parts: Parts<'_>, with_kernel: bool) -> Result<Fitted> {
        self.over_columns(parts, |rows| {
            if with_kernel {
                let settings = KernelSvmSettings { seed: self.seed, ..KernelSvmSettings::default() };
                let machine = margin::kernel(rows, &settings)?;
                Ok((machine.fit, machine.warnings))
            } else {
                let settings = LinearSvmSettings { seed: self.seed, ..LinearSvmSettings::default() };
                Ok((margin::linear(rows, &settings)?, Vec::new()))
            }
        })
    }

    pub(super) fn fit_neighbours(&self, parts: Parts<'_>) -> Result<Fitted> {
        self.over_columns(parts, |rows| {
            let settings = NeighboursSettings { seed: self.seed, ..NeighboursSettings::default() };
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
        let encodings = encode::linear(&self.read_inputs(parts.train), parts.train, self.plan.encode);
        let (x, ids) = (self.matrix(&encodings, parts.train)?, self.ids(parts.train));
        let y = fit::Target::Classes { ids: &ids, n: self.target.classes.len() };
        let (fit, notes) = fit(Dense { x: x.view(), y, weights: None })?;
        Ok(Fitted { encodings, body: fit.body, settled: Settled::default(), notes, losses: fit.losses })
    }

    pub(super) fn fit_mlp(&self, parts: Parts<'_>, settled: Settled) -> Result<Fitted> {
        let encodings = encode::linear(&self.read_inputs(parts.train), parts.train, self.plan.encode);
        let (x, ids) = (self.matrix(&encodings, parts.train)?, self.ids(parts.train));
        let (x_valid, ids_valid) = (self.matrix(&encodings, parts.valid)?, self.ids(parts.valid));
        let n = self.target.classes.len();
        let dense = |x, ids| Dense { x, y: fit::Target::Classes { ids, n }, weights: None };
        let settings = mlp::MlpSettings { seed: self.seed, ..mlp::MlpSettings::default() };
        let settings = mlp::MlpSettings { passes: settled.rounds.unwrap_or(settings.passes), ..settings };
        let valid = (!parts.valid.is_empty()).then(|| dense(x_valid.view(), &ids_valid));
        let fit = mlp::fit(&dense(x.view(), &ids), valid.as_ref(), &settings, &mut |_| {})?;
        let settled = Settled { rounds: Some(fit.passes.max(1)), ..Settled::default() };
        Ok(Fitted { encodings, body: fit.fit.body, settled, notes: Vec::new(), losses: fit.fit.losses })
    }
}

fn n_columns(encoding: &EncodingDef) -> usize {
    match encoding {
        EncodingDef::OneHot { categories, other, .. } => categories.len() + usize::from(*other),
        EncodingDef::Hash { buckets, .. } => usize::from(*buckets),
        _ => 1,
    }
}
