//! Evaluation: scores rows with a finished model, by the engine alone, and compares the scores with the true labels.
//!
//! Not here: the formulas (`metrics`).

use crate::examples::Examples;
use crate::store::HeadPlan;
use anyhow::{Context, Result, ensure};
use floorwalker_engine::head::{Link, Scores};
use floorwalker_engine::model::{Model, Scratch};
use floorwalker_engine::route::{Decision, ExploreDef, Place, Policy, Request, Settings, Snapshot};
use floorwalker_metrics::Report;
use serde::Serialize;
use std::fmt;
use std::io::Write as _;

pub mod evidence;
mod numbers;

pub use numbers::MeasuredNumbers;

/// Quality and window (log2 of bytes) of the brotli compression with which bundles are served to browsers.
const BROTLI_QUALITY: u32 = 11;
const BROTLI_WINDOW: u32 = 24;

/// Predictions and metrics of one head that predicts classes.
#[derive(Clone, Debug)]
pub struct Measured {
    /// Name of the head.
    pub head: String,
    /// Its metrics.
    pub report: Report,
    /// True class of each measured row.
    y: Vec<u32>,
    /// Probabilities of each measured row, row-major.
    p: Vec<f32>,
    rows: Vec<usize>,
}

/// Predictions and metrics of every head: classifiers and regressions, each in the order of the store.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Heads that predict classes.
    pub classes: Vec<Measured>,
    /// Heads that predict numbers.
    pub numbers: Vec<MeasuredNumbers>,
}

/// Counts of routing outcomes over requests whose intent is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Routed {
    /// Requests sent to a queue that fits the true intent at least as well as the queue the policy would choose if it knew the
    /// intent for certain.
    pub right: usize,
    /// Requests sent to any other queue.
    pub wrong: usize,
    /// Requests for which the policy abstained, so that the default queue took them.
    pub abstained: usize,
}

impl fmt::Display for Routed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = (self.right + self.wrong + self.abstained).max(1) as f64;
        let share = |count: usize| 100.0 * count as f64 / n;
        let Self { right, wrong, abstained } = *self;
        write!(
            f,
            "right {:.2} %   misrouted {:.2} %   abstained {:.2} %",
            share(right),
            share(wrong),
            share(abstained)
        )
    }
}

/// Routes the rows of `examples` whose intent is known, with all queues open. The policy's random exploration and its bot are
/// switched off, because neither depends on how well the intent is predicted. `None` without a policy or without an intent head.
#[must_use]
pub fn route(model: &Model, heads: &[HeadPlan], examples: &Examples, rows: &[usize]) -> Option<Routed> {
    let (intents, mut program) = (model.intent_head()?, model.policy()?.program().clone());
    program.settings = Settings { explore: ExploreDef::default(), bot: Place::NONE, ..program.settings };
    let (policy, head) = (Policy::new(program).ok()?, &model.heads()[intents]);
    let label = &heads.iter().find(|plan| plan.name == head.name())?.label;
    let open = Snapshot::all_open(policy.queues().len());
    let (mut scratch, mut routed) = (Scratch::default(), Routed::default());
    let (mut decision, mut sure) = (Decision::default(), Decision::default());
    for &row in rows {
        let Some(intent) = &examples.labels[label][row] else { continue };
        let Some(intent) = head.outputs().iter().position(|output| output == intent) else { continue };
        let seen = examples.seen(row);
        let mut scores = model.evaluate(seen, &mut scratch).scores.to_vec();
        let decide = |scores: &[Scores], out: &mut Decision| {
            let features = seen.features;
            policy.decide(
                &Request { features, scores, seed: [row as u32, 0], ..Request::default() },
                &open,
                out,
            );
        };
        decide(&scores, &mut decision);
        for (at, p) in scores[intents].probabilities.iter_mut().enumerate() {
            *p = if at == intent { 1.0 } else { 0.0 };
        }
        scores[intents].is_outside = false;
        decide(&scores, &mut sure);
        let fit = |queue: usize| policy.fit(queue).get(intent).copied().unwrap_or(0.0);
        let best = sure.drawn.queue.map_or(0.0, fit);
        match decision.drawn.queue {
            // When no queue can help with the true intent, abstaining is right.
            None if sure.drawn.queue.is_none() => routed.right += 1,
            None => routed.abstained += 1,
            Some(queue) if fit(queue) >= best => routed.right += 1,
            Some(_) => routed.wrong += 1,
        }
    }
    Some(routed)
}

impl Measured {
    fn new(head: &str, classes: &[String], y: Vec<u32>, p: Vec<f32>, rows: Vec<usize>) -> Result<Self> {
        let report = Report::new(classes, &y, &p).with_context(|| format!("head `{head}`"))?;
        Ok(Self { head: head.to_owned(), report, y, p, rows })
    }

    /// True class of each measured row, `[n_rows]`.
    #[must_use]
    pub fn y(&self) -> &[u32] {
        &self.y
    }

    /// Probabilities of each measured row, `[n_rows, n_classes]`, row-major.
    #[must_use]
    pub fn p(&self) -> &[f32] {
        &self.p
    }

    /// Index of each measured row among the examples, `[n_rows]`.
    #[must_use]
    pub fn rows(&self) -> &[usize] {
        &self.rows
    }

