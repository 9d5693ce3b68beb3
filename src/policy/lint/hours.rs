//! Hours that are never open or not open as they seem, holidays, dates with hours of their own, zones.

use super::super::moments::{Span, moments};
use super::super::zone;
use super::Findings;
use crate::{Days, HoursDef, Minute, SpanDef, SpecialDef};
use std::collections::BTreeSet;

const DAY: u16 = 24 * 60;
/// Days that a date may lie ahead before its year looks like a typing mistake.
const FAR: i32 = 10 * 366;
/// Minutes past which a stretch over midnight looks like two times that were swapped.
const LONG_NIGHT: u16 = 12 * 60;

impl Findings<'_> {
    pub(super) fn hours(&mut self) {
        for (at, hours) in self.def().hours.iter().enumerate() {
            // The span does not depend on the dates that are written: it is two years from today.
            let span = Span::of(&[], self.today);
            let states = moments(std::slice::from_ref(hours), span);
            let is_ever_open = states.is_none_or(|states| states.iter().any(|moment| moment.open[0]));
            if !is_ever_open {
                let what = format!(
                    "hours `{}` are never open from {} to {}: their queues are always closed",
                    hours.name, span.first, span.last
                );
                let fix = "add times to `open`, or remove the hours from queues that are always open";
                self.warn("hours_never_open", &format!("hours[{at}].open"), what, fix);
            }
            self.stretches(at, hours);
            self.minute_gaps(at, hours);
            self.overlaps(at, hours);
            self.dates(at, hours);
            self.zone(at, hours);
        }
    }

    /// Stretches that are not what their two times seem to say.
    fn stretches(&mut self, at: usize, hours: &HoursDef) {
        let weekly = hours.open.iter().enumerate();
        let weekly = weekly.map(|(place, open)| (format!("hours[{at}].open[{place}]"), open.from, open.to));
        let own = hours.special.iter().enumerate();
        let own = own.map(|(place, own)| (format!("hours[{at}].special[{place}]"), own.from, own.to));
        // A long night is meant where other hours are by day.
        let others = self.def().hours.iter().enumerate().filter(|(other, _)| *other != at);
        let by_day = others.flat_map(|(_, hours)| &hours.open).any(|open| open.from.0 < open.to.0);
        for (path, from, to) in weekly.chain(own) {
            let name = &hours.name;
            if from.0 == DAY {
                let what = format!("hours `{name}`: times from 24:00 begin on the day after the named one");
                let fix = "write from = \"00:00\" on the day on which they begin";
                self.warn("hours_from_midnight", &format!("{path}.from"), what, fix);
            } else if from == to {
                let what = format!("hours `{name}`: from {from} to {to} is open for 24 hours");
                let fix = "write 00:00 to 24:00 for a whole day, correct the end, or remove the entry if the day is closed";
                self.warn("hours_same_ends", &format!("{path}.to"), what, fix);
            } else if to.0 < from.0 && DAY - from.0 + to.0 > LONG_NIGHT && !(by_day && path.contains(".open"))
            {
                let what = format!(
                    "hours `{name}`: from {from} to {to} runs past midnight, for {} hours",
                    f32::from(DAY - from.0 + to.0) / 60.0
                );
                let fix = format!(
                    "if the time between {to} and {from} is meant, write from = \"{to}\", to = \"{from}\""
                );
                self.warn("hours_turned_round", &format!("{path}.from"), what, fix);
            }
        }
    }

    /// A single closed minute between two stretches, or before midnight.
    fn minute_gaps(&mut self, at: usize, hours: &HoursDef) {
        let begins = |day: usize, minute: u16| {
            let (day, minute) = if minute >= DAY { (day + 1, minute - DAY) } else { (day, minute) };
            hours.open.iter().any(|open| has(open.days, day % 7) && open.from.0 == minute)
        };
        for (place, open) in hours.open.iter().enumerate() {
            let next = open.to.0 + 1;
            let is_gap = (0..7).filter(|day| has(open.days, *day)).any(|day| {
                let past_midnight = open.to.0 <= open.from.0;
                begins(if past_midnight { day + 1 } else { day }, next)
            });
            if next == DAY || is_gap {
                let name = &hours.name;
                let what = format!("hours `{name}`: the minute from {} on is closed", open.to);
                let fix = format!("`to` is the first minute that is closed: write to = \"{}\"", Minute(next));
                self.warn("hours_minute_gap", &format!("hours[{at}].open[{place}].to"), what, fix);
            }
        }
        for (place, own) in hours.special.iter().enumerate().filter(|(_, own)| own.to.0 + 1 == DAY) {
            let what =
                format!("hours `{}`: the minute from {} on is closed on {}", hours.name, own.to, own.date);
            let fix = "`to` is the first minute that is closed: write to = \"24:00\"";
            self.warn("hours_minute_gap", &format!("hours[{at}].special[{place}].to"), what, fix);
        }
    }

    /// Stretches that overlap.
    fn overlaps(&mut self, at: usize, hours: &HoursDef) {
        for (place, later) in hours.open.iter().enumerate() {
            let before = hours.open[..place].iter();
            let Some(earlier) = before.into_iter().find(|earlier| overlap(earlier, later)) else { continue };
            let what = format!(
                "hours `{}`: from {} to {} overlaps from {} to {} on the same day",
                hours.name, later.from, later.to, earlier.from, earlier.to
            );
            let fix = "join the two into one entry, or correct the days";
            self.warn("hours_overlap", &format!("hours[{at}].open[{place}]"), what, fix);
        }
        for (place, later) in hours.special.iter().enumerate() {
            let over = |earlier: &SpecialDef| {
                earlier.date == later.date && meet(ends(earlier.from, earlier.to), ends(later.from, later.to))
            };
            if hours.special[..place].iter().any(over) {
                let what = format!("hours `{}`: two times of {} overlap", hours.name, later.date);
                let fix = "join the two into one entry, or correct the date";
                self.warn("hours_overlap", &format!("hours[{at}].special[{place}]"), what, fix);
            }
        }
    }

    /// Holidays, and dates with hours of their own.
    fn dates(&mut self, at: usize, hours: &HoursDef) {
        let name = &hours.name;
        let today = self.today;
        let holidays = hours.holidays.iter().enumerate();
        let mut seen = BTreeSet::new();
        for (place, date) in holidays.clone() {
            let path = format!("hours[{at}].holidays[{place}]");
            if !seen.insert(date.0) {
                let what = format!("hours `{name}`: {date} is listed twice in `holidays`");
                self.warn("holiday_twice", &path, what, "remove one, or correct its date");
            } else if date.0 > today.0 + FAR {
                let what = format!("hours `{name}`: {date} is more than ten years ahead");
                self.warn("date_far", &path, what, "correct the year");
            }
            if hours.special.iter().any(|own| own.date == *date) {
                let what = format!(
                    "hours `{name}`: {date} is in `holidays` and in `special`; the hours in `special` apply"
                );
                let fix = "remove it from one of the two";
                self.warn("holiday_special", &path, what, fix);
            }
        }
        for (place, own) in hours.special.iter().enumerate().filter(|(_, own)| own.date.0 > today.0 + FAR) {
            let path = format!("hours[{at}].special[{place}].date");
            let what = format!("hours `{name}`: {} is more than ten years ahead", own.date);
            self.warn("date_far", &path, what, "correct the year");
        }
        self.same_as_weekly(at, hours);
        let own = hours.special.iter().map(|own| own.date);
        let lists = [("holidays", hours.holidays.clone()), ("special", own.collect())];
        for (list, dates) in lists.into_iter().filter(|(_, dates)| !dates.is_empty()) {
            if dates.iter().all(|date| date.0 < today.0) {
                let what = format!("hours `{name}`: all dates of `{list}` are before {today}");
                let fix = "write the coming ones, or remove the list";
                self.warn("dates_past", &format!("hours[{at}].{list}"), what, fix);
            }
        }
    }

    /// Dates whose own hours are those of their weekday.
    fn same_as_weekly(&mut self, at: usize, hours: &HoursDef) {
        for (place, own) in hours.special.iter().enumerate() {
            let weekday = usize::try_from((own.date.0 + 4).rem_euclid(7)).unwrap_or(0);
            let weekly =
                hours.open.iter().filter(|open| has(open.days, weekday)).map(|open| (open.from.0, open.to.0));
            let of_date = hours.special.iter().filter(|other| other.date == own.date);
            let weekly: BTreeSet<(u16, u16)> = weekly.collect();
            let of_date: BTreeSet<(u16, u16)> = of_date.map(|own| (own.from.0, own.to.0)).collect();
            let is_first = hours.special.iter().position(|other| other.date == own.date) == Some(place);
            if is_first && weekly == of_date {
                let what = format!(
                    "hours `{}`: {} has the same hours in `special` as its weekday has in `open`",
                    hours.name, own.date
                );
                let path = format!("hours[{at}].special[{place}]");
                self.warn("special_same", &path, what, "correct its date or its times, or remove it");
            }
        }
    }

    /// Zones that mean another time than they seem to, and hours without a zone beside hours with one.
    fn zone(&mut self, at: usize, hours: &HoursDef) {
        let (path, zone) = (format!("hours[{at}].zone"), &hours.zone.name);
        if let Some(fault) = zone::odd(zone) {
            let what = format!("hours `{}`: zone `{zone}` {}", hours.name, fault.what);
            self.warn(fault.code, &path, what, fault.fix);
        }
        let is_said = |hours: &&HoursDef| hours.zone.name != "UTC";
        let other = self.def().hours.iter().find(is_said);
        if let (Some(other), "UTC") = (other, zone.as_str())
            && !self.is_written(&path)
        {
            let what = format!("hours `{}` have no zone, so their times are UTC", hours.name);
            let fix = format!("write zone = \"{}\", or zone = \"UTC\" if that is meant", other.zone.name);
            self.warn("zone_missing", &path, what, fix);
        }
    }

    /// Whether an entry is written at `path` itself, and not only around it.
    fn is_written(&self, path: &str) -> bool {
        let parent = path.rsplit_once('.').map_or("", |(parent, _)| parent);
        self.file.place(path) != self.file.place(parent)
    }
}

/// Whether `days` has a day of the week, counted from Sunday.
fn has(days: Days, day: usize) -> bool {
    (days.0 >> day) & 1 == 1
}

/// Beginning and end in minutes after midnight of the day on which the stretch begins.
fn ends(from: Minute, to: Minute) -> (u16, u16) {
    (from.0, if to.0 <= from.0 { to.0 + DAY } else { to.0 })
}

fn meet(a: (u16, u16), b: (u16, u16)) -> bool {
    a.0 < b.1 && b.0 < a.1
}

/// Whether two stretches overlap on some day.
fn overlap(a: &SpanDef, b: &SpanDef) -> bool {
    let (first, second) = (ends(a.from, a.to), ends(b.from, b.to));
    let shifted = |(from, to): (u16, u16)| (from + DAY, to + DAY);
    (0..7).any(|day| {
        has(a.days, day)
            && (has(b.days, day) && meet(first, second)
                || has(b.days, (day + 1) % 7) && meet(first, shifted(second))
                || has(b.days, (day + 6) % 7) && meet(shifted(first), second))
    })
}
