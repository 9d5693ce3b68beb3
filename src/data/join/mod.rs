//! Point-in-time join: adds to each row what other tables knew at its moment, and nothing that they learnt later.
//!
//! | symbol | meaning                                                                                      |
//! |--------|----------------------------------------------------------------------------------------------|
//! | `k`, `t` | key and moment of a base row: `label_key` and `label_time`, the moment of the decision      |
//! | `s`    | moment of a source row: its `time` column                                                      |
//! | `d`    | `available_after`: how long after `s` the row was known                                        |
//! | `w`    | `within_days`: how far back the base row looks                                                 |
//!
//! A source row counts for a base row when the keys are the same text, `s + d < t` and, with a window, `s >= t - w`.
//!
//! | what                                      | rule                                                                   |
//! |-------------------------------------------|------------------------------------------------------------------------|
//! | a source row at the base row's own moment | does not count: it may be what the label was made from                 |
//! | source rows of the same moment            | count in file order: of two, the later line is the last                |
//! | source rows that are not sorted by time   | are sorted here                                                        |
//! | a source row without key or time          | never counts; [`SourceReport`] says how many there are                 |
//! | a base row without key or time            | has every joined value missing                                         |
//! | a base row of which no source row counts  | `count` and `sum` are 0, everything else is missing                    |
//! | values missing in the source              | are left out of `sum`, `mean` and `last`; a `sum` over missing values only is missing |
//! | a key twice in a source without `time`    | is an error that names both lines                                      |
//! | keys                                      | are compared as text, without spaces at the ends: `7` and `007` differ |
//! | times                                     | UTC, or with an offset; whole seconds or milliseconds (`read`, kind `time`) |
//!
//! Invariants
//! - No value of a source row with `s + d >= t` reaches a joined column, whatever the order of the file.
//! - Columns are in the order of the plan, with names such as `source.count`, `source.sum_amount`, `source.last_status`, and
//!   `source.country` for a source without `time`.
//! - Cost: `O((n_base + n_source) log n_source)` for each source, and a pass over the source for each column.
//!
//! Not here: reading cells (`read`), which rows are held out (`split`).

mod aggregate;
mod keyed;
mod plan;
#[cfg(test)]
mod tests;
mod timed;

pub use plan::{Aggregates, SourcePlan, kinds};

use crate::read::{Column, Table, Values};
use anyhow::{Context, Result, bail, ensure};
use floorwalker_finding::Finding;
use serde::Serialize;
use std::path::Path;

/// How many rows of a source were used, and how many were not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SourceReport {
    /// The name of the source.
    pub source: String,
    /// Number of rows of the source.
    pub n_rows: usize,
    /// Number of source rows without a key or, if the source has `time`, without a time; they are never used.
    pub n_unplaced: usize,
    /// Number of source rows whose key no base row has; they are never used.
    pub n_unmatched: usize,
    /// Number of base rows without key or time; all of their joined values are missing.
    pub n_base_unplaced: usize,
    /// Number of base rows for which at least one source row counts.
    pub n_base_matched: usize,
    /// Number of pairs of a base row and a source row with the same key, of which the source row was not yet known at the base row's
    /// moment; 0 for a source without `time`.
    pub n_ahead: u64,
}

/// The joined columns of every source, with a value for each base row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Joined {
    /// `[n_columns]`, each of the base table's length.
    pub columns: Vec<Column>,
    /// One report for each source, in order.
    pub reports: Vec<SourceReport>,
    /// Warnings that an analyst should look at before trusting a model.
    pub warnings: Vec<Finding>,
}

/// Key and moment of each base row.
#[derive(Clone, Copy, Debug)]
pub struct Moments<'a> {
    /// The keys; `None` is unknown. `[n_base]`.
    pub keys: &'a [Option<&'a str>],
    /// The moments of decision, in milliseconds since 1970; `None` is unknown. `[n_base]`, or empty for a source without `time`.
    pub at_ms: &'a [Option<i64>],
}

/// Joins every source of `plans` to `base`, which must have their `label_key` as text or category and their `label_time` as
/// time: pass the result of [`kinds`] to [`Table::read`].
///
/// Relative file names start at `folder`.
///
/// # Errors
///
/// A plan that contradicts itself; a missing column; a source that cannot be read, with its place; a joined column whose name
/// another joined column or the base already has.
pub fn join(base: &Table, plans: &[SourcePlan], folder: &Path) -> Result<Joined> {
    let mut joined = Joined::default();
    for plan in plans {
        let add = || -> Result<Joined> {
            plan.check()?;
            let keys = keys(base, plan.label_key())?;
            let at_ms = match &plan.label_time {
                None => Vec::new(),
                Some(name) => match &base.column(name)?.values {
                    Values::Time(at_ms) => at_ms.clone(),
                    _ => bail!(
                        "{}: column `{name}` was not read as a time; write [data] kinds = {{ {name} = \"time\" }}",
                        base.path.display()
                    ),
                },
            };
            join_one(plan, folder, Moments { keys: &keys, at_ms: &at_ms })
        };
        let one = add().with_context(|| format!("[[data.sources]] `{}`", plan.name))?;
        for column in one.columns {
            let mut others = base.columns.iter().chain(&joined.columns);
            ensure!(
                others.all(|other| other.name != column.name),
                "two joined columns are called `{}`; give the source another name",
                column.name
            );
            joined.columns.push(column);
        }
        joined.reports.extend(one.reports);
        joined.warnings.extend(one.warnings);
    }
    Ok(joined)
}

/// Joins one source to base rows that come from elsewhere, such as the labelled lines of a log (`shopper`, `at_ms`).
///
/// # Errors
///
/// Those of [`join`].
pub fn join_one(plan: &SourcePlan, folder: &Path, base: Moments<'_>) -> Result<Joined> {
    plan.check()?;
    ensure!(
        base.at_ms.is_empty() && plan.time.is_none() || base.at_ms.len() == base.keys.len(),
        "{} moments for {} base rows",
        base.at_ms.len(),
        base.keys.len()
    );
    let table = plan.read(folder)?;
    if plan.time.is_some() { timed::join(plan, &table, base) } else { keyed::join(plan, &table, base) }
}

/// The keys in a column, without spaces at the ends.
fn keys<'a>(table: &'a Table, name: &str) -> Result<Vec<Option<&'a str>>> {
    let trimmed = |text: &'a str| Some(text.trim()).filter(|text| !text.is_empty());
    match &table.column(name)?.values {
        Values::Text(texts) => Ok(texts.iter().map(|text| text.as_deref().and_then(trimmed)).collect()),
        Values::Category { codes, names } => {
            Ok(codes.iter().map(|&code| names.get(code as usize).and_then(|name| trimmed(name))).collect())
        }
        _ => bail!(
            "{}: the key `{name}` was read as a number, which can lose digits; write [data] kinds = {{ {name} = \"text\" }}",
            table.path.display()
        ),
    }
}

impl Joined {
    /// The base table with the joined columns after its own.
    #[must_use]
    pub fn append_to(self, mut base: Table) -> Table {
        base.columns.extend(self.columns);
        base
    }
}
