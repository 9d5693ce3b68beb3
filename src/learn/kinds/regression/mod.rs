//! Linear regression: least squares, ridge, lasso, elastic net.
//!
//! | symbol | shape                 | unit                                                   |
//! |--------|-----------------------|--------------------------------------------------------|
//! | `Z`    | `[n_rows, n_columns]` | columns, standardised with row weights                 |
//! | `y`    | `[n_rows]`            | target minus its weighted mean                         |
//! | `G, c` | `[p, p]`, `[p]`       | `ZᵀZ / n` and `Zᵀy / n`, rows weighted, `n = Σ weight` |
//! | `w`    | `[p]`                 | target unit per standard deviation of a column         |
//!
//! Least squares and ridge solve `(G + α/n) w = c` by smartcore's Cholesky factors. smartcore's own estimators give the same
//! result on well-behaved rows (as a test checks), but support no row weights, and refuse a constant column and more columns than
//! rows (as another test shows). Of collinear columns, its `QR` detects only those whose pivot is exactly 0, and divides by
//! rounding errors for the others. Least squares therefore carries the tiny ridge [`LEAST_RIDGE`]: collinear columns share their
//! weight.
//!
//! Lasso and elastic net use our own coordinate descent over `G`. smartcore's interior point method leaves every weight slightly
//! different from zero, so that it selects nothing; and its elastic net centres `y` after adding rows of zeros, so that the
//! slopes change when 1000 is added to every `y` (a test shows both).
//!
//! Invariants
//! - A returned model is at its optimum: the KKT conditions hold within [`MAX_VIOLATION`] times the standard deviation of `y`;
//!   otherwise an error is returned.
//! - The bias is not penalised. A constant column has weight 0.
//!
//! Not here: classifiers (`logistic`), choosing the penalty, encoding.

use crate::kinds::rows::{self, Scale};
use crate::kinds::{Dense, Fit, Loss, Target};
use anyhow::{Result, anyhow, bail, ensure};
use floorwalker_engine::head::BodyDef;
pub use kind::{ElasticNetSettings, LassoSettings, LinearSettings, RidgeSettings};
use ndarray::{Array1, Array2, Axis};
use smartcore::linalg::traits::cholesky::CholeskyDecomposable;

/// Ridge penalty per row that least squares always has: it shrinks weights by a factor of 1e-10, and lets collinear columns share
/// their weight instead of making the factorisation fail.
pub const LEAST_RIDGE: f64 = 1e-10;
/// Largest violation of the KKT conditions at which a fit counts as converged, in standard deviations of the target.
pub const MAX_VIOLATION: f64 = 1e-6;
/// The violation at which coordinate descent stops, and its most passes over the columns.
const TOLERANCE: f64 = 1e-9;
const MAX_PASSES: usize = 10_000;

/// The regularisation penalty. Columns are standardised, so that one `alpha` treats all alike whatever their unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Penalty {
    /// Least squares.
    None,
    /// `½ Σ error² + α/2 ‖w‖²`: scikit-learn's `Ridge`.
    Ridge {
        /// Penalty on the sum of squared errors; not negative.
        alpha: f64,
    },
    /// `½ mean error² + α ‖w‖₁`: scikit-learn's `Lasso`. Weights of little use are exactly 0.
    Lasso {
        /// Penalty, in target units; not negative.
        alpha: f64,
    },
    /// `½ mean error² + α r ‖w‖₁ + ½ α (1 − r) ‖w‖²`: scikit-learn's `ElasticNet`.
    ElasticNet {
        /// Penalty; not negative.
        alpha: f64,
        /// `r`, the lasso's share: 0 to 1.
        l1_ratio: f64,
    },
}

/// Settings of a fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RegressionSettings {
    /// The penalty.
    pub kind: Penalty,
}

impl Penalty {
    /// `(λ₁, λ₂)` of `½ mean error² + λ₁ ‖w‖₁ + ½ λ₂ ‖w‖²` for rows of total weight `n`.
    fn parts(self, n: f64) -> Result<(f64, f64)> {
        let (alpha, l1_ratio) = match self {
            Self::None => (0.0, 0.0),
            Self::Ridge { alpha } => (alpha, 0.0),
            Self::Lasso { alpha } => (alpha, 1.0),
            Self::ElasticNet { alpha, l1_ratio } => (alpha, l1_ratio),
        };
        ensure!(alpha >= 0.0 && alpha.is_finite(), "alpha is {alpha}; give a number of 0 or more");
        ensure!((0.0..=1.0).contains(&l1_ratio), "l1_ratio is {l1_ratio}; give a number from 0 to 1");
        // Ridge penalises relative to the sum over rows, the others relative to their mean.
        let alpha = if matches!(self, Self::Ridge { .. }) { alpha / n } else { alpha };
        Ok((alpha * l1_ratio, alpha * (1.0 - l1_ratio)))
    }
}

