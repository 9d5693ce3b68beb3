//! Settings of data preparation: `[prepare]` of `store.toml`, and the settings of a single head. By default nothing is changed.
//!
//! ```toml
//! [prepare]
//! duplicates = "drop"
//! outliers = { rule = "iqr", action = "clip" }
//!
//! [prepare.limits]
//! price = { min = 0.0 }
//! age = { min = 0.0, max = 120.0, action = "drop" }
//!
//! [[heads]]
//! select = { by = "mutual_information", top = 20 }
//! weights = "balanced"
//! encode = { fill = "median" }
//! ```
//!
//! Not here: what the rules do (`clean`, `fill`, `relevance`, `weights`).

use serde::Deserialize;
use std::collections::BTreeMap;

/// How the training rows of every head are prepared.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PreparePlan {
    /// Training rows that are equal in every value, message and label: `keep` them all, or `drop` all but the first.
    pub duplicates: Duplicates,
    /// Limits of possible values, by name of the feature. Values outside them count as impossible.
    pub limits: BTreeMap<String, Limits>,
    /// Which values are outliers, and what becomes of them.
    pub outliers: OutlierPlan,
}

/// What becomes of duplicate rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duplicates {
    /// All of them are kept: two shoppers may well do the same.
    #[default]
    Keep,
    /// Only the first is kept.
    Drop,
}

/// The range of possible values of a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Least possible value.
    pub min: Option<f64>,
    /// Largest possible value.
    pub max: Option<f64>,
    /// What becomes of values outside the range.
    pub action: LimitAction,
}

/// What becomes of an impossible value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitAction {
    /// The value is treated as missing.
    #[default]
    Missing,
    /// The value is clipped to the nearest limit.
    Clip,
    /// The row is left out of training.
    Drop,
}

/// Which values are outliers, and what becomes of them.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OutlierPlan {
    /// The rule that finds outliers.
    pub rule: OutlierRule,
    /// Threshold of the rule. Default: 1.5 interquartile ranges (`iqr`) or a modified z-score of 3.5 (`mad`); Tukey's "far out"
    /// is 3 interquartile ranges.
    pub beyond: Option<f64>,
    /// What becomes of the outliers.
    pub action: OutlierAction,
    /// Names of the features that are checked. Empty: every number.
    pub columns: Vec<String>,
}

/// The rule that finds outliers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutlierRule {
    /// By distance from the quartiles, in interquartile ranges.
    #[default]
    Iqr,
    /// By distance from the median, in median absolute deviations.
    Mad,
}

/// What becomes of an outlier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutlierAction {
    /// Outliers are kept; none are looked for.
    #[default]
    Keep,
    /// The value is clipped to the fence that it lies beyond.
    Clip,
    /// The row is left out of training.
    Drop,
    /// The value is treated as missing.
    Missing,
}

/// The value imputed for a missing number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FillRule {
    /// The mean of the known values.
    #[default]
    Mean,
    /// The median of the known values.
    Median,
    /// The most frequent known value; in a tie the least.
    Mode,
}

/// Feature selection: which features are kept.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelectPlan {
    /// The measure by which features are ranked.
    pub by: Measure,
    /// Keep this many of the best features.
    #[serde(default)]
    pub top: Option<usize>,
    /// Keep the features above this value of the measure.
    #[serde(default)]
    pub above: Option<f64>,
}

/// A measure of feature relevance; larger means more relevant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Entropy of the feature itself, in nats: an upper bound on what it can say about the label.
    Entropy,
    /// Mutual information with the label, in nats, corrected for chance.
    MutualInformation,
    /// Cramér's V, 0 to 1: the root of chi-squared over its largest possible value, so that features with different numbers of
    /// bins can be compared.
    ChiSquared,
    /// Information gain of the best split, in nats.
    InformationGain,
    /// Permutation importance: how much the log loss of boosted trees on validation rows rises when the feature is shuffled, in nats.
    Permutation,
}

/// Settings of permutation importance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PermutationPlan {
    /// Shuffles of each feature, at least 2.
    pub repeats: usize,
    /// Seed of the shuffles.
    pub seed: u64,
}

impl Default for PermutationPlan {
    fn default() -> Self {
        Self { repeats: 10, seed: 42 }
    }
}

/// Weight of a training row.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WeightPlan {
    /// All rows weigh the same.
    #[default]
    Equal,
    /// Every class has the same total weight: each row weighs `n / (k n_c)`, with `n` rows, `k` classes and `n_c` rows of its class.
    Balanced,
    /// By class, as given: `weights = { given = { yes = 4.0, no = 1.0 } }`.
    Given(BTreeMap<String, f64>),
}
