//! Chance: random draws that depend only on a seed and their purpose, and mixing of propensities.
//!
//! | symbol | shape            | meaning                                                              |
//! |--------|------------------|----------------------------------------------------------------------|
//! | `p`    | `[n_candidates]` | propensity: the probability with which each candidate is chosen      |
//! | `ε`    | scalar           | exploration rate of `epsilon_greedy`                                 |
//! | `f`    | scalar           | `explore.floor`                                                      |
//! | `h`    | scalar           | `explore.holdout`                                                    |
//!
//! `p` starts as the strategies' preference. Then `p ← (1 − ε) p + ε / n`, then `p ← (1 − n f) p + f` (`f` at most `1 / n`), and
//! `(1 − h) p + h / n` is recorded. The queue is drawn with exactly these probabilities, so logged propensities are exact.
//!
//! Not here: the strategies' preference (`strategy`, `preference`).

use crate::symbol::avalanche;

/// The purpose of a draw; draws for different purposes are independent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Queue,
    Holdout,
    Agent,
}

/// The random draws of one request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Draws {
    pub(super) seed: [u32; 2],
}

impl Draws {
    /// A uniform draw between 0 and 1, both excluded.
    pub(super) fn share(self, purpose: Purpose) -> f32 {
        let [a, b] = self.seed;
        let what = (purpose as u32) << 24;
        let bits = avalanche(avalanche(avalanche(a ^ 0x9e37_79b9) ^ b) ^ what.wrapping_mul(0x85eb_ca6b));
        ((bits >> 9) as f32 + 0.5) / (1_u32 << 23) as f32
    }
}

/// Mixes the uniform distribution into `p`, which sums to 1, with weight `share`.
pub(super) fn mix(p: &mut [f32], share: f32) {
    let even = share / p.len() as f32;
    p.iter_mut().for_each(|p| *p = (1.0 - share) * *p + even);
}

/// Raises every propensity to at least `least`, or makes all equal if `least` is above `1 / n`.
pub(super) fn lift(p: &mut [f32], least: f32) {
    mix(p, (least * p.len() as f32).min(1.0));
}

/// The index in `p` that a draw `share` between 0 and 1 selects.
pub(super) fn pick(p: &[f32], share: f32) -> usize {
    let mut left = share;
    let found = p.iter().position(|p| {
        left -= p;
        left < 0.0
    });
    // Rounding may leave a small remainder, which selects the last index with a positive probability.
    found.or_else(|| p.iter().rposition(|p| *p > 0.0)).unwrap_or(0)
}
