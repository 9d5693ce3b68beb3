//! Findings as data: what was found, how much it matters, where, and with which figures.
//!
//! Not here: the kinds of findings (`kind`, and those of policies in `policy`), the rules that give rise to them (`data`, `learn`,
//! `policy`, `report`), the words of data's findings (`report::words`).

use crate::kind::{Kind, Severity};
use serde::Serialize;
use std::fmt;

/// Where something was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub enum Place {
    /// In a text, as an editor shows it.
    At {
        /// The line, from 1.
        line: usize,
        /// The column, from 1, in characters.
        column: usize,
    },
    /// A file, a column, a feature, a label, a head, or a section of the report, by its name.
    Named(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At { line, column } => write!(f, "{line}:{column}"),
            Self::Named(name) => f.write_str(name),
        }
    }
}

impl From<(usize, usize)> for Place {
    fn from((line, column): (usize, usize)) -> Self {
        Self::At { line, column }
    }
}

/// A finding; `K` is what may be found: by default what is found in data.
///
/// ```
/// use floorwalker_finding::{Finding, Kind, Place};
///
/// let finding = Finding::new("price", Kind::Constant);
/// assert_eq!(finding.place, Place::Named("price".into()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding<K = Kind> {
    /// How much it matters.
    pub severity: Severity,
    /// Where it was found.
    pub place: Place,
    /// What was found, with its figures.
    #[serde(flatten)]
    pub kind: K,
}

impl Finding {
    /// A finding at what is called `place`, with the severity of its kind.
    pub fn new(place: impl Into<String>, kind: Kind) -> Self {
        Self { severity: kind.severity(), place: Place::Named(place.into()), kind }
    }
}
