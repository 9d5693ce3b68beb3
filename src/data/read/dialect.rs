//! Dialect: finds how a column writes numbers (decimal separator, currency, percent), from all of its cells.
//!
//! | written                     | number          | what it shows                                                   |
//! |-----------------------------|-----------------|-----------------------------------------------------------------|
//! | `1234.5`, `1,234.50`, `1.5` | 1234.5, …, 1.5  | a decimal point                                                 |
//! | `1.234,50`, `12,5`          | 1234.5, 12.5    | a decimal comma                                                 |
//! | `1.234.567`, `1,234,567`    | 1234567         | a decimal comma, a decimal point: a repeated separator groups thousands |
//! | `1.200`, `1,200`            | 1.2 or 1200     | nothing, because it is ambiguous                                |
//! | `1 234,5`, `1'234.5`        | 1234.5          | blanks and apostrophes only group thousands                     |
//! | `12,34,567.00`              | 1234567         | a decimal point; Indian groups                                  |
//! | `$1,299.00`, `12,5 €`, `EUR 5` | 1299, 12.5, 5 | a column has one currency                                       |
//! | `12.5%`                     | 12.5            | all numbers of a column are percentages, or none                |
//! | `(5)`, `-5`, `5-`, `−5`     | −5              | accountants' parentheses, and a minus on either side            |
//!
//! Invariants
//! - A column is read in one way. Cells that show two ways, and ambiguous cells in a file that does not show one either, give a
//!   [`Doubt`]; nothing is guessed.
//!
//! Not here: which columns are numbers (`infer`).

use std::collections::BTreeSet;

/// Currency signs and codes that may precede or follow a number; longer ones come before those that they contain.
const CURRENCIES: [&str; 76] = [
    "US$", "CA$", "A$", "C$", "HK$", "NT$", "R$", "S$", "MX$", "NZ$", "$", "€", "£", "¥", "￥", "₹", "₩",
    "₽", "₺", "₫", "฿", "₪", "₴", "₱", "₦", "₡", "₲", "₵", "₸", "EUR", "USD", "GBP", "CHF", "JPY", "CNY",
    "RMB", "INR", "AUD", "CAD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "BRL", "MXN", "NZD", "SGD",
    "HKD", "TWD", "KRW", "THB", "IDR", "MYR", "PHP", "VND", "TRY", "ILS", "ZAR", "AED", "SAR", "Fr.", "Rs.",
    "Rs", "Rp", "RM", "Ft", "lei", "zł", "Kč", "kr.", "kr", "元", "円",
];

/// Blanks and apostrophes that group thousands.
const GROUPING: [char; 7] = [' ', '\u{A0}', '\u{202F}', '\u{2009}', '\'', '\u{2019}', '_'];

/// The decimal separator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Decimal {
    /// `12.5`.
    Point,
    /// `12,5`.
    Comma,
}

/// What one cell shows about its column's dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shows {
    /// Nothing: the cell has no decimal separator.
    Nothing,
    /// A decimal separator that is not ambiguous.
    One(Decimal),
    /// Ambiguous: a single separator before three digits, `1.200` with a point or `1,200` with a comma.
    Either { separator: char },
}

/// The parts of a cell that is written as a number.
#[derive(Clone, Debug, PartialEq)]
struct Spelt<'a> {
    is_negative: bool,
    is_percent: bool,
    currency: Option<&'a str>,
    /// Digits, separators and exponent.
    body: &'a str,
    shows: Shows,
}

/// Why a column of numbers is ambiguous.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Doubt {
    /// The cell that shows it.
    pub(super) cell: String,
    /// Description of the ambiguity, to follow “column `x`: ”.
    pub(super) message: String,
}

/// What the cells of a column show about its dialect.
#[derive(Clone, Debug, Default)]
pub(super) struct Shown {
    /// An example of a cell with a decimal point; `comma`: of one with a decimal comma.
    point: Option<String>,
    comma: Option<String>,
    /// The separator and an example of an ambiguous cell.
    either: Option<(char, String)>,
    /// Whether there are whole numbers of four digits or more without groups, so that separators of this column do not group.
    is_ungrouped: bool,
    currencies: BTreeSet<String>,
    percent: Option<String>,
    /// An example of a cell that is not a percentage and not 0, which is the same in both.
    plain: Option<String>,
}

/// Whether `cell` is written as a number in some dialect, finite or not: infinity among numbers is refused later, and must not turn
/// the column into a category.
pub(super) fn is_numeric(cell: &str) -> bool {
    cell.trim().parse::<f64>().is_ok() || spelt(cell).is_some()
}

