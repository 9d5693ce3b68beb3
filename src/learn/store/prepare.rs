//! Settings of preparation: `[prepare]` of `store.toml`, and what a head says of its own. Whatever is not written stays as it is.
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

/// What is done to the rows that are learnt from, whatever the head.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PreparePlan {
    /// Training rows that are equal in every value, message and label: `keep` them all, or `drop` all but the first.
    pub duplicates: Duplicates,
    /// What a feature can be, by its name. What lies outside is impossible.
    pub limits: BTreeMap<String, Limits>,
    /// What is far from the rest.
    pub outliers: OutlierPlan,
}

/// What becomes of rows that are there twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duplicates {
    /// They stay: two shoppers may well do the same.
    #[default]
    Keep,
    /// The first stays.
    Drop,
}

/// What a number can be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Least possible value.
    pub min: Option<f64>,
    /// Largest possible value.
    pub max: Option<f64>,
    /// What becomes of the others.
    pub action: LimitAction,
}

/// What becomes of an impossible value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitAction {
    /// It is taken for missing.
    #[default]
    Missing,
    /// It becomes the nearest possible one.
    Clip,
    /// Its row is not learnt from.
    Drop,
}

/// Which values are outliers, and what becomes of them.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OutlierPlan {
    /// How they are told.
    pub rule: OutlierRule,
    /// How far out: 1.5 quartile ranges (`iqr`) or a modified z-score of 3.5 (`mad`) unless it says otherwise; Tukey's "far
    /// out" is 3.
    pub beyond: Option<f64>,
    /// What becomes of them.
    pub action: OutlierAction,
    /// Features looked at; every number unless it names some.
    pub columns: Vec<String>,
}

/// How outliers are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutlierRule {
    /// By their distance from the quartiles, in quartile ranges.
    #[default]
    Iqr,
    /// By their distance from the median, in median absolute deviations.
    Mad,
}

/// What becomes of an outlier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutlierAction {
    /// It stays: nothing is looked for.
    #[default]
    Keep,
    /// It becomes the fence that it lies beyond.
    Clip,
    /// Its row is not learnt from.
    Drop,
    /// It is taken for missing.
    Missing,
}

/// What stands for a missing number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FillRule {
    /// The mean of the others.
    #[default]
    Mean,
    /// Their median.
    Median,
    /// The most frequent of them; of several the least.
    Mode,
}

/// Which features are kept.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelectPlan {
    /// By what they are ranked.
    pub by: Measure,
    /// The best so many.
    #[serde(default)]
    pub top: Option<usize>,
    /// Those above this value of the measure.
    #[serde(default)]
    pub above: Option<f64>,
}

/// A measure of how much a feature matters; the larger the more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Entropy of the feature itself, in nats: how much it could tell.
    Entropy,
    /// Mutual information with the label, in nats, corrected for chance.
    MutualInformation,
    /// Cramér's V, 0 to 1: chi-squared over what it could be, so that features of any number of bins compare.
    ChiSquared,
    /// Information gain of the best split, in nats.
    InformationGain,
    /// What boosted trees lose on validation rows when the feature is shuffled, in nats of log loss.
    Permutation,
}

/// How often a feature is shuffled, and by which seed.
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

/// How much a row counts.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WeightPlan {
    /// All the same.
    #[default]
    Equal,
    /// Every class the same in sum: `n / (k n_c)`.
    Balanced,
    /// By class, as given: `weights = { given = { yes = 4.0, no = 1.0 } }`.
    Given(BTreeMap<String, f64>),
}
