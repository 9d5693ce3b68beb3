//! Fits heads in order: chooses a plan, calibrates, and refits on training and validation rows together.
//!
//! A head that a later head reads is fitted [`FOLDS`] more times, each time without one fold of the training rows, so that the
//! later head is trained on out-of-fold scores.
//!
//! Invariants
//! - Test rows are never used here: they are in none of the parts passed in.
//!
//! Not here: splits (`parts`), the model that the heads make (`learnt`), the race of `auto` (`race`).

use super::baseline::baselines;
use super::entrant::{Entrant, Verdict};
use super::job::Job;
use super::judge::{Judged, Trial, judge};
use super::made::{Choice, Made};
use super::race::{self};
use super::rows::Rows;
use super::scope::{self};
use super::target::Target;
use super::{by_messages, fusion, groups, hidden, selection, taught};
use crate::calibrate::Method;
use crate::conformal;
use crate::examples::Examples;
use crate::kinds::Model;
use crate::kinds::bench::Parts;
use crate::kinds::bench::Tuned;
use crate::prepare::{self, Classes};
use crate::store::{HeadPlan, SplitBy, is_read};
use anyhow::{Context, Result, ensure};
use floorwalker_data::progress::Progress;
use floorwalker_data::split::grouped_folds;
use floorwalker_engine::feature::FeatureDef;
use floorwalker_engine::head::{BodyDef, CalibrationDef, Head, HeadDef, InputDef, Scores};
use floorwalker_metrics::cost_curve;
use floorwalker_policy::PolicyDef;
use std::borrow::Cow;

/// Number of folds for the out-of-fold scores that later heads are trained on.
const FOLDS: usize = 5;

/// The heads of a model, and what their fits have in common.
#[derive(Clone, Copy)]
pub(super) struct Heads<'a> {
    /// The heads, in scoring order.
    pub(super) plans: &'a [HeadPlan],
    /// The policy, which reads the outputs of some heads by name.
    pub(super) policy: Option<&'a PolicyDef>,
    /// How rows are held out to judge plans.
    pub(super) by: SplitBy,
    pub(super) seed: u64,
}

impl Heads<'_> {
    /// Fits every head on the training rows, choosing on the validation rows.
    pub(super) fn fit(self, examples: &Examples, parts: Parts<'_>, progress: Progress) -> Result<Vec<Made>> {
        let (examples, origin) = if self.plans.iter().any(|plan| plan.model.weighs_experts()) {
            let (all, origin) = examples.with_prefixes();
            (Cow::Owned(all), origin)
        } else {
            (Cow::Borrowed(examples), (0..examples.n_rows()).collect())
        };
        let examples = examples.as_ref();
        let mut rows = Rows::new(examples, origin);
        let (train, valid) = (rows.with_prefixes(parts.train), rows.with_prefixes(parts.valid));
        let with_prefixes = Parts { train: &train, valid: &valid };
        let mut fitted = Vec::new();
        for (at, plan) in self.plans.iter().enumerate() {
            let stage = progress.stage(&format!("fit {}", plan.name));
            let role = self.role(at);
            let parts = if role.is_expert && !plan.model.reads_message() { with_prefixes } else { parts };
            let made = if plan.has_label() {
                fit_one(&rows, plan, parts, role, self.by, self.seed)
            } else {
                without_label(&rows, plan, parts, self.seed)
            };
            let (made, scores) = made.with_context(|| format!("head `{}`", plan.name))?;
            let head = Head::new(made.def.clone(), examples.features.len(), &rows.heads)?;
            rows.heads.push(head);
            rows.defs.push(made.def.clone());
            rows.scores.iter_mut().zip(scores).for_each(|(row, scores)| row.push(scores));
            stage.done();
            fitted.push(made);
        }
        Ok(fitted)
    }

    /// How later heads and the policy use the head at `at`.
    fn role(&self, at: usize) -> Role {
        let name = self.plans[at].name.as_str();
        let reads =
            |later: &&HeadPlan| later.inputs.iter().any(|input| input.strip_prefix("head:") == Some(name));
        let is_named = |policy: &PolicyDef| {
            policy.intents == *name || policy.language.as_ref().is_some_and(|language| language.from == *name)
        };
        let readers: Vec<&HeadPlan> = self.plans[at + 1..].iter().filter(reads).collect();
        let is_expert = readers.iter().any(|later| later.model.weighs_experts());
        Role {
            is_read: !readers.is_empty(),
            is_expert,
            is_named: is_expert || self.policy.is_some_and(is_named),
        }
    }
}

