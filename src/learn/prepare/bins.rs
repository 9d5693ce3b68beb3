//! Binning: the values of a feature as a few bins, and the contingency table of bins and classes.
//!
//! | symbol | shape       | what it is                                    |
//! |--------|-------------|-----------------------------------------------|
//! | `n`    | `[n_cells]` | rows of a bin and class, for pairs that occur |
//! | `N`    | scalar      | rows that have a class                        |
//!
//! Numbers fall into bins of about equal counts, at most [`MAX_BINS`] and about `√(N / 5)`; equal numbers share a bin. Categories
//! of fewer than [`MIN_CATEGORY`] rows share one bin. Missing values have a bin of their own.
//!
//! Invariants
//! - Every row is in exactly one bin; there are no empty bins or classes.
//!
//! Not here: the measures (`relevance`).

use super::column::{Classes, FeatureColumn};

/// Most bins of a number, not counting the bin of missing values.
const MAX_BINS: usize = 32;

/// Categories with fewer rows share a bin: the least expected count for a chi-squared test (Cochran 1954).
const MIN_CATEGORY: usize = 5;

/// Contingency table: number of rows by bin and class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Counts {
    /// The non-empty cells as `(bin, class, rows)`, ordered by bin, then class. The table is stored sparsely, since with many
    /// bins and classes most cells are empty.
    pub(super) cells: Vec<(usize, usize, usize)>,
    /// Number of rows in each bin.
    pub(super) bins: Vec<usize>,
    /// Number of rows of each class.
    pub(super) classes: Vec<usize>,
    pub(super) n_rows: usize,
}

impl Counts {
    /// Bins the column and counts those `rows` that have a class.
    pub(super) fn new(column: &FeatureColumn, classes: &Classes, rows: &[usize]) -> Self {
        let rows: Vec<usize> = rows.iter().copied().filter(|&row| classes.ids[row].is_some()).collect();
        let bins = match column {
            FeatureColumn::Number(numbers) => number_bins(numbers, &rows),
            FeatureColumn::Category { codes, names } => category_bins(codes, names.len(), &rows),
        };
        let ids = rows.iter().map(|&row| classes.ids[row].unwrap_or(0) as usize);
        Self::of(&bins, &ids.collect::<Vec<_>>())
    }

    /// Counts pairs of arbitrary codes; unused codes get no bin or class. Cost: `O(n log n)`.
    pub(super) fn of(bins: &[usize], ids: &[usize]) -> Self {
        let (bins, n_bins) = dense(bins);
        let (ids, n_classes) = dense(ids);
        let mut pairs: Vec<(usize, usize)> = bins.into_iter().zip(ids).collect();
        pairs.sort_unstable();
        let mut counts = Self {
            cells: Vec::new(),
            bins: vec![0; n_bins],
            classes: vec![0; n_classes],
            n_rows: pairs.len(),
        };
        for run in pairs.chunk_by(|a, b| a == b) {
            let (bin, class) = run[0];
            counts.cells.push((bin, class, run.len()));
            counts.bins[bin] += run.len();
            counts.classes[class] += run.len();
        }
        counts
    }
}

/// Renumbers codes densely from 0, in the same order; also returns the number of different codes.
fn dense(codes: &[usize]) -> (Vec<usize>, usize) {
    let mut known = codes.to_vec();
    known.sort_unstable();
    known.dedup();
    (codes.iter().map(|code| known.binary_search(code).unwrap_or(0)).collect(), known.len())
}

fn number_bins(numbers: &[f32], rows: &[usize]) -> Vec<usize> {
    let mut sorted: Vec<f32> = rows.iter().map(|&row| numbers[row]).filter(|x| !x.is_nan()).collect();
    sorted.sort_unstable_by(f32::total_cmp);
    let wanted = ((sorted.len() as f64 / 5.0).sqrt().round() as usize).clamp(2, MAX_BINS);
    // The largest number of each bin except the last, without duplicates.
    let mut edges: Vec<f32> = Vec::with_capacity(wanted);
    for bin in 1..wanted {
        let edge = (sorted.len() * bin / wanted).checked_sub(1).and_then(|at| sorted.get(at));
        edges.extend(edge.filter(|&edge| edges.last().is_none_or(|last| last < edge)));
    }
    let bin = |&row: &usize| match numbers[row] {
        x if x.is_nan() => MAX_BINS,
        x => edges.partition_point(|&edge| edge < x),
    };
    rows.iter().map(bin).collect()
}

fn category_bins(codes: &[u32], n_names: usize, rows: &[usize]) -> Vec<usize> {
    let mut counts = vec![0_usize; n_names];
    for &row in rows {
        if let Some(count) = counts.get_mut(codes[row] as usize) {
            *count += 1;
        }
    }
    let (rare, missing) = (n_names, n_names + 1);
    let bin = |&row: &usize| match counts.get(codes[row] as usize) {
        None => missing,
        Some(&count) if count < MIN_CATEGORY => rare,
        Some(_) => codes[row] as usize,
    };
    rows.iter().map(bin).collect()
}
