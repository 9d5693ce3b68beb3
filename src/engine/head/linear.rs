//! Linear head: one weighted sum of columns per output.
//!
//! | symbol | shape                    | unit                                |
//! |--------|--------------------------|-------------------------------------|
//! | `x`    | `[n_columns]`            | column                              |
//! | `W`    | `[n_columns, n_outputs]` | logit per unit of column, row-major |
//! | `b`    | `[n_outputs]`            | logit                               |
//!
//! Invariants
//! - A [`Linear`] has finite numbers and matching shapes.
//! - Sums are computed in column order on every target.
//!
//! Not here: what the columns mean (`encode`), probabilities (the head's link).

use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// A raw linear model: plain data, not yet checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinearDef {
    /// Logit of each output at all-zero columns: `[n_outputs]`.
    pub bias: Vec<f32>,
    /// Logit per unit of column: `[n_columns, n_outputs]`, row-major.
    pub weights: Vec<f32>,
}

/// A checked linear model.
#[derive(Clone, Debug)]
pub struct Linear(LinearDef);

impl Linear {
    /// Checks `def` for rows of `n_columns`. `None` if shapes differ or a number is not finite.
    #[must_use]
    pub fn new(def: LinearDef, n_columns: usize) -> Option<Self> {
        let n_outputs = def.bias.len();
        let shaped = n_outputs > 0 && n_columns.checked_mul(n_outputs) == Some(def.weights.len());
        let finite = def.bias.iter().chain(&def.weights).all(|weight| weight.is_finite());
        (shaped && finite).then_some(Self(def))
    }

    /// How many outputs it has.
    #[must_use]
    pub fn n_outputs(&self) -> usize {
        self.0.bias.len()
    }

    /// Writes `b + x W` into `out`, `[n_outputs]`. Cost: `O(n_columns × n_outputs)`; columns that are 0 are skipped.
    #[inline]
    pub fn logits(&self, x: &[f32], out: &mut [f32]) {
        out.iter_mut().zip(&self.0.bias).for_each(|(out, &bias)| *out = bias);
        for (&x, weights) in x.iter().zip(self.0.weights.chunks_exact(self.n_outputs().max(1))) {
            if x != 0.0 {
                for (logit, &weight) in out.iter_mut().zip(weights) {
                    *logit += x * weight;
                }
            }
        }
    }

    /// Adds each column's share of `output`'s logit to the entry of its source in `out`, and returns the bias. Bias and shares add
    /// up to the logit within `n_columns × 1e-6` of the largest term.
    pub fn explain(&self, x: &[f32], output: usize, sources: &[u16], out: &mut [f32]) -> f32 {
        let rows = self.0.weights.chunks_exact(self.n_outputs().max(1));
        for ((&x, weights), &source) in x.iter().zip(rows).zip(sources) {
            if let (Some(&weight), Some(slot)) = (weights.get(output), out.get_mut(usize::from(source))) {
                *slot += x * weight;
            }
        }
        self.0.bias.get(output).copied().unwrap_or(0.0)
    }
}
