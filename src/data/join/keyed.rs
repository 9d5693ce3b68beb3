//! Sources without time: one row for each key, which is used for every moment.
//!
//! Such a row describes the state when the file was written, and the join cannot know whether it was the same at a base row's moment.
//! If a column of the source has times at or after that moment, the row was written later, and the join warns.
//!
//! Not here: sources with time (`timed`).

use super::aggregate::gathered;
use super::plan::SourcePlan;
use super::{Joined, Moments, SourceReport, keys};
use crate::read::{Column, Table, Values, moment};
use anyhow::{Result, bail};
use floorwalker_finding::{Finding, Kind};

pub(super) fn join(plan: &SourcePlan, table: &Table, base: Moments<'_>) -> Result<Joined> {
    let source_keys = keys(table, &plan.key)?;
    let mut by_key: Vec<(&str, usize)> =
        source_keys.iter().enumerate().filter_map(|(row, key)| key.map(|key| (key, row))).collect();
    by_key.sort_unstable();
    if let Some(pair) = by_key.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        bail!(
            "{}:{}: key `{}` is already on line {}; a source without `time` must have one row for each key: remove one, or name \
             the column of its `time`",
            table.path.display(),
            table.line_of_row[pair[1].1],
            pair[0].0,
            table.line_of_row[pair[0].1]
        );
    }
    let mut used = vec![false; table.n_rows];
    let mut rows = Vec::with_capacity(base.keys.len());
    for key in base.keys {
        let found = key.and_then(|key| by_key.binary_search_by(|(known, _)| (*known).cmp(key)).ok());
        let row = found.map(|at| by_key[at].1);
        if let Some(row) = row {
            used[row] = true;
        }
        rows.push(row);
    }
    let mut joined = Joined::default();
    for name in &plan.columns {
        let values = gathered(&table.column(name)?.values, &rows);
        joined.columns.push(Column { name: format!("{}.{name}", plan.name), values });
    }
    joined.reports.push(SourceReport {
        source: plan.name.clone(),
        n_rows: table.n_rows,
        n_unplaced: table.n_rows - by_key.len(),
        n_unmatched: by_key.iter().filter(|&&(_, row)| !used[row]).count(),
        n_base_unplaced: base.keys.iter().filter(|key| key.is_none()).count(),
        n_base_matched: rows.iter().flatten().count(),
        n_ahead: 0,
    });
    joined.warnings = written_later(plan, table, base, &rows);
    Ok(joined)
}

/// A warning for every column in which a matched row has a time at or after the base row's moment.
fn written_later(
    plan: &SourcePlan,
    table: &Table,
    base: Moments<'_>,
    rows: &[Option<usize>],
) -> Vec<Finding> {
    let mut warnings = Vec::new();
    for column in table.columns.iter().filter(|column| column.name != plan.key) {
        let Some(moments) = moments(column, table.n_rows) else { continue };
        let (mut n, mut n_late) = (0, 0);
        for (row, at_ms) in rows.iter().zip(base.at_ms) {
            if let (Some(then), Some(now)) = (row.and_then(|row| moments[row]), at_ms) {
                n += 1;
                n_late += usize::from(then >= *now);
            }
        }
        warnings.extend(after_label(&format!("{}.{}", plan.name, column.name), n_late, n));
    }
    warnings
}

/// The moments in a column, if all of its values are moments. Plain numbers count as moments only if the column's name suggests a time.
fn moments(column: &Column, n_rows: usize) -> Option<Vec<Option<i64>>> {
    const NAMES: [&str; 8] = ["_at", "time", "date", "_ts", "updated", "modified", "changed", "since"];
    let lower = column.name.to_lowercase();
    let called_so = NAMES.iter().any(|name| lower.contains(name));
    let read = |cell: &str| {
        let cell = cell.trim();
        moment(cell).filter(|_| called_so || cell.contains('-') && !cell.starts_with('-'))
    };
    let cells: Vec<Option<&str>> = match &column.values {
        Values::Time(moments) => return Some(moments.clone()),
        Values::Text(texts) => texts.iter().map(Option::as_deref).collect(),
        Values::Category { codes, names } => {
            codes.iter().map(|&code| names.get(code as usize).map(String::as_str)).collect()
        }
        Values::Number(_) | Values::Boolean(_) => return None,
    };
    let moments: Vec<Option<i64>> = cells.iter().map(|cell| cell.and_then(read)).collect();
    let all = cells.iter().zip(&moments).all(|(cell, moment)| cell.is_some() == moment.is_some());
    (all && moments.len() == n_rows && moments.iter().any(Option::is_some)).then_some(moments)
}

/// A warning when `n_late` of `n` moments in a column lie at or after the moment of their row.
fn after_label(column: &str, n_late: usize, n_rows: usize) -> Option<Finding> {
    (n_late > 0).then(|| Finding::new(column, Kind::AfterLabel { n_late, n_rows }))
}
