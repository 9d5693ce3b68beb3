//! Opening hours: days and minutes in a time zone, and dates on which others hold or none.
//!
//! A zone is a rule, not a table: an offset, and where clocks change, a second one with the days on which it begins and ends, as
//! in a POSIX `TZ` string. The trainer finds the rule for a name such as `Europe/Berlin`; the page needs no list of zones.
//!
//! Invariants
//! - Whether a queue is open depends on the hours and the moment alone: no locale, no clock, no list that ages.
//! - A span that ends at or before its beginning runs past midnight, and belongs to the day on which it began.
//!
//! Not here: names of zones (`trainer`), how times and dates are written (`form`).
//!
//! # Source
//!
//! Days from dates: Hinnant, *chrono-compatible low-level date algorithms* (2013). Rules of zones: POSIX.1-2024, section 8.3.

use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};

const DAY: i64 = 24 * 60;

/// Opening hours, raw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HoursDef {
    /// Their name.
    pub name: String,
    /// The zone that their times are in.
    #[serde(default)]
    pub zone: ZoneDef,
    /// When it is open.
    pub open: Vec<SpanDef>,
    /// Dates on which nothing begins.
    #[serde(default)]
    pub holidays: Vec<Date>,
    /// Dates with hours of their own, such as 24 December until noon: of such a date they alone hold, a stretch each.
    #[serde(default)]
    pub special: Vec<SpecialDef>,
}

/// A stretch of some days of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpanDef {
    /// The days on which it begins.
    pub days: Days,
    /// When it begins.
    pub from: Minute,
    /// When it ends.
    pub to: Minute,
}

/// A stretch of one date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpecialDef {
    /// The date on which it begins.
    pub date: Date,
    /// When it begins; [`Minute::NEVER`]: the date is a holiday.
    pub from: Minute,
    /// When it ends.
    pub to: Minute,
}

/// Days of the week, a bit each; Sunday is the lowest. In a policy file: `mon-fri, sun`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days(pub u8);

/// Minutes since midnight, up to 1,440. In a policy file: `09:30`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Minute(pub u16);

/// Days since 1970-01-01. In a policy file: `2026-12-25`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date(pub i32);

/// A time zone: its name, and its rule once somebody has found it. In a policy file it is the name alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneDef {
    /// `UTC`, or a name of the IANA database.
    pub name: String,
    /// The rule; `None` until it is found.
    pub rule: Option<ZoneRule>,
    /// When its clocks will not follow the rule, by rising time.
    pub shifts: Vec<ShiftDef>,
}

/// A time in which the clocks of a zone do not follow its rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftDef {
    /// From when, in minutes since 1970, UTC.
    pub from: i64,
    /// Until when.
    pub to: i64,
    /// Minutes that its clocks are ahead of the rule's; below 0: behind.
    pub by: i16,
}

/// How far clocks are ahead of UTC, in minutes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneRule {
    /// Outside summer.
    pub offset: i16,
    /// In summer, where clocks change.
    pub summer: Option<SummerRule>,
}

/// The other half of the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummerRule {
    /// Minutes ahead of UTC.
    pub offset: i16,
    /// When it begins, by the clock before.
    pub begins: ClockChange,
    /// When it ends, by the clock before.
    pub ends: ClockChange,
}

/// A weekday of a month, and a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockChange {
    /// 1 to 12.
    pub month: u8,
    /// The first, second, … of its weekday in the month; 5: the last.
    pub week: u8,
    /// 0 is Sunday.
    pub weekday: u8,
    /// Minutes after that day's midnight; may lie on another day.
    pub minute: i16,
}

impl Default for ZoneDef {
    fn default() -> Self {
        Self { name: "UTC".into(), rule: Some(ZoneRule::default()), shifts: Vec::new() }
    }
}

impl Minute {
    /// What no clock ever shows.
    pub const NEVER: Self = Self(u16::MAX);
}

/// Whether hours hold at `now_ms`. `dates` are those on which not `open` holds, but what they say of themselves.
#[must_use]
pub fn is_open(zone: ZoneRule, open: &[SpanDef], dates: &[SpecialDef], now_ms: i64) -> bool {
    let utc = now_ms.div_euclid(60_000);
    let local = utc + i64::from(zone.offset_at(utc));
    let (today, minute) = (local.div_euclid(DAY), local.rem_euclid(DAY));
    // A span that began yesterday and runs past midnight counts as one of today, a day later.
    [(today, minute), (today - 1, minute + DAY)].into_iter().any(|(day, minute)| {
        let holds = |from: Minute, to: Minute| {
            let (from, to) = (i64::from(from.0), i64::from(to.0));
            let to = if to <= from { to + DAY } else { to };
            (from..to).contains(&minute)
        };
        let mut own = dates.iter().filter(|own| i64::from(own.date.0) == day).peekable();
        if own.peek().is_some() {
            own.any(|own| holds(own.from, own.to))
        } else {
            open.iter().any(|span| (span.days.0 >> weekday(day)) & 1 == 1 && holds(span.from, span.to))
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
    /// Local minutes since 1970.
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

/// 0 is Sunday; 1970-01-01 was a Thursday.
pub(super) fn weekday(day: i64) -> i64 {
    (day + 4).rem_euclid(7)
}

/// Days since 1970-01-01 of a date of the Gregorian calendar. Month 13 is the next January.
#[must_use]
pub fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 12 { (year + 1, month - 12) } else { (year, month) };
    // Years begin in March, so that the day of leap years is the last.
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
