//! Gate: whether a policy may replace the running one.
//!
//! It may when the log covers its decisions well enough and shows that it is no worse: the lower bound of its paired difference to the
//! running policy is at least 0, or at least minus the tolerated loss. The estimator is `dr` unless another is named: with the right
//! propensities it is unbiased whatever the reward model predicts, and the model removes from the interval the variance that contexts
//! explain. `snips` would be a worse gate. Its interval is fine, but it divides by the mean weight, and so hides decisions of the
//! target that the log never saw.
//!
//! A policy that gives the logged action its logged propensity in every line cannot be told from the running one by the log: the
//! difference is 0, and it may ship whatever the intervals say. This does not apply to a policy that gives a share of its decisions
//! to actions which no line logs, unless that share is so small that the log may have missed it.
//!
//! Where the log does not suffice, its intervals are not reliable, and the policy is refused whatever they say: too few effective
//! lines, too few effective shoppers, too few lines whose reward differs from the most frequent one, actions never logged, weights
//! that are not 1 on average.
//!
//! Invariants
//! - A [`Verdict`] without reasons ships; one that does not ship lists every reason.
//!
//! Not here: the estimates (`estimate`), replacing the running bundle.

use std::fmt;

use anyhow::{Context, Result, ensure};
use serde::Serialize;

use super::estimate::{Estimator, Evaluation};
use super::support::ContextSupport;
use floorwalker_metrics::Interval;

/// Smallest effective sample size, in lines: below it a bootstrap sees too few of the large weights.
pub const LEAST_ESS: f64 = 100.0;
/// Smallest number of lines whose reward is not the most frequent one. With fewer, a bootstrap cannot tell how rare such a reward
/// is; with none, every interval is a single point.
pub const LEAST_OUTCOMES: usize = 10;
/// Smallest effective number of shoppers, where a shopper has several lines: below it a bootstrap of shoppers is not reliable.
pub const LEAST_SHOPPERS: f64 = 30.0;
/// Smallest probability that the log missed the target's unlogged actions by chance, for the target to count as the running policy.
const MISSED: f64 = 0.05;
/// Largest allowed share of the target's decisions for actions which no line logs.
pub const MOST_UNSEEN: f64 = 0.01;
/// Largest allowed distance of the mean weight from 1; refused when the whole interval of the mean is farther away.
pub const OFF_ONE: f64 = 0.1;
/// Largest number of actions that a reason names.
const MOST_NAMED: usize = 3;

/// The conditions that a policy must meet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gate {
    /// The estimator whose lower bound counts.
    pub estimator: Estimator,
    /// Loss of mean reward that is tolerated, 0 or more.
    pub tolerate: f64,
    /// Smallest effective sample size, in lines.
    pub least_ess: f64,
}

/// Why a policy does not ship.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
#[non_exhaustive]
pub enum Reason {
    /// It may be worse than the running policy.
    MayBeWorse {
        /// Difference of its mean reward to the running policy's.
        above_running: Interval,
        /// The tolerated loss.
        tolerate: f64,
    },
    /// The effective sample size is too small.
    TooFewLines {
        /// Effective sample size.
        ess: f64,
        /// The smallest number that is allowed.
        least: f64,
        /// Number of lines of the log.
        lines: usize,
    },
    /// The effective number of shoppers is too small.
    TooFewShoppers {
        /// Effective number of shoppers.
        effective: f64,
        /// The smallest number that is allowed.
        least: f64,
    },
    /// Nearly all rewards are the same.
    TooFewOutcomes {
        /// Number of lines whose reward is not the most frequent one.
        found: usize,
        /// The smallest number that is allowed.
        least: usize,
    },
    /// It chooses actions that no line logs.
    Unseen {
        /// The most probable of these actions, in descending order.
        actions: Vec<String>,
        /// Share of its decisions for these actions.
        share: f64,
    },
    /// Weights are not 1 on average.
    Overlap {
        /// Mean weight.
        mean_weight: Interval,
        /// Actions that the running policy chose with less probability than the target does, the largest difference first.
        actions: Vec<String>,
        /// Contexts whose mean weight is not 1.
        contexts: Vec<ContextSupport>,
    },
}

/// The decision of the gate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// The estimator that was used.
    pub estimator: Estimator,
    /// Difference of the policy's mean reward to the running one's.
    pub above_running: Interval,
    /// Whether the log shows no difference between the policy and the running one.
    pub is_same: bool,
    /// Why the policy does not ship; empty when it does.
    pub reasons: Vec<Reason>,
}

impl Default for Gate {
    /// Doubly robust, no tolerated loss, [`LEAST_ESS`].
    fn default() -> Self {
        Self { estimator: Estimator::Dr, tolerate: 0.0, least_ess: LEAST_ESS }
    }
}

impl Gate {
    /// Checks the settings; [`Gate::verdict`] does so first.
    ///
    /// # Errors
    ///
    /// A setting out of range, or the estimator `dm`, whose interval ignores the error of its model.
    pub fn check(&self) -> Result<()> {
        let Self { estimator, tolerate, least_ess } = *self;
        ensure!(
            tolerate >= 0.0 && tolerate.is_finite(),
            "the tolerated loss is {tolerate}, must be 0 or more"
        );
        ensure!(
            least_ess >= 0.0 && least_ess.is_finite(),
            "the least effective sample size is {least_ess}, must be 0 or more"
        );
        ensure!(
            estimator != Estimator::Dm,
            "dm cannot decide a promotion, because its interval leaves out the error of its reward model; name dr, snips, ips or switch"
        );
        Ok(())
    }

