//! Kinds of model: a folder each, behind one trait, and the list of them.
//!
//! | word        | meaning                                                                             |
//! |-------------|-------------------------------------------------------------------------------------|
//! | [`Model`]   | a kind with its settings, as `[[heads]]` of a store names it                         |
//! | [`Kind`]    | what every kind can say of itself and do                                            |
//! | [`Bench`]   | what a fit may ask of the rows that it learns from                                  |
//! | [`Dense`]   | rows as the columns that a head's encodings write, with what turned out             |
//!
//! A new kind is a folder here, a line in [`Model`], and its words in the report (`report::words`).
//!
//! Invariants
//! - Same rows, settings and seed: same bits, whatever the number of threads.
//! - A setting that a kind does not have is refused: it would do nothing.
//!
//! Not here: which rows, which kind, calibration (`train`, `calibrate`).

pub mod auto;
pub mod bayes;
pub mod bench;
pub mod clusters;
mod distances;
mod fit;
pub mod forest;
pub mod fusion;
pub mod hidden;
mod kind;
pub mod logistic;
pub mod margin;
pub mod mlp;
pub mod neighbours;
pub mod regression;
mod rows;
mod settings;
pub mod text;
pub mod trees;

pub use bench::Bench;
pub use fit::{Dense, Fit, Loss, Target};
pub use kind::{Kind, Labels, LossMeasure, Size};
pub use settings::Settings;

use anyhow::{Result, bail};
use settings::Read;
use std::fmt::Debug;
use std::ops::Deref;

/// The list of kinds: name in `store.toml`, variant, settings.
macro_rules! kinds {
    ($($(#[$doc:meta])* $name:literal => $variant:ident($settings:ty),)*) => {
        /// A kind of model and its settings.
        #[derive(Clone, Debug)]
        pub enum Model {
            $($(#[$doc])* $variant($settings),)*
        }

        impl Model {
            /// Every name, in the order of the list.
            pub const NAMES: &'static [&'static str] = &[$($name),*];

            /// The kind called `name`, which takes its settings out of `settings`.
            ///
            /// # Errors
            ///
            /// A name of no kind; a setting that cannot be read, or is out of its range.
            pub fn read(name: &str, settings: &mut Settings) -> Result<Self> {
                match name {
                    $($name => Ok(Self::$variant(<$settings>::read(settings)?)),)*
                    other => bail!("there is no model = \"{other}\"; take one of {}", Self::NAMES.join(", ")),
                }
            }

            /// Its name in `store.toml`.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $name,)*
                }
            }
        }

        impl Deref for Model {
            type Target = dyn Kind;

            fn deref(&self) -> &Self::Target {
                match self {
                    $(Self::$variant(settings) => settings,)*
                }
            }
        }
    };
}

kinds! {
    /// A cross-validated race over all that suit; the smallest of those that are as good as the best wins.
    "auto" => Auto(auto::AutoSettings),
    /// Logistic regression; softmax regression for more than two classes.
    "logistic" => Logistic(logistic::LogisticSettings),
    /// Least squares, for numbers.
    "linear" => Linear(regression::LinearSettings),
    /// Least squares with a squared penalty.
    "ridge" => Ridge(regression::RidgeSettings),
    /// Least squares with an absolute penalty: weights that do not pay are 0.
    "lasso" => Lasso(regression::LassoSettings),
    /// Half of each penalty.
    "elastic_net" => ElasticNet(regression::ElasticNetSettings),
    /// Gradient-boosted trees.
    "trees" => Trees(trees::TreesSettings),
    /// Naive Bayes: to each input the likelihood of its kind.
    "bayes" => Bayes(bayes::NaiveSettings),
    /// One decision tree of at most 32 leaves.
    "tree" => Tree(forest::TreeSettings),
    /// Random forest.
    "forest" => Forest(forest::RandomSettings),
    /// Extra trees: a forest whose thresholds are drawn.
    "extra_trees" => ExtraTrees(forest::ExtraSettings),
    /// Multilayer perceptron, a byte a weight.
    "mlp" => Mlp(mlp::PerceptronSettings),
    /// Linear support vector machine.
    "linear_svm" => LinearSvm(margin::LinearMachine),
    /// Support vector machine with a kernel.
    "svm" => Svm(margin::KernelMachine),
    /// The nearest of the rows that are kept.
    "neighbours" => Neighbours(neighbours::NearestSettings),
    /// Groups of alike rows around their means.
    "k_means" => KMeans(clusters::MeansSettings),
    /// Groups of rows that lie close together, and noise.
    "dbscan" => Dbscan(clusters::DensitySettings),
    /// Groups by merging the nearest two again and again.
    "agglomerative" => Agglomerative(clusters::MergingSettings),
    /// What the last hidden layer of the perceptron in `inputs` gives: a profile as a vector.
    "hidden" => Hidden(hidden::HiddenSettings),
    /// Sparse linear classifier over the message.
    "text" => Text(text::MessageSettings),
    /// What earlier heads of the same label say, put together by how much each has to go by.
    "fusion" => Fusion(fusion::FusionSettings),
}

impl Model {
    /// What a text model of it goes by: of a text head, and of a race in which one may run.
    #[must_use]
    pub fn text(&self) -> Option<&text::MessageSettings> {
        match self {
            Self::Text(settings) => Some(settings),
            Self::Auto(settings) => Some(&settings.text),
            _ => None,
        }
    }
}
