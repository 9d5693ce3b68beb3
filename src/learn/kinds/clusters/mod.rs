//! Clustering: groups of similar rows, and a model that assigns new rows to them in the page.
//!
//! | module      | contents                                                               |
//! |-------------|------------------------------------------------------------------------|
//! | `k_means`   | k-means++ and Lloyd's iterations over matrix products                  |
//! | `density`   | DBSCAN, with core rows exported within a byte budget                   |
//! | `hierarchy` | agglomerative clustering by chains of nearest neighbours: a merge tree |
//! | `choice`    | choosing the number of clusters by silhouette or elbow                 |
//!
//! ```text
//! nearest centre   −‖x − c‖²/2 = x·c − ‖c‖²/2 − ‖x‖²/2     a linear head, one output a cluster: the last term is shared
//! dense rows       the nearest core row within reach       a head of prototypes, and an output for noise
//! ```
//!
//! | symbol | shape            | unit                                                              |
//! |--------|------------------|-------------------------------------------------------------------|
//! | `x`    | `[n_columns]`    | column; columns should have a common scale (`encode` provides it) |
//! | `c`    | `[n, n_columns]` | column                                                            |
//!
//! Invariants
//! - The same rows, settings and seed give a bit-identical result, whatever the number of threads.
//! - Every cluster has a row. Clusters are numbered; the numbers have no meaning.
//! - The share of rows that the exported model assigns to the same cluster as the fit is measured: [`Clusters::agreement`].
//!
//! Not here: names of clusters, plots, the scaling of columns.
#![expect(
    clippy::needless_pass_by_value,
    reason = "a view is two pointers and Copy; the lint does not see it"
)]

mod choice;
mod density;
mod hierarchy;
mod k_means;
mod kind;
mod silhouette;
#[cfg(test)]
mod tests;

pub use choice::{Elbow, Tried, elbow};
pub use density::{DbscanSettings, dbscan};
pub use hierarchy::{AgglomerativeSettings, Hierarchy, Linkage, Merge, agglomerative};
pub use k_means::{KMeansSettings, k_means};
pub use kind::{DensitySettings, MeansSettings, MergingSettings, Number};
pub use silhouette::{MAX_SILHOUETTE_ROWS, silhouette};

pub(in crate::kinds) use k_means::centres_of;
pub(crate) use k_means::partition;

pub use crate::kinds::fit::Clusters;

use crate::kinds::distances::rows::row;
use floorwalker_engine::head::BodyDef;
use floorwalker_engine::head::linear::{Linear, LinearDef};
use floorwalker_engine::head::prototypes::Prototypes;
use ndarray::Array2;
use rayon::prelude::*;

/// Most rows on which the agreement is measured, evenly spaced over all rows.
const MAX_AGREEMENT_ROWS: usize = 4_096;
/// Number of rows per task.
const BLOCK: usize = 256;

impl Clusters {
    /// Variance of a column around its centre: the inertia divided by rows and columns. Positive, so that it can be divided by.
    #[must_use]
    pub fn variance(&self) -> f64 {
        let cells = self.assignment.iter().flatten().count() * self.centres.ncols();
        (self.inertia / cells.max(1) as f64).max(f64::MIN_POSITIVE)
    }
}

/// Mean of each cluster, `[n, n_columns]`, and the inertia around them.
fn centres_and_inertia(x: &Array2<f32>, assignment: &[Option<u32>], n: usize) -> (Array2<f32>, f64) {
    let mut sums = Array2::<f64>::zeros((n, x.ncols()));
    let mut counts = vec![0.0_f64; n];
    for (x, cluster) in x.outer_iter().zip(assignment) {
        if let Some(cluster) = cluster.map(|cluster| cluster as usize) {
            counts[cluster] += 1.0;
            sums.row_mut(cluster).iter_mut().zip(x).for_each(|(sum, &x)| *sum += f64::from(x));
        }
    }
    for (mut sum, count) in sums.outer_iter_mut().zip(&counts) {
        sum /= count.max(1.0);
    }
    let centres = sums.mapv(|c| c as f32);
    let inertia = inertia(x, assignment, &centres);
    (centres, inertia)
}

