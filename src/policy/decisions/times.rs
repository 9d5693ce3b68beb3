//! Opening hours, zones and dates.

use super::*;
use crate::hours::is_open;

const MINUTE: i64 = 60_000;

/// Milliseconds of a moment in UTC.
fn utc(year: i64, month: i64, day: i64, minute: i64) -> i64 {
    (days_of(year, month, day) * 1_440 + minute) * MINUTE
}

fn berlin() -> ZoneRule {
    let change = |month, minute| ClockChange { month, week: 5, weekday: 0, minute };
    ZoneRule {
        offset: 60,
        summer: Some(SummerRule { offset: 120, begins: change(3, 120), ends: change(10, 180) }),
    }
}

fn sydney() -> ZoneRule {
    let change = |month, minute| ClockChange { month, week: 1, weekday: 0, minute };
    ZoneRule {
        offset: 600,
        summer: Some(SummerRule { offset: 660, begins: change(10, 120), ends: change(4, 180) }),
    }
}

#[test]
fn days_are_counted_as_calendars_count_them() {
    assert_eq!(days_of(1970, 1, 1), 0);
    assert_eq!(days_of(2000, 2, 29), 11_016);
    assert_eq!(days_of(2026, 11, 22), 20_779);
    assert_eq!(days_of(1969, 12, 31), -1);
}

#[test]
fn clocks_change_on_the_minute_north_and_south() {
    let offset = |zone: ZoneRule, at: i64| zone.offset_at(at / MINUTE);
    // Berlin: 29 March 2026 at 01:00 UTC, 25 October 2026 at 01:00 UTC.
    assert_eq!(offset(berlin(), utc(2026, 3, 29, 59)), 60);
    assert_eq!(offset(berlin(), utc(2026, 3, 29, 60)), 120);
    assert_eq!(offset(berlin(), utc(2026, 10, 25, 59)), 120);
    assert_eq!(offset(berlin(), utc(2026, 10, 25, 60)), 60);
    // Sydney: 5 April 2026 at 16:00 UTC of the day before, 4 October 2026 likewise.
    assert_eq!(offset(sydney(), utc(2026, 4, 4, 959)), 660);
    assert_eq!(offset(sydney(), utc(2026, 4, 4, 960)), 600);
    assert_eq!(offset(sydney(), utc(2026, 10, 3, 959)), 600);
    assert_eq!(offset(sydney(), utc(2026, 10, 3, 960)), 660);
    assert_eq!(offset(sydney(), utc(2026, 1, 1, 0)), 660);
}

fn hours(zone: ZoneRule, days: &str, from: u16, to: u16, holidays: &[Date]) -> HoursDef {
    let days = serde_days(days);
    HoursDef {
        name: "shop".to_owned(),
        zone: ZoneDef { name: "somewhere".to_owned(), rule: Some(zone), shifts: Vec::new() },
        open: vec![SpanDef { days, from: Minute(from), to: Minute(to) }],
        holidays: holidays.to_vec(),
        special: Vec::new(),
    }
}

fn serde_days(text: &str) -> Days {
    let text: serde::de::value::StrDeserializer<'_, serde::de::value::Error> =
        serde::de::IntoDeserializer::into_deserializer(text);
    Deserialize::deserialize(text).unwrap()
}

fn open(hours: &HoursDef, now_ms: i64) -> bool {
    is_open(hours.zone.rule.unwrap(), &hours.open, &hours.dates(), now_ms)
}

#[test]
fn a_shop_is_open_by_its_own_clock() {
    let shop = hours(berlin(), "mon-fri", 540, 1_080, &[]);
    // 22 November 2026 is a Sunday; on Monday it opens at 08:00 UTC, in summer at 07:00.
    assert!(!open(&shop, utc(2026, 11, 22, 600)));
    assert!(!open(&shop, utc(2026, 11, 23, 479)) && open(&shop, utc(2026, 11, 23, 480)));
    assert!(open(&shop, utc(2026, 7, 6, 420)) && !open(&shop, utc(2026, 7, 6, 960)));
}

#[test]
fn a_night_belongs_to_the_day_on_which_it_began() {
    let christmas = i32::try_from(days_of(2026, 12, 25)).unwrap();
    let bar = hours(ZoneRule::default(), "fri", 1_320, 120, &[Date(christmas)]);
    // Open from Friday 18 December 22:00 to Saturday 02:00; the Friday a week later is a holiday.
    for (day, minute, wanted) in [
        (18, 1_319, false),
        (18, 1_320, true),
        (19, 119, true),
        (19, 120, false),
        (25, 1_320, false),
        (26, 60, false),
    ] {
        assert_eq!(open(&bar, utc(2026, 12, day, minute)), wanted, "{day} {minute}");
    }
}

#[test]
fn a_special_date_has_its_own_hours_and_no_others() {
    let date = |month, day| Date(i32::try_from(days_of(2026, month, day)).unwrap());
    let special = |day, from, to| SpecialDef { date: day, from: Minute(from), to: Minute(to) };
    let mut shop = hours(ZoneRule::default(), "mon-fri", 540, 1_080, &[date(12, 25), date(12, 26)]);
    // Thursday the 24th until 13:00; Saturday the 26th, a holiday, open at noon and again past midnight; Monday the 28th shut at 00:01.
    shop.special = vec![
        special(date(12, 24), 540, 780),
        special(date(12, 26), 720, 780),
        special(date(12, 26), 1_380, 60),
        special(date(12, 28), 0, 1),
    ];
    for (day, minute, wanted) in [
        (23, 780, true),
        (24, 539, false),
        (24, 540, true),
        (24, 779, true),
        (24, 780, false),
        (25, 600, false),
        (26, 720, true),
        (26, 900, false),
        (26, 1_380, true),
        (27, 59, true),
        (27, 60, false),
        (28, 0, true),
        (28, 600, false),
        (29, 600, true),
    ] {
        assert_eq!(open(&shop, utc(2026, 12, day, minute)), wanted, "{day} {minute}");
    }
}

#[test]
fn clocks_that_jump_to_the_ends_of_time_leave_an_answer() {
    let shop = hours(berlin(), "sun-sat", 0, 1_440, &[]);
    assert!([i64::MIN, -1, 0, i64::MAX].into_iter().all(|now_ms| open(&shop, now_ms)));
}

#[test]
fn hours_close_a_queue_unless_the_shop_says_otherwise() {
    let mut def = def();
    def.hours = vec![hours(ZoneRule::default(), "mon", 540, 1_080, &[])];
    def.queues[0].hours = Some("shop".to_owned());
    let policy = World::new().policy(def);
    let heads = heads([1.0, 0.0, 0.0]);
    let request =
        |minute| Request { scores: &heads, now_ms: utc(2026, 11, 23, minute), ..Request::default() };
    assert_eq!(decide(&policy, &request(539), &Snapshot::default()).eligible.standings[0], Standing::Closed);
    assert_eq!(
        decide(&policy, &request(540), &Snapshot::default()).eligible.standings[0],
        Standing::Candidate
    );
    assert_eq!(
        decide(&policy, &request(539), &Snapshot::all_open(3)).eligible.standings[0],
        Standing::Candidate
    );
}

#[test]
fn zones_show_their_name() {
    assert_eq!(ZoneDef::default().name.to_string(), "UTC");
}
