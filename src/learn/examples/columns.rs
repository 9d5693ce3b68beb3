//! Columns: which role each column of a table gets, so that no column is dropped without a message.
//!
//! | a column of                   | becomes                                                                                        |
//! |-------------------------------|------------------------------------------------------------------------------------------------|
//! | numbers, names, true or false | a feature                                                                                      |
//! | text                          | a field of the message, when a head reads messages                                             |
//! | times                         | features: `x.days`, `x.weekday`, `x.hour`, and `x.age_days` when the table has a decision time |
//! | row identifiers, JSON         | no feature; the reason is given                                                                |
//!
//! A page that uses a model with such features passes them by name in the request's context, like all features of a table.
//!
//! Invariants
//! - Every column of the file has one [`ColumnUse`], in the file's order; joined columns follow.
//! - Parts of a time are in the local time in which it was written: 21:06 +0200 has hour 21.
//!
//! Not here: how cells are read (`read`), features that say nothing about the label (`prepare`).

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;

use floorwalker_data::read::{Column, MISSING_CODE, Reading, Values};
use floorwalker_finding::Finding;
use serde::Serialize;

/// A column with at least this share of distinct values may be a row identifier; with fewer values than `ID_ROWS` nothing is concluded.
const ID_SHARE: f64 = 0.95;
const ID_ROWS: usize = 50;

/// Distinct whole numbers count as row numbers when their range is at most this many times the number of values.
const ID_RANGE: f64 = 2.0;

/// Milliseconds in an hour and in a day.
const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// Parts of a time: whole days since 1970, name of the weekday, hour from 0 to 23, days before the decision.
const PARTS: [&str; 4] = ["days", "weekday", "hour", "age_days"];

/// Names of weekdays, beginning with that of 1 January 1970.
const WEEKDAYS: [&str; 7] = ["thursday", "friday", "saturday", "sunday", "monday", "tuesday", "wednesday"];

/// How one column was read, and the role that it was given.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ColumnUse {
    /// Name of the column.
    pub name: String,
    /// What it holds.
    pub content: Content,
    /// How it was read, if that is not obvious.
    pub how: Option<Finding>,
    /// What it is used as.
    pub role: Role,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// No value in any row.
    Nothing,
    /// Numbers.
    Numbers,
    /// True or false.
    Flags,
    /// Names: how many different ones.
    Names(usize),
    /// Text.
    Text,
    /// Dates and times.
    Times,
}

/// What a column is used as.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// It is what is predicted.
    Label,
    /// It is the message.
    Message,
    /// It is one of several fields of the message.
    Field,
    /// It says whose row it is.
    Shopper,
    /// It says when the row was decided.
    Time,
    /// It joins other tables.
    Key,
    /// It is the feature of its name.
    Feature,
    /// Features of these names are made from it.
    Features(Vec<String>),
    /// No model reads it, and why.
    LeftOut(Finding),
}

/// The numbers of distinct and of present values when the column is a row identifier, `(distinct, present)`; `None` when it is not.
///
/// A row identifier is a column with at least 50 values, of which at least 95 % are distinct, that holds categories, or whole
/// numbers that either number the rows or have a name like an id.
pub(super) fn names_rows(column: &Column) -> Option<(usize, usize)> {
    let (distinct, present) = match &column.values {
        Values::Category { codes, names } => {
            (names.len(), codes.iter().filter(|&&code| code != MISSING_CODE).count())
        }
        Values::Number(numbers) => {
            let present: Vec<f32> = numbers.iter().copied().filter(|number| !number.is_nan()).collect();
            if present.iter().any(|number| number.fract() != 0.0) {
                return None;
            }
            let distinct: BTreeSet<u32> = present.iter().map(|number| number.to_bits()).collect();
            let low = present.iter().copied().fold(f32::INFINITY, f32::min);
            let high = present.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let counts = f64::from(high) - f64::from(low) <= ID_RANGE * present.len() as f64;
            if !counts && !is_id_name(&column.name) {
                return None;
            }
            (distinct.len(), present.len())
        }
        Values::Boolean(_) | Values::Text(_) | Values::Time(_) => return None,
    };
    (present >= ID_ROWS && distinct as f64 >= ID_SHARE * present as f64).then_some((distinct, present))
}

/// Whether a column's name suggests an identifier, such as `customerId` or `order no`.
fn is_id_name(name: &str) -> bool {
    const WORDS: [&str; 12] =
        ["id", "ids", "no", "nr", "number", "key", "uuid", "guid", "code", "index", "nummer", "sku"];
    let mut words: Vec<String> = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || c.is_uppercase() && was_lower {
            words.push(String::new());
        }
        was_lower = c.is_lowercase();
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
    }
    words.iter().any(|word| WORDS.contains(&word.as_str()) || word.ends_with("nummer"))
        || ["编号", "单号", "序号"].iter().any(|part| name.contains(part))
}

/// The column of times from which the feature called `name` was made; `None` when it is not a part of a time.
pub fn moment_of(name: &str) -> Option<&str> {
    PARTS.iter().find_map(|part| name.strip_suffix(part)?.strip_suffix('.'))
}

