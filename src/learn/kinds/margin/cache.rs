//! Cache of rows of the kernel matrix: computed on demand, with least-recently-used eviction.
//!
//! Not here: which rows are needed (`smo`).

use crate::kinds::distances::rows::{dot, row, square};
use floorwalker_engine::head::prototypes::Like;
use ndarray::Array2;
use rayon::prelude::*;

/// Number of values of a kernel row that one parallel task computes.
const BLOCK: usize = 512;

/// `k(x, p)` as the engine defines it, for [`Like::Rbf`] and [`Like::Power`]; the other similarities are not kernels and give 0.
pub(super) fn likeness(like: Like, x: &[f32], p: &[f32]) -> f32 {
    match like {
        Like::Rbf { gamma } => libm::expf(-gamma * square(x, p)),
        Like::Power { gamma, constant, degree } => {
            let base = gamma * dot(x, p) + constant;
            (1..degree).fold(base, |power, _| power * base)
        }
        Like::Cosine | Like::Euclid | Like::Manhattan => 0.0,
    }
}

/// `k(a_i, b_j)` of every pair: `[n_a, n_b]`.
pub(super) fn likenesses(like: Like, a: &Array2<f32>, b: &Array2<f32>) -> Array2<f32> {
    let mut out = Array2::zeros((a.nrows(), b.nrows()));
    if let Some(cells) = out.as_slice_mut() {
        cells.par_chunks_mut(b.nrows().max(1)).enumerate().for_each(|(i, out)| {
            out.iter_mut().enumerate().for_each(|(j, out)| *out = likeness(like, row(a, i), row(b, j)));
        });
    }
    out
}

/// The cache of kernel rows.
pub(super) struct Cache<'a> {
    like: Like,
    x: &'a Array2<f32>,
    diagonal: Vec<f64>,
    rows: Vec<Option<Box<[f32]>>>,
    /// Time at which each row was last used, by `clock`; 0 is never.
    used: Vec<u64>,
    clock: u64,
    n_kept: usize,
    capacity: usize,
}

impl<'a> Cache<'a> {
    /// A cache for as many rows as fit into `bytes`, at least 2.
    pub(super) fn new(like: Like, x: &'a Array2<f32>, bytes: usize) -> Self {
        let n = x.nrows();
        let diagonal = (0..n).map(|i| f64::from(likeness(like, row(x, i), row(x, i)))).collect();
        let capacity = (bytes / (4 * n).max(1)).max(2);
        Self { like, x, diagonal, rows: vec![None; n], used: vec![0; n], clock: 0, n_kept: 0, capacity }
    }

    /// `k(x_i, x_i)` of every row.
    pub(super) fn diagonal(&self) -> &[f64] {
        &self.diagonal
    }

    /// Rows `i` and `j` of the kernel matrix, `[n_rows]` each.
    pub(super) fn pair(&mut self, i: usize, j: usize) -> (&[f32], &[f32]) {
        self.ensure(i, j);
        self.ensure(j, i);
        (self.kept(i), self.kept(j))
    }

    /// Row `i` of the kernel matrix, `[n_rows]`.
    pub(super) fn one(&mut self, i: usize) -> &[f32] {
        self.ensure(i, i);
        self.kept(i)
    }

    fn kept(&self, i: usize) -> &[f32] {
        self.rows.get(i).and_then(Option::as_deref).unwrap_or(&[])
    }

    /// Computes row `i` if it is not in the cache; row `spared` is not evicted for it.
    fn ensure(&mut self, i: usize, spared: usize) {
        self.clock += 1;
        self.used[i] = self.clock;
        if self.rows[i].is_some() {
            return;
        }
        let mut cells = if self.n_kept < self.capacity { None } else { self.forget(i, spared) }
            .unwrap_or_else(|| vec![0.0; self.x.nrows()].into_boxed_slice());
        let own = row(self.x, i);
        cells.par_chunks_mut(BLOCK).enumerate().for_each(|(block, out)| {
            let others = block * BLOCK..;
            others.zip(out).for_each(|(j, out)| *out = likeness(self.like, own, row(self.x, j)));
        });
        self.rows[i] = Some(cells);
        self.n_kept += 1;
    }

    /// Evicts the least recently used row, and returns its buffer.
    fn forget(&mut self, i: usize, spared: usize) -> Option<Box<[f32]>> {
        let candidates = (0..self.rows.len()).filter(|&r| self.rows[r].is_some() && r != i && r != spared);
        let oldest = candidates.min_by_key(|&r| self.used[r])?;
        self.n_kept -= 1;
        self.rows[oldest].take()
    }
}
