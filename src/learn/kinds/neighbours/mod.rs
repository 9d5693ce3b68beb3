//! Neighbours: what became of the kept rows that are most like the moment.
//!
//! ```text
//! output_o = Σ over the k nearest kept rows of v_ro      v: what turned out, by k
//! ```
//!
//! | target      | `v`                       | bias | output                                            |
//! |-------------|---------------------------|------|---------------------------------------------------|
//! | two classes | `1/k` of class 1, else 0  | −0.5 | share of class 1 among the nearest, less one half  |
//! | more        | `1/k` in its own class    | 0    | share of each class among the nearest              |
//! | numbers     | `y/k`                     | 0    | mean of the nearest                               |
//!
//! Where not all rows fit into the budget, they are condensed: every class gets the same room, and in it the means of a
//! k-means of its rows (where its rows fit, the rows themselves).
//!
//! The weights are plain shares: the engine adds them up, hence an output must be linear in them. Class shares are not
//! those of the data: calibration puts them right.
//!
//! Invariants
//! - Same rows, settings and seed: same bits, whatever the number of threads.
//!
//! Not here: calibration, which columns.

mod kind;
#[cfg(test)]
pub(in crate::kinds) mod page;
#[cfg(test)]
mod tests;

use super::clusters::centres_of;
use super::{Dense, Fit, Target};
use crate::kinds::distances::{cells::Cells, rows};
use anyhow::{Result, ensure};
use floorwalker_engine::head::BodyDef;
use floorwalker_engine::head::prototypes::{Like, PrototypesDef};
pub use kind::NearestSettings;
use ndarray::{Array2, Axis, concatenate};
use rand::SeedableRng;
use rand::seq::index::sample;
use rand_chacha::ChaCha8Rng;

/// Bytes of a weight.
const WEIGHT_BYTES: usize = 4;
/// Rows of a class that its k-means sees, at most; above it a sample.
const MAX_CLASS_ROWS: usize = 20_000;

/// How distance is measured. Columns should be of one scale: `encode` sees to that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Distance {
    /// Angle alone. Rows are taken to length 1 before they are condensed.
    Cosine,
    /// Straight.
    Euclid,
    /// Along the axes.
    Manhattan,
}

/// How nearest neighbours are kept and counted.
#[derive(Clone, Debug, PartialEq)]
pub struct NeighboursSettings {
    /// How many nearest rows count, at least 1.
    pub k: u16,
    /// How distance is measured.
    pub distance: Distance,
    /// Bytes of kept rows and their weights at most, before compression: `n_columns + 4 · n_outputs` a row.
    pub max_bytes: usize,
    /// Seed of the condensing.
    pub seed: u64,
}

impl Default for NeighboursSettings {
    fn default() -> Self {
        Self { k: 15, distance: Distance::Euclid, max_bytes: 32 * 1024, seed: 0 }
    }
}

/// Nearest neighbours as the page will look them up, and what was left out.
#[derive(Clone, Debug)]
pub struct NeighboursFit {
    /// The model; it has no losses.
    pub fit: Fit,
    /// Rows kept.
    pub n_kept: usize,
    /// Their bytes before compression, without the column scales.
    pub n_bytes: usize,
    /// What the analyst should know: rows condensed.
    pub warnings: Vec<String>,
}

/// Keeps as many rows as the budget holds. The outputs are those of the table at the head of this file.
///
/// Row weights are not used: every kept row counts alike, and every class gets the same room as it is.
///
/// Cost: none where the rows fit, otherwise a k-means of each class: `O(n_rows · n_kept · n_columns)` an iteration.
///
/// # Errors
///
/// A class without rows, a value that is not finite, a `k` of 0, or a budget that holds fewer than `k` rows or fewer rows
/// than classes.
///
/// # Source
///
/// Cover & Hart, *Nearest Neighbor Pattern Classification* (1967); prototypes of each class by k-means: Hastie,
/// Tibshirani & Friedman, *The Elements of Statistical Learning* (2009), section 13.2.1. Deviation: the k nearest of them
/// vote, not one.
pub fn neighbours(data: Dense<'_>, settings: &NeighboursSettings) -> Result<NeighboursFit> {
    let NeighboursSettings { k, distance, max_bytes, seed } = *settings;
    let x = rows::finite(&data.x)?;
    let x = if distance == Distance::Cosine { directions(x) } else { x };
    let n_outputs = data.y.n_outputs();
    let row_bytes = x.ncols() + WEIGHT_BYTES * n_outputs;
    let room = max_bytes / row_bytes;
    ensure!(k > 0, "k is 0; at least 1 row must count");
    ensure!(x.nrows() >= usize::from(k), "k is {k}, but there are {} rows; lower k", x.nrows());
    ensure!(
        room >= usize::from(k),
        "max_bytes is {max_bytes} and a row takes {row_bytes}: fewer than the {k} that count; raise it or lower k"
    );
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let share = 1.0 / f32::from(k);
    let (kept, weights, bias) = match data.y {
        Target::Numbers(y) => {
            ensure!(y.len() == x.nrows(), "{} rows for {} numbers", x.nrows(), y.len());
            ensure!(y.iter().all(|y| y.is_finite()), "a target is not finite; leave its row out");
            rows::check_weights(&data)?;
            let kept = some_of(x.nrows(), room, &mut rng);
            let weights = kept.iter().map(|&i| y[i] as f32 * share).collect();
            (x.select(Axis(0), &kept), weights, vec![0.0])
        }
        Target::Classes { .. } => {
            let (ids, n_classes) = rows::classes(&data)?;
            let (kept, classes) = condensed(&x, ids, n_classes, room, &mut rng)?;
            let weight = |class: u32, o: usize| {
                let own = if n_outputs == 1 { 1 } else { o };
                if class as usize == own { share } else { 0.0 }
            };
            let weights =
                classes.iter().flat_map(|&class| (0..n_outputs).map(move |o| weight(class, o))).collect();
            (kept, weights, if n_outputs == 1 { vec![-0.5] } else { vec![0.0; n_outputs] })
        }
    };
    let n_kept = kept.nrows();
    let mut warnings = Vec::new();
    if n_kept < x.nrows() {
        warnings.push(format!("{} rows were condensed to {n_kept}; raise max_bytes to keep more", x.nrows()));
    }
    let Cells { scale, cells } = Cells::of(&kept);
    let like = match distance {
        Distance::Cosine => Like::Cosine,
        Distance::Euclid => Like::Euclid,
        Distance::Manhattan => Like::Manhattan,
    };
    let def = PrototypesDef { like, nearest: k, reach: f32::INFINITY, scale, cells, weights, bias };
    let fit = Fit { body: BodyDef::Prototypes(def), losses: Vec::new() };
    Ok(NeighboursFit { fit, n_kept, n_bytes: n_kept * row_bytes, warnings })
}

