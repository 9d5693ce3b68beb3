//! Imputation: the value that replaces a missing number, computed from training rows.
//!
//! Not here: storing it in a head's encodings, where the page reads it (`train`); categories, whose missing values are a category
//! of their own.

use super::clean::quantile;
use crate::store::FillRule;

/// The value that replaces a missing number, from the `present` ones, which are sorted in place. `None` when there are none.
/// Cost: `O(n log n)`.
#[must_use]
pub fn fill(present: &mut [f64], rule: FillRule) -> Option<f64> {
    present.sort_unstable_by(f64::total_cmp);
    if present.is_empty() {
        return None;
    }
    Some(match rule {
        FillRule::Mean => present.iter().sum::<f64>() / present.len() as f64,
        FillRule::Median => quantile(present, 0.5),
        FillRule::Mode => mode(present),
    })
}

/// The most frequent of sorted numbers; in a tie the least.
fn mode(sorted: &[f64]) -> f64 {
    let (mut best, mut most) = (f64::NAN, 0);
    for run in sorted.chunk_by(|a, b| a == b) {
        if run.len() > most {
            (best, most) = (run[0], run.len());
        }
    }
    best
}