/// How later heads and the policy use a head.
#[derive(Clone, Copy)]
struct Role {
    /// Whether a later head reads it.
    is_read: bool,
    /// Whether a fusion reads it.
    is_expert: bool,
    /// Whether a fusion or the policy reads its classes by name: then a head of two classes has an output for each, like a text
    /// head.
    is_named: bool,
}

/// Fits a head that has no label: clusters, or a copy of a hidden layer.
fn without_label(
    rows: &Rows<'_>,
    plan: &HeadPlan,
    parts: Parts<'_>,
    seed: u64,
) -> Result<(Made, Vec<Scores>)> {
    if let Model::Hidden(_) = plan.model {
        return hidden::copy(rows, plan);
    }
    let mut all: Vec<usize> = parts.train.iter().chain(parts.valid).copied().collect();
    all.sort_unstable();
    groups::fit(rows, plan, &inputs(plan, rows)?, &all, seed)
}

/// Fits a head that has a label.
fn fit_one(
    rows: &Rows<'_>,
    plan: &HeadPlan,
    parts: Parts<'_>,
    role: Role,
    by: SplitBy,
    seed: u64,
) -> Result<(Made, Vec<Scores>)> {
    let examples = rows.examples;
    let target = Target::new(plan, role.is_named, examples, parts)?;
    let labelled =
        |part: &[usize]| -> Vec<usize> { part.iter().copied().filter(|&row| target.knows(row)).collect() };
    let (train, valid) = (labelled(parts.train), labelled(parts.valid));
    ensure!(!train.is_empty(), "no training row has a value for label `{}`", plan.label);
    let mut all: Vec<usize> = train.iter().chain(&valid).copied().collect();
    all.sort_unstable();
    let weights = weights(plan, examples, &all)?;
    let inputs = inputs(plan, rows)?;
    let everything = Job {
        rows,
        plan,
        inputs: &inputs,
        target: &target,
        weights: weights.as_deref(),
        seed,
        is_taught: false,
        has_two_outputs: false,
    };
    let inputs = if plan.model.weighs_experts() {
        inputs.clone()
    } else {
        selection::selected(&everything, Parts { train: &train, valid: &valid })?
    };
    let job = Job { inputs: &inputs, ..everything };
    if plan.model.text().is_none() {
        ensure!(!inputs.is_empty(), "it reads no feature; name `inputs`, or declare [[features]]");
    }

    let (job, told) = taught::decide(job, &all)?;
    let Chosen { plan: chosen, judged, mut entrants, trials } = choose(&job, by, &train, &valid)?;
    entrants.extend(baselines(&target, examples, &trials));
    let job = job.with(&chosen);
    let identity = || CalibrationDef::identity(job.n_outputs());
    let (mut calibration, mut method, mut set_mass, mut threshold) =
        (identity(), (Method::None, Vec::new()), None, None);
    if let Some((judged, found)) =
        judged.as_ref().and_then(|judged| Some((judged, judged.calibration.as_ref()?)))
    {
        let y = target.ids(&judged.rows);
        set_mass = conformal::mass(&y, &found.p, target.classes.len(), plan.choice.coverage);
        if target.classes.len() == 2 {
            let positive: Vec<bool> = y.iter().map(|&class| class == 1).collect();
            let p: Vec<f32> = found.p.iter().skip(1).step_by(2).copied().collect();
            let curve = cost_curve(&positive, &p, plan.costs.unwrap_or_default())?;
            threshold = Some(curve.best.map_or(f64::INFINITY, |best| best.threshold));
        }
        calibration = found.calibration.clone();
        method = (found.method, found.tried.clone());
    }
    if plan.model.reads_message() && plan.is_class() {
        let first = judged.as_ref().map(|judged| &judged.first);
        calibration = by_messages::temperature(&job, first)?.unwrap_or(calibration);
    }

    let job = Job { has_two_outputs: target.has_two_outputs, ..job };
    // With a single trial on the training rows, its model is already the fit on the training rows.
    let mut on_train = match judged {
        Some(judged) if trials.len() == 1 && trials[0].train == train => judged.first,
        _ => job.fit(Parts { train: &train, valid: &valid }, Tuned::default())?,
    };
    let (tuned, losses) = (on_train.tuned, std::mem::take(&mut on_train.losses));
    let (on_train, head_on_train) = job.head(on_train, calibration.clone())?;
    let scores = if role.is_read {
        out_of_fold(&job, &calibration, tuned, &train, &head_on_train)?
    } else {
        silent(rows)
    };
    let mut fitted = job.fit(Parts { train: &all, valid: &[] }, tuned)?;
    let mut notes = std::mem::take(&mut fitted.notes);
    notes.extend(told);
    let mut def = job.head_def(fitted, calibration.clone());
    let mut on_train = on_train;
    if let BodyDef::Experts(experts) = &mut def.body {
        let coverage = plan.choice.coverage;
        experts.masses = fusion::masses_of(&job, &head_on_train, &valid, coverage);
        by_messages::masses(&job, &head_on_train, coverage, &mut experts.masses);
        if let BodyDef::Experts(on_train) = &mut on_train.body {
            on_train.masses.clone_from(&experts.masses);
        }
    }
    let mut scope = if plan.model.reads_message() && plan.is_class() {
        scope::find(&job, &all, &calibration, tuned)?
    } else {
        None
    };
    if let Some(found) = &mut scope {
        let with_scope = HeadDef { scope: Some(found.scope.clone()), ..def.clone() };
        if let Some(threshold) = by_messages::threshold(&job, with_scope)? {
            found.scope.threshold = threshold;
            found.told.threshold = threshold;
        }
    }
    for def in [&mut def, &mut on_train] {
        def.scope = scope.as_ref().map(|found| found.scope.clone());
    }
    let n_trials = trials.len();
    let choice = Choice {
        plan: chosen.clone(),
        entrants,
        n_trials,
        calibration: method,
        set_mass,
        threshold,
        scope: scope.map(|found| found.told),
        notes,
        losses,
    };
    Ok((Made { def, on_train, choice }, scores))
}

