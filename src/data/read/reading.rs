//! Reading: what an analyst asks of a column, and what is said of how it was read.
//!
//! Not here: the rules (`infer`, `dialect`, `dates`, `missing`).

use std::collections::BTreeMap;

use serde::Deserialize;

use floorwalker_finding::text::Text;

/// What a column holds.
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
    /// A quantity; how it is written is found.
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
    /// A moment; how it is written is found.
    Time,
    /// Moments such as `29.02.2024`.
    DayFirst,
    /// Moments such as `02/29/2024`.
    MonthFirst,
}

impl ReadAs {
    /// What the column then holds.
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

/// What is asked of columns by name. A column that is not named is inferred.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// How each is to be read.
    pub kinds: Kinds,
    /// How a model learnt them; names that the file does not have are passed over, and `kinds` comes first.
    pub learnt: Kinds,
    /// Texts that stand for a missing value, in place of those that are recognised; an empty cell always does.
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
    /// What of it is not as plain as it looks: another dialect, a unit, digits that were lost.
    pub how: Option<Text>,
    /// Texts that were read as missing, and how many cells hold each; empty cells are not listed.
    pub missing: Vec<(String, usize)>,
    /// Texts that look like a missing value and were kept as a value.
    pub kept: Vec<(String, usize)>,
    /// Of moments, the time on the clock that each was written by; empty where that is UTC.
    pub local_ms: Vec<Option<i64>>,
    /// The cells hold JSON objects or lists.
    pub is_json: bool,
}
