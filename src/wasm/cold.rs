//! Structured values for calls that are not hot: what is loaded, and why a score is what it is.

use crate::layout;
use floorwalker_engine::feature::Op;
use floorwalker_engine::head::{Cause, InputDef};
use floorwalker_engine::model::{Evaluation, Model};
use serde::Serialize;

/// What the page is told of a loaded bundle.
#[derive(Serialize)]
pub(crate) struct Description<'a> {
    name: &'a str,
    features: Vec<FeatureName<'a>>,
    heads: Vec<HeadName<'a>>,
    queues: Vec<&'a str>,
    #[serde(rename = "defaultQueue")]
    default_queue: usize,
    #[serde(rename = "intentHead")]
    intent_head: Option<usize>,
    #[serde(rename = "policyVersion")]
    policy_version: &'a str,
    facts: &'a [(String, String)],
}

/// `context`: 0 made from events, 1 a number handed in, 2 a category handed in.
#[derive(Serialize)]
struct FeatureName<'a> {
    name: &'a str,
    context: u8,
}

#[derive(Serialize)]
struct HeadName<'a> {
    name: &'a str,
    outputs: &'a [String],
}

/// Why an output got its logit.
#[derive(Serialize)]
pub(crate) struct Explanation {
    base: f32,
    logit: f32,
    probability: f32,
    reasons: Vec<Reason>,
}

/// One cause; `kind` is 0 for a word, 1 for a feature, 2 for another head's output.
#[derive(Serialize)]
struct Reason {
    kind: u8,
    name: String,
    value: Option<[f64; 2]>,
    contribution: f32,
}

pub(crate) fn describe<'a>(model: &'a Model, facts: &'a [(String, String)]) -> Description<'a> {
    let features = model.program().defs().map(|def| FeatureName {
        name: &def.name,
        context: match def.op {
            Op::ContextNumber => 1,
            Op::ContextCategory => 2,
            _ => 0,
        },
    });
    let heads = model.heads().iter().map(|head| HeadName { name: head.name(), outputs: head.outputs() });
    let policy = model.policy();
    Description {
        name: model.name(),
        features: features.collect(),
        heads: heads.collect(),
        queues: policy.map_or(Vec::new(), |policy| policy.queues().iter().map(|queue| queue.name.as_str()).collect()),
        default_queue: policy.map_or(0, |policy| policy.default_queue()),
        intent_head: model.intent_head(),
        policy_version: policy.map_or("", |policy| &policy.def().version),
        facts,
    }
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
        Reason { kind, name, value, contribution: contribution.amount }
    });
    Explanation {
        base,
        logit: scores.and_then(|scores| scores.logits.get(output)).copied().unwrap_or(0.0),
        probability: scores.and_then(|scores| scores.probabilities.get(output)).copied().unwrap_or(0.0),
        reasons: reasons.collect(),
    }
}

fn output_name(model: &Model, head: u16, output: u16) -> String {
    let Some(head) = model.heads().get(usize::from(head)) else { return String::new() };
    let output = head.outputs().get(usize::from(output)).map_or("", String::as_str);
    [head.name(), ":", output].concat()
}
