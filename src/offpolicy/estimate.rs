//! Estimators of the target policy's mean reward, and of its difference to the running policy's, each with a confidence interval.
//!
//! With the weight `w = pi(a) / mu` of the logged action, and `g = Σ_a pi(a) q(a)`, the reward that the model predicts for the target:
//!
//! | estimator | mean over lines of              | unbiased or consistent when         | weakness                         |
//! |-----------|---------------------------------|-------------------------------------|----------------------------------|
//! | `ips`     | `w r`                           | propensities are right              | high variance where weights are large |
//! | `snips`   | `w r`, over the mean of `w`     | propensities are right, lines many  | blind to actions never logged    |
//! | `dm`      | `g`                             | the reward model is right           | its interval ignores the model's own error |
//! | `dr`      | `g + w (r - q)`                 | either of the two is right          | high variance where weights are large |
//! | `switch`  | as `dr` if `w ≤ tau`, else `g`  | propensities are right, but for the model's error above `tau` | that bias |
//!
//! The difference to the running policy is the estimate minus the mean reward, except for `dr`. There the reward model serves as a
//! control variate with a fitted coefficient: the difference is the mean of `d + b h`, with `d = (w - 1) r`, `h = g - w q` (0 on
//! average), and the `b` in `[0, 1]` that minimises the variance. Where the target does the same as the running policy, `d` is 0 and so
//! is the difference; with `b = 1` the model's residuals of rewards that both policies bring would remain.
//!
//! Intervals come from the percentile bootstrap. It resamples shoppers, each with all of their lines, and all estimators use the same
//! resamples; a line without a shopper counts as a shopper of its own. The reward model and `tau` are fitted once, not for each
//! resample: that is adequate for `dr`, to which their error matters little, but not for `dm`.
//!
//! Invariants
//! - If every weight is 1 and the target is certain of the logged action wherever the running policy was, `ips`, `snips` and `dr` give
//!   exactly the mean reward, and a difference of exactly 0.
//!
//! Not here: the verdict (`gate`).
//!
//! # Source
//!
//! Horvitz & Thompson, *A generalization of sampling without replacement from a finite universe* (1952); Swaminathan & Joachims, *The
//! self-normalized estimator for counterfactual learning* (2015); Dudík, Langford & Li, *Doubly robust policy evaluation and learning*
//! (2011); Wang, Agarwal & Dudík, *Optimal and adaptive off-policy evaluation in contextual bandits* (2017), section 4. Deviations: the
//! switch tests the weight of the logged action, since a log has the propensity of no other action (the mean is the same); and `tau` is a
//! quantile. Their bound of the squared bias, when its mean over actions is itself estimated with weights, is never below the variance
//! that the same lines cause, so that it would never switch. Fitted coefficient of a control variate: Owen & Zhou, *Safe and effective
//! importance sampling* (2000), section 4; theirs is not limited to `[0, 1]`.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use serde::Serialize;

use super::logged::Logged;
use super::repeat::Repeats;
use super::reward::rewards;
use super::support::{Support, ess};
use floorwalker_metrics::{Interval, Resampling, bootstrap_all};

/// Default quantile of the weights above 0 at which `switch` sets `tau`: lines with the largest 1 % of weights use the model alone.
pub const KEPT_WEIGHTS: f64 = 0.99;

/// How a policy's mean reward is estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Estimator {
    /// Inverse propensity scores
    Ips,
    /// Self-normalised inverse propensity scores: divided by the sum of weights
    Snips,
    /// Direct method: a reward model alone
    Dm,
    /// Doubly robust: the model, corrected by weighted errors
    Dr,
    /// Doubly robust, but the model alone where weights are large
    Switch,
}

/// Which estimators to compute, and how.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The estimators; at least one.
    pub estimators: Vec<Estimator>,
    /// Weight above which `switch` trusts the model alone, above 0; `None` is the [`KEPT_WEIGHTS`] quantile of the weights above 0.
    pub tau: Option<f64>,
    /// Bootstrap settings of the intervals. The seed also assigns the folds of the reward model.
    pub resampling: Resampling,
}

/// The result of one estimator.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The estimator.
    pub estimator: Estimator,
    /// The target policy's mean reward.
    pub value: Interval,
    /// The difference of that to the running policy's mean reward, from the same lines.
    pub above_running: Interval,
    /// Effective sample size of the weights that the estimator uses; `None` where it uses none.
    pub ess: Option<f64>,
}