/// Rows of length 1; a row of zeros stays.
fn directions(mut x: Array2<f32>) -> Array2<f32> {
    for mut row in x.rows_mut() {
        let length = row.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>().sqrt();
        if length > 0.0 {
            row.mapv_inplace(|x| (f64::from(x) / length) as f32);
        }
    }
    x
}

/// `n` of `n_rows` rows by chance, or all of them, ascending.
fn some_of(n_rows: usize, n: usize, rng: &mut ChaCha8Rng) -> Vec<usize> {
    let mut rows = if n_rows <= n { (0..n_rows).collect() } else { sample(rng, n_rows, n).into_vec() };
    rows.sort_unstable();
    rows
}

/// Rows that stand for all, and their classes: all of them where there is room, otherwise so many of each class.
fn condensed(
    x: &Array2<f32>,
    ids: &[u32],
    n_classes: usize,
    room: usize,
    rng: &mut ChaCha8Rng,
) -> Result<(Array2<f32>, Vec<u32>)> {
    if ids.len() <= room {
        return Ok((x.clone(), ids.to_vec()));
    }
    ensure!(
        room >= n_classes,
        "max_bytes holds {room} rows for {n_classes} classes; raise it to one each at least"
    );
    let of_class: Vec<Vec<usize>> =
        (0..n_classes).map(|class| (0..ids.len()).filter(|&i| ids[i] as usize == class).collect()).collect();
    let quotas = quotas(&of_class.iter().map(Vec::len).collect::<Vec<_>>(), room);
    let (mut parts, mut classes) = (Vec::with_capacity(n_classes), Vec::with_capacity(room));
    for ((class, rows), quota) in (0_u32..).zip(&of_class).zip(quotas) {
        let part = if rows.len() <= quota {
            x.select(Axis(0), rows)
        } else {
            let seen = some_of(rows.len(), MAX_CLASS_ROWS.max(quota), rng);
            let own = x.select(Axis(0), &seen.iter().map(|&at| rows[at]).collect::<Vec<_>>());
            centres_of(&own, quota.min(distinct(&own)), rng)?
        };
        classes.extend(std::iter::repeat_n(class, part.nrows()));
        parts.push(part);
    }
    let views: Vec<_> = parts.iter().map(|part| part.view()).collect();
    Ok((concatenate(Axis(0), &views)?, classes))
}

/// Room of each class: alike, but no more than it has rows; what one leaves goes to the others.
fn quotas(counts: &[usize], room: usize) -> Vec<usize> {
    let mut quotas = vec![0; counts.len()];
    let mut left = room;
    loop {
        let open: Vec<usize> = (0..counts.len()).filter(|&class| quotas[class] < counts[class]).collect();
        if left == 0 || open.is_empty() {
            return quotas;
        }
        let each = (left / open.len()).max(1);
        for class in open {
            let more = each.min(counts[class] - quotas[class]).min(left);
            quotas[class] += more;
            left -= more;
        }
    }
}

/// How many different rows there are.
fn distinct(x: &Array2<f32>) -> usize {
    let mut bits: Vec<Vec<u32>> =
        x.outer_iter().map(|row| row.iter().map(|x| (x + 0.0).to_bits()).collect()).collect();
    bits.sort_unstable();
    bits.dedup();
    bits.len()
}
