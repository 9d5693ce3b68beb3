//! Logs of decisions drawn by the engine itself, with known true values.

use super::super::*;
use floorwalker_engine::head::Scores;
use floorwalker_engine::route::{Decision, ExploreDef, Policy, Request, Snapshot};
use floorwalker_metrics::Resampling;
use floorwalker_policy::{ArmDef, BanditDef, By, Names, PolicyDef, QueueDef, StrategyDef};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const QUEUES: [&str; 3] = ["a", "b", "c"];
/// Expected reward of each queue, for either intent.
const PAYS: [[f64; 3]; 2] = [[0.8, 0.3, 0.5], [0.1, 0.6, 0.4]];

fn policy(strategy: Vec<StrategyDef>, explore: ExploreDef) -> Policy {
    let mut def = PolicyDef { strategy, explore, ..PolicyDef::plain("intent", "a") };
    def.queues.extend(["b", "c"].map(QueueDef::new));
    let intents = ["x", "y"].map(str::to_owned);
    let names = Names { heads: vec![("intent", &intents[..])], features: Vec::new() };
    Policy::new(def.compile(&names).unwrap()).unwrap()
}

/// A bandit that is fairly sure of `a`, less of `b`, and hardly of `c`: for `x` it prefers `a`, for `y` `b`.
fn thompson() -> StrategyDef {
    let arm = |(queue, weights, doubt): (&str, [f32; 2], f32)| ArmDef {
        queue: queue.to_owned(),
        weights: weights.to_vec(),
        inverse: vec![doubt, 0.0, 0.0, doubt],
    };
    let arms = [("a", [0.5, 0.2], 0.01), ("b", [-0.4, 0.6], 0.02), ("c", [0.0, 0.1], 0.04)].map(arm).to_vec();
    StrategyDef::new(By::Thompson {
        spread: 1.0,
        bandit: BanditDef { inputs: vec!["intent.x".to_owned()], arms },
    })
}

fn decided(policy: &Policy, intent: usize, seed: [u32; 2]) -> Decision {
    let mut p = vec![0.0; 2];
    p[intent] = 1.0;
    let scores = [Scores { probabilities: p, ..Scores::default() }];
    let mut decision = Decision::default();
    policy.decide(
        &Request { scores: &scores, seed, ..Request::default() },
        &Snapshot::default(),
        &mut decision,
    );
    decision
}

/// Simulates a log of `logging` and evaluates `target` on it; returns the evaluation and the true value.
fn judged(logging: &Policy, target: &Policy, n: u32, seed: u64) -> (Evaluation, f64) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let chances = [0, 1].map(|intent| decided(target, intent, [0, 0]).drawn.propensities);
    let line = |at: u32| {
        let intent = usize::from(rng.random::<f64>() < 0.4);
        let decision = decided(logging, intent, [at, seed as u32]);
        let queue = decision.drawn.queue.unwrap();
        Line {
            line: at as usize + 1,
            context: [].into(),
            action: QUEUES[queue].to_owned(),
            propensity: decision.drawn.propensities[queue].into(),
            reward: f64::from(u8::from(rng.random::<f64>() < PAYS[intent][queue])),
            policy_version: "1".to_owned(),
            target: Some(
                QUEUES
                    .iter()
                    .zip(&chances[intent])
                    .map(|(name, p)| ((*name).to_owned(), (*p).into()))
                    .collect(),
            ),
            shopper: None,
            identity: None,
        }
    };
    let lines = (0..n).map(line).collect();
    let log = DecisionLog { path: "log.jsonl".into(), lines, repeats: Repeats::default() };
    let worth = |intent: usize| -> f64 {
        PAYS[intent].iter().zip(&chances[intent]).map(|(pays, p)| pays * f64::from(*p)).sum()
    };
    let resampling = Resampling { resamples: 40, seed: 1 };
    let settings = Settings { estimators: vec![Estimator::Ips], tau: None, resampling };
    let found = evaluate(&Logged::of(&log).unwrap(), &settings).unwrap();
    (found, 0.6 * worth(0) + 0.4 * worth(1))
}

#[test]
fn ips_is_unbiased_on_what_thompson_and_mixtures_draw() {
    let explored = ExploreDef { floor: 0.02, holdout: 0.0 };
    let none = ExploreDef::default();
    let random = policy(vec![StrategyDef::new(By::Random)], none);
    let mixture = vec![
        thompson(),
        StrategyDef { by: By::Random, weight: 0.4 },
        StrategyDef { by: By::RoundRobin, weight: 0.3 },
    ];
    for (what, logging) in [
        ("thompson with a smallest propensity", policy(vec![thompson()], explored)),
        ("a mixture", policy(mixture.clone(), none)),
        ("a mixture with a holdout", policy(mixture, ExploreDef { floor: 0.0, holdout: 0.2 })),
    ] {
        // Checks each log, and the mean of twenty logs: if the engine's propensities did not match its draws, all estimates would be biased
        // in the same direction.
        let mut off = Vec::new();
        for seed in 0..20 {
            let (found, truth) = judged(&logging, &random, 1_500, seed);
            off.push(found.of(Estimator::Ips).unwrap().value.value - truth);
            assert!((found.mean_weight.value - 1.0).abs() < 0.4, "{what}: {:?}", found.mean_weight);
        }
        let n = off.len() as f64;
        let mean = off.iter().sum::<f64>() / n;
        let error = (off.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n * (n - 1.0))).sqrt();
        assert!(mean.abs() < 3.5 * error && error < 0.02, "{what}: {mean} ± {error}");
    }
}

#[test]
fn every_queue_that_a_log_shows_had_a_chance_in_every_request_alike() {
    let logging =
        policy(vec![thompson(), StrategyDef { by: By::Random, weight: 0.1 }], ExploreDef::default());
    for intent in [0, 1] {
        let told = decided(&logging, intent, [0, 0]).drawn.propensities;
        for seed in 1..2_000 {
            let decision = decided(&logging, intent, [seed, 3]);
            assert_eq!(decision.drawn.propensities, told);
            assert!(told[decision.drawn.queue.unwrap()] > 0.0);
        }
    }
}
