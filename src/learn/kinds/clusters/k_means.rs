//! k-means clustering: k-means++ seeding, then Lloyd's iterations.
//!
//! | symbol | shape         | unit                                |
//! |--------|---------------|-------------------------------------|
//! | `X`    | `[n_rows, p]` | column minus its mean over all rows |
//! | `C`    | `[k, p]`      | centre, in the same units           |
//!
//! The nearest centre is the one with the largest `x·c − ‖c‖²/2`: one matrix product per block of rows.
//!
//! Invariants
//! - The inertia never rises from one iteration to the next, to the rounding of `f32`.
//! - Rows are split into `TASKS` parts, whatever the number of threads, and their sums are added in order.
//!
//! Not here: choosing the number of clusters (`choice`).

use super::silhouette::silhouette;
use super::{Clusters, agreement, centres_and_inertia, nearest_centre};
use crate::kinds::Loss;
use crate::kinds::distances::rows::{finite, row, square};
use anyhow::{Result, ensure};
use ndarray::linalg::general_mat_mul;
use ndarray::{Array2, ArrayView2, Axis, Slice};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// Number of parts into which the rows are split.
const TASKS: usize = 16;
/// Number of rows of one matrix product.
const BLOCK: usize = 256;

/// Settings of k-means.
#[derive(Clone, Debug, PartialEq)]
pub struct KMeansSettings {
    /// Number of random starts, of which the one with the least inertia is kept; at least 1.
    pub starts: usize,
    /// Most iterations of a start, at least 1.
    pub max_iterations: usize,
    /// A start has converged when the sum of squared movements of the centres is at most this share of the columns' mean variance.
    pub tolerance: f64,
    /// Seed of the starts.
    pub seed: u64,
}

impl Default for KMeansSettings {
    /// Iterations and tolerance are scikit-learn's; there are more starts, because a single one often ends in a poor local optimum.
    fn default() -> Self {
        Self { starts: 4, max_iterations: 300, tolerance: 1e-4, seed: 0 }
    }
}

/// Assigns the rows of `x`, `[n_rows, n_columns]`, finite, to `k` clusters around their means.
///
/// Cost: `O(n_rows · k · n_columns)` per iteration.
///
/// # Errors
///
/// Fails for no rows, a value that is not finite, or `k` of 0 or above the number of different rows or 65,535.
///
/// # Source
///
/// Lloyd, *Least Squares Quantization in PCM* (1982); seeding by Arthur & Vassilvitskii, *k-means++: The Advantages of Careful
/// Seeding* (2007), each seed the best of `2 + ln k` draws as in their section 6 and in scikit-learn. A cluster that lost all its
/// rows gets the row that is farthest from its own centre.
pub fn k_means(x: ArrayView2<'_, f32>, k: usize, settings: &KMeansSettings) -> Result<Clusters> {
    let x = finite(&x)?;
    let mut clusters = partition(&x, k, settings)?;
    let silhouette = silhouette(x.view(), &clusters.assignment, settings.seed);
    clusters.silhouette = silhouette;
    Ok(clusters)
}

/// [`k_means`] without the silhouette, for rows that were already checked.
pub(crate) fn partition(x: &Array2<f32>, k: usize, settings: &KMeansSettings) -> Result<Clusters> {
    ensure!(
        settings.starts > 0 && settings.max_iterations > 0,
        "starts and max_iterations must be at least 1"
    );
    let draws = 2 + libm::log(k.max(1) as f64) as usize;
    let trials = Trials { draws, iterations: settings.max_iterations, tolerance: settings.tolerance };
    let mut best: Option<Found> = None;
    let centred = Centred::of(x);
    for start in 0..settings.starts {
        let mut rng = ChaCha8Rng::seed_from_u64(settings.seed);
        rng.set_stream(start as u64);
        let found = centred.run(k, &trials, &mut rng)?;
        if best.as_ref().is_none_or(|best| found.inertia() < best.inertia()) {
            best = Some(found);
        }
    }
    let Some(found) = best else { anyhow::bail!("starts must be at least 1") };
    let assignment: Vec<Option<u32>> = found.labels.iter().map(|&label| Some(label)).collect();
    let (centres, inertia) = centres_and_inertia(x, &assignment, k);
    let body = nearest_centre(&centres);
    let agreement = agreement(&body, x, &assignment, k);
    let n_rows = x.nrows() as f64;
    let loss =
        |(step, &inertia): (usize, &f64)| Loss { step: step + 1, train: inertia / n_rows, valid: None };
    let losses = found.inertias.iter().enumerate().map(loss).collect();
    Ok(Clusters {
        assignment,
        n: k,
        inertia,
        silhouette: None,
        centres,
        body,
        agreement,
        losses,
        warnings: Vec::new(),
    })
}

