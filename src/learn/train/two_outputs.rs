//! A model of two classes with an output for each: what a policy asks for by name (intents, languages) needs a probability of
//! its own.
//!
//! Two classes are learnt as one logit `z` of the second. `softmax(-z/2, z/2)` is `(1 - σ(z), σ(z))`, so nothing is learnt anew,
//! and an explanation of one class is the other's with the signs turned. Halving is exact.
//!
//! Not here: which heads want it (`target`), fitting and calibrating (`job`, `judge`), which know one logit.

use floorwalker_engine::head::layers::LayerDef;
use floorwalker_engine::head::linear::LinearDef;
use floorwalker_engine::head::prototypes::PrototypesDef;
use floorwalker_engine::head::trees::{NodeDef, TreeDef, TreesDef};
use floorwalker_engine::head::{BodyDef, CalibrationDef, HeadDef, Link};

/// `def` of one logit, with two; its calibration has no curve.
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

/// `-x/2, x/2` of each, side by side.
fn halves(of: &[f32]) -> Vec<f32> {
    of.iter().flat_map(|x| [x / -2.0, x / 2.0]).collect()
}

/// The tree for the first output.
fn turned(tree: &TreeDef) -> TreeDef {
    let node = |node: &NodeDef| match *node {
        NodeDef::Leaf { value } => NodeDef::Leaf { value: value.saturating_neg() },
        split @ NodeDef::Split { .. } => split,
    };
    TreeDef { output: 0, nodes: tree.nodes.iter().map(node).collect() }
}
