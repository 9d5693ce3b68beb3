//! Gate: whether a policy may take the running one's place.
//!
//! It may when the log can tell and says that it is no worse: the lower bound of what it is above the running policy, line by line in
//! pairs, is not below 0, or not below a loss that is tolerated. By `dr` unless another estimator is named: with propensities that
//! are right it is unbiased whatever the reward model says, and the model takes out of its interval what contexts explain. `snips`
//! would do worse as a gate, not for its interval but for what it hides: dividing by the mean weight, it passes over decisions
//! that the log never saw.
//!
//! A policy that does what was done with the probability that it had, line by line, is the running one as far as a log can show: there
//! is no difference, and it may ship whatever the intervals say. One that gives a share of its decisions to actions which no line
//! logs is no such policy, unless that share is so small that the log may have missed it.
//!
//! Where the log cannot tell, an interval is not to be believed, and the policy is refused whatever it says: too few effective lines,
//! too few shoppers, too few lines that had another outcome than most, actions never logged, weights that are not 1 on average.
//!
//! Invariants
//! - A [`Verdict`] without reasons ships; one that does not ship has every reason.
//!
//! Not here: the estimates (`estimate`), replacing the running bundle.

use std::fmt;

use anyhow::{Context, Result, ensure};
use serde::Serialize;

use super::estimate::{Estimator, Evaluation};
use super::support::ContextSupport;
use floorwalker_metrics::Interval;

/// Fewest effective lines: with fewer, a bootstrap of heavy weights knows too few of them.
pub const LEAST_ESS: f64 = 100.0;
/// Fewest lines whose reward is not the most frequent one. Of an event that hardly came a bootstrap draws too few to tell how rare
/// it is: with none, every interval is a point.
pub const LEAST_OUTCOMES: usize = 10;
/// Fewest effective shoppers, where several lines are one's: with fewer, a bootstrap of shoppers says too little of others.
pub const LEAST_SHOPPERS: f64 = 30.0;
/// How probable it must be that a log misses what the target never logged does, for it to do the same.
const MISSED: f64 = 0.05;
/// Largest share of the target's decisions that may be actions which no line logs.
pub const MOST_UNSEEN: f64 = 0.01;
/// How far the mean weight may be from 1, when it is so beyond chance.
pub const OFF_ONE: f64 = 0.1;
/// Most actions that a reason names.
const MOST_NAMED: usize = 3;

/// What a policy must pass.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gate {
    /// Whose lower bound counts.
    pub estimator: Estimator,
    /// Loss of mean reward that is tolerated, 0 or more.
    pub tolerate: f64,
    /// Fewest effective lines.
    pub least_ess: f64,
}

/// Why a policy does not ship.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
#[non_exhaustive]
pub enum Reason {
    /// It may be worse than the running policy.
    MayBeWorse {
        /// By how much it is above it.
        above_running: Interval,
        /// What would have been tolerated.
        tolerate: f64,
    },
    /// Too few lines of the log tell of it.
    TooFewLines {
        /// Effective sample size.
        ess: f64,
        /// What is asked.
        least: f64,
        /// Of so many lines.
        lines: usize,
    },
    /// Too few shoppers tell of it.
    TooFewShoppers {
        /// Effective number of shoppers.
        effective: f64,
        /// What is asked.
        least: f64,
    },
    /// Nearly all rewards are the same.
    TooFewOutcomes {
        /// Lines with another reward than most.
        found: usize,
        /// What is asked.
        least: usize,
    },
    /// It does what no line logs.
    Unseen {
        /// Such actions, the likeliest first.
        actions: Vec<String>,
        /// Share of its decisions.
        share: f64,
    },
    /// Weights are not 1 on average.
    Overlap {
        /// Their mean.
        mean_weight: Interval,
        /// Actions that had less of a chance than it gives them, the farthest first.
        actions: Vec<String>,
        /// Contexts whose mean weight is off 1.
        contexts: Vec<ContextSupport>,
    },
}

