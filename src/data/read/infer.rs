//! Type inference: from raw cells to typed columns.
//!
//! The rules look at the cells that are not missing (`missing`). The first that applies decides:
//!
//! 1. All are numbers (`dialect`): `number`. But whole numbers that start with 0, or that become equal in 32 bits, are codes
//!    (`category`), and whole numbers that are times, in a column whose name suggests a time, are `time`.
//! 2. All are `true` or `false`: `boolean`.
//! 3. All are dates (`dates`): `time`.
//! 4. At least 99 % are numbers, or dates, with more than 20 distinct ones: the first other cell is reported as a typing error.
//! 5. More than 30 % are distinct, with at least 3 words on average (two Chinese characters count as a word): `text`. Otherwise
//!    `category`.
//!
//! Invariants
//! - The same cells in another order give the same kinds and the same category codes.
//! - A column that can be read in two ways is refused with a message that names both, unless the file's other columns show which.
//!
//! Not here: converting the cells (`values`), choosing columns, leakage (`prepare`).

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
use floorwalker_finding::Finding;

/// Share of numbers (or dates) from which another cell is taken for a typing error.
const NUMBER_SHARE: f64 = 0.99;
/// Number of distinct numbers above which a column is taken for a quantity, not for codes.
const NUMBER_DISTINCT: usize = 20;
/// Share of distinct values from which long strings are text.
const TEXT_DISTINCT: f64 = 0.3;
/// Mean number of words from which distinct strings are text.
const TEXT_WORDS: f64 = 3.0;
/// Share of distinct whole numbers that must stay distinct in 32 bits.
const KEPT_SHARE: f64 = 0.99;
/// Number of digits from which a whole number that starts with 0 is a code; a shorter one, such as `08`, may be a month.
const CODE_DIGITS: usize = 3;
/// Eight-digit cells are taken for days only if more than this many of them are distinct.
const LEAST_DAYS: usize = 2;
/// Range of plausible Unix times: 1990 to 2100, in milliseconds.
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

/// What the columns with numbers or dates show about how the file writes them.
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
                reading.how =
                    codes(&cells).or_else(|| with_unit(&cells)).map(|kind| Finding::new(name, kind));
            }
            Ok(category(&cells))
        }
    }
}

/// The distinct cells that are not missing, without surrounding blanks.
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
    // A column of nothing but `none` is not numeric: `none` then is a name.
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

/// A test for the form of the first date among the first cells; `None` if none of these is a date.
fn nearly_dates(cells: &BTreeSet<&str>, habits: Habits) -> Option<impl Fn(&str) -> bool + use<>> {
    // If nearly all cells are dates, one of the first cells is a date.
    let first = cells.iter().take(NUMBER_DISTINCT).find_map(|&cell| {
        let forms = dates::forms(&BTreeSet::from([cell]));
        let preferred = forms.iter().find(|form| Some(form.order) == habits.order);
        preferred.or(forms.first()).cloned()
    })?;
    Some(move |cell: &str| first.read(cell).is_some())
}

/// The first cell that is not of the kind `what`, if nearly all others are.
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
        "`{}` is among {n} {what}; correct it, leave the cell empty if the value is missing, or declare the column as category",
        shortened(cell)
    );
    Some(BadCell { row, message })
}

/// The kind of a column whose cells are all numbers: a quantity, codes, or times.
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
    // Some whole numbers do not fit into 64 bits.
    let is_long = |cell: &&str| cell.len() > 18 && cell.bytes().all(|b| b.is_ascii_digit());
    if cells.iter().any(is_long) && merges(cells) { ReadAs::Category } else { ReadAs::Number }
}

/// Whether more than 1 % of the distinct whole numbers become equal as `f32`, the type of numbers in the page.
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

/// Whether all cells are JSON objects or lists.
fn is_json(cells: &[Option<String>]) -> bool {
    let mut present = cells.iter().flatten().map(|cell| cell.trim()).peekable();
    present.peek().is_some()
        && present.all(|cell| {
            cell.starts_with(['{', '[']) && serde_json::from_str::<serde::de::IgnoredAny>(cell).is_ok()
        })
}

/// Number of words: ASCII words between white space, plus one for every two Chinese, Japanese or Korean characters.
fn n_words(text: &str) -> f64 {
    let ideographs = text.chars().filter(|&c| ('\u{2E80}'..='\u{D7FF}').contains(&c)).count();
    let words = text.split_whitespace().filter(|w| w.is_ascii()).count();
    words as f64 + ideographs as f64 / 2.0
}
