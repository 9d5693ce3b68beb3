//! Dates: finds the format in which a column writes moments, from all of its cells.
//!
//! | written                                                        | form                                      |
//! |----------------------------------------------------------------|-------------------------------------------|
//! | `2024-02-29`, `2024-02-29T23:59:58.123+08:00`, `… 23:59 UTC`   | ISO 8601, RFC 3339                         |
//! | `2024/02/29`, `29.02.2024`, `29/02/2024`, `02/29/2024`, `29.02.24` | day, month and year by numbers        |
//! | `29 Feb 2024`, `Feb 29, 2024`, `29-Feb-24`, `Thu, 29 Feb 2024` | months by their English names             |
//! | `2024年2月29日`                                                 | Chinese                                   |
//! | `20240229`                                                     | eight digits, if all of the column are real days |
//! | `1709164800`, `1709164800123`, …                               | Unix time, in columns whose name suggests a time |
//!
//! A time of day may follow the date: `23:59`, `23:59:58`, `11:59 PM`, each optionally with a zone: `Z`, `UTC`, `GMT`, `+0800`, `+08:00`.
//!
//! Invariants
//! - A column is read in one form. If two forms fit and give different days, as for `03/04/2024`, the column is ambiguous, and no form
//!   is guessed.
//! - A day that does not exist in the calendar is not a date.
//!
//! Not here: features made from dates (`examples`), names of time zones.

use std::collections::BTreeSet;

use jiff::fmt::strtime;
use jiff::tz::Offset;

use super::time::{civil, whole};

/// Milliseconds of a second.
const SECOND_MS: i64 = 1000;

/// A moment, and the local time with which it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub(super) at_ms: i64,
    /// The local time as if it were UTC: 21:06 for 21:06 +0200.
    pub(super) local_ms: i64,
}

/// Whether the day or the month comes first, if both are numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Order {
    /// Not ambiguous, such as 2024-02-29, or a month by its name.
    Plain,
    /// Day before month, such as 29.02.2024.
    DayFirst,
    /// Month before day, such as 02/29/2024.
    MonthFirst,
}

/// A format for moments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Form {
    /// Whether the day or the month comes first.
    pub(super) order: Order,
    /// The format in the syntax of `strftime`; `None` is RFC 3339 as [`super::time`] reads it.
    format: Option<String>,
}

/// Formats of dates; `%y` reads two digits as 1969 to 2068.
const DATES: [(&str, Order); 22] = [
    ("%Y-%m-%d", Order::Plain),
    ("%Y/%m/%d", Order::Plain),
    ("%Y.%m.%d", Order::Plain),
    ("%Y年%m月%d日", Order::Plain),
    ("%d.%m.%Y", Order::DayFirst),
    ("%d.%m.%y", Order::DayFirst),
    ("%d/%m/%Y", Order::DayFirst),
    ("%m/%d/%Y", Order::MonthFirst),
    ("%d/%m/%y", Order::DayFirst),
    ("%m/%d/%y", Order::MonthFirst),
    ("%d-%m-%Y", Order::DayFirst),
    ("%m-%d-%Y", Order::MonthFirst),
    ("%d-%m-%y", Order::DayFirst),
    ("%m-%d-%y", Order::MonthFirst),
    ("%d %b %Y", Order::Plain),
    ("%d-%b-%Y", Order::Plain),
    ("%d-%b-%y", Order::Plain),
    ("%d. %b %Y", Order::Plain),
    ("%b %d, %Y", Order::Plain),
    ("%b %d %Y", Order::Plain),
    ("%a, %d %b %Y", Order::Plain),
    ("%a %b %d %Y", Order::Plain),
];

/// Formats of the time of day after a date.
const CLOCKS: [&str; 10] = [
    "",
    " %H:%M",
    " %H:%M:%S%.f",
    "T%H:%M:%S%.f",
    "T%H:%M",
    ", %H:%M",
    ", %H:%M:%S%.f",
    " %I:%M %p",
    " %I:%M:%S %p",
    ", %I:%M %p",
];

/// Formats of the zone after a time of day.
const ZONES: [&str; 7] = ["", "Z", " UTC", " GMT", "%z", " %z", " %:z"];

/// Years in which eight digits may name a day.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2100;

