//! Table: named, typed columns of one file.
//!
//! | kind       | values                        | missing          |
//! |------------|-------------------------------|------------------|
//! | `number`   | `f32`, finite                 | `NaN`            |
//! | `boolean`  | `f32`, 0 or 1                 | `NaN`            |
//! | `category` | code into sorted `names`      | [`MISSING_CODE`] |
//! | `text`     | string                        | `None`           |
//! | `time`     | milliseconds since 1970, UTC  | `None`           |
//!
//! The formats of moments are in `time.rs`.
//!
//! Invariants
//! - Every column has `n_rows` values; column names are distinct; a code that is not missing is below `names.len()`.
//! - Category names are sorted by bytes, so that a shuffled file gives the same codes.
//!
//! Not here: reading it from a file (`open`), encodings, splits.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Result, bail};

use super::reading::{Kind, Reading};
use floorwalker_finding::Finding;

/// The code of a missing category.
pub const MISSING_CODE: u32 = u32::MAX;

/// Smallest Jaro–Winkler similarity at which a name is suggested.
const SIMILAR: f64 = 0.75;

/// If the name of a single column has more characters, the file is probably not a table.
const LONG_NAME: usize = 32;

/// The values of one column, one for each row.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Finite numbers; `NaN` is missing.
    Number(Vec<f32>),
    /// 0 or 1; `NaN` is missing.
    Boolean(Vec<f32>),
    /// A dictionary of names, and a code for each row.
    Category {
        /// Index into `names`, or [`MISSING_CODE`].
        codes: Vec<u32>,
        /// The names: sorted by bytes, distinct, each used by at least one row.
        names: Vec<String>,
    },
    /// Text as it is in the file; `None` is missing.
    Text(Vec<Option<String>>),
    /// Milliseconds since 1970-01-01T00:00:00Z; `None` is missing.
    Time(Vec<Option<i64>>),
}

/// A named column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// The name in the header, without surrounding spaces.
    pub name: String,
    /// The values, one for each row.
    pub values: Values,
}

/// One file, read and typed.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Where it was read from.
    pub path: PathBuf,
    /// The columns, in file order.
    pub columns: Vec<Column>,
    /// Number of rows, at least 1.
    pub n_rows: usize,
    /// The line on which each row starts, from 1: for messages about a row.
    pub line_of_row: Vec<usize>,
    /// How each column was read, by its name.
    pub readings: BTreeMap<String, Reading>,
    /// Notes on how the file was read, if that is not obvious: its encoding, lines before the header.
    pub notes: Vec<Finding>,
}

impl Column {
    /// The kind of the values.
    pub fn kind(&self) -> Kind {
        match self.values {
            Values::Number(_) => Kind::Number,
            Values::Boolean(_) => Kind::Boolean,
            Values::Category { .. } => Kind::Category,
            Values::Text(_) => Kind::Text,
            Values::Time(_) => Kind::Time,
        }
    }

    /// Number of rows without a value in this column.
    pub fn n_missing(&self) -> usize {
        match &self.values {
            Values::Number(v) | Values::Boolean(v) => v.iter().filter(|x| x.is_nan()).count(),
            Values::Category { codes, .. } => codes.iter().filter(|&&c| c == MISSING_CODE).count(),
            Values::Text(v) => v.iter().filter(|x| x.is_none()).count(),
            Values::Time(v) => v.iter().filter(|x| x.is_none()).count(),
        }
    }
}

impl Table {
    /// The column called `name`.
    ///
    /// # Errors
    ///
    /// No column has this name; the message offers the nearest name, or lists the first of them.
    pub fn column(&self, name: &str) -> Result<&Column> {
        match self.columns.iter().find(|c| c.name == name) {
            Some(column) => Ok(column),
            None => bail!(
                "{}: there is no column `{name}`; {}",
                self.path.display(),
                meant(name, self.columns.iter().map(|c| c.name.as_str()))
            ),
        }
    }
}

/// `did you mean …` for a name that is not among `names`.
pub(super) fn meant<'a>(name: &str, names: impl Iterator<Item = &'a str> + Clone) -> String {
    // If the file is not a table, its content must not be quoted.
    if names.clone().count() == 1 && names.clone().all(|name| name.chars().count() > LONG_NAME) {
        return "the file has one column, and its first line does not look like a name; check that it is a table with a header".to_owned();
    }
    let lower = name.to_lowercase();
    let mut best: Option<(f64, &str)> = None;
    for candidate in names.clone() {
        let similarity = strsim::jaro_winkler(&lower, &candidate.to_lowercase());
        if similarity >= SIMILAR && best.is_none_or(|(so_far, _)| similarity > so_far) {
            best = Some((similarity, candidate));
        }
    }
    if let Some((_, nearest)) = best {
        return format!("did you mean `{nearest}`?");
    }
    let shown: Vec<&str> = names.clone().take(12).collect();
    let more = names.count() - shown.len();
    let rest = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("add it, or name one of {}{rest}", shown.join(", "))
}
