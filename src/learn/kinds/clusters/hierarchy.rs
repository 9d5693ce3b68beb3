//! Agglomerative (hierarchical) clustering: starting with single rows, repeatedly merges the two nearest clusters until one is
//! left. The merge tree (dendrogram) can be drawn and cut.
//!
//! | linkage    | distance of two clusters                                                     |
//! |------------|------------------------------------------------------------------------------|
//! | `Ward`     | `√(2 n_a n_b / (n_a + n_b)) · ‖c_a − c_b‖`: from the increase of the inertia |
//! | `Average`  | mean distance of their rows                                                  |
//! | `Complete` | largest distance of their rows                                               |
//! | `Single`   | least distance of their rows                                                 |
//!
//! Invariants
//! - Merges are in the order of their height, and each refers to clusters that exist by then, as in scipy's linkage matrix.
//!
//! Not here: drawing the tree. smartcore's agglomerative clustering has no merge tree and is not used.

use super::silhouette::silhouette;
use super::{Clusters, agreement, centres_and_inertia, nearest_centre, said_by};
use crate::kinds::distances::rows::{finite, row};
use anyhow::{Result, ensure};
use ndarray::{Array2, ArrayView2, Axis};
use rand::SeedableRng;
use rand::seq::index::sample;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// Linkage: the distance between two clusters. See the table of the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Linkage {
    /// By the increase of the inertia.
    Ward,
    /// By the mean distance of their rows.
    Average,
    /// By the largest distance of their rows.
    Complete,
    /// By the least distance of their rows.
    Single,
}

/// Settings of agglomerative clustering.
#[derive(Clone, Debug, PartialEq)]
pub struct AgglomerativeSettings {
    /// The distance between two clusters.
    pub linkage: Linkage,
    /// Most rows that are merged: their distances take `8 · max_rows²` bytes. Of more rows a sample is merged, and the others are
    /// assigned to the nearest centre.
    pub max_rows: usize,
    /// Seed of the sample.
    pub seed: u64,
}

impl Default for AgglomerativeSettings {
    fn default() -> Self {
        Self { linkage: Linkage::Ward, max_rows: 3_000, seed: 0 }
    }
}

/// A merge of two clusters into one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Merge {
    /// The smaller index of the two: below `n` a row (of [`Hierarchy::rows`]), otherwise `n +` the index of an earlier merge.
    pub a: u32,
    /// The larger index of the two.
    pub b: u32,
    /// Distance of the two clusters, in column units.
    pub height: f64,
    /// Number of rows in the merged cluster.
    pub size: u32,
}

/// A tree of merges, and its cut.
#[derive(Clone, Debug)]
pub struct Hierarchy {
    /// The clusters of the cut, numbered by their first row; the model assigns rows to the nearest centre.
    pub clusters: Clusters,
    /// The merges, lowest first: `[n − 1]` for `n` merged rows.
    pub merges: Vec<Merge>,
    /// The merged rows, as indices into `x`, ascending: `[n]`.
    pub rows: Vec<u32>,
}

/// Merges the rows of `x`, `[n_rows, n_columns]`, finite, into a tree and cuts it into `k` clusters.
///
/// The page assigns a row to the nearest centre, which is not always its cluster in the tree; [`Clusters::agreement`] says how
/// often they agree.
///
/// Cost: `O(n²)` time and memory for the `n` rows merged.
///
/// # Errors
///
/// Fails for no rows, a value that is not finite, or `k` of 0 or above the number of merged rows or 65,535.
///
/// # Source
///
/// Müllner, *Modern hierarchical, agglomerative clustering algorithms* (2011), figure 3 (the chain of nearest neighbours),
/// with the updates of Lance & Williams (1967); Ward's on squared distances, and the root taken at the end.
pub fn agglomerative(
    x: ArrayView2<'_, f32>,
    k: usize,
    settings: &AgglomerativeSettings,
) -> Result<Hierarchy> {
    let x = finite(&x)?;
    let n_rows = x.nrows();
    let mut warnings = Vec::new();
    let mut rows: Vec<usize> = if n_rows > settings.max_rows {
        warnings.push(format!(
            "{} of {n_rows} rows were merged, and the others were assigned to the nearest centre; raise max_rows to merge all",
            settings.max_rows
        ));
        sample(&mut ChaCha8Rng::seed_from_u64(settings.seed), n_rows, settings.max_rows).into_vec()
    } else {
        (0..n_rows).collect()
    };
    rows.sort_unstable();
    ensure!(
        (1..=rows.len().min(usize::from(u16::MAX))).contains(&k),
        "{k} clusters of {} rows are not possible; ask for at least 1, at most one for each row, and at most 65535",
        rows.len()
    );
    let merged = x.select(Axis(0), &rows);
    let merges = merges(&merged, settings.linkage);
    let cut: Vec<Option<u32>> = cut(&merges, rows.len(), k).into_iter().map(Some).collect();
    let (centres, _) = centres_and_inertia(&merged, &cut, k);
    let body = nearest_centre(&centres);
    let assignment = if rows.len() == n_rows {
        cut
    } else {
        let all: Vec<usize> = (0..n_rows).collect();
        let mut nearest: Vec<Option<u32>> =
            said_by(&body, &x, &all).into_iter().map(|cluster| Some(cluster as u32)).collect();
        rows.iter().zip(&cut).for_each(|(&row, &cluster)| nearest[row] = cluster);
        nearest
    };
    let (centres, inertia) = centres_and_inertia(&x, &assignment, k);
    let body = nearest_centre(&centres);
    let clusters = Clusters {
        silhouette: silhouette(x.view(), &assignment, settings.seed),
        agreement: agreement(&body, &x, &assignment, k),
        n: k,
        inertia,
        centres,
        body,
        assignment,
        losses: Vec::new(),
        warnings,
    };
    Ok(Hierarchy { clusters, merges, rows: rows.into_iter().map(|row| row as u32).collect() })
}

