//! Opening hours as a policy file has them: days, times and dates in a named time zone.
//!
//! Not here: whether they hold at a moment (`engine::route`), rules of zones (`zone`), how times are written (`text`).

use floorwalker_engine::route::{self, DateRow, NEVER, SpanRow, ZoneRule};
use serde::{Deserialize, Serialize};

/// Opening hours as plain data, not checked yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HoursDef {
    /// Their name.
    pub name: String,
    /// The zone that their times are in.
    #[serde(default)]
    pub zone: ZoneDef,
    /// Weekly stretches in which it is open.
    pub open: Vec<SpanDef>,
    /// Dates on which no stretch begins.
    #[serde(default)]
    pub holidays: Vec<Date>,
    /// Dates with hours of their own, such as 24 December until noon: on such a date only these apply. Each entry is one stretch.
    #[serde(default)]
    pub special: Vec<SpecialDef>,
}

/// A stretch of opening hours on some days of the week.
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

/// A stretch of opening hours on one date.
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

/// A time zone: its name, and its rule once it is looked up. In a policy file it is the name alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneDef {
    /// `UTC`, or a name of the IANA database.
    pub name: String,
    /// The rule; `None` until it is looked up.
    pub rule: Option<ZoneRule>,
    /// Times at which its clocks will not follow the rule, rising.
    pub shifts: Vec<ShiftDef>,
}

/// A time in which the clocks of a zone do not follow its rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftDef {
    /// From when, in minutes since 1970, UTC.
    pub from: i64,
    /// Until when, in minutes since 1970, UTC.
    pub to: i64,
    /// Minutes that its clocks are ahead of the rule's; below 0: behind.
    pub by: i16,
}

impl Default for ZoneDef {
    fn default() -> Self {
        Self { name: "UTC".into(), rule: Some(ZoneRule::default()), shifts: Vec::new() }
    }
}

impl Minute {
    /// A time that no clock ever shows; it marks a holiday.
    pub const NEVER: Self = Self(NEVER);
}

impl SpanDef {
    /// The row of a bundle.
    #[must_use]
    pub const fn row(self) -> SpanRow {
        SpanRow { days: self.days.0, from: self.from.0, to: self.to.0 }
    }
}

impl SpecialDef {
    /// The row of a bundle.
    #[must_use]
    pub const fn row(self) -> DateRow {
        DateRow { date: self.date.0, from: self.from.0, to: self.to.0 }
    }
}

/// Whether it is open at `now_ms`, by the code of the page. `special` are the dates on which `open` does not apply, with their own hours.
pub(crate) fn is_open(rule: ZoneRule, open: &[SpanDef], special: &[SpecialDef], now_ms: i64) -> bool {
    route::is_open(rule, &spans(open), &dates(special), now_ms)
}

/// The rows of stretches.
pub(crate) fn spans(open: &[SpanDef]) -> Vec<SpanRow> {
    open.iter().map(|span| span.row()).collect()
}

/// The rows of dates.
pub(crate) fn dates(special: &[SpecialDef]) -> Vec<DateRow> {
    special.iter().map(|date| date.row()).collect()
}
