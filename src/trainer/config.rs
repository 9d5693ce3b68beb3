//! `store.toml`: what to learn, from what, and how requests are routed. Raw settings; paths are resolved here.
//!
//! Features and policy are the engine's own definitions, so what is written here is what the page runs.
//!
//! Invariants
//! - A [`Store`] that exists has heads with different names, and reads only heads declared before.
//! - Paths are relative to the file; `$NAME` at the start of a path is an environment variable.
//!
//! Not here: reading the data (`examples`), fitting (`train`).

use anyhow::{Context, Result, bail, ensure};
use floorwalker_engine::feature::FeatureDef;
use floorwalker_engine::model::DEFAULT_IDLE_S;
use floorwalker_engine::route::PolicyDef;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::metrics::Costs;
use crate::read::Kind;
use crate::report::Lang;

/// Seed of everything unless `store.toml` says otherwise.
const DEFAULT_SEED: u64 = 42;

/// A whole `store.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Store {
    /// Name of the model.
    pub name: String,
    /// Seed of every split and fit.
    #[serde(default = "default_seed")]
    pub seed: u64,
    /// Longest gap inside a session, in seconds.
    #[serde(default = "default_idle_s")]
    pub idle_s: u32,
    /// Where examples come from.
    pub data: Data,
    /// Features made from events, or named context. Empty: every column of the table that is not a label.
    #[serde(default)]
    pub features: Vec<FeatureDef>,
    /// What is predicted, in scoring order.
    #[serde(default)]
    pub heads: Vec<HeadPlan>,
    /// How requests are routed.
    #[serde(default)]
    pub policy: Option<PolicyDef>,
    /// What the report shows besides what every report shows.
    #[serde(default)]
    pub report: ReportPlan,
}

/// What the report shows besides what every report shows.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReportPlan {
    /// Features or labels by whose values shoppers are compared; none unless it names some, since which differences matter
    /// is not in the data. A feature that is compared by and not learnt from is one that every head `exclude`s.
    pub groups: Vec<String>,
    /// Its language, unless the command says otherwise.
    pub lang: Lang,
    /// Whether alike shoppers are looked for. Default: where there are at least 3 number features and at most 50,000 rows.
    pub clusters: Option<bool>,
}

/// Where examples come from.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// A table: CSV, flat JSON Lines, or CoNLL-style `token TAG` blocks (`.txt`).
    #[serde(default)]
    pub table: Option<PathBuf>,
    /// An event log in JSON Lines.
    #[serde(default)]
    pub log: Option<PathBuf>,
    /// Held-out examples in a file of their own, of the same form.
    #[serde(default)]
    pub test: Option<PathBuf>,
    /// Column of a table that holds the message.
    #[serde(default = "default_message")]
    pub message: String,
    /// Kinds of columns where inference is wrong.
    #[serde(default)]
    pub kinds: BTreeMap<String, Kind>,
    /// Other spellings of labels: what is written, and what is meant.
    #[serde(default)]
    pub rename: BTreeMap<String, String>,
    /// Columns of a table that are not read.
    #[serde(default)]
    pub ignore: Vec<String>,
    /// What is held out.
    #[serde(default)]
    pub split: SplitPlan,
}

/// What is held out, and how it is chosen.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SplitPlan {
    /// By what rows are told apart.
    pub by: SplitBy,
    /// Share for choosing and calibrating.
    pub validation: f64,
    /// Share for the reported figures; not used where `test` names a file.
    pub test: f64,
    /// Cross-validate: hold each of so many parts out in turn. The bundle is then fitted on all rows.
    pub folds: Option<usize>,
}

impl Default for SplitPlan {
    fn default() -> Self {
        Self { by: SplitBy::Stratified, validation: 0.15, test: 0.2, folds: None }
    }
}

/// How rows are held out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SplitBy {
    /// Each class in its share.
    #[default]
    Stratified,
    /// A shopper whole, in one part.
    Shopper,
    /// The newest rows last.
    Time,
}

