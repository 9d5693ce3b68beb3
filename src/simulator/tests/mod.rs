//! The simulator, tested on queues whose figures are known by formula.

use super::*;
use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::vec::Vec;

fn kind(name: &str, per_hour: f64, mean: f64, patience: Option<f64>) -> KindDef {
    KindDef {
        name: name.to_string(),
        queue: name.to_string(),
        group: name.to_string(),
        per_hour: [per_hour].into(),
        arrivals: Vec::new(),
        work: TimeDef::Exponential { mean },
        patience: patience.map(|mean| TimeDef::Exponential { mean }),
        taken_for: Vec::new(),
    }
}

fn team(agents: u32, queues: &[&str], pace: &[f64]) -> TeamDef {
    let queues: Vec<_> = queues.iter().map(ToString::to_string).collect();
    TeamDef {
        name: queues.join("+"),
        agents,
        queues,
        novices: false,
        pace: pace.into(),
        shifts: Vec::new(),
        breaks: Vec::new(),
    }
}

fn scenario(hours: f64, kinds: &[KindDef], teams: &[TeamDef]) -> Arc<Scenario> {
    let queues = kinds.iter().map(|kind| kind.queue.clone()).collect();
    let (kinds, teams) = (kinds.into(), teams.into());
    let surges = Vec::new();
    let (warm_up, within, misroute, repeat) = (10.0, 20.0, 60.0, None);
    let def =
        ScenarioDef { hours, start: None, warm_up, within, misroute, queues, kinds, teams, surges, repeat };
    Arc::new(Scenario::new(def).unwrap())
}

/// One queue over 30,000 hours: a mean wait is slow to settle.
fn one(per_hour: f64, aht: f64, agents: u32, patience: Option<f64>) -> Tally {
    let scenario = scenario(30_010.0, &[kind("a", per_hour, aht, patience)], &[team(agents, &["a"], &[1.0])]);
    run(&scenario, &Strategy::Right, 3).all()
}

#[track_caller]
fn check(what: &str, found: f64, expected: f64) {
    assert!((found / expected - 1.0).abs() < 0.01, "{what}: {found} is not {expected} within 1 %");
}

#[test]
fn patient_queues_are_as_erlang_says() {
    for (per_hour, aht, agents, chance, wait, level) in
        [(100.0, 360.0, 14, 0.174_132, 15.672, 0.860_566), (600.0, 240.0, 46, 0.265_791, 10.632, 0.838_790)]
    {
        let found = one(per_hour, aht, agents, None);
        check("P(wait)", found.wait_chance(), chance);
        check("asa", found.mean_wait(), wait);
        check("sl", found.service_level(), level);
        check("aht", found.aht(), aht);
        assert_eq!(found.left, 0);
    }
}

#[test]
fn impatient_queues_are_as_palm_says() {
    for (per_hour, aht, agents, patience, left, wait) in
        [(100.0, 360.0, 10, 120.0, 0.157_527, 18.903), (600.0, 240.0, 40, 90.0, 0.077_970, 7.017_3)]
    {
        let found = one(per_hour, aht, agents, Some(patience));
        check("P(abandon)", found.abandonment(), left);
        check("mean wait", found.mean_wait(), wait);
    }
}

#[test]
fn an_agent_who_shares_out_its_pace_is_one_server() {
    // Two chats at half the pace each are one server: M/M/1, where a request waits if it finds two in the system.
    let scenario = scenario(30_010.0, &[kind("a", 30.0, 60.0, None)], &[team(1, &["a"], &[1.0, 0.5])]);
    let totals = run(&scenario, &Strategy::Right, 1);
    check("P(2 or more)", totals.all().wait_chance(), 0.25);
    check("occupancy", totals.mean_occupancy(), 0.5);
}

#[test]
fn one_pool_answers_sooner_than_silos() {
    let kinds: Vec<KindDef> = ["a", "b", "c"].map(|name| kind(name, 50.0, 360.0, Some(120.0))).into();
    let silos = scenario(2_000.0, &kinds, &["a", "b", "c"].map(|name| team(5, &[name], &[1.0])));
    let pool = scenario(2_000.0, &kinds, &[team(15, &["a", "b", "c"], &[1.0])]);
    let (silos, pool) = (run(&silos, &Strategy::Right, 3), run(&pool, &Strategy::Right, 3));
    assert_eq!(silos.all().came, pool.all().came);
    assert!(pool.all().mean_wait() < 0.7 * silos.all().mean_wait(), "{:?} {:?}", pool.all(), silos.all());
    assert!(pool.occupancy_spread() < 0.02, "{}", pool.occupancy_spread());
}

