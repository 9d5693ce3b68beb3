//! Scope: what tells messages that are about none of a text head's classes, found without having seen any.
//!
//! In each of [`FOLDS`] rounds a fifth of the classes is left out altogether, and a fifth of the rows of the others. Rows of the
//! classes left out are about none of those learnt. Where a class stands for none of these its rows, a fifth in each round, take the
//! place of classes left out: they are what the shop meets. Against them stand the rows of the other classes that were left out.
//!
//! Rows of one shopper are left out together; where most messages are near copies of others (`wordings`), those of one wording, unless
//! there are messages that people wrote to find the bound by.
//!
//! Of each sign alone (`engine::head::scope`) and of all together, those are taken that order the two best: the area under the ROC
//! curve, each round judged by weights from the others. The threshold lets through the share of messages that the store asks for.
//!
//! Not here: what a page makes of it (`engine`).

use super::job::Job;
use super::wordings;
use crate::kinds::bench::Parts;
use crate::kinds::bench::{Fitted, Tuned};
use crate::kinds::logistic::linear::{self, Rows};
use anyhow::Result;
use floorwalker_data::split::grouped_folds;
use floorwalker_engine::head::scope::{SIGNS, ScopeDef, Signs};
use floorwalker_engine::head::{BodyDef, CalibrationDef, Link};
use floorwalker_engine::text::{TextModel, TextScratch};
use floorwalker_metrics::auc;
use ndarray::Array2;
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeSet;

/// Rounds.
const FOLDS: usize = 5;
/// Classes that stand for something, at least, so that some can be left out.
const LEAST_CLASSES: usize = 4;
/// Rows on either side, at least, for a figure to mean anything.
const LEAST_ROWS: usize = 20;
/// What another sign, or all together, must order better by than one before it.
const CLEARLY_MORE: f64 = 0.005;
/// Penalty of the weights, on signs of unit variance.
const ALPHA: f64 = 1.0;
/// What each sign is called.
const NAMES: [&str; SIGNS] = ["top", "sure", "unknown", "reject"];

/// A scope.
pub(super) struct Found {
    pub(super) scope: ScopeDef,
    pub(super) told: ScopeFound,
}

/// How well a scope tells messages that are about none of the classes, by rows whose like no fit had seen.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScopeFound {
    /// Area under the ROC curve.
    pub auroc: f64,
    /// The signs that it goes by.
    pub signs: String,
    /// How probably each message is out of scope, and whether it is. `[n]`
    pub judged: Vec<(f32, bool)>,
    /// From which probability on a message is called so.
    pub threshold: f32,
    /// Whether whole wordings were held out, since most messages are near copies of others.
    pub by_wording: bool,
}

impl ScopeFound {
    /// Shares of messages in scope that are kept and of others that are caught, if `threshold` were the bound.
    #[must_use]
    pub fn at(&self, threshold: f32) -> (f64, f64) {
        let share = |is_outside: bool, above: bool| {
            let of = self.judged.iter().filter(|one| one.1 == is_outside);
            let n = of.clone().filter(|one| (one.0 >= threshold) == above).count();
            n as f64 / of.count().max(1) as f64
        };
        (share(false, false), share(true, true))
    }
}

/// A message that was judged by a model that did not see its like.
struct Judged {
    signs: [f32; SIGNS],
    is_outside: bool,
    round: usize,
}

