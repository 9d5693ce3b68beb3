//! Feature selection: which features a head keeps, by their relevance to its label in the training rows.
//!
//! Not here: the measures (`prepare`).

use super::job::Job;
use super::judge::row_losses;
use crate::calibrate::probabilities;
use crate::kinds::Model;
use crate::kinds::bench::Parts;
use crate::kinds::trees::TreesSettings;
use crate::prepare::{permutation, relevance, select, select_by};
use crate::store::HeadPlan;
use crate::store::{Measure, PermutationPlan, SelectPlan};
use anyhow::{Context, Result, ensure};
use floorwalker_engine::event::Value;
use floorwalker_engine::head::{Buffers, CalibrationDef, InputDef, Scores, Seen};

/// Permutation importance: most validation rows used, and number of shuffles of each feature.
const MAX_ROWS: usize = 2_000;
const REPEATS: usize = 5;

/// The inputs of `job` that its plan's selection keeps; outputs of earlier heads are always kept. All inputs without a selection.
///
/// # Errors
///
/// Fails for a selection that keeps nothing or contradicts itself, and for permutation importance without validation rows or with
/// a number as label.
pub(super) fn selected(job: &Job<'_>, parts: Parts<'_>) -> Result<Vec<InputDef>> {
    let mut inputs = job.inputs.to_vec();
    let Some(plan) = job.plan.select else { return Ok(inputs) };
    let kept = match plan.by {
        Measure::Permutation => by_permutation(job, parts, plan),
        _ => select(&relevance(job.rows.examples, &job.plan.label, parts.train)?, plan),
    };
    let kept = kept.context("select")?;
    inputs.retain(|input| match *input {
        InputDef::Feature(at) => kept.contains(&usize::from(at)),
        InputDef::Output { .. } => true,
    });
    ensure!(!inputs.is_empty(), "`select` keeps no feature; lower `above`, or raise `top`");
    Ok(inputs)
}

/// Selects features by permutation importance: the increase in log loss of boosted trees on validation rows when a feature is shuffled.
fn by_permutation(job: &Job<'_>, parts: Parts<'_>, plan: SelectPlan) -> Result<Vec<usize>> {
    ensure!(!job.target.is_number(), "permutation importance is for labels of classes");
    ensure!(
        parts.valid.len() >= 2,
        "permutation importance is measured on validation rows; give [data] split a validation share"
    );
    let trees = match job.plan.model {
        Model::Trees(settings) => settings,
        _ => TreesSettings::default(),
    };
    let trees = HeadPlan { model: Model::Trees(trees), ..job.plan.clone() };
    let job = job.with(&trees);
    let identity = CalibrationDef::identity(job.n_outputs());
    let (_, head) = job.head(job.fit(parts, Default::default())?, identity.clone())?;
    let n = parts.valid.len().min(MAX_ROWS);
    let rows: Vec<usize> = (0..n).map(|at| parts.valid[at * parts.valid.len() / n]).collect();
    let examples = job.rows.examples;
    let (n_features, n_classes) = (examples.features.len(), job.target.classes.len());
    let values: Vec<Value> = rows.iter().flat_map(|&row| examples.row(row).iter().copied()).collect();
    let y = job.target.ids(&rows);
    let score = |values: &[Value]| {
        let (mut buffers, mut said) = (Buffers::default(), Scores::default());
        let mut p = vec![0.0; rows.len() * n_classes];
        for ((features, &row), p) in
            values.chunks_exact(n_features).zip(&rows).zip(p.chunks_exact_mut(n_classes))
        {
            let seen = Seen { features, events: examples.events[row], message: "" };
            head.score(&seen, &job.rows.scores[row], &job.rows.heads, &mut buffers, &mut said);
            probabilities(&identity, &said.logits, p);
        }
        -row_losses(&y, &p, n_classes).iter().sum::<f64>() / rows.len() as f64
    };
    let how = PermutationPlan { repeats: REPEATS, seed: job.seed };
    let found = permutation(&values, n_features, how, score)?;
    select_by(&found.iter().map(|importance| importance.mean).collect::<Vec<_>>(), plan)
}
