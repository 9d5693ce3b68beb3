//! Scope: out-of-scope detection, that is, whether a message is about any of a text head's outputs at all.
//!
//! ```text
//! outside = sigmoid(b + Σ_i w_i x_i)
//! ```
//!
//! | `x_i`     | meaning                                                                       | unit   |
//! |-----------|-------------------------------------------------------------------------------|--------|
//! | `top`     | the largest logit                                                             | logits |
//! | `sure`    | the largest probability                                                       | 0 to 1 |
//! | `unknown` | share of the message's n-grams that the model does not know                   | 0 to 1 |
//! | `reject`  | probability of the reject output ("none of these"), if there is one           | 0 to 1 |
//!
//! `top` and `sure` ignore the reject output. A message without any known n-gram is out of scope with probability 1; with an empty
//! message the probability is 0.
//!
//! Invariants
//! - `outside` is in `[0, 1]` for any numbers.
//!
//! # Source
//!
//! Hendrycks and Gimpel, *A Baseline for Detecting Misclassified and Out-of-Distribution Examples* (2017), for the most probable
//! output; Hendrycks et al., *Scaling Out-of-Distribution Detection for Real-World Settings* (2022), for the largest logit; Dhamija,
//! Günther and Boult, *Reducing Network Agnostophobia* (2018), for a reject class. Deviation: a weighted sum of these signals.
//!
//! Not here: finding the weights (`learn`).

use crate::math::exp;
use serde::{Deserialize, Serialize};

/// How many signals are used.
pub const SIGNS: usize = 4;

/// A raw scope: plain data, not yet checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScopeDef {
    /// `w`, in the order of the table.
    pub weights: [f32; SIGNS],
    /// `b`.
    pub bias: f32,
    /// Probability from which on a message is out of scope.
    pub threshold: f32,
    /// The reject output, which stands for "none of these".
    pub reject: Option<u16>,
}

/// The numbers from which a scope computes its signals.
#[derive(Clone, Copy, Debug)]
pub struct Signs<'a> {
    /// `[n_outputs]`, calibrated.
    pub logits: &'a [f32],
    /// `[n_outputs]`, from a softmax.
    pub probabilities: &'a [f32],
    /// How many n-grams of the message the model knows, repetitions counted.
    pub known: usize,
    /// How many n-grams the message has, repetitions counted.
    pub all: usize,
    /// The reject output, which stands for "none of these".
    pub reject: Option<usize>,
}

impl Signs<'_> {
    /// The signals `x`, in the order of the table. Finite if the logits are.
    #[must_use]
    pub fn read(self) -> [f32; SIGNS] {
        let Self { logits, probabilities, known, all, reject } = self;
        let (mut top, mut sure, mut rejected) = (-1e30_f32, 0.0_f32, 0.0);
        for (output, (&logit, &p)) in logits.iter().zip(probabilities).enumerate() {
            if reject == Some(output) {
                rejected = p;
            } else {
                // In WebAssembly a comparison is one instruction while `f32::max` is a call.
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

    /// Probability that a message with these signals is out of scope.
    #[must_use]
    pub fn outside(&self, signs: &[f32; SIGNS]) -> f32 {
        let sum: f32 = self.bias + self.weights.iter().zip(signs).map(|(w, x)| w * x).sum::<f32>();
        let outside = 1.0 / (1.0 + exp(-sum));
        // Large weights of a hostile bundle can give ∞ − ∞, which is NaN.
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
