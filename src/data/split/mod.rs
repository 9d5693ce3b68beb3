//! Splits rows into training, validation and test parts, or into folds.
//!
//! | function          | guarantees                                        | fails on                                  |
//! |-------------------|---------------------------------------------------|-------------------------------------------|
//! | [`stratified`]    | each class in every part, its share within a row  | no rows                                   |
//! | [`grouped`]       | a group (a shopper) whole, in one part            | fewer groups than parts, an emptied part  |
//! | [`by_time`]       | train before validation before test               | a part left empty because moments are tied |
//! | [`stratified_folds`] | each class's share in every fold, within one row | no class with as many rows as folds       |
//! | [`grouped_folds`] | a group whole, class shares as near as can be     | fewer groups than folds                   |
//!
//! The stratified ones never hold out a class with fewer rows than parts or folds.
//!
//! Invariants
//! - Every row is in exactly one part, and in one fold or none. Row indices ascend within a part.
//! - The same rows and seed give the same split: the only source of randomness is `ChaCha8`, seeded here.
//!
//! Not here: what is fitted on the parts (`learn`), point-in-time joins (`join`).

mod folds;
#[cfg(test)]
mod tests;

pub use folds::{Folds, grouped_folds, stratified_folds};

use std::collections::BTreeMap;

use anyhow::{Result, bail, ensure};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// Shares of the rows that are held out; the rest is for training.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shares {
    /// Share for choosing hyperparameters, calibration and thresholds. In `[0, 1)`.
    pub validation: f64,
    /// Share for the reported figures and nothing else. In `[0, 1)`.
    pub test: f64,
}

/// Row indices of the three parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// Training rows, ascending.
    pub train: Vec<usize>,
    /// Ascending; empty when its share is 0.
    pub validation: Vec<usize>,
    /// Ascending; empty when its share is 0.
    pub test: Vec<usize>,
}

/// Index of the training part; 1 is validation and 2 test, in the order of time.
const TRAIN: usize = 0;

impl Shares {
    /// Checks the shares and returns those of train, validation and test.
    ///
    /// # Errors
    ///
    /// A share outside `[0, 1)`, or shares that leave nothing for training.
    fn check(self) -> Result<[f64; 3]> {
        for (name, share) in [("validation", self.validation), ("test", self.test)] {
            ensure!(
                (0.0..1.0).contains(&share),
                "the {name} share is {share}; write a number of 0 or more and below 1"
            );
        }
        let train = 1.0 - self.validation - self.test;
        ensure!(
            train > 1e-9,
            "validation {} and test {} leave no rows for training; choose shares that sum to less than 1",
            self.validation,
            self.test
        );
        Ok([train, self.validation, self.test])
    }
}

impl Split {
    /// Makes a split from the part of each row: 0 train, 1 validation, 2 test.
    fn from_parts(parts: &[usize]) -> Self {
        let rows = |wanted| {
            parts.iter().enumerate().filter(|&(_, &part)| part == wanted).map(|(row, _)| row).collect()
        };
        Self { train: rows(0), validation: rows(1), test: rows(2) }
    }
}

/// Stratified split: every part has a row of every class, and both that are held out have their share of it within one row. Where
/// small classes have more than their share of a part, because they have a row of it, the classes after them have less. A class with
/// fewer rows than there are parts with a share above 0 is only in training.
///
/// - `labels`: class of each row, below `names.len()`.
/// - `names`: names of the classes.
///
/// # Errors
///
/// Shares out of range; no rows; a label that is missing.
pub fn stratified(labels: &[u32], names: &[String], shares: Shares, seed: u64) -> Result<Split> {
    let shares = shares.check()?;
    let n_parts = shares.iter().filter(|&&s| s > 0.0).count();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut parts = vec![TRAIN; labels.len()];
    let mut n_before = 0;
    let mut given = [0_usize; 3];
    for mut rows in by_class(labels, names)? {
        // A class with fewer rows than parts stays in training.
        if rows.len() < n_parts {
            continue;
        }
        rows.shuffle(&mut rng);
        n_before += rows.len();
        let mut from = 0;
        for part in [2, 1] {
            if shares[part] == 0.0 {
                continue;
            }
            // Rounding errors are carried from class to class, so that many small classes do not skew the size of a part.
            let wanted = (n_before as f64 * shares[part]).round() as usize;
            let others = if part == 2 && shares[1] > 0.0 { 2 } else { 1 };
            let n = wanted.saturating_sub(given[part]).clamp(1, rows.len() - from - others);
            given[part] += n;
            for &row in &rows[from..from + n] {
                parts[row] = part;
            }
            from += n;
        }
    }
    Ok(Split::from_parts(&parts))
}

