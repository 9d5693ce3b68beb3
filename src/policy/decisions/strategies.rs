//! The scores of each strategy, and the propensities that follow.

use super::*;

/// Scores of phones, returns and general under one strategy, for these queues.
fn check(by: &By, queues: [QueueState; 3], wanted: [f32; 3]) {
    let heads = heads([0.5, 0.5, 0.0]);
    let def = PolicyDef { strategy: vec![StrategyDef::new(by.clone())], ..def() };
    let snapshot = Snapshot { queues: queues.to_vec(), ..Snapshot::default() };
    let decision =
        decide(&World::new().policy(def), &Request { scores: &heads, ..Request::default() }, &snapshot);
    for (found, wanted) in decision.scored.scores.iter().zip(wanted) {
        assert!((found - wanted).abs() < 1e-5, "{by:?}: {:?}, and not {wanted}", decision.scored.scores);
    }
}

fn three() -> [QueueState; 3] {
    // Waits: 200 s, none, none. Loads: 2.5, 0.5, 0.
    let idle = |idle_s, state| QueueState { idle_s, ..state };
    [idle(0.0, state(3.0, 2.0, 2.0)), idle(60.0, state(0.0, 2.0, 1.0)), idle(180.0, state(0.0, 4.0, 0.0))]
}

#[test]
fn every_strategy_scores_as_its_table_says() {
    check(&By::Rules, three(), [1.0, 2.0 / 3.0, 1.0 / 3.0]);
    check(&By::Skills, three(), [0.5, 0.4, 0.0]);
    check(&By::LongestIdle, three(), [0.0, 0.5, 0.75]);
    check(&By::LeastLoaded, three(), [1.0 / 3.5, 1.0 / 1.5, 1.0]);
    check(&By::ShortestWait, three(), [1.0 / (1.0 + 200.0 / 60.0), 1.0, 1.0]);
    check(&By::Model { head: "value".to_owned() }, three(), [0.75, 0.25, 0.0]);
    // 60 · 0.01 per minute: phones 0.6 · 0.5 / (1 + 200 / 60), returns 0.6 · 0.4.
    let x = [0.3 / (1.0 + 200.0 / 60.0), 0.24, 0.0];
    check(&By::CMu, three(), x.map(|x: f32| x / (1.0 + x)));
    let nobody = [state(0.0, 0.0, 0.0), state(2.0, 2.0, 2.0), state(0.0, 2.0, 1.0)];
    check(&By::LeastLoaded, nobody, [0.0, 1.0 / 3.0, 1.0 / 1.5]);
    // Five chats are free: none of phones, one of returns, four of general; each should have a third.
    check(&By::FixedRatio, three(), [0.0_f32, 0.2, 0.8].map(|share| 0.5 + 0.5 * (share - 1.0 / 3.0)));
    let busy = [state(3.0, 2.0, 2.0), state(1.0, 2.0, 2.0), state(0.0, 2.0, 2.0)];
    check(&By::FixedRatio, busy, [0.75_f32, 0.25, 0.0].map(|share| 0.5 + 0.5 * (1.0 / 3.0 - share)));
}

#[test]
fn a_queue_of_which_nothing_is_known_gets_the_mean_of_the_others() {
    let queues = [state(3.0, 2.0, 2.0), state(0.0, 2.0, 1.0), QueueState::default()];
    let first = 1.0 / (1.0 + 200.0 / 60.0);
    check(&By::ShortestWait, queues, [first, 1.0, (first + 1.0) / 2.0]);
    check(&By::ShortestWait, [QueueState::default(); 3], [0.5; 3]);
}

#[test]
fn strategies_are_summed_by_weight() {
    let heads = heads([0.5, 0.5, 0.0]);
    let strategy =
        vec![StrategyDef { weight: 3.0, ..StrategyDef::new(By::Skills) }, StrategyDef::new(By::Rules)];
    let policy = World::new().policy(PolicyDef { strategy, ..def() });
    let decision = decide(&policy, &Request { scores: &heads, ..Request::default() }, &Snapshot::default());
    for (found, wanted) in
        decision.scored.scores.iter().zip([0.75 * 0.5 + 0.25, 0.75 * 0.4 + 0.25 * 2.0 / 3.0, 0.25 / 3.0])
    {
        near(*found, wanted);
    }
}

