//! Propensities of drawn strategies, compared with integrals in `f64` and with how often queues are drawn.

use super::*;

/// `Σ_t ω_t ∫ f_q Π F_j`, by the midpoint rule over 20,000 steps. `queues`: base, standard deviation and chance of the turn of each.
fn exact(queues: &[(f64, f64, f64)], turn: f64) -> Vec<f64> {
    let cdf = |z: f64| 0.5 * libm::erfc(-z / std::f64::consts::SQRT_2);
    let has_turns = turn > 0.0;
    let turns: Vec<Option<usize>> =
        if has_turns { (0..queues.len()).map(Some).collect() } else { vec![None] };
    let mut p = vec![0.0; queues.len()];
    for whose in turns {
        let chance = whose.map_or(1.0, |at| queues[at].2);
        let base = |at: usize| queues[at].0 + if whose == Some(at) { turn } else { 0.0 };
        for (q, &(_, deviation, _)) in queues.iter().enumerate() {
            // Integrated over the queue's own z, so that narrow densities are not missed.
            let n = 20_000;
            let mut sum = 0.0;
            for step in 0..n {
                let z = -6.0 + 12.0 * (f64::from(step) + 0.5) / f64::from(n);
                let density = libm::exp(-0.5 * z * z) / libm::sqrt(std::f64::consts::TAU);
                let s = base(q) + deviation * z;
                let others: f64 =
                    (0..queues.len()).filter(|j| *j != q).map(|j| cdf((s - base(j)) / queues[j].1)).product();
                sum += density * others * 12.0 / f64::from(n);
            }
            p[q] += chance * sum;
        }
    }
    p
}

/// A Thompson strategy whose arms have these means and deviations, whatever the request.
fn thompson(arms: [(f32, f32); 3]) -> By {
    let arm = |(name, (mean, deviation)): (&str, (f32, f32))| ArmDef {
        queue: name.to_owned(),
        weights: vec![mean],
        inverse: vec![deviation * deviation],
    };
    let arms = ["phones", "returns", "general"].into_iter().zip(arms).map(arm).collect();
    By::Thompson { spread: 1.0, bandit: BanditDef { inputs: Vec::new(), arms } }
}

fn mixed(strategies: Vec<(By, f32)>) -> PolicyDef {
    let strategy = strategies.into_iter().map(|(by, weight)| StrategyDef { by, weight }).collect();
    PolicyDef { strategy, ..def() }
}

fn told(def: PolicyDef) -> Vec<f32> {
    decided(def, [0.5, 0.5, 0.0]).drawn.propensities
}

fn check(def: PolicyDef, wanted: &[f64]) {
    let found = told(def);
    assert!((found.iter().sum::<f32>() - 1.0).abs() < 1e-5, "{found:?}");
    for (p, wanted) in found.iter().zip(wanted) {
        assert!((f64::from(*p) - wanted).abs() < 3e-3, "{found:?}, and not {wanted:?}");
    }
}

#[test]
fn thompsons_chances_are_those_of_the_integral() {
    for arms in [
        [(0.5, 0.1), (0.5, 0.1), (0.5, 0.1)],
        [(0.5, 0.1), (0.6, 0.2), (0.0, 1.0)],
        [(0.5, 0.01), (0.52, 0.01), (0.0, 1.0)],
        [(0.5, 0.3), (0.0, 0.001), (-0.3, 2.0)],
        [(10.0, 0.5), (9.0, 0.5), (8.0, 0.5)],
    ] {
        let queues = arms.map(|(mean, deviation)| (mean.into(), deviation.into(), 0.0));
        check(mixed(vec![(thompson(arms), 1.0)]), &exact(&queues, 0.0));
    }
    // One reward that is known for certain, and one that is not: Φ((0.5 − 0) / 1) = 0.691.
    check(mixed(vec![(thompson([(0.5, 0.0), (0.0, 1.0), (-90.0, 0.0)]), 1.0)]), &[0.691_46, 0.308_54, 0.0]);
}

#[test]
fn chances_of_a_mixture_are_those_of_the_sum() {
    // skills: 0.5, 0.4, 0; random: normal of deviation 1/√12 each.
    let even = libm::sqrt(1.0 / 12.0);
    let by_skills = [0.5, 0.4, 0.0].map(|fit| (fit / 2.0, even / 2.0, 0.0));
    check(mixed(vec![(By::Skills, 1.0), (By::Random, 1.0)]), &exact(&by_skills, 0.0));
    // With turns: each strategy counts a third; then turns beside Thompson, where a turn counts half.
    let third = 1.0 / 3.0;
    let turns = [0.5, 0.4, 0.0].map(|fit| (fit * third, even * third, third));
    check(mixed(vec![(By::Skills, 1.0), (By::Random, 1.0), (By::RoundRobin, 1.0)]), &exact(&turns, third));
    let arms = [(0.5, 0.1), (0.6, 0.2), (0.0, 1.0)];
    let summed = arms.map(|(mean, deviation)| (mean / 2.0, deviation / 2.0, third));
    let found = mixed(vec![
        (thompson(arms.map(|(mean, deviation)| (mean as f32, deviation as f32))), 1.0),
        (By::RoundRobin, 1.0),
    ]);
    check(found, &exact(&summed, 0.5));
    // Two Thompson strategies add their variances.
    let twice = arms.map(|(mean, deviation)| (mean, deviation * std::f64::consts::FRAC_1_SQRT_2, 0.0));
    let one = thompson(arms.map(|(mean, deviation)| (mean as f32, deviation as f32)));
    check(mixed(vec![(one.clone(), 1.0), (one, 1.0)]), &exact(&twice, 0.0));
    // Turns beside a strategy without chance: the turn outweighs the order, or it does not.
    check(mixed(vec![(By::Rules, 1.0), (By::RoundRobin, 1.0)]), &[third; 3]);
    check(mixed(vec![(By::Rules, 2.0), (By::RoundRobin, 1.0)]), &[2.0 * third, third, 0.0]);
}

