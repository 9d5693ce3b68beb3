//! Warnings: what an analyst should look at, why, and what to do.
//!
//! Not here: the rules that give rise to them (`leakage`, `quality`).

use crate::text::Text;
use serde::Serialize;
use std::fmt;

/// Severity of a warning, in rising order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// May cost accuracy or bytes.
    Caution,
    /// The reported figures may be wrong.
    Severe,
}

/// What a warning is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WarningKind {
    /// A feature that almost determines the label by itself.
    TooGood,
    /// A feature whose missing values almost determine the label by themselves.
    MissingTells,
    /// A value that dates from after the label's time.
    AfterLabel,
    /// A column that identifies rows.
    Id,
    /// A column with a single value.
    Constant,
    /// A column without any value.
    AllMissing,
    /// Two columns with nearly the same content.
    NearDuplicate,
    /// Rows that occur twice.
    DuplicateRows,
    /// A class whose name looks like a typing mistake.
    LabelTypo,
    /// A class that is much rarer than the others.
    Imbalance,
    /// A class with too few rows.
    FewRows,
    /// Times that are not in milliseconds.
    TimeUnit,
}

/// A warning about one column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// Its severity.
    pub severity: Severity,
    /// Its kind.
    pub kind: WarningKind,
    /// The feature or label that it is about.
    pub column: String,
    /// What was found, with figures.
    pub reason: Text,
    /// What to do.
    pub remedy: Text,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Note => "note",
            Severity::Caution => "caution",
            Severity::Severe => "severe",
        };
        write!(f, "{severity}: `{}` {}; {}", self.column, self.reason.en, self.remedy.en)
    }
}
