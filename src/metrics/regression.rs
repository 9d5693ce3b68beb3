//! Regression metrics: R², RMSE and MAE of predicted numbers.
//!
//! Not here: metrics of classifiers.

use anyhow::{Result, ensure};
use serde::Serialize;

/// The metrics of predicted numbers on one set of rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Regression {
    /// Number of rows measured.
    pub n: usize,
    /// R², `1 - Σ(y - ŷ)² / Σ(y - ȳ)²`: 1 is perfect, 0 is what always predicting the mean of these rows reaches. `None` when all
    /// `y` are equal.
    pub r2: Option<f64>,
    /// Root mean squared error, `√(1/n Σ(y - ŷ)²)`, in the unit of `y`.
    pub rmse: f64,
    /// Mean absolute error, `1/n Σ|y - ŷ|`, in the unit of `y`.
    pub mae: f64,
}

/// Measures predictions `ŷ` against the truth `y`, both `[n_rows]`.
///
/// # Errors
///
/// Fails for no rows, slices of different lengths, or a number that is not finite.
///
/// # Source
///
/// Draper & Smith, *Applied Regression Analysis* (1998), section 1.3 (R²); Willmott & Matsuura, *Advantages of the mean absolute
/// error over the root mean square error* (2005).
pub fn regression(truth: &[f64], predicted: &[f64]) -> Result<Regression> {
    ensure!(!truth.is_empty(), "there are no rows to measure; give at least one");
    ensure!(truth.len() == predicted.len(), "{} predictions for {} rows", predicted.len(), truth.len());
    if let Some(row) = truth.iter().zip(predicted).position(|(y, p)| !(y - p).is_finite()) {
        anyhow::bail!(
            "row {}: true {}, predicted {}; both must be finite",
            row + 1,
            truth[row],
            predicted[row]
        );
    }
    let n = truth.len() as f64;
    let mean = truth.iter().sum::<f64>() / n;
    let spread: f64 = truth.iter().map(|y| (y - mean).powi(2)).sum();
    let errors = || truth.iter().zip(predicted).map(|(y, p)| y - p);
    let squares: f64 = errors().map(|e| e * e).sum();
    Ok(Regression {
        n: truth.len(),
        r2: (truth.iter().any(|y| *y != truth[0])).then(|| 1.0 - squares / spread),
        rmse: (squares / n).sqrt(),
        mae: errors().map(f64::abs).sum::<f64>() / n,
    })
}
