//! Values: converts the cells of a column to its kind.
//!
//! Not here: inferring the kind (`infer`), what counts as missing (`missing`).

use std::collections::BTreeSet;

use super::dates::{self, Form, Order};
use super::dialect::{Decimal, Shown, is_numeric, number};
use super::reading::{ReadAs, Reading};
use super::table::{MISSING_CODE, Values};
use super::time::{Unit, moment};
use floorwalker_finding::shown::quoted;
use floorwalker_finding::{Finding, Kind};

/// A cell that does not fit its column.
pub(super) struct BadCell {
    pub(super) row: usize,
    pub(super) message: String,
}

/// What all columns of a file together show about how it writes numbers and dates.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Habits {
    pub(super) decimal: Option<Decimal>,
    pub(super) order: Option<Order>,
    /// Whether numbers have a decimal point by default, because the format uses it.
    pub(super) is_standard: bool,
}

pub(super) fn parsed<T: Clone>(
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

/// The first row with the text `cell`; 0 if there is none.
fn row_of(cells: &[Option<String>], cell: &str) -> usize {
    cells.iter().position(|other| other.as_deref().is_some_and(|other| other.trim() == cell)).unwrap_or(0)
}

pub(super) fn numbers(
    name: &str,
    cells: &[Option<String>],
    asked: ReadAs,
    habits: Habits,
    reading: &mut Reading,
) -> Result<Vec<f32>, BadCell> {
    let decimal = match asked {
        ReadAs::DecimalComma => Decimal::Comma,
        ReadAs::DecimalPoint => Decimal::Point,
        _ => {
            let shown = Shown::of(cells.iter().flatten().map(|cell| cell.trim()));
            shown.read(habits.decimal, habits.is_standard).map_err(|doubt| BadCell {
                row: row_of(cells, &doubt.cell),
                message: format!(
                    "{}; choose with --kind {} or --kind {} ([data] kinds in a store), or leave the column out with --ignore {}",
                    doubt.message,
                    quoted(format_args!("{name}=decimal_point")),
                    quoted(format_args!("{name}=decimal_comma")),
                    quoted(name)
                ),
            })?
        }
    };
    let read = |cell: &str| match number(cell, decimal) {
        // Numbers too large for f32 are refused as infinite, too; adding 0 turns -0 into 0.
        Some(value) if (value as f32).is_finite() => Ok(value as f32 + 0.0),
        Some(_) => Err(format!(
            "`{}` is not a finite 32-bit number; correct it, or leave the cell empty if the value is missing",
            shortened(cell)
        )),
        None => Err(format!(
            "`{}` is not a number; correct it, or leave the cell empty if the value is missing",
            shortened(cell)
        )),
    };
    let numbers = parsed(cells, f32::NAN, read)?;
    let is_other = |cell: &&String| cell.trim().parse::<f64>().ok() != number(cell, decimal);
    if let Some(example) = cells.iter().flatten().find(is_other) {
        let value = number(example, decimal).unwrap_or(f64::NAN);
        let cell = shortened(example.trim());
        reading.how = Some(Finding::new(name, Kind::NumberForm { cell, value }));
    }
    Ok(numbers)
}

pub(super) fn boolean(cell: &str) -> Result<f32, String> {
    match cell.to_lowercase().as_str() {
        "true" | "yes" | "1" => Ok(1.0),
        "false" | "no" | "0" => Ok(0.0),
        _ => Err(format!(
            "`{}` is neither true nor false; write true, false, yes, no, 1 or 0",
            shortened(cell)
        )),
    }
}

/// Reads moments by the rules of [`super::time`] and of [`dates`]. Whole numbers in two units in one column are refused, because the
/// values in one of them would be wrong by a factor of a thousand or more.
pub(super) fn times(
    name: &str,
    cells: &[Option<String>],
    asked: ReadAs,
    habits: Habits,
    reading: &mut Reading,
) -> Result<Vec<Option<i64>>, BadCell> {
    let present: BTreeSet<&str> = cells.iter().flatten().map(|cell| cell.trim()).collect();
    if dates::are_days(&present, 0) {
        return written(name, cells, &Form::eight_digits(), reading);
    }
    let mut forms = dates::forms(&present);
    let order = match asked {
        ReadAs::DayFirst => Some(Order::DayFirst),
        ReadAs::MonthFirst => Some(Order::MonthFirst),
        _ => habits.order.filter(|order| forms.iter().any(|form| form.order == *order)),
    };
    if let Some(order) = order {
        forms.retain(|form| form.order == order || form.order == Order::Plain);
    }
    match &forms[..] {
        [form] => return written(name, cells, form, reading),
        [one, other, ..] => {
            let differs = |cell: &&str| one.read(cell) != other.read(cell);
            let cell = present.iter().copied().find(differs).unwrap_or_default();
            let message = format!(
                "`{}` may have the {} or the {}, and no other cell shows which; choose with --kind {} or --kind {} ([data] kinds \
                 in a store), or leave the column out with --ignore {}",
                shortened(cell),
                one.shown(),
                other.shown(),
                quoted(format_args!("{name}=day_first")),
                quoted(format_args!("{name}=month_first")),
                quoted(name)
            );
            return Err(BadCell { row: row_of(cells, cell), message });
        }
        [] => {}
    }
    one_unit(cells)?;
    parsed(cells, None, |cell| {
        moment(cell).map(Some).ok_or_else(|| {
            format!(
                "`{}` is not a time, or not in the form of the times before it; write all as YYYY-MM-DD, YYYY-MM-DD HH:MM:SS \
                 (UTC), RFC 3339 with an offset, or whole seconds, milliseconds or microseconds since 1970",
                shortened(cell)
            )
        })
    })
}

/// Refuses a column with whole numbers in two units.
fn one_unit(cells: &[Option<String>]) -> Result<(), BadCell> {
    let units = cells.iter().map(|cell| cell.as_deref().and_then(|cell| Unit::of_cell(cell.trim())));
    let mut first: Option<Unit> = None;
    for (row, unit) in units.enumerate() {
        if let (Some(unit), Some(first)) = (unit, first)
            && unit != first
        {
            let cell = shortened(cells[row].as_deref().unwrap_or_default());
            let (unit, first) = (unit.name(), first.name());
            let message = format!(
                "`{cell}` is in {unit}, and the rows before it are in {first}; write all times in one unit"
            );
            return Err(BadCell { row, message });
        }
        first = first.or(unit);
    }
    Ok(())
}

/// Reads moments in one form.
fn written(
    name: &str,
    cells: &[Option<String>],
    form: &Form,
    reading: &mut Reading,
) -> Result<Vec<Option<i64>>, BadCell> {
    let moments = parsed(cells, None, |cell| {
        form.read(cell).map(Some).ok_or_else(|| format!("`{}` is not a time", shortened(cell)))
    })?;
    if moments.iter().flatten().any(|written| written.at_ms != written.local_ms) {
        reading.local_ms = moments.iter().map(|written| written.map(|written| written.local_ms)).collect();
    }
    if form.order != Order::Plain {
        let is_day_first = form.order == Order::DayFirst;
        reading.how = Some(Finding::new(name, Kind::DateOrder { is_day_first }));
    }
    Ok(moments.into_iter().map(|written| written.map(|written| written.at_ms)).collect())
}

pub(super) fn category(cells: &[Option<String>]) -> Values {
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

/// Whether names are codes that look like numbers.
pub(super) fn codes(cells: &[Option<String>]) -> Option<Kind> {
    let mut present = cells.iter().flatten().map(|cell| cell.trim()).peekable();
    present.peek()?;
    present
        .all(|cell| !cell.is_empty() && cell.trim_start_matches('-').bytes().all(|b| b.is_ascii_digit()))
        .then_some(Kind::Codes)
}

/// Whether names are numbers followed by the same unit, such as `12.5 kg`.
pub(super) fn with_unit(cells: &[Option<String>]) -> Option<Kind> {
    let unit = |cell: &str| {
        let at = cell.rfind(|c: char| !c.is_alphabetic())?;
        let (number, unit) = cell.split_at(at + cell[at..].chars().next()?.len_utf8());
        (!unit.is_empty() && is_numeric(number)).then(|| unit.to_owned())
    };
    let mut present = cells.iter().flatten().map(|cell| cell.trim()).peekable();
    let first = present.peek().copied()?;
    let of_first = unit(first)?;
    let is_of_all = present.all(|cell| unit(cell).as_ref() == Some(&of_first));
    is_of_all.then(|| Kind::WithUnit { cell: shortened(first), unit: of_first })
}

/// At most 40 characters of a cell, for a message.
pub(super) fn shortened(cell: &str) -> String {
    let mut shown: String = cell.chars().take(40).collect();
    if shown.len() < cell.len() {
        shown.push('…');
    }
    shown
}