/// What a log shows about a policy.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// Number of lines, each decision counted once.
    pub lines: usize,
    /// Repeated lines of the log.
    pub repeats: Repeats,
    /// Number of shoppers, if any shopper has several lines.
    pub shoppers: Option<usize>,
    /// Number of lines that each policy version decided.
    pub versions: BTreeMap<String, usize>,
    /// The running policy's mean reward.
    pub running: Interval,
    /// The estimates, in the order of [`Settings::estimators`].
    pub estimates: Vec<Estimate>,
    /// Mean weight; its expected value is 1 when propensities are right and the log supports the target.
    pub mean_weight: Interval,
    /// Weight above which `switch` trusts the model alone.
    pub tau: Option<f64>,
    /// How well the log covers the decisions of the target.
    pub support: Support,
}

impl Estimator {
    /// All estimators, in the order in which they are shown.
    pub const ALL: [Self; 5] = [Self::Ips, Self::Snips, Self::Dm, Self::Dr, Self::Switch];

    /// The estimator's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ips => "ips",
            Self::Snips => "snips",
            Self::Dm => "dm",
            Self::Dr => "dr",
            Self::Switch => "switch",
        }
    }

    fn asks_the_model(self) -> bool {
        matches!(self, Self::Dm | Self::Dr | Self::Switch)
    }
}

impl Default for Settings {
    /// All estimators, 2,000 resamples.
    fn default() -> Self {
        Self {
            estimators: Estimator::ALL.into(),
            tau: None,
            resampling: Resampling { resamples: 2_000, seed: 42 },
        }
    }
}

impl Evaluation {
    /// The estimate of `estimator`, if it was computed.
    #[must_use]
    pub fn of(&self, estimator: Estimator) -> Option<&Estimate> {
        self.estimates.iter().find(|estimate| estimate.estimator == estimator)
    }
}

/// Estimates the mean reward of the target policy of `logged`.
///
/// Cost: that of [`rewards`], and `O(n)` for each resample, on all cores.
///
/// # Errors
///
/// No estimator, fewer than 40 resamples, a `tau` of 0 or less, or a target that gives probability 0 to every logged action.
pub fn evaluate(logged: &Logged, settings: &Settings) -> Result<Evaluation> {
    let Settings { estimators, resampling, .. } = settings;
    ensure!(!estimators.is_empty(), "no estimator; name one of ips, snips, dm, dr, switch");
    ensure!(resampling.resamples >= 40, "{} resamples; intervals need at least 40", resampling.resamples);
    if let Some(tau) = settings.tau {
        ensure!(tau > 0.0, "tau is {tau}, must be above 0");
    }
    let weights = logged.weights();
    ensure!(
        weights.iter().any(|w| *w > 0.0),
        "`target` gives probability 0 to every logged action, so the log says nothing about this policy; let the running policy \
         sometimes choose its actions"
    );
    let guesses = match estimators.iter().any(|estimator| estimator.asks_the_model()) {
        true => rewards(logged, resampling.seed)?,
        false => vec![0.0; logged.n() * logged.n_actions()],
    };
    let terms = Terms::of(logged, &weights, &guesses);
    let tau = estimators.contains(&Estimator::Switch).then(|| settings.tau.unwrap_or_else(|| tau(&weights)));
    let of_line: Vec<Vec<f64>> =
        estimators.iter().map(|which| terms.of_line(*which, &weights, tau)).collect();
    let sizes = logged.by_shopper(&vec![1.0; logged.n()]);
    let of_shopper: Vec<Vec<f64>> = of_line.iter().map(|values| logged.by_shopper(values)).collect();
    let [rewards, weight_sums, apart] =
        [&logged.reward, &weights, &terms.apart(logged)].map(|values| logged.by_shopper(values));
    let mut intervals = bootstrap_all(logged.n_shoppers, *resampling, |times| {
        let n = dot(&sizes, times);
        let mean = |values: &[f64]| dot(values, times) / n;
        let (running, weight) = (mean(&rewards), mean(&weight_sums));
        let mut figures = vec![Some(running), Some(weight)];
        for (which, values) in estimators.iter().zip(&of_shopper) {
            let whole = if *which == Estimator::Snips { weight } else { 1.0 };
            let value = (whole > 0.0).then(|| mean(values) / whole);
            let above =
                if *which == Estimator::Dr { Some(mean(&apart)) } else { value.map(|value| value - running) };
            figures.extend([value, above]);
        }
        figures
    })
    .into_iter();
    let mut next =
        || intervals.next().flatten().context("a figure is not finite; rewards or weights are too large");
    let (running, mean_weight) = (next()?, next()?);
    let mut estimate = |estimator: &Estimator| -> Result<Estimate> {
        let below =
            if *estimator == Estimator::Switch { tau.unwrap_or(f64::INFINITY) } else { f64::INFINITY };
        Ok(Estimate {
            estimator: *estimator,
            value: next()?,
            above_running: next()?,
            ess: (*estimator != Estimator::Dm).then(|| ess(weights.iter().copied().filter(|w| *w <= below))),
        })
    };
    let estimates = estimators.iter().map(&mut estimate).collect::<Result<_>>()?;
    let support = Support::of(logged, &weights);
    Ok(Evaluation {
        lines: logged.n(),
        repeats: logged.repeats,
        shoppers: logged.is_clustered().then_some(logged.n_shoppers),
        versions: logged.versions.clone(),
        running,
        estimates,
        mean_weight,
        tau,
        support,
    })
}

