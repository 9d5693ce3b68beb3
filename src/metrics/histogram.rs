//! Histogram: the distribution of values over equally wide bins.
//!
//! Invariants
//! - There is one edge more than counts; edges rise; every finite value in range is counted once.
//!
//! Not here: drawing (`report`).

use serde::Serialize;

/// Counts of equally wide bins.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Histogram {
    /// Bin edges, `[n_bins + 1]`, rising.
    pub edges: Vec<f64>,
    /// Number of values in each bin, `[n_bins]`.
    pub counts: Vec<u64>,
}

/// Counts values in `n_bins` equally wide bins from the least to the greatest; the last bin holds its upper edge too. Values that
/// are not finite are left out. `None` without a finite value or without bins. When all values are equal there is one bin of
/// width 1 centred on them.
#[must_use]
pub fn histogram(values: &[f64], n_bins: usize) -> Option<Histogram> {
    let finite = || values.iter().copied().filter(|v| v.is_finite());
    let (low, high) = (finite().reduce(f64::min)?, finite().reduce(f64::max)?);
    if low == high {
        return histogram_in(values, low - 0.5, high + 0.5, 1);
    }
    histogram_in(values, low, high, n_bins)
}

/// Like `histogram`, but between two given ends, so that histograms of several groups share their bins; values outside are left
/// out. `None` unless `low < high`, both are finite, `high - low` does not overflow, and `n_bins` is above 0.
#[must_use]
pub fn histogram_in(values: &[f64], low: f64, high: f64, n_bins: usize) -> Option<Histogram> {
    let width = (high - low) / n_bins as f64;
    if !(width.is_finite() && width > 0.0) {
        return None;
    }
    let mut counts = vec![0; n_bins];
    for value in values.iter().filter(|v| (low..=high).contains(*v)) {
        counts[(((value - low) / width) as usize).min(n_bins - 1)] += 1;
    }
    let edge = |bin: usize| if bin == n_bins { high } else { low + bin as f64 * width };
    Some(Histogram { edges: (0..=n_bins).map(edge).collect(), counts })
}
