//! When a margin abstains: on doubt about the need, and not on a choice between equals.

use super::*;

/// Why a policy with this margin abstains at these probabilities, if it does.
fn abstains(def: &PolicyDef, margin: f32, p: [f32; 3]) -> Option<Abstention> {
    decided(PolicyDef { margin, ..def.clone() }, p).drawn.abstention
}

fn three(skills: [&[(&str, f32)]; 3]) -> PolicyDef {
    let [a, b, c] = skills;
    PolicyDef {
        queues: vec![queue("phones", a), queue("returns", b), queue("general", c)],
        requirements: Vec::new(),
        ..def()
    }
}

#[test]
fn queues_that_are_equally_good_are_no_doubt() {
    let twins = three([&[("compatibility", 1.0)], &[("compatibility", 1.0)], &[]]);
    for p in [[1.0, 0.0, 0.0], [0.5, 0.5, 0.0], [0.34, 0.33, 0.33]] {
        assert_eq!(abstains(&twins, 0.3, p), None, "{p:?}");
    }
    // None of the queues has a skill.
    assert_eq!(abstains(&three([&[], &[], &[]]), 0.08, [0.4, 0.3, 0.3]), None);
    // One is a little better at the same skill, whatever the intent: lead and difference are both 0.05.
    let better = three([&[("compatibility", 1.0)], &[("compatibility", 0.95)], &[]]);
    assert_eq!(abstains(&better, 0.08, [1.0, 0.0, 0.0]), None);
    // An improbable need that the second alone can help with makes little of a difference: 0.05 · 0.98 + 0.95 · 0.02 = 0.068.
    let more = three([&[("compatibility", 1.0)], &[("compatibility", 0.95), ("returns", 0.95)], &[]]);
    assert_eq!(abstains(&more, 0.08, [0.98, 0.02, 0.0]), None);
}

#[test]
fn needs_that_are_about_as_likely_are_doubt_and_a_third_queue_may_bring_it() {
    let apart = three([&[("compatibility", 1.0)], &[("returns", 1.0)], &[]]);
    // The lead is 0.04 or 0.1, and the queues differ by all of it.
    assert_eq!(abstains(&apart, 0.08, [0.52, 0.48, 0.0]), Some(Abstention::Margin));
    assert_eq!(abstains(&apart, 0.08, [0.55, 0.45, 0.0]), None);
    assert_eq!(abstains(&apart, 0.0, [0.5, 0.5, 0.0]), None);
    // The second best is as good as the best at the same; the third is for another need.
    let third = three([&[("compatibility", 1.0)], &[("compatibility", 1.0)], &[("returns", 1.0)]]);
    assert_eq!(abstains(&third, 0.08, [0.52, 0.48, 0.0]), Some(Abstention::Margin));
    assert_eq!(abstains(&third, 0.08, [0.7, 0.3, 0.0]), None);
}

#[test]
fn no_strategy_abstains_because_it_makes_no_difference() {
    let p = [0.9, 0.05, 0.05];
    let equal = [state(0.0, 2.0, 1.0); 3];
    let strategies = [
        By::Random,
        By::RoundRobin,
        By::LongestIdle,
        By::LeastLoaded,
        By::ShortestWait,
        By::CMu,
        By::FixedRatio,
    ];
    let bandits = [
        By::EpsilonGreedy { epsilon: 0.1, bandit: BanditDef::default() },
        By::LinUcb { alpha: 1.0, bandit: BanditDef::default() },
        By::Thompson { spread: 1.0, bandit: BanditDef::default() },
    ];
    for by in strategies.into_iter().chain(bandits) {
        let strategy = vec![StrategyDef::new(by.clone())];
        let policy = World::new().policy(PolicyDef { margin: 0.5, strategy, ..def() });
        let scores = heads(p);
        for queues in [&[][..], &equal] {
            let snapshot = Snapshot { queues: queues.to_vec(), ..Snapshot::default() };
            for seed in 0..50 {
                let request = Request { scores: &scores, seed: [seed, 1], ..Request::default() };
                assert_eq!(decide(&policy, &request, &snapshot).drawn.abstention, None, "{by:?}");
            }
        }
    }
}

#[test]
fn a_wait_that_makes_up_for_a_skill_is_no_doubt_about_the_need() {
    // phones fits 0.9 and takes 60 seconds, returns fits 0.08 and is free: (0.9 + 0.5) / 2 against (0.08 + 1) / 2 less a wait.
    let strategy = vec![StrategyDef::new(By::Skills), StrategyDef::new(By::ShortestWait)];
    let def = PolicyDef { margin: 0.3, strategy, ..def() };
    let snapshot = Snapshot {
        queues: vec![state(5.0, 10.0, 10.0), state(0.0, 1.0, 0.0), state(90.0, 1.0, 1.0)],
        ..Snapshot::default()
    };
    let heads = heads([0.9, 0.1, 0.0]);
    let decision =
        decide(&World::new().policy(def), &Request { scores: &heads, ..Request::default() }, &snapshot);
    near(decision.scored.margin, (0.9 + 0.5) / 2.0 - (0.08 + 1.0) / 2.0);
    assert_eq!((decision.drawn.queue, decision.drawn.abstention), (Some(0), None));
}

#[test]
fn a_model_is_in_doubt_where_it_says_almost_the_same() {
    let strategy = vec![StrategyDef::new(By::Model { head: "value".to_owned() })];
    let policy = World::new().policy(PolicyDef { margin: 0.1, strategy, ..def() });
    let of = |returns: f32, phones: f32| {
        let mut heads = heads([1.0, 0.0, 0.0]);
        heads[2] = scores(&[returns, phones]);
        decide(&policy, &Request { scores: &heads, ..Request::default() }, &Snapshot::default())
            .drawn
            .abstention
    };
    assert_eq!(of(0.48, 0.52), Some(Abstention::Margin));
    assert_eq!(of(0.4, 0.6), None);
    // The model gives both queues the same score.
    assert_eq!(of(0.5, 0.5), None);
}
