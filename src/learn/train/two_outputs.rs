//! Converts a two-class model with one logit into one with an output for each class, because a policy reads intents and languages
//! by name.
//!
//! Two classes are fitted as one logit `z` of the second class. `softmax(-z/2, z/2)` equals `(1 - σ(z), σ(z))`, so nothing is
//! refitted, and the explanation of one class is that of the other with opposite signs. Halving is exact in floating point.
//!
//! Not here: which heads need it (`target`), fitting and calibrating (`job`, `judge`), which work with one logit.

use floorwalker_engine::head::layers::LayerDef;
use floorwalker_engine::head::linear::LinearDef;
use floorwalker_engine::head::prototypes::PrototypesDef;
use floorwalker_engine::head::trees::{NodeDef, TreeDef, TreesDef};
use floorwalker_engine::head::{BodyDef, CalibrationDef, HeadDef, Link};

/// Converts `def`, which has one logit, into a head with two outputs. Its calibration must have no isotonic curve.
pub(super) fn two_outputs(def: HeadDef, classes: &[String]) -> HeadDef {
    let HeadDef { body, calibration, .. } = def;
    let calibration = CalibrationDef { intercept: halves(&calibration.intercept), ..calibration };
    HeadDef { outputs: classes.to_vec(), link: Link::Softmax, body: halved(body), calibration, ..def }
}

fn halved(body: BodyDef) -> BodyDef {
    match body {
        BodyDef::Linear(LinearDef { bias, weights }) => {
            BodyDef::Linear(LinearDef { bias: halves(&bias), weights: halves(&weights) })
        }
        BodyDef::Trees(TreesDef { n_columns, base, scale, trees }) => {
            let trees = trees.into_iter().flat_map(|tree| [turned(&tree), TreeDef { output: 1, ..tree }]);
            BodyDef::Trees(TreesDef {
                n_columns,
                base: halves(&base),
                scale: scale / 2.0,
                trees: trees.collect(),
            })
        }
        BodyDef::Layers(mut layers) => {
            if let Some(LayerDef { bias, scale, weights }) = layers.layers.last_mut() {
                *bias = halves(bias);
                *scale = scale.iter().flat_map(|scale| [scale / -2.0, scale / 2.0]).collect();
                *weights = weights.iter().flat_map(|&weight| [weight; 2]).collect();
            }
            BodyDef::Layers(layers)
        }
        BodyDef::Prototypes(rows) => {
            let (bias, weights) = (halves(&rows.bias), halves(&rows.weights));
            BodyDef::Prototypes(PrototypesDef { bias, weights, ..rows })
        }
        BodyDef::Text(_) | BodyDef::Experts(_) => body,
    }
}

/// `-x/2, x/2` for each value, interleaved.
fn halves(of: &[f32]) -> Vec<f32> {
    of.iter().flat_map(|x| [x / -2.0, x / 2.0]).collect()
}

/// The tree with negated leaves, for the first output.
fn turned(tree: &TreeDef) -> TreeDef {
    let node = |node: &NodeDef| match *node {
        NodeDef::Leaf { value } => NodeDef::Leaf { value: value.saturating_neg() },
        split @ NodeDef::Split { .. } => split,
    };
    TreeDef { output: 0, nodes: tree.nodes.iter().map(node).collect() }
}
