//! Sources with time: for each base row the source rows that were known just before its moment, and no others.
//!
//! Source rows are sorted once by key and moment. The rows that count for a base row are then a contiguous span, found by two binary
//! searches: from the window's start up to, but not including, the first row that was not known yet.
//!
//! Not here: aggregating a span (`aggregate`), the rules in words (`join`).

use super::aggregate::{Ordered, gathered, is_present};
use super::plan::SourcePlan;
use super::{Joined, Moments, SourceReport, keys};
use crate::read::{Column, Table, Values};
use anyhow::{Result, bail};
use std::collections::HashMap;
use std::ops::Range;

/// Milliseconds in a second, and seconds in a day.
const SECOND_MS: f64 = 1000.0;
const DAY_S: f64 = 86_400.0;

/// The source rows that count for a base row.
struct Span {
    /// Positions in the order.
    positions: Range<usize>,
    /// Position at which the rows of the key begin.
    start: usize,
}

/// Which source rows a base row can see.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Horizon {
    /// Those known before its moment.
    Known,
    /// All, including later ones, as in a join on the key alone. For the test that shows the difference.
    #[cfg(test)]
    Everything,
}

pub(super) fn join(plan: &SourcePlan, table: &Table, base: Moments<'_>) -> Result<Joined> {
    join_to(plan, table, base, Horizon::Known)
}

pub(super) fn join_to(
    plan: &SourcePlan,
    table: &Table,
    base: Moments<'_>,
    horizon: Horizon,
) -> Result<Joined> {
    let time = plan.time.as_deref().unwrap_or_default();
    let Values::Time(happened_ms) = &table.column(time)?.values else {
        bail!(
            "{}: column `{time}` was not read as a time; write [data] kinds = {{ {time} = \"time\" }}",
            table.path.display()
        )
    };
    let source_keys = keys(table, &plan.key)?;
    // Keys are numbered in order of appearance; the map is never iterated, so its order does not matter.
    let mut ids: HashMap<&str, usize> = HashMap::new();
    for key in source_keys.iter().flatten() {
        let next = ids.len();
        ids.entry(key).or_insert(next);
    }
    let ordered = ordered(&source_keys, happened_ms, &ids);

    let ms = |row: usize| happened_ms[row].unwrap_or(i64::MAX);
    let delay_ms = (plan.available_after * SECOND_MS).round() as i64;
    let window_ms = plan.within_days.map(|days| (days * DAY_S * SECOND_MS).round() as i64);
    let mut matched = vec![false; ids.len()];
    let mut report =
        SourceReport { source: plan.name.clone(), n_rows: table.n_rows, ..SourceReport::default() };
    let mut spans = Vec::with_capacity(base.keys.len());
    for (key, at_ms) in base.keys.iter().zip(base.at_ms) {
        let (Some(key), Some(now)) = (key, *at_ms) else {
            report.n_base_unplaced += 1;
            spans.push(None);
            continue;
        };
        // A key that the source does not have gives an empty span, not a missing one: it is known to have no rows.
        let Some(&found) = ids.get(key) else {
            spans.push(Some(Span { positions: 0..0, start: 0 }));
            continue;
        };
        matched[found] = true;
        let (start, end) = (ordered.starts[found], ordered.starts[found + 1]);
        let rows = &ordered.order[start..end];
        let to = match horizon {
            Horizon::Known => rows.partition_point(|&row| ms(row).saturating_add(delay_ms) < now),
            #[cfg(test)]
            Horizon::Everything => rows.len(),
        };
        let earliest = window_ms.map_or(i64::MIN, |window_ms| now.saturating_sub(window_ms));
        let from = rows.partition_point(|&row| ms(row) < earliest).min(to);
        report.n_base_matched += usize::from(from < to);
        report.n_ahead += (rows.len() - to) as u64;
        spans.push(Some(Span { positions: start + from..start + to, start }));
    }
    report.n_unplaced = table.n_rows - ordered.order.len();
    report.n_unmatched = (0..ids.len())
        .filter(|&key| !matched[key])
        .map(|key| ordered.starts[key + 1] - ordered.starts[key])
        .sum();
    let columns = columns(plan, table, &ordered, &spans, |span, at| {
        let latest = ordered.order[span.positions.end - 1];
        base.at_ms[at].map_or(f32::NAN, |now| ((now - ms(latest)) as f64 / SECOND_MS) as f32)
    })?;
    Ok(Joined { columns, reports: vec![report], warnings: Vec::new() })
}

