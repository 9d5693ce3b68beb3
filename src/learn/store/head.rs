//! `[[heads]]`: what is predicted, by which kind of model, and within which bounds.
//!
//! Not here: the rest of `store.toml` (the parent), what each kind is (`kinds`).

use anyhow::{Result, ensure};
use serde::Deserialize;
use std::collections::BTreeMap;

use super::prepare::{FillRule, SelectPlan, WeightPlan};
use crate::kinds::auto::AutoSettings;
use crate::kinds::{Labels, Model, Settings};
use floorwalker_metrics::Costs;

/// One head to fit.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Raw")]
pub struct HeadPlan {
    /// Name of the head.
    pub name: String,
    /// The label that it predicts: a column of a table, or a key of `labels` in a log. Clusters and hidden layers have none.
    pub label: String,
    /// The kind of model, and its settings.
    pub model: Model,
    /// Whether the label names classes or is a number. Linear regressions always predict numbers.
    pub predicts: Predicts,
    /// Features that the head reads, and earlier heads as `head:NAME`. Empty: every feature. A text head reads only the message.
    pub inputs: Vec<String>,
    /// Features that the head does not read.
    pub exclude: Vec<String>,
    /// Feature selection, by what the features say about the label in the training rows. Default: all features are kept.
    pub select: Option<SelectPlan>,
    /// Weight of a training row, by its class.
    pub weights: WeightPlan,
    /// The class whose probability a head of two classes gives. Default: the last by name.
    pub positive: Option<String>,
    /// What each outcome of a head of two classes costs. Default: an error of either kind costs 1.
    pub costs: Option<Costs>,
    /// How `auto` chooses a kind of model.
    pub choice: ChoicePlan,
    /// How inputs are encoded as columns.
    pub encode: EncodePlan,
}

/// A head as `store.toml` writes it.
#[derive(Deserialize)]
struct Raw {
    name: String,
    #[serde(default)]
    label: String,
    #[serde(default)]
    model: Option<String>,
    #[serde(default)]
    predicts: Predicts,
    #[serde(default)]
    inputs: Vec<String>,
    #[serde(default)]
    exclude: Vec<String>,
    #[serde(default)]
    select: Option<SelectPlan>,
    #[serde(default)]
    weights: WeightPlan,
    #[serde(default)]
    positive: Option<String>,
    #[serde(default)]
    costs: Option<Costs>,
    #[serde(default)]
    choice: ChoicePlan,
    #[serde(default)]
    encode: EncodePlan,
    /// All other keys: the settings of the model's kind, or unknown ones, which are refused.
    #[serde(flatten)]
    settings: BTreeMap<String, toml::Value>,
}

impl TryFrom<Raw> for HeadPlan {
    type Error = String;

    fn try_from(raw: Raw) -> Result<Self, String> {
        let mut settings = Settings::new(raw.settings);
        let name = raw.model.as_deref().unwrap_or("auto");
        let refused = |why: String| format!("head `{}`: {why}", raw.name);
        let model = Model::read(name, &mut settings).map_err(|error| refused(format!("{error:#}")))?;
        if let Some(key) = settings.left().next() {
            return Err(refused(format!(
                "model = \"{name}\" has no setting `{key}`; leave it out, or check how it is spelt"
            )));
        }
        Ok(Self {
            model,
            name: raw.name,
            label: raw.label,
            predicts: raw.predicts,
            inputs: raw.inputs,
            exclude: raw.exclude,
            select: raw.select,
            weights: raw.weights,
            positive: raw.positive,
            costs: raw.costs,
            choice: raw.choice,
            encode: raw.encode,
        })
    }
}

impl HeadPlan {
    /// A head named after its label, with defaults for everything else.
    #[must_use]
    pub fn new(label: &str) -> Self {
        Self {
            name: label.to_owned(),
            label: label.to_owned(),
            model: Model::Auto(AutoSettings::default()),
            predicts: Predicts::Class,
            inputs: Vec::new(),
            exclude: Vec::new(),
            select: None,
            weights: WeightPlan::Equal,
            positive: None,
            costs: None,
            choice: ChoicePlan::default(),
            encode: EncodePlan::default(),
        }
    }

    /// Whether the head has a label in the data; clusters and hidden layers have none.
    #[must_use]
    pub fn has_label(&self) -> bool {
        self.model.labels() != Labels::None
    }

