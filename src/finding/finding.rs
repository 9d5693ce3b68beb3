//! Findings about data, as data: what was found, how much it matters, where, and with which figures.
//!
//! Not here: the kinds of findings (`kind`), the rules that give rise to them (`data`, `learn`, `report`), their words (`report::words`).

use crate::Kind;
use serde::Serialize;

/// Severity of a finding, in rising order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// May cost accuracy or bytes.
    Caution,
    /// The reported figures may be wrong.
    Serious,
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// Where it was found: a file, a column, a feature, a label, a head, or a section of the report.
    pub place: String,
    /// What was found, with its figures.
    #[serde(flatten)]
    pub kind: Kind,
}

impl Finding {
    /// A finding with the severity of its kind.
    pub fn new(place: impl Into<String>, kind: Kind) -> Self {
        Self { severity: kind.severity(), place: place.into(), kind }
    }
}
