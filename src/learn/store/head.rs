//! `[[heads]]`: what is predicted, by which kind of model, and within which bounds.
//!
//! Not here: the rest of `store.toml` (the parent), what each kind is (`fit`).

use anyhow::{Result, ensure};
use serde::Deserialize;

use super::prepare::{FillRule, SelectPlan, WeightPlan};
use crate::fit::bayes::Likelihood;
use crate::fit::neighbours::Distance;
use floorwalker_metrics::Costs;

/// One head to fit.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadPlan {
    /// Its name.
    pub name: String,
    /// The label that it predicts: a column of a table, or a key of `labels` in a log. Clusters and hidden layers have none.
    #[serde(default)]
    pub label: String,
    /// Which kind of model.
    #[serde(default)]
    pub model: ModelKind,
    /// Whether the label names classes or is a number. Linear regressions always predict numbers.
    #[serde(default)]
    pub predicts: Predicts,
    /// Features it reads, and earlier heads as `head:NAME`. Empty: every feature. A text head reads the message alone.
    #[serde(default)]
    pub inputs: Vec<String>,
    /// Features that it does not read.
    #[serde(default)]
    pub exclude: Vec<String>,
    /// Which of the features are kept, by what they say of the label in the rows that are learnt from; all unless it says so.
    #[serde(default)]
    pub select: Option<SelectPlan>,
    /// How much a row counts, by its class.
    #[serde(default)]
    pub weights: WeightPlan,
    /// The class whose probability a head of two classes gives. Default: the last by name.
    #[serde(default)]
    pub positive: Option<String>,
    /// Of a text head: the class that stands for none of the others, greetings and the like.
    #[serde(default)]
    pub none: Option<String>,
    /// Of a text head: the share of messages that are about its classes that it may not call out of scope.
    #[serde(default = "usual_keep")]
    pub keep: f64,
    /// What each outcome of a head of two classes costs; both mistakes 1 unless it says otherwise.
    #[serde(default)]
    pub costs: Option<Costs>,
    /// How `auto` chooses.
    #[serde(default)]
    pub choice: ChoicePlan,
    /// How inputs become columns.
    #[serde(default)]
    pub encode: EncodePlan,
    /// How a logistic head goes downhill.
    #[serde(default)]
    pub solver: Solver,
    /// Penalty on the weights of a linear model; chosen on validation rows unless it is given.
    #[serde(default)]
    pub alpha: Option<f64>,
    /// What naive Bayes takes its inputs to be drawn from: to each its own unless it says otherwise.
    #[serde(default)]
    pub likelihood: Likelihood,
    /// Bounds of boosted trees.
    #[serde(default)]
    pub trees: TreesPlan,
    /// Bounds of forests.
    #[serde(default)]
    pub forest: ForestPlan,
    /// Bounds of a perceptron.
    #[serde(default)]
    pub mlp: MlpPlan,
    /// Bounds of a kernel machine.
    #[serde(default)]
    pub svm: SvmPlan,
    /// Bounds of nearest neighbours.
    #[serde(default)]
    pub neighbours: NeighboursPlan,
    /// Bounds of clusters.
    #[serde(default)]
    pub clusters: ClustersPlan,
    /// Bounds of text models.
    #[serde(default)]
    pub text: TextPlan,
}

impl HeadPlan {
    /// A head named after its label, everything else by default.
    #[must_use]
    pub fn new(label: &str) -> Self {
        Self {
            name: label.to_owned(),
            label: label.to_owned(),
            model: ModelKind::Auto,
            predicts: Predicts::Class,
            inputs: Vec::new(),
            exclude: Vec::new(),
            select: None,
            weights: WeightPlan::Equal,
            positive: None,
            none: None,
            keep: usual_keep(),
            costs: None,
            choice: ChoicePlan::default(),
            encode: EncodePlan::default(),
            solver: Solver::default(),
            alpha: None,
            likelihood: Likelihood::default(),
            trees: TreesPlan::default(),
            forest: ForestPlan::default(),
            mlp: MlpPlan::default(),
            svm: SvmPlan::default(),
            neighbours: NeighboursPlan::default(),
            clusters: ClustersPlan::default(),
            text: TextPlan::default(),
        }
    }

    /// Whether it predicts a class.
    #[must_use]
    pub fn is_class(&self) -> bool {
        !self.is_number() && !self.model.is_unlabelled()
    }

    /// Whether it predicts a number.
    #[must_use]
    pub fn is_number(&self) -> bool {
        self.predicts == Predicts::Number || self.model.is_regression()
    }