/// The forms that fit all of `cells`; of forms that give the same moments only one. So it is one form if the column is not ambiguous,
/// and none if the cells are not all dates.
///
/// - `cells`: distinct, without blanks around them.
///
/// Cost: `O(cells)` for each form that the first cell fits, which is rarely more than two.
pub(super) fn forms(cells: &BTreeSet<&str>) -> Vec<Form> {
    let Some(first) = cells.first() else { return Vec::new() };
    let digits = first.bytes().filter(u8::is_ascii_digit).count();
    if digits < 4 || first.len() > 64 || cells.iter().any(|cell| whole(cell).is_some()) {
        return Vec::new();
    }
    let mut found: Vec<Form> = candidates().filter(|form| form.read(first).is_some()).collect();
    found.retain(|form| cells.iter().all(|cell| form.read(cell).is_some()));
    // Forms that give the same moments for all cells count as one.
    let mut distinct: Vec<Form> = Vec::new();
    for form in found {
        let is_same = |other: &Form| cells.iter().all(|cell| form.read(cell) == other.read(cell));
        if !distinct.iter().any(is_same) {
            distinct.push(form);
        }
    }
    distinct
}

/// Whether each of `cells` names a day by eight digits, and there are more than `least` distinct cells.
pub(super) fn are_days(cells: &BTreeSet<&str>, least: usize) -> bool {
    let day = |cell: &&str| {
        let is_eight = cell.len() == 8 && cell.bytes().all(|b| b.is_ascii_digit());
        let date = is_eight.then(|| strtime::parse("%Y%m%d", cell).ok()?.to_date().ok()).flatten();
        date.is_some_and(|date| YEARS.contains(&date.year()))
    };
    cells.len() > least && cells.iter().all(day)
}

/// Whether the name of a column suggests that it contains times.
pub(super) fn is_time_name(name: &str) -> bool {
    const WORDS: [&str; 12] = [
        "time",
        "date",
        "timestamp",
        "datetime",
        "created",
        "updated",
        "at",
        "ts",
        "zeit",
        "datum",
        "fecha",
        "day",
    ];
    let lower = name.to_lowercase();
    let says = lower.split(|c: char| !c.is_alphabetic()).any(|word| WORDS.contains(&word));
    says || ["timestamp", "zeit", "datum", "时间", "日期"].iter().any(|part| lower.contains(part))
}

fn candidates() -> impl Iterator<Item = Form> {
    let iso = Form { order: Order::Plain, format: None };
    // Months and weekdays may have their short or their full names.
    let whole = DATES.iter().filter(|(date, _)| date.contains("%b"));
    let whole = whole.map(|(date, order)| (date.replace("%b", "%B").replace("%a", "%A"), *order));
    let dates = DATES.iter().map(|(date, order)| ((*date).to_owned(), *order)).chain(whole);
    let formats = dates.flat_map(|(date, order)| {
        CLOCKS.iter().flat_map(move |clock| {
            let zones = if clock.is_empty() { &ZONES[..1] } else { &ZONES[..] };
            let date = date.clone();
            zones.iter().map(move |zone| Form { order, format: Some(format!("{date}{clock}{zone}")) })
        })
    });
    std::iter::once(iso).chain(formats)
}

impl Form {
    /// The form of a day in eight digits.
    pub(super) fn eight_digits() -> Self {
        Self { order: Order::Plain, format: Some("%Y%m%d".to_owned()) }
    }

    /// The moment that `cell` names in this form.
    pub(super) fn read(&self, cell: &str) -> Option<Written> {
        let Some(format) = &self.format else {
            let at_ms = civil(cell)?;
            // The local time is the text without its offset, read as UTC.
            let local_ms = cell
                .rfind(['+', '-'])
                .filter(|&at| at > "2024-01-01".len())
                .and_then(|at| civil(&cell[..at]))
                .unwrap_or(at_ms);
            return Some(Written { at_ms, local_ms });
        };
        let parsed = strtime::parse(format, cell).ok()?;
        let date = parsed.to_date().ok()?;
        // `%Y` also accepts a year of one or two digits, which belongs to another form.
        if format.contains("%Y") && !(1000..=9999).contains(&date.year()) {
            return None;
        }
        let time = parsed.to_time().unwrap_or_default();
        let local_ms = Offset::UTC.to_timestamp(date.to_datetime(time)).ok()?.as_millisecond();
        let offset_ms = parsed.offset().map_or(0, |offset| i64::from(offset.seconds()) * SECOND_MS);
        Some(Written { at_ms: local_ms - offset_ms, local_ms })
    }