/// Grouped split: rows of one group are never in two parts.
///
/// Groups are shuffled, then each is assigned to the part that lacks most rows. Parts come near their shares, the nearer the
/// smaller the groups are.
///
/// - `groups`: a number that identifies the group of each row.
///
/// # Errors
///
/// Shares out of range; fewer groups than parts; groups whose sizes are so uneven that a part stays empty.
pub fn grouped(groups: &[u32], shares: Shares, seed: u64) -> Result<Split> {
    let shares = shares.check()?;
    let n_parts = shares.iter().filter(|&&s| s > 0.0).count();
    let mut members: Vec<Vec<usize>> = by_group(groups);
    ensure!(
        members.len() >= n_parts,
        "{} groups are too few for {n_parts} parts; add groups, or split by rows",
        members.len()
    );
    members.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    let mut lack = shares.map(|share| share * groups.len() as f64);
    let mut parts = vec![TRAIN; groups.len()];
    for rows in &members {
        let mut part = TRAIN;
        for candidate in 1..lack.len() {
            if shares[candidate] > 0.0 && lack[candidate] > lack[part] {
                part = candidate;
            }
        }
        lack[part] -= rows.len() as f64;
        for &row in rows {
            parts[row] = part;
        }
    }
    refuse_empty(
        Split::from_parts(&parts),
        shares,
        "the groups are too unequal in size to fill every part; add groups, or split by rows",
    )
}

/// Split by time: no training row is later than a validation row, and no validation row later than a test row.
///
/// Rows of the same moment are kept together, in the earlier part.
///
/// - `at_ms`: the moment of each row.
///
/// # Errors
///
/// Shares out of range; a part that would be empty.
pub fn by_time(at_ms: &[i64], shares: Shares) -> Result<Split> {
    let shares = shares.check()?;
    let mut order: Vec<usize> = (0..at_ms.len()).collect();
    order.sort_by_key(|&row| (at_ms[row], row));
    let mut parts = vec![TRAIN; at_ms.len()];
    for (part, share) in [(1, 1.0 - shares[0]), (2, shares[2])] {
        let mut cut = ((1.0 - share) * at_ms.len() as f64).round() as usize;
        while cut > 0 && cut < order.len() && at_ms[order[cut]] == at_ms[order[cut - 1]] {
            cut += 1;
        }
        for &row in order.iter().skip(cut) {
            parts[row] = part;
        }
    }
    refuse_empty(Split::from_parts(&parts), shares, "too few times differ; add rows, or split by label")
}

fn refuse_empty(split: Split, shares: [f64; 3], why: &str) -> Result<Split> {
    let parts = [("train", &split.train), ("validation", &split.validation), ("test", &split.test)];
    for ((name, rows), share) in parts.into_iter().zip(shares) {
        if share > 0.0 && rows.is_empty() {
            bail!("the {name} part would be empty: {why}");
        }
    }
    Ok(split)
}

/// Rows of each class, ascending.
fn by_class(labels: &[u32], names: &[String]) -> Result<Vec<Vec<usize>>> {
    ensure!(!labels.is_empty(), "there are no rows to split; add at least one for each part");
    let mut rows = vec![Vec::new(); names.len()];
    for (row, &label) in labels.iter().enumerate() {
        match rows.get_mut(label as usize) {
            Some(rows) => rows.push(row),
            None => bail!("row {} has no label; leave out rows without one before splitting", row + 1),
        }
    }
    Ok(rows)
}

/// Rows of each group, in order of the groups' numbers.
fn by_group(groups: &[u32]) -> Vec<Vec<usize>> {
    let mut rows: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (row, &group) in groups.iter().enumerate() {
        rows.entry(group).or_default().push(row);
    }
    rows.into_values().collect()
}
