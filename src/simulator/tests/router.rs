//! Policies of the page, simulated.

use super::*;
use alloc::string::String;
use floorwalker_engine::route::{AgentsDef, Policy};
use floorwalker_policy::{By, FilterDef, Names, PolicyDef, QueueDef, SkillDef, StrategyDef, TargetDef};

/// A policy with queues `a` and `b`, each of which has the skill of its own name, and this `strategy`.
fn policy(strategy: &[By]) -> Policy {
    with(strategy, Vec::new())
}

fn with(strategy: &[By], filters: Vec<FilterDef>) -> Policy {
    changed(strategy, |def| def.filters = filters)
}

fn changed(strategy: &[By], change: impl FnOnce(&mut PolicyDef)) -> Policy {
    let queue = |name: &str| QueueDef {
        skills: [SkillDef { skill: name.to_string(), proficiency: 1.0 }].into(),
        ..QueueDef::new(name)
    };
    let mut def = PolicyDef {
        queues: ["a", "b"].map(queue).into(),
        strategy: strategy.iter().cloned().map(StrategyDef::new).collect(),
        ..PolicyDef::plain("kind", "a")
    };
    change(&mut def);
    let kinds = ["a", "b"].map(String::from);
    let names = Names { heads: [("kind", &kinds[..])].into(), features: Vec::new() };
    Policy::new(def.compile(&names).unwrap()).unwrap()
}

/// Two kinds, with a queue and five agents each; a model takes a tenth of `a` for `b`.
fn floor() -> Arc<Scenario> {
    let mut kinds = ["a", "b"].map(|name| kind(name, 60.0, 200.0, Some(300.0)));
    kinds[0].taken_for = [0.9, 0.1].into();
    scenario(500.0, &kinds, &["a", "b"].map(|name| team(5, &[name], &[1.0])))
}

fn of(strategy: &[By]) -> Tally {
    let scenario = floor();
    let strategy = Strategy::Policy(Arc::new(Router::new(&scenario, policy(strategy)).unwrap()));
    let totals = run(&scenario, &strategy, 11);
    assert_eq!(run(&scenario, &strategy, 11), totals, "not the same twice");
    totals.all()
}

#[test]
fn a_policy_by_skills_is_wrong_as_often_as_what_it_is_told() {
    let all = of(&[By::Skills]);
    assert!((all.misroute_rate() - 0.05).abs() < 0.005, "{all:?}");
    assert_eq!(all.came, run(&floor(), &Strategy::Right, 11).all().came);
}

#[test]
fn chance_and_turns_are_wrong_half_the_time() {
    for by in [By::Random, By::RoundRobin] {
        let all = of(core::slice::from_ref(&by));
        assert!((all.misroute_rate() - 0.5).abs() < 0.01, "{by:?}: {all:?}");
    }
}

#[test]
fn every_strategy_that_looks_at_the_floor_sees_it() {
    // Round robin is blind to the floor: requests wait longer than under strategies that see idle agents, load or waits.
    let blind = of(&[By::RoundRobin]).mean_wait();
    for by in [By::LongestIdle, By::LeastLoaded, By::ShortestWait, By::FixedRatio] {
        let seeing = of(core::slice::from_ref(&by)).mean_wait();
        assert!(seeing < 0.9 * blind, "{by:?}: {seeing} against {blind}");
    }
    let all = of(&[By::CMu]);
    assert!(all.misroute_rate() < 0.3, "{all:?}");
}

#[test]
fn what_is_seen_can_be_listed() {
    let scenario = floor();
    // Three of the four messages listed for `a` are recognized as `a`, and the one for `b` as `b`.
    let says = |a: f32| Seen::by_head(0, [a, 1.0 - a].into());
    let seen = [[1.0, 0.9, 0.8, 0.1].map(says).into(), [says(0.2)].into()].into();
    let router = Router::seeing(&scenario, policy(&[By::Skills]), seen).unwrap();
    let rates = run(&scenario, &Strategy::Policy(Arc::new(router)), 3);
    assert!((rates.kinds[0].misroute_rate() - 0.25).abs() < 0.01, "{rates:?}");
    assert_eq!(rates.kinds[1].misrouted, 0);
}

