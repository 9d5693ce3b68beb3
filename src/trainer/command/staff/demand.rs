//! A demand file: what comes in each period.
//!
//! Cells are read as text and understood here: how a column's numbers are written is found from the whole column.
//!
//! | in the column                                | is                                                              |
//! |----------------------------------------------|-----------------------------------------------------------------|
//! | no comma                                     | `12.5` has a decimal point                                      |
//! | a comma in any cell                          | `12,5` has a decimal comma, and a point is refused              |
//! | every comma, or every point of `requests`, with three digits after it and one to three before | a doubt: `1,200` may be 1200; refused |
//!
//! An empty cell is not known: `aht` and `patience` then come from the flags, and `requests` must be there.
//!
//! Not here: the plan (`queueing`).

use crate::queueing::{Demand, Period};
use crate::read::{Kind, Overrides, Table, Values};
use anyhow::{Context, Result, bail, ensure};
use std::path::Path;

/// What the table's columns are called.
pub(super) const PERIOD: &str = "period";
const REQUESTS: &str = "requests";
const AHT: &str = "aht";
const PATIENCE: &str = "patience";

/// What flags say where the table does not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Usual {
    /// Length of a period, in minutes, above 0.
    pub(super) minutes: f64,
    /// Seconds of work for a request.
    pub(super) aht: Option<f64>,
    /// Seconds until a shopper leaves.
    pub(super) patience: Option<f64>,
}

/// The periods, each with its line.
///
/// # Errors
///
/// A file that is no table, or has no `requests`; a cell that is no number; a period of which `requests` or `aht` is not known.
pub(super) fn read(path: &Path, usual: Usual) -> Result<Vec<(usize, Period)>> {
    let shown = path.display();
    let header = Table::read_columns(path, &Overrides::new(), &[].into())?;
    let has = |name: &str| header.columns.iter().any(|column| column.name == name);
    let read = [PERIOD, REQUESTS, AHT, PATIENCE].into_iter().filter(|name| *name == REQUESTS || has(name));
    let kinds: Overrides = read.map(|name| (name.to_owned(), Kind::Text)).collect();
    let table = Table::read_columns(path, &kinds, &kinds.keys().cloned().collect())?;
    let text = |name: &str| -> Result<Vec<Option<String>>> {
        match has(name).then(|| table.column(name)).transpose()?.map(|column| &column.values) {
            Some(Values::Text(cells)) => Ok(cells.clone()),
            Some(_) => bail!("{shown}: `{name}` cannot be read cell by cell; save the table as CSV"),
            None => Ok(vec![None; table.line_of_row.len()]),
        }
    };
    let numbers = |name: &str| -> Result<Vec<Option<f64>>> {
        numbers(name, &text(name)?, &table.line_of_row).with_context(|| format!("{shown}"))
    };
    let (names, requests, aht, patience) =
        (text(PERIOD)?, numbers(REQUESTS)?, numbers(AHT)?, numbers(PATIENCE)?);
    let period = |(row, &line): (usize, &usize)| {
        let at = |column: &[Option<f64>]| column.get(row).copied().flatten();
        let Some(requests) = at(&requests) else {
            bail!("{shown}, line {line}: no `{REQUESTS}`; write 0 where none came")
        };
        let Some(aht) = at(&aht).or(usual.aht) else {
            let fix = if has(AHT) { "fill the cell" } else { "add the column" };
            bail!("{shown}, line {line}: no `{AHT}`; {fix}, or give --aht SECONDS")
        };
        let name = names.get(row).cloned().flatten().unwrap_or_else(|| (row + 1).to_string());
        let per_hour = requests * 60.0 / usual.minutes;
        Ok((
            line,
            Period { name, demand: Demand { per_hour, aht, patience: at(&patience).or(usual.patience) } },
        ))
    };
    table.line_of_row.iter().enumerate().map(period).collect()
}

