//! Shifts, surges, repeats, groups, lists of arrivals, samples and curves.

use super::*;

fn change(mut def: ScenarioDef, change: impl FnOnce(&mut ScenarioDef)) -> Arc<Scenario> {
    change(&mut def);
    Arc::new(Scenario::new(def).unwrap())
}

/// One agent, one kind, one day; requests at these seconds take so long each.
fn day(arrivals: &[f64], seconds: f64) -> ScenarioDef {
    let mut def = scenario(24.0, &[kind("a", 0.0, 1.0, None)], &[team(1, &["a"], &[1.0])]).def().clone();
    def.warm_up = 0.0;
    def.kinds[0].per_hour.clear();
    def.kinds[0].arrivals = arrivals.into();
    def.kinds[0].work = TimeDef::Fixed { seconds };
    def
}

#[test]
fn who_goes_off_ends_what_is_held_and_takes_no_more() {
    // On duty from 1:00 to 2:00, with a break from 1:30 to 1:40; a request at 0:50, at 1:29 and at 1:31, each takes two minutes.
    let scenario = change(day(&[3_000.0, 5_340.0, 5_460.0], 120.0), |def| {
        def.teams[0].shifts = [[1.0, 2.0]].into();
        def.teams[0].breaks = [[1.5, 1.5 + 1.0 / 6.0]].into();
    });
    let totals = run(&scenario, &Strategy::Right, 1);
    let all = totals.all();
    // Ten minutes, none, and from 1:31 to 1:40.
    assert_eq!((all.came, all.answered), (3, 3));
    check("waits", all.wait, 600.0 + 0.0 + 540.0);
    // Six minutes of work in 50 on duty and the one past the beginning of the break.
    check("busy", totals.occupancy[0], 6.0 / 51.0);
}

#[test]
fn a_shift_begins_with_one_for_each_before_anybody_takes_two() {
    let scenario = change(day(&[100.0, 200.0], 600.0), |def| {
        def.teams[0] = TeamDef { shifts: [[1.0, 2.0]].into(), ..team(2, &["a"], &[1.0, 1.0]) };
    });
    let totals = run(&scenario, &Strategy::Right, 1);
    check("first", totals.occupancy[0], 600.0 / 3_600.0);
    check("second", totals.occupancy[1], 600.0 / 3_600.0);
}

#[test]
fn a_shift_goes_past_midnight() {
    let scenario = change(day(&[3_600.0, 36_000.0], 60.0), |def| def.teams[0].shifts = [[22.0, 6.0]].into());
    check("waits", run(&scenario, &Strategy::Right, 1).all().wait, 12.0 * 3_600.0);
}

#[test]
fn what_comes_while_nobody_is_there_is_served_the_day_after() {
    let scenario = change(day(&[80_000.0], 60.0), |def| def.teams[0].shifts = [[8.0, 9.0]].into());
    check("waits", run(&scenario, &Strategy::Right, 1).all().wait, 32.0 * 3_600.0 - 80_000.0);
}

#[test]
fn a_surge_multiplies_what_comes() {
    let def = scenario(3_010.0, &[kind("a", 10.0, 1.0, None)], &[team(9, &["a"], &[1.0])]).def().clone();
    let surge = SurgeDef { from: 1_010.0, to: 2_010.0, factor: 4.0, kinds: Vec::new() };
    let scenario = change(def, |def| def.surges.push(surge));
    check("all", run(&scenario, &Strategy::Right, 3).all().came as f64, 10_000.0 + 40_000.0 + 10_000.0);
}

#[test]
fn who_was_not_helped_comes_back() {
    let def = scenario(2_010.0, &[kind("a", 60.0, 60.0, None)], &[team(9, &["a"], &[1.0])]).def().clone();
    let repeat = RepeatDef {
        left: 0.0,
        misrouted: 0.0,
        unresolved: 0.25,
        delay: TimeDef::Exponential { mean: 600.0 },
        at_most: 1,
    };
    let scenario = change(def, |def| def.repeat = Some(repeat));
    let all = run(&scenario, &Strategy::Right, 5).all();
    assert!((all.again as f64 / (all.came - all.again) as f64 - 0.25).abs() < 0.01, "{all:?}");
    assert!((all.first_contact_resolution() - 0.75).abs() < 0.01, "{all:?}");
}

