//! Heads in order: try the kinds that the plan allows, choose on validation rows, calibrate there, refit on both parts.
//!
//! A head that a later head reads is fitted [`FOLDS`] times more, each time without a part of the training rows, so that
//! the later head learns from what the earlier one says of rows it has not seen.
//!
//! Invariants
//! - Test rows are never seen here: they are in none of the parts that are handed in.
//!
//! Not here: splits and reports (`train`).

use super::body::{Job, Parts, Settled, Target};
use super::rows::Rows;
use crate::calibrate;
use crate::config::{HeadPlan, ModelKind, Store};
use crate::examples::Examples;
use crate::metrics::log_loss;
use crate::progress::Progress;
use crate::split::grouped_folds;
use anyhow::{Context, Result, bail, ensure};
use floorwalker_engine::head::{CalibrationDef, Head, HeadDef, InputDef, Scores};

/// Folds of the out-of-fold scores that later heads learn from.
const FOLDS: usize = 5;

/// A kind that was tried.
#[derive(Clone, Debug)]
pub struct Tried {
    /// Which.
    pub kind: ModelKind,
    /// Calibrated log loss on validation rows, in nats a row; `None` where there were none.
    pub log_loss: Option<f64>,
    /// Why it could not be fitted, when it could not.
    pub failure: Option<String>,
}

/// How one head came about.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Kinds, in the order tried.
    pub tried: Vec<Tried>,
    /// The kind that was taken.
    pub chosen: ModelKind,
    /// What its last fit left out or changed: rows not learnt from, rows condensed.
    pub notes: Vec<String>,
}

/// Fits every head of `store` on the training rows, choosing on the validation rows.
pub(super) fn fit(
    store: &Store,
    examples: &Examples,
    parts: Parts<'_>,
    progress: &Progress,
) -> Result<Vec<(HeadDef, Choice)>> {
    let mut rows = Rows::new(examples);
    let mut fitted = Vec::new();
    for (at, plan) in store.heads.iter().enumerate() {
        let stage = progress.stage(&format!("fit {}", plan.name));
        let read_later = store.heads[at + 1..]
            .iter()
            .any(|later| later.inputs.iter().any(|input| input.strip_prefix("head:") == Some(&plan.name)));
        let (def, choice, scores) = fit_one(store, &rows, plan, parts, read_later)
            .with_context(|| format!("head `{}`", plan.name))?;
        let head = Head::new(def.clone(), examples.features.len(), &rows.heads)?;
        rows.heads.push(head);
        rows.scores.iter_mut().zip(scores).for_each(|(row, scores)| row.push(scores));
        stage.done();
        fitted.push((def, choice));
    }
    Ok(fitted)
}

fn fit_one(
    store: &Store,
    rows: &Rows<'_>,
    plan: &HeadPlan,
    parts: Parts<'_>,
    read_later: bool,
) -> Result<(HeadDef, Choice, Vec<Scores>)> {
    let target = target(plan, rows.examples, parts)?;
    let labelled = |part: &[usize]| -> Vec<usize> {
        part.iter().copied().filter(|&row| target.ids[row].is_some()).collect()
    };
    let (train, valid) = (labelled(parts.train), labelled(parts.valid));
    ensure!(!train.is_empty(), "no training row has a value for label `{}`", plan.label);
    let parts = Parts { train: &train, valid: &valid };
    let job = Job { rows, plan, inputs: inputs(plan, rows)?, target, seed: store.seed };

    let kinds: &[ModelKind] = match &plan.model {
        ModelKind::Auto => &[ModelKind::Logistic, ModelKind::Trees],
        named => std::slice::from_ref(named),
    };
    if kinds != [ModelKind::Text] {
        ensure!(!job.inputs.is_empty(), "it reads no feature; name `inputs`, or declare [[features]]");
    }
    let mut tried = Vec::new();
    let mut best: Option<(ModelKind, Attempt)> = None;
    ensure!(
        kinds.len() == 1 || !valid.is_empty(),
        "model = \"auto\" chooses on validation rows, and there are none; give [data] split a validation share, or name a model"
    );
    for &kind in kinds {
        match attempt(&job, kind, parts) {
            Ok(tried_one) => {
                let loss = tried_one.loss;
                tried.push(Tried { kind, log_loss: (!valid.is_empty()).then_some(loss), failure: None });
                if best.as_ref().is_none_or(|(_, best)| loss < best.loss) {
                    best = Some((kind, tried_one));
                }
            }
            Err(error) if kinds.len() > 1 => {
                tried.push(Tried { kind, log_loss: None, failure: Some(format!("{error:#}")) });
            }
            Err(error) => return Err(error),
        }
    }
    let Some((chosen, Attempt { head: on_train, calibration, settled, .. })) = best else {
        let failures: Vec<_> = tried.iter().filter_map(|tried| tried.failure.as_deref()).collect();
        bail!("no kind of model could be fitted: {}", failures.join("; "))
    };

    let scores = if read_later {
        out_of_fold(&job, chosen, &calibration, settled, parts, &on_train)?
    } else {
        silent(rows)
    };
    let mut all: Vec<usize> = train.iter().chain(&valid).copied().collect();
    all.sort_unstable();
    let mut fitted = job.fit(chosen, Parts { train: &all, valid: &[] }, settled)?;
    let notes = std::mem::take(&mut fitted.notes);
    Ok((job.head_def(chosen, fitted, calibration), Choice { tried, chosen, notes }, scores))
}