/// How often each queue was chosen in `n` requests, and the propensities of the last one.
fn counts(def: PolicyDef, n: u32, turns: bool) -> ([u32; 3], Vec<f32>) {
    let (heads, policy) = (heads([0.5, 0.5, 0.0]), World::new().policy(def));
    let (mut counts, mut p) = ([0; 3], Vec::new());
    for seed in 0..n {
        let request =
            Request { scores: &heads, seed: [seed, 7], turn: turns.then_some(seed), ..Request::default() };
        let decision = decide(&policy, &request, &Snapshot::default());
        counts[decision.drawn.queue.unwrap()] += 1;
        near(decision.drawn.propensities.iter().sum(), 1.0);
        p = decision.drawn.propensities;
    }
    (counts, p)
}

/// Queues are chosen as often as their propensities say, within four standard deviations.
fn check_chance(def: PolicyDef, wanted: [f32; 3]) {
    const N: u32 = 20_000;
    let (counts, p) = counts(def, N, false);
    for ((count, p), wanted) in counts.into_iter().zip(p).zip(wanted) {
        assert!((p - wanted).abs() < 1e-5, "propensity {p}, and not {wanted}");
        let deviation = (p * (1.0 - p) / N as f32).sqrt();
        assert!((count as f32 / N as f32 - p).abs() <= 4.0 * deviation, "{count} at {p}");
    }
}

fn by(strategy: Vec<By>) -> PolicyDef {
    PolicyDef { strategy: strategy.into_iter().map(StrategyDef::new).collect(), ..def() }
}

#[test]
fn queues_are_drawn_by_the_propensities_that_are_told() {
    check_chance(by(vec![By::Random]), [1.0 / 3.0; 3]);
    check_chance(by(vec![By::Skills]), [1.0, 0.0, 0.0]);
    let bandit = BanditDef::default();
    check_chance(by(vec![By::EpsilonGreedy { epsilon: 0.3, bandit }]), [0.8, 0.1, 0.1]);
    let explored = ExploreDef { floor: 0.05, holdout: 0.0 };
    check_chance(PolicyDef { explore: explored, ..by(vec![By::Skills]) }, [0.9, 0.05, 0.05]);
    let holdout = ExploreDef { floor: 0.0, holdout: 0.3 };
    check_chance(PolicyDef { explore: holdout, ..by(vec![By::Skills]) }, [0.8, 0.1, 0.1]);
    // A smallest propensity that is too high for three queues gives each a third.
    let high = ExploreDef { floor: 0.9, holdout: 0.0 };
    check_chance(PolicyDef { explore: high, ..by(vec![By::Skills]) }, [1.0 / 3.0; 3]);
}

#[test]
fn turns_beside_other_strategies_are_drawn_as_told() {
    let mut def = by(vec![By::RoundRobin, By::Rules]);
    def.queues[0].weight = 2.0;
    let (heads, policy) = (heads([0.5, 0.5, 0.0]), World::new().policy(def));
    let (mut counts, mut told, n) = ([0.0; 3], [0.0; 3], 20_000_u16);
    for seed in 0..n {
        let seed = u32::from(seed);
        let request = Request { scores: &heads, seed: [seed, 7], turn: Some(seed), ..Request::default() };
        let decision = decide(&policy, &request, &Snapshot::default());
        counts[decision.drawn.queue.unwrap()] += 1.0 / f32::from(n);
        told.iter_mut().zip(&decision.drawn.propensities).for_each(|(told, p)| *told += p / f32::from(n));
        assert!(decision.drawn.propensities.iter().all(|p| *p < 0.9), "{:?}", decision.drawn.propensities);
    }
    // A turn outweighs the order of the target.
    for ((count, told), wanted) in counts.into_iter().zip(told).zip([0.5, 0.25, 0.25]) {
        assert!((count - told).abs() < 0.015 && (told - wanted).abs() < 0.015, "{count}, {told}, {wanted}");
    }
}