/// Finds the scope of a text head over `rows`, which have a label; `None` where there is too little to go by.
pub(super) fn find(
    job: &Job<'_>,
    rows: &[usize],
    calibration: &CalibrationDef,
    tuned: Tuned,
) -> Result<Option<Found>> {
    let classes = &job.target.classes;
    let reject = job
        .plan
        .model
        .text()
        .and_then(|text| text.none.as_ref())
        .and_then(|none| classes.iter().position(|class| class == none));
    let kept: Vec<usize> = (0..classes.len()).filter(|&class| Some(class) != reject).collect();
    if kept.len() < LEAST_CLASSES && reject.is_none() {
        return Ok(None);
    }
    let rows: Vec<usize> =
        rows.iter().copied().filter(|&row| !job.rows.examples.messages[row].is_empty()).collect();
    let ids: Vec<usize> = job.target.ids(&rows).into_iter().map(|id| id as usize).collect();
    let examples = job.rows.examples;
    let messages: Vec<&str> = rows.iter().map(|&row| examples.messages[row].as_str()).collect();
    let of_wordings = if examples.calibration.of(classes).next().is_none()
        && wordings::are_copies(&messages, &ids, classes.len())
    {
        Some(wordings::of(&messages, &ids, classes.len(), FOLDS, job.seed)?)
    } else {
        None
    };
    // Fewer wordings than rounds are too few to hold any out.
    let of_wordings = of_wordings.filter(|groups| groups.iter().collect::<BTreeSet<_>>().len() >= FOLDS);
    let by_wording = of_wordings.is_some();
    let groups: Vec<u32> =
        of_wordings.unwrap_or_else(|| rows.iter().map(|&row| examples.shoppers[row]).collect());
    let strata: Vec<u32> = ids.iter().map(|&id| id as u32).collect();
    let folds = grouped_folds(&groups, &strata, classes, FOLDS, job.seed)?;
    let n_reject = ids.iter().filter(|&&id| Some(id) == reject).count();
    let left_out = |round: usize| -> Vec<usize> {
        // Every fifth class; of classes in the order of their names neighbours are often alike, and stay apart.
        if n_reject >= LEAST_ROWS {
            return Vec::new();
        }
        kept.iter()
            .copied()
            .enumerate()
            .filter(|(at, _)| at % FOLDS == round)
            .map(|(_, class)| class)
            .collect()
    };
    let run = |round: usize| -> Result<Vec<Judged>> {
        let (learnt, held) = folds.parts(round);
        let gone = left_out(round);
        let learnt: Vec<usize> =
            learnt.into_iter().filter(|&at| !gone.contains(&ids[at])).map(|at| rows[at]).collect();
        if learnt.is_empty() {
            return Ok(Vec::new());
        }
        let fitted = job.fit(Parts { train: &learnt, valid: &[] }, tuned)?;
        let seen: BTreeSet<u32> = job.target.ids(&learnt).into_iter().collect();
        // Of the classes left out every row, of the others those held out; of one that was held out whole nothing can be said.
        let of_gone = (0..rows.len()).filter(|&at| gone.contains(&ids[at]));
        let held: Vec<(usize, bool)> = of_gone
            .chain(held.into_iter().filter(|&at| !gone.contains(&ids[at])))
            .filter(|&at| {
                gone.contains(&ids[at]) || Some(ids[at]) == reject || seen.contains(&(ids[at] as u32))
            })
            .map(|at| (rows[at], gone.contains(&ids[at]) || Some(ids[at]) == reject))
            .collect();
        Ok(signs(job, &fitted, calibration, reject, &gone, &held)
            .into_iter()
            .map(|(signs, is_outside)| Judged { signs, is_outside, round })
            .collect())
    };
    let rounds: Vec<Vec<Judged>> = (0..FOLDS).into_par_iter().map(run).collect::<Result<_>>()?;
    let judged: Vec<Judged> = rounds.into_iter().flatten().collect();
    let n_outside = judged.iter().filter(|one| one.is_outside).count();
    if n_outside < LEAST_ROWS || judged.len() - n_outside < LEAST_ROWS {
        return Ok(None);
    }
    let mut best: Option<(f64, String, Vec<usize>)> = None;
    let alone = (0..SIGNS).rev().map(|sign| vec![sign]);
    for picked in alone.chain([(0..SIGNS).collect()]) {
        let outside = crossed(&judged, &picked)?;
        let truth: Vec<bool> = judged.iter().map(|one| one.is_outside).collect();
        let auroc = auc(&truth, &outside).unwrap_or(0.5);
        if best.as_ref().is_none_or(|best| auroc > best.0 + CLEARLY_MORE) {
            let names: Vec<&str> = picked.iter().map(|&sign| NAMES[sign]).collect();
            best = Some((auroc, names.join(", "), picked));
        }
    }
    let Some((auroc, signs, picked)) = best else { return Ok(None) };
    let all: Vec<&Judged> = judged.iter().collect();
    let (weights, bias) = weighed(&all, &picked)?;
    let reject = reject.map(|output| output as u16);
    let mut scope = ScopeDef { weights, bias, threshold: 1.0, reject };
    let inside = |one: &&Judged| !one.is_outside;
    let mut inside: Vec<f32> = judged.iter().filter(inside).map(|one| scope.outside(&one.signs)).collect();
    scope.threshold = threshold(&mut inside, job.plan.model.text().map_or(1.0, |text| text.keep));
    let told = ScopeFound {
        auroc,
        signs,
        judged: judged.iter().map(|one| (scope.outside(&one.signs), one.is_outside)).collect(),
        threshold: scope.threshold,
        by_wording,
    };
    Ok(Some(Found { scope, told }))
}

