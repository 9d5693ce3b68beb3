//! Early warnings that are learnt from what happened: `abandonment` and `churn`.
//!
//! A warning is judged at the alert budget: of the sessions of test shoppers, the most probable share of that size are alerts.
//!
//! | figure    | meaning                                                    |
//! |-----------|------------------------------------------------------------|
//! | precision | of the alerts, the share that is right                     |
//! | recall    | of what should be told of, the share that is among the alerts |
//! | lift      | precision over the share in all sessions                   |

use super::early::{self, Early, HOW, scored};
use super::states::{State, States};
use super::{Made, Skipped};
use crate::kinds::bench::Parts;
use crate::store::{ChoicePlan, HeadPlan, RiskPlan, SplitBy};
use crate::train::heads::Heads;
use anyhow::{Context, Result};
use floorwalker_data::progress::Progress;
use floorwalker_engine::head::HeadDef;
use floorwalker_metrics::{Interval, auc_interval, wilson};
use std::collections::BTreeMap;

/// A head that warns, and how good it is on test shoppers.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Risk {
    /// Its name.
    pub head: &'static str,
    /// The kind of model.
    pub model: String,
    /// How good it is; `None` where the log does not say what is right.
    pub alerts: Option<Alerts>,
    /// For an anomaly: how good it is at each pattern that was planted in the log.
    pub planted: Vec<(String, Alerts)>,
    /// For an anomaly: the measure that is not the head's, beside it.
    pub other: Option<(String, Alerts)>,
}

/// How good a warning is at the alert budget.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Alerts {
    /// Sessions of test shoppers.
    pub n_rows: usize,
    /// How many of them should be told of.
    pub n_positive: usize,
    /// The budget: share of sessions that are alerts.
    pub share: f64,
    /// AUC, with its 95 % interval.
    pub auc: Interval,
    /// Precision, with its 95 % interval.
    pub precision: Interval,
    /// Recall.
    pub recall: f64,
}

impl Alerts {
    /// Judges scores. `None` where all or none should be told of.
    pub(super) fn new(positive: &[bool], scores: &[f32], share: f64) -> Option<Self> {
        let auc = auc_interval(positive, scores, HOW)?;
        let n_alerts = ((positive.len() as f64 * share).ceil() as usize).max(1);
        let mut order: Vec<usize> = (0..positive.len()).collect();
        order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
        let hits = order.iter().take(n_alerts).filter(|at| positive[**at]).count();
        let n_positive = positive.iter().filter(|is| **is).count();
        Some(Self {
            n_rows: positive.len(),
            n_positive,
            share,
            auc,
            precision: wilson(hits as u64, n_alerts as u64)?,
            recall: hits as f64 / n_positive.max(1) as f64,
        })
    }

    /// Precision over the share in all sessions.
    #[must_use]
    pub fn lift(&self) -> f64 {
        self.precision.value * self.n_rows as f64 / self.n_positive.max(1) as f64
    }
}

/// The most bytes of such a head, and the estimated seconds of its race.
const CHOICE: ChoicePlan = ChoicePlan { folds: 3, seconds: 60.0, max_bytes: Some(12_000), coverage: 0.9 };

/// The head `abandonment`: the probability that the session ends without a purchase.
pub(super) fn abandonment(
    plan: &RiskPlan,
    states: &States,
    seed: u64,
    progress: Progress,
) -> Result<Made<(Risk, Vec<Early>)>> {
    if !states.has_purchase() {
        return Ok(Err(Skipped::NoPurchase));
    }
    let Some((head, model)) = fit("abandonment", states, |_| true, seed, progress)? else {
        return Ok(Err(Skipped::OneOutcome));
    };
    let engine = super::model(states, &head)?;
    // An alert can still help while the session runs: after its third event.
    let rows = states.where_(&states.split.test, |state| state.n == 3 && !state.has_bought);
    let (positive, scores, _) = scored(states, &engine, &rows, "abandonment", "leaves");
    let alerts = Alerts::new(&positive, &scores, plan.alerts);
    let early = early::curve(states, &engine)?;
    Ok(Ok((head, (Risk { head: "abandonment", model, alerts, planted: Vec::new(), other: None }, early))))
}

/// The head `churn`: the probability that the shopper does not come back in time.
pub(super) fn churn(plan: &RiskPlan, states: &States, seed: u64, progress: Progress) -> Result<Made<Risk>> {
    if states.rows.labels["churn"].iter().all(Option::is_none) {
        return Ok(Err(Skipped::TooShort));
    }
    let Some((head, model)) = fit("churn", states, |state| state.is_end, seed, progress)? else {
        return Ok(Err(Skipped::OneOutcome));
    };
    let engine = super::model(states, &head)?;
    let rows = states.where_(&states.split.test, |state| state.is_end);
    let (positive, scores, _) = scored(states, &engine, &rows, "churn", "leaves");
    let alerts = Alerts::new(&positive, &scores, plan.alerts);
    Ok(Ok((head, Risk { head: "churn", model, alerts, planted: Vec::new(), other: None })))
}

/// Fits a head on the rows for which `is` holds and whose label is known. `None` where all have one label.
fn fit(
    name: &'static str,
    states: &States,
    is: impl Fn(&State) -> bool,
    seed: u64,
    progress: Progress,
) -> Result<Option<(HeadDef, String)>> {
    let labels = &states.rows.labels[name];
    let of = |part: &[usize]| -> Vec<usize> {
        part.iter().copied().filter(|row| is(&states.kinds[*row]) && labels[*row].is_some()).collect()
    };
    let (train, valid) = (of(&states.split.train), of(&states.split.validation));
    let has = |rows: &[usize], value: &str| rows.iter().any(|row| labels[*row].as_deref() == Some(value));
    let other = if name == "churn" { "returns" } else { "buys" };
    if [&train, &valid].into_iter().any(|rows| !has(rows, "leaves") || !has(rows, other)) {
        return Ok(None);
    }
    let plan = HeadPlan {
        positive: Some("leaves".to_owned()),
        choice: CHOICE,
        ..super::plan(name, "auto", BTreeMap::new(), Vec::new())?
    };
    let heads = Heads { plans: std::slice::from_ref(&plan), policy: None, by: SplitBy::Shopper, seed };
    let made = heads.fit(&states.rows, Parts { train: &train, valid: &valid }, progress)?;
    let made = made.into_iter().next().context("no head was fitted")?;
    Ok(Some((made.def, made.choice.plan.model.name().to_owned())))
}
