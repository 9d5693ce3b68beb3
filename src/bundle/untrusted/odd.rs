//! Fuzzing: models and policies with extreme numbers (huge, tiny, infinite, NaN) among ordinary ones. Checksums and shapes are valid,
//! so that the numbers get past the first checks.
//!
//! Every bundle that loads must observe, score, route and explain with finite numbers, and stay below the limits.

use super::draw::{Asked, models, questions};
use super::{feature, head, linear, policy, strategy, text};
use crate::property::holds;
use crate::{Bundle, BundleError, MAX_WORK, MEMORY, MEMORY_PER_BYTE, encode, load};
use alloc::{vec, vec::Vec};
use core::cell::Cell;
use floorwalker_engine::event::{Event, Item, Value};
use floorwalker_engine::feature::{Op, Window};
use floorwalker_engine::head::linear::LinearDef;
use floorwalker_engine::head::{BodyDef, EncodingDef, InputDef, Seen};
use floorwalker_engine::model::{ModelDef, Scratch};
use floorwalker_engine::route::*;
use floorwalker_engine::symbol::Symbol;
use floorwalker_engine::visit::Visit;
use proptest::strategy::Strategy;

/// Observes, scores, explains and routes. Asserts that every number a page would show is finite and probabilities are valid.
fn use_it(bytes: &[u8], values: &[Option<Value>], message: &str, requests: &[Asked]) -> bool {
    let Ok((model, _)) = load(bytes) else { return false };
    let now = 1_000_000;
    let mut visit = Visit::new(model.program(), model.idle_s());
    for price in [1.0, 3e38, -3e38, f32::NAN] {
        let item = Item { price, quantity: 3e38, ..Item::EMPTY };
        let event = Event { name: Symbol::of("view_item"), at_ms: None, items: &[item], params: &[] };
        visit.observe(model.program(), &event, now);
    }
    let mut features = vec![Value::Missing; model.program().len()];
    visit.read(model.program(), now, &mut features);
    for (feature, value) in features.iter_mut().zip(values) {
        *feature = value.unwrap_or(*feature);
    }
    let mut scratch = Scratch::default();
    let evaluation = model.evaluate(Seen { features: &features, events: 3, message }, &mut scratch);
    let mut causes = Vec::new();
    for (at, scores) in evaluation.scores.iter().enumerate() {
        let numbers = scores.logits.iter().chain(&scores.probabilities).chain([&scores.outside]);
        assert!(numbers.clone().all(|number| number.is_finite()), "head {at}: {scores:?}");
        for output in 0..scores.logits.len() {
            let base = evaluation.explain(at, output, &mut causes);
            assert!(
                base.is_finite() && causes.iter().all(|cause| cause.amount.is_finite()),
                "head {at}: {base} {causes:?}"
            );
        }
    }
    let Some(policy) = model.policy() else { return true };
    let mut decision = Decision::default();
    for asked in requests {
        let snapshot = asked.snapshot(policy.queues().len());
        let &Asked { age_s, seed, turn, preferred, .. } = asked;
        let request = Request { now_ms: now, age_s, seed: [seed, 1], turn, preferred, ..Request::default() };
        assert!(evaluation.route(request, &snapshot, &mut decision));
        let numbers = [&decision.scored.scores, &decision.eligible.fits, &decision.drawn.propensities]
            .into_iter()
            .flatten();
        let asked = decision.drawn.agent.map_or(1.0, |agent| agent.propensity);
        let odd = numbers
            .chain([&decision.scored.margin, &decision.freshness, &asked])
            .find(|number| !number.is_finite());
        assert!(odd.is_none(), "{decision:?}\n{:?}", policy.program());
        let sum: f32 = decision.drawn.propensities.iter().sum();
        let are_chances = decision
            .drawn
            .propensities
            .iter()
            .chain([&asked, &decision.freshness])
            .all(|p| (0.0..=1.001).contains(p));
        assert!(
            are_chances && (sum < 1e-3 || (sum - 1.0).abs() < 1e-3),
            "{sum}: {:?}\n{:?}",
            decision.drawn.propensities,
            policy.program()
        );
    }
    true
}

#[test]
fn twenty_thousand_models_of_odd_numbers_are_refused_or_stay_finite() {
    let loaded = Cell::new(0);
    holds(20_000, &(models(), questions()), |(model, (values, message, requests))| {
        let Ok(bytes) = encode(&Bundle { model, facts: Vec::new() }) else { return };
        loaded.set(loaded.get() + usize::from(use_it(&bytes, &values, message, &requests)));
    });
    assert!(loaded.get() > 4_000, "only {} models came as far as being used", loaded.get());
}

#[test]
fn what_is_accepted_is_within_the_limits_whatever_its_counts_are() {
    // Counts are powers of two, so that some are below each limit and some above.
    let size = |most: u32| (0..most).prop_map(|bits| 1_usize << bits);
    let sizes = (size(11), size(8), size(15), size(15), size(6), size(16));
    let accepted = Cell::new(0);
    holds(300, &sizes, |(queues, intents, n, needs, strategies, columns)| {
        let mut program = policy(queues, intents);
        program.needs = vec![program.needs[0]; n];
        program.intents = vec![Part { first: 0, n: needs.min(n) as u32 }; intents];
        program.strategies = vec![strategy(Look::Random); strategies];
        program.settings.strategy = Part { first: 0, n: program.strategies.len() as u32 };
        let mut first = head("a", intents, linear(intents));
        first.inputs = vec![InputDef::Feature(0)];
        first.encodings = vec![EncodingDef::Hash { input: 0, buckets: columns as u16 }];
        first.body =
            BodyDef::Linear(LinearDef { bias: vec![0.0; intents], weights: vec![0.0; columns * intents] });
        let model = ModelDef {
            name: text("shop"),
            idle_s: 60,
            features: vec![feature("f", Op::Last, Window::Session)],
            heads: vec![first],
            policy: Some(program),
        };
        let cost = model.cost();
        let Ok(bytes) = encode(&Bundle { model, facts: Vec::new() }) else { return };
        match load(&bytes) {
            Ok(_) => {
                accepted.set(accepted.get() + 1);
                let memory = (MEMORY_PER_BYTE * bytes.len() + MEMORY) as f32;
                assert!(
                    cost.decide <= MAX_WORK && cost.explain <= MAX_WORK && cost.bytes <= memory,
                    "{cost:?}"
                );
            }
            Err(error) => assert!(matches!(error, BundleError::Cost(_) | BundleError::Model(_)), "{error}"),
        }
    });
    assert!((30..290).contains(&accepted.get()), "{} of 300 were accepted", accepted.get());
}
