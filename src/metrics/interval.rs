//! Confidence intervals of shares and means, in closed form.
//!
//! | symbol | shape  | unit                                                   |
//! |--------|--------|--------------------------------------------------------|
//! | `n`    | scalar | number of rows                                         |
//! | `z`    | scalar | standard deviations: [`Z95`], for a confidence of 95 % |
//!
//! Invariants
//! - `low ≤ value ≤ high`, all finite.
//!
//! Not here: intervals by resampling (`bootstrap`).

use serde::Serialize;

/// The 97.5 % quantile of the standard normal: a normal variable is within this many standard deviations of its mean in 95 % of cases.
pub const Z95: f64 = 1.959_963_984_540_054;

/// An estimate and its 95 % confidence interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// The estimate.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

impl Interval {
    /// Whether the two intervals have a point in common.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.low <= other.high && other.low <= self.high
    }

    /// Number of decimals that show the interval's width to two significant digits, 9 at most; 4 for an interval of width 0.
    #[must_use]
    pub fn digits(&self) -> usize {
        let width = self.high - self.low;
        if width > 0.0 { (1.0 - width.log10().floor()).clamp(0.0, 9.0) as usize } else { 4 }
    }
}

/// Share `hits / n` with its Wilson score interval. `None` without rows. `hits` above `n` count as `n`.
///
/// # Source
///
/// Wilson, *Probable inference, the law of succession, and statistical inference* (1927):
/// `(p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n)`, without continuity correction. The interval stays in `[0, 1]` and is
/// valid at shares of 0 and 1.
#[must_use]
pub fn wilson(hits: u64, n: u64) -> Option<Interval> {
    if n == 0 {
        return None;
    }
    let rows = n as f64;
    let p = hits.min(n) as f64 / rows;
    let z2 = Z95 * Z95;
    let centre = p + z2 / (2.0 * rows);
    let half = Z95 * (p * (1.0 - p) / rows + z2 / (4.0 * rows * rows)).sqrt();
    let whole = 1.0 + z2 / rows;
    // At shares of 0 and 1, rounding could leave the share just outside its own interval.
    Some(Interval {
        value: p,
        low: ((centre - half) / whole).clamp(0.0, p),
        high: ((centre + half) / whole).clamp(p, 1.0),
    })
}

/// Mean of independent values with its normal interval, and the standard error of the mean, `√(Σ(v - mean)² / (n - 1) / n)`.
/// `None` for fewer than two values or one that is not finite.
///
/// The standard error is what the one-standard-error rule adds to the best candidate's loss.
///
/// # Source
///
/// Hastie, Tibshirani & Friedman, *The Elements of Statistical Learning* (2009), section 7.10.
#[must_use]
pub fn mean_interval(values: &[f64]) -> Option<(Interval, f64)> {
    if values.len() < 2 || values.iter().any(|v| !v.is_finite()) {
        return None;
    }
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
    let error = (squares / (n - 1.0) / n).sqrt();
    Some((Interval { value: mean, low: mean - Z95 * error, high: mean + Z95 * error }, error))
}
