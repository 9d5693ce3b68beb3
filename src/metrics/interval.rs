//! Intervals: how far a measured figure can be trusted.
//!
//! | symbol | shape | unit                                                     |
//! |--------|-------|----------------------------------------------------------|
//! | `n`    | scalar| rows                                                     |
//! | `z`    | scalar| standard deviations: [`Z95`], so that 95 of 100 hold      |
//!
//! Invariants
//! - `low ≤ value ≤ high`, all finite.
//!
//! Not here: resampling (`bootstrap`).

use serde::Serialize;

/// Standard deviations to both sides of the mean within which a normal variable falls 95 times of 100.
pub const Z95: f64 = 1.959_963_984_540_054;

/// A figure and where the true one lies with 95 % confidence.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// The figure.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Interval {
    /// Whether the two have a point in common.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.low <= other.high && other.low <= self.high
    }

    /// Digits after the point that show its width in two figures, 9 at most; 4 for a point.
    #[must_use]
    pub fn digits(&self) -> usize {
        let width = self.high - self.low;
        if width > 0.0 { (1.0 - width.log10().floor()).clamp(0.0, 9.0) as usize } else { 4 }
    }
}

/// Share `hits / n` with its score interval. `None` without rows. `hits` above `n` count as `n`.
///
/// # Source
///
/// Wilson, *Probable inference, the law of succession, and statistical inference* (1927): `(p + z²/2n ± z √(p(1-p)/n +
/// z²/4n²)) / (1 + z²/n)`, without continuity correction. It stays in `[0, 1]` and holds at shares of 0 and 1.
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
    // At 0 and 1 rounding could leave the share just outside its own interval.
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
