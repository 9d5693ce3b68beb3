//! Type inference: from raw cells to typed columns.
//!
//! Of the cells that are not missing (`missing`), in this order:
//!
//! 1. all are numbers (`dialect`): `number`. But whole numbers that start with 0 or that 32 bits merge are codes (`category`), and in
//!    a column whose name says time, `time`.
//! 2. all are `true` or `false`: `boolean`.
//! 3. all are dates (`dates`): `time`.
//! 4. at least 99 % are numbers, or dates, of more than 20 different ones: the rest is refused as a slip, with its place.
//! 5. more than 30 % are distinct and they are 3 words long on average (two Chinese characters count as a word):
//!    `text`. Else `category`.
//!
//! Invariants
//! - The same cells in another order give the same kinds and the same category codes.
//! - A column that can be read in two ways is refused with both, unless the file's other columns show which.
//!
//! Not here: what the cells are then (`values`), choosing columns, leakage (`prepare`).

use std::collections::BTreeSet;

use anyhow::{Result, bail};

use super::dates::{self, Order};
use super::dialect::{Decimal, Shown, is_numeric};
use super::missing::{self, Rule};
use super::raw::{Raw, RawColumn, field_offset};
use super::reading::Kind;
use super::reading::{Overrides, ReadAs, Reading};
use super::source::Source;
use super::table::{Column, Values, meant};
use super::time::{Unit, whole};
use super::values::{
    BadCell, Habits, boolean, category, codes, numbers, parsed, shortened, times, with_unit,
};

/// Share of numbers from which a cell that is none is taken for a slip.
const NUMBER_SHARE: f64 = 0.99;
/// Distinct numbers above which a column is a quantity and not a code.
const NUMBER_DISTINCT: usize = 20;
/// Share of distinct values from which long strings are text.
const TEXT_DISTINCT: f64 = 0.3;
/// Mean words from which distinct strings are text.
const TEXT_WORDS: f64 = 3.0;
/// Share of different whole numbers that must stay different in 32 bits.
const KEPT_SHARE: f64 = 0.99;
/// Digits from which a whole number that starts with 0 is a code: `08` may be a month.
const CODE_DIGITS: usize = 3;
/// Different eight-digit cells above which they may be days.
const LEAST_DAYS: usize = 2;
/// Unix times that are believed: 1990 to 2100, in milliseconds.
const UNIX_MS: std::ops::Range<i64> = 631_152_000_000..4_102_444_800_000;

/// Types the columns in `wanted`, every column for `None`. The others stay text.
pub(super) fn columns(
    source: &Source,
    raw: Raw,
    overrides: &Overrides,
    wanted: Option<&BTreeSet<String>>,
) -> Result<Vec<(Column, Reading)>> {
    let named = overrides.kinds.keys().chain(overrides.missing.keys());
    for name in wanted.into_iter().flatten().chain(named) {
        if !raw.columns.iter().any(|c| c.name == *name) {
            let names = raw.columns.iter().map(|c| c.name.as_str());
            bail!("{}: there is no column `{name}`; {}", source.path.display(), meant(name, names));
        }
    }
    let Raw { columns, offset_of_row, delimiter } = raw;
    let is_wanted = |name: &String| wanted.is_none_or(|wanted| wanted.contains(name));
    let asked = |name: &String| {
        let said = overrides.kinds.get(name).or(overrides.learnt.get(name)).copied();
        said.or((!is_wanted(name)).then_some(ReadAs::Text))
    };
    let habits = Habits {
        is_standard: source.is_sheet || delimiter.is_none_or(|delimiter| delimiter == b','),
        ..habits(columns.iter().map(|column| (column, asked(&column.name))))
    };
    let mut typed = Vec::with_capacity(columns.len());
    for (idx, column) in columns.into_iter().enumerate() {
        let rule = overrides.missing.get(&column.name).map(Vec::as_slice);
        let mut reading = Reading::default();
        let values =
            column_values(&column.name, column.cells, asked(&column.name), rule, habits, &mut reading)
                .map_err(|bad| {
                    let row_at = offset_of_row.get(bad.row).copied().unwrap_or(source.text.len());
                    let at = match delimiter {
                        Some(delimiter) => field_offset(&source.text, row_at, idx, delimiter),
                        None => {
                            row_at + source.text[row_at..].find(&format!("\"{}\"", column.name)).unwrap_or(0)
                        }
                    };
                    source.refuse(at, format!("column `{}`: {}", column.name, bad.message))
                })?;
        typed.push((Column { name: column.name, values }, reading));
    }
    Ok(typed)
}