/// `k` approximate centres of the rows of `x`, with one draw per seed and few iterations: `[k, n_columns]`.
///
/// # Errors
///
/// Fails for `k` of 0 or above the number of different rows.
pub(in crate::kinds) fn centres_of(x: &Array2<f32>, k: usize, rng: &mut ChaCha8Rng) -> Result<Array2<f32>> {
    let found = Centred::of(x).run(k, &Trials { draws: 1, iterations: 20, tolerance: 1e-4 }, rng)?;
    let assignment: Vec<Option<u32>> = found.labels.iter().map(|&label| Some(label)).collect();
    Ok(centres_and_inertia(x, &assignment, k).0)
}

struct Trials {
    draws: usize,
    iterations: usize,
    tolerance: f64,
}

/// Rows minus their mean, so that dot products lose no precision to a large mean.
struct Centred {
    x: Array2<f32>,
    /// `‖x‖²` of each row.
    squares: Vec<f32>,
}

struct Found {
    labels: Vec<u32>,
    /// Inertia after each assignment.
    inertias: Vec<f64>,
}

impl Found {
    fn inertia(&self) -> f64 {
        self.inertias.last().copied().unwrap_or(f64::INFINITY)
    }
}

/// Nearest centre of each row, and its squared distance.
struct Nearest {
    labels: Vec<u32>,
    distances: Vec<f32>,
}

/// Sum and number of the rows of each cluster.
struct Sums {
    sums: Array2<f64>,
    counts: Vec<f64>,
}

impl Centred {
    fn of(x: &Array2<f32>) -> Self {
        let n = x.nrows() as f64;
        let mut means = vec![0.0_f64; x.ncols()];
        x.outer_iter().for_each(|x| means.iter_mut().zip(x).for_each(|(mean, &x)| *mean += f64::from(x)));
        let mut x = x.clone();
        for mut row in x.outer_iter_mut() {
            row.iter_mut().zip(&means).for_each(|(x, mean)| *x = (f64::from(*x) - mean / n) as f32);
        }
        let squares = (0..x.nrows()).map(|i| row(&x, i).iter().map(|x| x * x).sum()).collect();
        Self { x, squares }
    }

    fn run(&self, k: usize, trials: &Trials, rng: &mut ChaCha8Rng) -> Result<Found> {
        ensure!(
            (1..=usize::from(u16::MAX)).contains(&k),
            "{k} clusters are not possible; ask for 1 to 65535"
        );
        ensure!(k <= self.x.nrows(), "{k} clusters are more than the {} rows; ask for fewer", self.x.nrows());
        let mut centres = self.seeds(k, trials.draws, rng)?;
        let total: f64 = self.squares.iter().map(|&s| f64::from(s)).sum();
        let enough = trials.tolerance * total / self.x.len() as f64;
        let mut inertias = Vec::new();
        let mut before: Option<Vec<u32>> = None;
        for _ in 0..trials.iterations {
            let (mut nearest, mut sums) = self.assigned(&centres);
            inertias.push(nearest.inertia());
            self.fill_empty(&mut nearest, &mut sums);
            let moved = sums.means(&centres);
            let shift: f64 = moved.iter().zip(&centres).map(|(a, b)| f64::from(a - b).powi(2)).sum();
            let same = before.as_ref() == Some(&nearest.labels);
            (centres, before) = (moved, Some(nearest.labels));
            if same || shift <= enough {
                break;
            }
        }
        let (mut nearest, mut sums) = self.assigned(&centres);
        self.fill_empty(&mut nearest, &mut sums);
        inertias.push(nearest.inertia());
        Ok(Found { labels: nearest.labels, inertias })
    }

    /// k-means++ seeds: each row is drawn in proportion to its squared distance from the seeds before.
    fn seeds(&self, k: usize, draws: usize, rng: &mut ChaCha8Rng) -> Result<Array2<f32>> {
        let n = self.x.nrows();
        let first = rng.random_range(0..n);
        let mut chosen = vec![first];
        let mut distances = self.distances_to(first, None);
        while chosen.len() < k {
            let total: f64 = distances.iter().map(|&d| f64::from(d)).sum();
            ensure!(
                total > 0.0,
                "{k} clusters are more than the {} different rows; ask for fewer",
                chosen.len()
            );
            let mut best: Option<(f64, usize, Vec<f32>)> = None;
            for _ in 0..draws {
                let row = drawn(&distances, total, rng);
                let nearer = self.distances_to(row, Some(&distances));
                let left: f64 = nearer.iter().map(|&d| f64::from(d)).sum();
                if best.as_ref().is_none_or(|&(least, ..)| left < least) {
                    best = Some((left, row, nearer));
                }
            }
            if let Some((_, row, nearer)) = best {
                chosen.push(row);
                distances = nearer;
            }
        }
        Ok(self.x.select(Axis(0), &chosen))
    }

    /// Squared distance of every row to row `to`, or the previous distance `was` if that is smaller.
    fn distances_to(&self, to: usize, was: Option<&[f32]>) -> Vec<f32> {
        let to = row(&self.x, to);
        let mut out = vec![f32::INFINITY; self.x.nrows()];
        if let Some(was) = was {
            out.copy_from_slice(was);
        }
        out.par_chunks_mut(4 * BLOCK).enumerate().for_each(|(block, out)| {
            for (i, out) in out.iter_mut().enumerate() {
                let distance = square(row(&self.x, 4 * block * BLOCK + i), to);
                *out = if distance < *out { distance } else { *out };
            }
        });
        out
    }