    pub(super) fn check(&self) -> Result<()> {
        let name = &self.name;
        ensure!(
            self.model.is_unlabelled() == self.label.is_empty(),
            "head `{name}`: {}",
            if self.label.is_empty() {
                "say which `label` it predicts"
            } else {
                "this model has no label; leave it out"
            }
        );
        ensure!(
            self.clusters.k.is_none_or(|k| k >= 2) && self.clusters.eps > 0.0,
            "head `{name}`: clusters need a k of at least 2 and an eps above 0"
        );
        ensure!(
            (0.0..0.5).contains(&self.encode.clip) && self.encode.categories != Categories::Hash(0),
            "head `{name}`: encode needs a clip from 0 to below 0.5, and at least 1 hash bucket"
        );
        ensure!(
            !self.is_number() || self.model.predicts_numbers(),
            "head `{name}` predicts a number, which model = \"{}\" cannot; take auto, linear, ridge, lasso, elastic_net, \
             trees, tree, forest, extra_trees, mlp or neighbours",
            self.model.name()
        );
        ensure!(
            !self.is_number()
                || (self.positive.is_none() && self.costs.is_none() && self.weights == WeightPlan::Equal),
            "head `{name}` predicts a number: `positive`, `costs` and `weights` are for classes"
        );
        let positive = |value: f64| value > 0.0 && value.is_finite();
        ensure!(
            self.alpha.is_none_or(positive),
            "head `{name}`: alpha is {}; give a number above 0",
            self.alpha.unwrap_or_default()
        );
        let choice = &self.choice;
        ensure!(
            choice.folds >= 2 && positive(choice.seconds) && choice.max_bytes != Some(0),
            "head `{name}`: choice needs at least 2 folds, and seconds and max_bytes above 0"
        );
        ensure!(
            choice.coverage > 0.0 && choice.coverage < 1.0,
            "head `{name}`: coverage is {}; give a share between 0 and 1",
            choice.coverage
        );
        ensure!(
            self.keep > 0.0 && self.keep <= 1.0,
            "head `{name}`: keep is {}; give a share above 0 and up to 1",
            self.keep
        );
        ensure!(
            self.none.is_none() || self.model == ModelKind::Text,
            "head `{name}`: `none` is for model = \"text\""
        );
        ensure!(
            self.model != ModelKind::Fusion
                || (!self.inputs.is_empty() && self.inputs.iter().all(|input| input.starts_with("head:"))),
            "head `{name}`: a fusion reads earlier heads of its label alone: inputs = [\"head:words\", \"head:actions\"]"
        );
        Ok(())
    }
}

fn usual_keep() -> f64 {
    0.95
}

/// What a label is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Predicts {
    /// The name of a class.
    #[default]
    Class,
    /// A number.
    Number,
}

/// Which kind of model a head is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelKind {
    /// A cross-validated race over all that suit; the smallest of those that are as good as the best wins.
    #[default]
    Auto,
    /// Logistic regression; softmax regression for more than two classes.
    Logistic,
    /// Least squares, for numbers.
    Linear,
    /// Least squares with a squared penalty.
    Ridge,
    /// Least squares with an absolute penalty: weights that do not pay are 0.
    Lasso,
    /// Half of each penalty.
    ElasticNet,
    /// Gradient-boosted trees.
    Trees,
    /// Naive Bayes: to each input the likelihood of its kind.
    Bayes,
    /// One decision tree of at most 32 leaves.
    Tree,
    /// Random forest.
    Forest,
    /// Extra trees: a forest whose thresholds are drawn.
    ExtraTrees,
    /// Multilayer perceptron, a byte a weight.
    Mlp,
    /// Linear support vector machine.
    LinearSvm,
    /// Support vector machine with a kernel.
    Svm,
    /// The nearest of the rows that are kept.
    Neighbours,
    /// Groups of alike rows around their means.
    KMeans,
    /// Groups of rows that lie close together, and noise.
    Dbscan,
    /// Groups by merging the nearest two again and again.
    Agglomerative,
    /// What the last hidden layer of the perceptron in `inputs` gives: a profile as a vector.
    Hidden,
    /// Sparse linear classifier over the message.
    Text,
    /// What earlier heads of the same label say, put together by how much each has to go by.
    Fusion,
}

impl ModelKind {
    /// Its name in `store.toml`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Logistic => "logistic",
            Self::Linear => "linear",
            Self::Ridge => "ridge",
            Self::Lasso => "lasso",
            Self::ElasticNet => "elastic_net",
            Self::Trees => "trees",
            Self::Bayes => "bayes",
            Self::Tree => "tree",
            Self::Forest => "forest",
            Self::ExtraTrees => "extra_trees",
            Self::Mlp => "mlp",
            Self::LinearSvm => "linear_svm",
            Self::Svm => "svm",
            Self::Neighbours => "neighbours",
            Self::KMeans => "k_means",
            Self::Dbscan => "dbscan",
            Self::Agglomerative => "agglomerative",
            Self::Hidden => "hidden",
            Self::Text => "text",
            Self::Fusion => "fusion",
        }
    }

    /// Whether it is a linear model of a number.
    #[must_use]
    pub fn is_regression(self) -> bool {
        matches!(self, Self::Linear | Self::Ridge | Self::Lasso | Self::ElasticNet)
    }

    /// Whether it needs no label.
    #[must_use]
    pub fn is_unlabelled(self) -> bool {
        matches!(self, Self::KMeans | Self::Dbscan | Self::Agglomerative | Self::Hidden)
    }

    /// Whether it can predict numbers.
    fn predicts_numbers(self) -> bool {
        self.is_regression()
            || matches!(
                self,
                Self::Auto
                    | Self::Trees
                    | Self::Tree
                    | Self::Forest
                    | Self::ExtraTrees
                    | Self::Mlp
                    | Self::Neighbours
            )
    }
}

