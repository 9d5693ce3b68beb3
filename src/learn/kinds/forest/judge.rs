//! Evaluation of a forest on its training rows: the out-of-bag estimate, and the rounding error of leaves.
//!
//! # Source
//!
//! Breiman, *Out-of-bag estimation* (1996): a row is judged by the trees whose bootstrap did not draw it.

use super::OutOfBag;
use super::goal::Goal;
use crate::kinds::trees::bins::BinnedInput;
use crate::kinds::trees::export::rounded;
use crate::kinds::trees::grow::Grown;
use rayon::prelude::*;

/// Number of rows per task; a constant, so that sums have a fixed order whatever the number of threads.
const CHUNK: usize = 1_024;
/// Approximately the most rows on which the rounding error is measured, evenly spaced.
const MEASURED_ROWS: usize = 4_096;

/// The rows that a tree drew in its bootstrap sample: one bit per row.
pub(super) struct Bag(Vec<u64>);

impl Bag {
    pub(super) fn new(n_rows: usize) -> Self {
        Self(vec![0; n_rows.div_ceil(64)])
    }

    pub(super) fn insert(&mut self, row: u32) {
        self.0[row as usize >> 6] |= 1 << (row & 63);
    }

    fn holds(&self, row: usize) -> bool {
        self.0[row >> 6] >> (row & 63) & 1 == 1
    }
}

/// A grown forest: one tree per draw and output; the outputs of a draw are adjacent.
pub(super) struct Judged<'a> {
    pub(super) grown: &'a [Grown],
    /// Bag of each draw; empty without bootstrap.
    pub(super) bags: &'a [Bag],
    pub(super) inputs: &'a [BinnedInput],
    pub(super) goal: &'a Goal<'a>,
}

impl Judged<'_> {
    /// The out-of-bag estimate over the rows in `train`; `None` without bootstrap.
    pub(super) fn out_of_bag(&self, train: &[u32], n_rows: usize) -> Option<OutOfBag> {
        if self.bags.is_empty() {
            return None;
        }
        let k = self.goal.n_outputs();
        let of_chunk = |rows: &[u32]| {
            let mut raw = vec![f32::NAN; rows.len() * k];
            let (mut loss, mut total) = (0.0, 0.0);
            for (row, raw) in rows.iter().map(|row| *row as usize).zip(raw.chunks_exact_mut(k)) {
                if let Some(error) = self.unseen(row, raw) {
                    let weight = f64::from(self.goal.weights[row]);
                    loss += weight * error;
                    total += weight;
                }
            }
            (raw, loss, total)
        };
        let chunks: Vec<_> = train.par_chunks(CHUNK).map(of_chunk).collect();
        let mut raw = vec![f32::NAN; n_rows * k];
        let (mut loss, mut total) = (0.0, 0.0);
        for (rows, chunk) in train.chunks(CHUNK).zip(&chunks) {
            for (row, of_row) in rows.iter().zip(chunk.0.chunks_exact(k)) {
                raw[*row as usize * k..][..k].copy_from_slice(of_row);
            }
            loss += chunk.1;
            total += chunk.2;
        }
        Some(OutOfBag { raw, squared_error: if total > 0.0 { loss / total } else { f64::NAN } })
    }

    /// Writes the prediction for `row` by the trees that have not seen it, and returns its squared error; `None` when every tree
    /// has seen it.
    fn unseen(&self, row: usize, raw: &mut [f32]) -> Option<f64> {
        let k = raw.len();
        let mut sums = vec![0.0; k];
        let mut n_out = 0;
        for (trees, bag) in self.grown.chunks_exact(k).zip(self.bags) {
            if !bag.holds(row) {
                n_out += 1;
                for (tree, sum) in trees.iter().zip(&mut sums) {
                    *sum += tree.value(tree.leaf(self.inputs, row));
                }
            }
        }
        if n_out == 0 {
            return None;
        }
        // Leaf values are already divided by the number of all trees.
        let factor = self.bags.len() as f64 / f64::from(n_out);
        let mut error = 0.0;
        for (output, (raw, sum)) in raw.iter_mut().zip(&sums).enumerate() {
            let said = self.goal.base + factor * sum;
            error += (said - self.goal.truth(row, output)).powi(2);
            *raw = said as f32;
        }
        Some(error)
    }

    /// Largest change of an output by rounding the leaves to steps of `scale`, over up to about 4,096 training rows.
    pub(super) fn rounding_error(&self, train: &[u32], scale: f32) -> f64 {
        let step = train.len().div_ceil(MEASURED_ROWS).max(1);
        let of_row = |row: &u32| {
            let mut change = vec![0.0; self.goal.n_outputs()];
            for tree in self.grown {
                let value = tree.value(tree.leaf(self.inputs, *row as usize));
                change[tree.output] += value - f64::from(scale) * f64::from(rounded(value, scale));
            }
            change.iter().fold(0.0, |most: f64, change| most.max(change.abs()))
        };
        train.par_iter().step_by(step).map(of_row).reduce(|| 0.0, f64::max)
    }
}