    /// The nearest centre of every row, and the sums of the rows assigned to each centre.
    fn assigned(&self, centres: &Array2<f32>) -> (Nearest, Sums) {
        let (n, p) = self.x.dim();
        let k = centres.nrows();
        let transposed = centres.t().as_standard_layout().into_owned();
        let half: Vec<f32> =
            centres.outer_iter().map(|c| 0.5 * c.iter().map(|c| c * c).sum::<f32>()).collect();
        let (mut labels, mut distances) = (vec![0_u32; n], vec![0.0_f32; n]);
        let part = n.div_ceil(TASKS).max(1);
        let parts: Vec<Sums> = labels
            .par_chunks_mut(part)
            .zip(distances.par_chunks_mut(part))
            .enumerate()
            .map(|(at, (labels, distances))| {
                let mut sums = Sums { sums: Array2::zeros((k, p)), counts: vec![0.0; k] };
                let mut products = Array2::zeros((BLOCK.min(labels.len()), k));
                let blocks = labels.chunks_mut(BLOCK).zip(distances.chunks_mut(BLOCK));
                for (block, (labels, distances)) in blocks.enumerate() {
                    let from = at * part + block * BLOCK;
                    let rows = self.x.slice_axis(Axis(0), Slice::from(from..from + labels.len()));
                    let mut products = products.slice_axis_mut(Axis(0), Slice::from(..labels.len()));
                    general_mat_mul(1.0, &rows, &transposed, 0.0, &mut products);
                    for (i, products) in products.outer_iter().enumerate() {
                        let (label, score) = largest(products.as_slice().unwrap_or(&[]), &half);
                        labels[i] = label;
                        distances[i] = (self.squares[from + i] - 2.0 * score).max(0.0);
                        sums.add(label as usize, row(&self.x, from + i));
                    }
                }
                sums
            })
            .collect();
        let mut sums = Sums { sums: Array2::zeros((k, p)), counts: vec![0.0; k] };
        for part in &parts {
            sums.sums += &part.sums;
            sums.counts.iter_mut().zip(&part.counts).for_each(|(sum, count)| *sum += count);
        }
        (Nearest { labels, distances }, sums)
    }

    /// Gives every cluster without rows the row that is farthest from its own centre, among the rows of clusters with several rows.
    fn fill_empty(&self, nearest: &mut Nearest, sums: &mut Sums) {
        for cluster in 0..sums.counts.len() {
            if sums.counts[cluster] > 0.0 {
                continue;
            }
            let shared = |&i: &usize| sums.counts[nearest.labels[i] as usize] > 1.0;
            let farther =
                |a: usize, b: usize| if nearest.distances[b] > nearest.distances[a] { b } else { a };
            let Some(far) = (0..nearest.labels.len()).filter(shared).reduce(farther) else { return };
            let from = nearest.labels[far] as usize;
            sums.counts[from] -= 1.0;
            let x = row(&self.x, far);
            sums.sums.row_mut(from).iter_mut().zip(x).for_each(|(sum, &x)| *sum -= f64::from(x));
            sums.add(cluster, x);
            nearest.labels[far] = cluster as u32;
            nearest.distances[far] = 0.0;
        }
    }
}

impl Nearest {
    fn inertia(&self) -> f64 {
        self.distances.iter().map(|&d| f64::from(d)).sum()
    }
}

impl Sums {
    fn add(&mut self, cluster: usize, x: &[f32]) {
        self.counts[cluster] += 1.0;
        self.sums.row_mut(cluster).iter_mut().zip(x).for_each(|(sum, &x)| *sum += f64::from(x));
    }

    /// The mean of each cluster; for a cluster without rows its previous centre.
    fn means(&self, was: &Array2<f32>) -> Array2<f32> {
        Array2::from_shape_fn(was.dim(), |(cluster, j)| match self.counts[cluster] {
            0.0 => was[[cluster, j]],
            count => (self.sums[[cluster, j]] / count) as f32,
        })
    }
}

/// The centre with the largest product minus half its squared norm, the first one in a tie, and that score.
fn largest(products: &[f32], half: &[f32]) -> (u32, f32) {
    let scores = (0_u32..).zip(products.iter().zip(half).map(|(product, half)| product - half));
    scores.fold(
        (0, f32::NEG_INFINITY),
        |best, (label, score)| if score > best.1 { (label, score) } else { best },
    )
}

/// A random row, drawn in proportion to its distance.
fn drawn(distances: &[f32], total: f64, rng: &mut ChaCha8Rng) -> usize {
    let mut left = rng.random::<f64>() * total;
    let mut last = 0;
    for (row, &distance) in distances.iter().enumerate() {
        if distance > 0.0 {
            last = row;
            left -= f64::from(distance);
            if left < 0.0 {
                break;
            }
        }
    }
    last
}