#[test]
fn what_is_told_of_a_draw_does_not_depend_on_the_seed() {
    let def = mixed(vec![
        (thompson([(0.5, 0.1), (0.6, 0.2), (0.0, 1.0)]), 1.0),
        (By::RoundRobin, 0.3),
        (By::Random, 0.2),
    ]);
    let (heads, policy) = (heads([0.5, 0.5, 0.0]), World::new().policy(def));
    let of = |seed| {
        let request = Request { scores: &heads, seed, ..Request::default() };
        decide(&policy, &request, &Snapshot::default()).drawn.propensities
    };
    assert!((1..50).all(|seed| of([seed, 9]) == of([0, 0])));
}

/// Draws with 100,000 seeds: every queue is drawn as often as its propensity says, within 4.5 standard deviations; none with propensity 0.
fn check_drawn(what: &str, def: PolicyDef, counts_turns: bool) {
    let (heads, policy, n) = (heads([0.5, 0.5, 0.0]), World::new().policy(def), 100_000_u32);
    let (mut counts, mut p, mut decision) = ([0_u32; 3], Vec::new(), Decision::default());
    for seed in 0..n {
        let turn = counts_turns.then_some(seed);
        let request = Request { scores: &heads, seed: [seed, 5], turn, ..Request::default() };
        policy.decide(&request, &Snapshot::default(), &mut decision);
        if p.is_empty() {
            p.clone_from(&decision.drawn.propensities);
        }
        assert_eq!(p, decision.drawn.propensities, "{what}");
        let queue = decision.drawn.queue.unwrap();
        assert!(p[queue] > 0.0, "{what}: {queue} was drawn at {p:?}");
        counts[queue] += 1;
    }
    for (count, p) in counts.into_iter().zip(p.iter().copied().map(f64::from)) {
        let n = f64::from(n);
        let off = (f64::from(count) - n * p).abs();
        assert!(off <= 4.5 * libm::sqrt(n * p * (1.0 - p)) + 1.0, "{what}: {counts:?} at {p}");
    }
}

#[test]
fn queues_are_drawn_as_often_as_they_are_told() {
    let arms = [(0.5, 0.1), (0.6, 0.2), (0.0, 1.0)];
    let explore = |floor, holdout| ExploreDef { floor, holdout };
    let bandit = BanditDef::default;
    for (what, def) in [
        ("random", mixed(vec![(By::Random, 1.0)])),
        ("turns", mixed(vec![(By::RoundRobin, 1.0)])),
        ("skills", mixed(vec![(By::Skills, 1.0)])),
        ("greedy", mixed(vec![(By::EpsilonGreedy { epsilon: 0.3, bandit: bandit() }, 1.0)])),
        ("bound", mixed(vec![(By::LinUcb { alpha: 1.0, bandit: bandit() }, 1.0)])),
        ("thompson", mixed(vec![(thompson(arms), 1.0)])),
        ("a rare one", mixed(vec![(thompson([(0.5, 0.1), (0.1, 0.1), (0.5, 0.1)]), 1.0)])),
        ("thompson and skills", mixed(vec![(thompson(arms), 1.0), (By::Skills, 2.0)])),
        ("random and skills", mixed(vec![(By::Random, 0.3), (By::Skills, 1.0)])),
        ("turns and skills", mixed(vec![(By::RoundRobin, 0.3), (By::Skills, 1.0)])),
        (
            "all",
            mixed(vec![(thompson(arms), 1.0), (By::Random, 0.4), (By::RoundRobin, 0.3), (By::Rules, 0.2)]),
        ),
    ] {
        check_drawn(what, def.clone(), false);
        if ["greedy", "thompson", "all"].contains(&what) {
            check_drawn(what, PolicyDef { explore: explore(0.05, 0.1), ..def }, false);
        }
    }
    let mut turns = mixed(vec![(By::RoundRobin, 1.0)]);
    turns.queues[0].weight = 3.0;
    // A smallest propensity that is too high for three queues gives each a third.
    for explore in [explore(0.0, 0.0), explore(0.1, 0.2), explore(0.9, 0.0)] {
        check_drawn("counted turns", PolicyDef { explore, ..turns.clone() }, true);
    }
}

#[test]
fn numbers_without_sense_leave_chances_that_sum_to_one() {
    for (mean, deviation) in [(3e38, 1e19), (-3e38, 1e-19), (1e30, 0.0), (0.0, 1e19)] {
        let found = told(mixed(vec![(thompson([(0.5, 0.1), (mean, deviation), (0.0, 1.0)]), 1.0)]));
        assert!((found.iter().sum::<f32>() - 1.0).abs() < 1e-5, "{mean}, {deviation}: {found:?}");
        assert!(found.iter().all(|p| (0.0..=1.0).contains(p)), "{mean}, {deviation}: {found:?}");
    }
}
