//! Structured values for calls that are not hot: what is loaded, and why a score is what it is.
//!
//! They cross as arrays, not objects: field names would bring serde-wasm-bindgen's cache of names with them, 5 KB. The
//! page's API (`pkg-template/core.js`) names the places.

use crate::layout;
use floorwalker_engine::feature::Op;
use floorwalker_engine::head::{Cause, InputDef};
use floorwalker_engine::model::{Evaluation, Model};
use serde::Serialize;

/// What the page is told of a loaded bundle: name, features, heads, queues, default queue, intent head, policy version,
/// facts.
#[derive(Serialize)]
pub(crate) struct Description<'a>(
    &'a str,
    Vec<(&'a str, u8)>,
    Vec<(&'a str, &'a [String])>,
    Vec<&'a str>,
    usize,
    Option<usize>,
    &'a str,
    &'a [(String, String)],
);

/// Why an output got its logit: base, logit, probability, reasons.
#[derive(Serialize)]
pub(crate) struct Explanation(f32, f32, f32, Vec<Reason>);

/// One cause: kind (0 a word, 1 a feature, 2 another head's output), name, value as kind and number, contribution.
#[derive(Serialize)]
struct Reason(u8, String, Option<[f64; 2]>, f32);

pub(crate) fn describe<'a>(model: &'a Model, facts: &'a [(String, String)]) -> Description<'a> {
    let features = model.program().defs().map(|def| {
        let context = match def.op {
            Op::ContextNumber => 1,
            Op::ContextCategory => 2,
            _ => 0,
        };
        (def.name.as_str(), context)
    });
    let heads = model.heads().iter().map(|head| (head.name(), head.outputs()));
    let policy = model.policy();
    Description(
        model.name(),
        features.collect(),
        heads.collect(),
        policy.map_or(Vec::new(), |policy| policy.queues().iter().map(|queue| queue.name.as_str()).collect()),
        policy.map_or(0, floorwalker_engine::route::Policy::default_queue),
        model.intent_head(),
        policy.map_or("", |policy| &policy.def().version),
        facts,
    )
}

pub(crate) fn explain(
    model: &Model,
    evaluation: &Evaluation,
    message: &str,
    head: usize,
    output: usize,
) -> Explanation {
    let mut contributions = Vec::new();
    let base = model.explain(evaluation, message, head, output, &mut contributions);
    let scores = evaluation.scores.get(head);
    let reasons = contributions.iter().map(|contribution| {
        let (kind, name, value) = match contribution.cause {
            Cause::Word { start, end } => {
                (0, message.get(start as usize..end as usize).unwrap_or("").to_owned(), None)
            }
            Cause::Input(InputDef::Feature(at)) => {
                let name = model.program().defs().nth(usize::from(at)).map_or("", |def| &def.name);
                let value = evaluation.features.get(usize::from(at)).map(|&value| layout::pair(value));
                (1, name.to_owned(), value)
            }
            Cause::Input(InputDef::Output { head, output }) => (2, output_name(model, head, output), None),
        };
        Reason(kind, name, value, contribution.amount)
    });
    Explanation(
        base,
        scores.and_then(|scores| scores.logits.get(output)).copied().unwrap_or(0.0),
        scores.and_then(|scores| scores.probabilities.get(output)).copied().unwrap_or(0.0),
        reasons.collect(),
    )
}

fn output_name(model: &Model, head: u16, output: u16) -> String {
    let Some(head) = model.heads().get(usize::from(head)) else { return String::new() };
    let output = head.outputs().get(usize::from(output)).map_or("", String::as_str);
    [head.name(), ":", output].concat()
}
