//! Prototypes head: stored rows vote, each weighted by its similarity to the current columns `x`. Serves kernel machines, nearest
//! neighbours and clusters.
//!
//! ```text
//! logit_o = b_o + Σ_r w_ro · k(x, p_r)      over every row within reach; or Σ_r w_ro over the nearest rows within reach
//! ```
//!
//! | like       | `k(x, p)`             | distance for the nearest    |
//! |------------|-----------------------|-----------------------------|
//! | `Rbf`      | `exp(−γ ‖x − p‖²)`    | `‖x − p‖²`                  |
//! | `Power`    | `(γ x·p + c)^d`       | `−x·p`                      |
//! | `Cosine`   | `x·p / (‖x‖ ‖p‖)`     | `1 − k`                     |
//! | `Euclid`   | `−‖x − p‖²`           | `‖x − p‖²`                  |
//! | `Manhattan`| `−Σ abs(x − p)`       | `Σ abs(x − p)`              |
//!
//! | symbol | field     | shape                 | unit                           |
//! |--------|-----------|-----------------------|--------------------------------|
//! | `p`    | `cells`   | `[n_rows, n_columns]` | `scale` of its column          |
//! | `w`    | `weights` | `[n_rows, n_outputs]` | logit per unit of `k`, or logit |
//! | `b`    | `bias`    | `[n_outputs]`         | logit                          |
//!
//! Of rows at the same distance the first ones count as nearer.
//!
//! Invariants
//! - A [`Prototypes`] has finite numbers and matching shapes.
//! - Sums over all rows are computed in row order, those over the nearest rows in order of distance, on every target.
//!
//! Not here: which rows are stored (`learn`), probabilities (the head's link).

use crate::list::list;
use crate::math::{exp, inverse_root};
use crate::order;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// How many rows a head may have.
pub const MAX_ROWS: usize = 1 << 20;
/// Largest exponent of [`Like::Power`].
pub const MAX_DEGREE: u8 = 8;

/// The similarity measure (kernel). See the table at the head of this file.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Like {
    /// Gaussian kernel (radial basis function).
    Rbf {
        /// Per squared unit of the columns; not negative.
        gamma: f32,
    },
    /// Polynomial kernel.
    Power {
        /// Per squared unit of the columns.
        gamma: f32,
        /// Added before exponentiation.
        constant: f32,
        /// At least 1, at most [`MAX_DEGREE`].
        degree: u8,
    },
    /// Cosine similarity.
    Cosine,
    /// Squared Euclidean distance.
    Euclid,
    /// Manhattan distance.
    Manhattan,
}

/// A raw set of prototypes: plain data, not yet checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PrototypesDef {
    /// The similarity measure.
    pub like: Like,
    /// 0: every row counts, weighted by its similarity. Otherwise only so many nearest rows count, each with its plain weights.
    pub nearest: u16,
    /// Rows farther than this do not count; infinite if all do. In the unit of the distance in the table at the head of this file.
    pub reach: f32,
    /// Column units per cell unit: `[n_columns]`.
    pub scale: Vec<f32>,
    /// The stored rows: `[n_rows, n_columns]`, row-major.
    pub cells: Vec<i8>,
    /// Weights of the rows: `[n_rows, n_outputs]`, row-major.
    pub weights: Vec<f32>,
    /// Logits before any row is added: `[n_outputs]`.
    pub bias: Vec<f32>,
}

/// A checked set of prototypes, laid out for scoring.
#[derive(Clone, Debug)]
pub struct Prototypes {
    def: PrototypesDef,
    /// `1 / ‖p‖` of each row, 0 for a row of zeros; empty unless the measure is [`Like::Cosine`].
    inverse_norms: Vec<f32>,
}

