//! Silhouette: how much nearer a row is to its own cluster than to the nearest other one.

use ndarray::{ArrayView1, ArrayView2, Axis};
use rand::SeedableRng;
use rand::seq::index::sample;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// Most rows on which a silhouette is measured; of more rows a sample is used.
pub const MAX_SILHOUETTE_ROWS: usize = 2_000;
/// Number of rows of one matrix product.
const BLOCK: usize = 256;

/// Mean silhouette of the rows that are in a cluster, or of a sample of [`MAX_SILHOUETTE_ROWS`] of them if there are more. A row
/// that is alone in its cluster counts as 0. `None` with fewer than 2 clusters in the sample.
///
/// - `x`: `[n_rows, n_columns]`, finite. `assignment`: `[n_rows]`.
///
/// Cost: `O(n_sample² · n_columns)`.
///
/// # Source
///
/// Rousseeuw, *Silhouettes: a graphical aid to the interpretation and validation of cluster analysis* (1987), eq. 2.
#[must_use]
pub fn silhouette(x: ArrayView2<'_, f32>, assignment: &[Option<u32>], seed: u64) -> Option<f64> {
    let inside: Vec<(usize, u32)> =
        assignment.iter().enumerate().filter_map(|(i, cluster)| cluster.map(|c| (i, c))).collect();
    let rows: Vec<(usize, u32)> = if inside.len() > MAX_SILHOUETTE_ROWS {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        sample(&mut rng, inside.len(), MAX_SILHOUETTE_ROWS).iter().map(|at| inside[at]).collect()
    } else {
        inside
    };
    let n_clusters = rows.iter().map(|&(_, cluster)| cluster as usize + 1).max()?;
    let mut counts = vec![0.0_f64; n_clusters];
    rows.iter().for_each(|&(_, cluster)| counts[cluster as usize] += 1.0);
    if counts.iter().filter(|&&count| count > 0.0).count() < 2 {
        return None;
    }
    let x = x.select(Axis(0), &rows.iter().map(|&(i, _)| i).collect::<Vec<_>>());
    // ‖a - b‖² = a·a + b·b - 2 a·b, so that the products of a block are one matrix product.
    let norms: Vec<f32> = x.outer_iter().map(|row| row.dot(&row)).collect();
    let one = |at: usize, products: ArrayView1<'_, f32>| {
        let own = rows[at].1 as usize;
        if counts[own] < 2.0 {
            return 0.0;
        }
        let mut sums = vec![0.0_f64; n_clusters];
        for (other, (&(_, cluster), product)) in rows.iter().zip(products).enumerate() {
            let apart = (norms[at] + norms[other] - 2.0 * product).max(0.0);
            sums[cluster as usize] += if other == at { 0.0 } else { f64::from(apart).sqrt() };
        }
        let others = (0..n_clusters).filter(|&c| c != own && counts[c] > 0.0).map(|c| sums[c] / counts[c]);
        let (a, b) = (sums[own] / (counts[own] - 1.0), others.fold(f64::INFINITY, f64::min));
        if a.max(b) > 0.0 { (b - a) / a.max(b) } else { 0.0 }
    };
    let blocks: Vec<ArrayView2<'_, f32>> = x.axis_chunks_iter(Axis(0), BLOCK).collect();
    let of_block = |(block, block_rows): (usize, &ArrayView2<'_, f32>)| -> Vec<f64> {
        let products = block_rows.dot(&x.t());
        products.outer_iter().enumerate().map(|(at, row)| one(block * BLOCK + at, row)).collect()
    };
    let each: Vec<f64> = blocks.par_iter().enumerate().flat_map_iter(of_block).collect();
    Some(each.iter().sum::<f64>() / rows.len() as f64)
}
