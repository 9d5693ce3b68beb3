//! Permutation importance: how much worse a model scores when one feature is shuffled among the rows.
//!
//! | symbol | shape    | what it is                                                       |
//! |--------|----------|------------------------------------------------------------------|
//! | `s`    |          | score of the rows as they are; the higher the better             |
//! | `s_r`  | `[R]`    | score with the feature shuffled, of each repeat                  |
//! | `i_r`  | `[R]`    | `s - s_r`: what the feature is worth to this model               |
//!
//! Invariants
//! - Each feature and repeat has a shuffle of its own, named by seed, feature and repeat: a feature more, or another number of
//!   threads, changes none of the others.
//! - Two features that say the same share their worth, or each looks worthless: see the near-duplicate warning first.
//!
//! Not here: features alone (`relevance`).

use crate::store::PermutationPlan;
use anyhow::{Result, ensure};
use floorwalker_engine::event::Value;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use serde::Serialize;

/// Two-sided 95 % quantiles of Student's t by degrees of freedom, from 1; beyond the last the normal one.
const T_95: [f64; 30] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
];
const NORMAL_95: f64 = 1.960;

/// What one feature is worth to a model.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Importance {
    /// Index of the feature.
    pub feature: usize,
    /// Mean of `i_r`, in units of the score.
    pub mean: f64,
    /// Lower end of the 95 % interval of that mean, over shuffles: the rows and the model are taken as they are.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// What each feature is worth, in their order.
///
/// - `values`: `[n_rows, n_features]`, row-major, of rows that the model did not learn from.
/// - `score`: of values of the same shape; finite, the higher the better.
///
/// Cost: `n_features * repeats + 1` calls of `score`, on all threads, each with a copy of `values`.
///
/// # Errors
///
/// Fewer than 2 repeats or 2 rows, values that are no whole number of rows, a score that is not finite.
///
/// # Source
///
/// Fisher, Rudin & Dominici, *All Models are Wrong, but Many are Useful* (2019), section 3: the difference form. Deviation: a
/// seeded sample of shuffles and not all of them; the interval is Student's, over the sample.
pub fn permutation(
    values: &[Value],
    n_features: usize,
    plan: PermutationPlan,
    score: impl Fn(&[Value]) -> f64 + Sync,
) -> Result<Vec<Importance>> {
    ensure!(plan.repeats >= 2, "{} repeats; an interval needs at least 2", plan.repeats);
    ensure!(
        n_features > 0 && values.len().is_multiple_of(n_features) && values.len() / n_features >= 2,
        "{} values of {n_features} features; bring at least 2 whole rows",
        values.len()
    );
    let n_rows = values.len() / n_features;
    let whole = score(values);
    ensure!(whole.is_finite(), "the model scores {whole} on these rows; there is nothing to compare with");
    let worth = |(feature, repeat): (usize, usize)| {
        let mut rng = ChaCha8Rng::seed_from_u64(plan.seed);
        rng.set_stream(((feature as u64) << 32) | repeat as u64);
        let mut order: Vec<usize> = (0..n_rows).collect();
        order.shuffle(&mut rng);
        let mut shuffled = values.to_vec();
        for (row, from) in order.into_iter().enumerate() {
            shuffled[row * n_features + feature] = values[from * n_features + feature];
        }
        whole - score(&shuffled)
    };
    let pairs: Vec<(usize, usize)> =
        (0..n_features).flat_map(|feature| (0..plan.repeats).map(move |repeat| (feature, repeat))).collect();
    let worths: Vec<f64> = pairs.into_par_iter().map(worth).collect();
    ensure!(
        worths.iter().all(|worth| worth.is_finite()),
        "a shuffled feature gives a score that is not finite"
    );
    Ok(worths
        .chunks_exact(plan.repeats)
        .enumerate()
        .map(|(feature, worths)| interval(feature, worths))
        .collect())
}

fn interval(feature: usize, worths: &[f64]) -> Importance {
    let n = worths.len() as f64;
    let mean = worths.iter().sum::<f64>() / n;
    let variance = worths.iter().map(|worth| (worth - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let t = T_95.get(worths.len() - 2).copied().unwrap_or(NORMAL_95);
    let reach = t * (variance / n).sqrt();
    Importance { feature, mean, low: mean - reach, high: mean + reach }
}
