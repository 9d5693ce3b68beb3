//! Layers head: a multilayer perceptron with rectified linear units and weights quantized to one byte.
//!
//! ```text
//! h⁰ = x      hˡ_j = max(0, b_j + s_j · Σ_i w_ij hˡ⁻¹_i)      logit = the last layer, without the max
//! ```
//!
//! | symbol | shape                   | unit                                   |
//! |--------|-------------------------|----------------------------------------|
//! | `w`    | `[n_inputs, n_outputs]` | `s`, row-major                         |
//! | `s`    | `[n_outputs]`           | output per unit of input and of weight |
//! | `b`    | `[n_outputs]`           | output                                 |
//!
//! Invariants
//! - A [`Layers`] has finite numbers, and the inputs of each layer are the outputs of the one before.
//! - Sums are computed in input order on every target.
//!
//! Not here: what the columns mean (`encode`), probabilities (the head's link), fitting (`learn`).

use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// How many layers a head may have.
pub const MAX_LAYERS: usize = 8;

/// A raw perceptron: plain data, not yet checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayersDef {
    /// The layers in order from the columns to the logits: 1 to [`MAX_LAYERS`].
    pub layers: Vec<LayerDef>,
}

/// One raw layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerDef {
    /// Output of each unit at all-zero inputs: `[n_outputs]`.
    pub bias: Vec<f32>,
    /// Output per unit of input and of weight: `[n_outputs]`.
    pub scale: Vec<f32>,
    /// Weights: `[n_inputs, n_outputs]`, row-major.
    pub weights: Vec<i8>,
}

/// A checked perceptron.
#[derive(Clone, Debug)]
pub struct Layers(LayersDef);

impl Layers {
    /// Checks `def` for rows of `n_columns`. `None` if shapes differ, a number is not finite, or there are too many or no layers.
    #[must_use]
    pub fn new(def: LayersDef, n_columns: usize) -> Option<Self> {
        let mut n_inputs = n_columns;
        for layer in &def.layers {
            let n = layer.bias.len();
            let shaped =
                n > 0 && layer.scale.len() == n && n_inputs.checked_mul(n) == Some(layer.weights.len());
            if !shaped || !layer.bias.iter().chain(&layer.scale).all(|number| number.is_finite()) {
                return None;
            }
            n_inputs = n;
        }
        (1..=MAX_LAYERS).contains(&def.layers.len()).then_some(Self(def))
    }

    /// How many outputs the last layer has.
    #[must_use]
    pub fn n_outputs(&self) -> usize {
        self.0.layers.last().map_or(0, |layer| layer.bias.len())
    }

    /// Writes the logits of `x`, `[n_columns]`, into `out`, `[n_outputs]`. `buffer` grows to the widest layer once.
    pub fn logits(&self, x: &[f32], buffer: &mut (Vec<f32>, Vec<f32>), out: &mut [f32]) {
        let (from, to) = buffer;
        from.clear();
        from.extend_from_slice(x);
        for (at, layer) in self.0.layers.iter().enumerate() {
            to.clear();
            to.resize(layer.bias.len(), 0.0);
            for (&x, weights) in from.iter().zip(layer.weights.chunks_exact(layer.bias.len().max(1))) {
                if x != 0.0 {
                    for (sum, &weight) in to.iter_mut().zip(weights) {
                        *sum += x * f32::from(weight);
                    }
                }
            }
            let last = at + 1 == self.0.layers.len();
            for ((unit, bias), scale) in to.iter_mut().zip(&layer.bias).zip(&layer.scale) {
                let sum = bias + scale * *unit;
                *unit = if last || sum > 0.0 { sum } else { 0.0 };
            }
            core::mem::swap(from, to);
        }
        out.iter_mut().zip(&*from).for_each(|(out, &logit)| *out = logit);
    }
}
