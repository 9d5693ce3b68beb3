//! Profile: a description of the columns.
//!
//! Not here: warnings about columns (`data`).

use serde::Serialize;

use floorwalker_learn::examples::ColumnUse;
use floorwalker_learn::prepare::Relevance;
use floorwalker_metrics::Histogram;

/// A description of the data before anything is fitted.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Profile {
    /// Number of rows.
    pub rows: u64,
    /// The columns that were used: features, messages, labels.
    pub columns: Vec<Column>,
    /// How every column of the table was read and used, in the table's order; empty for logs.
    pub file: Vec<ColumnUse>,
    /// Number of rows of each class of the target; empty for numbers.
    pub classes: Vec<(String, u64)>,
    /// Association of each single feature with the target, strongest first; empty for numbers.
    pub relevance: Vec<Relevance>,
}

/// The description of one column.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// The kind of its values.
    pub kind: ColumnKind,
    /// Share of the rows without a value.
    pub missing: f64,
    /// Number of distinct values.
    pub distinct: u64,
    /// Distribution of the values.
    pub spread: Spread,
}

/// The kind of a column.
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
    /// What is predicted.
    Target,
}

/// The distribution of a column's values.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Spread {
    /// The distribution of numbers.
    Numbers {
        /// Smallest value.
        min: f64,
        /// Median.
        median: f64,
        /// Largest value.
        max: f64,
        /// Histogram with few bins, because it is drawn small.
        histogram: Option<Histogram>,
    },
    /// The most frequent names and their numbers of rows, most frequent first.
    Categories(Vec<(String, u64)>),
    /// Not known.
    None,
}
