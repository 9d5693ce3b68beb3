//! Explanations: features, clusters, groups, single cases, prediction sets.
//!
//! Not here: computing them (`train`, `engine`).

use serde::Serialize;

use super::Measure;
use floorwalker_metrics::{GroupRates, Interval};

/// Permutation importance of a head's features.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Importance {
    /// The head.
    pub head: String,
    /// The figure that gets worse.
    pub measure: Measure,
    /// Rows that were shuffled.
    pub rows: u64,
    /// Whether the model has learnt from these rows: with folds it has from all.
    pub learnt: bool,
    /// Feature, and by how much the figure gets worse when its values are shuffled; any order.
    pub features: Vec<(String, Interval)>,
}

/// Partial dependence: the mean output when a feature is set to each of some values.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Effect {
    /// The head.
    pub head: String,
    /// The output whose mean it is: a class, or the target.
    pub output: String,
    /// Rows whose mean it is.
    pub rows: u64,
    /// Whether the output is a probability.
    pub is_probability: bool,
    /// The feature.
    pub feature: String,
    /// The effect.
    pub shape: EffectShape,
}

/// How an effect runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectShape {
    /// Feature's value and mean output, by rising value.
    Numeric(Vec<(f64, f64)>),
    /// Category and mean output.
    Categorical(Vec<(String, f64)>),
}

/// Clusters of rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Clusters {
    /// Rows there are; those in `points` were taken of them.
    pub rows: u64,
    /// The columns that tell rows apart here, with what the clusters are like.
    pub columns: Vec<ClusterColumn>,
    /// Rows on the first two principal components; at most 5,000 are drawn, evenly taken.
    pub points: Vec<Point>,
    /// Share of the variance that the two components hold.
    pub explained: Option<(f64, f64)>,
    /// Number of clusters, and the sum of squared distances to the nearest centre.
    pub elbow: Vec<(usize, f64)>,
    /// Number of clusters, and the mean silhouette, in `[-1, 1]`.
    pub silhouette: Vec<(usize, f64)>,
    /// The number chosen.
    pub chosen: Option<usize>,
    /// What was merged with what, in order: of `n` leaves numbered `0..n` merge `i` makes node `n + i`.
    pub merges: Vec<Merge>,
}

/// A column over the clusters.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClusterColumn {
    /// Its name.
    pub name: String,
    /// Its mean over all rows clustered, in its own unit.
    pub mean: f64,
    /// Its mean in each cluster, in the order of their numbers.
    pub means: Vec<f64>,
}

/// A row on two principal components.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Point {
    /// On the first.
    pub x: f64,
    /// On the second.
    pub y: f64,
    /// Its cluster; `None` is noise.
    pub cluster: Option<u32>,
}

/// One merge, as scipy's linkage matrix has it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Merge {
    /// One node.
    pub a: usize,
    /// The other.
    pub b: usize,
    /// Their distance.
    pub height: f64,
    /// Rows below the new node.
    pub size: usize,
}

/// Figures by group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fairness {
    /// The head.
    pub head: String,
    /// What tells the groups apart: a column.
    pub attribute: String,
    /// The class that is selected.
    pub positive: String,
    /// The probability from which a row is taken.
    pub threshold: f64,
    /// Groups of too few rows, which are left out.
    pub small: u64,
    /// `metrics::group_rates`.
    pub groups: Vec<GroupRates>,
}

/// A single case and how its score came about.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Case {
    /// The head.
    pub head: String,
    /// Why it is shown.
    pub kind: CaseKind,
    /// Line of the file that it stands on.
    pub line: u64,
    /// Whether the model has learnt from it: with folds it has from all rows.
    pub learnt: bool,
    /// What the shopper wrote.
    pub message: Option<String>,
    /// Features and their values, as words.
    pub features: Vec<(String, String)>,
    /// Class and probability.
    pub probabilities: Vec<(String, f64)>,
    /// The true class, where it is known.
    pub truth: Option<String>,
    /// The output that is explained.
    pub output: String,
    /// Its score before anything is known of the case, a logit.
    pub base: f64,
    /// Feature and what it adds.
    pub contributions: Vec<(String, f64)>,
    /// The score: the base and all contributions together, within rounding.
    pub score: f64,
}

/// Why a case is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CaseKind {
    /// Sure and right.
    #[default]
    Hit,
    /// Sure and wrong.
    Miss,
    /// Two classes are nearly as probable.
    Uncertain,
    /// The head knows nothing of the message.
    Silent,
    /// The policy sends it to no queue in particular.
    Abstained,
}

/// Prediction sets of a head.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConformalSets {
    /// The head.
    pub head: String,
    /// One for each coverage asked.
    pub rows: Vec<ConformalRow>,
}

/// Sets that were asked to hold the true class with one coverage.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ConformalRow {
    /// Coverage asked.
    pub asked: f64,
    /// Share of held-out rows whose set holds the true class.
    pub measured: Interval,
    /// Mean number of classes in a set.
    pub mean_size: f64,
    /// Share of sets with exactly one class.
    pub single: Option<f64>,
}