#[test]
fn a_policy_that_does_not_fit_is_refused() {
    let says = |found: Result<Router, RouterError>| found.unwrap_err().to_string();
    let one = scenario(100.0, &[kind("a", 1.0, 1.0, None)], &[team(1, &["a"], &[1.0])]);
    assert_eq!(
        says(Router::new(&one, policy(&[By::Skills]))),
        "the policy sends requests to `b`, which no team serves; add it to `queues` of the scenario"
    );
    assert_eq!(
        says(Router::seeing(&floor(), policy(&[By::Skills]), Vec::new())),
        "what the policy sees of `a` is missing; add it"
    );
    let kinds = ["a", "b"].map(|name| kind(name, 1.0, 1.0, None));
    let many = scenario(100.0, &kinds, &[team(1, &["a", "b"], &[1.0; 5])]);
    assert!(says(Router::new(&many, policy(&[By::Skills]))).contains("told of 4 at most"));
}

#[test]
fn priority_is_served_as_if_it_were_age() {
    // Both kinds are served by the same five overloaded agents; requests of `b` count as having waited an hour longer.
    let kinds = ["a", "b"].map(|name| kind(name, 60.0, 200.0, Some(300.0)));
    let scenario = scenario(200.0, &kinds, &[team(5, &["a", "b"], &[1.0])]);
    let of = |priority: f32| {
        let filter = |name: &str, priority| FilterDef {
            name: name.to_string(),
            when: Some(alloc::format!("kind = {name}").parse().unwrap()),
            priority,
            ..FilterDef::default()
        };
        let policy = with(&[By::Skills], [filter("a", 0.0), filter("b", priority)].into());
        let router = Arc::new(Router::new(&scenario, policy).unwrap());
        run(&scenario, &Strategy::Policy(router), 5).kinds.iter().map(Tally::mean_wait).collect::<Vec<_>>()
    };
    let (alike, first) = (of(0.0), of(3_600.0));
    assert!((alike[0] / alike[1] - 1.0).abs() < 0.1, "{alike:?}");
    assert!(first[1] < 0.6 * alike[1] && first[0] > 1.2 * alike[0], "{first:?} after {alike:?}");
}

#[test]
fn a_request_that_waits_is_decided_again_at_the_ages_of_the_policy() {
    // The only agent of `a` is busy for an hour; from the 30th second on `b` is tried, which can take it and has to hand it on.
    let mut kinds = ["a", "b"].map(|name| kind(name, 0.0, 1.0, None));
    kinds[0].per_hour.clear();
    (kinds[0].arrivals, kinds[0].work) = ([0.0, 10.0].into(), TimeDef::Fixed { seconds: 3_600.0 });
    let mut def = scenario(24.0, &kinds, &["a", "b"].map(|name| team(1, &[name], &[1.0]))).def().clone();
    def.warm_up = 0.0;
    let scenario = Arc::new(Scenario::new(def).unwrap());
    let target = |queue: &str, at, expiry| TargetDef {
        queues: [queue.to_string()].into(),
        at,
        expiry,
        ..TargetDef::default()
    };
    let targets = [target("a", 0.0, Some(30.0)), target("b", 30.0, None)].into();
    let policy =
        with(&[By::Skills], [FilterDef { name: "all".to_string(), targets, ..FilterDef::default() }].into());
    let router = Arc::new(Router::new(&scenario, policy).unwrap());
    let mut simulation = Simulation::new(&scenario, Strategy::Policy(router), 1);
    assert!(simulation.advance(39.0));
    assert_eq!((simulation.queue(0).waiting, simulation.queue(1).held), (1, 0));
    assert_eq!(
        simulation.line(0).collect::<Vec<_>>(),
        [Guest { kind: 0, age: 29.0, is_right: true, priority: 0.0 }]
    );
    simulation.advance(40.0);
    assert_eq!((simulation.queue(0).waiting, simulation.queue(1).held), (0, 1));
    assert_eq!(
        (simulation.queue(99).waiting, simulation.queue(99).agents),
        (0, 0),
        "a queue that the scenario does not have"
    );
    let held: Vec<_> = simulation.agents().flatten().flatten().collect();
    assert_eq!(
        held.iter().map(|guest| (guest.age, guest.is_right)).collect::<Vec<_>>(),
        [(40.0, true), (30.0, false)]
    );
    assert_eq!(simulation.line(0).count() + simulation.line(9).count(), 0);
    assert!(!simulation.advance(f64::INFINITY));
    let all = simulation.totals().all();
    assert_eq!((all.misrouted, all.transfers, all.answer), (1, 1, 30.0));
    // 30 s until `b` answered; then, after its minute, what was left of the hour.
    assert_eq!(all.queued, 30.0 + 3_600.0 - 100.0);
}

