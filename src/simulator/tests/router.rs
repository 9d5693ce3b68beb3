//! Policies of the page, simulated.

use super::*;
use alloc::string::String;
use floorwalker_engine::route::{By, Names, Policy, PolicyDef, QueueDef, SkillDef, StrategyDef};

/// Queues `a` and `b`, each of which has the skill of its own name; `strategy` says what is looked at.
fn policy(strategy: &[By]) -> Policy {
    let queue = |name: &str| QueueDef {
        skills: [SkillDef { skill: name.to_string(), proficiency: 1.0 }].into(),
        ..QueueDef::new(name)
    };
    let def = PolicyDef {
        queues: ["a", "b"].map(queue).into(),
        strategy: strategy.iter().cloned().map(StrategyDef::new).collect(),
        ..PolicyDef::plain("kind", "a")
    };
    let kinds = ["a", "b"].map(String::from);
    let names = Names { heads: [("kind", &kinds[..])].into(), features: Vec::new() };
    Policy::new(def.compile(&names).unwrap()).unwrap()
}

/// Two kinds, a queue and five agents each; a model takes a tenth of `a` for `b`.
fn floor() -> Scenario {
    let mut kinds = ["a", "b"].map(|name| kind(name, 60.0, 200.0, Some(300.0)));
    kinds[0].taken_for = [0.9, 0.1].into();
    scenario(500.0, &kinds, &["a", "b"].map(|name| team(5, &[name], &[1.0])))
}

fn of(strategy: &[By]) -> Tally {
    let scenario = floor();
    let router = Router::new(&scenario, policy(strategy)).unwrap();
    let totals = run(&scenario, Strategy::Policy(&router), 11);
    assert_eq!(run(&scenario, Strategy::Policy(&router), 11), totals, "not the same twice");
    totals.all()
}

#[test]
fn a_policy_by_skills_is_wrong_as_often_as_what_it_is_told() {
    let all = of(&[By::Skills]);
    assert!((all.misroute_rate() - 0.05).abs() < 0.005, "{all:?}");
    assert_eq!(all.came, run(&floor(), Strategy::Right, 11).all().came);
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
    // Where turns are blind, requests wait longer than where idle agents, load or waits are looked at.
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
    // Three of four messages of `a` say so, and all of `b`.
    let says = |a: f32| Seen::by_head([a, 1.0 - a].into());
    let seen = [[1.0, 0.9, 0.8, 0.1].map(says).into(), [says(0.2)].into()].into();
    let router = Router::seeing(&scenario, policy(&[By::Skills]), seen).unwrap();
    let rates = run(&scenario, Strategy::Policy(&router), 3);
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
        "nothing is known of what the policy sees of `a`"
    );
}