#[test]
fn who_left_or_was_misrouted_is_not_resolved() {
    let kinds: Vec<KindDef> = ["a", "b"].map(|name| kind(name, 60.0, 60.0, Some(60.0))).into();
    let scenario = scenario(500.0, &kinds, &["a", "b"].map(|name| team(2, &[name], &[1.0])));
    let all = run(&scenario, &Strategy::RoundRobin, 5).all();
    assert!(all.left > 0 && all.misrouted > 0 && all.resolved <= all.came - all.misrouted, "{all:?}");
    assert!(all.answered + all.left >= all.came && all.asa() > 0.0, "{all:?}");
    assert!(all.queued >= all.wait && all.wait >= all.answer, "{all:?}");
}

#[test]
fn groups_differ_by_how_long_they_wait() {
    let kinds: Vec<KindDef> = ["a", "b"].map(|name| kind(name, 50.0, 60.0, None)).into();
    let teams = [team(1, &["a"], &[1.0]), team(9, &["b"], &[1.0])];
    let totals = run(&scenario(3_010.0, &kinds, &teams), &Strategy::Right, 5);
    let gap = totals.gap(Tally::mean_wait);
    assert_eq!(gap, totals.kinds[0].mean_wait() - totals.kinds[1].mean_wait());
    assert!(gap > 100.0 && totals.gap(Tally::service_level) > 0.5 && totals.gap(Tally::abandonment) == 0.0);
}

#[test]
fn times_of_a_log_come_as_they_are() {
    let draws = draw::Draws { seed: 4 };
    let draw = |time: &TimeDef, n| draws.time(time, draw::Purpose::Work, 0, n);
    let each = TimeDef::Each { seconds: [3.0, 1.0].into() };
    assert_eq!([0, 1, 2].map(|n| draw(&each, n)), [3.0, 1.0, 3.0]);
    let share = |time: &TimeDef, of: f64| (0..100_000).filter(|n| draw(time, *n) == of).count() as f64 / 1e5;
    let sample = TimeDef::Sample { seconds: [1.0, 2.0, 2.0, 9.0].into() };
    check("a quarter", share(&sample, 1.0), 0.25);
    check("half", share(&sample, 2.0), 0.5);
    let curve = TimeDef::Survival { seconds: [10.0, 20.0].into(), alive: [0.6, 0.2].into() };
    check("left first", share(&curve, 10.0), 0.4);
    check("left then", share(&curve, 20.0), 0.4);
    check("never", share(&curve, f64::INFINITY), 0.2);
    check("mean", curve.mean(), 10.0 + 6.0);
}

#[test]
fn what_makes_no_sense_is_refused() {
    check_refused(
        |def| def.teams[0].shifts = [[8.0, 25.0]].into(),
        "shifts of `a` must be pairs of two hours of a day, 0 to 24",
    );
    check_refused(
        |def| def.teams[0].breaks = [[8.0, 8.0]].into(),
        "breaks of `a` must be pairs of two hours of a day, 0 to 24",
    );
    check_refused(
        |def| {
            def.teams[0].shifts = [[8.0, 9.0]].into();
            def.teams[0].breaks = [[7.0, 10.0]].into();
        },
        "no agent serves queue `a`; give it to a team",
    );
    check_refused(
        |def| def.kinds[0].arrivals = [1.0].into(),
        "per_hour of `a` must be left out where there are arrivals",
    );
    check_refused(
        |def| {
            def.kinds[0].per_hour.clear();
            def.kinds[0].arrivals = [2.0, 1.0].into();
        },
        "arrivals of `a` must be rising seconds from 0 to below the end",
    );
    check_refused(
        |def| def.kinds[0].work = TimeDef::Survival { seconds: [1.0].into(), alive: [0.5].into() },
        "work of `a` must be a curve that falls to 0",
    );
    check_refused(
        |def| def.kinds[0].work = TimeDef::Sample { seconds: [2.0, 1.0].into() },
        "work of `a` must be one number or more, each above 0, rising",
    );
    check_refused(
        |def| def.kinds[0].taken_for = [0.5].into(),
        "taken_for of `a` must be one share for each kind, and sum to 1",
    );
    let surge = |factor, kinds| SurgeDef { from: 1.0, to: 2.0, factor, kinds };
    check_refused(move |def| def.surges.push(surge(-1.0, Vec::new())), "factor of a surge must be 0 to 1000");
    check_refused(
        move |def| def.surges.push(surge(1.0, ["z".to_string()].into())),
        "no kind is called `z`; add it to `kinds`",
    );
    let delay = TimeDef::Fixed { seconds: 1.0 };
    let repeat = RepeatDef { left: 2.0, misrouted: 0.0, unresolved: 0.0, delay, at_most: 1 };
    check_refused(move |def| def.repeat = Some(repeat), "left of repeat must be 0 to 1");
}