impl Prototypes {
    /// Checks `def` for rows of `n_columns`. `None` if shapes differ, or a number is not finite or out of its range.
    #[must_use]
    pub fn new(def: PrototypesDef, n_columns: usize) -> Option<Self> {
        let n_outputs = def.bias.len();
        let n_rows = def.weights.len().checked_div(n_outputs)?;
        let shaped = def.scale.len() == n_columns
            && n_columns > 0
            && (1..=MAX_ROWS).contains(&n_rows)
            && n_rows * n_outputs == def.weights.len()
            && n_rows.checked_mul(n_columns) == Some(def.cells.len());
        let finite = def.bias.iter().chain(&def.weights).chain(&def.scale).all(|number| number.is_finite());
        let sane = match def.like {
            Like::Rbf { gamma } => gamma.is_finite() && gamma >= 0.0,
            Like::Power { gamma, constant, degree } => {
                gamma.is_finite() && constant.is_finite() && (1..=MAX_DEGREE).contains(&degree)
            }
            Like::Cosine | Like::Euclid | Like::Manhattan => true,
        };
        if !shaped || !finite || !sane || def.reach.is_nan() {
            return None;
        }
        let mut prototypes = Self { inverse_norms: Vec::new(), def };
        if prototypes.def.like == Like::Cosine {
            let norm = |cells: &[i8]| inverse_norm(prototypes.row(cells));
            prototypes.inverse_norms = list(prototypes.def.cells.chunks_exact(n_columns.max(1)).map(norm));
        }
        Some(prototypes)
    }

    /// How many outputs it has.
    #[must_use]
    pub fn n_outputs(&self) -> usize {
        self.def.bias.len()
    }

    /// Writes the logits of `x`, `[n_columns]`, into `out`, `[n_outputs]`. `buffer` grows once.
    pub fn logits(&self, x: &[f32], buffer: &mut Vec<(f32, u32)>, out: &mut [f32]) {
        let def = &self.def;
        out.iter_mut().zip(&def.bias).for_each(|(out, &bias)| *out = bias);
        let x_norm = inverse_norm(x.iter().copied());
        buffer.clear();
        let room = usize::from(def.nearest);
        for (row, cells) in (0_u32..).zip(def.cells.chunks_exact(x.len().max(1))) {
            let (likeness, distance) = self.compare(x, x_norm, row, cells);
            if distance.is_nan() || distance > def.reach {
                continue;
            }
            if room == 0 {
                self.add(row, likeness, out);
            } else {
                let place = buffer.partition_point(|&(known, _)| known <= distance);
                if place < room {
                    buffer.truncate(room - 1);
                    order::insert(buffer, place, (distance, row));
                }
            }
        }
        buffer.iter().for_each(|&(_, row)| self.add(row, 1.0, out));
    }

    /// Similarity and distance of one row to `x`.
    fn compare(&self, x: &[f32], x_norm: f32, row: u32, cells: &[i8]) -> (f32, f32) {
        let pairs = || x.iter().copied().zip(self.row(cells));
        let dot = || pairs().map(|(x, p)| x * p).sum::<f32>();
        let square = || pairs().map(|(x, p)| (x - p) * (x - p)).sum::<f32>();
        match self.def.like {
            Like::Rbf { gamma } => {
                let distance = square();
                (exp(-gamma * distance), distance)
            }
            Like::Power { gamma, constant, degree } => {
                let dot = dot();
                let base = gamma * dot + constant;
                ((1..degree).fold(base, |power, _| power * base), -dot)
            }
            Like::Cosine => {
                let norm = self.inverse_norms.get(row as usize).copied().unwrap_or(0.0);
                let cosine = dot() * x_norm * norm;
                (cosine, 1.0 - cosine)
            }
            Like::Euclid => {
                let distance = square();
                (-distance, distance)
            }
            Like::Manhattan => {
                let distance = pairs().map(|(x, p)| if x > p { x - p } else { p - x }).sum::<f32>();
                (-distance, distance)
            }
        }
    }

    fn row<'a>(&'a self, cells: &'a [i8]) -> impl Iterator<Item = f32> + 'a {
        cells.iter().zip(&self.def.scale).map(|(&cell, &scale)| f32::from(cell) * scale)
    }

    fn add(&self, row: u32, times: f32, out: &mut [f32]) {
        let from = row as usize * self.n_outputs();
        let weights = self.def.weights.get(from..).unwrap_or(&[]);
        out.iter_mut().zip(weights).for_each(|(out, &weight)| *out += times * weight);
    }
}

/// `1 / ‖x‖`; 0 if the norm is 0, subnormal when squared, or not finite.
fn inverse_norm(x: impl Iterator<Item = f32>) -> f32 {
    let square = x.map(|x| x * x).sum::<f32>();
    if square >= f32::MIN_POSITIVE && square.is_finite() { inverse_root(square) } else { 0.0 }
}
