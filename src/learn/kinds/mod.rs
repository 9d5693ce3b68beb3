//! Kinds of model: a folder for each, one common trait, and the list of all kinds.
//!
//! | type      | meaning                                                       |
//! |-----------|---------------------------------------------------------------|
//! | [`Model`] | a kind with its settings, as `[[heads]]` of a store names it  |
//! | [`Kind`]  | the trait of every kind: its properties, its cost and its fit |
//! | [`Bench`] | the interface through which a fit reads its training data     |
//! | [`Dense`] | rows as the columns of a head's encodings, with their targets |
//!
//! To add a kind, add a folder here, a line in [`Model`], and its texts for the report (`report::words`).
//!
//! Invariants
//! - The same rows, settings and seed give bit-identical models, whatever the number of threads.
//! - A setting that a kind does not have is refused, because it would have no effect.
//!
//! Not here: the choice of rows and of a kind (`train`), calibration (`calibrate`).

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

/// Defines [`Model`] from the list of kinds: name in `store.toml`, variant, settings.
macro_rules! kinds {
    ($($(#[$doc:meta])* $name:literal => $variant:ident($settings:ty),)*) => {
        /// A kind of model and its settings.
        #[derive(Clone, Debug)]
        pub enum Model {
            $($(#[$doc])* $variant($settings),)*
        }

        impl Model {
            /// The names of all kinds, in the order of the list.
            pub const NAMES: &'static [&'static str] = &[$($name),*];

            /// Reads the kind called `name`, which takes its settings out of `settings`.
            ///
            /// # Errors
            ///
            /// Fails for an unknown name, and for a setting that cannot be read or is out of its range.
            pub fn read(name: &str, settings: &mut Settings) -> Result<Self> {
                match name {
                    $($name => Ok(Self::$variant(<$settings>::read(settings)?)),)*
                    other => bail!("there is no model = \"{other}\"; write one of {}", Self::NAMES.join(", ")),
                }
            }

            /// The name of the kind in `store.toml`.
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
    /// A cross-validated race over all suitable kinds; the smallest of those as good as the best is chosen.
    "auto" => Auto(auto::AutoSettings),
    /// Logistic regression; softmax regression for more than two classes.
    "logistic" => Logistic(logistic::LogisticSettings),
    /// Least squares, for numbers.
    "linear" => Linear(regression::LinearSettings),
    /// Ridge regression: least squares with a squared (L2) penalty.
    "ridge" => Ridge(regression::RidgeSettings),
    /// Lasso: least squares with an absolute (L1) penalty, which sets weights of little use to 0.
    "lasso" => Lasso(regression::LassoSettings),
    /// Elastic net: least squares with both penalties, half each.
    "elastic_net" => ElasticNet(regression::ElasticNetSettings),
    /// Gradient-boosted trees.
    "trees" => Trees(trees::TreesSettings),
    /// Naive Bayes, with a likelihood by the kind of each input.
    "bayes" => Bayes(bayes::NaiveSettings),
    /// One decision tree of at most 32 leaves.
    "tree" => Tree(forest::TreeSettings),
    /// Random forest.
    "forest" => Forest(forest::RandomSettings),
    /// Extra trees: a forest whose split thresholds are drawn at random.
    "extra_trees" => ExtraTrees(forest::ExtraSettings),
    /// Multilayer perceptron with weights quantised to one byte.
    "mlp" => Mlp(mlp::PerceptronSettings),
    /// Linear support vector machine.
    "linear_svm" => LinearSvm(margin::LinearMachine),
    /// Support vector machine with a kernel.
    "svm" => Svm(margin::KernelMachine),
    /// k nearest neighbours among the kept rows.
    "neighbours" => Neighbours(neighbours::NearestSettings),
    /// k-means clustering.
    "k_means" => KMeans(clusters::MeansSettings),
    /// DBSCAN: density-based clusters, and noise.
    "dbscan" => Dbscan(clusters::DensitySettings),
    /// Agglomerative (hierarchical) clustering: repeatedly merges the two nearest clusters.
    "agglomerative" => Agglomerative(clusters::MergingSettings),
    /// The last hidden layer of the perceptron named in `inputs`: an embedding of the shopper.
    "hidden" => Hidden(hidden::HiddenSettings),
    /// Sparse linear classifier over the message.
    "text" => Text(text::MessageSettings),
    /// Combines earlier heads of the same label (experts), weighted by the kind of evidence.
    "fusion" => Fusion(fusion::FusionSettings),
}

impl Model {
    /// The settings of the text model: those of a text head, or of a race in which a text model may run.
    #[must_use]
    pub fn text(&self) -> Option<&text::MessageSettings> {
        match self {
            Self::Text(settings) => Some(settings),
            Self::Auto(settings) => Some(&settings.text),
            _ => None,
        }
    }
}
