//! Permutation importance: how much worse a model scores when one feature is shuffled among the rows.
//!
//! | symbol | shape | what it is                                         |
//! |--------|-------|----------------------------------------------------|
//! | `s`    |       | score on the unchanged rows; higher is better      |
//! | `s_r`  | `[R]` | score with the feature shuffled, for each repeat   |
//! | `i_r`  | `[R]` | `s - s_r`: importance of the feature to this model |
//!
//! Invariants
//! - Each feature and repeat has its own shuffle, determined by seed, feature and repeat. So adding a feature or changing the
//!   number of threads changes no other result.
//! - Two redundant features share their importance, or both look unimportant: check the near-duplicate warnings first.
//!
//! Not here: the relevance of single features without a model (`relevance`).

use crate::store::PermutationPlan;
use anyhow::{Result, ensure};
use floorwalker_engine::event::Value;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use serde::Serialize;

/// Two-sided 95 % quantiles of Student's t by degrees of freedom, from 1; above 30 the normal quantile is used.
const T_95: [f64; 30] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
];
const NORMAL_95: f64 = 1.960;

/// Permutation importance of one feature.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Importance {
    /// Index of the feature.
    pub feature: usize,
    /// Mean of `i_r`, in units of the score.
    pub mean: f64,
    /// Lower end of the 95 % interval of that mean. It covers the randomness of the shuffles only, not of the rows or of the fit.
    pub low: f64,
    /// Upper end of that interval.
    pub high: f64,
}

/// Permutation importance of each feature, in their order.
///
/// - `values`: `[n_rows, n_features]`, row-major, of rows that the model was not trained on.
/// - `score`: the model's score on values of this shape; finite, higher is better.
///
/// Cost: `n_features * repeats + 1` calls of `score`, on all threads, each with a copy of `values`.
///
/// # Errors
///
/// Fails for fewer than 2 repeats or 2 rows, for values that are not a whole number of rows, and for a score that is not finite.
///
/// # Source
///
/// Fisher, Rudin & Dominici, *All Models are Wrong, but Many are Useful* (2019), section 3: the difference form. Deviation: a
/// seeded sample of shuffles instead of all of them; the interval is Student's t interval over the sample.
pub fn permutation(
    values: &[Value],
    n_features: usize,
    plan: PermutationPlan,
    score: impl Fn(&[Value]) -> f64 + Sync,
) -> Result<Vec<Importance>> {
    ensure!(plan.repeats >= 2, "{} repeats; an interval needs at least 2", plan.repeats);
    ensure!(
        n_features > 0 && values.len().is_multiple_of(n_features) && values.len() / n_features >= 2,
        "there are {} values for {n_features} features; give at least 2 whole rows",
        values.len()
    );
    let n_rows = values.len() / n_features;
    let whole = score(values);
    ensure!(
        whole.is_finite(),
        "the score of the model on these rows is {whole}, which is not finite; importance cannot be measured"
    );
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