impl Shown {
    /// Collects what `cells` show; cells that are not numbers show nothing.
    pub(super) fn of<'a>(cells: impl Iterator<Item = &'a str>) -> Self {
        let mut shown = Self::default();
        for (cell, spelt) in cells.filter_map(|cell| Some((cell, spelt(cell)?))) {
            let keep = |place: &mut Option<String>| {
                if place.is_none() {
                    *place = Some(cell.to_owned());
                }
            };
            match spelt.shows {
                Shows::One(Decimal::Point) => keep(&mut shown.point),
                Shows::One(Decimal::Comma) => keep(&mut shown.comma),
                Shows::Either { separator } => {
                    shown.either.get_or_insert_with(|| (separator, cell.to_owned()));
                }
                Shows::Nothing => {
                    let n_digits = spelt.body.bytes().take_while(u8::is_ascii_digit).count();
                    shown.is_ungrouped |= n_digits > 3 && n_digits == spelt.body.len();
                }
            }
            if spelt.is_percent {
                keep(&mut shown.percent);
            } else if cell.trim() != "0" {
                keep(&mut shown.plain);
            }
            shown.currencies.extend(spelt.currency.map(str::to_owned));
        }
        shown
    }

    /// The decimal separator, if the column itself shows exactly one.
    pub(super) fn decimal(&self) -> Option<Decimal> {
        match (&self.point, &self.comma, &self.either) {
            (Some(_), None, _) => Some(Decimal::Point),
            (None, Some(_), _) => Some(Decimal::Comma),
            (None, None, Some((separator, _))) if self.is_ungrouped => Some(as_decimal(*separator)),
            _ => None,
        }
    }

    /// The decimal separator of the column: the one that it shows, else that of `file`, else by default a point where this is not
    /// ambiguous.
    ///
    /// - `file`: what the other columns show; `None` where they show nothing or both.
    /// - `is_standard`: the format uses decimal points: JSON, a sheet, CSV with commas between cells.
    ///
    /// # Errors
    ///
    /// Both separators in one column; several currencies; numbers with and without percent; ambiguous cells in a file that shows neither.
    pub(super) fn read(&self, file: Option<Decimal>, is_standard: bool) -> Result<Decimal, Doubt> {
        if let (Some(point), Some(comma)) = (&self.point, &self.comma) {
            return Err(Doubt {
                cell: comma.clone(),
                message: format!(
                    "`{comma}` has a decimal comma and `{point}` a decimal point; write all numbers of a column in the same way"
                ),
            });
        }
        if let (Some(percent), Some(plain)) = (&self.percent, &self.plain) {
            return Err(Doubt {
                cell: plain.clone(),
                message: format!(
                    "`{percent}` is a percentage and `{plain}` is not; write all numbers of a column in the same way"
                ),
            });
        }
        if self.currencies.len() > 1 {
            let listed: Vec<&str> = self.currencies.iter().map(String::as_str).collect();
            return Err(Doubt {
                cell: String::new(),
                message: format!(
                    "the amounts are in several currencies ({}); convert them to one, or put the currency in another column",
                    listed.join(", ")
                ),
            });
        }
        if let Some(decimal) = self.decimal() {
            return Ok(decimal);
        }
        match (&self.either, file) {
            (None, _) => Ok(Decimal::Point),
            (Some(_), Some(decimal)) => Ok(decimal),
            (Some(('.', _)), None) if is_standard => Ok(Decimal::Point),
            (Some((_, cell)), None) => {
                let of = |decimal| plain(number(cell, decimal).unwrap_or(f64::NAN));
                Err(Doubt {
                    cell: cell.clone(),
                    message: format!(
                        "`{cell}` may be {} or {}, and no other cell shows which",
                        of(Decimal::Point),
                        of(Decimal::Comma)
                    ),
                })
            }
        }
    }
}

/// The number in `cell`, read with a decimal separator; `None` if it is written with the other, or is not a number. May be infinite.
pub(super) fn number(cell: &str, decimal: Decimal) -> Option<f64> {
    let Some(spelt) = spelt(cell) else { return cell.trim().parse().ok() };
    let fits = match spelt.shows {
        Shows::One(other) => other == decimal,
        Shows::Nothing | Shows::Either { .. } => true,
    };
    if !fits {
        return None;
    }
    let plain: String = spelt
        .body
        .chars()
        .filter_map(|c| match (c, decimal) {
            ('.', Decimal::Point) | (',', Decimal::Comma) => Some('.'),
            ('.' | ',', _) => None,
            (c, _) if GROUPING.contains(&c) => None,
            (c, _) => Some(c),
        })
        .collect();
    let number: f64 = plain.parse().ok()?;
    Some(if spelt.is_negative { -number } else { number })
}

