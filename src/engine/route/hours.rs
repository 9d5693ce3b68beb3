//! Opening hours: weekly hours in a time zone, and dates with special hours or holidays.
//!
//! A time zone is a rule, not a table: a UTC offset, and for zones with summer time a second offset and the days on which it begins and
//! ends, as in a POSIX `TZ` string. `policy` finds the rule for a name such as `Europe/Berlin`; the page needs no list of zones.
//!
//! Invariants
//! - Whether a queue is open depends only on the hours and the time given: no locale, no clock, no time zone database.
//! - A span that ends at or before its beginning runs past midnight, and belongs to the day on which it began.
//!
//! Not here: names of zones, and the notation of times and dates (`policy`).
//!
//! # Source
//!
//! Days from dates: Hinnant, *chrono-compatible low-level date algorithms* (2013). Zone rules: POSIX.1-2024, section 8.3.

use serde::Serialize;

const DAY: i64 = 24 * 60;

/// A time span on some days of the week. One that ends at or before its beginning runs past midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SpanRow {
    /// The days of the week on which it begins, as a bit set; Sunday is the lowest bit.
    pub days: u8,
    /// When it begins, in minutes since midnight.
    pub from: u16,
    /// When it ends, in minutes since midnight.
    pub to: u16,
}

/// A time span on one date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct DateRow {
    /// The date on which it begins, in days since 1970-01-01.
    pub date: i32,
    /// When it begins, in minutes since midnight; [`NEVER`]: the date is a holiday.
    pub from: u16,
    /// When it ends, in minutes since midnight.
    pub to: u16,
}

/// A minute that no day has: it marks a holiday.
pub const NEVER: u16 = u16::MAX;

/// The rule of a time zone: offsets from UTC, in minutes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ZoneRule {
    /// Offset outside summer time.
    pub offset: i16,
    /// Rule for summer time, if the zone has it.
    pub summer: Option<SummerRule>,
}

/// The rule for summer time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SummerRule {
    /// Offset in summer time, in minutes ahead of UTC.
    pub offset: i16,
    /// When summer time begins, in local time before the change.
    pub begins: ClockChange,
    /// When summer time ends, in local time before the change.
    pub ends: ClockChange,
}

/// The moment of a clock change: a weekday of a month, and a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ClockChange {
    /// 1 to 12.
    pub month: u8,
    /// Which one of these weekdays in the month: 1 is the first; 5 is the last.
    pub week: u8,
    /// 0 is Sunday.
    pub weekday: u8,
    /// Minutes after that day's midnight; may lie on another day.
    pub minute: i16,
}

/// Whether it is open at `now_ms`. On a date in `dates` its own spans apply instead of those in `open`.
#[must_use]
pub fn is_open(zone: ZoneRule, open: &[SpanRow], dates: &[DateRow], now_ms: i64) -> bool {
    let utc = now_ms.div_euclid(60_000);
    let local = utc + i64::from(zone.offset_at(utc));
    let (today, minute) = (local.div_euclid(DAY), local.rem_euclid(DAY));
    // Yesterday's spans are checked too, with the minutes of a day added, because they may run past midnight.
    [(today, minute), (today - 1, minute + DAY)].into_iter().any(|(day, minute)| {
        let holds = |from: u16, to: u16| {
            let (from, to) = (i64::from(from), i64::from(to));
            let to = if to <= from { to + DAY } else { to };
            (from..to).contains(&minute)
        };
        let mut own = dates.iter().filter(|own| i64::from(own.date) == day).peekable();
        if own.peek().is_some() {
            own.any(|own| holds(own.from, own.to))
        } else {
            open.iter().any(|span| (span.days >> weekday(day)) & 1 == 1 && holds(span.from, span.to))
        }
    })
}

impl ZoneRule {
    /// Minutes ahead of UTC at `utc`, in minutes since 1970.
    #[must_use]
    pub fn offset_at(&self, utc: i64) -> i16 {
        let Some(summer) = self.summer else { return self.offset };
        let year = year_of((utc + i64::from(self.offset)).div_euclid(DAY));
        let begins = summer.begins.of_year(year) - i64::from(self.offset);
        let ends = summer.ends.of_year(year) - i64::from(summer.offset);
        let is_summer =
            if begins < ends { (begins..ends).contains(&utc) } else { !(ends..begins).contains(&utc) };
        if is_summer { summer.offset } else { self.offset }
    }
}

impl ClockChange {
    /// The moment of the change in a year, in minutes of local time since 1970.
    fn of_year(self, year: i64) -> i64 {
        let (month, weekday_wanted) = (i64::from(self.month), i64::from(self.weekday));
        let first = days_of(year, month, 1);
        let mut day =
            first + (weekday_wanted - weekday(first)).rem_euclid(7) + 7 * (i64::from(self.week) - 1);
        if day >= days_of(year, month + 1, 1) {
            day -= 7;
        }
        day * DAY + i64::from(self.minute)
    }
}

/// The day of the week of a day since 1970-01-01, which was a Thursday; 0 is Sunday.
#[must_use]
pub fn weekday(day: i64) -> i64 {
    (day + 4).rem_euclid(7)
}

/// Days since 1970-01-01 of a date of the Gregorian calendar. Month 13 is the next January.
#[must_use]
pub fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 12 { (year + 1, month - 12) } else { (year, month) };
    // Years are counted from March, so that 29 February is the last day.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let era = year.div_euclid(400);
    let year = year.rem_euclid(400);
    era * 146_097 + year * 365 + year / 4 - year / 100 + (153 * month + 2) / 5 + day - 1 - 719_468
}

/// The year in which a day lies.
fn year_of(day: i64) -> i64 {
    let day = day + 719_468;
    let (era, day) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    // From the 306th day on, January and February belong to the next year.
    era * 400 + year + i64::from(day >= 306)
}
