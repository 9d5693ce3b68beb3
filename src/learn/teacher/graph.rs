//! Graph: which messages are alike, as a symmetric sparse matrix whose rows and columns are evenly scaled.
//!
//! `A = D^-½ W D^-½`, where `W` ties each vector to its nearest ones by cosine, and `D` is the sum of each row of `W`.
//!
//! Not here: what spreads over it (`teacher`).

use ndarray::{Array2, ArrayView2, Axis, Slice};
use rayon::prelude::*;

/// Rows that are compared with all others at once. Fixed, so that sums run in one order.
const BLOCK: usize = 256;

/// `A`, row by row.
#[derive(Clone, Debug)]
pub(super) struct Graph {
    /// Where the ties of each row start, and the end.
    starts: Vec<usize>,
    /// The other end of each tie, and its weight.
    ties: Vec<(u32, f32)>,
    /// The cosine of both ends of each tie.
    cosines: Vec<f32>,
}

impl Graph {
    /// Ties each of `vectors`, rows of length 1, to its `k` nearest, and both ways.
    pub(super) fn nearest(vectors: &Array2<f32>, k: usize, sharpness: f32) -> Self {
        let n = vectors.nrows();
        let blocks: Vec<usize> = (0..n).step_by(BLOCK).collect();
        let one_way: Vec<Vec<(u32, f32)>> = blocks
            .par_iter()
            .flat_map_iter(|&first| {
                let rows = vectors.slice_axis(Axis(0), Slice::from(first..(first + BLOCK).min(n)));
                nearest_of(&rows, first, vectors, k)
            })
            .collect();
        let mut both: Vec<Vec<(u32, f32)>> = one_way.clone();
        for (row, ties) in one_way.iter().enumerate() {
            ties.iter().for_each(|&(other, cosine)| both[other as usize].push((row as u32, cosine)));
        }
        for ties in &mut both {
            ties.sort_unstable_by_key(|&(other, _)| other);
            ties.dedup_by_key(|&mut (other, _)| other);
        }
        let cosines = both.iter().flatten().map(|tie| tie.1).collect();
        for ties in &mut both {
            ties.iter_mut().for_each(|tie| tie.1 = (sharpness * (tie.1 - 1.0)).exp());
        }
        let scale: Vec<f32> =
            both.iter().map(|ties| ties.iter().map(|tie| tie.1).sum::<f32>().sqrt().recip()).collect();
        let mut graph = Self { starts: vec![0], ties: Vec::new(), cosines };
        for (row, ties) in both.iter().enumerate() {
            let scaled = |&(other, weight): &(u32, f32)| (other, weight * scale[row] * scale[other as usize]);
            graph.ties.extend(ties.iter().map(scaled));
            graph.starts.push(graph.ties.len());
        }
        graph
    }

    /// What `row` is tied to, and the cosine of both.
    pub(super) fn like(&self, row: usize) -> impl Iterator<Item = (usize, f32)> {
        let range = self.starts[row]..self.starts[row + 1];
        self.ties[range.clone()]
            .iter()
            .zip(&self.cosines[range])
            .map(|(tie, &cosine)| (tie.0 as usize, cosine))
    }

    /// `spread · A f + (1 − spread) · given`, both `[n, n_classes]`, row-major.
    pub(super) fn step(&self, f: &[f32], given: &[f32], n_classes: usize, spread: f32) -> Vec<f32> {
        let mut next = vec![0.0; f.len()];
        next.par_chunks_exact_mut(n_classes).enumerate().for_each(|(row, next)| {
            for &(other, weight) in &self.ties[self.starts[row]..self.starts[row + 1]] {
                let from = &f[other as usize * n_classes..][..n_classes];
                next.iter_mut().zip(from).for_each(|(next, f)| *next += spread * weight * f);
            }
            let given = &given[row * n_classes..][..n_classes];
            next.iter_mut().zip(given).for_each(|(next, given)| *next += (1.0 - spread) * given);
        });
        next
    }
}

/// Of each row the `k` nearest others and their cosines, nearest first; of equals the one that stands first.
fn nearest_of(
    rows: &ArrayView2<'_, f32>,
    first: usize,
    vectors: &Array2<f32>,
    k: usize,
) -> Vec<Vec<(u32, f32)>> {
    let cosines = rows.dot(&vectors.t());
    let of = |(at, row): (usize, ndarray::ArrayView1<'_, f32>)| {
        let others = row.iter().enumerate().filter(|&(other, _)| other != first + at);
        let mut all: Vec<(u32, f32)> = others.map(|(other, &cosine)| (other as u32, cosine)).collect();
        let nearer = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
        if all.len() > k {
            all.select_nth_unstable_by(k, nearer);
            all.truncate(k);
        }
        all.sort_unstable_by(nearer);
        all
    };
    cosines.outer_iter().enumerate().map(of).collect()
}
