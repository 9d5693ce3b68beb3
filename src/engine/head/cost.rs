//! The cost of a head.

use super::layers::LayerDef;
use super::{BodyDef, EncodingDef, HeadDef};
use crate::cost::Cost;

/// Bytes of a column: its source, and its value in the buffers of scoring and explaining.
const COLUMN: f32 = 16.0;
/// Bytes of an output: logit, probability, and buffers.
const OUTPUT: f32 = 32.0;
/// Bytes of a head without its inputs and encodings.
const HEAD: f32 = 1_024.0;
/// Work of an input, in units: the logarithm of an earlier head's probability.
const INPUT: f32 = 20.0;
/// Work of an output, in units: the calibration's curve and the link.
const LINK: f32 = 60.0;

impl HeadDef {
    /// Adds the head's cost to `all`.
    pub(crate) fn add_cost(&self, all: &mut Cost) {
        let [inputs, outputs, encodings] =
            [self.inputs.len(), self.outputs.len(), self.encodings.len()].map(|n| n as f32);
        let columns: f32 = self.encodings.iter().map(EncodingDef::n_columns).sum();
        let encode = columns + INPUT * (inputs + encodings);
        let mut body = self.body.cost(columns, outputs);
        if let BodyDef::Layers(_) | BodyDef::Prototypes(_) = self.body {
            // Explanations score twice per input and once for the base (`switching`).
            body.explain = (1.0 + 2.0 * inputs) * (columns + body.decide);
        }
        all.bytes += HEAD + COLUMN * columns + OUTPUT * (outputs + inputs + encodings) + body.bytes;
        all.decide += encode + LINK * outputs + body.decide;
        all.explain += encode + inputs + body.explain;
    }
}

impl BodyDef {
    fn cost(&self, columns: f32, outputs: f32) -> Cost {
        match self {
            Self::Linear(_) => Cost { bytes: 0.0, decide: columns * outputs, explain: columns },
            Self::Trees(trees) => trees.cost(),
            Self::Text(text) => text.cost(),
            Self::Layers(layers) => {
                let weights = |layer: &LayerDef| (layer.weights.len() + 8 * layer.bias.len()) as f32;
                Cost { decide: layers.layers.iter().map(weights).sum(), ..Cost::default() }
            }
            Self::Prototypes(def) => {
                let (cells, nearest) = (def.cells.len() as f32, f32::from(def.nearest));
                let rows = def.weights.len() as f32 / outputs;
                let decide = 2.0 * cells + rows * (outputs + nearest + 32.0);
                Cost { bytes: 4.0 * rows + 8.0 * nearest, decide, explain: 0.0 }
            }
            Self::Experts(_) => Cost { decide: 4.0 * outputs, ..Cost::default() },
        }
    }
}

impl EncodingDef {
    fn n_columns(&self) -> f32 {
        match self {
            Self::Hash { buckets, .. } => f32::from(*buckets),
            Self::OneHot { categories, .. } => 1.0 + categories.len() as f32,
            // A set has one column only, but takes as much memory as that many columns.
            Self::Member { categories, .. } => 1.0 + categories.len() as f32,
            _ => 1.0,
        }
    }
}
