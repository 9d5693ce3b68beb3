//! Explanations for models without an exact formula: sampled Shapley values. Inputs are switched on one after another, in their
//! order and in the reverse order; an input's share is the mean of the two changes of the logit that it caused.
//!
//! Invariant: base and shares add up to the logit within rounding, for any model.
//!
//! # Source
//!
//! Castro, Gómez and Tejada, *Polynomial calculation of the Shapley value based on sampling* (2009); Mitchell et al.,
//! *Sampling permutations for Shapley value estimation* (2022), section 4, for pairing an order with its reverse. Deviation: one
//! fixed pair of orders instead of random ones, so that an explanation is a pure function and costs `2 · n_inputs` scores.

use alloc::vec;

/// Adds each input's share of `score(x)` to `out`, `[n_inputs]`, and returns the base: the score when all columns are 0. Encodings
/// that standardise give 0 for a number equal to the mean, and for a missing category.
pub(super) fn explain(
    x: &[f32],
    sources: &[u16],
    out: &mut [f32],
    mut score: impl FnMut(&[f32]) -> f32,
) -> f32 {
    let mut switched = vec![0.0; x.len()];
    let base = score(&switched);
    let n = out.len();
    let mut walk = |order: &mut dyn Iterator<Item = usize>| {
        switched.fill(0.0);
        let mut before = base;
        for input in order {
            let columns = switched.iter_mut().zip(x).zip(sources);
            columns
                .filter(|&(_, &source)| usize::from(source) == input)
                .for_each(|((switched, &x), _)| *switched = x);
            let after = score(&switched);
            if let Some(share) = out.get_mut(input) {
                *share += 0.5 * (after - before);
            }
            before = after;
        }
    };
    walk(&mut (0..n));
    walk(&mut (0..n).rev());
    base
}