/// How `auto` chooses.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ChoicePlan {
    /// Parts of the cross-validation.
    pub folds: usize,
    /// What the race may cost, in seconds that each fit is reckoned at: the same on every machine, so that the same rows give
    /// the same bundle.
    pub seconds: f64,
    /// Most bytes that the head may take in the page, compressed. Default: 50,000; where there is nothing to read but a message,
    /// what `text` allows.
    pub max_bytes: Option<usize>,
    /// Share of requests whose prediction set holds the true class.
    pub coverage: f64,
}

impl Default for ChoicePlan {
    fn default() -> Self {
        Self { folds: 5, seconds: 60.0, max_bytes: None, coverage: 0.9 }
    }
}

/// How a logistic head goes downhill. With the same penalty all reach the same optimum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Solver {
    /// L-BFGS, the penalty chosen on validation rows.
    #[default]
    QuasiNewton,
    /// Gradient descent over all rows at once, at a penalty of 3 unless `alpha` says otherwise.
    FullBatch,
    /// Stochastic gradient descent, 64 rows at a time, at a penalty of 3 unless `alpha` says otherwise.
    Stochastic,
}

/// Bounds of a forest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ForestPlan {
    /// Trees.
    pub trees: usize,
    /// Most leaves of a tree.
    pub leaves: usize,
}

impl Default for ForestPlan {
    fn default() -> Self {
        let usual = crate::fit::forest::ForestSettings::default();
        Self { trees: usual.trees, leaves: usual.max_leaves }
    }
}

/// Bounds of a perceptron.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MlpPlan {
    /// Units of each hidden layer, one to three.
    pub hidden: Vec<usize>,
}

impl Default for MlpPlan {
    fn default() -> Self {
        Self { hidden: crate::fit::mlp::MlpSettings::default().hidden }
    }
}

/// Bounds of a kernel machine.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SvmPlan {
    /// How alike two rows are.
    pub kernel: KernelPlan,
    /// How much a row may count.
    pub c: f64,
    /// Most bytes of support vectors, before compression.
    pub max_bytes: usize,
}

/// The kernel of a machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KernelPlan {
    /// Gaussian.
    #[default]
    Rbf,
    /// Polynomial of this degree.
    Polynomial(u8),
}

impl Default for SvmPlan {
    fn default() -> Self {
        let usual = crate::fit::margin::KernelSvmSettings::default();
        Self { kernel: KernelPlan::Rbf, c: usual.c, max_bytes: usual.max_bytes }
    }
}

/// Bounds of clusters.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClustersPlan {
    /// How many; unless it is given the number up to 10 with the best silhouette. DBSCAN finds it.
    pub k: Option<usize>,
    /// DBSCAN: how near rows of one cluster are, in standard deviations.
    pub eps: f32,
    /// DBSCAN: rows within `eps` that make a row the core of a cluster.
    pub min_rows: usize,
    /// DBSCAN: most bytes of core rows, before compression.
    pub max_bytes: usize,
}

impl Default for ClustersPlan {
    fn default() -> Self {
        let usual = crate::fit::clusters::DbscanSettings::default();
        Self { k: None, eps: usual.eps, min_rows: usual.min_rows, max_bytes: usual.max_bytes }
    }
}

/// Bounds of nearest neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NeighboursPlan {
    /// How many nearest rows count.
    pub k: u16,
    /// How distance is measured.
    pub distance: Distance,
    /// Most bytes of kept rows, before compression.
    pub max_bytes: usize,
}

impl Default for NeighboursPlan {
    fn default() -> Self {
        let usual = crate::fit::neighbours::NeighboursSettings::default();
        Self { k: usual.k, distance: usual.distance, max_bytes: usual.max_bytes }
    }
}

/// How inputs become columns. Trees and Bayes read inputs as they are.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EncodePlan {
    /// Scale of numbers.
    pub numbers: Scaling,
    /// Columns of categories.
    pub categories: Categories,
    /// Whether a column says where a number is missing.
    pub missing: Missing,
    /// What stands for a missing number.
    pub fill: FillRule,
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

/// Whether a column says where a number is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// No.
    Impute,
    /// Yes, where any is.
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
