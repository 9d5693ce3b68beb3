//! Entrants of a model selection race: the models and baselines, how each performed, and whether it was chosen.
//!
//! Not here: the race (`race`), baselines (`baseline`).

use super::job::Job;
use super::judge::Judged;
use crate::store::HeadPlan;
use floorwalker_metrics::{Interval, argmax, auc, grouped_interval};
use serde::Serialize;

/// A baseline, which predicts without features.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Baseline {
    /// Always the most frequent class; for numbers the median.
    Majority,
    /// Always the class shares of the training rows; for numbers the mean.
    Prior,
    /// The label of the shopper's previous row.
    LastValue,
}

/// What an entrant predicts with: a model or a baseline.
#[derive(Clone, Debug)]
pub enum Runner {
    /// A model, given by its plan.
    Model(Box<HeadPlan>),
    /// A baseline.
    Baseline(Baseline),
}

/// The outcome of the race for one entrant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Chosen: the smallest of the models that are as good as the best.
    Smallest,
    /// Chosen: it has the least loss.
    Best,
    /// Chosen: the store names it.
    Asked,
    /// As good as the best, but larger than the chosen one.
    Larger,
    /// Worse than the best by more than one standard error.
    Worse,
    /// More bytes than the budget.
    OverBudget,
    /// Stopped early: others were better, or the time budget was spent.
    Stopped,
    /// A baseline, which cannot be chosen.
    Baseline,
    /// The model could not be fitted; holds the error message.
    Failed(String),
}

impl Verdict {
    /// Whether this entrant is the chosen one.
    #[must_use]
    pub fn is_chosen(&self) -> bool {
        matches!(self, Self::Smallest | Self::Best | Self::Asked)
    }
}

/// One entrant and how it performed.
#[derive(Clone, Debug)]
pub struct Entrant {
    /// The model or baseline.
    pub runner: Runner,
    /// Mean out-of-fold loss, in nats per row or squared units; `None` when it was not measured.
    pub loss: Option<Interval>,
    /// Accuracy on the same rows; `None` for numbers.
    pub accuracy: Option<f64>,
    /// Area under the ROC curve on the same rows; only for two classes.
    pub auc: Option<f64>,
    /// Compressed size in the bundle, in bytes.
    pub bytes: Option<usize>,
    /// Number of held-out rows on which it was judged.
    pub rows: usize,
    /// The outcome.
    pub verdict: Verdict,
}

impl Entrant {
    /// The entrant of a model; `judged` is its result, if it was judged.
    pub(super) fn of(job: &Job<'_>, plan: &HeadPlan, judged: Option<&Judged>, verdict: Verdict) -> Self {
        let runner = Runner::Model(Box::new(plan.clone()));
        let Some(judged) = judged else {
            return Self { runner, loss: None, accuracy: None, auc: None, bytes: None, rows: 0, verdict };
        };
        let p = judged.calibration.as_ref().map_or(&[][..], |chosen| &chosen.p);
        let (accuracy, auc) = figures(&job.target.ids(&judged.rows), p, job.target.classes.len());
        Self {
            runner,
            loss: grouped_interval(&judged.losses, &groups(job, judged)),
            accuracy,
            auc,
            bytes: Some(judged.bytes),
            rows: judged.rows.len(),
            verdict,
        }
    }
}

/// The shopper of each judged row.
pub(super) fn groups(job: &Job<'_>, judged: &Judged) -> Vec<u32> {
    judged.rows.iter().map(|&row| job.rows.examples.shoppers[row]).collect()
}

/// Accuracy, and for two classes the AUC. Both are `None` for numbers.
pub(super) fn figures(y: &[u32], p: &[f32], n_classes: usize) -> (Option<f64>, Option<f64>) {
    if p.is_empty() || y.is_empty() {
        return (None, None);
    }
    let right =
        y.iter().zip(p.chunks_exact(n_classes)).filter(|(y, row)| argmax(row) == **y as usize).count();
    let area = if n_classes == 2 {
        let positive: Vec<bool> = y.iter().map(|&class| class == 1).collect();
        auc(&positive, &p.iter().skip(1).step_by(2).copied().collect::<Vec<_>>())
    } else {
        None
    };
    (Some(right as f64 / y.len() as f64), area)
}