/// The features made from a column of times.
///
/// - `all`: whether to include parts that are the same in every row, from which a fit learns nothing.
/// - `decided_ms`: the decision time of each row; empty when the table has none.
pub(super) fn parts(column: &Column, reading: &Reading, decided_ms: &[i64], all: bool) -> Vec<Column> {
    let Values::Time(at_ms) = &column.values else { return Vec::new() };
    let local_ms = if reading.local_ms.is_empty() { at_ms } else { &reading.local_ms };
    let [days, weekdays, hour, age] = PARTS;
    let named = |part: &str, values| Column { name: format!("{}.{part}", column.name), values };
    let number =
        |of: &dyn Fn(i64) -> f32| Values::Number(local_ms.iter().map(|at| at.map_or(f32::NAN, of)).collect());
    let mut names: Vec<&str> = WEEKDAYS.to_vec();
    names.sort_unstable();
    let weekday = |at: &Option<i64>| {
        let name = |at: i64| WEEKDAYS[at.div_euclid(DAY_MS).rem_euclid(7) as usize];
        at.and_then(|at| names.binary_search(&name(at)).ok()).map_or(MISSING_CODE, |code| code as u32)
    };
    let mut parts = vec![
        named(days, number(&|at| at.div_euclid(DAY_MS) as f32)),
        named(weekdays, of_weekdays(local_ms.iter().map(weekday).collect(), &names)),
        named(hour, number(&|at| at.rem_euclid(DAY_MS).div_euclid(HOUR_MS) as f32)),
    ];
    if !decided_ms.is_empty() {
        let days = |(at, decided): (&Option<i64>, &i64)| {
            at.map_or(f32::NAN, |at| ((decided - at) as f64 / DAY_MS as f64) as f32)
        };
        parts.push(named(age, Values::Number(at_ms.iter().zip(decided_ms).map(days).collect())));
    }
    parts.retain(|part| match &part.values {
        _ if all => true,
        Values::Number(numbers) => {
            let mut present = numbers.iter().filter(|number| !number.is_nan());
            present.next().is_some_and(|first| present.any(|other| other != first))
        }
        Values::Category { names, .. } => names.len() > 1,
        _ => false,
    });
    parts
}

/// A category column of weekdays whose names are only those that occur.
fn of_weekdays(codes: Vec<u32>, names: &[&str]) -> Values {
    let used: BTreeSet<u32> = codes.iter().copied().filter(|&code| code != MISSING_CODE).collect();
    let used: Vec<u32> = used.into_iter().collect();
    let code = |code: u32| used.binary_search(&code).map_or(MISSING_CODE, |at| at as u32);
    Values::Category {
        codes: codes.into_iter().map(code).collect(),
        names: used.iter().filter_map(|&code| names.get(code as usize)).map(ToString::to_string).collect(),
    }
}

impl ColumnUse {
    pub(super) fn new(column: &Column, reading: &Reading, role: Role) -> Self {
        let content = match &column.values {
            Values::Number(values) if values.iter().all(|value| value.is_nan()) => Content::Nothing,
            Values::Number(_) => Content::Numbers,
            Values::Boolean(_) => Content::Flags,
            Values::Category { names, .. } => Content::Names(names.len()),
            Values::Text(_) => Content::Text,
            Values::Time(_) => Content::Times,
        };
        Self { name: column.name.clone(), content, how: reading.how.clone(), role }
    }

    /// Whether no model reads the column.
    #[must_use]
    pub fn is_left_out(&self) -> bool {
        matches!(self.role, Role::LeftOut(_))
    }
}

/// No column of a table can be learnt from: each is empty, has one value, or is left out.
#[derive(Clone, Debug)]
pub struct NothingToLearn {
    /// The table.
    pub path: PathBuf,
    /// The columns that are left out.
    pub left_out: Vec<ColumnUse>,
}

impl fmt::Display for NothingToLearn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: every column that could be a feature is empty or has a single value; add a column with at least two values",
            self.path.display()
        )
    }
}

impl std::error::Error for NothingToLearn {}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, values: Values) -> Column {
        Column { name: name.to_owned(), values }
    }

    fn numbers(of: impl Fn(usize) -> f32) -> Values {
        Values::Number((0..100).map(of).collect())
    }

    #[test]
    fn numbers_that_count_rows_or_are_called_ids_name_rows() {
        assert!(names_rows(&column("order", numbers(|row| 1000.0 + row as f32))).is_some());
        assert!(names_rows(&column("customerId", numbers(|row| (row * 7919) as f32))).is_some());
        assert!(names_rows(&column("Kundennummer", numbers(|row| (row * 7919) as f32))).is_some());
        assert!(names_rows(&column("revenue", numbers(|row| (row * 7919) as f32))).is_none());
        assert!(names_rows(&column("price", numbers(|row| row as f32 + 0.5))).is_none());
        assert!(names_rows(&column("visits", numbers(|row| (row % 50) as f32))).is_none());
    }

    #[test]
    fn the_parts_of_a_moment_are_those_of_the_clock_that_wrote_it() {
        // 2024-02-29 23:30 at +02:00, and a day later.
        let local = 1_709_249_400_000;
        let at = vec![Some(local - 2 * HOUR_MS), Some(local + DAY_MS - 2 * HOUR_MS), None];
        let reading =
            Reading { local_ms: vec![Some(local), Some(local + DAY_MS), None], ..Reading::default() };
        let made = parts(&column("at", Values::Time(at)), &reading, &[local, local, local], false);
        let names: Vec<&str> = made.iter().map(|part| part.name.as_str()).collect();
        // The hour is 23 in both rows, so it is no feature.
        assert_eq!(names, ["at.days", "at.weekday", "at.age_days"]);
        let Values::Number(days) = &made[0].values else { panic!() };
        assert_eq!(days[..2], [19_782.0, 19_783.0]);
        let names = vec!["friday".to_owned(), "thursday".to_owned()];
        assert_eq!(made[1].values, Values::Category { codes: vec![1, 0, MISSING_CODE], names });
        let Values::Number(ages) = &made[2].values else { panic!() };
        assert_eq!(ages[0], 2.0 / 24.0);
    }
}
