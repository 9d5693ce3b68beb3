//! DBSCAN: clusters are regions where rows are dense; all other rows are noise.
//!
//! | word    | meaning                                                                         |
//! |---------|---------------------------------------------------------------------------------|
//! | core    | a row with at least `min_rows` rows within `eps`, itself among them             |
//! | cluster | core rows connected by steps of at most `eps`                                   |
//! | border  | another row within `eps` of a core row; it joins the cluster of the nearest one |
//! | noise   | any other row                                                                   |
//!
//! The model keeps core rows: a new row is assigned to the cluster of the nearest core row within reach, else to the noise
//! output, whose bias is 0.5, compared with the output 1 of a cluster.
//!
//! Invariants
//! - The assignment does not depend on the order of the rows, except for the numbers of the clusters and exact ties.
//!
//! Not here: choosing `eps`.

use super::silhouette::silhouette;
use super::{Clusters, agreement, centres_and_inertia};
use crate::kinds::distances::cells::Cells;
use crate::kinds::distances::rows::{finite, row, square, square_within};
use anyhow::{Result, ensure};
use floorwalker_engine::head::BodyDef;
use floorwalker_engine::head::prototypes::{Like, PrototypesDef};
use ndarray::{Array2, ArrayView2, Axis};
use rayon::prelude::*;

/// Number of bytes of a weight.
const WEIGHT_BYTES: usize = 4;
/// Bias of the noise output, which is the largest output when no core row is within reach.
const NOISE: f32 = 0.5;

/// Settings of DBSCAN.
#[derive(Clone, Debug, PartialEq)]
pub struct DbscanSettings {
    /// Largest distance between neighbouring rows, in column units; positive.
    pub eps: f32,
    /// Least number of rows within `eps`, including the row itself, that make it a core row; at least 1.
    pub min_rows: usize,
    /// Most bytes of kept core rows and their weights, before compression.
    pub max_bytes: usize,
    /// Seed of the silhouette's sample.
    pub seed: u64,
}

impl Default for DbscanSettings {
    /// `eps` and `min_rows` are scikit-learn's.
    fn default() -> Self {
        Self { eps: 0.5, min_rows: 5, max_bytes: 32 * 1024, seed: 0 }
    }
}

/// Finds the clusters of `x`, `[n_rows, n_columns]`, finite, numbered by their first core row.
///
/// If not all core rows fit into `max_bytes`, a subset that is spread as far apart as possible is kept, and the reach is chosen
/// that best separates clustered rows from noise; [`Clusters::agreement`] measures how well.
///
/// Cost: `O(n_rows² · n_columns)` time, `O(n_rows)` memory.
///
/// # Errors
///
/// Fails for no rows, a value that is not finite, settings out of range, no core row, more than 65,534 clusters, or a budget that
/// does not hold one row of each cluster.
///
/// # Source
///
/// Ester, Kriegel, Sander & Xu, *A Density-Based Algorithm for Discovering Clusters* (1996). Deviation: a border row goes to the
/// nearest core row and not to the first cluster that finds it, so that training rows and new rows follow the same rule. Kept
/// rows: Gonzalez, *Clustering to minimize the maximum intercluster distance* (1985).
pub fn dbscan(x: ArrayView2<'_, f32>, settings: &DbscanSettings) -> Result<Clusters> {
    let x = finite(&x)?;
    let DbscanSettings { eps, min_rows, max_bytes, seed } = *settings;
    ensure!(eps > 0.0 && eps.is_finite() && min_rows > 0, "eps must be positive and min_rows at least 1");
    let reach = eps * eps;
    let n = x.nrows();
    let is_core = |i: usize| (0..n).filter(|&j| near(&x, i, j, reach)).take(min_rows).count() == min_rows;
    let core: Vec<usize> = (0..n).into_par_iter().filter(|&i| is_core(i)).collect();
    ensure!(
        !core.is_empty(),
        "no row has {min_rows} rows within the distance {eps}; raise eps or lower min_rows"
    );
    let (of_core, n_clusters) = connected(&x, &core, reach);
    ensure!(
        n_clusters < usize::from(u16::MAX),
        "DBSCAN found {n_clusters} clusters, which is too many; raise eps or min_rows"
    );
    let nearest = |i: usize| {
        let own = core.binary_search(&i).ok();
        own.or_else(|| nearest_of(&x, i, &x, &core, reach).map(|(at, _)| at)).map(|at| of_core[at])
    };
    let assignment: Vec<Option<u32>> = (0..n).into_par_iter().map(nearest).collect();
    let row_bytes = x.ncols() + WEIGHT_BYTES * (n_clusters + 1);
    let room = max_bytes / row_bytes;
    ensure!(
        room >= n_clusters,
        "max_bytes is {max_bytes}, but one row of each of {n_clusters} clusters takes {}; raise it, or eps",
        n_clusters * row_bytes
    );
    let mut warnings = Vec::new();
    let kept = if core.len() <= room {
        (0..core.len()).collect()
    } else {
        warnings.push(format!(
            "only {room} of {} core rows fit into max_bytes; check the agreement, and raise max_bytes",
            core.len()
        ));
        spread(&x, &core, &of_core, n_clusters, room)
    };
    let rows: Vec<usize> = kept.iter().map(|&at| core[at]).collect();
    let cells = Cells::of(&x.select(Axis(0), &rows));
    let reach =
        if kept.len() == core.len() { reach } else { best_reach(&x, &assignment, &cells.read(), reach) };
    let mut weights = vec![0.0; kept.len() * (n_clusters + 1)];
    for (at, &kept) in kept.iter().enumerate() {
        weights[at * (n_clusters + 1) + of_core[kept] as usize] = 1.0;
    }
    let mut bias = vec![0.0; n_clusters + 1];
    bias[n_clusters] = NOISE;
    let Cells { scale, cells } = cells;
    let def = PrototypesDef { like: Like::Euclid, nearest: 1, reach, scale, cells, weights, bias };
    let body = BodyDef::Prototypes(def);
    let (centres, inertia) = centres_and_inertia(&x, &assignment, n_clusters);
    Ok(Clusters {
        silhouette: silhouette(x.view(), &assignment, seed),
        agreement: agreement(&body, &x, &assignment, n_clusters),
        n: n_clusters,
        assignment,
        inertia,
        centres,
        body,
        losses: Vec::new(),
        warnings,
    })
}

