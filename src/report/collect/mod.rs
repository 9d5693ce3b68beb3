//! Collects the results of a training as the report's plain data, with one module for each section.
//!
//! | module     | what it collects                                                          | from which rows               |
//! |------------|---------------------------------------------------------------------------|-------------------------------|
//! | `summary`  | the five lines                                                            | held out                      |
//! | `profile`  | columns and classes                                                       | learnt from                   |
//! | `losses`   | loss curves of the fits                                                   | training, validation          |
//! | `measured` | figures, curves, costs                                                    | held out                      |
//! | `race`     | the candidate models of each head, and what its prediction sets contain   | no test row; sets held out    |
//! | `numbers`  | figures of heads that predict numbers                                     | held out                      |
//! | `groups`   | the same figures for each group of shoppers                               | held out                      |
//! | `asked`    | rows on which the finished bundle is evaluated, for the next two          | held out; with folds validation |
//! | `features` | permutation importance, partial dependence                                | those of `asked`              |
//! | `cases`    | single cases with their explanation                                       | those of `asked`              |
//! | `clusters` | groups of similar rows; `components` computes their two axes              | learnt from, at most 2,000    |
//! | `warnings` | what an analyst should look at                                            |                               |
//! | `card`     | how the bundle was made                                                   |                               |
//!
//! Invariants
//! - A section that cannot be computed is left out with a warning; it never makes a training fail.
//! - The same training gives the same data, whatever the number of threads.
//! - Features, scores and explanations come from the bundle, through the engine.
//!
//! Not here: how it looks (`report`), the formulas (`metrics`, `learn`).

mod asked;
mod card;
mod cases;
mod clusters;
mod components;
mod features;
mod groups;
mod losses;
mod measured;
mod numbers;
mod profile;
mod race;
mod recommend;
mod summary;
#[cfg(test)]
mod tests;
mod warnings;

use crate::data::ReportData;
use anyhow::{Context, Result};
use asked::Asked;
use floorwalker_bundle as bundle;
use floorwalker_learn::store::{Checked, Store};
use floorwalker_learn::train::Trained;
use floorwalker_metrics::Resampling;
pub use recommend::recommendation;
use warnings::Missed;

/// Number of resamples of a bootstrap interval.
const RESAMPLES: u32 = 400;

/// The report's data for `trained`, the result of training `store`; [`recommendation`] gives that of its recommender. `bytes` is the compressed size that the page fetches.
///
/// # Errors
///
/// The bundle of the training cannot be read. [`floorwalker_learn::train::train`] never returns such a training.
pub fn collect(store: &Checked<Store>, trained: &Trained, bytes: u64) -> Result<ReportData> {
    let how = Resampling { resamples: RESAMPLES, seed: store.seed };
    let (model, _) = bundle::load(&trained.bytes).context("the bundle that was just made")?;
    let mut missed = Missed::default();
    let summary = summary::summary(&store.heads, trained, bytes, how);
    let mut data = ReportData {
        title: store.name.clone(),
        summary,
        warnings: Vec::new(),
        profile: missed
            .keep("profile", profile::profile(&store.heads, &store.data.message, trained).map(Some))
            .filter(|profile| profile.rows > 0),
        races: race::races(&store.heads, trained),
        losses: losses::losses(&store.heads, trained),
        heads: Vec::new(),
        importance: Vec::new(),
        effects: Vec::new(),
        clusters: missed
            .keep("clusters", clusters::clusters(store.report.clusters, store.seed, trained))
            .into_iter()
            .collect(),
        fairness: Vec::new(),
        cases: Vec::new(),
        conformal: race::sets(&store.heads, trained),
        evidence: trained.evidence.clone(),
        scopes: store
            .heads
            .iter()
            .zip(&trained.choices)
            .filter_map(|(plan, choice)| Some((plan.name.clone(), choice.scope.clone()?)))
            .collect(),
        recommendation: None,
        shoppers: trained.shoppers.clone(),
        card: Some(card::card(&store.data, store.seed, &store.report.groups, trained)),
    };
    for (at, plan) in store.heads.iter().enumerate() {
        data.heads.extend(trained.numbers(plan).map(|head| numbers::measured(head, how)));
        let (Some(head), Some(choice)) = (trained.measured(plan), trained.choices.get(at)) else { continue };
        data.heads.extend(missed.keep("measured", measured::measured(head, plan, choice, how).map(Some)));
        data.fairness
            .extend(missed.keep("groups", groups::groups(&store.heads, &store.report.groups, trained, at)));
        let asked = Asked::new(plan, trained, &model);
        let Some(asked) = missed.keep("features", asked.map(Some)) else { continue };
        let found =
            missed.keep("features", features::features(&store.data.message, store.seed, &asked).map(Some));
        if let Some((importance, effects)) = found.flatten() {
            data.importance.push(importance);
            data.effects.extend(effects);
        }
        data.cases.extend(cases::cases(&asked));
    }
    data.warnings = warnings::warnings(trained, &data, missed);
    Ok(data)
}
