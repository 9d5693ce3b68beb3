//! Reading: how an analyst wants a column to be read, and notes on how it was read.
//!
//! Not here: the rules (`infer`, `dialect`, `dates`, `missing`).

use std::collections::BTreeMap;

use serde::Deserialize;

use floorwalker_finding::Finding;

/// The kind of a column's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A quantity.
    Number,
    /// True or false.
    Boolean,
    /// One of a few names.
    Category,
    /// Free text.
    Text,
    /// A moment.
    Time,
}

/// How a column is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadAs {
    /// A quantity; how it is written is inferred.
    Number,
    /// Numbers such as `1,234.5`.
    DecimalPoint,
    /// Numbers such as `1.234,5`.
    DecimalComma,
    /// True or false.
    Boolean,
    /// One of a few names.
    Category,
    /// Free text.
    Text,
    /// A moment; how it is written is inferred.
    Time,
    /// Moments such as `29.02.2024`.
    DayFirst,
    /// Moments such as `02/29/2024`.
    MonthFirst,
}

impl ReadAs {
    /// The kind of the column's values when it is read so.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Self::Number | Self::DecimalPoint | Self::DecimalComma => Kind::Number,
            Self::Boolean => Kind::Boolean,
            Self::Category => Kind::Category,
            Self::Text => Kind::Text,
            Self::Time | Self::DayFirst | Self::MonthFirst => Kind::Time,
        }
    }
}

/// How columns are to be read, by their names.
pub type Kinds = BTreeMap<String, ReadAs>;

/// How columns are to be read, by name. Columns that are not named are inferred.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// The kinds that the analyst gave.
    pub kinds: Kinds,
    /// The kinds with which a model was trained; names that the file does not have are ignored, and `kinds` takes precedence.
    pub learnt: Kinds,
    /// Texts that mean missing, instead of the recognised ones; an empty cell is always missing.
    pub missing: BTreeMap<String, Vec<String>>,
}

impl From<Kinds> for Overrides {
    fn from(kinds: Kinds) -> Self {
        Self { kinds, ..Self::default() }
    }
}

/// How a column was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// A note if the reading is not obvious: another dialect, a unit, digits that were lost.
    pub how: Option<Finding>,
    /// Texts that were read as missing, and how many cells hold each; empty cells are not listed.
    pub missing: Vec<(String, usize)>,
    /// Texts that look like a missing value and were kept as a value.
    pub kept: Vec<(String, usize)>,
    /// The local time of each moment; empty if all are in UTC.
    pub local_ms: Vec<Option<i64>>,
    /// Whether the cells contain JSON objects or lists.
    pub is_json: bool,
}
