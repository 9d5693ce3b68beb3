//! Draws: random numbers that are identified by their purpose, so that none depends on what was drawn before.
//!
//! # Source
//!
//! Steele, Lea and Flood, *Fast splittable pseudorandom number generators* (2014): the mix of `SplitMix64`. Deviation: its input is
//! a hash of seed, purpose and number instead of a counter alone.

/// What a draw is for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    Arrival,
    Work,
    Patience,
    Route,
    /// What is known of a request when it comes.
    Seen,
    /// What a policy leaves to chance.
    Decision,
    /// Whether a shopper comes back.
    Return,
    /// How long it takes until a shopper comes back.
    Delay,
}

/// Draws of one seed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Draws {
    /// A hash of the seed. With the seed itself, two seeds could share draws, each for another purpose.
    key: u64,
}

/// The seed of the `run`-th of several runs: below 2⁵³, so that a JavaScript number holds it exactly.
///
/// A hash of both: runs of one seed share no draw with each other, nor with those of the seeds next to it.
#[must_use]
pub const fn run_seed(seed: u64, run: u64) -> u64 {
    mix(mix(seed) ^ run) >> 11
}

impl Draws {
    pub(crate) const fn new(seed: u64) -> Self {
        Self { key: mix(seed) }
    }

    /// A uniform draw, above 0 and below 1, for request `n` of `kind`; `part` tells draws of one purpose apart.
    pub(crate) fn share(self, purpose: Purpose, kind: usize, n: u64, part: u64) -> f64 {
        let name = (purpose as u64) << 8 | part;
        let bits = mix(mix(mix(self.key ^ name) ^ kind as u64) ^ n);
        // The upper 52 bits, and a half: neither 0 nor 1.
        ((bits >> 12) as f64 + 0.5) / (1_u64 << 52) as f64
    }

    /// An exponential draw with mean 1.
    pub(crate) fn exponential(self, purpose: Purpose, kind: usize, n: u64) -> f64 {
        -libm::log(self.share(purpose, kind, n, 0))
    }
}

const fn mix(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
