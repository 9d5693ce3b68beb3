//! Link: from logits to probabilities.
//!
//! Invariants
//! - Probabilities of finite logits are finite and in `[0, 1]`; those of a softmax sum to 1 within `n · 1e-6`.
//! - Results are the same bits on every target: `exp` is from `math`, `ln` from `libm`.
//!
//! Not here: calibration, which is the head's.

use super::Scores;
use crate::math::exp;
use serde::{Deserialize, Serialize};

/// Smallest probability whose logarithm is a signal; smaller ones count as this.
const LEAST_PROBABILITY: f32 = 1e-30;

/// The function from logits to probabilities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// No function: the output is a number in its own unit, not a probability.
    Identity,
    /// Logistic function, for each output independently: `1 / (1 + e^−z)`.
    Sigmoid,
    /// Softmax over all outputs: `e^z / Σ e^z`.
    Softmax,
}

impl Link {
    /// Writes the probability of each logit into `out`, both `[n_outputs]`.
    ///
    /// # Source
    ///
    /// Bishop, *Pattern Recognition and Machine Learning* (2006), eq. 4.59 and 4.104. Deviation: the largest logit is
    /// subtracted before `exp`, against overflow.
    #[inline]
    pub fn probabilities(self, logits: &[f32], out: &mut [f32]) {
        match self {
            Self::Identity => out.iter_mut().zip(logits).for_each(|(out, &logit)| *out = logit),
            Self::Sigmoid => {
                for (probability, &logit) in out.iter_mut().zip(logits) {
                    *probability = 1.0 / (1.0 + exp(-logit));
                }
            }
            Self::Softmax => {
                // In WebAssembly a comparison is one instruction while `f32::max` is a call.
                let largest =
                    logits.iter().fold(f32::NEG_INFINITY, |most, &z| if z > most { z } else { most });
                for (probability, &logit) in out.iter_mut().zip(logits) {
                    *probability = exp(logit - largest);
                }
                let scale = 1.0 / out.iter().sum::<f32>();
                out.iter_mut().for_each(|probability| *probability *= scale);
            }
        }
    }

    /// The signal of `output`: the value that another head reads.
    #[inline]
    pub(super) fn signal(self, scores: &Scores, output: usize) -> f32 {
        match self {
            Self::Identity | Self::Sigmoid => scores.logits.get(output).copied().unwrap_or(f32::NAN),
            Self::Softmax => {
                let probability = scores.probabilities.get(output).copied().unwrap_or(f32::NAN);
                libm::logf(probability.max(LEAST_PROBABILITY))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(link: Link, logits: &[f32], expected: &[f32]) {
        let mut out = [0.0; 4];
        let out = &mut out[..logits.len()];
        link.probabilities(logits, out);
        for (got, wanted) in out.iter().zip(expected) {
            assert!((got - wanted).abs() < 1e-6, "{link:?} of {logits:?}: {out:?}");
        }
    }

    #[test]
    fn values_worked_by_hand() {
        check(Link::Sigmoid, &[0.0, 2.0], &[0.5, 0.880_797]);
        check(Link::Softmax, &[0.0, 2.0], &[0.119_203, 0.880_797]);
        check(Link::Identity, &[-3.5], &[-3.5]);
    }

    #[test]
    fn huge_logits_stay_finite() {
        check(Link::Softmax, &[3e38, -3e38, 3e38], &[0.5, 0.0, 0.5]);
        check(Link::Sigmoid, &[3e38, -3e38], &[1.0, 0.0]);
    }
}
