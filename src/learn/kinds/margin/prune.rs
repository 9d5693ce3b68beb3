//! Pruning: fewer support vectors with nearly the same decisions.
//!
//! | symbol | shape                   | unit                                                                |
//! |--------|-------------------------|---------------------------------------------------------------------|
//! | `F`    | `[n_looked, n_outputs]` | decision of the full machine without its bias, on the compared rows |
//! | `K`    | `[n_looked, n_kept]`    | kernel values of those rows and the kept ones, after quantisation   |
//! | `β`    | `[n_kept, n_outputs]`   | weights of the kept rows                                            |
//!
//! ```text
//! choose     again and again the row whose likeness, with those before, takes most off ‖F‖²
//! then       β, b = argmin ‖K β + b − F‖² + λ ‖β‖²
//! ```
//!
//! Invariants
//! - `β` is fitted on the dequantised rows, as the page reads them, so that it also compensates for quantisation.
//!
//! Not here: the full machine and the size of a kept row (`kernel`).

use super::cache::likenesses;
use floorwalker_engine::head::prototypes::Like;
use ndarray::{Array1, Array2, ArrayView1, Axis, Slice, concatenate};
use rand::seq::index::sample;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// Most candidates: the support vectors with the largest multipliers.
const MAX_CANDIDATES: usize = 2_000;
/// Rows of one matrix product.
const BLOCK: usize = 128;
/// A candidate whose kernel values are linear combinations of those chosen, up to this share of their squared norm, is skipped.
const NOTHING_NEW: f64 = 1e-9;
/// `λ`, as a share of the mean squared norm of the kernel values.
const RIDGE: f64 = 1e-6;

/// The support vectors to keep: indices into `support`, in the order in which they were chosen.
///
/// - `looked`: rows on which the decisions should agree, `[n_looked, n_columns]`; `decisions`: `F` on these rows.
/// - `support`: `[n_support, n_columns]`; `multipliers`: `[n_support, n_outputs]`.
///
/// Cost: `O(n_looked · n_candidates² + n_candidates · n_kept²)`.
///
/// # Source
///
/// Chen, Cowan & Grant, *Orthogonal least squares learning algorithm for radial basis function networks* (1991), on the
/// decisions instead of labels, as a Cholesky factorisation of the candidates' products that takes the best pivot next;
/// for support vector machines: Keerthi, Chapelle & `DeCoste`, *Building Support Vector Machines with Reduced Classifier
/// Complexity* (2006).
pub(super) fn chosen(
    like: Like,
    looked: &Array2<f32>,
    decisions: &Array2<f64>,
    support: &Array2<f32>,
    multipliers: &Array2<f64>,
    n_kept: usize,
) -> Vec<usize> {
    let mut candidates: Vec<usize> = (0..support.nrows()).collect();
    let strength = |&r: &usize| -> f64 { multipliers.row(r).iter().map(|m| m.abs()).sum() };
    candidates.sort_by(|a, b| strength(b).total_cmp(&strength(a)));
    candidates.truncate(MAX_CANDIDATES.max(n_kept));
    let (waves, _) = centred(&likenesses(like, &support.select(Axis(0), &candidates), looked));
    let products = times_transposed(&waves);
    // The projection of the residual of F on each candidate, and the squared norm of the part of each that is orthogonal to those chosen.
    let mut along = waves.dot(decisions);
    let whole: Vec<f64> = products.diag().to_vec();
    let mut fresh = whole.clone();
    let mut factors: Vec<Vec<f64>> = vec![Vec::with_capacity(n_kept); candidates.len()];
    let mut open = vec![true; candidates.len()];
    let mut kept = Vec::with_capacity(n_kept);
    while kept.len() < n_kept {
        let useful = |&c: &usize| open[c] && fresh[c] > NOTHING_NEW * whole[c];
        let gain = |c: usize| along.row(c).iter().map(|a| a * a).sum::<f64>() / fresh[c];
        let better = |a: (usize, f64), b: (usize, f64)| if b.1 > a.1 { b } else { a };
        let best = (0..candidates.len()).filter(useful).map(|c| (c, gain(c))).reduce(better);
        let Some((pivot, _)) = best else { break };
        let (own, length) = (factors[pivot].clone(), fresh[pivot].sqrt());
        let share: Vec<f64> = along.row(pivot).iter().map(|a| a / length).collect();
        factors.par_iter_mut().enumerate().for_each(|(c, factors)| {
            let known: f64 = inner(factors, &own);
            factors.push((products[[pivot, c]] - known) / length);
        });
        for (c, factors) in factors.iter().enumerate() {
            let factor = factors.last().copied().unwrap_or(0.0);
            fresh[c] -= factor * factor;
            along.row_mut(c).iter_mut().zip(&share).for_each(|(along, share)| *along -= factor * share);
        }
        open[pivot] = false;
        kept.push(candidates[pivot]);
    }
    kept
}