/// Fits a linear model with one output, the number itself, on the original columns. Lasso and elastic net record the mean squared
/// error after each pass over the columns. Cost: `O(n_rows × n_columns²)`.
///
/// # Errors
///
/// Fails for a target of classes, rows of different lengths, a value that is not finite, a setting out of range, or no
/// convergence.
///
/// # Source
///
/// Hastie, Tibshirani & Friedman, *The Elements of Statistical Learning* (2009), eqs. 3.41 and 3.44; Friedman, Hastie &
/// Tibshirani, *Regularization paths for generalized linear models via coordinate descent* (2010), eqs. 5 and 7 (covariance
/// updates). Deviation: columns are standardised first and the scaling is folded into the weights.
pub fn fit(rows: Dense<'_>, settings: &RegressionSettings) -> Result<Fit> {
    let Target::Numbers(y) = rows.y else {
        bail!("a regression predicts numbers, and the label has classes; choose a logistic model");
    };
    rows::check("train", rows)?;
    if let Some(row) = y.iter().position(|y| !y.is_finite()) {
        bail!("train row {} has the target {}; leave it out", row + 1, y[row]);
    }
    let (weights, n) = rows::weights(rows.weights, y.len());
    let (l1, l2) = settings.kind.parts(n)?;
    let scale = Scale::of(&rows.x, &weights);
    let mut z = scale.apply(&rows.x);
    let mean = y.iter().zip(&weights).map(|(y, w)| y * w).sum::<f64>() / n;
    // Rows are multiplied by the square root of their weight, so that products of two columns are weighted sums.
    let root = Array1::from_iter(weights.iter().map(|w| (w / n).sqrt()));
    let error = Array1::from_iter(y.iter().zip(&root).map(|(y, root)| (y - mean) * root));
    z *= &root.insert_axis(Axis(1));
    let moments = Moments { gram: z.t().dot(&z), with_y: z.t().dot(&error), of_y: error.dot(&error) };
    let (mut w, losses) =
        if l1 == 0.0 { (moments.ridge(l2.max(LEAST_RIDGE))?, Vec::new()) } else { moments.descend(l1, l2) };
    let violation = moments.violation(&w, l1, l2.max(if l1 == 0.0 { LEAST_RIDGE } else { 0.0 }));
    ensure!(
        violation <= MAX_VIOLATION * moments.deviation(),
        "the fit stopped {violation:.1e} from its optimum; raise alpha, or leave out columns that repeat others"
    );
    w.push(mean);
    Ok(Fit { body: BodyDef::Linear(scale.fold(&w, 1)), losses })
}

/// The moments of the data, which are all that a penalised least-squares fit needs.
struct Moments {
    /// The matrix `G`.
    gram: Array2<f64>,
    /// The vector `c`.
    with_y: Array1<f64>,
    /// `yᵀy / n`.
    of_y: f64,
}

impl Moments {
    /// Standard deviation of the target; for a constant target the least positive number, so that only weights of 0 are accepted.
    fn deviation(&self) -> f64 {
        self.of_y.sqrt().max(f64::MIN_POSITIVE)
    }

    fn ridge(&self, l2: f64) -> Result<Vec<f64>> {
        let mut factors = self.gram.clone();
        factors.diag_mut().mapv_inplace(|d| d + l2);
        let right = self.with_y.clone().insert_axis(Axis(1));
        let w = factors.cholesky_solve_mut(right).map_err(|e| anyhow!("ridge, {l2:.1e} a row: {e}"))?;
        Ok(w.into_iter().collect())
    }

    /// Coordinate descent from 0, column by column in order.
    fn descend(&self, l1: f64, l2: f64) -> (Vec<f64>, Vec<Loss>) {
        let mut w = vec![0.0; self.with_y.len()];
        // The product of each column with the residual: c − G w.
        let mut left = self.with_y.clone();
        let mut losses = Vec::new();
        let goal = TOLERANCE * self.deviation();
        while losses.len() < MAX_PASSES && self.violation(&w, l1, l2) > goal {
            for (j, w) in w.iter_mut().enumerate() {
                let own = self.gram[[j, j]];
                if own == 0.0 {
                    continue;
                }
                let pull = left[j] + own * *w;
                let next = pull.signum() * (pull.abs() - l1).max(0.0) / (own + l2);
                if next != *w {
                    left.scaled_add(*w - next, &self.gram.row(j));
                    *w = next;
                }
            }
            // ‖y − Zw‖²/n = yᵀy/n − wᵀ(c + (c − Gw)).
            let explained: f64 =
                w.iter().zip(&self.with_y).zip(&left).map(|((w, with_y), left)| w * (with_y + left)).sum();
            losses.push(Loss {
                step: losses.len() + 1,
                train: (self.of_y - explained).max(0.0),
                valid: None,
            });
        }
        (w, losses)
    }

    /// Largest violation of the KKT conditions over the columns, in target units.
    ///
    /// # Source
    ///
    /// Tibshirani, *The lasso problem and uniqueness* (2013), eqs. 4 and 5.
    fn violation(&self, w: &[f64], l1: f64, l2: f64) -> f64 {
        let fitted = self.gram.dot(&ndarray::aview1(w));
        let of_column = |((&w, with_y), fitted): ((&f64, &f64), &f64)| {
            let slope = with_y - fitted - l2 * w;
            if w == 0.0 { (slope.abs() - l1).max(0.0) } else { (slope - l1 * w.signum()).abs() }
        };
        // A NaN counts as infinite, so that it does not look like an optimum.
        w.iter()
            .zip(&self.with_y)
            .zip(&fitted)
            .map(of_column)
            .fold(0.0, |most, v| if v.is_nan() { f64::INFINITY } else { v.max(most) })
    }
}

mod kind;
#[cfg(test)]
mod tests;
