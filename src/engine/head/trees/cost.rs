//! The cost of a tree ensemble.

use super::TreesDef;
use super::score::{self, LANES, depth};
use crate::cost::Cost;

impl TreesDef {
    /// The cost of the ensemble, without the memory of its definition. Computing it takes `O(nodes)`.
    pub(in crate::head) fn cost(&self) -> Cost {
        let (mut steps, mut leaf_steps, mut deepest, mut nodes) = (0.0, 0.0, 0.0_f32, 0.0);
        for tree in &self.trees {
            let (depth, size) = (depth(tree) as f32, tree.nodes.len() as f32);
            deepest = deepest.max(depth);
            steps += depth;
            nodes += size;
            leaf_steps += size * (depth + 1.0);
        }
        let (trees, lanes) = (self.trees.len() as f32, LANES as f32);
        // The last group of each output may hold a single tree, but takes as many steps as a full group of that depth.
        let last_groups = trees.min(self.base.len() as f32);
        let knots = (deepest.min(self.n_columns.into()) / 2.0).max(1.0);
        Cost {
            bytes: 8.0 * score::room(self) as f32 * (trees + lanes * last_groups),
            decide: 2.0 * (steps + lanes * last_groups * (deepest + 1.0)) + trees,
            explain: 4.0 * leaf_steps * (knots + 1.0) + 64.0 * nodes + trees * lanes,
        }
    }
}
