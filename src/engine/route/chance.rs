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
//! Not here: what strategies prefer (`strategy`).

use crate::symbol::avalanche;

/// What a draw is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Queue,
    Holdout,
    Agent,
    Reward,
    Random,
}

/// Draws of one request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Draws {
    pub(super) seed: [u32; 2],
}

impl Draws {
    fn bits(self, purpose: Purpose, round: usize, n: usize) -> u32 {
        let [a, b] = self.seed;
        let what = (purpose as u32) << 24 ^ (round as u32) << 16 ^ n as u32;
        avalanche(avalanche(avalanche(a ^ 0x9e37_79b9) ^ b) ^ what.wrapping_mul(0x85eb_ca6b))
    }

    /// Above 0 and below 1.
    pub(super) fn share(self, purpose: Purpose, round: usize, n: usize) -> f32 {
        ((self.bits(purpose, round, n) >> 9) as f32 + 0.5) / (1_u32 << 23) as f32
    }

    /// Mean 0, variance 1: the sum of eight bytes, near enough to normal within 4 standard deviations.
    pub(super) fn normal(self, purpose: Purpose, round: usize, n: usize) -> f32 {
        let bits = self.bits(purpose, round, n);
        let sum: u32 = bits
            .to_le_bytes()
            .iter()
            .chain(&avalanche(!bits).to_le_bytes())
            .map(|byte| u32::from(*byte))
            .sum();
        // Of a byte the mean is 255 / 2 and the variance (256² − 1) / 12.
        (sum as f32 - 1_020.0) / 209.022_33
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
