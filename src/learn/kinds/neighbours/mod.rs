//! k nearest neighbours: predicts from the kept rows that are nearest to the request.
//!
//! ```text
//! output_o = Σ over the k nearest kept rows of v_ro      v: what turned out, by k
//! ```
//!
//! | target      | `v`                             | bias | output                                             |
//! |-------------|---------------------------------|------|----------------------------------------------------|
//! | two classes | `1/k` of class 1, else 0        | −0.5 | share of class 1 among the nearest, minus one half |
//! | more        | `1/k` for its own class, else 0 | 0    | share of each class among the nearest              |
//! | numbers     | `y/k`                           | 0    | mean of the nearest rows' values                   |
//!
//! If not all rows fit into the byte budget, they are condensed: every class gets the same number of prototypes, which are the
//! k-means centres of its rows (or the rows themselves, if they fit).
//!
//! The weights are plain shares, because the engine sums them, so an output must be linear in them. After condensing, class
//! shares differ from those of the data; calibration corrects this.
//!
//! Invariants
//! - The same rows, settings and seed give a bit-identical model, whatever the number of threads.
//!
//! Not here: calibration, encoding of columns.

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

/// Number of bytes of a weight.
const WEIGHT_BYTES: usize = 4;
/// Most rows of a class for its k-means; of more rows a sample is used.
const MAX_CLASS_ROWS: usize = 20_000;

/// The distance between rows. Columns should have a common scale, which `encode` provides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Distance {
    /// Cosine distance. Rows are scaled to length 1 before they are condensed.
    Cosine,
    /// Euclidean distance.
    Euclid,
    /// Manhattan distance.
    Manhattan,
}

/// Settings of a nearest-neighbour fit.
#[derive(Clone, Debug, PartialEq)]
pub struct NeighboursSettings {
    /// Number of nearest rows that vote, at least 1.
    pub k: u16,
    /// The distance between rows.
    pub distance: Distance,
    /// Most bytes of kept rows and their weights, before compression: `n_columns + 4 · n_outputs` per row.
    pub max_bytes: usize,
    /// Seed of sampling and k-means.
    pub seed: u64,
}

impl Default for NeighboursSettings {
    fn default() -> Self {
        Self { k: 15, distance: Distance::Euclid, max_bytes: 32 * 1024, seed: 0 }
    }
}

/// A nearest-neighbour model as the page runs it, and how many rows were kept.
#[derive(Clone, Debug)]
pub struct NeighboursFit {
    /// The model; it has no losses.
    pub fit: Fit,
    /// Number of kept rows.
    pub n_kept: usize,
    /// Bytes of the kept rows before compression, without the column scales.
    pub n_bytes: usize,
    /// Warnings for the analyst, such as that rows were condensed.
    pub warnings: Vec<String>,
}

/// Keeps as many rows as the budget allows. For the outputs see the table of the module.
///
/// Row weights are checked but not used: every kept row has the same vote, and every class has the same room anyway.
///
/// Cost: negligible when all rows fit; otherwise a k-means for each class, `O(n_rows · n_kept · n_columns)` per iteration.
///
/// # Errors
///
/// Fails for a class without rows, a value that is not finite, a `k` of 0 or above the number of rows, or a budget that holds
/// fewer than `k` rows or fewer rows than classes.
///
/// # Source
///
/// Cover & Hart, *Nearest Neighbor Pattern Classification* (1967); prototypes of each class by k-means: Hastie, Tibshirani &
/// Friedman, *The Elements of Statistical Learning* (2009), section 13.2.1. Deviation: the k nearest prototypes vote, not only
/// the nearest.
pub fn neighbours(data: Dense<'_>, settings: &NeighboursSettings) -> Result<NeighboursFit> {
    let NeighboursSettings { k, distance, max_bytes, seed } = *settings;
    let x = rows::finite(&data.x)?;
    let x = if distance == Distance::Cosine { directions(x) } else { x };
    let n_outputs = data.y.n_outputs();
    let row_bytes = x.ncols() + WEIGHT_BYTES * n_outputs;
    let room = max_bytes / row_bytes;
    ensure!(k > 0, "k is 0; give at least 1");
    ensure!(x.nrows() >= usize::from(k), "k is {k}, but there are {} rows; lower k", x.nrows());
    ensure!(
        room >= usize::from(k),
        "max_bytes is {max_bytes} and a row needs {row_bytes}, so fewer than the {k} nearest rows fit; raise max_bytes or lower k"
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
        warnings.push(format!("{n_kept} of {} rows are kept; raise max_bytes to keep more", x.nrows()));
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

/// Scales rows to length 1; a row of zeros stays.
fn directions(mut x: Array2<f32>) -> Array2<f32> {
    for mut row in x.rows_mut() {
        let length = row.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>().sqrt();
        if length > 0.0 {
            row.mapv_inplace(|x| (f64::from(x) / length) as f32);
        }
    }
    x
}

/// A random sample of `n` of `n_rows` rows, or all of them, ascending.
fn some_of(n_rows: usize, n: usize, rng: &mut ChaCha8Rng) -> Vec<usize> {
    let mut rows = if n_rows <= n { (0..n_rows).collect() } else { sample(rng, n_rows, n).into_vec() };
    rows.sort_unstable();
    rows
}

/// The prototypes and their classes: all rows if there is room, otherwise the k-means centres of each class.
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
        "max_bytes has room for {room} rows, and there are {n_classes} classes; raise it so that each class has at least one row"
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

/// Number of prototypes of each class: equal, but at most its number of rows; what a class does not use goes to the others.
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

/// Number of different rows.
fn distinct(x: &Array2<f32>) -> usize {
    let mut bits: Vec<Vec<u32>> =
        x.outer_iter().map(|row| row.iter().map(|x| (x + 0.0).to_bits()).collect()).collect();
    bits.sort_unstable();
    bits.dedup();
    bits.len()
}
