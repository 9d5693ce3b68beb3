//! Gradient-boosted trees written for few bytes.
//!
//! Histogram boosting to second order, best leaf first, over numbers with missing values and categories; thresholds,
//! category sets and columns that are used already are cheaper than new ones, and leaves end as `i16`.
//!
//! | room       | what is there                                             |
//! |------------|-----------------------------------------------------------|
//! | `settings` | settings, defaults, limits                                |
//! | `bins`     | inputs as codes of one byte                               |
//! | `loss`     | losses, their gradients and hessians                      |
//! | `histogram` | sums by code, and the table as they want it              |
//! | `split`    | the best split of a leaf and input                        |
//! | `reuse`    | columns, thresholds and sets in use                       |
//! | `grow`     | one tree                                                  |
//! | `rounds`   | the rounds, their draws, when to stop                     |
//! | `export`   | the engine's definition                                   |
//!
//! Invariants
//! - Same table, settings and seed: same bits, whatever the number of threads.
//! - Rows in `valid` decide when to stop and nothing else.
//! - What is returned passes [`floorwalker_engine::head::trees::Trees::new`].
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
        /// Categories there are.
        n: u16,
    },
}

/// What is to be predicted, a value for each row.
#[derive(Clone, Copy, Debug)]
pub enum Target<'a> {
    /// Chance of the positive class, 0 to 1; one logit.
    Chance(&'a [f32]),
    /// Class of each row, below `n`; `n` logits, at least 2.
    Classes {
        /// Class of each row.
        ids: &'a [u16],
        /// Classes there are.
        n: u16,
    },
    /// A finite number; one output, squared error.
    Number(&'a [f32]),
}

/// A table to learn from.
#[derive(Clone, Copy, Debug)]
pub struct Task<'a> {
    /// Inputs, all of the length of the target.
    pub columns: &'a [Column<'a>],
    /// What is to be predicted.
    pub target: Target<'a>,
    /// Weight of each row, finite and not negative; class weights are row weights, too. None weighs every row 1.
    pub weights: Option<&'a [f32]>,
    /// Rows that are kept from fitting and judge each round. May be empty.
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
    /// 1 when the category is one of these, NaN when it is missing, else 0: so is a category that training never saw.
    Member {
        /// Index of the input.
        input: usize,
        /// Ascending.
        categories: Vec<u16>,
    },
}

/// Losses after a round: mean over the rows, by weight, in nats (squared error: half the mean square).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RoundLoss {
    /// Over the training rows.
    pub train: f64,
    /// Over the validation rows; None when there are none.
    pub valid: Option<f64>,
}

/// A fitted ensemble.
#[derive(Clone, Debug, PartialEq)]
pub struct BoostFit {
    /// The raw ensemble, ready for the engine.
    pub trees: TreesDef,
    /// What each of its columns holds: `[n_columns]`.
    pub columns: Vec<TreeColumn>,
    /// Losses after each round that was fitted, kept or not.
    pub curve: Vec<RoundLoss>,
    /// Rounds kept.
    pub rounds: usize,
    /// Largest change of a probability (of the number, for squared error) through rounding the leaves to `i16`.
    pub rounding_error: f64,
}

/// Why a fit was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BoostError {
    /// No row is left to learn from.
    NoRows,
    /// There are more rows than a histogram can count.
    TooManyRows {
        /// Rows found.
        found: usize,
        /// Rows at most.
        most: usize,
    },
    /// An input, the weights or the target has another length than the target.
    Length {
        /// What it is.
        what: &'static str,
        /// Index, for an input.
        index: usize,
        /// Rows of the target.
        expected: usize,
        /// Rows found.
        found: usize,
    },
    /// A value is out of its range.
    Value {
        /// What it is.
        what: &'static str,
        /// Row it was found in.
        row: usize,
    },
    /// A setting is out of its range.
    Setting {
        /// Name of the setting.
        name: &'static str,
        /// Its range.
        range: &'static str,
    },
}

impl fmt::Display for BoostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRows => write!(f, "no row is left to learn from"),
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
