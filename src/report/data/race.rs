//! Race: the models that were tried for a head, with their scores and sizes.
//!
//! Not here: running it (`train`).

use serde::Serialize;

pub use floorwalker_learn::train::Verdict;

use super::Measure;
use crate::Text;
use floorwalker_metrics::Interval;

/// The candidates of one head.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Race {
    /// The head.
    pub head: String,
    /// The loss by which the candidates are compared; less must be better.
    pub measure: Measure,
    /// The candidates, in the order in which they were tried.
    pub candidates: Vec<Candidate>,
}

/// One candidate model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Candidate {
    /// Its family.
    pub family: Family,
    /// Its settings in words: `200 rounds, 8 leaves`.
    pub settings: Text,
    /// Loss on validation rows or, with folds, cross-validated loss, in the race's measure.
    pub loss: Option<Interval>,
    /// AUC on the same rows.
    pub auc: Option<f64>,
    /// Accuracy on the same rows.
    pub accuracy: Option<f64>,
    /// Size in the page, in bytes, compressed.
    pub bytes: Option<u64>,
    /// Why it was chosen or not.
    pub verdict: Verdict,
}

/// A family of models.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// A baseline: always the largest class.
    Majority,
    /// A baseline: always predicts the shares of the classes as probabilities.
    Prior,
    /// A baseline: always the median.
    Median,
    /// A baseline: always the mean.
    Mean,
    /// A baseline: always predicts the label of the shopper's previous row.
    LastValue,
    /// A kind of model, by its name.
    Kind(Text),
}

impl Family {
    /// Whether it is a baseline, which ignores the features.
    #[must_use]
    pub fn is_baseline(&self) -> bool {
        matches!(self, Self::Majority | Self::Prior | Self::Median | Self::Mean | Self::LastValue)
    }
}

/// The loss curve of a fit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LossCurve {
    /// The head.
    pub head: String,
    /// The kind of loss: log loss or hinge loss for classes, squared error for numbers.
    pub measure: Measure,
    /// The points, by increasing step.
    pub points: Vec<LossPoint>,
    /// The step whose model early stopping kept; `None` without early stopping.
    pub kept: Option<usize>,
}

/// The loss after a step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct LossPoint {
    /// Number of the pass, round or iteration.
    pub step: usize,
    /// Loss on training rows.
    pub train: f64,
    /// Loss on validation rows.
    pub valid: Option<f64>,
}

impl From<floorwalker_learn::kinds::Loss> for LossPoint {
    fn from(loss: floorwalker_learn::kinds::Loss) -> Self {
        Self { step: loss.step, train: loss.train, valid: loss.valid }
    }
}