/// What the columns that are numbers or dates show of how this file writes them.
fn habits<'a>(columns: impl Iterator<Item = (&'a RawColumn, Option<ReadAs>)>) -> Habits {
    let (mut decimals, mut orders) = (BTreeSet::new(), BTreeSet::new());
    for (column, asked) in columns {
        match asked {
            None | Some(ReadAs::Number | ReadAs::Time) => {}
            Some(ReadAs::DecimalComma) => drop(decimals.insert(Decimal::Comma)),
            Some(ReadAs::DecimalPoint) => drop(decimals.insert(Decimal::Point)),
            Some(ReadAs::DayFirst) => drop(orders.insert(Order::DayFirst)),
            Some(ReadAs::MonthFirst) => drop(orders.insert(Order::MonthFirst)),
            Some(ReadAs::Boolean | ReadAs::Category | ReadAs::Text) => continue,
        }
        let cells = column.cells.iter().flatten().map(|cell| cell.trim());
        let present = || cells.clone().filter(|cell| !Rule::Quantity.is_missing(cell));
        if present().all(is_numeric) {
            decimals.extend(Shown::of(present()).decimal());
        } else if present().next().is_some_and(|cell| cell.contains(|c: char| c.is_ascii_digit())) {
            let forms = dates::forms(&present().collect());
            if let [form] = &forms[..] {
                orders.insert(form.order);
            }
        }
    }
    orders.remove(&Order::Plain);
    let only = |set: &BTreeSet<Decimal>| set.first().copied().filter(|_| set.len() == 1);
    let order = orders.first().copied().filter(|_| orders.len() == 1);
    Habits { decimal: only(&decimals), order, is_standard: false }
}

fn column_values(
    name: &str,
    cells: Vec<Option<String>>,
    asked: Option<ReadAs>,
    given: Option<&[String]>,
    habits: Habits,
    reading: &mut Reading,
) -> Result<Values, BadCell> {
    let kind = match asked {
        Some(asked) => asked,
        None => inferred(name, &cells, given, habits)?,
    };
    let rule = given.map_or(
        match kind.kind() {
            Kind::Text => Rule::Text,
            Kind::Boolean | Kind::Category => Rule::Names,
            Kind::Number | Kind::Time => Rule::Quantity,
        },
        Rule::Given,
    );
    let keeps_na = given.is_none()
        && kind == ReadAs::Category
        && missing::na_is_a_name(distinct(&cells, Rule::Names).iter().copied());
    let cells = missing::without_missing(cells, rule, keeps_na, reading);
    match kind.kind() {
        Kind::Number => Ok(Values::Number(numbers(name, &cells, kind, habits, reading)?)),
        Kind::Boolean => Ok(Values::Boolean(parsed(&cells, f32::NAN, boolean)?)),
        Kind::Time => Ok(Values::Time(times(name, &cells, kind, habits, reading)?)),
        Kind::Text => {
            reading.is_json = is_json(&cells);
            Ok(Values::Text(cells))
        }
        Kind::Category => {
            reading.is_json = is_json(&cells);
            if asked.is_none() {
                reading.how = codes(&cells).or_else(|| with_unit(&cells));
            }
            Ok(category(&cells))
        }
    }
}

/// The different cells that are not missing, without blanks around them.
fn distinct<'a>(cells: &'a [Option<String>], rule: Rule<'_>) -> BTreeSet<&'a str> {
    cells.iter().flatten().map(|cell| cell.trim()).filter(|cell| !rule.is_missing(cell)).collect()
}

fn inferred(
    name: &str,
    cells: &[Option<String>],
    given: Option<&[String]>,
    habits: Habits,
) -> Result<ReadAs, BadCell> {
    let rule = |own| given.map_or(own, Rule::Given);
    let present = |rule: Rule<'_>| -> Vec<&str> {
        cells.iter().flatten().map(|c| c.trim()).filter(|cell| !rule.is_missing(cell)).collect()
    };
    let quantities = present(rule(Rule::Quantity));
    let n_numbers = quantities.iter().filter(|c| is_numeric(c)).count();
    let names = distinct(cells, rule(Rule::Names));
    // `none` alone is a name.
    if n_numbers == quantities.len() && (n_numbers > 0 || names.is_empty()) {
        return Ok(of_numbers(name, &quantities)); // a column without any value too: it is refused or dropped where columns are chosen
    }
    if names.iter().all(|c| c.eq_ignore_ascii_case("true") || c.eq_ignore_ascii_case("false")) {
        return Ok(ReadAs::Boolean);
    }
    let distinct_quantities: BTreeSet<&str> = quantities.iter().copied().collect();
    match dates::forms(&distinct_quantities)[..] {
        [] => {}
        _ => return Ok(ReadAs::Time),
    }
    if let Some(bad) = slip(cells, rule(Rule::Quantity), &quantities, n_numbers, "numbers", is_numeric) {
        return Err(bad);
    }
    if let Some(is_date) = nearly_dates(&distinct_quantities, habits) {
        let n_dates = quantities.iter().filter(|cell| is_date(cell)).count();
        if let Some(bad) = slip(cells, rule(Rule::Quantity), &quantities, n_dates, "dates", &is_date) {
            return Err(bad);
        }
    }
    let names = distinct(cells, rule(Rule::Text));
    let n_present = present(rule(Rule::Text)).len();
    let words: f64 = names.iter().map(|c| n_words(c)).sum();
    let is_text =
        names.len() as f64 > TEXT_DISTINCT * n_present as f64 && words >= TEXT_WORDS * names.len() as f64;
    Ok(if is_text { ReadAs::Text } else { ReadAs::Category })
}