/// The chosen plan, and the results of the choice.
struct Chosen {
    plan: HeadPlan,
    judged: Option<Judged>,
    entrants: Vec<Entrant>,
    trials: Vec<Trial>,
}

fn choose(job: &Job<'_>, by: SplitBy, train: &[usize], valid: &[usize]) -> Result<Chosen> {
    if let Model::Auto(auto) = &job.plan.model {
        if let Some(plan) = race::without_choice(job, auto, by, train, valid) {
            let entrants = vec![Entrant::of(job, &plan, None, Verdict::Asked)];
            return Ok(Chosen { plan, judged: None, entrants, trials: Vec::new() });
        }
        let raced = race::race(job, auto, by, train, valid)?;
        let race::Raced { plan, judged, entrants, trials } = raced;
        return Ok(Chosen { plan, judged: Some(judged), entrants, trials });
    }
    let mut trials = Vec::new();
    if !valid.is_empty() {
        trials.push(Trial { train: train.to_vec(), stop: valid.to_vec(), held: valid.to_vec() });
    }
    let judged = if valid.is_empty() { None } else { Some(judge(job, &trials)?) };
    let entrants = vec![Entrant::of(job, job.plan, judged.as_ref(), Verdict::Asked)];
    Ok(Chosen { plan: job.plan.clone(), judged, entrants, trials })
}

/// Weight of each row by its class, `[n_rows]`; `None` when all are equal.
fn weights(plan: &HeadPlan, examples: &Examples, rows: &[usize]) -> Result<Option<Vec<f32>>> {
    if plan.weights == crate::store::WeightPlan::Equal {
        return Ok(None);
    }
    ensure!(
        plan.model.text().is_none(),
        "`weights` apply to models that read features; choose such a model, or leave them out"
    );
    let classes = Classes::new(examples, &plan.label, rows)?;
    let mut weights = vec![1.0; examples.n_rows()];
    let given = prepare::weights(&classes, rows, &plan.weights).context("weights")?;
    rows.iter().zip(given).for_each(|(&row, weight)| weights[row] = weight);
    Ok(Some(weights))
}

