//! Judging a plan: its out-of-fold loss, calibration and compressed size.
//!
//! | symbol | shape                 | unit                                           |
//! |--------|-----------------------|------------------------------------------------|
//! | `p`    | `[n_rows, n_classes]` | calibrated probability; none for numbers       |
//! | loss   | `[n_rows]`            | log loss in nats, or squared error for numbers |
//!
//! Invariants
//! - A row is judged by a fit and a calibration that did not see it.
//! - Trials run in parallel and are combined in order, so the results do not depend on the number of threads.
//!
//! Not here: which plans are judged, and which is chosen (`race`).

use super::job::Job;
use crate::calibrate::{self, Chosen};
use crate::evaluate::brotli_bytes;
use crate::kinds::bench::Fitted;
use crate::kinds::bench::Parts;
use anyhow::{Context, Result};
use floorwalker_bundle::{self as bundle, Bundle};
use floorwalker_engine::head::{CalibrationDef, HeadDef};
use floorwalker_engine::model::{DEFAULT_IDLE_S, ModelDef};
use rayon::prelude::*;

/// Number of folds into which the held-out rows of a single trial are dealt, to cross-validate calibrations.
const PARTS: usize = 5;

/// The rows of one fit and of its evaluation.
#[derive(Clone, Debug)]
pub(super) struct Trial {
    pub(super) train: Vec<usize>,
    /// Rows for early stopping and for choosing penalties.
    pub(super) stop: Vec<usize>,
    /// Held-out rows that judge the fit.
    pub(super) held: Vec<usize>,
}

/// The result of judging one plan.
pub(super) struct Judged {
    /// The held-out rows, trial by trial.
    pub(super) rows: Vec<usize>,
    /// Loss of each of these rows.
    pub(super) losses: Vec<f64>,
    /// The chosen calibration, and cross-validated probabilities of each row; `None` for numbers.
    pub(super) calibration: Option<Chosen>,
    /// Compressed size in the bundle, in bytes.
    pub(super) bytes: usize,
    /// The model fitted in the first trial.
    pub(super) first: Fitted,
}

/// Fits `job` on every trial and judges it. There must be at least one trial, with held-out rows.
///
/// # Errors
///
/// Fails when there is no trial, or when a fit or its calibration fails.
pub(super) fn judge(job: &Job<'_>, trials: &[Trial]) -> Result<Judged> {
    let run = |trial: &Trial| -> Result<(Fitted, Vec<f32>)> {
        let parts = Parts { train: &trial.train, valid: &trial.stop };
        let fitted = job.fit(parts, Default::default())?;
        let (_, head) = job.head(fitted.clone(), CalibrationDef::identity(job.n_outputs()))?;
        let raw = job.rows.score(&head, &trial.held);
        Ok((fitted, raw.into_iter().flat_map(|scores| scores.logits).collect()))
    };
    let mut runs = trials.par_iter().map(run).collect::<Result<Vec<_>>>()?.into_iter();
    let (first, mut raw) = runs.next().context("there are no rows to measure on")?;
    raw.extend(runs.flat_map(|(_, raw)| raw));
    let rows: Vec<usize> = trials.iter().flat_map(|trial| trial.held.iter().copied()).collect();
    let bytes = bytes(job, &first)?;
    if job.target.is_number() {
        let truths = job.target.truths(&rows, job.weights).numbers;
        let losses = raw.iter().zip(truths).map(|(said, truth)| (f64::from(*said) - truth).powi(2)).collect();
        return Ok(Judged { rows, losses, calibration: None, bytes, first });
    }
    let part: Vec<usize> = match trials {
        [alone] => (0..alone.held.len()).map(|at| at % PARTS).collect(),
        _ => {
            trials.iter().zip(0..).flat_map(|(trial, at)| std::iter::repeat_n(at, trial.held.len())).collect()
        }
    };
    let y = job.target.ids(&rows);
    let chosen = calibrate::choose(&raw, job.n_outputs(), &job.methods(), &y, &part)?;
    let losses = row_losses(&y, &chosen.p, job.target.classes.len());
    Ok(Judged { rows, losses, calibration: Some(chosen), bytes, first })
}

/// Log loss of `fitted` on `rows`, which it was not trained on, after calibration: the least cross-validated loss over the
/// calibration methods.
pub(super) fn calibrated_loss(job: &Job<'_>, fitted: &Fitted, rows: &[usize]) -> Result<f64> {
    let (_, head) = job.head(fitted.clone(), CalibrationDef::identity(job.n_outputs()))?;
    let raw: Vec<f32> = job.rows.score(&head, rows).into_iter().flat_map(|scores| scores.logits).collect();
    let part: Vec<usize> = (0..rows.len()).map(|at| at % PARTS).collect();
    let chosen = calibrate::choose(&raw, job.n_outputs(), &job.methods(), &job.target.ids(rows), &part)?;
    Ok(chosen.tried.iter().map(|(_, loss)| *loss).fold(f64::INFINITY, f64::min))
}

/// Log loss of each row, in nats.
pub(super) fn row_losses(y: &[u32], p: &[f32], n_classes: usize) -> Vec<f64> {
    let loss = |(class, row): (&u32, &[f32])| floorwalker_metrics::log_loss(&[*class], row, n_classes);
    y.iter().zip(p.chunks_exact(n_classes)).map(loss).collect()
}

/// By how many bytes the head makes the compressed bundle larger.
fn bytes(job: &Job<'_>, fitted: &Fitted) -> Result<usize> {
    let ships = Job { has_two_outputs: job.target.has_two_outputs, ..*job };
    let def = ships.head_def(fitted.clone(), CalibrationDef::identity(job.n_outputs()));
    let weigh = |heads: Vec<HeadDef>| -> Result<usize> {
        let model = ModelDef {
            name: String::new(),
            idle_s: DEFAULT_IDLE_S,
            features: job.rows.examples.features.clone(),
            heads,
            policy: None,
        };
        brotli_bytes(&bundle::encode(&Bundle { model, facts: Vec::new() })?)
    };
    let mut heads = job.rows.defs.clone();
    let before = weigh(heads.clone())?;
    heads.push(def);
    Ok(weigh(heads)?.saturating_sub(before))
}
