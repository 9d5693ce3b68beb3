//! Profile: what the columns hold.
//!
//! Not here: warnings about them (`data`).

use serde::Serialize;

use floorwalker_finding::text::Text;
use floorwalker_learn::prepare::Relevance;
use floorwalker_metrics::Histogram;

/// The data before anything is fitted.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Profile {
    /// Rows read.
    pub rows: u64,
    /// What was learnt from: features, messages, labels.
    pub columns: Vec<Column>,
    /// What became of every column of the table, in its order; empty for logs.
    pub file: Vec<FileColumn>,
    /// Rows of each class of the target; empty for numbers.
    pub classes: Vec<(String, u64)>,
    /// What each feature alone says of the target, most first; empty for numbers.
    pub relevance: Vec<Relevance>,
}

/// What became of one column of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileColumn {
    /// Its name.
    pub name: String,
    /// What it was read as.
    pub read: Text,
    /// What it is used as, or why it is left out.
    pub used: Text,
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
    /// What is predicted.
    Target,
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
