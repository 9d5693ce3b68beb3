//! Stochastic gradient descent: small batches, decreasing step size, averaged iterates.
//!
//! | symbol | shape  | unit                                                                    |
//! |--------|--------|-------------------------------------------------------------------------|
//! | `w`    | `[n]`  | the iterate, which keeps fluctuating                                    |
//! | `a`    | `[n]`  | its weighted average, which converges: the model                        |
//! | `η`    | scalar | step size: `η₀ / √(1 + t / T)` after `t` steps, with `T` steps per pass |
//!
//! Invariants
//! - The order of rows depends only on the seed.
//!
//! Not here: the loss.

use super::super::lbfgs::largest;
use super::loss::{self, Objective};
use super::watch::Watch;
use ndarray::{Array2, ArrayView2, Axis, aview1};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// Rows on which the first step size is estimated, and the number of power iterations for it.
const SAMPLE_ROWS: usize = 1024;
const POWER_STEPS: usize = 20;
/// Exponent of the average: the weight of iterate `t` grows like `t³`, so that early iterates are forgotten.
const FORGETTING: f64 = 3.0;

/// Descends from zeros until `watch` says to stop. Cost of a pass: two gradients over all rows, because the loss curve needs one too.
///
/// # Source
///
/// The step: Bach & Moulines, *Non-asymptotic analysis of stochastic approximation algorithms* (2011), section 4 (`t^−½` with
/// averaging); `η₀`: Gower et al., *SGD: general analysis and improved rates* (2019), proposition 3.8. Deviation: the mean
/// squared norm of rows replaces the largest, which on shop data is 100 times larger. The average: Shamir & Zhang, *Stochastic
/// gradient descent for non-smooth optimization* (2013), section 4.
pub(super) fn descend(objective: &Objective<'_>, batch: usize, seed: u64, watch: &mut Watch<'_>) {
    let n_rows = objective.x.nrows();
    let batch = batch.min(n_rows);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut order: Vec<usize> = (0..n_rows).collect();
    order.shuffle(&mut rng);
    let first = first_step(objective, batch, &order);
    let per_pass = n_rows.div_ceil(batch) as f64;
    let n_slopes = objective.x.ncols() * objective.n_outputs;
    let mean_weight = objective.weights.iter().sum::<f64>() / n_rows as f64;
    let (mut w, mut g) = (vec![0.0; objective.n_weights()], vec![0.0; objective.n_weights()]);
    let mut average = w.clone();
    let mut t = 0.0;
    loop {
        for rows in order.chunks(batch) {
            let (x, y, weights) = gather(objective, rows);
            g.fill(0.0);
            loss::add(&x.view(), &y, &weights, objective.n_outputs, &w, Some(&mut g));
            let step = first / (1.0_f64 + t / per_pass).sqrt();
            let share = step / (mean_weight * rows.len() as f64);
            t += 1.0;
            let forget = (FORGETTING + 1.0) / (FORGETTING + t);
            for (at, (w, g)) in w.iter_mut().zip(&g).enumerate() {
                let pull = if at < n_slopes { step * objective.l2 * *w } else { 0.0 };
                *w -= share * g + pull;
                average[at] += forget * (*w - average[at]);
            }
        }
        let value = objective.value(&average, &mut g);
        if !watch.goes_on(&average, value - objective.penalty(&average), largest(&g)) {
            break;
        }
        order.shuffle(&mut rng);
    }
}

fn gather(objective: &Objective<'_>, rows: &[usize]) -> (Array2<f64>, Vec<u32>, Vec<f64>) {
    let y = rows.iter().map(|&row| objective.y[row]).collect();
    let weights = rows.iter().map(|&row| objective.weights[row]).collect();
    (objective.x.select(Axis(0), rows), y, weights)
}

/// The first step size: the reciprocal of the expected curvature of a batch.
fn first_step(objective: &Objective<'_>, batch: usize, order: &[usize]) -> f64 {
    let sample = objective.x.select(Axis(0), &order[..order.len().min(SAMPLE_ROWS)]);
    let all = largest_eigenvalue(&sample.view());
    // The mean squared norm of a standardised row, including the 1 for the bias.
    let one = (objective.x.ncols() + 1) as f64;
    let share = 1.0 / batch as f64;
    1.0 / (objective.curvature() * (share * one + (1.0 - share) * all) + objective.l2)
}

/// Largest eigenvalue of `[x 1]ᵀ[x 1] / n`, by the power method from the all-ones direction; at least 1.
fn largest_eigenvalue(x: &ArrayView2<'_, f64>) -> f64 {
    let (n, p) = (x.nrows() as f64, x.ncols());
    let mut v = vec![1.0; p + 1];
    let mut value = 1.0_f64;
    for _ in 0..POWER_STEPS {
        let length = v.iter().map(|v| v * v).sum::<f64>().sqrt();
        v.iter_mut().for_each(|v| *v /= length);
        let along = x.dot(&aview1(&v[..p])) + v[p];
        v.clear();
        v.extend(x.t().dot(&along).iter().chain([&along.sum()]).map(|sum| sum / n));
        value = value.max(v.iter().map(|v| v * v).sum::<f64>().sqrt());
    }
    value
}
