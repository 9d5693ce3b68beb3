//! Quantisation: from float weights to the engine's definition, with one byte per weight and one scale per unit.
//!
//! `w_ij ≈ s_j · q_ij` with `s_j = max_i |w_ij| / 127`: each unit uses the whole range of a byte.
//!
//! # Source
//!
//! Jacob et al., *Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference* (CVPR 2018),
//! section 2, symmetric, with one scale per unit.

use super::net::{Layer, Net, Sample, Trace};
use anyhow::{Result, ensure};
use floorwalker_engine::head::layers::{LayerDef, LayersDef};
use rayon::prelude::*;

/// Largest weight in units of its scale.
const LARGEST: f32 = 127.0;

/// The quantised network, rounding every weight to nearest.
pub(super) fn quantised(net: &Net) -> LayersDef {
    let layer = |layer: &Layer| {
        let n = layer.bias.len();
        let mut most = vec![0.0_f32; n];
        for row in layer.weights.chunks_exact(n) {
            most.iter_mut().zip(row).for_each(|(most, weight)| *most = most.max(weight.abs()));
        }
        let scale: Vec<f32> = most.iter().map(|most| most / LARGEST).collect();
        let byte =
            |(weight, scale): (&f32, &f32)| if *scale > 0.0 { (weight / scale).round() as i8 } else { 0 };
        let weights =
            layer.weights.chunks_exact(n).flat_map(|row| row.iter().zip(&scale).map(byte)).collect();
        LayerDef { bias: layer.bias.clone(), scale, weights }
    };
    LayersDef { layers: net.0.iter().map(layer).collect() }
}

/// The dequantised network.
pub(super) fn floats(def: &LayersDef) -> Net {
    let layer = |layer: &LayerDef| {
        let rows = layer.weights.chunks_exact(layer.scale.len());
        let weights =
            rows.flat_map(|row| row.iter().zip(&layer.scale).map(|(w, scale)| f32::from(*w) * scale));
        Layer { weights: weights.collect(), bias: layer.bias.clone() }
    };
    Net(def.layers.iter().map(layer).collect())
}

/// Largest difference of an output between two networks over the rows of `sample`.
pub(super) fn largest_change(a: &Net, b: &Net, sample: &Sample<'_>) -> f64 {
    let of_row = |traces: &mut (Trace, Trace), row: usize| {
        let x = sample.row(row);
        let outputs = a.forward(x, &mut traces.0).iter().zip(b.forward(x, &mut traces.1));
        outputs.map(|(a, b)| f64::from(a - b).abs()).fold(0.0, f64::max)
    };
    (0..sample.n_rows()).into_par_iter().map_init(Default::default, of_row).reduce(|| 0.0, f64::max)
}

/// The network cut after its hidden layer `layer`, counted from 0: its outputs are the units of that layer.
///
/// The engine has no `ReLU` after its last layer, so an identity layer is added: an identity matrix at scale 1. It takes the
/// square of the number of units in bytes, nearly all of them 0.
///
/// # Errors
///
/// Fails when there is no such hidden layer.
pub fn hidden(def: &LayersDef, layer: usize) -> Result<LayersDef> {
    ensure!(
        layer + 1 < def.layers.len(),
        "there is no hidden layer {layer}; the network has {}, counted from 0",
        def.layers.len().saturating_sub(1)
    );
    let mut layers = def.layers[..=layer].to_vec();
    let n = layers.last().map_or(0, |layer| layer.bias.len());
    let weights = (0..n * n).map(|at| i8::from(at / n == at % n)).collect();
    layers.push(LayerDef { bias: vec![0.0; n], scale: vec![1.0; n], weights });
    Ok(LayersDef { layers })
}