/// The cluster of each core row, and the number of clusters.
fn connected(x: &Array2<f32>, core: &[usize], reach: f32) -> (Vec<u32>, usize) {
    let mut of_core = vec![u32::MAX; core.len()];
    let mut open: Vec<usize> = (0..core.len()).collect();
    let mut n = 0;
    for start in 0..core.len() {
        if of_core[start] != u32::MAX {
            continue;
        }
        let cluster = n as u32;
        n += 1;
        of_core[start] = cluster;
        open.retain(|&at| at != start);
        let mut front = vec![start];
        while let Some(from) = front.pop() {
            open.retain(|&at| {
                let near = near(x, core[from], core[at], reach);
                if near {
                    of_core[at] = cluster;
                    front.push(at);
                }
                !near
            });
        }
    }
    (of_core, n)
}

fn near(x: &Array2<f32>, i: usize, j: usize, reach: f32) -> bool {
    square_within(row(x, i), row(x, j), reach).is_some()
}

/// Index into `among` of the row of `p` nearest to row `i` of `x`, the first one in a tie, and its squared distance; `None` when
/// that is above `limit`.
fn nearest_of(
    x: &Array2<f32>,
    i: usize,
    p: &Array2<f32>,
    among: &[usize],
    limit: f32,
) -> Option<(usize, f32)> {
    let mut best: Option<(usize, f32)> = None;
    for (position, &at) in among.iter().enumerate() {
        let limit = best.map_or(limit, |(_, distance)| distance);
        match square_within(row(x, i), row(p, at), limit) {
            Some(distance) if best.is_none() || distance < limit => best = Some((position, distance)),
            _ => {}
        }
    }
    best
}

/// Indices into `core`, ascending, of `room` core rows: the first of each cluster, then repeatedly the one farthest from all kept rows.
fn spread(x: &Array2<f32>, core: &[usize], of_core: &[u32], n_clusters: usize, room: usize) -> Vec<usize> {
    let mut kept: Vec<usize> =
        (0..n_clusters).filter_map(|cluster| of_core.iter().position(|&c| c as usize == cluster)).collect();
    let mut distances = vec![f32::INFINITY; core.len()];
    let mut done = 0;
    loop {
        for &new in &kept[done..] {
            let to = row(x, core[new]);
            distances.par_iter_mut().zip(core).for_each(|(d, &i)| *d = d.min(square(row(x, i), to)));
        }
        done = kept.len();
        let farthest =
            (0..core.len()).fold(0, |far, at| if distances[at] > distances[far] { at } else { far });
        if done >= room || distances[farthest] == 0.0 {
            break;
        }
        kept.push(farthest);
    }
    kept.sort_unstable();
    kept
}

/// The squared distance to the nearest kept row that as a threshold classifies most rows correctly as clustered or noise; at
/// least `least`.
fn best_reach(x: &Array2<f32>, assignment: &[Option<u32>], kept: &Array2<f32>, least: f32) -> f32 {
    let among: Vec<usize> = (0..kept.nrows()).collect();
    let distance = |i: usize| nearest_of(x, i, kept, &among, f32::INFINITY).map_or(f32::INFINITY, |(_, d)| d);
    let mut rows: Vec<(f32, bool)> =
        (0..x.nrows()).into_par_iter().map(|i| (distance(i), assignment[i].is_some())).collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut right, mut best, mut reach) = (0_i64, i64::MIN, least);
    for (at, &(distance, clustered)) in rows.iter().enumerate() {
        right += if clustered { 1 } else { -1 };
        let last_of_equals = rows.get(at + 1).is_none_or(|next| next.0 > distance);
        if last_of_equals && distance >= least && right > best {
            // Halfway to the next distance, so that rounding has no effect.
            let next = rows.get(at + 1).map_or(distance, |next| next.0);
            (best, reach) = (right, 0.5 * (distance + next));
        }
    }
    reach
}