/// The terms of each line, `[n]` each, whose means are the estimates.
pub(super) struct Terms {
    /// `w r`.
    pub(super) ips: Vec<f64>,
    /// `g`.
    pub(super) dm: Vec<f64>,
    /// `g + w (r - q)`.
    pub(super) dr: Vec<f64>,
}

impl Terms {
    pub(super) fn of(logged: &Logged, weights: &[f64], guesses: &[f64]) -> Self {
        let ips: Vec<f64> = weights.iter().zip(&logged.reward).map(|(w, r)| w * r).collect();
        let n_actions = logged.n_actions();
        let (mut dm, mut dr) = (Vec::with_capacity(ips.len()), Vec::with_capacity(ips.len()));
        for (at, (q, w)) in guesses.chunks_exact(n_actions.max(1)).zip(weights).enumerate() {
            let (target, done) = (logged.target(at), logged.action[at]);
            dm.push(target.iter().zip(q).map(|(p, q)| p * q).sum());
            // `p - w` is computed first, so that the prediction cancels exactly where both are 1.
            let left = target.iter().zip(q).enumerate();
            let left: f64 = left.map(|(a, (p, q))| if a == done { (p - w) * q } else { p * q }).sum();
            dr.push(ips[at] + left);
        }
        Self { ips, dm, dr }
    }

    /// The terms of each line, `[n]`, whose mean is the difference of target and running policy by `dr`.
    pub(super) fn apart(&self, logged: &Logged) -> Vec<f64> {
        let d: Vec<f64> = self.ips.iter().zip(&logged.reward).map(|(ips, reward)| ips - reward).collect();
        let h: Vec<f64> = self.dr.iter().zip(&self.ips).map(|(dr, ips)| dr - ips).collect();
        let b = control(&logged.by_shopper(&d), &logged.by_shopper(&h));
        d.iter().zip(&h).map(|(d, h)| d + b * h).collect()
    }

    /// The terms of one estimator, `[n]`; the mean of those of `snips` must still be divided by the mean weight.
    pub(super) fn of_line(&self, estimator: Estimator, weights: &[f64], tau: Option<f64>) -> Vec<f64> {
        match (estimator, tau) {
            (Estimator::Ips | Estimator::Snips, _) => self.ips.clone(),
            (Estimator::Dm, _) => self.dm.clone(),
            (Estimator::Switch, Some(tau)) => self.switched(weights, tau),
            (Estimator::Dr | Estimator::Switch, _) => self.dr.clone(),
        }
    }

    fn switched(&self, weights: &[f64], tau: f64) -> Vec<f64> {
        let terms = weights.iter().zip(&self.dr).zip(&self.dm);
        terms.map(|((w, dr), dm)| if *w <= tau { *dr } else { *dm }).collect()
    }
}

/// The coefficient `b` in `[0, 1]` that minimises the variance of `d + b h`; 1 where `h` is constant.
fn control(d: &[f64], h: &[f64]) -> f64 {
    let n = d.len() as f64;
    let mean = |values: &[f64]| values.iter().sum::<f64>() / n;
    let (mean_d, mean_h) = (mean(d), mean(h));
    let both: f64 = d.iter().zip(h).map(|(d, h)| (d - mean_d) * (h - mean_h)).sum();
    let square: f64 = h.iter().map(|h| (h - mean_h) * (h - mean_h)).sum();
    if square > 0.0 { (-both / square).clamp(0.0, 1.0) } else { 1.0 }
}

/// The [`KEPT_WEIGHTS`] quantile of the weights above 0; infinite when there are none.
fn tau(weights: &[f64]) -> f64 {
    let mut sorted: Vec<f64> = weights.iter().copied().filter(|w| *w > 0.0).collect();
    sorted.sort_by(f64::total_cmp);
    let at = (KEPT_WEIGHTS * sorted.len() as f64).ceil() as usize;
    sorted.get(at.saturating_sub(1)).copied().unwrap_or(f64::INFINITY)
}

/// Sum of values, each multiplied by the number of times it was drawn.
fn dot(values: &[f64], times: &[u32]) -> f64 {
    values.iter().zip(times).map(|(value, &m)| value * f64::from(m)).sum()
}