/// A number as it is shown in a message.
fn plain(number: f64) -> String {
    number.to_string()
}

fn as_decimal(separator: char) -> Decimal {
    if separator == ',' { Decimal::Comma } else { Decimal::Point }
}

/// Parses a cell into its parts; `None` if it is not a number in any dialect.
fn spelt(cell: &str) -> Option<Spelt<'_>> {
    let mut rest = cell.trim();
    // Fast path for plain digits, which most cells are.
    if !rest.is_empty() && rest.len() <= 64 && rest.bytes().all(|b| b.is_ascii_digit()) {
        let (currency, is_percent) = (None, false);
        return Some(Spelt { is_negative: false, is_percent, currency, body: rest, shows: Shows::Nothing });
    }
    if rest.len() > 64 || !rest.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let mut is_negative = false;
    if let Some(inner) = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        (is_negative, rest) = (true, inner.trim());
    }
    let (mut currency, mut is_percent, mut has_sign) = (None, false, is_negative);
    // Sign, currency and percent sign may be on either side, in any order, each once.
    loop {
        let before = rest;
        if !has_sign && let Some(found) = without_sign(rest) {
            (has_sign, is_negative, rest) = (true, found.0, found.1);
        }
        if currency.is_none()
            && let Some(found) = without_currency(rest)
        {
            (currency, rest) = (Some(found.0), found.1);
        }
        let percents = ['%', '％'];
        if !is_percent
            && let Some(inner) = rest.strip_suffix(percents).or_else(|| rest.strip_prefix(percents))
        {
            (is_percent, rest) = (true, inner);
        }
        rest = rest.trim();
        if rest == before {
            break;
        }
    }
    let shows = shows(rest)?;
    Some(Spelt { is_negative, is_percent, currency, body: rest, shows })
}

/// Strips a sign before the number, or a minus after it; returns whether the number is negative, and the rest.
fn without_sign(text: &str) -> Option<(bool, &str)> {
    let minus = ['-', '\u{2212}'];
    if let Some(rest) = text.strip_prefix(minus).or_else(|| text.strip_suffix(minus)) {
        return Some((true, rest));
    }
    text.strip_prefix('+').map(|rest| (false, rest))
}

fn without_currency(text: &str) -> Option<(&'static str, &str)> {
    CURRENCIES.iter().find_map(|&currency| {
        let rest = text.strip_prefix(currency).or_else(|| text.strip_suffix(currency))?;
        Some((currency, rest))
    })
}

