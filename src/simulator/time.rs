//! Time: distributions of times, their checks, their means and their draws.
//!
//! | form          | a draw from a uniform `u`, above 0 and below 1                              |
//! |---------------|-----------------------------------------------------------------------------|
//! | `fixed`       | always the same                                                             |
//! | `exponential` | `-mean · ln u`                                                              |
//! | `log_normal`  | `median · e^(σ z)`, `z` normal, `σ² = 2 ln(mean / median)`                  |
//! | `sample`      | the value at index `⌊u · n⌋` of a sorted sample: its `u`-quantile           |
//! | `survival`    | the first time at which the curve is at most `1 - u`; infinite if there is none |
//! | `each`        | no draw: the n-th request has the n-th time, over and over                  |
//!
//! Not here: how a file writes them (`written`).
//!
//! # Source
//!
//! Box and Muller, *A note on the generation of random normal deviates* (1958).

use super::draw::{Draws, Purpose};
use alloc::vec::Vec;
use core::f64::consts::TAU;
use serde::Serialize;

/// Bits of a request's number that count requests; those above count how often its shopper came before.
pub(crate) const NUMBER_BITS: u32 = 48;

/// A distribution of times.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeDef {
    /// Always the same.
    Fixed {
        /// The time.
        seconds: f64,
    },
    /// Exponential.
    Exponential {
        /// Mean, in seconds.
        mean: f64,
    },
    /// Log-normal, as service times are (Brown et al. 2005).
    LogNormal {
        /// Mean, in seconds.
        mean: f64,
        /// Median, in seconds; at most the mean.
        median: f64,
    },
    /// An empirical sample, whose values are equally likely.
    Sample {
        /// The values, in seconds, rising.
        seconds: Vec<f64>,
    },
    /// A survival curve: a share of `alive[i]` takes longer than `seconds[i]`.
    Survival {
        /// Where the curve falls, in seconds, rising.
        seconds: Vec<f64>,
        /// The share that the curve falls to there, 0 to 1, never rising. The share left at the end lasts for ever.
        alive: Vec<f64>,
    },
    /// The n-th request has the n-th time, as in a log; the list is repeated.
    Each {
        /// The times, in seconds.
        seconds: Vec<f64>,
    },
}

impl TimeDef {
    /// What the distribution must be, if it is invalid.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        let is_time = |seconds: &f64| seconds.is_finite() && *seconds > 0.0;
        let rises = |seconds: &[f64]| seconds.is_sorted() && seconds.iter().all(is_time);
        let (holds, says) = match self {
            Self::Fixed { seconds: time } | Self::Exponential { mean: time } => (is_time(time), "above 0"),
            Self::LogNormal { mean, median } => (
                is_time(mean) && is_time(median) && median <= mean,
                "above 0, and the median at most the mean",
            ),
            Self::Sample { seconds } => {
                (!seconds.is_empty() && rises(seconds), "one number or more, each above 0, rising")
            }
            Self::Each { seconds } => {
                (!seconds.is_empty() && seconds.iter().all(is_time), "one number or more, each above 0")
            }
            Self::Survival { seconds, alive } => {
                let falls = alive.is_sorted_by(|a, b| a >= b);
                let shares = alive.iter().all(|share| (0.0..=1.0).contains(share));
                let pairs = seconds.len() == alive.len() && !seconds.is_empty();
                (
                    pairs && rises(seconds) && falls && shares,
                    "as many shares as seconds, seconds rising from above 0, shares falling within 0 and 1",
                )
            }
        };
        (!holds).then_some(says)
    }

    /// Whether it may last for ever.
    pub(crate) fn is_endless(&self) -> bool {
        matches!(self, Self::Survival { alive, .. } if alive.last().is_some_and(|share| *share > 0.0))
    }

    /// Its mean, in seconds; for a curve that does not reach 0, the area under it up to its end.
    #[must_use]
    pub fn mean(&self) -> f64 {
        match self {
            Self::Fixed { seconds } => *seconds,
            Self::Exponential { mean } | Self::LogNormal { mean, .. } => *mean,
            Self::Sample { seconds } | Self::Each { seconds } => {
                seconds.iter().sum::<f64>() / seconds.len().max(1) as f64
            }
            Self::Survival { seconds, alive } => {
                let from =
                    core::iter::once((0.0, 1.0)).chain(seconds.iter().copied().zip(alive.iter().copied()));
                from.zip(seconds).map(|((from, alive), to)| (to - from) * alive).sum()
            }
        }
    }
}

impl Draws {
    /// A time of this distribution, in seconds; infinite where it lasts for ever.
    pub(crate) fn time(self, time: &TimeDef, purpose: Purpose, kind: usize, n: u64) -> f64 {
        let u = || self.share(purpose, kind, n, 0);
        match time {
            TimeDef::Fixed { seconds } => *seconds,
            TimeDef::Exponential { mean } => mean * self.exponential(purpose, kind, n),
            TimeDef::LogNormal { mean, median } => {
                let sigma = libm::sqrt(2.0 * libm::log(mean / median));
                let radius = libm::sqrt(2.0 * self.exponential(purpose, kind, n));
                let normal = radius * libm::cos(TAU * self.share(purpose, kind, n, 1));
                median * libm::exp(sigma * normal)
            }
            TimeDef::Sample { seconds } => {
                let at = (u() * seconds.len() as f64) as usize;
                seconds.get(at).or(seconds.last()).copied().unwrap_or(f64::INFINITY)
            }
            TimeDef::Survival { seconds, alive } => {
                let left = 1.0 - u();
                let at = alive.partition_point(|share| *share > left);
                seconds.get(at).copied().unwrap_or(f64::INFINITY)
            }
            TimeDef::Each { seconds } => {
                let number = n & ((1 << NUMBER_BITS) - 1);
                let at = number % seconds.len().max(1) as u64;
                seconds.get(at as usize).copied().unwrap_or(f64::INFINITY)
            }
        }
    }
}
