//! Measured: the quality of each head on held-out rows.
//!
//! Not here: the formulas (`metrics`).

use serde::Serialize;

use super::Measure;
use floorwalker_metrics::{Confusion, CostCurve, Histogram, Interval, PrPoint, ReliabilityBin, RocPoint};

/// The figures of one head.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HeadMeasured {
    /// The head.
    pub head: String,
    /// Number of rows.
    pub rows: u64,
    /// Figures of merit, beside the baseline's.
    pub figures: Vec<Measured>,
    /// Curves and tables of a head that predicts classes.
    pub classes: Option<ClassesMeasured>,
    /// Predictions of a head that predicts numbers.
    pub numbers: Option<NumbersMeasured>,
}

/// A figure of merit, beside that of the baseline that always predicts the same.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// The kind of figure.
    pub measure: Measure,
    /// The figure's value; both ends are equal to it if no interval was computed.
    pub value: Interval,
    /// The same figure of the baseline.
    pub baseline: Option<f64>,
}

/// Results of a head that predicts classes. If there are two, the second is the positive one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClassesMeasured {
    /// Names of the classes, in the order of the confusion matrix.
    pub classes: Vec<String>,
    /// Precision, recall and F1 of each class.
    pub per_class: Vec<ClassScore>,
    /// Counts of rows by true class and predicted class.
    pub confusion: Option<Confusion>,
    /// ROC and precision–recall curves: of the positive class, or of some classes, each against the rest.
    pub rankings: Vec<Ranking>,
    /// Reliability diagrams: of the positive class, or of each row's most probable class.
    pub calibration: Vec<Calibration>,
    /// Cost as a function of the threshold.
    pub cost: Option<CostCurve>,
    /// The threshold in use.
    pub threshold: Option<f64>,
    /// Distribution of the probability of the positive class (with more than two, of the class itself) in the rows of each true class.
    pub spreads: Vec<ScoreSpread>,
}

/// Precision, recall and F1 of one class.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClassScore {
    /// The class.
    pub class: String,
    /// Precision: the share of rows predicted as the class that belong to it.
    pub precision: f64,
    /// Recall: the share of the rows of the class that are predicted as it.
    pub recall: f64,
    /// F1: the harmonic mean of precision and recall.
    pub f1: f64,
    /// Number of rows of the class.
    pub rows: u64,
}

/// How well a class is ranked above the rest.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ranking {
    /// The class.
    pub class: String,
    /// Points of the ROC curve, from `metrics::roc_points`.
    pub roc: Vec<RocPoint>,
    /// Area under the ROC curve, from `metrics::auc_interval`.
    pub auc: Option<Interval>,
    /// Points of the precision–recall curve, from `metrics::pr_points`.
    pub pr: Vec<PrPoint>,
    /// Average precision, from `metrics::average_precision`.
    pub average_precision: Option<f64>,
    /// Share of the rows that are of the class, which is the precision of random guessing.
    pub prevalence: f64,
}

/// A reliability diagram: predicted probabilities beside observed shares.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Calibration {
    /// The class whose probabilities they are; `None` for those of each row's most probable class.
    pub class: Option<String>,
    /// The bins of the diagram, from `metrics::reliability`.
    pub bins: Vec<ReliabilityBin>,
}

/// Distribution of predicted probabilities in the rows of one true class.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScoreSpread {
    /// The true class.
    pub class: String,
    /// The histogram from 0 to 1, from `metrics::histogram_in`, with the same bins for each class.
    pub histogram: Histogram,
}

/// Results of a head that predicts numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NumbersMeasured {
    /// Unit of the target; empty where it has none.
    pub unit: String,
    /// True and predicted value of each row, `[n_rows]`.
    pub pairs: Vec<(f64, f64)>,
}
