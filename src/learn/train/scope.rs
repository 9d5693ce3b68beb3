//! Out-of-scope detection: recognises messages that are about none of a text head's classes, fitted without any such messages.
//!
//! In each of [`FOLDS`] rounds a fifth of the classes is held out completely, and a fifth of the rows of the other classes. Rows
//! of held-out classes serve as out-of-scope examples, and the held-out rows of the other classes as in-scope examples. If the
//! store names a class for "none of these", its held-out rows are the out-of-scope examples instead, because they are what the
//! shop really receives.
//!
//! Rows of one shopper are held out together. When most messages are near duplicates of others (`wordings`), all rows of one
//! wording are held out together, unless there are calibration messages from which the threshold is taken.
//!
//! The detector is a logistic regression on one sign (`engine::head::scope`) or on all of them, whichever separates the two
//! groups best by cross-validated AUC (each round judged by weights from the other rounds). The threshold keeps the share of
//! in-scope messages that the store asks for.
//!
//! Not here: applying it in the page (`engine`).

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

/// Number of rounds.
const FOLDS: usize = 5;
/// Fewest in-scope classes, so that some can be held out.
const LEAST_CLASSES: usize = 4;
/// Fewest in-scope rows and fewest out-of-scope rows for a meaningful AUC.
const LEAST_ROWS: usize = 20;
/// By how much the AUC of another sign, or of all together, must exceed the best so far.
const CLEARLY_MORE: f64 = 0.005;
/// Regularisation penalty of the weights, on signs of unit variance.
const ALPHA: f64 = 1.0;
/// Name of each sign.
const NAMES: [&str; SIGNS] = ["top", "sure", "unknown", "reject"];

/// A fitted out-of-scope detector, and its metrics.
pub(super) struct Found {
    pub(super) scope: ScopeDef,
    pub(super) told: ScopeFound,
}

/// How well out-of-scope messages are recognised, on held-out rows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScopeFound {
    /// Area under the ROC curve.
    pub auroc: f64,
    /// Names of the signs that are used.
    pub signs: String,
    /// For each held-out message, the predicted probability that it is out of scope, and whether it is. `[n]`.
    pub judged: Vec<(f32, bool)>,
    /// The probability from which on a message counts as out of scope.
    pub threshold: f32,
    /// Whether whole wordings were held out, because most messages are near duplicates of others.
    pub by_wording: bool,
}

impl ScopeFound {
    /// At a given `threshold`: the share of in-scope messages that are kept, and the share of out-of-scope messages that are caught.
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

/// A held-out message and its signs.
struct Judged {
    signs: [f32; SIGNS],
    is_outside: bool,
    round: usize,
}

/// Fits the out-of-scope detector of a text head on `rows`, which have a label; `None` when there are too few classes or rows.
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
    // With fewer wordings than rounds, wordings cannot be held out.
    let of_wordings = of_wordings.filter(|groups| groups.iter().collect::<BTreeSet<_>>().len() >= FOLDS);
    let by_wording = of_wordings.is_some();
    let groups: Vec<u32> =
        of_wordings.unwrap_or_else(|| rows.iter().map(|&row| examples.shoppers[row]).collect());
    let strata: Vec<u32> = ids.iter().map(|&id| id as u32).collect();
    let folds = grouped_folds(&groups, &strata, classes, FOLDS, job.seed)?;
    let n_reject = ids.iter().filter(|&&id| Some(id) == reject).count();
    let left_out = |round: usize| -> Vec<usize> {
        // Every fifth class in the order of names: classes with similar names are often alike, so they are held out in different rounds.
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
        // All rows of held-out classes, and the held-out rows of the other classes, except of classes that have no training row
        // in this round.
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

/// The least threshold that keeps a share `keep` of in-scope messages, given their out-of-scope probabilities, which are sorted in place.
pub(super) fn threshold(inside: &mut [f32], keep: f64) -> f32 {
    inside.sort_unstable_by(f32::total_cmp);
    let rank = (keep * inside.len() as f64).ceil() as usize;
    let last = inside.get(rank.saturating_sub(1)).copied().unwrap_or(1.0);
    last.next_up().max(f32::MIN_POSITIVE)
}

/// Signs of the `held` rows by a fit that saw none of them. Outputs of held-out classes are ignored.
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

/// Cross-validated out-of-scope probability of each message: by weights over the `picked` signs fitted on the other rounds.
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

/// Weights and bias of a logistic regression over the `picked` signs; both groups have the same total weight.
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