#[test]
fn a_run_in_steps_is_the_run_at_once() {
    let scenario = floor();
    let router = Arc::new(Router::new(&scenario, policy(&[By::ShortestWait])).unwrap());
    let strategy = Strategy::Policy(router);
    let mut steps = Simulation::new(&scenario, strategy.clone(), 9);
    let mut until = 0.0;
    while steps.advance(until) {
        until += 1_000.0;
    }
    assert_eq!(steps.totals(), run(&scenario, &strategy, 9));
}

#[test]
fn memory_is_of_those_who_are_there_under_a_policy_too() {
    // Both kinds wait in one line. Kind `a` goes first and keeps all agents busy; kind `b` never gets to the head, and leaves from inside.
    let kinds = [("a", 600.0), ("b", 120.0)].map(|(name, rate)| kind(name, rate, 200.0, Some(300.0)));
    let mut def = scenario(1_000.0, &kinds, &[team(5, &["a", "b"], &[1.0])]).def().clone();
    def.kinds[1].queue = "a".into();
    let scenario = Arc::new(Scenario::new(def).unwrap());
    let filter = |name: &str, when: &str, priority| FilterDef {
        name: name.to_string(),
        when: Some(when.parse().unwrap()),
        priority,
        targets: [TargetDef { queues: ["a".to_string()].into(), ..TargetDef::default() }].into(),
        ..FilterDef::default()
    };
    let filters = [
        filter("first", "kind = a", 1e6),
        filter("young", "age < 100", 0.0),
        filter("old", "age >= 100", 0.0),
    ];
    let policy = with(&[By::Skills], filters.into());
    let router = Arc::new(Router::new(&scenario, policy).unwrap());
    let mut simulation = Simulation::new(&scenario, Strategy::Policy(router), 4);
    let (mut until, mut most) = (0.0, 0);
    while simulation.advance(until) {
        until += 10_000.0;
        most = most.max(simulation.n_held());
    }
    let totals = simulation.totals();
    assert!(totals.all().came > 600_000 && totals.most < 150, "{} at a time", totals.most);
    assert!(most < 3_000, "{most} in memory");
}

/// Totals of a floor where `a` may go to agents who serve only `a`, all of them novices, or to agents who also serve `b`.
fn shared(agents: AgentsDef) -> Totals {
    let kinds = ["a", "b"].map(|name| kind(name, 30.0, 120.0, None));
    let mut teams = [team(3, &["a"], &[1.0]), team(3, &["a", "b"], &[1.0])];
    teams[0].novices = true;
    let scenario = scenario(1_000.0, &kinds, &teams);
    let policy = changed(&[By::Skills], |def| def.agents = agents);
    let router = Arc::new(Router::new(&scenario, policy).unwrap());
    run(&scenario, &Strategy::Policy(router), 6)
}

#[test]
fn bounds_on_agents_even_out_who_is_busy() {
    let plain = shared(AgentsDef::default());
    let banded = shared(AgentsDef { occupancy: Some([0.33, 0.34]), ..AgentsDef::default() });
    assert!(banded.occupancy_spread() < 0.5 * plain.occupancy_spread(), "{banded:?} after {plain:?}");
    let fair = shared(AgentsDef { most: Some(1.0), ..AgentsDef::default() });
    assert!(fair.occupancy_spread() < 0.5 * plain.occupancy_spread(), "{fair:?} after {plain:?}");
    assert_eq!([&banded, &fair].map(|totals| totals.all().came), [plain.all().came; 2]);
}