/// One head to fit.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadPlan {
    /// Its name.
    pub name: String,
    /// The label that it predicts: a column of a table, or a key of `labels` in a log.
    pub label: String,
    /// Which kind of model.
    #[serde(default)]
    pub model: ModelKind,
    /// Features it reads, and earlier heads as `head:NAME`. Empty: every feature. A text head reads the message alone.
    #[serde(default)]
    pub inputs: Vec<String>,
    /// Features that it does not read.
    #[serde(default)]
    pub exclude: Vec<String>,
    /// The class whose probability a head of two classes gives. Default: the last by name.
    #[serde(default)]
    pub positive: Option<String>,
    /// What right and wrong answers of a head of two classes cost. Default: a mistake of either kind 1, being right nothing.
    #[serde(default)]
    pub costs: Option<Costs>,
    /// How inputs become columns of a logistic head.
    #[serde(default)]
    pub encode: EncodePlan,
    /// How a logistic head goes downhill.
    #[serde(default)]
    pub solver: Solver,
    /// Bounds of tree ensembles.
    #[serde(default)]
    pub trees: TreesPlan,
    /// Bounds of text models.
    #[serde(default)]
    pub text: TextPlan,
}

/// Which kind of model a head is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelKind {
    /// Logistic and trees are both tried; the lower log loss on validation rows wins.
    #[default]
    Auto,
    /// Logistic regression; softmax regression for more than two classes.
    Logistic,
    /// Gradient-boosted trees.
    Trees,
    /// Naive Bayes: to each input the likelihood of its kind.
    Bayes,
    /// One decision tree of at most 32 leaves.
    Tree,
    /// Random forest of 100 trees.
    Forest,
    /// Extra trees: a forest whose thresholds are drawn.
    ExtraTrees,
    /// Multilayer perceptron, a byte a weight.
    Mlp,
    /// Linear support vector machine.
    LinearSvm,
    /// Support vector machine with a Gaussian kernel.
    Svm,
    /// The 15 nearest of the rows that are kept.
    Neighbours,
    /// Sparse linear classifier over the message.
    Text,
}

/// How a logistic head goes downhill. With the same penalty all reach the same optimum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Solver {
    /// L-BFGS, the penalty chosen on validation rows.
    #[default]
    QuasiNewton,
    /// Gradient descent over all rows at once, at a penalty of 3.
    FullBatch,
    /// Stochastic gradient descent, 64 rows at a time, at a penalty of 3.
    Stochastic,
}

/// How inputs become columns of a logistic head. Trees read inputs as they are.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EncodePlan {
    /// Scale of numbers.
    pub numbers: Scaling,
    /// Columns of categories.
    pub categories: Categories,
    /// What stands for a missing number.
    pub missing: Missing,
    /// Share of the training rows that is clipped at each end, 0 to 0.5; 0 clips nothing.
    pub clip: f64,
}

/// Scale of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scaling {
    /// Mean 0, standard deviation 1.
    Standard,
    /// Least value 0, largest 1.
    MinMax,
}

/// Columns of a category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Categories {
    /// One for each frequent category, and one for the rest.
    OneHot,
    /// So many buckets.
    Hash(u16),
}

/// What stands for a missing number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// The mean.
    Impute,
    /// The mean, and a column that says so.
    Indicator,
}

impl Default for EncodePlan {
    fn default() -> Self {
        Self {
            numbers: Scaling::Standard,
            categories: Categories::OneHot,
            missing: Missing::Indicator,
            clip: 0.005,
        }
    }
}

/// Bounds of a tree ensemble.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TreesPlan {
    /// Most rounds; early stopping may use fewer.
    pub rounds: usize,
    /// Most leaves of a tree.
    pub leaves: usize,
    /// Share of each round's correction that is taken.
    pub learning_rate: f64,
    /// Whether rounds stop when validation rows get no better.
    pub early_stopping: bool,
}

impl Default for TreesPlan {
    fn default() -> Self {
        Self { rounds: 300, leaves: 15, learning_rate: 0.05, early_stopping: true }
    }
}

