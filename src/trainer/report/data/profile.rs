//! Profile: what the columns hold.
//!
//! Not here: warnings about them (`data`).

use serde::Serialize;

use crate::metrics::Histogram;
use crate::prepare::Relevance;

/// The data before anything is fitted.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Profile {
    /// Rows read.
    pub rows: u64,
    /// Every column, in the file's order.
    pub columns: Vec<Column>,
    /// Rows of each class of the target; empty for numbers.
    pub classes: Vec<(String, u64)>,
    /// What each feature alone says of the target, most first; empty for numbers.
    pub relevance: Vec<Relevance>,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it is taken for.
    pub kind: ColumnKind,
    /// Share of the rows without a value.
    pub missing: f64,
    /// Distinct values.
    pub distinct: u64,
    /// How the values are spread.
    pub spread: Spread,
}

/// What a column is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ColumnKind {
    /// Numbers.
    Number,
    /// A few names.
    Category,
    /// Yes or no.
    Flag,
    /// Sentences.
    Text,
    /// Points in time.
    Time,
    /// Names a row or a shopper; not learnt from.
    Id,
    /// What is predicted.
    Target,
    /// Left out.
    Ignored,
}

/// How the values of a column are spread.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Spread {
    /// Of numbers.
    Numbers {
        /// Least.
        min: f64,
        /// Half are below.
        median: f64,
        /// Greatest.
        max: f64,
        /// Counts by value; few bins, it is drawn small.
        histogram: Option<Histogram>,
    },
    /// Of names: the most frequent and their rows, most first.
    Categories(Vec<(String, u64)>),
    /// Not said.
    None,
}