    /// The verdict on an evaluated policy.
    ///
    /// # Errors
    ///
    /// Those of [`Gate::check`], and an estimator that the evaluation does not have.
    pub fn verdict(&self, found: &Evaluation) -> Result<Verdict> {
        self.check()?;
        let Self { estimator, tolerate, least_ess } = *self;
        let above_running = found
            .of(estimator)
            .with_context(|| format!("{} was not estimated; name it among the estimators", estimator.name()))?
            .above_running;
        let support = &found.support;
        // The probability that the log has none of the target's unlogged actions by chance.
        let missed = (1.0 - support.unseen).max(0.0).powf(found.lines as f64);
        if support.is_same && missed >= MISSED {
            return Ok(Verdict { estimator, above_running, is_same: true, reasons: Vec::new() });
        }
        let mut reasons = Vec::new();
        if support.ess < least_ess {
            reasons.push(Reason::TooFewLines { ess: support.ess, least: least_ess, lines: found.lines });
        }
        if let Some(effective) = support.shoppers.filter(|effective| *effective < LEAST_SHOPPERS) {
            reasons.push(Reason::TooFewShoppers { effective, least: LEAST_SHOPPERS });
        }
        if support.outcomes < LEAST_OUTCOMES {
            reasons.push(Reason::TooFewOutcomes { found: support.outcomes, least: LEAST_OUTCOMES });
        }
        if support.unseen > MOST_UNSEEN {
            let unseen = support.actions.iter().filter(|action| action.lines == 0);
            let actions = farthest(unseen.map(|action| (action.target, &action.action)));
            reasons.push(Reason::Unseen { actions, share: support.unseen });
        }
        let mean_weight = found.mean_weight;
        if mean_weight.high < 1.0 - OFF_ONE || mean_weight.low > 1.0 + OFF_ONE {
            let short = support.actions.iter().map(|action| (action.target - action.seen, &action.action));
            let actions = farthest(short.filter(|(by, _)| *by > 0.0));
            reasons.push(Reason::Overlap { mean_weight, actions, contexts: support.contexts.clone() });
        }
        if above_running.low < -tolerate {
            reasons.push(Reason::MayBeWorse { above_running, tolerate });
        }
        Ok(Verdict { estimator, above_running, is_same: false, reasons })
    }
}

impl Verdict {
    /// Whether the policy may take the running one's place.
    #[must_use]
    pub fn ships(&self) -> bool {
        self.reasons.is_empty()
    }
}

/// The names with the largest figures; figures below a quarter of the largest are left out, as they may be due to chance.
fn farthest<'a>(named: impl Iterator<Item = (f64, &'a String)>) -> Vec<String> {
    let mut named: Vec<(f64, &String)> = named.collect();
    named.sort_by(|a, b| b.0.total_cmp(&a.0));
    let least = named.first().map_or(0.0, |(largest, _)| largest / 4.0);
    named.retain(|(figure, _)| *figure >= least);
    named.into_iter().take(MOST_NAMED).map(|(_, name)| name.clone()).collect()
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |share: f64| format!("{:.1} %", 100.0 * share);
        let quoted =
            |names: &[String]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        match self {
            Self::MayBeWorse { above_running, tolerate } => {
                let Interval { value, low, high } = above_running;
                let digits = above_running.digits();
                let bound = if *tolerate > 0.0 { format!("-{tolerate}") } else { "0".to_owned() };
                write!(
                    f,
                    "it may be worse than the running policy: {value:+.digits$} for each decision, 95 % interval from \
                     {low:+.digits$} to {high:+.digits$}, whose lower end must not be below {bound}; "
                )?;
                if *high < 0.0 {
                    write!(f, "it is worse over the whole interval: keep the running policy")
                } else if *value < 0.0 {
                    write!(
                        f,
                        "it is more likely worse than better: keep the running policy, or accept a loss with --tolerate"
                    )
                } else {
                    write!(
                        f,
                        "use a longer log (four times the lines halve the width of the interval), or accept a loss with --tolerate"
                    )
                }
            }
            Self::TooFewLines { ess, least, lines } => write!(
                f,
                "the effective sample size of the {lines} lines is {ess:.0}, and at least {least} is required; log longer, or let \
                 the running policy choose the new policy's actions more often"
            ),
            Self::TooFewShoppers { effective, least } => write!(
                f,
                "the effective number of shoppers is {effective:.0}, and at least {least} is required; log more shoppers, because \
                 lines of one shopper say little about others"
            ),
            Self::TooFewOutcomes { found, least } => write!(
                f,
                "only {found} lines have another reward than the most frequent one, and at least {least} are required for a \
                 reliable interval; log longer"
            ),
            Self::Unseen { actions, share } => write!(
                f,
                "{} of its decisions are actions that the log never shows, such as {}; let the running policy choose them \
                 sometimes, with a propensity that is logged",
                percent(*share),
                quoted(actions)
            ),
            Self::Overlap { mean_weight, actions, contexts } => {
                let mean = mean_weight.value;
                write!(f, "the mean weight is {mean:.3} and not 1: ")?;
                if mean < 1.0 {
                    write!(f, "the log covers about {} of its decisions", percent(mean))?;
                    if !actions.is_empty() {
                        write!(f, "; least of {}", quoted(actions))?;
                    }
                } else {
                    write!(
                        f,
                        "the logged propensities differ from the probabilities that the actions were drawn with; check how they are logged"
                    )?;
                }
                for ContextSupport { name, level, lines, mean_weight } in contexts {
                    write!(f, "; {mean_weight:.2} where `{name}` is `{level}` ({lines} lines)")?;
                }
                if mean < 1.0 {
                    write!(f, "; let the running policy explore there, and log the true propensity")?;
                }
                Ok(())
            }
        }
    }
}