/// What digits, separators and an exponent show about the dialect; `None` if they are not a number.
fn shows(body: &str) -> Option<Shows> {
    let (mantissa, exponent) = match body.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (body, None),
    };
    if let Some(exponent) = exponent {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
    }
    let is_known = |c: char| c.is_ascii_digit() || c == '.' || c == ',' || GROUPING.contains(&c);
    if !mantissa.chars().all(is_known) || !mantissa.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let count = |separator| mantissa.matches(separator).count();
    let (points, commas) = (count('.'), count(','));
    let has_groups = mantissa.contains(GROUPING);
    match (points, commas) {
        (0, 0) if !has_groups => Some(Shows::Nothing),
        (0, 0) => grouped(mantissa, &GROUPING).then_some(Shows::Nothing),
        // With both separators, the last one is the decimal separator, and the other groups thousands.
        (1.., 1..) => {
            let last = mantissa.rfind(['.', ',']).map(|at| &mantissa[at..=at])?;
            let (decimal, other) = if last == "." { ('.', ',') } else { (',', '.') };
            let (whole, fraction) = mantissa.split_once(decimal)?;
            let is_number = !has_groups && grouped(whole, &[other]) && is_digits(fraction);
            is_number.then_some(Shows::One(as_decimal(decimal)))
        }
        (2.., 0) => (!has_groups && grouped(mantissa, &['.'])).then_some(Shows::One(Decimal::Comma)),
        (0, 2..) => (!has_groups && grouped(mantissa, &[','])).then_some(Shows::One(Decimal::Point)),
        _ => {
            let separator = if points == 1 { '.' } else { ',' };
            let (whole, fraction) = mantissa.split_once(separator)?;
            if !(fraction.is_empty() || is_digits(fraction)) || (whole.is_empty() && fraction.is_empty()) {
                return None;
            }
            if has_groups {
                return grouped(whole, &GROUPING).then_some(Shows::One(as_decimal(separator)));
            }
            let may_group = exponent.is_none()
                && fraction.len() == 3
                && (1..=3).contains(&whole.len())
                && !whole.starts_with('0');
            Some(if may_group { Shows::Either { separator } } else { Shows::One(as_decimal(separator)) })
        }
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Whether the digits are grouped in threes, or in Indian groups: twos, and three digits at the end.
fn grouped(whole: &str, separators: &[char]) -> bool {
    let groups: Vec<&str> = whole.split(separators).collect();
    let Some((first, rest)) = groups.split_first() else { return false };
    let Some((last, middle)) = rest.split_last() else { return is_digits(first) };
    let all_digits = groups.iter().all(|group| is_digits(group));
    let of = |n: usize| middle.iter().all(|group| group.len() == n);
    all_digits && last.len() == 3 && (first.len() <= 3 && of(3) || first.len() <= 2 && of(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expects that a column of `cells` is read as `numbers`, without help from other columns.
    fn check(cells: &[&str], numbers: &[f64]) {
        let decimal = Shown::of(cells.iter().copied()).read(None, false).unwrap();
        let read: Vec<f64> = cells.iter().map(|cell| number(cell, decimal).unwrap()).collect();
        assert_eq!(read, numbers, "{cells:?}");
    }

    fn doubt(cells: &[&str]) -> String {
        Shown::of(cells.iter().copied()).read(None, false).unwrap_err().message
    }

    #[test]
    fn every_way_of_writing_a_number_is_read() {
        check(&["610,59", "1.559,11", "12"], &[610.59, 1559.11, 12.0]);
        check(&["$1,299.00", "$5"], &[1299.0, 5.0]);
        check(&["1 234,50 €", "-7 €"], &[1234.5, -7.0]);
        check(&["1\u{202F}234,5", "1\u{A0}000"], &[1234.5, 1000.0]);
        check(&["1'234.50", "12\u{2019}000.25"], &[1234.5, 12_000.25]);
        check(&["12,34,567.00", "5,00,000"], &[1_234_567.0, 500_000.0]);
        check(&["12.5%", "3%", "−4 %"], &[12.5, 3.0, -4.0]);
        check(&["(1,234.50)", "5-", "+6", "-7"], &[-1234.5, -5.0, 6.0, -7.0]);
        check(&["1,5E+03", "2"], &[1500.0, 2.0]);
        check(&["1.234.567", "999"], &[1_234_567.0, 999.0]);
        check(&["EUR 12,5", "12,75 EUR"], &[12.5, 12.75]);
        check(&["R$ 1.299,90"], &[1299.9]);
        check(&["￥1,280.00", "￥99"], &[1280.0, 99.0]);
        check(&["5.", ".5", "0.125"], &[5.0, 0.5, 0.125]);
    }

    #[test]
    fn what_a_column_shows_decides_the_cells_that_could_be_either() {
        check(&["1.200", "12,5"], &[1200.0, 12.5]);
        check(&["1.200", "12.5"], &[1.2, 12.5]);
        check(&["1,200", "12.5"], &[1200.0, 12.5]);
        // This column has a whole number of four digits without groups, so the point is a decimal point.
        check(&["1.200", "1850"], &[1.2, 1850.0]);
        check(&["1,200", "0,125"], &[1.2, 0.125]);
    }

    #[test]
    fn the_file_decides_where_the_column_shows_nothing() {
        let shown = Shown::of(["1.200", "3.400"].into_iter());
        assert_eq!(shown.read(Some(Decimal::Comma), true), Ok(Decimal::Comma));
        assert_eq!(shown.read(None, true), Ok(Decimal::Point));
        assert!(shown.read(None, false).is_err());
        assert!(Shown::of(["1,200"].into_iter()).read(None, true).is_err());
        assert_eq!(Shown::of(["1,200"].into_iter()).read(Some(Decimal::Point), true), Ok(Decimal::Point));
    }

    #[test]
    fn a_doubt_is_told_with_both_readings() {
        assert_eq!(doubt(&["1.200", "950"]), "`1.200` may be 1.2 or 1200, and no other cell shows which");
        assert!(doubt(&["1.5", "1,5"]).contains("in the same way"));
        assert!(doubt(&["12%", "0.5"]).contains("percentage"));
        assert!(doubt(&["$5", "€6"]).contains("several currencies ($, €)"));
    }

    #[test]
    fn what_is_no_number_is_none_in_any_dialect() {
        for cell in [
            "",
            "-",
            "€",
            "1.2.3",
            "1,2,3",
            "192.168.1.1",
            "12-05",
            "1 2",
            "1234,567,8",
            "12a",
            "e5",
            "1e",
            "1..5",
            "%",
            "5%%",
            "--5",
            "A1",
            "1,23.4,5",
            "2024-01-05",
        ] {
            assert!(!is_numeric(cell), "{cell}");
        }
    }
}
