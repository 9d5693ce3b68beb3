//! What a grown forest says of the rows it was grown on: out of bag, and through rounded leaves.
//!
//! # Source
//!
//! Breiman, *Out-of-bag estimation* (1996): a row is judged by the trees whose bootstrap did not draw it.

use super::OutOfBag;
use super::goal::Goal;
use crate::fit::boost::bins::BinnedInput;
use crate::fit::boost::export::rounded;
use crate::fit::boost::grow::Grown;
use rayon::prelude::*;

/// Rows that one task handles; a constant, so that sums have one order whatever the number of threads.
const CHUNK: usize = 1_024;

/// Which rows a tree did not draw: one bit a row.
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

/// A grown forest: one tree an output and draw, outputs of a draw side by side.
pub(super) struct Judged<'a> {
    pub(super) grown: &'a [Grown],
    /// Bag of each draw; none without bootstrap.
    pub(super) bags: &'a [Bag],
    pub(super) inputs: &'a [BinnedInput],
    pub(super) goal: &'a Goal<'a>,
    pub(super) n_trees: usize,
    pub(super) scale: f32,
}

impl Judged<'_> {
    /// The out-of-bag estimate over the rows in `train`, where there were bags; and the largest change of an output through
    /// rounding the leaves.
    pub(super) fn over(&self, train: &[u32], n_rows: usize) -> (Option<OutOfBag>, f64) {
        let k = self.goal.n_outputs();
        let of_chunk = |rows: &[u32]| {
            let mut raw = vec![f32::NAN; rows.len() * k];
            let (mut loss, mut weight, mut rounding) = (0.0, 0.0, 0.0_f64);
            for (row, raw) in rows.iter().zip(raw.chunks_exact_mut(k)) {
                let (of_row, of_rounding) = self.row(*row as usize, raw);
                rounding = rounding.max(of_rounding);
                if let Some(of_row) = of_row {
                    loss += f64::from(self.goal.weights[*row as usize]) * of_row;
                    weight += f64::from(self.goal.weights[*row as usize]);
                }
            }
            (raw, loss, weight, rounding)
        };
        let chunks: Vec<_> = train.par_chunks(CHUNK).map(of_chunk).collect();
        let rounding = chunks.iter().fold(0.0, |most: f64, chunk| most.max(chunk.3));
        if self.bags.is_empty() {
            return (None, rounding);
        }
        let mut raw = vec![f32::NAN; n_rows * k];
        let (mut loss, mut weight) = (0.0, 0.0);
        for (rows, chunk) in train.chunks(CHUNK).zip(&chunks) {
            for (row, of_row) in rows.iter().zip(chunk.0.chunks_exact(k)) {
                raw[*row as usize * k..][..k].copy_from_slice(of_row);
            }
            loss += chunk.1;
            weight += chunk.2;
        }
        let squared_error = if weight > 0.0 { loss / weight } else { f64::NAN };
        (Some(OutOfBag { raw, squared_error }), rounding)
    }

    /// Writes the out-of-bag outputs of a row, and gives their squared error and the largest change by rounding.
    fn row(&self, row: usize, raw: &mut [f32]) -> (Option<f64>, f64) {
        let k = raw.len();
        // Of each output: exact, in leaf units, out of bag.
        let mut sums = vec![(0.0, 0_i32, 0.0); k];
        let mut n_out = 0;
        for (draw, trees) in self.grown.chunks_exact(k).enumerate() {
            let out = self.bags.get(draw).is_some_and(|bag| !bag.holds(row));
            n_out += usize::from(out);
            for (tree, sums) in trees.iter().zip(&mut sums) {
                let value = tree.value(tree.leaf(self.inputs, row));
                sums.0 += value;
                sums.1 += i32::from(rounded(value, self.scale));
                sums.2 += if out { value } else { 0.0 };
            }
        }
        let change = |sums: &(f64, i32, f64)| (sums.0 - f64::from(self.scale) * f64::from(sums.1)).abs();
        let rounding = sums.iter().map(change).fold(0.0, f64::max);
        if n_out == 0 {
            return (None, rounding);
        }
        // Leaves are divided by the number of all trees.
        let factor = self.n_trees as f64 / n_out as f64;
        let mut error = 0.0;
        for (output, (raw, sums)) in raw.iter_mut().zip(&sums).enumerate() {
            let said = self.goal.base + factor * sums.2;
            error += (said - self.goal.truth(row, output)).powi(2);
            *raw = said as f32;
        }
        (Some(error), rounding)
    }
}
