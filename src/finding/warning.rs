//! Warnings: what an analyst should look at, why, and what to do.
//!
//! Not here: the rules that give rise to them (`leakage`, `quality`).

use crate::text::Text;
use serde::Serialize;
use std::fmt;

/// How much a warning weighs. Ordered: the last is the gravest.
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
    /// A feature that tells the label nearly by itself.
    TooGood,
    /// A feature whose missing values tell the label nearly by themselves.
    MissingTells,
    /// A value from after the label's moment.
    AfterLabel,
    /// A column that names rows.
    Id,
    /// A column of one value.
    Constant,
    /// A column of no value.
    AllMissing,
    /// Two columns that say the same.
    NearDuplicate,
    /// Rows that are there twice.
    DuplicateRows,
    /// A class whose name looks like a slip.
    LabelTypo,
    /// A class that is much rarer than the others.
    Imbalance,
    /// A class of too few rows.
    FewRows,
    /// Times that do not count milliseconds.
    TimeUnit,
}

/// One thing to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// How much it weighs.
    pub severity: Severity,
    /// What it is about.
    pub kind: WarningKind,
    /// The feature or label.
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