/// A reader for the form of the first date, where most cells of a sample are dates of it.
fn nearly_dates(cells: &BTreeSet<&str>, habits: Habits) -> Option<impl Fn(&str) -> bool + use<>> {
    // Where nearly all are dates, one of the first is.
    let first = cells.iter().take(NUMBER_DISTINCT).find_map(|&cell| {
        let forms = dates::forms(&BTreeSet::from([cell]));
        let preferred = forms.iter().find(|form| Some(form.order) == habits.order);
        preferred.or(forms.first()).cloned()
    })?;
    Some(move |cell: &str| first.read(cell).is_some())
}

/// A cell that is none of what nearly all others are.
fn slip(
    cells: &[Option<String>],
    rule: Rule<'_>,
    present: &[&str],
    n: usize,
    what: &str,
    is_one: impl Fn(&str) -> bool,
) -> Option<BadCell> {
    if (n as f64) < NUMBER_SHARE * present.len() as f64 {
        return None;
    }
    let good: BTreeSet<&str> = present.iter().copied().filter(|cell| is_one(cell)).collect();
    if good.len() <= NUMBER_DISTINCT {
        return None;
    }
    let is_slip =
        |c: &Option<String>| c.as_deref().map(str::trim).is_some_and(|c| !rule.is_missing(c) && !is_one(c));
    let row = cells.iter().position(is_slip)?;
    let cell = cells.get(row).and_then(|c| c.as_deref()).unwrap_or_default();
    let message = format!(
        "`{}` among {n} {what}; correct it, leave it empty for missing, or declare the column a category",
        shortened(cell)
    );
    Some(BadCell { row, message })
}

/// What a column of nothing but numbers is: a quantity, codes, or times.
fn of_numbers(name: &str, cells: &[&str]) -> ReadAs {
    let is_code = |cell: &&str| {
        cell.len() >= CODE_DIGITS && cell.starts_with('0') && cell.bytes().all(|b| b.is_ascii_digit())
    };
    let integers: Option<Vec<i64>> = cells.iter().map(|cell| whole(cell)).collect();
    if cells.iter().any(is_code) && cells.iter().all(|cell| cell.bytes().all(|b| b.is_ascii_digit())) {
        return ReadAs::Category;
    }
    if let Some(integers) = integers {
        let is_unix = |&number: &i64| Unit::of(number).is_some_and(|unit| UNIX_MS.contains(&unit.ms(number)));
        if dates::is_time_name(name) && !integers.is_empty() {
            let distinct: BTreeSet<&str> = cells.iter().copied().collect();
            if integers.iter().all(is_unix) || dates::are_days(&distinct, LEAST_DAYS) {
                return ReadAs::Time;
            }
        }
        if merges(cells) {
            return ReadAs::Category;
        }
        return ReadAs::Number;
    }
    // Whole numbers of 20 digits and more.
    let is_long = |cell: &&str| cell.len() > 18 && cell.bytes().all(|b| b.is_ascii_digit());
    if cells.iter().any(is_long) && merges(cells) { ReadAs::Category } else { ReadAs::Number }
}

/// Whether different whole numbers become equal in 32 bits, in which the page holds numbers.
fn merges(cells: &[&str]) -> bool {
    let is_large = |cell: &&str| cell.trim_start_matches('-').len() > 7;
    if !cells.iter().any(is_large) {
        return false;
    }
    let distinct: BTreeSet<&str> = cells.iter().copied().collect();
    let kept: BTreeSet<u32> =
        distinct.iter().filter_map(|cell| cell.parse::<f64>().ok()).map(|x| (x as f32).to_bits()).collect();
    (kept.len() as f64) < KEPT_SHARE * distinct.len() as f64
}

/// Cells that hold JSON objects or lists.
fn is_json(cells: &[Option<String>]) -> bool {
    let mut present = cells.iter().flatten().map(|cell| cell.trim()).peekable();
    present.peek().is_some()
        && present.all(|cell| {
            cell.starts_with(['{', '[']) && serde_json::from_str::<serde::de::IgnoredAny>(cell).is_ok()
        })
}

/// Words by white space, with two Chinese, Japanese or Korean characters for a word.
fn n_words(text: &str) -> f64 {
    let ideographs = text.chars().filter(|&c| ('\u{2E80}'..='\u{D7FF}').contains(&c)).count();
    let words = text.split_whitespace().filter(|w| w.is_ascii()).count();
    words as f64 + ideographs as f64 / 2.0
}
