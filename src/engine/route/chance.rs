//! Chance: draws that depend on a seed and on what they are for, and the propensities that follow from them.
//!
//! | symbol | shape            | meaning                                                              |
//! |--------|------------------|----------------------------------------------------------------------|
//! | `p`    | `[n_candidates]` | propensity: the chance with which each candidate is chosen           |
//! | `ε`    | scalar           | share left to chance by `epsilon_greedy`                             |
//! | `f`    | scalar           | `explore.floor`                                                      |
//! | `h`    | scalar           | `explore.holdout`                                                    |
//!
//! What strategies prefer becomes `p`; then `p ← (1 − ε) p + ε / n`, then `p ← (1 − n f) p + f` (`f` at most `1 / n`), and what is
//! recorded is `(1 − h) p + h / n`. The queue is drawn from exactly these, so a logged propensity is the truth.
//!
//! Not here: what strategies prefer (`strategy`, `drawn`).

use crate::symbol::avalanche;

/// What a draw is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Queue,
    Holdout,
    Agent,
}

/// Draws of one request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Draws {
    pub(super) seed: [u32; 2],
}

impl Draws {
    /// Above 0 and below 1.
    pub(super) fn share(self, purpose: Purpose) -> f32 {
        let [a, b] = self.seed;
        let what = (purpose as u32) << 24;
        let bits = avalanche(avalanche(avalanche(a ^ 0x9e37_79b9) ^ b) ^ what.wrapping_mul(0x85eb_ca6b));
        ((bits >> 9) as f32 + 0.5) / (1_u32 << 23) as f32
    }
}

/// Mixes `share` of even chance into `p`, which sums to 1.
pub(super) fn mix(p: &mut [f32], share: f32) {
    let even = share / p.len() as f32;
    p.iter_mut().for_each(|p| *p = (1.0 - share) * *p + even);
}

/// Lifts every propensity to `floor` or above, as far as they are few enough for it.
pub(super) fn lift(p: &mut [f32], floor: f32) {
    mix(p, (floor * p.len() as f32).min(1.0));
}

/// Which of `p` a share between 0 and 1 falls on.
pub(super) fn pick(p: &[f32], share: f32) -> usize {
    let mut left = share;
    let found = p.iter().position(|p| {
        left -= p;
        left < 0.0
    });
    // Rounding may leave a little: it belongs to the last that has a chance.
    found.or_else(|| p.iter().rposition(|p| *p > 0.0)).unwrap_or(0)
}
