//! Measured: how each head did on rows that no choice has seen.
//!
//! Not here: the formulas (`metrics`).

use serde::Serialize;

use super::Measure;
use floorwalker_metrics::{Confusion, CostCurve, Histogram, Interval, PrPoint, ReliabilityBin, RocPoint};

/// One head.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HeadMeasured {
    /// The head.
    pub head: String,
    /// Rows measured.
    pub rows: u64,
    /// Its figures.
    pub figures: Vec<Measured>,
    /// Where it predicts classes.
    pub classes: Option<ClassesMeasured>,
    /// Where it predicts numbers.
    pub numbers: Option<NumbersMeasured>,
}

/// A figure beside what saying always the same reaches.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// Which figure.
    pub measure: Measure,
    /// Its value; both ends equal to it where no interval was computed.
    pub value: Interval,
    /// The baseline's.
    pub baseline: Option<f64>,
}

/// A head of classes. Two classes: the second is the positive one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClassesMeasured {
    /// Names, in the order of the confusion matrix.
    pub classes: Vec<String>,
    /// Precision, recall and F1 of each class.
    pub per_class: Vec<ClassScore>,
    /// True class by predicted class.
    pub confusion: Option<Confusion>,
    /// ROC and precision–recall: of the positive class, or of some classes each against the rest.
    pub rankings: Vec<Ranking>,
    /// Whether probabilities hold: of the positive class, or of some classes.
    pub calibration: Vec<Calibration>,
    /// Cost by threshold.
    pub cost: Option<CostCurve>,
    /// The threshold in use.
    pub threshold: Option<f64>,
    /// Probability of the positive class (of the class itself for more than two) among the rows of each true class.
    pub spreads: Vec<ScoreSpread>,
}

/// How one class did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClassScore {
    /// The class.
    pub class: String,
    /// Of what is said to be of the class, the share that is.
    pub precision: f64,
    /// Of the class, the share that is found.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
    /// Rows of the class.
    pub rows: u64,
}

/// How well a class is ranked above the rest.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ranking {
    /// The class.
    pub class: String,
    /// `metrics::roc_points`.
    pub roc: Vec<RocPoint>,
    /// `metrics::auc_interval`.
    pub auc: Option<Interval>,
    /// `metrics::pr_points`.
    pub pr: Vec<PrPoint>,
    /// `metrics::average_precision`.
    pub average_precision: Option<f64>,
    /// Share of the rows that are of the class: what guessing reaches.
    pub prevalence: f64,
}

/// Whether probabilities hold.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Calibration {
    /// The class whose they are; `None` for those of the most probable class of each row.
    pub class: Option<String>,
    /// `metrics::reliability`.
    pub bins: Vec<ReliabilityBin>,
}

/// Probabilities among the rows of one true class.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScoreSpread {
    /// The true class.
    pub class: String,
    /// `metrics::histogram_in` from 0 to 1; the same bins for each class.
    pub histogram: Histogram,
}

/// A head of numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NumbersMeasured {
    /// Unit of the target; empty where it has none.
    pub unit: String,
    /// True and predicted value of each row, `[n_rows]`.
    pub pairs: Vec<(f64, f64)>,
}
