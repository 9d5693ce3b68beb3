//! Times in tables: reads them as moments in milliseconds since 1970, UTC.
//!
//! | written                                   | read as                                                        |
//! |-------------------------------------------|----------------------------------------------------------------|
//! | `2024-02-29`                              | its first moment, UTC                                          |
//! | `2024-02-29 23:59`, `2024-02-29T23:59:58` | that moment, UTC                                               |
//! | `…T23:59:58.123456Z`, `…+08:00`, `…-0530` | RFC 3339: fractions are cut to milliseconds, offsets subtracted |
//! | `1709164800`                              | seconds: whole numbers with absolute value below 10¹¹, the year 5138 |
//! | `1709164800123`                           | milliseconds: absolute value below 10¹⁴                        |
//! | `1709164800123456`                        | microseconds: absolute value below 10¹⁷                        |
//! | `1709164800123456789`                     | nanoseconds: larger ones                                       |
//!
//! Invariants
//! - A date or time that does not exist (30 February, 29 February 2023, 24:00, a 61st second) is not read as a time.
//! - All whole numbers of a column are in the same [`Unit`].
//!
//! Not here: time zones by name and daylight saving (write an offset), leap seconds.

use jiff::civil::{Date, Time};

/// The day from which moments are counted.
const EPOCH: Date = Date::constant(1970, 1, 1);

/// The unit in which whole numbers count time since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// Thousandths of a second, as in JavaScript.
    Milliseconds,
    /// Millionths of a second, as in GA4's exports.
    Microseconds,
    /// Thousand-millionths of a second.
    Nanoseconds,
}

impl Unit {
    /// The unit that the size of a number indicates; `None` for 0, which is the same in all units.
    pub(super) fn of(number: i64) -> Option<Self> {
        match number.unsigned_abs() {
            0 => None,
            1..100_000_000_000 => Some(Self::Seconds),
            100_000_000_000..100_000_000_000_000 => Some(Self::Milliseconds),
            100_000_000_000_000..100_000_000_000_000_000 => Some(Self::Microseconds),
            _ => Some(Self::Nanoseconds),
        }
    }

    /// The unit that a cell indicates; `None` for text and for 0.
    pub(super) fn of_cell(cell: &str) -> Option<Self> {
        whole(cell).and_then(Self::of)
    }

    /// Converts a number in this unit to milliseconds.
    pub(super) fn ms(self, number: i64) -> i64 {
        match self {
            Self::Seconds => number.saturating_mul(1000),
            Self::Milliseconds => number,
            Self::Microseconds => number.div_euclid(1000),
            Self::Nanoseconds => number.div_euclid(1_000_000),
        }
    }

    /// How many of the unit a second has.
    #[must_use]
    pub const fn per_second(self) -> u64 {
        match self {
            Self::Seconds => 1,
            Self::Milliseconds => 1_000,
            Self::Microseconds => 1_000_000,
            Self::Nanoseconds => 1_000_000_000,
        }
    }

    /// The unit's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Seconds => "seconds",
            Self::Milliseconds => "milliseconds",
            Self::Microseconds => "microseconds",
            Self::Nanoseconds => "nanoseconds",
        }
    }
}

/// The moment that `cell` names, in milliseconds since 1970; `None` if it is not a moment.
pub fn moment(cell: &str) -> Option<i64> {
    match whole(cell) {
        Some(number) => Some(Unit::of(number).map_or(0, |unit| unit.ms(number))),
        None => civil(cell),
    }
}

/// A whole number, optionally with a minus sign.
pub(super) fn whole(cell: &str) -> Option<i64> {
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| cell.parse().ok()).flatten()
}

/// Parses a date, optionally with a time of day, into milliseconds since 1970.
///
/// # Source
///
/// RFC 3339 (2002), section 5.6. Deviations: a blank may stand for `T`, the seconds and the offset may be left out (UTC),
/// the offset may lack its colon (ISO 8601 basic), and second 60 is refused because Unix time does not have it.
pub(super) fn civil(text: &str) -> Option<i64> {
    let (date, clock) = match text.split_once(['T', 't', ' ']) {
        Some((date, clock)) => (date, Some(clock)),
        None => (text, None),
    };
    let mut parts = date.split('-');
    let (year, month, day) =
        (digits(parts.next()?, 4)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    let within_day = clock.map_or(Some(0), clock_ms)?;
    let days = date.duration_since(EPOCH).as_millis();
    parts.next().is_none().then_some(i64::try_from(days).ok()? + within_day)
}

/// Parses a time of day into milliseconds from midnight UTC; below 0 or above a day if the offset changes the date.
fn clock_ms(clock: &str) -> Option<i64> {
    let (clock, offset_min) = match clock.strip_suffix(['Z', 'z']) {
        Some(clock) => (clock, 0),
        None => match clock.rfind(['+', '-']) {
            Some(at) => (&clock[..at], offset_min(&clock[at..])?),
            None => (clock, 0),
        },
    };
    let (clock, fraction_ms) = match clock.split_once('.') {
        Some((clock, fraction)) => (clock, fraction_ms(fraction)?),
        None => (clock, 0),
    };
    let mut parts = clock.split(':');
    let (hour, minute) = (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let second = match parts.next() {
        Some(second) => digits(second, 2)?,
        None if fraction_ms == 0 => 0,
        None => return None,
    };
    let time = Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, i8::try_from(second).ok()?, 0)
        .ok()?;
    let from_midnight = i64::try_from(time.duration_since(Time::midnight()).as_millis()).ok()?;
    parts.next().is_none().then_some(from_midnight - offset_min * 60_000 + fraction_ms)
}

/// Parses an offset such as `+08:00` or `+0800` into minutes east of UTC.
fn offset_min(text: &str) -> Option<i64> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let rest = text.get(1..)?;
    let (hour, minute) = match rest.split_once(':') {
        Some(parts) => parts,
        None => (rest.get(..2)?, rest.get(2..)?),
    };
    let (hour, minute) = (digits(hour, 2)?, digits(minute, 2)?);
    (hour < 24 && minute < 60).then_some(sign * i64::from(hour * 60 + minute))
}

