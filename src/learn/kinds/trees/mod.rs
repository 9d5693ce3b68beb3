//! Gradient-boosted trees, optimised for a small bundle.
//!
//! Second-order histogram boosting with best-first growth, over numbers and categories with missing values. New thresholds,
//! category sets and columns are penalised compared with those already used, and leaves are stored as `i16`.
//!
//! | module      | contents                                          |
//! |-------------|---------------------------------------------------|
//! | `settings`  | settings, defaults, limits                        |
//! | `bins`      | binning of inputs to one-byte codes               |
//! | `loss`      | losses, their gradients and hessians              |
//! | `histogram` | sums by code, and the layout of the data for them |
//! | `split`     | the best split of a leaf and input                |
//! | `reuse`     | columns, thresholds and sets used so far          |
//! | `grow`      | one tree                                          |
//! | `rounds`    | boosting rounds, sampling, early stopping         |
//! | `export`    | conversion to the engine's definition             |
//!
//! Invariants
//! - The same data, settings and seed give a bit-identical ensemble, whatever the number of threads.
//! - Rows in `valid` are used for early stopping and nothing else.
//! - A returned ensemble is accepted by [`floorwalker_engine::head::trees::Trees::new`].
//!
//! Not here: splitting rows into parts, calibration, bytes (`bundle`).
use floorwalker_engine::head::trees::TreesDef;
pub use kind::TreesSettings;
use std::fmt;

pub(super) mod bins;
pub(super) mod cut;
pub(super) mod export;
pub(super) mod grow;
mod histogram;
mod kind;
pub(in crate::kinds) mod layout;
mod loss;
mod reuse;
pub(super) mod rounds;
mod settings;
pub(super) mod split;
#[cfg(test)]
mod tests;

pub use rounds::fit;
pub use settings::BoostSettings;

/// One input, a value for each row.
#[derive(Clone, Copy, Debug)]
pub enum Column<'a> {
    /// Numbers; NaN is missing.
    Number(&'a [f32]),
    /// Categories.
    Category {
        /// Category of each row, below `n`; [`u16::MAX`] is missing.
        codes: &'a [u16],
        /// Number of categories.
        n: u16,
    },
}

/// The target, with a value for each row.
#[derive(Clone, Copy, Debug)]
pub enum Target<'a> {
    /// Probability of the positive class, 0 to 1; one output, a logit.
    Chance(&'a [f32]),
    /// Classes; `n` outputs, which are logits; `n` is at least 2.
    Classes {
        /// Class of each row, below `n`.
        ids: &'a [u16],
        /// Number of classes.
        n: u16,
    },
    /// A finite number; one output, squared error.
    Number(&'a [f32]),
}

/// The training data of a fit.
#[derive(Clone, Copy, Debug)]
pub struct Task<'a> {
    /// The inputs, each with as many rows as the target.
    pub columns: &'a [Column<'a>],
    /// The target.
    pub target: Target<'a>,
    /// Weight of each row, finite and not negative; class weights are given as row weights. `None` means 1 for each.
    pub weights: Option<&'a [f32]>,
    /// Validation rows: they are not fitted on, and judge each round. May be empty.
    pub valid: &'a [u32],
}

/// What a column of the fitted ensemble holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TreeColumn {
    /// The number itself; NaN when missing.
    Value {
        /// Index of the input.
        input: usize,
    },
    /// 1 when the category is one of these, NaN when it is missing, else 0, also for a category not seen in training.
    Member {
        /// Index of the input.
        input: usize,
        /// The member categories, ascending.
        categories: Vec<u16>,
    },
}

/// Losses after a round: weighted mean over the rows, in nats (for a number half the mean squared error).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RoundLoss {
    /// Mean loss of the training rows.
    pub train: f64,
    /// Mean loss of the validation rows; `None` without validation rows.
    pub valid: Option<f64>,
}

/// A fitted ensemble.
#[derive(Clone, Debug, PartialEq)]
pub struct BoostFit {
    /// The ensemble as the engine's definition.
    pub trees: TreesDef,
    /// The content of each of its columns: `[n_columns]`.
    pub columns: Vec<TreeColumn>,
    /// Losses after each round that was fitted, kept or not.
    pub curve: Vec<RoundLoss>,
    /// Number of rounds kept.
    pub rounds: usize,
    /// Largest change of a probability (or of the number) by rounding the leaves to `i16`.
    pub rounding_error: f64,
}

/// The reason why a fit was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BoostError {
    /// There is no training row.
    NoRows,
    /// There are more rows than a histogram bin can count.
    TooManyRows {
        /// Number of rows.
        found: usize,
        /// Most rows allowed.
        most: usize,
    },
    /// An input, the weights or the target has another length than the target.
    Length {
        /// What has the wrong length.
        what: &'static str,
        /// Index of the input; 0 for other parts.
        index: usize,
        /// Number of rows of the target.
        expected: usize,
        /// Number of rows found.
        found: usize,
    },
    /// A value is out of its range.
    Value {
        /// What is out of range.
        what: &'static str,
        /// Row in which it was found.
        row: usize,
    },
    /// A setting is out of its range.
    Setting {
        /// Name of the setting.
        name: &'static str,
        /// Allowed range, in words.
        range: &'static str,
    },
}

impl fmt::Display for BoostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRows => write!(f, "there are no rows to train on"),
            Self::TooManyRows { found, most } => {
                write!(f, "{found} rows are more than the {most} that boosting can count: draw a sample")
            }
            Self::Length { what, index, expected, found } => {
                write!(f, "{what} {index} has {found} rows, the target has {expected}")
            }
            Self::Value { what, row } => write!(f, "{what} of row {row} is out of range"),
            Self::Setting { name, range } => write!(f, "`{name}` must be {range}"),
        }
    }
}

impl std::error::Error for BoostError {}