    /// Whether the head predicts a class.
    #[must_use]
    pub fn is_class(&self) -> bool {
        !self.is_number() && self.has_label()
    }

    /// Whether the head predicts a number.
    #[must_use]
    pub fn is_number(&self) -> bool {
        self.predicts == Predicts::Number || self.model.labels() == Labels::Numbers
    }

    pub(super) fn check(&self) -> Result<()> {
        let name = &self.name;
        ensure!(
            self.has_label() != self.label.is_empty(),
            "head `{name}`: {}",
            if self.label.is_empty() {
                "name the `label` that it predicts"
            } else {
                "this model has no label; leave it out"
            }
        );
        ensure!(
            (0.0..0.5).contains(&self.encode.clip) && self.encode.categories != Categories::Hash(0),
            "head `{name}`: `encode` is out of range; write a clip of 0 or more and below 0.5, and at least 1 hash bucket"
        );
        ensure!(
            !self.is_number() || self.model.labels().has_numbers(),
            "head `{name}` predicts a number, which model = \"{}\" cannot do; write auto, linear, ridge, lasso, elastic_net, \
             trees, tree, forest, extra_trees, mlp or neighbours",
            self.model.name()
        );
        ensure!(
            !self.is_number()
                || (self.positive.is_none() && self.costs.is_none() && self.weights == WeightPlan::Equal),
            "head `{name}` predicts a number, and `positive`, `costs` and `weights` are for classes; leave them out"
        );
        let positive = |value: f64| value > 0.0 && value.is_finite();
        let choice = &self.choice;
        ensure!(
            choice.folds >= 2 && positive(choice.seconds) && choice.max_bytes != Some(0),
            "head `{name}`: `choice` is out of range; write at least 2 folds, and seconds and max_bytes above 0"
        );
        ensure!(
            choice.coverage > 0.0 && choice.coverage < 1.0,
            "head `{name}`: coverage is {}; give a share between 0 and 1",
            choice.coverage
        );
        ensure!(
            !self.model.weighs_experts()
                || (!self.inputs.is_empty() && self.inputs.iter().all(|input| input.starts_with("head:"))),
            "head `{name}`: a fusion reads only earlier heads of the same label; write inputs = [\"head:words\", \"head:actions\"]"
        );
        Ok(())
    }
}

/// What a head predicts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Predicts {
    /// The name of a class.
    #[default]
    Class,
    /// A number.
    Number,
}

/// How `auto` chooses a kind of model.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ChoicePlan {
    /// Number of cross-validation folds.
    pub folds: usize,
    /// Budget of the race between kinds, in estimated seconds. The estimate of a fit's cost is the same on every machine, so that
    /// the same rows give the same bundle.
    pub seconds: f64,
    /// Most compressed bytes that the head may take in the bundle. Default: 50,000; when a message is the only input, the limit
    /// of `text`.
    pub max_bytes: Option<usize>,
    /// Coverage: the share of requests whose prediction set should contain the true class.
    pub coverage: f64,
}

impl Default for ChoicePlan {
    fn default() -> Self {
        Self { folds: 5, seconds: 60.0, max_bytes: None, coverage: 0.9 }
    }
}

/// How inputs are encoded as columns. Trees and Bayes read inputs without encoding.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EncodePlan {
    /// How numbers are scaled.
    pub numbers: Scaling,
    /// How categories are encoded.
    pub categories: Categories,
    /// Whether an indicator column marks missing numbers.
    pub missing: Missing,
    /// The value imputed for a missing number.
    pub fill: FillRule,
    /// Share of the training rows whose values are clipped at each end, from 0 to below 0.5; 0 clips nothing.
    pub clip: f64,
}

/// How a number is scaled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scaling {
    /// Standardised: mean 0, standard deviation 1.
    Standard,
    /// Min-max scaling: least value 0, largest 1.
    MinMax,
}

/// How a category is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Categories {
    /// One-hot: a column for each frequent category, and one for the rest.
    OneHot,
    /// Hashing into this many buckets.
    Hash(u16),
}

/// Whether an indicator column marks missing numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// No.
    Impute,
    /// An indicator column for each number that is missing in some training row.
    Indicator,
}

impl Default for EncodePlan {
    fn default() -> Self {
        Self {
            numbers: Scaling::Standard,
            categories: Categories::OneHot,
            missing: Missing::Indicator,
            fill: FillRule::Mean,
            clip: 0.005,
        }
    }
}
