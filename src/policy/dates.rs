//! Dates: those on which the weekly opening hours do not apply, as rows that the page runs.
//!
//! A holiday has no hours, a special date has its own. In some zones, clocks will at times not follow the rule that the page knows
//! (Africa/Casablanca in Ramadan): the hours of such days become hours of single dates, in the time of the rule's clock. So the page
//! needs no table of zones.
//!
//! Invariants
//! - On every day that a clock shift touches, each stretch that begins has a row of its own: the weekly hours do not apply there.
//!
//! Not here: whether rows are open at a moment (`engine::route`), when clocks deviate from their rule (`zone`).

use crate::hours::{Date, HoursDef, Minute, ShiftDef, SpecialDef};
use floorwalker_engine::route::{ZoneRule, weekday};
use std::collections::BTreeSet;

const DAY: i64 = 24 * 60;

impl HoursDef {
    /// Dates on which `open` does not apply, and the hours that apply instead. A holiday with hours of its own is open in those hours.
    #[must_use]
    pub fn dates(&self) -> Vec<SpecialDef> {
        let shut = |date: &Date| SpecialDef { date: *date, from: Minute::NEVER, to: Minute::NEVER };
        let written = self.holidays.iter().map(shut).chain(self.special.iter().copied());
        let rule = self.zone.rule.unwrap_or_default();
        // Days that a shift touches, and one more on either side, since it may push a stretch past midnight.
        let days = |shift: &ShiftDef| {
            let local = |utc: i64| (utc + i64::from(rule.offset_at(utc))).div_euclid(DAY);
            local(shift.from) - 1..=local(shift.to) + 1
        };
        let touched: BTreeSet<i64> = self.zone.shifts.iter().flat_map(days).collect();
        let mut rows: Vec<SpecialDef> =
            written.clone().filter(|own| !touched.contains(&own.date.0.into())).collect();
        let written: Vec<SpecialDef> = written.collect();
        let near: BTreeSet<i64> = touched.iter().flat_map(|day| day - 2..=day + 2).collect();
        let mut full = BTreeSet::new();
        for (day, (from, to)) in
            near.iter().flat_map(|day| self.of_day(*day, &written).map(move |ends| (*day, ends)))
        {
            let [from, to] = [from, to].map(|minute| self.by_rule(rule, day * DAY + minute));
            let date = from.div_euclid(DAY);
            let minutes = [from, to].map(|minute| minute - date * DAY);
            let [Ok(from), Ok(to)] =
                [minutes[0], if minutes[1] > DAY { minutes[1] - DAY } else { minutes[1] }]
                    .map(|minute| u16::try_from(minute).map(Minute))
            else {
                continue;
            };
            if touched.contains(&date) && minutes[0] < minutes[1] {
                full.insert(date);
                rows.extend(i32::try_from(date).map(|date| SpecialDef { date: Date(date), from, to }));
            }
        }
        let empty = touched.difference(&full).filter_map(|day| i32::try_from(*day).ok());
        rows.extend(empty.map(|day| shut(&Date(day))));
        rows
    }

    /// Stretches of opening hours that begin on a day, by the clocks that people see, in minutes after its midnight.
    fn of_day(&self, day: i64, written: &[SpecialDef]) -> impl Iterator<Item = (i64, i64)> {
        let own: Vec<SpecialDef> =
            written.iter().copied().filter(|own| i64::from(own.date.0) == day).collect();
        let weekly = self.open.iter().filter(|span| own.is_empty() && (span.days.0 >> weekday(day)) & 1 == 1);
        let weekly: Vec<(Minute, Minute)> = weekly.map(|span| (span.from, span.to)).collect();
        let own = own.into_iter().filter(|own| own.from != Minute::NEVER).map(|own| (own.from, own.to));
        own.chain(weekly).map(|(from, to)| {
            let (from, to) = (i64::from(from.0), i64::from(to.0));
            (from, if to <= from { to + DAY } else { to })
        })
    }

    /// The time of the rule's clock when the clock that people see shows `local`, both in minutes since 1970.
    fn by_rule(&self, rule: ZoneRule, local: i64) -> i64 {
        let shift = |utc: i64| {
            let found = self.zone.shifts.iter().find(|shift| (shift.from..shift.to).contains(&utc));
            found.map_or(0, |shift| i64::from(shift.by))
        };
        let offset = |utc: i64| i64::from(rule.offset_at(utc)) + shift(utc);
        // An approximate UTC time, at which the offset is looked up.
        let near = local - offset(local - i64::from(rule.offset));
        let utc = local - offset(near);
        utc + i64::from(rule.offset_at(utc))
    }
}