/// One kind, fitted on the training rows and calibrated on the validation rows.
struct Attempt {
    head: Head,
    calibration: CalibrationDef,
    settled: Settled,
    /// Log loss on the validation rows; 0 without any.
    loss: f64,
}

fn attempt(job: &Job<'_>, kind: ModelKind, parts: Parts<'_>) -> Result<Attempt> {
    let fitted = job.fit(kind, parts, Settled::default())?;
    let settled = fitted.settled;
    let n_outputs = if job.target.is_binary(kind) { 1 } else { job.target.classes.len() };
    let (def, head) = job.head(kind, fitted, CalibrationDef::identity(n_outputs))?;
    let (calibration, loss) = calibrated(job, &head, parts.valid)?;
    let def = HeadDef { calibration: calibration.clone(), ..def };
    let head = Head::new(def, job.rows.examples.features.len(), &job.rows.heads)?;
    Ok(Attempt { head, calibration, settled, loss })
}

/// Calibration on the validation rows, and the log loss there with it.
pub(super) fn calibrated(job: &Job<'_>, head: &Head, valid: &[usize]) -> Result<(CalibrationDef, f64)> {
    let n_outputs = head.outputs().len();
    if valid.is_empty() {
        return Ok((CalibrationDef::identity(n_outputs), 0.0));
    }
    let logits: Vec<f32> = job.rows.score(head, valid).into_iter().flat_map(|scores| scores.logits).collect();
    let y: Vec<u32> = job.target.of(valid).into_iter().map(u32::from).collect();
    let calibration = if n_outputs == 1 {
        calibrate::platt(&logits, &y.iter().map(|&class| class == 1).collect::<Vec<_>>())
    } else {
        calibrate::temperature(&logits, n_outputs, &y)
    };
    // What cannot be calibrated (one class among the validation rows, no better than chance) keeps its own logits.
    let calibration = calibration.unwrap_or_else(|_| CalibrationDef::identity(n_outputs));
    let p = probabilities(head, &calibration, &logits);
    let loss = log_loss(&y, &p, job.target.classes.len());
    Ok((calibration, loss))
}

/// Class probabilities, two for a sigmoid head.
fn probabilities(head: &Head, calibration: &CalibrationDef, logits: &[f32]) -> Vec<f32> {
    let n_outputs = head.outputs().len();
    let mut out = vec![0.0; n_outputs];
    let mut p = Vec::with_capacity(logits.len() * 2);
    for row in logits.chunks_exact(n_outputs) {
        let row: Vec<f32> =
            row.iter().zip(&calibration.intercept).map(|(z, b)| calibration.slope * z + b).collect();
        head.link().probabilities(&row, &mut out);
        if n_outputs == 1 {
            p.push(1.0 - out[0]);
        }
        p.extend(&out);
    }
    p
}