/// A column of numbers; none where a cell is empty.
fn numbers(name: &str, cells: &[Option<String>], lines: &[usize]) -> Result<Vec<Option<f64>>> {
    let known = || cells.iter().flatten().map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
    let has_comma = known().any(|cell| cell.contains(','));
    let mark = if has_comma { ',' } else { '.' };
    let marked: Vec<&str> = known().filter(|cell| cell.contains(mark)).collect();
    // Of times a point with three digits after it is a decimal point; a third of a request is rare.
    let is_asked = has_comma || name == REQUESTS;
    if is_asked && !marked.is_empty() && marked.iter().all(|cell| is_grouped(cell, mark)) {
        let (whole, part) = (marked[0].replace(mark, ""), marked[0].replace(mark, "."));
        bail!(
            "`{name}`: {} may be {whole} or {part}; write {whole}, or {part} with one digit more",
            marked[0]
        );
    }
    let number = |(cell, line): (&Option<String>, &usize)| {
        let Some(cell) = cell.as_deref().map(str::trim).filter(|cell| !cell.is_empty()) else {
            return Ok(None);
        };
        let plain =
            if has_comma && !cell.contains('.') { cell.replacen(',', ".", 1) } else { cell.to_owned() };
        let is_plain = plain.bytes().all(|byte| byte.is_ascii_digit() || b".-+eE".contains(&byte));
        let value = plain.parse::<f64>().ok().filter(|value| is_plain && value.is_finite());
        let example = if has_comma { "12,5" } else { "12.5" };
        ensure!(
            value.is_some(),
            "line {line}: `{name}`: `{cell}` is not a number; write digits alone, as in {example}, without units and without marks for thousands"
        );
        Ok(value)
    };
    cells.iter().zip(lines).map(number).collect()
}

/// Whether `1,200` or `1.200`: it may be a number with a mark for thousands.
fn is_grouped(cell: &str, mark: char) -> bool {
    let Some((before, after)) = cell.trim_start_matches('-').split_once(mark) else { return false };
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    (1..=3).contains(&before.len())
        && !before.starts_with('0')
        && after.len() == 3
        && is_digits(before)
        && is_digits(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, cells: &[&str], wanted: &[Option<f64>]) {
        assert_eq!(found(name, cells).unwrap(), wanted, "{cells:?}");
    }

    fn found(name: &str, cells: &[&str]) -> Result<Vec<Option<f64>>> {
        let lines: Vec<usize> = (2..cells.len() + 2).collect();
        let cells: Vec<Option<String>> = cells.iter().map(|cell| Some((*cell).to_owned())).collect();
        numbers(name, &cells, &lines)
    }

    #[track_caller]
    fn check_refused(name: &str, cells: &[&str], says: &str) {
        let error = found(name, cells).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }

    #[test]
    fn a_columns_numbers_are_read_as_people_write_them() {
        check(REQUESTS, &["12", "7.5", " 0 ", ""], &[Some(12.0), Some(7.5), Some(0.0), None]);
        check(REQUESTS, &["12,5", "7", "100,25"], &[Some(12.5), Some(7.0), Some(100.25)]);
        check(AHT, &["180.125", "240"], &[Some(180.125), Some(240.0)]);
        check(REQUESTS, &["1,200", "7,5"], &[Some(1.2), Some(7.5)]);
        check(REQUESTS, &["0,125"], &[Some(0.125)]);
        check(PATIENCE, &["1e2", "-3"], &[Some(100.0), Some(-3.0)]);
    }

    #[test]
    fn a_doubt_is_asked_about_and_what_is_no_number_is_refused() {
        check_refused(
            REQUESTS,
            &["7", "1,200"],
            "1,200 may be 1200 or 1.200; write 1200, or 1.200 with one digit more",
        );
        check_refused(REQUESTS, &["1.200"], "1.200 may be 1200 or 1.200");
        check_refused(AHT, &["1,200"], "may be 1200");
        for cell in ["12 s", "$5", "1.234,50", "1,2,3", "inf", "NaN", "12%", "soon"] {
            check_refused(
                REQUESTS,
                &["5", cell],
                &format!("line 3: `requests`: `{cell}` is not a number; write digits alone"),
            );
        }
    }
}
