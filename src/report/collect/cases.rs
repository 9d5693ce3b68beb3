//! Cases: explanations of a few rows: the inputs, the probabilities, and the contribution of each input.
//!
//! | kind      | which row                                                                       |
//! |-----------|---------------------------------------------------------------------------------|
//! | hit       | correct, with the largest probability; of two classes preferably the positive one |
//! | miss      | wrong, with the largest probability                                             |
//! | uncertain | the smallest difference between the two largest probabilities                   |
//! | silent    | the first whose message the text head knows nothing of                          |
//! | abstained | the first for which the policy abstains (default queue), by the intent head     |
//!
//! Of equal rows the first is taken. No row is shown twice for one head; a kind without a row is left out.
//!
//! Invariants
//! - Base and contributions add up to the score, as in the engine's explanation; all outputs of one earlier head are one cause.
//!
//! Not here: drawing (`report`).

use super::asked::Asked;
use crate::data::{Case, CaseKind};
use crate::plain;
use floorwalker_engine::event::Value;
use floorwalker_engine::head::{Cause, Contribution, InputDef};
use floorwalker_engine::model::{Evaluation, Scratch};
use floorwalker_engine::route::{Decision, Request, Snapshot};
use floorwalker_metrics::argmax;

/// Shown for a missing value.
const MISSING: &str = "–";

/// The result of the bundle for one row.
struct Said {
    at: usize,
    class: usize,
    right: bool,
    /// Probability of the most probable class.
    best: f32,
    /// Difference to the probability of the second class.
    margin: f32,
    silent: bool,
    abstained: bool,
}

/// Selects and explains at most four cases of a head.
pub(super) fn cases(asked: &Asked<'_>) -> Vec<Case> {
    let mut scratch = Scratch::default();
    let mut decision = Decision::default();
    let said: Vec<Said> =
        (0..asked.rows.len()).map(|at| say(asked, at, &mut scratch, &mut decision)).collect();
    let mut taken: Vec<usize> = Vec::new();
    let mut cases = Vec::new();
    let kinds = [CaseKind::Hit, CaseKind::Miss, CaseKind::Uncertain, CaseKind::Silent, CaseKind::Abstained];
    for kind in kinds {
        let is_two = asked.classes.len() == 2;
        let sure = |said: &Said| (is_two && kind == CaseKind::Hit && said.class == 1, said.best);
        let better = |a: &Said, b: &Said| match kind {
            CaseKind::Uncertain => a.margin < b.margin,
            CaseKind::Hit | CaseKind::Miss => sure(a) > sure(b),
            _ => false,
        };
        let fits = |said: &&Said| match kind {
            CaseKind::Hit => said.right && !said.silent,
            CaseKind::Miss => !said.right && !said.silent,
            CaseKind::Uncertain => !said.silent,
            CaseKind::Silent => said.silent && !asked.examples.messages[asked.rows[said.at]].is_empty(),
            CaseKind::Abstained => said.abstained,
        };
        let found = said.iter().filter(fits).filter(|said| !taken.contains(&said.at));
        let found = found.reduce(|best, next| if better(next, best) { next } else { best });
        if let Some(found) = found.filter(|_| cases.len() < 4) {
            taken.push(found.at);
            cases.push(case(asked, kind, found, &mut scratch));
        }
    }
    cases
}

fn say(asked: &Asked<'_>, at: usize, scratch: &mut Scratch, decision: &mut Decision) -> Said {
    let evaluation = evaluate(asked, at, scratch);
    let scores = &evaluation.scores[asked.head];
    let mut p = Vec::new();
    asked.push(&scores.probabilities, &mut p);
    let class = argmax(&p);
    let best = p[class];
    let second =
        p.iter().enumerate().filter(|(other, _)| *other != class).map(|(_, p)| *p).fold(0.0, f32::max);
    let open = Snapshot::all_open(asked.model.policy().map_or(0, |policy| policy.queues().len()));
    let request = Request { seed: [at as u32, 0], ..Request::default() };
    let decides = asked.model.intent_head() == Some(asked.head) && evaluation.route(request, &open, decision);
    Said {
        at,
        class,
        right: asked.y[at] as usize == class,
        best,
        margin: best - second,
        silent: scores.silent,
        abstained: decides && decision.drawn.queue.is_none(),
    }
}

