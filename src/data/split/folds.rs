//! Folds for cross-validation: every row is held out once.
//!
//! Invariants
//! - Every row is in one fold, or in none if its class has too few rows; folds are numbered from 0, and none is empty.
//!
//! Not here: one-off splits (the parent).

use anyhow::{Result, ensure};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::{by_class, by_group};

/// Marks a row whose class has fewer rows than there are folds.
pub(super) const NO_FOLD: usize = usize::MAX;

/// The fold of every row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folds {
    /// Number of folds, at least 2.
    pub n_folds: usize,
    /// Fold of each row, below `n_folds`; `usize::MAX` for rows that are never held out.
    pub fold_of_row: Vec<usize>,
}

impl Folds {
    /// The training rows and the held-out rows of `fold`, both ascending.
    pub fn parts(&self, fold: usize) -> (Vec<usize>, Vec<usize>) {
        (0..self.fold_of_row.len()).partition(|&row| self.fold_of_row[row] != fold)
    }
}

/// Stratified folds: each has nearly the same number of rows of every class, and the sizes of folds differ by at most one row.
///
/// A class with fewer rows than folds is never held out. The rows of every other class are shuffled and assigned to the folds in
/// turn, starting after the fold of the last row of the class before.
///
/// - `labels`: class of each row, below `names.len()`.
///
/// # Errors
///
/// Fewer than 2 folds; no rows; a missing label; no class that has as many rows as there are folds.
pub fn stratified_folds(labels: &[u32], names: &[String], n_folds: usize, seed: u64) -> Result<Folds> {
    ensure!(n_folds >= 2, "{n_folds} folds; cross-validation needs at least 2");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut fold_of_row = vec![0; labels.len()];
    let mut next = 0;
    for mut rows in by_class(labels, names)? {
        if rows.len() < n_folds {
            rows.iter().for_each(|&row| fold_of_row[row] = NO_FOLD);
            continue;
        }
        rows.shuffle(&mut rng);
        for row in rows {
            fold_of_row[row] = next;
            next = (next + 1) % n_folds;
        }
    }
    ensure!(
        fold_of_row.iter().any(|&fold| fold != NO_FOLD),
        "no class has {n_folds} rows, one for each of the {n_folds} folds; add rows, or use fewer folds"
    );
    Ok(Folds { n_folds, fold_of_row })
}

/// Grouped folds: groups are kept whole, and the class shares of folds are as near to each other as possible.
///
/// Groups are assigned in order of decreasing size, ties in random order, each to the fold in which it increases the sum of squared
/// class shares least.
///
/// - `groups`: a number that identifies the group of each row.
/// - `labels`: class of each row, below `names.len()`. Cost: `O(n_groups * n_folds * n_classes)`.
///
/// # Errors
///
/// Fewer than 2 folds; no rows; a missing label; lists of different lengths; fewer groups than folds.
///
/// # Source
///
/// After scikit-learn's `StratifiedGroupKFold`. Deviation: that minimises the standard deviation of class shares over all folds, while
/// we minimise the sum of squared class shares, which needs only the one fold.
pub fn grouped_folds(
    groups: &[u32],
    labels: &[u32],
    names: &[String],
    n_folds: usize,
    seed: u64,
) -> Result<Folds> {
    ensure!(n_folds >= 2, "{n_folds} folds; cross-validation needs at least 2");
    ensure!(
        groups.len() == labels.len(),
        "there are {} groups and {} labels; each row needs both",
        groups.len(),
        labels.len()
    );
    let n_of_class: Vec<usize> = by_class(labels, names)?.iter().map(Vec::len).collect();
    let mut members = by_group(groups);
    ensure!(
        members.len() >= n_folds,
        "{} groups are too few for {n_folds} folds; add groups, or use fewer folds",
        members.len()
    );
    members.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    members.sort_by_key(|rows| std::cmp::Reverse(rows.len()));
    let mut held = vec![vec![0.0; names.len()]; n_folds];
    let mut fold_of_row = vec![0; labels.len()];
    for (idx, rows) in members.iter().enumerate() {
        let mut added = vec![0.0; names.len()];
        for &row in rows {
            let class = labels[row] as usize;
            added[class] += 1.0 / n_of_class[class].max(1) as f64;
        }
        let mut best = idx; // the first groups fill the empty folds, so that none stays empty
        if idx >= n_folds {
            let excess = |fold: &Vec<f64>| -> f64 {
                fold.iter().zip(&added).map(|(h, a)| a * (2.0 * h + a)).sum() // (h + a)² - h²
            };
            best = 0;
            for fold in 1..n_folds {
                if excess(&held[fold]) < excess(&held[best]) {
                    best = fold;
                }
            }
        }
        for (h, a) in held[best].iter_mut().zip(&added) {
            *h += a;
        }
        for &row in rows {
            fold_of_row[row] = best;
        }
    }
    Ok(Folds { n_folds, fold_of_row })
}