/// What the gate says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// By which estimator.
    pub estimator: Estimator,
    /// How much the policy is above the running one.
    pub above_running: Interval,
    /// Whether it does what the running policy does, as far as the log shows.
    pub is_same: bool,
    /// Why it does not ship; none when it does.
    pub reasons: Vec<Reason>,
}

impl Default for Gate {
    /// Doubly robust, no loss, [`LEAST_ESS`].
    fn default() -> Self {
        Self { estimator: Estimator::Dr, tolerate: 0.0, least_ess: LEAST_ESS }
    }
}

impl Gate {
    /// Checks the settings, as [`Gate::verdict`] does before anything else.
    ///
    /// # Errors
    ///
    /// A setting out of range, or `dm`, whose interval leaves its model's error out.
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
            "dm cannot be a gate: its interval leaves the model's own error out; name dr, snips, ips or switch"
        );
        Ok(())
    }

    /// The verdict on what a log says.
    ///
    /// # Errors
    ///
    /// Those of [`Gate::check`], and an estimator that was not asked.
    pub fn verdict(&self, found: &Evaluation) -> Result<Verdict> {
        self.check()?;
        let Self { estimator, tolerate, least_ess } = *self;
        let above_running = found
            .of(estimator)
            .with_context(|| format!("{} was not estimated; name it among the estimators", estimator.name()))?
            .above_running;
        let support = &found.support;
        // The chance that none of so many decisions is one of those.
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

/// The names with the largest figures, none less than a quarter of the largest: that is chance.
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
                    "it may be worse than the running policy: {value:+.digits$} a decision, 95 % from {low:+.digits$} to {high:+.digits$}, and the lower end must not be below {bound}; "
                )?;
                if *high < 0.0 {
                    write!(f, "it is worse in all of the interval: keep the running policy")
                } else if *value < 0.0 {
                    write!(
                        f,
                        "more speaks against it than for it: keep the running policy, or tolerate a loss with --tolerate"
                    )
                } else {
                    write!(
                        f,
                        "a longer log narrows the interval (four times the lines, half the width), or tolerate a loss with --tolerate"
                    )
                }
            }
            Self::TooFewLines { ess, least, lines } => write!(
                f,
                "the log's {lines} lines tell of it no more than {ess:.0} of its own would, and {least} are asked; log longer, or let the running policy explore more of what the new one does"
            ),
            Self::TooFewShoppers { effective, least } => write!(
                f,
                "its lines tell of it no more than {effective:.0} shoppers with a line each would, and {least} are asked: what one shopper does says little of others; log more shoppers"
            ),
            Self::TooFewOutcomes { found, least } => write!(
                f,
                "{found} lines have another reward than most, and {least} are asked: intervals of so few cannot be believed; log longer"
            ),
            Self::Unseen { actions, share } => write!(
                f,
                "{} of its decisions are actions that the log never shows, such as {}; let the running policy take them now and then, with a propensity that is logged",
                percent(*share),
                quoted(actions)
            ),
            Self::Overlap { mean_weight, actions, contexts } => {
                let mean = mean_weight.value;
                write!(f, "the mean weight is {mean:.3} and not 1: ")?;
                if mean < 1.0 {
                    write!(f, "the log speaks of about {} of its decisions", percent(mean))?;
                    if !actions.is_empty() {
                        write!(f, "; least of {}", quoted(actions))?;
                    }
                } else {
                    write!(
                        f,
                        "propensities are not those that actions were drawn with; check how they are logged"
                    )?;
                }
                for ContextSupport { name, level, lines, mean_weight } in contexts {
                    write!(f, "; {mean_weight:.2} where `{name}` is `{level}` ({lines} lines)")?;
                }
                if mean < 1.0 {
                    write!(
                        f,
                        "; let the running policy explore there, and log the propensity it really had"
                    )?;
                }
                Ok(())
            }
        }
    }
}
