//! Linear heads of a number: least squares, ridge, lasso, elastic net.
//!
//! | symbol   | shape                    | unit                                                        |
//! |----------|--------------------------|-------------------------------------------------------------|
//! | `Z`      | `[n_rows, n_columns]`    | columns, standardised by weight                             |
//! | `y`      | `[n_rows]`               | target, its weighted mean taken off                         |
//! | `G, c`   | `[p, p]`, `[p]`          | `ZᵀZ / n` and `Zᵀy / n`, each row by its weight, `n = Σ weight` |
//! | `w`      | `[p]`                    | target unit per standard deviation of a column              |
//!
//! Least squares and ridge solve `(G + α/n) w = c` by smartcore's Cholesky factors. smartcore's own estimators are right on
//! good rows (a test holds ours against them) but take no row weights, and refuse a constant column and more columns than
//! rows (a test); of collinear columns its `QR` sees only those whose pivot is exactly 0, and divides by what rounding left
//! of the others. Least squares therefore carries the tiny ridge [`LEAST_RIDGE`]: collinear columns share their weight.
//!
//! Lasso and elastic net go by coordinate descent over `G`, here. smartcore's interior point leaves every weight a little
//! off zero, so that it selects nothing; and its elastic net takes the mean of `y` off after adding rows of zeros, so that
//! the slopes change when every `y` grows by 1000 (a test shows both).
//!
//! Invariants
//! - What is returned is at its optimum: the KKT conditions hold within [`MAX_VIOLATION`] of `y`'s deviation, or it is an
//!   error.
//! - The bias bears no penalty. A constant column has weight 0.
//!
//! Not here: classes (`linear`, `gradient`), choosing the penalty, encoding.

use crate::kinds::rows::{self, Scale};
use crate::kinds::{Dense, Fit, Loss, Target};
use anyhow::{Result, anyhow, bail, ensure};
use floorwalker_engine::head::BodyDef;
pub use kind::{ElasticNetSettings, LassoSettings, LinearSettings, RidgeSettings};
use ndarray::{Array1, Array2, Axis};
use smartcore::linalg::traits::cholesky::CholeskyDecomposable;

/// Ridge that least squares always carries, per row: columns of unit variance lose a 1e-10th of their weight, and
/// columns that say the same share it instead of breaking the factors.
pub const LEAST_RIDGE: f64 = 1e-10;
/// Largest violation of the optimum's conditions at which a fit counts as done, in deviations of the target.
pub const MAX_VIOLATION: f64 = 1e-6;
/// The violation that coordinate descent goes for, and how many passes over the columns it tries.
const TOLERANCE: f64 = 1e-9;
const MAX_PASSES: usize = 10_000;

/// How large weights are held down. Columns are standardised, so that one `alpha` treats them alike whatever their unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Penalty {
    /// Least squares.
    None,
    /// `½ Σ error² + α/2 ‖w‖²`: scikit-learn's `Ridge`.
    Ridge {
        /// Rows' worth of pull towards 0; not negative.
        alpha: f64,
    },
    /// `½ mean error² + α ‖w‖₁`: scikit-learn's `Lasso`. Weights that do not pay are exactly 0.
    Lasso {
        /// In target units; not negative.
        alpha: f64,
    },
    /// `½ mean error² + α r ‖w‖₁ + ½ α (1 − r) ‖w‖²`: scikit-learn's `ElasticNet`.
    ElasticNet {
        /// Not negative.
        alpha: f64,
        /// `r`, the lasso's share: 0 to 1.
        l1_ratio: f64,
    },
}

/// How to fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RegressionSettings {
    /// The penalty.
    pub kind: Penalty,
}

impl Penalty {
    /// `(λ₁, λ₂)` of `½ mean error² + λ₁ ‖w‖₁ + ½ λ₂ ‖w‖²` over rows that weigh `n`.
    fn parts(self, n: f64) -> Result<(f64, f64)> {
        let (alpha, l1_ratio) = match self {
            Self::None => (0.0, 0.0),
            Self::Ridge { alpha } => (alpha, 0.0),
            Self::Lasso { alpha } => (alpha, 1.0),
            Self::ElasticNet { alpha, l1_ratio } => (alpha, l1_ratio),
        };
        ensure!(alpha >= 0.0 && alpha.is_finite(), "alpha is {alpha}; give a number of 0 or more");
        ensure!((0.0..=1.0).contains(&l1_ratio), "l1_ratio is {l1_ratio}; give a number from 0 to 1");
        // A ridge pulls against the sum of rows, the others against their mean.
        let alpha = if matches!(self, Self::Ridge { .. }) { alpha / n } else { alpha };
        Ok((alpha * l1_ratio, alpha * (1.0 - l1_ratio)))
    }
}

/// Fits a linear head with one output, the number itself, over the columns as given. Lasso and elastic net keep the mean
/// squared error after each pass over the columns. Cost: `O(n_rows × n_columns²)`.
///
/// # Errors
///
/// A target of classes, rows that do not fit together, a value that is not finite, a setting out of range, or no optimum
/// within the passes allowed.
///
/// # Source
///
/// Hastie, Tibshirani & Friedman, *The Elements of Statistical Learning* (2009), eqs. 3.41 and 3.44; Friedman, Hastie &
/// Tibshirani, *Regularization paths for generalized linear models via coordinate descent* (2010), eqs. 5 and 7
/// (covariance updates). Deviation: columns are standardised first and the scaling folded back.
pub fn fit(rows: Dense<'_>, settings: &RegressionSettings) -> Result<Fit> {
    let Target::Numbers(y) = rows.y else {
        bail!("a regression predicts numbers and was given classes; fit a logistic model instead");
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
    // Each row by the root of its weight: products of two columns then are weighted sums.
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

/// All that a penalised least-squares fit needs to know of the rows.
struct Moments {
    /// `G`.
    gram: Array2<f64>,
    /// `c`.
    with_y: Array1<f64>,
    /// `yᵀy / n`.
    of_y: f64,
}

impl Moments {
    /// Deviation of the target; of a constant one a positive number that lets nothing but zeros pass.
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
        // What each column still shares with what is left of y: c − G w.
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

    /// How far the steepest column is from the optimum's conditions, in target units.
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
        // A NaN must not look like an optimum.
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