/// The merge tree of all rows of `x`.
pub(super) fn merges(x: &Array2<f32>, linkage: Linkage) -> Vec<Merge> {
    let n = x.nrows();
    let mut between = distances(x, linkage);
    let mut sizes = vec![1.0_f64; n];
    let mut raw: Vec<(usize, usize, f64)> = Vec::with_capacity(n.saturating_sub(1));
    let mut chain: Vec<usize> = Vec::new();
    let mut first = 0;
    while raw.len() + 1 < n {
        while sizes[first] == 0.0 {
            first += 1;
        }
        let (&tip, before) = match chain.split_last() {
            Some((tip, before)) => (tip, before.last().copied()),
            None => (&first, None),
        };
        if chain.is_empty() {
            chain.push(first);
        }
        // In a tie the previous row of the chain is chosen, otherwise the chain would not end.
        let mut nearest = before.map_or((usize::MAX, f64::INFINITY), |b| (b, between[[tip, b]]));
        for (other, &distance) in between.row(tip).iter().enumerate() {
            if distance < nearest.1 && other != tip && sizes[other] > 0.0 {
                nearest = (other, distance);
            }
        }
        if Some(nearest.0) != before {
            chain.push(nearest.0);
            continue;
        }
        chain.truncate(chain.len() - 2);
        let (gone, kept) = (tip.min(nearest.0), tip.max(nearest.0));
        raw.push((gone, kept, nearest.1));
        let (n_a, n_b) = (sizes[gone], sizes[kept]);
        for other in 0..n {
            if sizes[other] > 0.0 && other != gone && other != kept {
                let (a, b, c) = (between[[gone, other]], between[[kept, other]], sizes[other]);
                let next = match linkage {
                    Linkage::Ward => ((n_a + c) * a + (n_b + c) * b - c * nearest.1) / (n_a + n_b + c),
                    Linkage::Average => (n_a * a + n_b * b) / (n_a + n_b),
                    Linkage::Complete => a.max(b),
                    Linkage::Single => a.min(b),
                };
                between[[kept, other]] = next;
                between[[other, kept]] = next;
            }
        }
        sizes[kept] += sizes[gone];
        sizes[gone] = 0.0;
    }
    labelled(raw, n, linkage)
}

/// Distances between all rows, squared for Ward: `[n, n]`.
fn distances(x: &Array2<f32>, linkage: Linkage) -> Array2<f64> {
    let n = x.nrows();
    let mut out = Array2::zeros((n, n));
    if let Some(cells) = out.as_slice_mut() {
        cells.par_chunks_mut(n.max(1)).enumerate().for_each(|(i, out)| {
            for (j, out) in out.iter_mut().enumerate() {
                let pairs = row(x, i).iter().zip(row(x, j));
                let square: f64 = pairs.map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2)).sum();
                *out = if linkage == Linkage::Ward { square } else { square.sqrt() };
            }
        });
    }
    out
}

/// Sorts merges by height, and assigns the indices of the merged clusters.
fn labelled(mut raw: Vec<(usize, usize, f64)>, n: usize, linkage: Linkage) -> Vec<Merge> {
    raw.sort_by(|a, b| a.2.total_cmp(&b.2));
    // `up` is a union-find forest: it leads from a row or merge to the merge that contains it.
    let mut up: Vec<usize> = (0..2 * n).collect();
    let mut size = vec![1_u32; 2 * n];
    let mut out = Vec::with_capacity(raw.len());
    for (at, (a, b, distance)) in raw.into_iter().enumerate() {
        let (a, b) = (root(&mut up, a), root(&mut up, b));
        let whole = n + at;
        (up[a], up[b]) = (whole, whole);
        size[whole] = size[a] + size[b];
        let height = if linkage == Linkage::Ward { distance.max(0.0).sqrt() } else { distance };
        out.push(Merge { a: a.min(b) as u32, b: a.max(b) as u32, height, size: size[whole] });
    }
    out
}

/// The root of `at` in the union-find forest, with path compression.
fn root(up: &mut [usize], mut at: usize) -> usize {
    while up[at] != at {
        up[at] = up[up[at]];
        at = up[at];
    }
    at
}

/// The cluster of each of `n` rows when the last `k − 1` merges are undone; clusters are numbered by their first row.
pub(super) fn cut(merges: &[Merge], n: usize, k: usize) -> Vec<u32> {
    let mut up: Vec<usize> = (0..2 * n).collect();
    for (at, merge) in merges.iter().take(n - k).enumerate() {
        (up[merge.a as usize], up[merge.b as usize]) = (n + at, n + at);
    }
    let mut number = vec![u32::MAX; 2 * n];
    let mut next = 0;
    let mut name = |row| {
        let root = root(&mut up, row);
        if number[root] == u32::MAX {
            number[root] = next;
            next += 1;
        }
        number[root]
    };
    (0..n).map(&mut name).collect()
}
