//! Nearest-neighbour graph of the messages: a symmetric sparse similarity matrix, symmetrically normalised.
//!
//! `A = D^-½ W D^-½`, where `W` weights the edges between each vector and its nearest neighbours by cosine, and the diagonal `D`
//! holds the row sums of `W`.
//!
//! Not here: label spreading over the graph (`teacher`).

use ndarray::{Array2, ArrayView2, Axis, Slice};
use rayon::prelude::*;

/// Number of rows that one matrix product compares with all others. It is fixed, so that the order of sums is.
const BLOCK: usize = 256;

/// The matrix `A` in compressed sparse row format.
#[derive(Clone, Debug)]
pub(super) struct Graph {
    /// Index of each row's first edge, and the number of edges at the end: `[n + 1]`.
    starts: Vec<usize>,
    /// The other end of each edge, and its weight in `A`.
    ties: Vec<(u32, f32)>,
    /// The cosine between both ends of each edge.
    cosines: Vec<f32>,
}

impl Graph {
    /// Connects each of `vectors`, rows of length 1, with its `k` nearest neighbours; every edge goes both ways.
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

    /// The neighbours of `row` in the graph, each with its cosine.
    pub(super) fn like(&self, row: usize) -> impl Iterator<Item = (usize, f32)> {
        let range = self.starts[row]..self.starts[row + 1];
        self.ties[range.clone()]
            .iter()
            .zip(&self.cosines[range])
            .map(|(tie, &cosine)| (tie.0 as usize, cosine))
    }

    /// One step of label spreading: `spread · A f + (1 − spread) · given`, with `f` and `given` `[n, n_classes]`, row-major.
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

/// For each row its `k` nearest other rows and their cosines, nearest first; in a tie the one with the lower index first.
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