/// Parses the digits after a decimal point, cut to milliseconds.
fn fraction_ms(text: &str) -> Option<i64> {
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| format!("{text:0<3}").get(..3).and_then(|ms| ms.parse().ok())).flatten()
}

/// Parses exactly `n` digits.
fn digits(text: &str, n: usize) -> Option<i16> {
    let plain = text.len() == n && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::test_runner::{Config, RngSeed, TestRunner};

    fn check(cell: &str, seconds: i64, ms: i64) {
        assert_eq!(moment(cell), Some(seconds * 1000 + ms), "{cell}");
    }

    /// Expected values are those of `date -u -d … +%s`.
    #[test]
    fn every_way_of_writing_a_moment_is_read() {
        check("1970-01-01", 0, 0);
        check("2024-02-29", 1_709_164_800, 0);
        check("2000-02-29 23:59", 951_868_740, 0);
        check("2024-02-29T23:59:58", 1_709_251_198, 0);
        check("2024-02-29T23:59:58.5Z", 1_709_251_198, 500);
        check("2024-02-29t23:59:58.123999z", 1_709_251_198, 123);
        check("1969-12-31T23:59:59Z", -1, 0);
    }

    #[test]
    fn an_offset_is_taken_off_and_may_move_the_date() {
        check("2024-03-01T07:59:58+08:00", 1_709_251_198, 0);
        check("2024-03-01T07:59:58+0800", 1_709_251_198, 0);
        check("2024-02-29T18:29:58-05:30", 1_709_251_198, 0);
        check("2024-02-29 23:59-00:00", 1_709_251_140, 0);
    }

    #[test]
    fn whole_numbers_are_seconds_or_milliseconds_by_their_size() {
        check("1709164800", 1_709_164_800, 0);
        check("1709164800123", 1_709_164_800, 123);
        check("-1", -1, 0);
        assert_eq!(Unit::of_cell("99999999999"), Some(Unit::Seconds));
        assert_eq!(Unit::of_cell("100000000000"), Some(Unit::Milliseconds));
        assert_eq!(Unit::of_cell("1709164800123456"), Some(Unit::Microseconds));
        assert_eq!(Unit::of_cell("-1709164800123456789"), Some(Unit::Nanoseconds));
        assert_eq!(Unit::of_cell("0"), None);
        assert_eq!(Unit::of_cell("2024-01-01"), None);
        assert_eq!(moment("1709164800123456"), moment("1709164800123"));
        assert_eq!(moment("1709164800123456789"), moment("1709164800123"));
    }

    #[test]
    fn any_moment_reads_as_a_library_of_dates_writes_it() {
        let year = 365 * 86_400_000_i64;
        let mut runner = TestRunner::new(Config {
            cases: 5_000,
            rng_seed: RngSeed::Fixed(42),
            failure_persistence: None,
            ..Config::default()
        });
        // From the year 21 to 9990, at any offset that a clock may have.
        let held = runner.run(&(-1_948 * year..8_025 * year, -839..840_i32), |(ms, minutes)| {
            let at = jiff::Timestamp::from_millisecond(ms).unwrap();
            prop_assert_eq!(moment(&at.to_string()), Some(ms), "{}", at);
            let there = jiff::tz::Offset::from_seconds(minutes * 60).unwrap();
            let local = at.display_with_offset(there).to_string();
            prop_assert_eq!(moment(&local), Some(ms), "{}", local);
            Ok(())
        });
        held.unwrap();
    }

    #[test]
    fn what_the_calendar_or_the_clock_does_not_have_is_no_time() {
        for cell in [
            "2024-02-30",
            "2023-02-29",
            "1900-02-29",
            "2024-13-01",
            "2024-00-10",
            "2024-1-1",
            "24-01-01",
            "01/02/2024",
            "2024-01-01T24:00",
            "2024-01-01T12:60",
            "2024-01-01T12:00:60",
            "2024-01-01T12",
            "2024-01-01T12:00.5",
            "2024-01-01T12:00:00.",
            "2024-01-01T12:00:00+25:00",
            "2024-01-01T12:00:00+é",
            "2024-01-01T",
            "2024-01-01 12:00:00 PM",
            "noon",
            "",
            "-",
            "+5",
            "1.5",
            "1e9",
        ] {
            assert_eq!(moment(cell), None, "{cell}");
        }
    }
}