fn evaluate<'a>(asked: &'a Asked<'_>, at: usize, scratch: &'a mut Scratch) -> Evaluation<'a> {
    asked.model.evaluate(asked.examples.seen(asked.rows[at]), scratch)
}

fn case(asked: &Asked<'_>, kind: CaseKind, said: &Said, scratch: &mut Scratch) -> Case {
    let evaluation = evaluate(asked, said.at, scratch);
    let row = asked.rows[said.at];
    let (head, message) = (&asked.model.heads()[asked.head], &asked.examples.messages[row]);
    // For a head with one output, that output (the positive class) is explained.
    let output = if head.outputs().len() == 1 { 0 } else { said.class.min(head.outputs().len() - 1) };
    let mut causes = Vec::new();
    let base = evaluation.explain(asked.head, output, &mut causes);
    let mut p = Vec::new();
    asked.push(&evaluation.scores[asked.head].probabilities, &mut p);
    let contributions = contributions(asked, row, message, &causes);
    Case {
        head: head.name().to_owned(),
        kind,
        line: asked.examples.lines[row] as u64,
        learnt: asked.learnt,
        message: (asked.reads_message() && !message.is_empty()).then(|| message.clone()),
        features: features(asked, row, &causes),
        probabilities: asked.classes.iter().cloned().zip(p.into_iter().map(f64::from)).collect(),
        truth: asked.classes.get(asked.y[said.at] as usize).cloned(),
        output: head.outputs()[output].clone(),
        base: f64::from(base),
        contributions,
        score: f64::from(evaluation.scores[asked.head].logits[output]),
    }
}

/// The features that the head reads and their values, by decreasing contribution to the score.
fn features(asked: &Asked<'_>, row: usize, causes: &[Contribution]) -> Vec<(String, String)> {
    let moved = |feature: u16| {
        let mine = causes.iter().filter(|c| c.cause == Cause::Input(InputDef::Feature(feature)));
        mine.map(|c| c.amount.abs()).sum::<f32>()
    };
    let mut read: Vec<u16> = asked.model.heads()[asked.head]
        .inputs()
        .iter()
        .filter_map(|input| match *input {
            InputDef::Feature(feature) => Some(feature),
            InputDef::Output { .. } => None,
        })
        .collect();
    read.sort_by(|&a, &b| moved(b).total_cmp(&moved(a)));
    let said = |&feature: &u16| {
        let feature = usize::from(feature);
        (name(asked, feature), in_words(asked, row, feature))
    };
    read.iter().map(said).collect()
}

fn name(asked: &Asked<'_>, feature: usize) -> String {
    asked.examples.features[feature].name.clone()
}

fn in_words(asked: &Asked<'_>, row: usize, feature: usize) -> String {
    match asked.examples.row(row)[feature] {
        Value::Missing => MISSING.to_owned(),
        Value::Number(number) => plain(f64::from(number)),
        Value::Category(symbol) => {
            asked.examples.names.get(&symbol).cloned().unwrap_or_else(|| format!("#{:08x}", symbol.raw()))
        }
    }
}

/// Contributions by the name of their cause, in the order of the causes; those of one earlier head, or of one word, are summed.
fn contributions(
    asked: &Asked<'_>,
    row: usize,
    message: &str,
    causes: &[Contribution],
) -> Vec<(String, f64)> {
    let mut out: Vec<(String, f64)> = Vec::new();
    for Contribution { cause, amount } in causes {
        let name = match *cause {
            Cause::Word { start, end } => {
                format!("“{}”", message.get(start as usize..end as usize).unwrap_or(MISSING))
            }
            Cause::Input(InputDef::Feature(feature)) => {
                let feature = usize::from(feature);
                format!("{} = {}", name(asked, feature), in_words(asked, row, feature))
            }
            Cause::Input(InputDef::Output { head, .. }) => {
                format!("head:{}", asked.model.heads()[usize::from(head)].name())
            }
        };
        match out.iter_mut().find(|(known, _)| *known == name) {
            Some((_, sum)) => *sum += f64::from(*amount),
            None => out.push((name, f64::from(*amount))),
        }
    }
    out
}