/// Scores of all rows: out-of-fold scores for the training rows, and for the other rows the scores of the fit on the training rows.
fn out_of_fold(
    job: &Job<'_>,
    calibration: &CalibrationDef,
    tuned: Tuned,
    train: &[usize],
    on_train: &Head,
) -> Result<Vec<Scores>> {
    let mut scores = silent(job.rows);
    let mut put = |rows: &[usize], head: &Head| {
        for (&row, said) in rows.iter().zip(job.rows.score(head, rows)) {
            scores[row] = said;
        }
    };
    let others: Vec<usize> =
        (0..job.rows.examples.n_rows()).filter(|row| train.binary_search(row).is_err()).collect();
    put(&others, on_train);
    // Folds are grouped by shopper: rows of one shopper must not be in both the training part and the held-out part.
    let shoppers: Vec<u32> = train.iter().map(|&row| job.rows.examples.shoppers[row]).collect();
    let (ids, names) = if job.target.is_number() {
        (vec![0; train.len()], vec![job.plan.label.clone()])
    } else {
        (job.target.ids(train), job.target.classes.clone())
    };
    let folds = grouped_folds(&shoppers, &ids, &names, FOLDS, job.seed)?;
    for fold in 0..FOLDS {
        let (kept, held) = folds.parts(fold);
        let of = |rows: Vec<usize>| -> Vec<usize> { rows.into_iter().map(|at| train[at]).collect() };
        let (kept, held) = (of(kept), of(held));
        let fitted = job.fit(Parts { train: &kept, valid: &[] }, tuned)?;
        let (_, head) = job.head(fitted, calibration.clone())?;
        put(&held, &head);
    }
    Ok(scores)
}

fn silent(rows: &Rows<'_>) -> Vec<Scores> {
    vec![Scores { silent: true, ..Scores::default() }; rows.examples.n_rows()]
}

/// The inputs that a plan names; without any, every feature but those that only others are computed from, or none for a text head.
fn inputs(plan: &HeadPlan, rows: &Rows<'_>) -> Result<Vec<InputDef>> {
    let features = &rows.examples.features;
    let index = |name: &str| (0_u16..).zip(features).find(|(_, def)| def.name == name).map(|(at, _)| at);
    for name in &plan.exclude {
        ensure!(index(name).is_some(), "`exclude` names `{name}`, which is not a feature; correct the name");
    }
    let mut inputs = Vec::new();
    for name in &plan.inputs {
        if let Some(head) = name.strip_prefix("head:") {
            let at = rows.heads.iter().position(|known| known.name() == head);
            let at = at.with_context(|| {
                format!(
                    "`inputs` names `{name}`, which is not an earlier head; correct the name, or \
            declare that head first"
                )
            })?;
            let outputs = 0..rows.heads[at].outputs().len() as u16;
            inputs.extend(outputs.map(|output| InputDef::Output { head: at as u16, output }));
        } else if name == "features" {
            inputs.extend(every_feature(features));
        } else {
            let at = index(name).with_context(|| {
                format!("`inputs` names `{name}`, which is not a feature; correct the name")
            })?;
            inputs.push(InputDef::Feature(at));
        }
    }
    if plan.inputs.is_empty() && !plan.model.reads_message() {
        inputs.extend(every_feature(features));
    }
    inputs.retain(|input| match *input {
        InputDef::Feature(at) => !plan.exclude.contains(&features[usize::from(at)].name),
        InputDef::Output { .. } => true,
    });
    Ok(inputs)
}

/// Every feature that heads read without naming it.
fn every_feature(features: &[FeatureDef]) -> impl Iterator<Item = InputDef> + '_ {
    let read = (0_u16..).zip(features).filter(|(_, def)| is_read(def));
    read.map(|(at, _)| InputDef::Feature(at))
}