#[test]
fn turns_go_by_weight_and_lie_evenly() {
    assert_eq!(counts(by(vec![By::RoundRobin]), 300, true).0, [100, 100, 100]);
    let mut weighted = by(vec![By::RoundRobin]);
    weighted.queues[0].weight = 2.0;
    let (counts, p) = counts(weighted, 400, true);
    assert_eq!(p, [0.5, 0.25, 0.25]);
    assert!(
        counts.iter().zip([200_i64, 100, 100]).all(|(count, wanted)| (i64::from(*count) - wanted).abs() <= 2)
    );
    // Three tenths are left to chance.
    let explore = ExploreDef { floor: 0.1, holdout: 0.0 };
    let mut explored = PolicyDef { explore, ..by(vec![By::RoundRobin]) };
    explored.queues[0].weight = 8.0;
    let (counts, p) = self::counts(explored, 20_000, true);
    for ((count, p), wanted) in counts.into_iter().zip(p).zip([0.66, 0.17, 0.17]) {
        near(p, wanted);
        assert!((count as f32 / 20_000.0 - p).abs() < 0.015, "{count} at {p}");
    }
}

/// A bandit over the probability of returns: `phones` earns 0.5, `returns` from 0 to 1 with the probability, `general` is hardly known.
fn bandit() -> BanditDef {
    let arm = |queue: &str, weights: [f32; 2], doubt: f32| ArmDef {
        queue: queue.to_owned(),
        weights: weights.to_vec(),
        inverse: vec![doubt, 0.0, 0.0, doubt],
    };
    let arms = vec![
        arm("phones", [0.0, 0.5], 0.01),
        arm("returns", [1.0, 0.0], 0.01),
        arm("general", [0.0, 0.2], 0.64),
    ];
    BanditDef { inputs: vec!["intent.returns".to_owned()], arms }
}

#[test]
fn bandits_score_what_they_learnt_and_the_benefit_of_the_doubt() {
    let none = [QueueState::default(); 3];
    check(&By::EpsilonGreedy { epsilon: 0.0, bandit: bandit() }, none, [0.5, 0.5, 0.2]);
    // x = (0.5, 1): its squared length is 1.25.
    let doubt = |share: f32| 2.0 * (share * 1.25).sqrt();
    let wanted = [0.5 + doubt(0.01), 0.5 + doubt(0.01), 0.2 + doubt(0.64)];
    check(&By::LinUcb { alpha: 2.0, bandit: bandit() }, none, wanted);
    check(&By::Thompson { spread: 1.0, bandit: bandit() }, none, [0.5, 0.5, 0.2]);
    // Nothing is known: the score is the bonus for uncertainty alone.
    check(
        &By::LinUcb { alpha: 1.0, bandit: BanditDef { arms: Vec::new(), ..bandit() } },
        none,
        [1.25_f32.sqrt(); 3],
    );
}

#[test]
fn thompson_draws_each_queue_as_often_as_it_may_be_the_best() {
    let (counts, _) = counts(by(vec![By::Thompson { spread: 1.0, bandit: bandit() }]), 20_000, false);
    // phones, returns ~ N(0.5, 0.0125), general ~ N(0.2, 0.8): by integration 0.3284, 0.3284, 0.3432.
    for (count, wanted) in counts.into_iter().zip([0.328_4, 0.328_4, 0.343_2]) {
        assert!((count as f32 / 20_000.0 - wanted).abs() < 0.02, "{counts:?}");
    }
}

#[test]
fn the_same_seed_gives_the_same_decision() {
    let def = PolicyDef {
        explore: ExploreDef { floor: 0.05, holdout: 0.1 },
        ..by(vec![By::Thompson { spread: 1.0, bandit: bandit() }, By::Skills, By::Random])
    };
    assert_eq!(counts(def.clone(), 500, false), counts(def, 500, false));
}