    /// The metrics that a model card shows.
    #[must_use]
    pub fn facts(&self, held_out: &str) -> Vec<(String, String)> {
        let fact = |name: &str, value: String| (format!("{}.{name}", self.head), value);
        let report = &self.report;
        let mut facts = vec![
            fact("held_out", format!("{held_out}, {} rows", report.n_rows)),
            fact("accuracy", format!("{:.4}", report.accuracy)),
            fact("macro_f1", format!("{:.4}", report.means.macro_.f1)),
            fact("log_loss", format!("{:.4}", report.log_loss)),
            fact("majority", format!("{:.4}", report.majority)),
            fact("calibration_error", format!("{:.4}", report.expected_calibration_error)),
        ];
        facts.extend(report.auc.map(|auc| fact("auc", format!("{auc:.4}"))));
        facts
    }
}

/// Measures every one of `heads` on those `rows` of `examples` that have its label.
///
/// # Errors
///
/// Fails when a head has no labelled row among `rows`, when fewer than two classes are known for it, or when a label that should
/// be a number is not one.
pub fn evaluate(model: &Model, heads: &[HeadPlan], examples: &Examples, rows: &[usize]) -> Result<Found> {
    let mut scratch = Scratch::default();
    let plans: Vec<_> = heads
        .iter()
        .filter(|plan| plan.is_class())
        .map(|plan| (plan, model.head(&plan.name), classes(model, plan, examples)))
        .collect();
    let mut found: Vec<(Vec<u32>, Vec<f32>, Vec<usize>)> = vec![Default::default(); plans.len()];
    for &row in rows {
        let evaluation = model.evaluate(examples.seen(row), &mut scratch);
        for ((plan, at, classes), (y, p, measured)) in plans.iter().zip(&mut found) {
            let (Some(at), Some(label)) = (*at, &examples.labels[&plan.label][row]) else { continue };
            // Labels that the model never saw become classes of probability 0, so they are measured as errors. For a sigmoid
            // head, every label that is not the positive class is the negative class.
            let class = classes.iter().position(|class| class == label).unwrap_or(0);
            y.push(class as u32);
            measured.push(row);
            let probabilities = &evaluation.scores[at].probabilities;
            if let [chance] = probabilities[..] {
                p.extend([1.0 - chance, chance]);
            } else {
                p.extend(probabilities);
                p.resize(y.len() * classes.len(), 0.0);
            }
        }
    }
    // With no held-out rows at all there are no metrics, and that is not an error.
    let measured = plans
        .iter()
        .zip(found)
        .filter(|(_, (y, ..))| !rows.is_empty() || !y.is_empty())
        .map(|((plan, _, classes), (y, p, rows))| Measured::new(&plan.name, classes, y, p, rows));
    let classes = measured.collect::<Result<_>>()?;
    Ok(Found { classes, numbers: numbers::evaluate(model, heads, examples, rows)? })
}

/// Pools the predictions of all folds and computes the metrics once over all of them.
///
/// # Errors
///
/// Fails when a head has different classes in different folds, or when its metrics cannot be computed.
pub fn pool(folds: Vec<Found>) -> Result<Found> {
    let mut folds = folds.into_iter();
    let mut pooled = folds.next().unwrap_or_default();
    for fold in folds {
        for (whole, part) in pooled.classes.iter_mut().zip(fold.classes) {
            ensure!(
                whole.report.classes == part.report.classes,
                "head `{}`: a class is too rare to be learnt from in every fold; use fewer folds",
                whole.head
            );
            whole.y.extend(part.y);
            whole.p.extend(part.p);
            whole.rows.extend(part.rows);
        }
        for (whole, part) in pooled.numbers.iter_mut().zip(fold.numbers) {
            whole.pairs.extend(part.pairs);
            whole.rows.extend(part.rows);
        }
    }
    let again = |m: Measured| Measured::new(&m.head, &m.report.classes, m.y, m.p, m.rows);
    let numbers = pooled.numbers.into_iter().map(|m| MeasuredNumbers::new(m.head, m.pairs, m.rows));
    Ok(Found {
        classes: pooled.classes.into_iter().map(again).collect::<Result<_>>()?,
        numbers: numbers.collect::<Result<_>>()?,
    })
}

/// The head's classes. For a sigmoid head: one class for all other labels, then the positive class. For a softmax head: its
/// outputs, then the labels that the model never saw.
fn classes(model: &Model, plan: &HeadPlan, examples: &Examples) -> Vec<String> {
    let Some(head) = model.head(&plan.name).map(|at| &model.heads()[at]) else { return Vec::new() };
    let mut others: Vec<String> = examples.labels[&plan.label].iter().flatten().cloned().collect();
    others.sort_unstable();
    others.dedup();
    others.retain(|label| !head.outputs().contains(label));
    match (head.link(), head.outputs()) {
        (Link::Sigmoid, [positive]) => {
            let other = if others.len() == 1 { others.remove(0) } else { format!("not {positive}") };
            vec![other, positive.clone()]
        }
        (_, outputs) => [outputs, &others].concat(),
    }
}

/// Size of `bytes` as a browser fetches them: compressed with brotli at its highest quality.
///
/// # Errors
///
/// Fails when the compressor cannot write; it writes to memory, so this does not happen in practice.
pub fn brotli_bytes(bytes: &[u8]) -> Result<usize> {
    let mut out = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut out, 1 << 16, BROTLI_QUALITY, BROTLI_WINDOW);
    writer.write_all(bytes)?;
    drop(writer);
    Ok(out.len())
}
