//! Shifts, surges, repeats, groups, lists of arrivals, samples and curves.

use super::*;

fn change(mut def: ScenarioDef, change: impl FnOnce(&mut ScenarioDef)) -> Arc<Scenario> {
    change(&mut def);
    Arc::new(Scenario::new(def).unwrap())
}

/// One agent, one kind, one day; requests come at these seconds and take `seconds` of work each.
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
    // Waits of ten minutes, none, and from 1:31 to 1:40.
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
    let scenario = change(day(&[3_600.0, 36_000.0], 60.0), |def| def.teams[0].shifts = [[22.0, 30.0]].into());
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
fn groups_differ_with_a_sign() {
    let kinds: Vec<KindDef> = ["a", "b", "c"].map(|name| kind(name, 50.0, 60.0, None)).into();
    let teams = [team(1, &["a"], &[1.0]), team(9, &["b"], &[1.0]), team(9, &["c"], &[1.0])];
    let totals = run(&scenario(3_010.0, &kinds, &teams), &Strategy::Right, 5);
    let [a, b, c] = [0, 1, 2].map(|group| totals.apart(group, Tally::mean_wait).unwrap());
    let mut others = totals.kinds[1];
    others.add(&totals.kinds[2]);
    assert_eq!(a, totals.kinds[0].mean_wait() - others.mean_wait());
    assert!(a > 100.0 && b < -50.0 && c < -50.0, "{a} {b} {c}");
    assert!(totals.apart(0, Tally::service_level).unwrap() < -0.5);
    assert_eq!(totals.apart(0, Tally::abandonment), Some(0.0));
    assert_eq!(totals.apart(3, Tally::mean_wait), None);
}