#[test]
fn novices_get_their_share_of_the_work() {
    let busy = |learning| {
        let occupancy = shared(AgentsDef { learning, ..AgentsDef::default() }).occupancy;
        occupancy[..3].iter().sum::<f64>()
    };
    let [none, most] = [0.001, 0.9].map(busy);
    assert!(most > 1.1 * none, "{most} after {none}");
}

/// One agent for `a` and one for `b`, busy for an hour with each request; two requests of each kind, under these filters.
fn waiting(filters: Vec<FilterDef>) -> Simulation {
    let mut kinds = ["a", "b"].map(|name| kind(name, 0.0, 1.0, None));
    for (kind, at) in kinds.iter_mut().zip([[0.0, 50.0], [1.0, 10.0]]) {
        kind.per_hour.clear();
        (kind.arrivals, kind.work) = (at.into(), TimeDef::Fixed { seconds: 3_600.0 });
    }
    let mut def = scenario(24.0, &kinds, &["a", "b"].map(|name| team(1, &[name], &[1.0]))).def().clone();
    def.warm_up = 0.0;
    let scenario = Arc::new(Scenario::new(def).unwrap());
    let router = Arc::new(Router::new(&scenario, with(&[By::Skills], filters)).unwrap());
    Simulation::new(&scenario, Strategy::Policy(router), 1)
}

fn filter(when: &str, priority: f32, targets: &[(&str, f32, Option<f32>)]) -> FilterDef {
    let target = |&(queue, at, expiry): &(&str, f32, Option<f32>)| TargetDef {
        queues: [queue.to_string()].into(),
        at,
        expiry,
        ..TargetDef::default()
    };
    let targets = targets.iter().map(target).collect();
    FilterDef {
        name: when.into(),
        when: Some(when.parse().unwrap()),
        priority,
        targets,
        ..FilterDef::default()
    }
}

/// Kinds of the requests that wait in `queue`, in order.
fn line(simulation: &Simulation, queue: usize) -> Vec<usize> {
    simulation.line(queue).map(|guest| guest.kind).collect()
}

#[test]
fn a_request_that_comes_back_to_a_line_stands_in_it_once() {
    let there_and_back = [("a", 0.0, Some(30.0)), ("b", 30.0, Some(60.0)), ("a", 60.0, None)];
    let mut simulation = waiting([filter("age >= 0", 0.0, &there_and_back)].into());
    simulation.advance(45.0);
    assert_eq!((line(&simulation, 0), line(&simulation, 1)), (Vec::new(), [1].into()));
    simulation.advance(75.0);
    assert_eq!(line(&simulation, 0).len(), simulation.queue(0).waiting);
    assert_eq!(simulation.queue(0).waiting + simulation.queue(1).waiting, 2);
}

#[test]
fn a_priority_that_comes_with_age_counts_from_that_age() {
    let all_to_a = [("a", 0.0, None)];
    let filters = [filter("kind = a and age > 30", 600.0, &all_to_a), filter("age >= 0", 0.0, &all_to_a)];
    let mut simulation = waiting(filters.into());
    simulation.advance(80.0);
    assert_eq!(line(&simulation, 0), [1, 1, 0]);
    simulation.advance(81.0);
    assert_eq!(line(&simulation, 0), [0, 1, 1]);
}

#[test]
fn time_goes_forward_and_ends_with_the_last_who_is_served() {
    let mut simulation = waiting([filter("age >= 0", 0.0, &[])].into());
    assert!(simulation.advance(100.0) && simulation.advance(f64::NAN) && simulation.advance(7.0));
    assert!(simulation.advance(f64::NEG_INFINITY));
    assert_eq!(simulation.now(), 100.0);
    // Patience that ends months later does not prolong the run once everybody is served.
    let patient = scenario(20.0, &[kind("a", 60.0, 10.0, Some(1e7))], &[team(3, &["a"], &[1.0])]);
    let mut simulation = Simulation::new(&patient, Strategy::Right, 1);
    assert!(!simulation.advance(f64::INFINITY));
    assert!((72_000.0..73_000.0).contains(&simulation.now()), "{}", simulation.now());
}
