//! Estimators: what the judged policy would have been worth, each with its interval and with what it differs from the running one.
//!
//! With `w = pi(a) / mu` of what was done and `g = Σ_a pi(a) q(a)`, what the reward model expects of the target:
//!
//! | estimator | mean over lines of              | right when                          | price                            |
//! |-----------|---------------------------------|-------------------------------------|----------------------------------|
//! | `ips`     | `w r`                           | propensities are                    | wide where weights are large     |
//! | `snips`   | `w r`, over the mean of `w`     | propensities are, and many lines    | blind to actions never logged    |
//! | `dm`      | `g`                             | the reward model is                 | its interval leaves the model's own error out |
//! | `dr`      | `g + w (r - q)`                 | either is                           | wide where weights are large     |
//! | `switch`  | as `dr` if `w ≤ tau`, else `g`  | propensities are, but for the model's error above `tau` | that bias  |
//!
//! What the target is above the running policy is the same less the rewards, but for `dr`. There the reward model corrects that
//! difference only as far as it explains it: with `d = (w - 1) r` and `h = g - w q`, which is 0 on average, the mean of `d + b h`, where
//! `b` from 0 to 1 makes it vary least. Where the target does the same as the running policy `d` is 0, and so is the difference,
//! instead of what the model leaves of rewards that both bring.
//!
//! Intervals are of the percentile bootstrap over shoppers, each with all of their lines, all estimators on the same resamples; a line
//! without a shopper is one of its own. The reward model and `tau` are found
//! once and are not found again for each resample: right for `dr`, to which their error matters little, and not for `dm`.
//!
//! Invariants
//! - A target that does what was done, with certainty where that was certain, is worth exactly the mean reward to `ips`, `snips` and
//!   `dr`, and differs from the running policy by exactly 0.
//!
//! Not here: the verdict (`gate`).
//!
//! # Source
//!
//! Horvitz & Thompson, *A generalization of sampling without replacement from a finite universe* (1952); Swaminathan & Joachims, *The
//! self-normalized estimator for counterfactual learning* (2015); Dudík, Langford & Li, *Doubly robust policy evaluation and learning*
//! (2011); Wang, Agarwal & Dudík, *Optimal and adaptive off-policy evaluation in contextual bandits* (2017), section 4. Deviations: the
//! switch goes by the weight of what was done, since a log has the propensity of no other action (the mean is the same); and `tau` is a
//! quantile. Their bound of the squared bias, when its mean over actions is itself taken from weights, is never less than the variance
//! that the same lines bring, so that it would never switch. A fitted weight of a control variate: Owen & Zhou, *Safe and effective
//! importance sampling* (2000), section 4; theirs is not held within 0 and 1.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use serde::Serialize;

use super::logged::Logged;
use super::repeat::Repeats;
use super::reward::rewards;
use super::support::{Support, ess};
use floorwalker_metrics::{Interval, Resampling, bootstrap_all};

/// Share of the weights above 0 that `switch` uses unless it is told a `tau`: the largest one in a hundred are left to the model.
pub const KEPT_WEIGHTS: f64 = 0.99;

/// How a policy's worth is estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Estimator {
    /// Inverse propensity scores
    Ips,
    /// The same over the sum of weights
    Snips,
    /// Direct method: a reward model alone
    Dm,
    /// Doubly robust: the model, corrected by weighted errors
    Dr,
    /// Doubly robust, but the model alone where weights are large
    Switch,
}

/// What is estimated, and how often lines are drawn.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Which estimators; at least one.
    pub estimators: Vec<Estimator>,
    /// Weight above which `switch` trusts the model alone, above 0; `None` is the [`KEPT_WEIGHTS`] quantile of the weights above 0.
    pub tau: Option<f64>,
    /// Of the intervals; its seed deals the folds of the reward model, too.
    pub resampling: Resampling,
}

/// What one estimator says.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// Which.
    pub estimator: Estimator,
    /// The judged policy's mean reward.
    pub value: Interval,
    /// How much that is above the running policy's, from the same lines.
    pub above_running: Interval,
    /// Effective sample size of the weights it uses; `None` where it uses none.
    pub ess: Option<f64>,
}

/// What a log says of a policy.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// Lines, each decision once.
    pub lines: usize,
    /// What the log says again.
    pub repeats: Repeats,
    /// Shoppers, where several lines are one's.
    pub shoppers: Option<usize>,
    /// How many of them each policy decided.
    pub versions: BTreeMap<String, usize>,
    /// The running policy's mean reward.
    pub running: Interval,
    /// In the order asked for.
    pub estimates: Vec<Estimate>,
    /// Mean weight; 1 but for chance when propensities are right and the log supports the target.
    pub mean_weight: Interval,
    /// Weight above which `switch` trusts the model alone.
    pub tau: Option<f64>,
    /// Whether the log can tell.
    pub support: Support,
}

impl Estimator {
    /// All of them, in the order that they are shown.
    pub const ALL: [Self; 5] = [Self::Ips, Self::Snips, Self::Dm, Self::Dr, Self::Switch];

    /// Its name.
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
    /// What `estimator` says, if it was asked.
    #[must_use]
    pub fn of(&self, estimator: Estimator) -> Option<&Estimate> {
        self.estimates.iter().find(|estimate| estimate.estimator == estimator)
    }
}

/// Estimates what the target of `logged` would have been worth.
///
/// Cost: that of [`rewards`], and `O(n)` for each resample, on all cores.
///
/// # Errors
///
/// No estimator, fewer than 40 resamples, a `tau` of 0 or less, or a target that would have done nothing of what was done.
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
        "`target` gives probability 0 to every action that was done: the log says nothing of this policy; let the running policy try what it would do"
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

/// What each line adds to the estimators that are means.
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
            // `p - w` first: where both are 1 the guess drops out to the bit.
            let left = target.iter().zip(q).enumerate();
            let left: f64 = left.map(|(a, (p, q))| if a == done { (p - w) * q } else { p * q }).sum();
            dr.push(ips[at] + left);
        }
        Self { ips, dm, dr }
    }

    /// What each line adds to how far the target is above the running policy, by `dr`.
    pub(super) fn apart(&self, logged: &Logged) -> Vec<f64> {
        let d: Vec<f64> = self.ips.iter().zip(&logged.reward).map(|(ips, reward)| ips - reward).collect();
        let h: Vec<f64> = self.dr.iter().zip(&self.ips).map(|(dr, ips)| dr - ips).collect();
        let b = control(&logged.by_shopper(&d), &logged.by_shopper(&h));
        d.iter().zip(&h).map(|(d, h)| d + b * h).collect()
    }

    /// The terms of one estimator; those of `snips` still want the mean weight.
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

/// How much of `h` to add to `d` so that their sum varies least, from 0 to 1; 1 where `h` does not vary.
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

/// Sum of values, each as often as it was drawn.
fn dot(values: &[f64], times: &[u32]) -> f64 {
    values.iter().zip(times).map(|(value, &m)| value * f64::from(m)).sum()
}
