//! Reliability diagram: whether events predicted with probability `p` happen in a share `p` of the cases.
//!
//! Invariants
//! - Every row is in one bin; rows of equal probability are in the same bin.
//!
//! Not here: calibration as one number (`probability`), correcting probabilities (`calibrate`).

use serde::Serialize;

use super::{Interval, wilson};

/// One bin of the diagram: rows of similar probability, and the share of them that turned out positive.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ReliabilityBin {
    /// Least probability in the bin.
    pub low: f64,
    /// Greatest probability in the bin.
    pub high: f64,
    /// Mean probability in the bin.
    pub mean: f64,
    /// Share of the bin's rows that are positive, with Wilson's interval.
    pub observed: Interval,
    /// Number of rows in the bin.
    pub n: usize,
}

/// Bins of about equally many rows, by rising probability; fewer than `n_bins` when ties span bin boundaries. Empty without rows
/// or with `n_bins` 0.
///
/// - `positive`, `p`: `[n_rows]`; `p` not `NaN`.
///
/// # Source
///
/// Murphy & Winkler, *Reliability of Subjective Probability Forecasts of Precipitation and Temperature* (1977); bins of equal
/// count as in Nguyen & O'Connor, *Posterior calibration and exploratory analysis for natural language processing models* (2015).
/// Deviation: a bin ends at the first change of probability after its share of the rows, so that rows of equal probability are
/// never split between bins.
#[must_use]
pub fn reliability(positive: &[bool], p: &[f32], n_bins: usize) -> Vec<ReliabilityBin> {
    let n = positive.len().min(p.len());
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    let mut bins = Vec::new();
    let mut from = 0;
    for bin in 1..=n_bins {
        let mut to = (n * bin / n_bins).max(from);
        while to > from && to < n && p[order[to]] == p[order[to - 1]] {
            to += 1;
        }
        bins.extend(of_rows(&order[from..to], positive, p));
        from = to;
    }
    bins
}

fn of_rows(rows: &[usize], positive: &[bool], p: &[f32]) -> Option<ReliabilityBin> {
    let (first, last) = (*rows.first()?, *rows.last()?);
    let hits = rows.iter().filter(|&&row| positive[row]).count();
    let sum: f64 = rows.iter().map(|&row| f64::from(p[row])).sum();
    Some(ReliabilityBin {
        low: f64::from(p[first]),
        high: f64::from(p[last]),
        mean: sum / rows.len() as f64,
        observed: wilson(hits as u64, rows.len() as u64)?,
        n: rows.len(),
    })
}
