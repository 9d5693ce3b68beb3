//! Type inference: from raw cells to typed columns.
//!
//! A cell is missing when it is empty, `NA`, `N/A`, `NaN` or `null`, in any case. Of the others, in this order:
//!
//! 1. all are numbers: `number`. All are `true` or `false`: `boolean`.
//! 2. at least 99 % are numbers, of more than 20 different ones: the rest is refused as a slip, with its place.
//! 3. more than 30 % are distinct and they are 3 words long on average (two Chinese characters count as a word):
//!    `text`. Else `category`.
//!
//! Invariants
//! - The same cells in another order give the same kinds and the same category codes.
//!
//! Not here: choosing columns, leakage (`prepare`).

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};

use super::csv::field_offset;
use super::source::Source;
use super::table::{Column, Kind, MISSING_CODE, Values, meant};
use super::time::{Unit, moment};

/// Kinds given by name, as in `store.toml`. A column that is not named is inferred.
pub type Overrides = BTreeMap<String, Kind>;

/// Share of numbers from which a cell that is none is taken for a slip.
const NUMBER_SHARE: f64 = 0.99;
/// Distinct numbers above which a column is a quantity and not a code.
const NUMBER_DISTINCT: usize = 20;
/// Share of distinct values from which long strings are text.
const TEXT_DISTINCT: f64 = 0.3;
/// Mean words from which distinct strings are text.
const TEXT_WORDS: f64 = 3.0;

/// A table whose cells are still strings.
pub(super) struct Raw {
    pub(super) columns: Vec<RawColumn>,
    /// Where each row starts, in bytes.
    pub(super) offset_of_row: Vec<usize>,
    /// Of a CSV file; `None` for JSON Lines.
    pub(super) delimiter: Option<u8>,
}

/// A column whose cells are still strings; `None` is a key that the line lacks.
pub(super) struct RawColumn {
    pub(super) name: String,
    pub(super) cells: Vec<Option<String>>,
}

/// Types the columns in `wanted`, every column for `None`. The others stay text.
pub(super) fn columns(
    source: &Source,
    raw: Raw,
    overrides: &Overrides,
    wanted: Option<&BTreeSet<String>>,
) -> Result<Vec<Column>> {
    for name in wanted.into_iter().flatten().chain(overrides.keys()) {
        if !raw.columns.iter().any(|c| c.name == *name) {
            let names = raw.columns.iter().map(|c| c.name.as_str());
            bail!("{}: there is no column `{name}`; {}", source.path.display(), meant(name, names));
        }
    }
    let Raw { columns, offset_of_row, delimiter } = raw;
    let mut typed = Vec::with_capacity(columns.len());
    for (idx, column) in columns.into_iter().enumerate() {
        let is_wanted = wanted.is_none_or(|wanted| wanted.contains(&column.name));
        let given = overrides.get(&column.name).copied().or((!is_wanted).then_some(Kind::Text));
        let values = column_values(column.cells, given).map_err(|bad| {
            let row_at = offset_of_row.get(bad.row).copied().unwrap_or(source.text.len());
            let at = match delimiter {
                Some(delimiter) => field_offset(&source.text, row_at, idx, delimiter),
                None => row_at + source.text[row_at..].find(&format!("\"{}\"", column.name)).unwrap_or(0),
            };
            source.refuse(at, format!("column `{}`: {}", column.name, bad.message))
        })?;
        typed.push(Column { name: column.name, values });
    }
    Ok(typed)
}

/// A cell that does not fit its column.
struct BadCell {
    row: usize,
    message: String,
}

fn column_values(cells: Vec<Option<String>>, given: Option<Kind>) -> Result<Values, BadCell> {
    let cells: Vec<Option<String>> = cells.into_iter().map(|c| c.filter(|c| !is_missing(c))).collect();
    let kind = given.map_or_else(|| inferred(&cells), Ok)?;
    match kind {
        Kind::Number => Ok(Values::Number(parsed(&cells, f32::NAN, number)?)),
        Kind::Boolean => Ok(Values::Boolean(parsed(&cells, f32::NAN, boolean)?)),
        Kind::Time => Ok(Values::Time(times(&cells)?)),
        Kind::Text => Ok(Values::Text(cells)),
        Kind::Category => Ok(category(&cells)),
    }
}

pub(crate) fn is_missing(cell: &str) -> bool {
    let cell = cell.trim();
    cell.is_empty() || ["na", "n/a", "nan", "null"].iter().any(|m| cell.eq_ignore_ascii_case(m))
}