/// What the head says of training rows by fits that did not see them, and of the others by the fit on training rows.
fn out_of_fold(
    job: &Job<'_>,
    kind: ModelKind,
    calibration: &CalibrationDef,
    settled: Settled,
    parts: Parts<'_>,
    on_train: &Head,
) -> Result<Vec<Scores>> {
    let mut scores = silent(job.rows);
    let mut put = |rows: &[usize], head: &Head| {
        for (&row, said) in rows.iter().zip(job.rows.score(head, rows)) {
            scores[row] = said;
        }
    };
    let others: Vec<usize> =
        (0..job.rows.examples.n_rows()).filter(|row| parts.train.binary_search(row).is_err()).collect();
    put(&others, on_train);
    let ids: Vec<u32> = job.target.of(parts.train).into_iter().map(u32::from).collect();
    // A shopper whole: what one said in two rows must not be learnt from in one and told in the other.
    let shoppers: Vec<u32> = parts.train.iter().map(|&row| job.rows.examples.shoppers[row]).collect();
    let folds = grouped_folds(&shoppers, &ids, &job.target.classes, FOLDS, job.seed)?;
    for fold in 0..FOLDS {
        let (kept, held) = folds.parts(fold);
        let of = |rows: Vec<usize>| -> Vec<usize> { rows.into_iter().map(|at| parts.train[at]).collect() };
        let (kept, held) = (of(kept), of(held));
        let fitted = job.fit(kind, Parts { train: &kept, valid: &[] }, settled)?;
        let (_, head) = job.head(kind, fitted, calibration.clone())?;
        put(&held, &head);
    }
    Ok(scores)
}

fn silent(rows: &Rows<'_>) -> Vec<Scores> {
    vec![Scores { silent: true, ..Scores::default() }; rows.examples.n_rows()]
}

/// Classes by name; of two, the positive one last.
fn target(plan: &HeadPlan, examples: &Examples, parts: Parts<'_>) -> Result<Target> {
    let labels = &examples.labels[&plan.label];
    let used = parts.train.iter().chain(parts.valid);
    let mut classes: Vec<String> = used.filter_map(|&row| labels[row].clone()).collect();
    classes.sort_unstable();
    classes.dedup();
    ensure!(
        classes.len() >= 2,
        "label `{}` has only the value {}; there is nothing to tell apart",
        plan.label,
        classes.first().map_or("(none)", String::as_str)
    );
    ensure!(classes.len() <= usize::from(u16::MAX), "label `{}` has more than 65535 classes", plan.label);
    if let Some(positive) = &plan.positive {
        ensure!(
            classes.len() == 2,
            "`positive` is for labels of two classes; `{}` has {}",
            plan.label,
            classes.len()
        );
        let at = classes.iter().position(|class| class == positive);
        let at =
            at.with_context(|| format!("positive = \"{positive}\" is not among {}", classes.join(", ")))?;
        classes.swap(at, 1);
    }
    let id = |label: &Option<String>| {
        label.as_ref().and_then(|label| classes.iter().position(|class| class == label)).map(|id| id as u16)
    };
    let ids = labels.iter().map(id).collect();
    Ok(Target { classes, ids })
}

/// The inputs that a plan names, or every feature.
fn inputs(plan: &HeadPlan, rows: &Rows<'_>) -> Result<Vec<InputDef>> {
    let features = &rows.examples.features;
    let index = |name: &str| (0_u16..).zip(features).find(|(_, def)| def.name == name).map(|(at, _)| at);
    for name in &plan.exclude {
        ensure!(index(name).is_some(), "exclude names `{name}`, which is not a feature");
    }
    let mut inputs = Vec::new();
    for name in &plan.inputs {
        if let Some(head) = name.strip_prefix("head:") {
            let at = rows.heads.iter().position(|known| known.name() == head);
            let at = at.with_context(|| format!("inputs name `{name}`, which is not an earlier head"))?;
            let outputs = 0..rows.heads[at].outputs().len() as u16;
            inputs.extend(outputs.map(|output| InputDef::Output { head: at as u16, output }));
        } else if name == "features" {
            inputs.extend((0..features.len() as u16).map(InputDef::Feature));
        } else {
            let at = index(name).with_context(|| format!("inputs name `{name}`, which is not a feature"))?;
            inputs.push(InputDef::Feature(at));
        }
    }
    if plan.inputs.is_empty() && plan.model != ModelKind::Text {
        inputs.extend((0..features.len() as u16).map(InputDef::Feature));
    }
    inputs.retain(|input| match *input {
        InputDef::Feature(at) => !plan.exclude.contains(&features[usize::from(at)].name),
        InputDef::Output { .. } => true,
    });
    Ok(inputs)
}
