//! Decision log of a policy on a simulated event log, with a simulated reward for each decision: the input of `floorwalker policy`.
//!
//! | key of a line          | holds                                                                                   |
//! |------------------------|-----------------------------------------------------------------------------------------|
//! | `request`              | what the page records: features, the probabilities of each head, a seed, the time        |
//! | `action`, `propensity` | what the engine decides on that request; deciding it again gives the same                |
//! | `reward`               | 1 where the shopper was helped, else 0; drawn with probability `0.2 + 0.7 · fit`        |
//!
//! `fit` is how well the queue's skills match the intent that the log's label gives.
//! Only the opening hours of queues are known. Requests whose label is missing or is not one of the policy's intents are skipped.
//!
//! Invariants
//! - Same log, bundle, policy and seed: same bytes.
//!
//! Not here: the log (`synth`), deciding (`offpolicy::replay`).

use anyhow::{Context, Result, ensure};
use floorwalker_data::read::{Log, LogEvent, ParamValue};
use floorwalker_engine::event::Value;
use floorwalker_engine::head::Seen;
use floorwalker_engine::model::{Evaluation, Model, Scratch};
use floorwalker_engine::route::Policy;
use floorwalker_engine::symbol::Symbol;
use floorwalker_learn::examples::replay;
use floorwalker_offpolicy::replay::{Replayer, RequestDef};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Map, Value as Json, json};
use std::collections::HashMap;
use std::io::Write;

/// Probability that a queue without the right skills helps a shopper, and how much a queue with all of them adds to it.
const HELPED_ANYWAY: f64 = 0.2;
const HELPED_BY_SKILL: f64 = 0.7;

/// Writes a decision on every request of `log` whose `label` is an intent of the policy, and returns how many it wrote.
///
/// - `policy`: used instead of the model's own policy, when given.
/// - `label`: the label that says what a shopper came for, such as `intent`.
///
/// # Errors
///
/// A model without a policy, a log without a request whose label is an intent, or a failure to write to `out`.
pub fn decisions(
    log: &Log,
    (model, policy): (&Model, Option<&Policy>),
    label: &str,
    seed: u64,
    out: &mut dyn Write,
) -> Result<usize> {
    let mut replayer = Replayer::new(model, policy)?;
    let policy = replayer.policy();
    let version = policy.program().version.clone();
    let intents = replayer.intents();
    let words = words(log);
    let mut scratch = Scratch::default();
    let mut n = 0;
    replay(log, model.program(), model.idle_s(), false, |moment| {
        let of_label = moment.event.labels.get(label);
        let Some(aim) = of_label.and_then(|aim| intents.iter().position(|intent| intent == aim)) else {
            return Ok(());
        };
        let mut chance = ChaCha8Rng::seed_from_u64(seed);
        chance.set_stream(moment.event.line as u64);
        let message = moment.event.message.as_deref().unwrap_or("");
        let seen = Seen { features: moment.features, events: moment.events, message };
        let evaluation = model.evaluate(seen, &mut scratch);
        let features = features(model, evaluation, &words);
        let heads = heads(model, evaluation);
        let scores = &evaluation.scores[policy.intent_head()];
        let request = json!({
            "now": moment.now_ms,
            "seed": [chance.random::<u32>(), chance.random::<u32>()],
            "features": features,
            "heads": heads,
            "evidence": { "events": moment.events },
            "scope": { "out_of_scope": scores.outside, "abstained": scores.is_outside },
        });
        let mut context = features;
        context.extend(
            intents
                .iter()
                .zip(&scores.probabilities)
                .map(|(intent, p)| (format!("intent.{intent}"), json!(p))),
        );
        replayer.replay(&asked(&request)?)?;
        let queue = replayer.decision.drawn.goes_to;
        let action = &policy.queues()[queue];
        let propensity = replayer.target().get(action).copied().unwrap_or(1.0);
        // How well each queue fits when the intent is known for certain.
        let mut known = request.clone();
        let sure: Vec<f32> = (0..intents.len()).map(|intent| f32::from(u8::from(intent == aim))).collect();
        known["heads"][model.heads()[policy.intent_head()].name()] = json!(sure);
        known["scope"] = json!({ "out_of_scope": 0.0, "abstained": false });
        replayer.replay(&asked(&known)?)?;
        let fit = f64::from(
            replayer.decision.eligible.fits.get(queue).copied().unwrap_or_default().clamp(0.0, 1.0),
        );
        let is_helped = chance.random::<f64>() < HELPED_ANYWAY + HELPED_BY_SKILL * fit;
        let line = json!({
            "id": format!("{seed}-{}", moment.event.line),
            "shopper": moment.event.shopper,
            "context": context,
            "action": action,
            "propensity": propensity,
            "reward": u8::from(is_helped),
            "policy_version": version,
            "request": request,
        });
        writeln!(out, "{line}")?;
        n += 1;
        Ok(())
    })?;
    ensure!(
        n > 0,
        "no request of the log has a label `{label}` among the policy's intents: {}; use a bundle trained on such a log",
        intents.join(", ")
    );
    Ok(n)
}

fn asked(request: &Json) -> Result<RequestDef> {
    serde_json::from_value(request.clone()).context("a request of the log")
}

/// Features by name: numbers, and categories in the log's words.
fn features(model: &Model, evaluation: Evaluation<'_>, words: &HashMap<Symbol, &str>) -> Map<String, Json> {
    let value = |value: &Value| match value {
        Value::Number(number) => json!(number),
        Value::Category(symbol) => json!(words.get(symbol)),
        Value::Missing => Json::Null,
    };
    let defs = model.program().defs();
    defs.zip(evaluation.seen.features).map(|(def, of)| (def.name.clone(), value(of))).collect()
}

/// The probabilities of each head, by its name.
fn heads(model: &Model, evaluation: Evaluation<'_>) -> Map<String, Json> {
    let heads = model.heads().iter().zip(evaluation.scores);
    heads.map(|(head, scores)| (head.name().to_owned(), json!(scores.probabilities))).collect()
}

/// Every text of the log that may be the value of a categorical feature, by its symbol.
fn words(log: &Log) -> HashMap<Symbol, &str> {
    log.events.iter().flat_map(of_event).map(|word| (Symbol::of(word), word)).collect()
}

fn of_event(event: &LogEvent) -> Vec<&str> {
    let mut words: Vec<&str> = of_params(&event.params).chain(of_params(&event.context)).collect();
    for item in &event.items {
        let named = [&item.id, &item.name, &item.category, &item.brand, &item.variant];
        words.extend(named.into_iter().flatten().map(String::as_str));
        words.extend(of_params(&item.params));
    }
    words
}

fn of_params(params: &[(String, ParamValue)]) -> impl Iterator<Item = &str> {
    params.iter().filter_map(|(_, value)| match value {
        ParamValue::Text(text) => Some(text.as_str()),
        ParamValue::Number(_) => None,
    })
}
