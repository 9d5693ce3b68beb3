//! Chance: the random draws that the simulator makes. Each shopper has a random stream, derived from the seed and the shopper's number.
//!
//! Not here: what the draws decide (`shopper`, `session`, `words`).

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A seeded stream of random numbers.
pub(super) struct Chance(ChaCha8Rng);

impl Chance {
    /// The stream of one shopper. Streams are independent, so adding a shopper does not change what the others do.
    pub(super) fn of_shopper(seed: u64, shopper: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(shopper);
        Self(rng)
    }

    /// True with probability `p`.
    pub(super) fn is(&mut self, p: f64) -> bool {
        self.0.random::<f64>() < p
    }

    /// Uniform in `from..=to`.
    pub(super) fn between(&mut self, from: u64, to: u64) -> u64 {
        self.0.random_range(from..=to.max(from))
    }

    /// Uniform below `n`; 0 when `n` is 0.
    pub(super) fn below(&mut self, n: usize) -> usize {
        self.0.random_range(0..n.max(1))
    }

    /// A uniformly drawn element; `None` when `of` is empty.
    pub(super) fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len()))
    }

    /// A key, drawn with probability proportional to its weight, from `first` and `rest`. When rounding leaves a remainder, the last key
    /// is returned.
    pub(super) fn weighted<T: Copy>(&mut self, first: (T, f64), rest: &[(T, f64)]) -> T {
        let total = first.1 + rest.iter().map(|(_, w)| w).sum::<f64>();
        let mut left = self.0.random::<f64>() * total - first.1;
        let mut key = first.0;
        for (next, weight) in rest {
            if left < 0.0 {
                break;
            }
            key = *next;
            left -= weight;
        }
        key
    }
}