/// Rows that have a key and a moment, by key, moment and line.
fn ordered(source_keys: &[Option<&str>], happened_ms: &[Option<i64>], ids: &HashMap<&str, usize>) -> Ordered {
    let id = |row: usize| happened_ms[row].and(source_keys[row]).and_then(|key| ids.get(key).copied());
    let id_of_row: Vec<Option<usize>> = (0..source_keys.len()).map(id).collect();
    let mut starts = vec![0; ids.len() + 1];
    for id in id_of_row.iter().flatten() {
        starts[id + 1] += 1;
    }
    for id in 0..ids.len() {
        starts[id + 1] += starts[id];
    }
    let mut next = starts.clone();
    let mut order = vec![0; starts[ids.len()]];
    for (row, id) in id_of_row.iter().enumerate() {
        if let Some(id) = *id {
            order[next[id]] = row;
            next[id] += 1;
        }
    }
    for key in starts.windows(2) {
        // The sort is stable: lines of the same moment keep their order.
        order[key[0]..key[1]].sort_by_key(|&row| happened_ms[row]);
    }
    Ordered { order, starts }
}

fn columns(
    plan: &SourcePlan,
    table: &Table,
    ordered: &Ordered,
    spans: &[Option<Span>],
    since_s: impl Fn(&Span, usize) -> f32,
) -> Result<Vec<Column>> {
    let of_span = |made: &dyn Fn(&Span, usize) -> f32| {
        let value =
            |(at, span): (usize, &Option<Span>)| span.as_ref().map_or(f32::NAN, |span| made(span, at));
        Values::Number(spans.iter().enumerate().map(value).collect())
    };
    let mut columns = Vec::new();
    let mut add =
        |name: String, values| columns.push(Column { name: format!("{}.{name}", plan.name), values });
    let aggregate = &plan.aggregate;
    if aggregate.count {
        add("count".to_owned(), of_span(&|span, _| span.positions.len() as f32));
    }
    if aggregate.since {
        let since = |span: &Span, at| if span.positions.is_empty() { f32::NAN } else { since_s(span, at) };
        add("since_s".to_owned(), of_span(&since));
    }
    for name in &aggregate.sum {
        let running = ordered.running(number(table, name)?);
        let sum = |span: &Span, _| match running.of(&span.positions, span.start) {
            (_, 0) if !span.positions.is_empty() => f32::NAN,
            (sum, _) => sum as f32,
        };
        add(format!("sum_{name}"), of_span(&sum));
    }
    for name in &aggregate.mean {
        let running = ordered.running(number(table, name)?);
        let mean = |span: &Span, _| match running.of(&span.positions, span.start) {
            (_, 0) => f32::NAN,
            (sum, n) => (sum / f64::from(n)) as f32,
        };
        add(format!("mean_{name}"), of_span(&mean));
    }
    for name in &aggregate.last {
        let values = &table.column(name)?.values;
        let last = ordered.last_present(|row| is_present(values, row));
        let row = |span: &Option<Span>| {
            let positions = &span.as_ref()?.positions;
            let at = (*last.get(positions.end.checked_sub(1)?)?)?;
            positions.contains(&at).then(|| ordered.order[at])
        };
        let rows: Vec<Option<usize>> = spans.iter().map(row).collect();
        add(format!("last_{name}"), gathered(values, &rows));
    }
    Ok(columns)
}

/// A function that gives the number of a source row in a column.
fn number<'a>(table: &'a Table, name: &str) -> Result<impl Fn(usize) -> f32 + 'a> {
    match &table.column(name)?.values {
        Values::Number(numbers) | Values::Boolean(numbers) => Ok(move |row: usize| numbers[row]),
        _ => bail!("{}: column `{name}` does not hold numbers; use `last` for it", table.path.display()),
    }
}
