//! Support: how well the log covers the decisions of the target policy.
//!
//! | symbol  | shape | unit                                                         |
//! |---------|-------|--------------------------------------------------------------|
//! | `w`     | `[n]` | weight of a line, `pi(a) / mu`                               |
//! | `ess`   | scalar| effective sample size: lines of the target's own that would be as informative |
//!
//! If every action that the target may choose had a positive propensity (overlap), the expected weight is 1, in the whole log and in any
//! part of it that is selected by context. A mean below 1 is the share of the target's decisions that the log covers.
//!
//! Not here: the verdict that follows from it (`gate`).

use serde::Serialize;

use super::logged::{Column, Logged};

/// Smallest number of lines of a context for its mean weight to be tested.
const LEAST_LINES: f64 = 30.0;
/// A context is listed when its mean weight differs from 1 by more than so many standard errors, and by more than `OFF`.
const ERRORS: f64 = 4.0;
const OFF: f64 = 0.25;
/// Largest distance of a weight from 1 at which the target counts as doing the same: allows for propensities logged with few digits.
const SAME_WITHIN: f64 = 1e-3;
/// Largest number of contexts that are listed.
const MOST_CONTEXTS: usize = 5;

/// How well a log covers the decisions of the target policy.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Support {
    /// Effective sample size, in lines.
    pub ess: f64,
    /// Effective number of shoppers, by the sums of their weights, if any shopper has several lines.
    pub shoppers: Option<f64>,
    /// Whether every weight is within `SAME_WITHIN` of 1: the target gives each logged action the probability that it had.
    pub is_same: bool,
    /// Largest weight of a line.
    pub largest_weight: f64,
    /// Share of lines with weight 0, whose action the target would never choose: they carry no information about it.
    pub zero_weight: f64,
    /// Share of the target's decisions for actions which no line logs.
    pub unseen: f64,
    /// Number of lines whose reward is not the most frequent one.
    pub outcomes: usize,
    /// Support of each action, in order of names.
    pub actions: Vec<ActionSupport>,
    /// Contexts whose mean weight differs from 1, the largest difference first.
    pub contexts: Vec<ContextSupport>,
}

/// How well a log covers one action.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ActionSupport {
    /// The action's name.
    pub action: String,
    /// Number of lines that log it.
    pub lines: usize,
    /// Mean probability under the target.
    pub target: f64,
    /// That probability as estimated from the log: the mean of `w` over all lines, with 0 for lines of other actions. It is below
    /// `target` where the running policy never chose the action in some contexts.
    pub seen: f64,
}

/// How well a log covers one context.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ContextSupport {
    /// Name of the context entry.
    pub name: String,
    /// Its value.
    pub level: String,
    /// Number of lines with this value.
    pub lines: usize,
    /// Their mean weight.
    pub mean_weight: f64,
}

/// Effective sample size `(Σ w)² / Σ w²`; 0 when no weight is above 0.
///
/// # Source
///
/// Kish, *Survey Sampling* (1965), section 11.7.
#[must_use]
pub(super) fn ess(weights: impl Iterator<Item = f64>) -> f64 {
    let (sum, squares) = weights.fold((0.0, 0.0), |(sum, squares), w| (sum + w, squares + w * w));
    if squares > 0.0 { sum * sum / squares } else { 0.0 }
}

impl Support {
    /// Computes the support from a log and the weights of its lines. Cost: `O(n × (n_actions + n_columns))`.
    pub(super) fn of(logged: &Logged, weights: &[f64]) -> Self {
        let n = logged.n() as f64;
        let mut actions: Vec<ActionSupport> = logged
            .actions
            .iter()
            .map(|action| ActionSupport { action: action.clone(), lines: 0, target: 0.0, seen: 0.0 })
            .collect();
        for (at, weight) in weights.iter().enumerate() {
            let done = &mut actions[logged.action[at]];
            done.lines += 1;
            done.seen += weight / n;
            for (action, p) in actions.iter_mut().zip(logged.target(at)) {
                action.target += p / n;
            }
        }
        Self {
            ess: ess(weights.iter().copied()),
            shoppers: logged.is_clustered().then(|| ess(logged.by_shopper(weights).into_iter())),
            is_same: weights.iter().all(|weight| (weight - 1.0).abs() <= SAME_WITHIN),
            largest_weight: weights.iter().copied().fold(0.0, f64::max),
            zero_weight: weights.iter().filter(|w| **w == 0.0).count() as f64 / n,
            unseen: actions.iter().filter(|action| action.lines == 0).map(|action| action.target).sum(),
            outcomes: outcomes(&logged.reward),
            actions,
            contexts: contexts(logged, weights),
        }
    }
}

/// Number of rewards that are not the most frequent one.
fn outcomes(rewards: &[f64]) -> usize {
    let mut sorted = rewards.to_vec();
    sorted.sort_by(f64::total_cmp);
    let most = sorted.chunk_by(|a, b| a == b).map(<[f64]>::len).max().unwrap_or(0);
    rewards.len() - most
}

fn contexts(logged: &Logged, weights: &[f64]) -> Vec<ContextSupport> {
    let mut found: Vec<ContextSupport> = Vec::new();
    for (at, column) in logged.columns.iter().enumerate() {
        let Column::Level { name, level } = column else { continue };
        let of_level = weights.iter().enumerate().filter(|(line, _)| logged.row(*line)[at] == 1.0);
        let (lines, sum, squares) =
            of_level.fold((0.0, 0.0, 0.0), |(n, sum, squares), (_, w)| (n + 1.0, sum + w, squares + w * w));
        if lines < LEAST_LINES {
            continue;
        }
        let mean = sum / lines;
        let error = ((squares / lines - mean * mean).max(0.0) / lines).sqrt();
        if (mean - 1.0).abs() > (ERRORS * error).max(OFF) {
            found.push(ContextSupport {
                name: name.clone(),
                level: level.clone(),
                lines: lines as usize,
                mean_weight: mean,
            });
        }
    }
    found.sort_by(|a, b| (b.mean_weight - 1.0).abs().total_cmp(&(a.mean_weight - 1.0).abs()));
    found.truncate(MOST_CONTEXTS);
    found
}