#[test]
fn times_of_a_log_come_as_they_are() {
    let draws = draw::Draws::new(4);
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
        |def| def.kinds[0].arrivals = [1.0].into(),
        "per_hour of `a` must be left out if `arrivals` is given",
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

/// A day with two kinds, `a` and `b`, with a queue each; per kind, the seconds at which requests come and the work of each.
fn two(a: (&[f64], f64), b: (&[f64], f64), teams: &[TeamDef]) -> ScenarioDef {
    let mut def = scenario(24.0, &["a", "b"].map(|name| kind(name, 0.0, 1.0, None)), teams).def().clone();
    def.warm_up = 0.0;
    for (kind, (arrivals, seconds)) in def.kinds.iter_mut().zip([a, b]) {
        kind.per_hour.clear();
        kind.arrivals = arrivals.into();
        kind.work = TimeDef::Fixed { seconds };
    }
    def
}

#[test]
fn a_queue_counts_everybody_who_was_in_it() {
    // In turns: the first goes to `a`, the second to `b`, which is the wrong one for it, and so on.
    let teams = ["a", "b"].map(|name| team(1, &[name], &[1.0]));
    let def = two((&[0.0, 10.0, 20.0], 30.0), (&[], 1.0), &teams);
    let mut def = ScenarioDef { misroute: 5.0, within: 4.0, ..def };
    def.kinds[1].per_hour = [0.0].into();
    let totals = run(&Arc::new(Scenario::new(def).unwrap()), &Strategy::RoundRobin, 1);
    let [a, b] = [0, 1].map(|queue| totals.queues[queue]);
    // `b` takes the one of second 10 at once and hands it on at 15; `a` ends its first at 30, and takes first the one who joined
    // its line first: at 15 that of second 10, who waits 15 s, then at 60 that of second 20, who waits 40 s.
    assert_eq!((b.came, b.misrouted, b.answered, b.transfers, b.in_time, b.wait), (1, 1, 1, 1, 1, 0.0));
    assert_eq!((a.came, a.misrouted, a.answered, a.transfers, a.in_time), (3, 0, 3, 0, 1));
    assert_eq!((a.wait, a.queued, a.handled, b.handled), (55.0, 55.0, 90.0, 5.0));
    // Of the requests as a whole two were answered at once.
    assert_eq!((totals.all().came, totals.all().in_time, totals.all().wait), (3, 2, 40.0));
}

#[test]
fn who_waits_halfway_and_at_the_end_is_counted_by_queue() {
    let teams = ["a", "b"].map(|name| team(1, &[name], &[1.0]));
    let noon = 12.0 * 3_600.0;
    // The first of `a` takes all day and more; four come before noon, three after. Of `b` all are served at once.
    let a = [0.0, 1.0, 2.0, 3.0, noon, noon + 1.0, noon + 2.0];
    let def = two((&a, 1e5), (&[5.0, noon + 9.0], 1.0), &teams);
    let scenario = Arc::new(Scenario::new(def).unwrap());
    let [half, end] = run(&scenario, &Strategy::Right, 1).waiting;
    assert_eq!((half, end), ([4, 0].into(), [6, 0].into()));
    let mut steps = Simulation::new(&scenario, Strategy::Right, 1);
    steps.advance(noon - 1.0);
    assert!(steps.totals().waiting.iter().all(Vec::is_empty));
    while steps.advance(steps.now() + 977.0) {}
    assert_eq!(steps.totals(), run(&scenario, &Strategy::Right, 1));
}

#[test]
fn loads_are_those_of_agents_whom_nobody_can_help() {
    // By hand, in Erlang: `a` and `b` have 0.6 each and only one agent between them, `c` has 0.5 and both teams.
    let mut kinds = ["a", "b", "c"].map(|name| kind(name, 60.0, 36.0, None));
    (kinds[2].per_hour, kinds[2].work) = ([30.0].into(), TimeDef::Fixed { seconds: 60.0 });
    let teams = [team(1, &["a", "b", "c"], &[1.0]), team(1, &["c"], &[1.0, 0.75])];
    let loads = scenario(110.0, &kinds, &teams).loads();
    let [few, all] = &loads[..] else { panic!("{loads:?}") };
    assert_eq!((&few.teams[..], &few.queues[..]), (&[0][..], &[0, 1][..]));
    assert_eq!((&all.teams[..], &all.queues[..]), (&[0, 1][..], &[0, 1, 2][..]));
    check("few", few.share(), 1.2);
    // Two chats at three quarters of the pace each are one and a half agents.
    check("all", all.share(), 1.7 / 2.5);
    // On duty for a third of the day, and a surge that doubles a quarter of the hours that count.
    let one = [team(1, &["a"], &[1.0])];
    let scenario = change(scenario(34.0, &kinds[..1], &one).def().clone(), |def| {
        def.teams[0].shifts = [[20.0, 28.0]].into();
        def.surges.push(SurgeDef { from: 4.0, to: 16.0, factor: 2.0, kinds: Vec::new() });
    });
    // From hour 10 to hour 34: 24 hours of 0.6, 6 of them doubled; 8 hours of an agent.
    check("shift", scenario.loads()[0].share(), 0.6 * 30.0 / 8.0);
}

#[test]
fn shifts_and_breaks_that_make_no_sense_are_refused() {
    let shifts = |shifts: &[[f64; 2]], says: &str| {
        check_refused(|def| def.teams[0].shifts = shifts.into(), &alloc::format!("shifts of `a`: {says}"));
    };
    shifts(
        &[[18.0, 8.0]],
        "[18, 8] ends before it begins; write [8, 18], or [18, 32] if it goes past midnight",
    );
    shifts(&[[9.0, 9.0]], "[9, 9] is empty; leave it out, or write [0, 24] for a whole day");
    for outside in [[24.0, 25.0], [-1.0, 8.0], [8.0, 49.0], [8.0, f64::NAN]] {
        let [from, to] = outside;
        shifts(
            &[outside],
            &alloc::format!(
                "[{from}, {to}] is not within a day; hours are 0 to 24, or more past midnight, as in [22, 30]"
            ),
        );
    }
    shifts(&[[8.0, 33.0]], "[8, 33] is longer than a day; write [0, 24] for a whole one");
    shifts(&[[8.0, 12.0], [11.5, 18.0]], "[8, 12] and [11.5, 18] overlap; join or separate them");
    shifts(&[[22.0, 30.0], [5.0, 9.0]], "[22, 30] and [5, 9] overlap; join or separate them");
    let breaks = |shift: [f64; 2], breaks: &[[f64; 2]], says: &str| {
        check_refused(
            |def| (def.teams[0].shifts, def.teams[0].breaks) = ([shift].into(), breaks.into()),
            &alloc::format!("breaks of `a`: {says}"),
        );
    };
    breaks(
        [8.0, 18.0],
        &[[12.0, 11.0]],
        "[12, 11] ends before it begins; write [11, 12], or [12, 35] if it goes past midnight",
    );
    breaks(
        [8.0, 18.0],
        &[[7.0, 9.0]],
        "[7, 9] is not within the team's shifts; a break is a part of a shift",
    );
    breaks(
        [8.0, 18.0],
        &[[19.0, 20.0]],
        "[19, 20] is not within the team's shifts; a break is a part of a shift",
    );
    breaks(
        [8.0, 18.0],
        &[[12.0, 13.0], [12.5, 13.5]],
        "[12, 13] and [12.5, 13.5] overlap; join or separate them",
    );
    check_refused(
        |def| (def.teams[0].shifts, def.teams[0].breaks) = ([[8.0, 9.0]].into(), [[8.0, 9.0]].into()),
        "no agent serves queue `a`; give it to a team",
    );
    // A break of a night shift, written either way, and one over two shifts that meet.
    for (shifts, breaks) in [
        ([[22.0, 30.0]].to_vec(), [23.5, 24.5]),
        ([[22.0, 30.0]].to_vec(), [2.0, 2.5]),
        ([[8.0, 12.0], [12.0, 18.0]].to_vec(), [11.5, 12.5]),
    ] {
        _ = change(day(&[1.0], 1.0), |def| {
            (def.teams[0].shifts, def.teams[0].breaks) = (shifts, [breaks].into());
        });
    }
    let surge = SurgeDef { from: 100.0, to: 102.0, factor: 2.0, kinds: Vec::new() };
    check_refused(
        |def| def.surges.push(surge),
        "a surge from 100 to 102 must be from an hour of the scenario to a later one",
    );
}