/// Inertia, `Σ ‖x − c‖²`, computed from the definition.
fn inertia(x: &Array2<f32>, assignment: &[Option<u32>], centres: &Array2<f32>) -> f64 {
    let distance = |(i, cluster): (usize, &Option<u32>)| {
        let pairs = cluster.map(|cluster| row(x, i).iter().zip(row(centres, cluster as usize)));
        pairs.map_or(0.0, |pairs| pairs.map(|(x, c)| (f64::from(*x) - f64::from(*c)).powi(2)).sum::<f64>())
    };
    let parts: Vec<f64> = assignment
        .par_chunks(BLOCK)
        .enumerate()
        .map(|(block, part)| part.iter().enumerate().map(|(i, c)| distance((block * BLOCK + i, c))).sum())
        .collect();
    parts.iter().sum()
}

/// The linear model whose largest output is the nearest centre. Centres are taken relative to their mean, which does not change
/// the comparison, so that columns with a large mean lose no precision.
fn nearest_centre(centres: &Array2<f32>) -> BodyDef {
    let (n, p) = centres.dim();
    let mean: Vec<f64> = centres
        .columns()
        .into_iter()
        .map(|c| c.iter().map(|&c| f64::from(c)).sum::<f64>() / n as f64)
        .collect();
    let weight = |j: usize, o: usize| f64::from(centres[[o, j]]) - mean[j];
    let bias = |o: usize| -(0..p).map(|j| weight(j, o) * (mean[j] + 0.5 * weight(j, o))).sum::<f64>() as f32;
    let weights = (0..p).flat_map(|j| (0..n).map(move |o| weight(j, o) as f32)).collect();
    BodyDef::Linear(LinearDef { bias: (0..n).map(bias).collect(), weights })
}

/// A model as the engine runs it in the page.
enum Page {
    Linear(Linear),
    Prototypes(Prototypes),
}

impl Page {
    /// `None` for a body that the engine refuses, which does not happen with the bodies made here.
    fn new(body: &BodyDef, n_columns: usize) -> Option<Self> {
        match body.clone() {
            BodyDef::Linear(def) => Linear::new(def, n_columns).map(Self::Linear),
            BodyDef::Prototypes(def) => Prototypes::new(def, n_columns).map(Self::Prototypes),
            _ => None,
        }
    }

    /// Index of the largest output at `x`; the first one in a tie.
    fn says(&self, x: &[f32], buffer: &mut Vec<(f32, u32)>, out: &mut Vec<f32>) -> usize {
        match self {
            Self::Linear(linear) => {
                out.resize(linear.n_outputs(), 0.0);
                linear.logits(x, out);
            }
            Self::Prototypes(prototypes) => {
                out.resize(prototypes.n_outputs(), 0.0);
                prototypes.logits(x, buffer, out);
            }
        }
        (0..out.len()).fold(0, |best, o| if out[o] > out[best] { o } else { best })
    }
}

/// Index of the largest output of `body` for each of `rows`; empty for a body that the engine refuses.
fn said_by(body: &BodyDef, x: &Array2<f32>, rows: &[usize]) -> Vec<usize> {
    let Some(page) = Page::new(body, x.ncols()) else { return Vec::new() };
    let of_block = |block: &[usize]| -> Vec<usize> {
        let (mut buffer, mut out) = (Vec::new(), Vec::new());
        block.iter().map(|&i| page.says(row(x, i), &mut buffer, &mut out)).collect()
    };
    rows.par_chunks(BLOCK).flat_map_iter(of_block).collect()
}

/// Share of rows that `body` assigns to the same cluster as `assignment`; noise is output `n`.
fn agreement(body: &BodyDef, x: &Array2<f32>, assignment: &[Option<u32>], n: usize) -> f64 {
    let every = assignment.len().div_ceil(MAX_AGREEMENT_ROWS).max(1);
    let rows: Vec<usize> = (0..assignment.len()).step_by(every).collect();
    let said = said_by(body, x, &rows);
    let same = |(&i, &said): (&usize, &usize)| assignment[i].map_or(n, |cluster| cluster as usize) == said;
    rows.iter().zip(&said).filter(|&pair| same(pair)).count() as f64 / rows.len().max(1) as f64
}
