//! Preparation of rows for a linear fit: checks, and standardisation of columns.
//!
//! | symbol | shape         | unit                                                             |
//! |--------|---------------|------------------------------------------------------------------|
//! | `m`    | `[n_columns]` | weighted mean of a column, in its unit                           |
//! | `s`    | `[n_columns]` | weighted standard deviation of a column, with divisor `Σ weight` |
//! | `z`    | a cell        | `(x − m) / s`; 0 throughout a constant column                    |
//!
//! Invariants
//! - Model weights on `z` are converted back to weights on the original columns; a constant column gets weight 0.
//!
//! Not here: the fits.

use super::Dense;
use anyhow::{Result, bail, ensure};
use floorwalker_engine::head::linear::LinearDef;
use ndarray::{Array2, ArrayView1, ArrayView2, Axis};

/// Checks that rows can be used by a linear fit; `part` names them in the error message.
///
/// # Errors
///
/// Fails for no rows or no columns, lengths that differ, a value that is not finite, or a weight that is not positive.
pub(super) fn check(part: &str, rows: Dense<'_>) -> Result<()> {
    let n_targets = match rows.y {
        super::Target::Classes { ids, .. } => ids.len(),
        super::Target::Numbers(numbers) => numbers.len(),
    };
    ensure!(n_targets > 0, "the {part} part has no rows; give it a share");
    ensure!(rows.x.ncols() > 0, "the {part} part has no columns; give the head an input");
    ensure!(rows.x.nrows() == n_targets, "{} {part} rows for {n_targets} labels", rows.x.nrows());
    check_cells(part, &rows.x)?;
    check_weights(part, rows.weights, n_targets)
}

/// Fails unless there is one weight per row and every weight is positive and finite.
pub(super) fn check_weights(part: &str, weights: Option<&[f32]>, n_rows: usize) -> Result<()> {
    let Some(weights) = weights else { return Ok(()) };
    ensure!(weights.len() == n_rows, "{} weights for {n_rows} {part} rows", weights.len());
    if let Some(row) = weights.iter().position(|w| !(w.is_finite() && *w > 0.0)) {
        bail!(
            "{part} row {} has weight {}; weights must be above 0: leave out rows that should not count",
            row + 1,
            weights[row]
        );
    }
    Ok(())
}

/// Fails when there are fewer than 2 classes, when a class has no row, or when a class is not below `n`.
pub(super) fn check_classes(ids: &[u32], n: usize) -> Result<()> {
    ensure!(n >= 2, "the label has {n} classes; a classifier needs at least 2");
    let mut seen = vec![false; n];
    for &class in ids {
        ensure!((class as usize) < n, "class {class} is not below {n}");
        seen[class as usize] = true;
    }
    if let Some(class) = seen.iter().position(|seen| !seen) {
        bail!("class {class} has no training rows; split so that every class has some, or leave it out");
    }
    Ok(())
}

/// Fails for a value that is not finite.
pub(super) fn check_cells(part: &str, x: &ArrayView2<'_, f32>) -> Result<()> {
    if let Some(((row, column), x)) = x.indexed_iter().find(|(_, x)| !x.is_finite()) {
        bail!(
            "{part} row {}, column {} holds {x}; encode missing values before fitting",
            row + 1,
            column + 1
        );
    }
    Ok(())
}

/// Weight of each row, and their sum.
pub(super) fn weights(weights: Option<&[f32]>, n_rows: usize) -> (Vec<f64>, f64) {
    let weights: Vec<f64> =
        weights.map_or_else(|| vec![1.0; n_rows], |weights| weights.iter().map(|&w| f64::from(w)).collect());
    let sum = weights.iter().sum();
    (weights, sum)
}

/// Mean and standard deviation of each column.
pub(super) struct Scale(Vec<(f64, f64)>);

impl Scale {
    /// Computes the scale of `x`, `[n_rows, n_columns]`, with row `weights`, `[n_rows]`.
    pub(super) fn of(x: &ArrayView2<'_, f32>, weights: &[f64]) -> Self {
        let total = weights.iter().sum::<f64>();
        let of_column = |column: ArrayView1<'_, f32>| {
            let sum = |f: &dyn Fn(f64) -> f64| {
                column.iter().zip(weights).map(|(&x, w)| w * f(f64::from(x))).sum::<f64>()
            };
            let mean = sum(&|x| x) / total;
            let variance = sum(&|x| (x - mean) * (x - mean)) / total;
            (mean, variance.sqrt())
        };
        Self(x.axis_iter(Axis(1)).map(of_column).collect())
    }

    /// Standardises `x`.
    pub(super) fn apply(&self, x: &ArrayView2<'_, f32>) -> Array2<f64> {
        Array2::from_shape_fn(x.dim(), |(i, j)| {
            let (mean, deviation) = self.0[j];
            if is_constant(mean, deviation) { 0.0 } else { (f64::from(x[[i, j]]) - mean) / deviation }
        })
    }

    /// Converts weights on standardised columns, `[n_columns + 1, n_outputs]` with the bias last, into weights on the original columns.
    pub(super) fn fold(&self, weights: &[f64], n_outputs: usize) -> LinearDef {
        let (slopes, bias) = weights.split_at(self.0.len() * n_outputs);
        let mut bias = bias.to_vec();
        let mut out = Vec::with_capacity(slopes.len());
        for (row, &(mean, deviation)) in slopes.chunks_exact(n_outputs).zip(&self.0) {
            for (bias, w) in bias.iter_mut().zip(row) {
                let w = if is_constant(mean, deviation) { 0.0 } else { w / deviation };
                *bias -= w * mean;
                out.push(w as f32);
            }
        }
        LinearDef { bias: bias.iter().map(|&b| b as f32).collect(), weights: out }
    }
}

/// Whether a column's standard deviation is no more than the rounding error of its mean.
fn is_constant(mean: f64, deviation: f64) -> bool {
    deviation <= 1e-9 * mean.abs().max(1e-9)
}
