//! Entrants of a race: who runs, how each did, and what became of it.
//!
//! Not here: the race (`race`), baselines (`baseline`).

use super::job::Job;
use super::judge::Judged;
use crate::store::HeadPlan;
use floorwalker_metrics::{Interval, argmax, auc, grouped_interval};
use serde::Serialize;

/// A way to predict without features.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Baseline {
    /// Always the same class.
    Majority,
    /// Always the same shares.
    Prior,
    /// What was last.
    LastValue,
}

/// Who runs.
#[derive(Clone, Debug)]
pub enum Runner {
    /// A model, by the plan behind it.
    Model(Box<HeadPlan>),
    /// A baseline.
    Baseline(Baseline),
}

/// What became of a runner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Chosen: the smallest of those as good as the best.
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
    /// Stopped early: others were ahead, or the time was spent.
    Stopped,
    /// Only there to compare with.
    Baseline,
    /// It could not be fitted, and why.
    Failed(String),
}

impl Verdict {
    /// Whether it is the chosen one.
    #[must_use]
    pub fn is_chosen(&self) -> bool {
        matches!(self, Self::Smallest | Self::Best | Self::Asked)
    }
}

/// One runner and how it did.
#[derive(Clone, Debug)]
pub struct Entrant {
    /// Who.
    pub runner: Runner,
    /// Loss on rows that its fits did not see, in nats a row or squared units; `None` where it was never measured.
    pub loss: Option<Interval>,
    /// Share of those rows whose most probable class is the true one.
    pub accuracy: Option<f64>,
    /// Area under the ROC curve, for two classes.
    pub auc: Option<f64>,
    /// Bytes in the page, compressed.
    pub bytes: Option<usize>,
    /// Rows that judged it.
    pub rows: usize,
    /// What became of it.
    pub verdict: Verdict,
}

impl Entrant {
    /// A model, and what judging it came to, where it was judged.
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

/// The shopper of each row that was judged.
pub(super) fn groups(job: &Job<'_>, judged: &Judged) -> Vec<u32> {
    judged.rows.iter().map(|&row| job.rows.examples.shoppers[row]).collect()
}

/// Accuracy, and for two classes the AUC. `None` for numbers.
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