/// `β` and `b`: `[n_kept, n_outputs]` and `[n_outputs]`, for `kept` rows as the page reads them.
///
/// # Source
///
/// Burges, *Simplified Support Vector Decision Rules* (1996), eq. 12, by least squares over rows instead of in feature space,
/// with a ridge. `None` when the equations have no solution.
pub(super) fn refitted(
    like: Like,
    looked: &Array2<f32>,
    decisions: &Array2<f64>,
    kept: &Array2<f32>,
) -> Option<(Array2<f64>, Vec<f64>)> {
    let (waves, means) = centred(&likenesses(like, kept, looked));
    let level = decisions.mean_axis(Axis(0))?;
    let mut square = times_transposed(&waves);
    let ridge = RIDGE * square.diag().mean()?.max(f64::MIN_POSITIVE);
    square.diag_mut().mapv_inplace(|d| d + ridge);
    let beta = solved(square, waves.dot(&(decisions - &level)))?;
    let bias = (0..beta.ncols()).map(|o| level[o] - beta.column(o).dot(&means)).collect();
    Some((beta, bias))
}

/// A random sample of at most `n` of `n_rows` rows, ascending.
pub(super) fn looked_at(n_rows: usize, n: usize, rng: &mut ChaCha8Rng) -> Vec<usize> {
    let mut rows = if n_rows <= n { (0..n_rows).collect() } else { sample(rng, n_rows, n).into_vec() };
    rows.sort_unstable();
    rows
}

fn inner(a: &[f64], b: &[f64]) -> f64 {
    ArrayView1::from(a).dot(&ArrayView1::from(b))
}

/// Each row minus its mean, and the means.
fn centred(waves: &Array2<f32>) -> (Array2<f64>, Array1<f64>) {
    let mut waves = waves.mapv(f64::from);
    let means = waves.mean_axis(Axis(1)).unwrap_or_default();
    waves -= &means.view().insert_axis(Axis(1));
    (waves, means)
}

/// `A Aᵀ`, by blocks of rows.
pub(super) fn times_transposed(a: &Array2<f64>) -> Array2<f64> {
    let starts: Vec<usize> = (0..a.nrows()).step_by(BLOCK).collect();
    let product = |&start: &usize| {
        let rows = a.slice_axis(Axis(0), Slice::from(start..(start + BLOCK).min(a.nrows())));
        rows.dot(&a.t())
    };
    let blocks: Vec<Array2<f64>> = starts.par_iter().map(product).collect();
    let views: Vec<_> = blocks.iter().map(|block| block.view()).collect();
    // Blocks of equal width can always be concatenated, so the default is never used.
    concatenate(Axis(0), &views).unwrap_or_default()
}

/// `A⁻¹ B` for symmetric positive definite `A`, `[n, n]`, and `B`, `[n, m]`. `None` when `A` is not positive definite.
///
/// # Source
///
/// Golub & Van Loan, *Matrix Computations* (2013), algorithm 4.2.1 (Cholesky), by rows.
pub(super) fn solved(mut a: Array2<f64>, mut b: Array2<f64>) -> Option<Array2<f64>> {
    let n = a.nrows();
    for i in 0..n {
        for j in 0..=i {
            let (row_i, row_j) = (a.row(i), a.row(j));
            let (row_i, row_j) = (row_i.as_slice()?, row_j.as_slice()?);
            let rest = row_i[j] - inner(&row_i[..j], &row_j[..j]);
            a[[i, j]] = if i != j {
                rest / row_j[j]
            } else if rest > 0.0 {
                rest.sqrt()
            } else {
                return None;
            };
        }
    }
    for o in 0..b.ncols() {
        for i in 0..n {
            let done: f64 = (0..i).map(|j| a[[i, j]] * b[[j, o]]).sum();
            b[[i, o]] = (b[[i, o]] - done) / a[[i, i]];
        }
        for i in (0..n).rev() {
            let done: f64 = (i + 1..n).map(|j| a[[j, i]] * b[[j, o]]).sum();
            b[[i, o]] = (b[[i, o]] - done) / a[[i, i]];
        }
    }
    Some(b)
}