/// The least threshold that lets `keep` of messages through, given how probably each is outside.
pub(super) fn threshold(inside: &mut [f32], keep: f64) -> f32 {
    inside.sort_unstable_by(f32::total_cmp);
    let rank = (keep * inside.len() as f64).ceil() as usize;
    let last = inside.get(rank.saturating_sub(1)).copied().unwrap_or(1.0);
    last.next_up().max(f32::MIN_POSITIVE)
}

/// Signs of `held` rows by a fit that saw none of them. Classes that it did not see at all are no outputs of it.
fn signs(
    job: &Job<'_>,
    fitted: &Fitted,
    calibration: &CalibrationDef,
    reject: Option<usize>,
    gone: &[usize],
    held: &[(usize, bool)],
) -> Vec<([f32; SIGNS], bool)> {
    let BodyDef::Text(def) = &fitted.body else { return Vec::new() };
    let Ok(model) = TextModel::new(def.clone()) else { return Vec::new() };
    let outputs: Vec<usize> = (0..model.n_outputs()).filter(|output| !gone.contains(output)).collect();
    let pick = |all: &[f32]| -> Vec<f32> {
        outputs.iter().map(|&output| calibration.apply(output, all[output])).collect()
    };
    let reject = reject.and_then(|reject| outputs.binary_search(&reject).ok());
    let (mut scratch, mut logits) = (TextScratch::default(), vec![0.0; model.n_outputs()]);
    let of = |&(row, is_outside): &(usize, bool)| {
        let (known, all) =
            model.logits(&job.rows.examples.messages[row], &mut scratch, &mut logits).unwrap_or_default();
        let picked = pick(&logits);
        let mut p = vec![0.0; picked.len()];
        Link::Softmax.probabilities(&picked, &mut p);
        let signs = Signs { logits: &picked, probabilities: &p, known, all, reject }.read();
        (signs, is_outside)
    };
    held.iter().map(of).collect()
}

/// How probably each is outside, by weights over `picked` signs that its round took no part in.
fn crossed(judged: &[Judged], picked: &[usize]) -> Result<Vec<f32>> {
    let mut outside = vec![0.0; judged.len()];
    for round in 0..FOLDS {
        let others: Vec<&Judged> = judged.iter().filter(|one| one.round != round).collect();
        if !others.iter().any(|one| one.is_outside) || others.iter().all(|one| one.is_outside) {
            continue;
        }
        let (weights, bias) = weighed(&others, picked)?;
        let scope = ScopeDef { weights, bias, threshold: 1.0, reject: None };
        for (out, one) in outside.iter_mut().zip(judged).filter(|(_, one)| one.round == round) {
            *out = scope.outside(&one.signs);
        }
    }
    Ok(outside)
}

/// Weights and bias of a logistic regression over `picked` signs; either side weighs the same.
fn weighed(judged: &[&Judged], picked: &[usize]) -> Result<([f32; SIGNS], f32)> {
    let n = judged.len();
    let x = Array2::from_shape_fn((n, picked.len()), |(row, at)| judged[row].signs[picked[at]]);
    let y: Vec<u32> = judged.iter().map(|one| u32::from(one.is_outside)).collect();
    let n_outside = y.iter().sum::<u32>() as f32;
    let weight = |&y: &u32| 0.5 * n as f32 / if y == 1 { n_outside } else { n as f32 - n_outside };
    let row_weights: Vec<f32> = y.iter().map(weight).collect();
    let none = Array2::zeros((0, picked.len()));
    let fit =
        linear::weighted(Rows { x: &x, y: &y }, Some(&row_weights), Rows { x: &none, y: &[] }, 2, &[ALPHA])?;
    let mut weights = [0.0; SIGNS];
    picked.iter().zip(&fit.def.weights).for_each(|(&sign, &weight)| weights[sign] = weight);
    Ok((weights, fit.def.bias.first().copied().unwrap_or(0.0)))
}