#[test]
fn what_comes_does_not_depend_on_where_it_is_sent() {
    let kinds: Vec<KindDef> = ["a", "b"].map(|name| kind(name, 60.0, 200.0, Some(300.0))).into();
    let scenario = scenario(500.0, &kinds, &["a", "b"].map(|name| team(5, &[name], &[1.0])));
    let of = |strategy: &Strategy| run(&scenario, strategy, 11);
    let right = of(&Strategy::Right);
    assert_eq!(right.all().transfers, 0);
    for (strategy, transfers) in [
        (Strategy::Random, 0.5),
        (Strategy::Model { accuracy: 0.8 }, 0.1),
        (Strategy::RoundRobin, 0.5),
        (Strategy::FewestWaiting, 0.5),
    ] {
        let found = of(&strategy);
        let came = |totals: &Totals| totals.kinds.iter().map(|kind| kind.came).collect::<Vec<_>>();
        assert_eq!(came(&found), came(&right), "{strategy:?}");
        // Those who leave the wrong queue are never handed on.
        let (rate, left) = (found.all().transfer_rate(), found.all().abandonment());
        assert!(rate <= transfers + 0.1 && rate >= transfers - 0.1 - left, "{strategy:?}: {rate}");
        // An agent of a wrong queue was busy, too.
        assert!(found.all().aht() > right.all().aht(), "{strategy:?}");
        assert_eq!(of(&strategy), found, "{strategy:?} is not the same twice");
    }
    assert_ne!(run(&scenario, &Strategy::Right, 12), right);
}

#[test]
fn hours_have_their_own_rates() {
    let mut day = kind("a", 0.0, 60.0, None);
    day.per_hour = [[0.0, 120.0, 30.0]; 8].concat();
    let scenario = scenario(3_010.0, &[day], &[team(10, &["a"], &[1.0])]);
    let totals = run(&scenario, &Strategy::Right, 5);
    let came = |what: &str, found: u64, expected: f64| {
        // The standard deviation of a Poisson count is its root: four of them are exceeded once in 16,000 times.
        let off = (found as f64 - expected).abs();
        assert!(off < 4.0 * libm::sqrt(expected), "{what}: {found} is not about {expected}");
    };
    came("all", totals.all().came, 150_000.0);
    // 125 days, but for the ten hours of the warm-up on the first; 120 requests at one, 30 at two and none at three.
    came("at one", totals.hours[1].came, 120.0 * 125.0);
    came("at two", totals.hours[2].came, 30.0 * 125.0);
    assert_eq!(totals.hours[3].came, 0);
    let all: u64 = totals.hours.iter().map(|hour| hour.came).sum();
    assert_eq!(all, totals.all().came);
}

#[test]
fn a_list_of_rates_is_an_hour_a_day_or_a_week() {
    for found in [0, 2, 12, 23, 25, 48, 167, 169, 336] {
        let says = match found {
            0 => "per_hour of `a` must be given, or `arrivals`".to_string(),
            _ => alloc::format!(
                "per_hour of `a` has {found} numbers; give 1 for every hour, 24 for the hours of a day, or 168 for those of a week"
            ),
        };
        check_refused(|def| def.kinds[0].per_hour = alloc::vec![1.0; found], &says);
    }
    let mut week = kind("a", 0.0, 60.0, None);
    week.per_hour = alloc::vec![0.0; 168];
    week.per_hour[167] = 600.0; // the last hour of the week's last day
    let scenario = scenario(168.0 * 200.0, &[week], &[team(20, &["a"], &[1.0])]);
    let totals = run(&scenario, &Strategy::Right, 5);
    check("a week", totals.all().came as f64 / 200.0, 600.0);
    assert_eq!(totals.hours[23].came, totals.all().came);
}

