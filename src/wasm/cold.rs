//! Structured values for calls that are not hot: what is loaded, and why a score is what it is.
//!
//! They cross as arrays, not objects: the page's API (`pkg-template/core.js`) names the places.

use crate::layout;
use alloc::string::String;
use alloc::vec::Vec;
use floorwalker_engine::feature::Op;
use floorwalker_engine::head::{Cause, Contribution, InputDef};
use floorwalker_engine::model::{Evaluation, Model};
use floorwalker_engine::route::Policy;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    type Array;
    #[wasm_bindgen(constructor)]
    fn new() -> Array;
    #[wasm_bindgen(method)]
    fn push(this: &Array, item: &JsValue);
}

/// What the page is told of a loaded bundle: name, features (name, kind of context, and of those made from events: the events, the field,
/// whether it may be a text, the field of `only`), heads, queues, default queue, intent head, policy version,
/// facts, filters, the snapshot's key, channels.
pub(crate) fn describe(model: &Model, facts: &[(String, String)]) -> JsValue {
    let features = model.program().defs().map(|def| {
        let context = match def.op {
            Op::ContextNumber => 1,
            Op::ContextCategory => 2,
            _ => 0,
        };
        let hears = !matches!(def.op, Op::ContextNumber | Op::ContextCategory | Op::Ratio { .. });
        let events = || array(def.events.iter().map(|event| text(event)));
        let takes_text = matches!(def.op, Op::Count | Op::Last | Op::Distinct | Op::Entropy | Op::TimeSince);
        array([
            text(&def.name),
            number(context),
            if hears { events() } else { JsValue::UNDEFINED },
            text(def.field.as_deref().unwrap_or("")),
            takes_text.into(),
            text(def.only.as_ref().map_or("", |only| &only.field)),
        ])
    });
    let heads = model
        .heads()
        .iter()
        .map(|head| array([text(head.name()), array(head.outputs().iter().map(|output| text(output)))]));
    let policy = model.policy();
    let queues = policy.map_or(&[][..], |policy| policy.queues());
    array([
        text(model.name()),
        array(features),
        array(heads),
        array(queues.iter().map(|queue| text(queue))),
        number(policy.map_or(0, Policy::default_queue)),
        model.intent_head().map_or(JsValue::UNDEFINED, number),
        text(policy.map_or("", |policy| &policy.program().version)),
        array(facts.iter().map(|(name, fact)| array([text(name), text(fact)]))),
        array(policy.iter().flat_map(|policy| &policy.program().filter_names).map(|name| text(name))),
        text(policy.map_or("", |policy| &policy.program().key)),
        array(
            policy.iter().flat_map(|policy| &policy.program().rows).map(|row| number(row.channel as usize)),
        ),
    ])
}

/// Why an output got its logit: base, logit, probability, reasons.
pub(crate) fn explain(
    model: &Model,
    evaluation: &Evaluation,
    message: &str,
    head: usize,
    output: usize,
) -> JsValue {
    let mut contributions = Vec::new();
    let base = model.explain(evaluation, message, head, output, &mut contributions);
    let scores = evaluation.scores.get(head);
    let logit = scores.and_then(|scores| scores.logits.get(output)).copied().unwrap_or(0.0);
    let probability = scores.and_then(|scores| scores.probabilities.get(output)).copied().unwrap_or(0.0);
    let reasons = contributions.iter().map(|contribution| reason(model, evaluation, message, contribution));
    array([base.into(), logit.into(), probability.into(), array(reasons)])
}

/// One cause: kind (0 a word, 1 a feature, 2 another head's output), name, value as kind and number, contribution.
fn reason(model: &Model, evaluation: &Evaluation, message: &str, contribution: &Contribution) -> JsValue {
    let (kind, name, value) = match contribution.cause {
        Cause::Word { start, end } => {
            (0, text(message.get(start as usize..end as usize).unwrap_or("")), JsValue::UNDEFINED)
        }
        Cause::Input(InputDef::Feature(at)) => {
            let name = model.program().defs().nth(usize::from(at)).map_or("", |def| &def.name);
            let value = evaluation.features.get(usize::from(at));
            let value =
                value.map_or(JsValue::UNDEFINED, |&value| array(layout::pair(value).map(JsValue::from)));
            (1, text(name), value)
        }
        Cause::Input(InputDef::Output { head, output }) => {
            (2, text(&output_name(model, head, output)), JsValue::UNDEFINED)
        }
    };
    array([number(kind), name, value, contribution.amount.into()])
}

fn output_name(model: &Model, head: u16, output: u16) -> String {
    let Some(head) = model.heads().get(usize::from(head)) else { return String::new() };
    let output = head.outputs().get(usize::from(output)).map_or("", String::as_str);
    let mut name = String::from(head.name());
    name.push(':');
    name.push_str(output);
    name
}

fn text(text: &str) -> JsValue {
    JsValue::from_str(text)
}

/// A small count or index.
fn number(number: usize) -> JsValue {
    JsValue::from_f64(number as f64)
}

fn array(items: impl IntoIterator<Item = JsValue>) -> JsValue {
    let array = Array::new();
    for item in items {
        array.push(&item);
    }
    array.into()
}
