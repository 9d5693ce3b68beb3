//! Uses a model as a page does: events, features, scores, explanations, a decision. Every number that a page would show must be finite.

use floorwalker_engine::event::{Event, Item, Value};
use floorwalker_engine::head::Seen;
use floorwalker_engine::model::{Evaluation, Model, Scratch};
use floorwalker_engine::route::{Decision, Policy, Request, Snapshot};
use floorwalker_engine::symbol::Symbol;
use floorwalker_engine::visit::Visit;

/// When it is used, in milliseconds since 1970.
pub(crate) const NOW: i64 = 1_798_000_000_000;

/// Number of outputs of a head that are explained; more would only take longer.
const EXPLAINED: usize = 2;

/// Uses `model`, and routes by `snapshot` if it has a policy.
pub(crate) fn model(model: &Model, snapshot: &Snapshot) {
    let mut visit = Visit::new(model.program(), model.idle_s());
    for price in [1.0, 3e38, f32::NAN] {
        let item = Item { price, quantity: 3e38, ..Item::EMPTY };
        let event = Event { name: Symbol::of("view_item"), at_ms: None, items: &[item], params: &[] };
        visit.observe(model.program(), &event, NOW);
    }
    let (mut features, mut scratch) = (vec![Value::Missing; model.program().len()], Scratch::default());
    for message in ["", "where is my order? 我要退款"] {
        visit.read(model.program(), NOW, &mut features);
        if !message.is_empty() {
            let odd = [Value::Number(3e38), Value::Category(Symbol::of("red")), Value::Missing];
            features.iter_mut().zip(odd.iter().cycle()).for_each(|(value, odd)| *value = *odd);
        }
        let evaluation = model.evaluate(Seen { features: &features, events: 3, message }, &mut scratch);
        explained(&evaluation);
        if let Some(policy) = model.policy() {
            routed(policy, &evaluation, snapshot);
        }
    }
}

fn explained(evaluation: &Evaluation<'_>) {
    let mut causes = Vec::new();
    for (head, scores) in evaluation.scores.iter().enumerate() {
        let mut numbers = scores.logits.iter().chain(&scores.probabilities).chain([&scores.outside]);
        assert!(numbers.all(|number| number.is_finite()), "head {head}: {scores:?}");
        for output in 0..scores.logits.len().min(EXPLAINED) {
            let base = evaluation.explain(head, output, &mut causes);
            let are_finite = base.is_finite() && causes.iter().all(|cause| cause.amount.is_finite());
            assert!(are_finite, "head {head}, output {output}: {base} {causes:?}");
        }
    }
}

fn routed(policy: &Policy, evaluation: &Evaluation<'_>, snapshot: &Snapshot) {
    let mut decision = Decision::default();
    for age_s in [0.0, 45.0, f32::INFINITY] {
        let request = Request {
            now_ms: NOW,
            age_s,
            seed: [7, 1],
            turn: Some(3),
            preferred: Some((Symbol::of("eva"), 5.0)),
            ..Request::default()
        };
        assert!(evaluation.route(request, snapshot, &mut decision));
        let asked = decision.drawn.agent.map_or(1.0, |agent| agent.propensity);
        let numbers = [&decision.scored.scores, &decision.eligible.fits, &decision.drawn.propensities]
            .into_iter()
            .flatten();
        let mut numbers = numbers.chain([&decision.scored.margin, &decision.freshness, &asked]);
        assert!(numbers.all(|number| number.is_finite()), "{decision:?}");
        let mut chances = decision.drawn.propensities.iter().chain([&asked, &decision.freshness]);
        let sum: f32 = decision.drawn.propensities.iter().sum();
        let are_chances = chances.all(|p| (0.0..=1.001).contains(p));
        assert!(are_chances && (sum < 1e-3 || (sum - 1.0).abs() < 1e-3), "{sum}: {decision:?}");
        assert!(decision.drawn.goes_to < policy.queues().len(), "{decision:?}");
    }
}