#[test]
fn seeds_beside_each_other_share_no_draw() {
    use draw::{Draws, Purpose};
    let purposes = [Purpose::Arrival, Purpose::Work, Purpose::Patience, Purpose::Route, Purpose::Seen];
    let drawn = |seed: u64| {
        let draws = Draws::new(seed);
        let one = move |purpose, part, n| draws.share(purpose, 0, n, part).to_bits();
        let all = purposes.into_iter().flat_map(move |purpose| (0..2).map(move |part| (purpose, part)));
        all.flat_map(move |(purpose, part)| (0..50).map(move |n| one(purpose, part, n)))
    };
    // In the name of a draw, arrivals and work differ by 256, and parts of one purpose by 1.
    let seeds = [0, 1, 2, 3, 255, 256, 257, 512, u64::MAX];
    let mut all: Vec<u64> = seeds.iter().flat_map(|seed| drawn(*seed)).collect();
    let n = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), n);
    let mut runs: Vec<u64> = (0..100).flat_map(|seed| (0..100).map(move |run| run_seed(seed, run))).collect();
    assert!(runs.iter().all(|seed| *seed < 1 << 53));
    runs.sort_unstable();
    runs.dedup();
    assert_eq!(runs.len(), 10_000);
}

#[test]
fn memory_is_of_those_who_are_there() {
    // Shoppers whose patience practically never ends: the events planned for its end must not pile up.
    let long = scenario(20_000.0, &[kind("a", 100.0, 360.0, Some(1e12))], &[team(14, &["a"], &[1.0])]);
    let mut simulation = Simulation::new(&long, Strategy::Right, 2);
    let (mut until, mut most) = (0.0, 0);
    while simulation.advance(until) {
        until += 100_000.0;
        most = most.max(simulation.n_held());
    }
    let totals = simulation.totals();
    assert!(totals.all().came > 1_900_000 && totals.most < 200, "{} at a time", totals.most);
    assert!(most < 3_000, "{most} in memory");
}

#[track_caller]
fn check_refused(change: impl FnOnce(&mut ScenarioDef), says: &str) {
    let mut def = scenario(100.0, &[kind("a", 1.0, 1.0, None)], &[team(1, &["a"], &[1.0])]).def().clone();
    change(&mut def);
    assert_eq!(Scenario::new(def).unwrap_err().to_string(), says);
}

#[test]
fn a_scenario_that_makes_no_sense_is_refused() {
    check_refused(|def| def.hours = f64::NAN, "hours must be above 0 and at most 1000000");
    check_refused(|def| def.hours = 1e300, "hours must be above 0 and at most 1000000");
    check_refused(
        |def| def.kinds[0].per_hour = [1e300].into(),
        "per_hour of `a` must be 0 to 1000000 in every hour",
    );
    check_refused(|def| def.within = f64::INFINITY, "within must be 0 or more");
    check_refused(|def| def.warm_up = 100.0, "warm_up must be 0 or more and below `hours`");
    check_refused(|def| def.queues.clear(), "there are no queues; add one");
    check_refused(
        |def| def.queues.push("a".into()),
        "`a`: give every queue, kind and team a name of its own",
    );
    check_refused(|def| def.queues.push("b".into()), "no agent serves queue `b`; give it to a team");
    check_refused(|def| def.teams[0].agents = 0, "no agent serves queue `a`; give it to a team");
    check_refused(|def| def.kinds[0].queue = "z".into(), "no queue is called `z`; add it to `queues`");
    check_refused(
        |def| def.kinds[0].per_hour = [-1.0].into(),
        "per_hour of `a` must be 0 to 1000000 in every hour",
    );
    check_refused(|def| def.kinds[0].work = TimeDef::Fixed { seconds: 0.0 }, "work of `a` must be above 0");
    let upside_down = TimeDef::LogNormal { mean: 1.0, median: 2.0 };
    check_refused(
        |def| def.kinds[0].patience = Some(upside_down),
        "patience of `a` must be above 0, and the median at most the mean",
    );
    check_refused(|def| def.teams[0].pace.clear(), "pace of `a` must be 1 to 32 numbers above 0");
    check_refused(|def| def.teams[0].agents = 100_001, "the number of agents must be at most 100000");
}

#[test]
fn a_log_normal_has_its_mean_and_its_median() {
    let draws = draw::Draws::new(4);
    let time = TimeDef::LogNormal { mean: 176.4, median: 107.0 };
    let times: Vec<f64> = (0..400_000).map(|n| draws.time(&time, draw::Purpose::Work, 0, n)).collect();
    check("mean", times.iter().sum::<f64>() / times.len() as f64, 176.4);
    let below = times.iter().filter(|time| **time < 107.0).count();
    check("half", below as f64, times.len() as f64 / 2.0);
}

mod floor;
mod router;
mod waits;
