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
    /// The figure whose decline is measured.
    pub measure: Measure,
    /// Number of rows that were shuffled.
    pub rows: u64,
    /// Whether the model was fitted on these rows, too; with folds it was fitted on all rows.
    pub learnt: bool,
    /// Feature, and by how much the figure declines when its values are shuffled; in any order.
    pub features: Vec<(String, Interval)>,
}

/// Partial dependence: the mean output when a feature is set to each of some values.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Effect {
    /// The head.
    pub head: String,
    /// The output that is averaged: a class, or the target.
    pub output: String,
    /// Number of rows over which it is averaged.
    pub rows: u64,
    /// Whether the output is a probability.
    pub is_probability: bool,
    /// The feature.
    pub feature: String,
    /// The effect.
    pub shape: EffectShape,
}

/// The values of an effect.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectShape {
    /// Value of the feature and mean output, by increasing value.
    Numeric(Vec<(f64, f64)>),
    /// Category and mean output.
    Categorical(Vec<(String, f64)>),
}

/// Clusters of rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Clusters {
    /// Number of rows from which those in `points` were taken.
    pub rows: u64,
    /// The columns that were clustered, with their means in each cluster.
    pub columns: Vec<ClusterColumn>,
    /// The rows on the first two principal components; at most 5,000 are drawn, evenly spaced.
    pub points: Vec<Point>,
    /// Share of the variance that each of the two components explains.
    pub explained: Option<(f64, f64)>,
    /// Number of clusters, and the inertia: the sum of squared distances to the nearest centre.
    pub elbow: Vec<(usize, f64)>,
    /// Number of clusters, and the mean silhouette, in `[-1, 1]`.
    pub silhouette: Vec<(usize, f64)>,
    /// The chosen number of clusters.
    pub chosen: Option<usize>,
    /// The merges in order: with `n` leaves numbered `0..n`, merge `i` makes node `n + i`.
    pub merges: Vec<Merge>,
}

/// The means of a column in the clusters.
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
    /// Coordinate on the first component.
    pub x: f64,
    /// Coordinate on the second component.
    pub y: f64,
    /// Its cluster; `None` is noise.
    pub cluster: Option<u32>,
}

/// One merge, as a row of scipy's linkage matrix.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Merge {
    /// One of the merged nodes.
    pub a: usize,
    /// The other merged node.
    pub b: usize,
    /// Distance of the two nodes.
    pub height: f64,
    /// Number of rows below the new node.
    pub size: usize,
}

/// Selection and error rates by group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fairness {
    /// The head.
    pub head: String,
    /// The column whose values define the groups.
    pub attribute: String,
    /// The positive class: rows that are predicted as it count as selected.
    pub positive: String,
    /// The probability from which a row is selected.
    pub threshold: f64,
    /// Number of groups that are left out because they have too few rows.
    pub small: u64,
    /// The rates of each group, from `metrics::group_rates`.
    pub groups: Vec<GroupRates>,
}

/// A single case with the explanation of its score.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Case {
    /// The head.
    pub head: String,
    /// Why it is shown.
    pub kind: CaseKind,
    /// Line number in the file.
    pub line: u64,
    /// Whether the model was fitted on the row, too; with folds it was fitted on all rows.
    pub learnt: bool,
    /// What the shopper wrote.
    pub message: Option<String>,
    /// Features and their values, as texts.
    pub features: Vec<(String, String)>,
    /// Classes and their probabilities.
    pub probabilities: Vec<(String, f64)>,
    /// The true class, where it is known.
    pub truth: Option<String>,
    /// The output that is explained.
    pub output: String,
    /// The base score (a logit), before any feature of the case contributes.
    pub base: f64,
    /// Features and their contributions to the score.
    pub contributions: Vec<(String, f64)>,
    /// The score: the sum of the base and all contributions, within rounding.
    pub score: f64,
}

/// Why a case is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CaseKind {
    /// Confident and correct.
    #[default]
    Hit,
    /// Confident and wrong.
    Miss,
    /// Two classes are nearly equally probable.
    Uncertain,
    /// The head is silent: it knows nothing of the message.
    Silent,
    /// The policy abstains: it sends the request to no queue in particular.
    Abstained,
}

/// Prediction sets of a head.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConformalSets {
    /// The head.
    pub head: String,
    /// One row for each coverage that was asked for.
    pub rows: Vec<ConformalRow>,
}

/// Prediction sets for one coverage.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ConformalRow {
    /// The coverage that was asked for.
    pub asked: f64,
    /// The measured coverage: the share of held-out rows whose set contains the true class.
    pub measured: Interval,
    /// Mean number of classes in a set.
    pub mean_size: f64,
    /// Share of sets with exactly one class.
    pub single: Option<f64>,
}