    /// A description of the form for messages.
    pub(super) fn shown(&self) -> &'static str {
        match self.order {
            Order::Plain => "year, month, day",
            Order::DayFirst => "day before month",
            Order::MonthFirst => "month before day",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set<'a>(cells: &[&'a str]) -> BTreeSet<&'a str> {
        cells.iter().copied().collect()
    }

    /// Expects a single form for `cells`, in which the first of them is the moment `first`.
    fn check(cells: &[&str], first: &str) {
        let forms = forms(&set(cells));
        assert_eq!(forms.len(), 1, "{cells:?}: {forms:?}");
        let at: jiff::Timestamp = first.parse().unwrap();
        assert_eq!(forms[0].read(cells[0]).map(|found| found.at_ms), Some(at.as_millisecond()), "{cells:?}");
    }

    #[test]
    fn every_form_is_found_from_its_column() {
        check(&["2024-02-29", "2024-03-01"], "2024-02-29T00:00:00Z");
        check(&["2026-04-05 21:06:21 +0200"], "2026-04-05T19:06:21Z");
        check(&["2019-10-01 00:00:00 UTC", "2019-10-01 12:30:01 UTC"], "2019-10-01T00:00:00Z");
        check(&["2/24/26 7:30 PM", "10/11/26 11:24 PM"], "2026-02-24T19:30:00Z");
        check(&["29.02.2024 23:59", "01.03.2024 00:00"], "2024-02-29T23:59:00Z");
        check(&["24.12.24"], "2024-12-24T00:00:00Z");
        check(&["13/02/2024", "01/02/2024"], "2024-02-13T00:00:00Z");
        check(&["02/13/2024", "02/01/2024"], "2024-02-13T00:00:00Z");
        check(&["29 February 2024", "1 March 2024"], "2024-02-29T00:00:00Z");
        check(&["29 Feb 2024", "1 May 2024"], "2024-02-29T00:00:00Z");
        check(&["Feb 29, 2024", "Mar 1, 2024"], "2024-02-29T00:00:00Z");
        check(&["Feb 29, 2024, 7:05 AM"], "2024-02-29T07:05:00Z");
        check(&["29-Feb-24"], "2024-02-29T00:00:00Z");
        check(&["Thu, 29 Feb 2024 10:00:00 GMT"], "2024-02-29T10:00:00Z");
        check(&["2024年2月29日", "2024年12月01日"], "2024-02-29T00:00:00Z");
        check(&["2024/2/9", "2024/12/31"], "2024-02-09T00:00:00Z");
        check(&["2024-02-29T23:59:58.123+08:00", "2024-02-29T23:59:58Z"], "2024-02-29T15:59:58.123Z");
        check(&["29/02/2024, 14:30:00"], "2024-02-29T14:30:00Z");
    }

    #[test]
    fn the_clock_that_a_moment_was_written_by_is_kept() {
        for cell in ["2026-04-05 21:06:21 +0200", "2026-04-05T21:06:21+02:00"] {
            let found = forms(&set(&[cell]))[0].read(cell).unwrap();
            assert_eq!(found.local_ms - found.at_ms, 2 * 3_600_000, "{cell}");
        }
    }

    #[test]
    fn what_may_be_two_days_is_a_doubt_until_a_cell_tells() {
        let orders = |cells: &[&str]| forms(&set(cells)).iter().map(|form| form.order).collect::<Vec<_>>();
        assert_eq!(orders(&["03/04/2024", "05/06/2024"]), [Order::DayFirst, Order::MonthFirst]);
        assert_eq!(orders(&["03/04/2024", "05/16/2024"]), [Order::MonthFirst]);
        // Both orders give the same day.
        assert_eq!(orders(&["03/03/2024"]).len(), 1);
    }

    #[test]
    fn what_is_no_date_has_no_form() {
        for cells in [
            &["30.02.2024"][..],
            &["2024-13-01"],
            &["noon"],
            &["1.2.3"],
            &["2024"],
            &["12:30"],
            &["2024-02-29", "soon"],
            &["1709164800"],
        ] {
            assert!(forms(&set(cells)).is_empty(), "{cells:?}");
        }
    }

    #[test]
    fn eight_digits_are_days_where_all_are() {
        assert!(are_days(&set(&["20240229", "20231231"]), 1));
        assert!(!are_days(&set(&["20240229", "20240230"]), 1));
        assert!(!are_days(&set(&["10240229", "20231231"]), 1));
        assert!(!are_days(&set(&["20240229"]), 1));
    }

    #[test]
    fn names_say_whether_they_are_about_time() {
        for name in
            ["created_at", "Created at", "event_timestamp", "Bestelldatum", "下单时间", "ts", "order date"]
        {
            assert!(is_time_name(name), "{name}");
        }
        for name in ["category_id", "stats", "attribute", "updates", "price"] {
            assert!(!is_time_name(name), "{name}");
        }
    }
}
