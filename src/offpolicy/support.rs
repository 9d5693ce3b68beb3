//! Support: whether the log can tell what the judged policy would be worth.
//!
//! | symbol  | shape | unit                                                         |
//! |---------|-------|--------------------------------------------------------------|
//! | `w`     | `[n]` | weight of a line, `pi(a) / mu`                               |
//! | `ess`   | scalar| lines of the target's own that would tell as much            |
//!
//! Where every action that the target may choose had a chance to be logged, weights are 1 on average, in the whole log and in any
//! part of it that is chosen by context. A mean below 1 is the share of the target's decisions that the log can speak of.
//!
//! Not here: what follows from it (`gate`).

use serde::Serialize;

use super::logged::{Column, Logged};

/// Fewest lines from which a context's mean weight is told.
const LEAST_LINES: f64 = 30.0;
/// How far a context's mean weight must be from 1, in its own standard errors and as such, to be told.
const ERRORS: f64 = 4.0;
const OFF: f64 = 0.25;
/// How far a weight may be from 1 where the target does the same: a thousandth, for propensities that were logged with few digits.
const SAME_WITHIN: f64 = 1e-3;
/// Most contexts that are told.
const MOST_CONTEXTS: usize = 5;

/// How well a log covers what the judged policy would do.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Support {
    /// Effective sample size.
    pub ess: f64,
    /// The same of shoppers, by the sums of their weights, where several lines are one shopper's.
    pub shoppers: Option<f64>,
    /// Whether every line weighs 1 within `SAME_WITHIN`: the target does what was done with the probability that it had.
    pub is_same: bool,
    /// Largest weight of a line.
    pub largest_weight: f64,
    /// Share of lines whose action the target would never have taken: they tell nothing.
    pub zero_weight: f64,
    /// Share of the target's decisions that are actions which no line logs.
    pub unseen: f64,
    /// Lines whose reward is not the most frequent one.
    pub outcomes: usize,
    /// By action, in order of names.
    pub actions: Vec<ActionSupport>,
    /// Contexts whose mean weight is off 1, the farthest first.
    pub contexts: Vec<ContextSupport>,
}

/// How well it covers one action.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ActionSupport {
    /// Its name.
    pub action: String,
    /// Lines that log it.
    pub lines: usize,
    /// Mean probability under the target.
    pub target: f64,
    /// The same as the log shows it, `mean of w` over all lines, those of other actions as 0; less than `target` where the action
    /// had no chance in some contexts.
    pub seen: f64,
}

/// How well it covers one context.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ContextSupport {
    /// Entry of the context.
    pub name: String,
    /// Its value.
    pub level: String,
    /// Lines that have it.
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
    /// Of a log and the weights of its lines. Cost: `O(n × (n_actions + n_columns))`.
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

/// How many rewards are not the most frequent one.
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