/// Bounds of a text model.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TextPlan {
    /// Most bytes that it may take in the bundle.
    pub max_bytes: usize,
}

impl Default for TextPlan {
    fn default() -> Self {
        Self { max_bytes: 1_000_000 }
    }
}

fn default_seed() -> u64 {
    DEFAULT_SEED
}

fn default_idle_s() -> u32 {
    DEFAULT_IDLE_S
}

fn default_message() -> String {
    "message".to_owned()
}

impl Store {
    /// Reads and checks a `store.toml`.
    ///
    /// # Errors
    ///
    /// A file that cannot be read; TOML that does not parse or has an unknown key, with line and column; two heads of one
    /// name; a head that reads a later one; neither or both of `table` and `log`; an environment variable that is not set.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| {
            format!("cannot read {}: `floorwalker init` writes a starter", path.display())
        })?;
        let mut store: Self =
            toml::from_str(&text).with_context(|| format!("{} is not a valid store.toml", path.display()))?;
        let folder = path.parent().unwrap_or(Path::new("."));
        for found in [&mut store.data.table, &mut store.data.log, &mut store.data.test].into_iter().flatten()
        {
            *found = resolve(folder, found)?;
        }
        store.check().with_context(|| path.display().to_string())?;
        Ok(store)
    }

    /// The store behind `floorwalker train TABLE --label LABEL`: one head, everything else by default.
    #[must_use]
    pub fn for_table(table: PathBuf, label: &str) -> Self {
        let head = HeadPlan {
            name: label.to_owned(),
            label: label.to_owned(),
            model: ModelKind::Auto,
            inputs: Vec::new(),
            exclude: Vec::new(),
            positive: None,
            costs: None,
            encode: EncodePlan::default(),
            solver: Solver::default(),
            trees: TreesPlan::default(),
            text: TextPlan::default(),
        };
        Self {
            name: table.file_stem().map_or("model".into(), |stem| stem.to_string_lossy().into_owned()),
            seed: DEFAULT_SEED,
            idle_s: DEFAULT_IDLE_S,
            data: Data {
                table: Some(table),
                log: None,
                test: None,
                message: default_message(),
                kinds: BTreeMap::new(),
                rename: BTreeMap::new(),
                ignore: Vec::new(),
                split: SplitPlan::default(),
            },
            features: Vec::new(),
            heads: vec![head],
            policy: None,
            report: ReportPlan::default(),
        }
    }

    fn check(&self) -> Result<()> {
        ensure!(
            self.data.table.is_some() != self.data.log.is_some(),
            "[data] needs either `table` or `log`; name one file"
        );
        ensure!(!self.heads.is_empty(), "no [[heads]]: say at least one label to predict");
        for (at, head) in self.heads.iter().enumerate() {
            let earlier = &self.heads[..at];
            ensure!(
                (0.0..0.5).contains(&head.encode.clip) && head.encode.categories != Categories::Hash(0),
                "head `{}`: encode needs a clip from 0 to below 0.5, and at least 1 hash bucket",
                head.name
            );
            ensure!(
                earlier.iter().all(|other| other.name != head.name),
                "two heads are called `{}`",
                head.name
            );
            head.costs
                .unwrap_or_default()
                .theory()
                .with_context(|| format!("head `{}`: costs", head.name))?;
            for read in head.inputs.iter().filter_map(|input| input.strip_prefix("head:")) {
                ensure!(
                    earlier.iter().any(|other| other.name == read),
                    "head `{}` reads `head:{read}`, which is not declared before it",
                    head.name
                );
            }
        }
        Ok(())
    }
}

fn resolve(folder: &Path, path: &Path) -> Result<PathBuf> {
    let text = path.to_string_lossy();
    let Some(rest) = text.strip_prefix('$') else { return Ok(folder.join(path)) };
    let (name, rest) = rest.split_once('/').unwrap_or((rest, ""));
    match std::env::var(name) {
        Ok(value) => Ok(Path::new(&value).join(rest)),
        Err(_) => {
            bail!("{text}: the environment variable {name} is not set; set it to the folder with the data")
        }
    }
}
