//! Expected waits compared with actual ones.
//!
//! One request in twenty never leaves: its wait is the one that the others would have had.

use super::*;
use alloc::string::String;
use floorwalker_engine::route::Policy;
use floorwalker_policy::{By, Names, PolicyDef, QueueDef, SkillDef, StrategyDef};

/// Seconds that a request takes.
const WORK: f64 = 300.0;
/// Share of the requests that never leave.
const STAY: f64 = 0.05;

/// Queues of equal load, each of which has these kinds: those who lose patience, and those who stay. `teams` are agents and the
/// queues that they serve.
fn floor(queues: &[&str], teams: &[(u32, &[&str])], load: f64, patience: f64, hours: f64) -> Arc<Scenario> {
    let agents: u32 = teams.iter().map(|(n, _)| n).sum();
    let per_hour = load * f64::from(agents) * 3_600.0 / WORK / queues.len() as f64;
    let kinds: Vec<KindDef> = queues
        .iter()
        .flat_map(|queue| {
            let of = |name: String, share: f64, patience| KindDef {
                queue: queue.to_string(),
                ..kind(&name, share * per_hour, WORK, patience)
            };
            [
                of(queue.to_string(), 1.0 - STAY, Some(patience)),
                of(alloc::format!("{queue} stays"), STAY, None),
            ]
        })
        .collect();
    Arc::new(
        Scenario::new(ScenarioDef {
            hours,
            start: None,
            warm_up: 10.0,
            within: 20.0,
            misroute: 60.0,
            queues: queues.iter().map(ToString::to_string).collect(),
            kinds,
            teams: teams.iter().map(|(n, queues)| team(*n, queues, &[1.0])).collect(),
            surges: Vec::new(),
            repeat: None,
        })
        .unwrap(),
    )
}

/// What those who stay were told, when every request goes to its own queue.
fn told(scenario: &Arc<Scenario>) -> Told {
    let names: Vec<String> = scenario.def().kinds.iter().map(|kind| kind.name.clone()).collect();
    let queue = |name: &String| {
        let kinds = scenario.def().kinds.iter().filter(|kind| kind.queue == *name);
        let skills = kinds.map(|kind| SkillDef { skill: kind.name.clone(), proficiency: 1.0 }).collect();
        QueueDef { skills, ..QueueDef::new(name) }
    };
    let def = PolicyDef {
        queues: scenario.def().queues.iter().map(queue).collect(),
        strategy: [StrategyDef::new(By::Skills)].into(),
        ..PolicyDef::plain("kind", &scenario.def().queues[0])
    };
    let names = Names { heads: [("kind", &names[..])].into(), features: Vec::new() };
    let policy = Policy::new(def.compile(&names).unwrap()).unwrap();
    let router = Router::new(scenario, policy).unwrap().telling_waits();
    let totals = run(scenario, &Strategy::Policy(Arc::new(router)), 7);
    let mut all = Tally::default();
    totals.kinds.iter().skip(1).step_by(2).for_each(|kind| all.add(kind));
    assert_eq!((all.left, all.misrouted), (0, 0));
    all.told
}

/// Asserts that a tenth is answered sooner than `low`, and a tenth later than `high`, within two percentage points and two standard
/// errors, and that the mean is within 5 % or a second.
#[track_caller]
fn check(what: &str, told: Told, least: u64) {
    let n = told.n as f64;
    assert!(told.n >= least, "{what}: only {} waited", told.n);
    let within = 0.02 + 2.0 * libm::sqrt(0.09 / n);
    for share in [told.under as f64 / n, told.over as f64 / n] {
        assert!((share - 0.1).abs() <= within, "{what}: {share} of {n}, {told:?}");
    }
    let off = (told.expected - told.waited).abs() / n;
    assert!(off <= 1.0 || off <= 0.05 * told.waited / n, "{what}: {off} s, {told:?}");
    assert_eq!(told.not_free, 0, "{what}: {told:?}");
}

#[test]
fn waits_in_one_queue_are_as_told_though_shoppers_lose_patience() {
    for (agents, load, patience, hours) in [
        (2, 0.9, 60.0, 6_000.0),
        (2, 1.1, 300.0, 4_000.0),
        (10, 0.9, 60.0, 2_000.0),
        (10, 1.1, 300.0, 600.0),
        (50, 0.9, 300.0, 500.0),
        (50, 1.1, 60.0, 200.0),
    ] {
        let scenario = floor(&["a"], &[(agents, &["a"])], load, patience, hours);
        check(&alloc::format!("{agents} agents, load {load}, patience {patience}"), told(&scenario), 2_000);
    }
}

#[test]
fn waits_are_as_told_where_agents_serve_two_queues() {
    for (agents, load, patience, hours) in
        [(2, 0.9, 300.0, 5_000.0), (10, 0.9, 60.0, 2_000.0), (10, 1.1, 300.0, 600.0), (50, 1.1, 300.0, 150.0)]
    {
        let scenario = floor(&["a", "b"], &[(agents, &["a", "b"])], load, patience, hours);
        check(
            &alloc::format!("{agents} agents of two skills, load {load}, patience {patience}"),
            told(&scenario),
            2_000,
        );
    }
}

#[test]
fn waits_are_as_told_where_some_agents_serve_one_queue_and_some_two() {
    for (one, both, load, patience, hours) in [
        (2, 6, 0.9, 300.0, 2_000.0),
        (2, 6, 1.1, 300.0, 600.0),
        (12, 26, 0.9, 60.0, 600.0),
        (12, 26, 1.1, 300.0, 150.0),
        (4, 2, 1.1, 300.0, 600.0),
        (5, 40, 1.1, 300.0, 150.0),
    ] {
        let teams: [(u32, &[&str]); 3] = [(one, &["a"]), (one, &["b"]), (both, &["a", "b"])];
        let scenario = floor(&["a", "b"], &teams, load, patience, hours);
        let what =
            alloc::format!("{one} agents of each queue, {both} of both, load {load}, patience {patience}");
        check(&what, told(&scenario), 2_000);
    }
}
