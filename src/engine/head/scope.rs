//! Scope: whether a message is about any of a text head's outputs at all.
//!
//! ```text
//! outside = sigmoid(b + Σ_i w_i x_i)
//! ```
//!
//! | `x_i`     | what it sees                                                                  | unit   |
//! |-----------|-------------------------------------------------------------------------------|--------|
//! | `top`     | the largest logit                                                             | logits |
//! | `sure`    | the largest probability                                                       | 0 to 1 |
//! | `unknown` | share of the message's grams that the model does not know                     | 0 to 1 |
//! | `reject`  | probability of the output that stands for none of these, where there is one   | 0 to 1 |
//!
//! The first two look at the outputs that stand for something. A message of which nothing is known is outside for certain, and
//! where nothing was typed nothing is.
//!
//! Invariants
//! - `outside` is in `[0, 1]` for any numbers.
//!
//! # Source
//!
//! Hendrycks and Gimpel, *A Baseline for Detecting Misclassified and Out-of-Distribution Examples* (2017), for the most probable
//! output; Hendrycks et al., *Scaling Out-of-Distribution Detection for Real-World Settings* (2022), for the largest logit; Dhamija,
//! Günther and Boult, *Reducing Network Agnostophobia* (2018), for a class of its own. Deviation: a weighted sum of them.
//!
//! Not here: finding the weights (`learn`).

use crate::math::exp;
use serde::{Deserialize, Serialize};

/// How many things are looked at.
pub const SIGNS: usize = 4;

/// A raw scope: plain data, not yet checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScopeDef {
    /// `w`, in the order of the table.
    pub weights: [f32; SIGNS],
    /// `b`.
    pub bias: f32,
    /// From this on a message is outside.
    pub threshold: f32,
    /// The output that stands for none of these.
    pub reject: Option<u16>,
}

/// What the outputs and the grams of a message look like to a scope.
#[derive(Clone, Copy, Debug)]
pub struct Signs<'a> {
    /// `[n_outputs]`, calibrated.
    pub logits: &'a [f32],
    /// `[n_outputs]`, of a softmax.
    pub probabilities: &'a [f32],
    /// Occurrences of grams that the model knows.
    pub known: usize,
    /// Occurrences of all grams.
    pub all: usize,
    /// The output that stands for none of these.
    pub reject: Option<usize>,
}

impl Signs<'_> {
    /// `x`. Finite, if the logits are.
    #[must_use]
    pub fn read(self) -> [f32; SIGNS] {
        let Self { logits, probabilities, known, all, reject } = self;
        let (mut top, mut sure, mut rejected) = (-1e30_f32, 0.0_f32, 0.0);
        for (output, (&logit, &p)) in logits.iter().zip(probabilities).enumerate() {
            if reject == Some(output) {
                rejected = p;
            } else {
                // Comparisons are instructions where `f32::max` is a call in WebAssembly.
                top = if logit > top { logit } else { top };
                sure = if p > sure { p } else { sure };
            }
        }
        [top, sure, 1.0 - known as f32 / all.max(1) as f32, rejected]
    }
}

impl ScopeDef {
    pub(super) fn is_sane(&self, n_outputs: usize) -> bool {
        self.weights.iter().chain([&self.bias, &self.threshold]).all(|number| number.is_finite())
            && self.reject.is_none_or(|output| usize::from(output) < n_outputs)
    }

    /// How probably a message with these signs is outside.
    #[must_use]
    pub fn outside(&self, signs: &[f32; SIGNS]) -> f32 {
        let sum: f32 = self.bias + self.weights.iter().zip(signs).map(|(w, x)| w * x).sum::<f32>();
        let outside = 1.0 / (1.0 + exp(-sum));
        // Weights of a hostile bundle can cancel infinities.
        if outside.is_nan() { 0.0 } else { outside }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_as_by_hand() {
        let signs = |reject| {
            let (logits, probabilities) = (&[2.0, 1.0, 3.0], &[0.25, 0.125, 0.625]);
            Signs { logits, probabilities, known: 3, all: 4, reject }.read()
        };
        assert_eq!(signs(None), [3.0, 0.625, 0.25, 0.0]);
        assert_eq!(signs(Some(2)), [2.0, 0.25, 0.25, 0.625]);
    }

    #[test]
    fn any_numbers_give_a_probability() {
        for weight in [0.0, 1.0, f32::MAX, f32::MIN] {
            let scope = ScopeDef { weights: [weight; SIGNS], bias: -weight, threshold: 0.5, reject: None };
            for logits in [&[][..], &[1e30], &[-1e30, 1e30], &[0.0; 3]] {
                let signs = Signs { logits, probabilities: &[0.5; 3], known: 0, all: 0, reject: None }.read();
                assert!((0.0..=1.0).contains(&scope.outside(&signs)), "{weight} {logits:?} {signs:?}");
            }
        }
    }
}
