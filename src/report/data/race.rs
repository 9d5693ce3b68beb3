//! Race: which models were tried for a head, what they reached and what they weigh.
//!
//! Not here: running it (`train`).

use serde::Serialize;

pub use floorwalker_learn::train::Verdict;

use super::Measure;
use floorwalker_finding::text::Text;
use floorwalker_metrics::Interval;

/// The candidates of one head.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Race {
    /// The head.
    pub head: String,
    /// What the candidates are compared by; less must be better.
    pub measure: Measure,
    /// In the order in which they were tried.
    pub candidates: Vec<Candidate>,
}

/// One candidate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Candidate {
    /// Its family.
    pub family: Family,
    /// Its settings in words: `200 rounds, 8 leaves`.
    pub settings: Text,
    /// Cross-validated loss, in the race's measure.
    pub loss: Option<Interval>,
    /// Cross-validated AUC.
    pub auc: Option<f64>,
    /// Cross-validated accuracy.
    pub accuracy: Option<f64>,
    /// Bytes in the page, compressed.
    pub bytes: Option<u64>,
    /// What became of it.
    pub verdict: Verdict,
}

/// A family of models.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// A baseline: always the largest class.
    Majority,
    /// A baseline: always the shares of the classes.
    Prior,
    /// A baseline: always the median.
    Median,
    /// A baseline: always the mean.
    Mean,
    /// A baseline: what the shopper's row before turned out as.
    LastValue,
    /// A kind of model, by its name.
    Kind(Text),
}

impl Family {
    /// Whether it learns nothing of the features.
    #[must_use]
    pub fn is_baseline(&self) -> bool {
        matches!(self, Self::Majority | Self::Prior | Self::Median | Self::Mean | Self::LastValue)
    }
}

/// How a fit's loss fell.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LossCurve {
    /// The head.
    pub head: String,
    /// Of what the loss is: log loss, or squared error for numbers.
    pub measure: Measure,
    /// By rising step.
    pub points: Vec<LossPoint>,
    /// The step whose model was kept.
    pub kept: Option<usize>,
}

/// The loss after a step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct LossPoint {
    /// Passes, rounds or iterations.
    pub step: usize,
    /// On the rows fitted on.
    pub train: f64,
    /// On validation rows.
    pub valid: Option<f64>,
}

impl From<floorwalker_learn::kinds::Loss> for LossPoint {
    fn from(loss: floorwalker_learn::kinds::Loss) -> Self {
        Self { step: loss.step, train: loss.train, valid: loss.valid }
    }
}
