//! Paired comparison: which of several candidates, judged by the same rows, are as good as the best by the one-standard-error
//! rule.
//!
//! | symbol | shape      | meaning                                                    |
//! |--------|------------|------------------------------------------------------------|
//! | `l`    | `[n_rows]` | out-of-fold loss of each row: by a fit that did not see it |
//! | `d`    | `[n_rows]` | loss minus the best candidate's loss on the same row       |
//! | `g`    | `[n_rows]` | group of each row: rows of one shopper are not independent |
//!
//! Invariants
//! - The same rows judge every candidate.
//!
//! Not here: what is compared (`train::race`, `calibrate`).

use super::{Interval, Z95};
use std::collections::BTreeMap;

/// Mean and its cluster-robust standard error: rows of one group may be correlated. `None` with fewer than two groups.
///
/// # Source
///
/// Liang & Zeger, *Longitudinal Data Analysis Using Generalized Linear Models* (1986): the sandwich estimate for a mean, with the
/// factor `G / (G - 1)`. With one row per group it is the usual `√(Σ(v - mean)² / (n - 1) / n)`.
fn mean_and_error(values: &[f64], groups: &[u32]) -> Option<(f64, f64)> {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let mut sums: BTreeMap<u32, f64> = BTreeMap::new();
    for (value, group) in values.iter().zip(groups) {
        *sums.entry(*group).or_default() += value - mean;
    }
    let n_groups = sums.len() as f64;
    let squares: f64 = sums.values().map(|sum| sum * sum).sum();
    (sums.len() >= 2).then(|| (mean, (squares * n_groups / (n_groups - 1.0)).sqrt() / n))
}

/// Mean with its 95 % interval, from the cluster-robust standard error: rows of one group may be correlated. `None` with fewer
/// than two groups.
#[must_use]
pub fn grouped_interval(values: &[f64], groups: &[u32]) -> Option<Interval> {
    let (value, error) = mean_and_error(values, groups)?;
    Some(Interval { value, low: value - Z95 * error, high: value + Z95 * error })
}

/// Whether a candidate with `losses` is as good as the best: its mean loss is within one standard error of the best's.
///
/// # Source
///
/// Breiman et al., *Classification and Regression Trees* (1984), section 3.4.3. Deviation: the standard error is that of the
/// per-row difference of losses, not of the best candidate's loss alone. What makes a row hard for all candidates cancels out, so
/// the rule forgives chance and not a real loss of quality.
#[must_use]
pub fn is_as_good(losses: &[f64], best: &[f64], groups: &[u32]) -> bool {
    let differences: Vec<f64> = losses.iter().zip(best).map(|(loss, best)| loss - best).collect();
    match mean_and_error(&differences, groups) {
        Some((mean, error)) => mean <= error,
        None => differences.iter().sum::<f64>() <= 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alone_a_row_counts_as_in_every_textbook() {
        let (mean, error) = mean_and_error(&[1.0, 2.0, 3.0, 4.0], &[0, 1, 2, 3]).unwrap();
        assert_eq!(mean, 2.5);
        assert!((error - (5.0_f64 / 3.0 / 4.0).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn rows_told_twice_by_one_shopper_are_no_more_certain() {
        let once = mean_and_error(&[1.0, 2.0, 4.0], &[0, 1, 2]).unwrap();
        let twice = mean_and_error(&[1.0, 1.0, 2.0, 2.0, 4.0, 4.0], &[0, 0, 1, 1, 2, 2]).unwrap();
        assert!((once.1 - twice.1).abs() < 1e-12 && (once.0 - twice.0).abs() < 1e-12);
        assert!(mean_and_error(&[1.0, 2.0], &[7, 7]).is_none());
    }

    #[test]
    fn chance_is_forgiven_and_a_steady_loss_is_not() {
        let groups: Vec<u32> = (0..100).collect();
        let best: Vec<f64> = (0..100).map(|i| f64::from(i % 7)).collect();
        let worse = |by: &dyn Fn(usize) -> f64| -> Vec<f64> {
            best.iter().enumerate().map(|(i, l)| l + by(i)).collect()
        };
        assert!(is_as_good(&worse(&|i| if i % 2 == 0 { 0.5 } else { -0.48 }), &best, &groups));
        assert!(!is_as_good(&worse(&|_| 0.02), &best, &groups));
        assert!(is_as_good(&best, &best, &groups));
    }
}
