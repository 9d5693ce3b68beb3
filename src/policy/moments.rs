//! Moments: all combinations of open and closed hours that occur from a day on, and when each first occurs.
//!
//! Hours open and close only where a stretch begins or ends, in any offset of its zone, and where clocks change. Every such minute is
//! checked, so every state between them is found.
//!
//! Not here: whether hours are open at a minute (`engine::route`).

use crate::hours::is_open;
use crate::{Date, HoursDef, Minute};
use floorwalker_engine::route::ZoneRule;
use std::collections::{BTreeSet, HashSet};
use std::fmt;

const MINUTE_MS: i64 = 60_000;
const DAY: i64 = 24 * 60;
/// Days that are checked: two years, so that each date falls on more than one weekday.
const DAYS: i64 = 731;
/// Days that are checked after the last date that is written.
const AFTER: i64 = 14;
/// Largest number of days that are checked: a typing mistake in a year must not take for ever.
const MOST_DAYS: i64 = 20 * 366;

/// Largest number of checks whether hours are open at a minute.
const MOST: usize = 20_000_000;

/// A state of all hours, and when it first occurs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) now_ms: i64,
    /// `[n_hours]`: whether each is open.
    pub(super) open: Vec<bool>,
}

/// The days that are checked: from the first to the last, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) first: Date,
    pub(super) last: Date,
}

impl Span {
    /// From `first` on for two years, and past every date that is written.
    pub(super) fn of(hours: &[HoursDef], first: Date) -> Self {
        let dates = |hours: &HoursDef| {
            let own: Vec<Date> = hours.special.iter().map(|own| own.date).collect();
            hours.holidays.iter().copied().chain(own).map(|date| i64::from(date.0) + AFTER).max()
        };
        let written = hours.iter().filter_map(dates).max();
        let start = i64::from(first.0);
        let last = (start + DAYS).max(written.unwrap_or(0)).min(start + MOST_DAYS);
        Self { first, last: Date(i32::try_from(last).unwrap_or(i32::MAX)) }
    }
}

/// Every state of `hours`, by the time at which it first occurs. `None`: they open and close at too many minutes to check all.
pub(super) fn moments(hours: &[HoursDef], span: Span) -> Option<Vec<Moment>> {
    let rules: Vec<ZoneRule> = hours.iter().map(|hours| hours.zone.rule.unwrap_or_default()).collect();
    let dates: Vec<_> = hours.iter().map(HoursDef::dates).collect();
    let (start, end) = (i64::from(span.first.0) * DAY, (i64::from(span.last.0) + 1) * DAY);
    let mut minutes: BTreeSet<i64> = [start].into();
    let mut n_ends = 0_usize;
    for ((hours, rule), dates) in hours.iter().zip(&rules).zip(&dates) {
        let of_week: BTreeSet<i64> = hours.open.iter().flat_map(|open| ends(open.from, open.to)).collect();
        let weekly = (i64::from(span.first.0) - 2..=i64::from(span.last.0) + 1)
            .flat_map(|day| of_week.iter().map(move |minute| day * DAY + minute));
        let own = dates
            .iter()
            .filter(|own| own.from != Minute::NEVER)
            .flat_map(|own| ends(own.from, own.to).map(|minute| i64::from(own.date.0) * DAY + minute));
        let offsets: BTreeSet<i64> = [Some(rule.offset), rule.summer.map(|summer| summer.offset)]
            .into_iter()
            .flatten()
            .map(i64::from)
            .collect();
        n_ends = n_ends
            .saturating_add(of_week.len().saturating_mul(usize::try_from((end - start) / DAY).unwrap_or(0)));
        if n_ends > MOST {
            return None;
        }
        minutes.extend(weekly.chain(own).flat_map(|local| offsets.iter().map(move |offset| local - offset)));
        minutes.extend(changes_between(*rule, start, end));
    }
    if minutes.len().saturating_mul(hours.len()) > MOST {
        return None;
    }
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for minute in minutes.range(start..end) {
        let now_ms = minute * MINUTE_MS;
        let state = hours.iter().zip(&rules).zip(&dates);
        let open: Vec<bool> =
            state.map(|((hours, rule), dates)| is_open(*rule, &hours.open, dates, now_ms)).collect();
        if seen.insert(open.clone()) {
            found.push(Moment { now_ms, open });
        }
    }
    Some(found)
}

/// Minutes after midnight at which a stretch begins and ends.
fn ends(from: Minute, to: Minute) -> [i64; 2] {
    let (from, to) = (i64::from(from.0), i64::from(to.0));
    [from, if to <= from { to + DAY } else { to }]
}

/// Minutes from `start` to `end` at which the clocks of a rule change.
pub(super) fn changes_between(rule: ZoneRule, start: i64, end: i64) -> Vec<i64> {
    if rule.summer.is_none() {
        return Vec::new();
    }
    let change = |day: i64| {
        let (mut low, mut high) = (day * DAY, (day + 1) * DAY);
        let before = rule.offset_at(low);
        if before == rule.offset_at(high) {
            return None;
        }
        while high - low > 1 {
            let middle = i64::midpoint(low, high);
            if rule.offset_at(middle) == before { low = middle } else { high = middle }
        }
        Some(high)
    };
    (start.div_euclid(DAY)..=end.div_euclid(DAY)).filter_map(change).collect()
}

/// A moment by the clock of a zone, as in `Saturday 2026-12-05 09:30 in Europe/Berlin`.
pub(super) struct Local<'a> {
    pub(super) now_ms: i64,
    pub(super) rule: ZoneRule,
    pub(super) zone: &'a str,
}

impl fmt::Display for Local<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const WEEKDAYS: [&str; 7] =
            ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];
        let utc = self.now_ms.div_euclid(MINUTE_MS);
        let local = utc + i64::from(self.rule.offset_at(utc));
        let (day, minute) = (local.div_euclid(DAY), local.rem_euclid(DAY));
        let weekday = WEEKDAYS[usize::try_from(day.rem_euclid(7)).unwrap_or(0)];
        let date = Date(i32::try_from(day).unwrap_or(0));
        write!(f, "{weekday} {date} {:02}:{:02} in {}", minute / 60, minute % 60, self.zone)
    }
}