fn inferred(cells: &[Option<String>]) -> Result<Kind, BadCell> {
    let present: Vec<&str> = cells.iter().flatten().map(|c| c.trim()).collect();
    let n_numbers = present.iter().filter(|c| is_numeric(c)).count();
    if n_numbers == present.len() {
        return Ok(Kind::Number); // a column without any value too: it is refused or dropped where columns are chosen
    }
    if present.iter().all(|c| c.eq_ignore_ascii_case("true") || c.eq_ignore_ascii_case("false")) {
        return Ok(Kind::Boolean);
    }
    let distinct: BTreeSet<&str> = present.iter().copied().collect();
    let numbers = distinct.iter().filter(|c| is_numeric(c)).count();
    if n_numbers as f64 >= NUMBER_SHARE * present.len() as f64 && numbers > NUMBER_DISTINCT {
        let slip = |c: &Option<String>| c.as_deref().is_some_and(|c| !is_numeric(c));
        let row = cells.iter().position(slip).unwrap_or_default();
        let cell = cells.get(row).and_then(|c| c.as_deref()).unwrap_or_default();
        let message = format!(
            "`{}` among {n_numbers} numbers; correct it, leave it empty for missing, or declare the column a category",
            shortened(cell)
        );
        return Err(BadCell { row, message });
    }
    let words: f64 = distinct.iter().map(|c| n_words(c)).sum();
    let is_text = distinct.len() as f64 > TEXT_DISTINCT * present.len() as f64
        && words >= TEXT_WORDS * distinct.len() as f64;
    Ok(if is_text { Kind::Text } else { Kind::Category })
}

/// Words by white space, with two Chinese, Japanese or Korean characters for a word.
fn n_words(text: &str) -> f64 {
    let ideographs = text.chars().filter(|&c| ('\u{2E80}'..='\u{D7FF}').contains(&c)).count();
    let words = text.split_whitespace().filter(|w| w.is_ascii()).count();
    words as f64 + ideographs as f64 / 2.0
}

fn parsed<T: Clone>(
    cells: &[Option<String>],
    missing: T,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<Vec<T>, BadCell> {
    let value = |(row, cell): (usize, &Option<String>)| match cell {
        None => Ok(missing.clone()),
        Some(cell) => parse(cell.trim()).map_err(|message| BadCell { row, message }),
    };
    cells.iter().enumerate().map(value).collect()
}

/// Spelt as a number, finite or not: infinity among numbers is refused, and is no reason to call them names.
fn is_numeric(cell: &str) -> bool {
    cell.trim().parse::<f64>().is_ok()
}

fn number(cell: &str) -> Result<f32, String> {
    match cell.trim().parse::<f64>() {
        // Beyond f32 is infinite too, and -0 is 0: one value, one spelling.
        Ok(value) if (value as f32).is_finite() => Ok(value as f32 + 0.0),
        Ok(_) => {
            Err(format!("`{}` is not finite in 32 bits; leave the cell empty for missing", shortened(cell)))
        }
        Err(_) => {
            Err(format!("`{}` is not a number; correct it or leave it empty for missing", shortened(cell)))
        }
    }
}

fn boolean(cell: &str) -> Result<f32, String> {
    match cell.to_lowercase().as_str() {
        "true" | "yes" | "1" => Ok(1.0),
        "false" | "no" | "0" => Ok(0.0),
        _ => Err(format!("`{}` is neither true nor false (yes, no, 1 and 0 will do)", shortened(cell))),
    }
}

/// Moments, by the rules of [`super::time`]. Whole numbers of two units in one column are refused: one of the two would be
/// read a thousand times too early or too late.
fn times(cells: &[Option<String>]) -> Result<Vec<Option<i64>>, BadCell> {
    let units = cells.iter().map(|cell| cell.as_deref().and_then(|cell| Unit::of_cell(cell.trim())));
    let mut first: Option<Unit> = None;
    for (row, unit) in units.enumerate() {
        if let (Some(unit), Some(first)) = (unit, first)
            && unit != first
        {
            let cell = shortened(cells[row].as_deref().unwrap_or_default());
            let (unit, first) = (unit.name(), first.name());
            let message =
                format!("`{cell}` counts {unit} where the rows before it count {first}; write one unit");
            return Err(BadCell { row, message });
        }
        first = first.or(unit);
    }
    parsed(cells, None, |cell| {
        moment(cell).map(Some).ok_or_else(|| {
            format!(
                "`{}` is no time; write YYYY-MM-DD, YYYY-MM-DD HH:MM:SS (UTC), RFC 3339 with an offset, or whole seconds, milliseconds or microseconds since 1970",
                shortened(cell)
            )
        })
    })
}

fn category(cells: &[Option<String>]) -> Values {
    let names: BTreeSet<&str> = cells.iter().flatten().map(|c| c.trim()).collect();
    let names: Vec<&str> = names.into_iter().collect();
    let code = |cell: &Option<String>| match cell {
        None => MISSING_CODE,
        Some(cell) => {
            names.binary_search(&cell.trim()).ok().and_then(|i| u32::try_from(i).ok()).unwrap_or(MISSING_CODE)
        }
    };
    let codes = cells.iter().map(code).collect();
    Values::Category { codes, names: names.iter().map(ToString::to_string).collect() }
}

/// At most 40 characters of a cell, for a message.
fn shortened(cell: &str) -> String {
    let mut shown: String = cell.chars().take(40).collect();
    if shown.len() < cell.len() {
        shown.push('…');
    }
    shown
}
