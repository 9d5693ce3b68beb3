//! What an ensemble asks of a page.

use super::TreesDef;
use super::score::{self, LANES, depth};
use crate::cost::Cost;

impl TreesDef {
    /// What it asks for, its definition apart. Cost: `O(nodes)`.
    pub(in crate::head) fn cost(&self) -> Cost {
        let (mut steps, mut leaf_steps, mut deepest, mut nodes) = (0.0, 0.0, 0.0_f64, 0.0);
        for tree in &self.trees {
            let (depth, size) = (f64::from(depth(tree)), tree.nodes.len() as f64);
            deepest = deepest.max(depth);
            steps += depth;
            nodes += size;
            leaf_steps += size * (depth + 1.0);
        }
        let (trees, lanes) = (self.trees.len() as f64, LANES as f64);
        // The last group of each output may hold one tree, and goes as deep as that.
        let last_groups = trees.min(self.base.len() as f64);
        let knots = (deepest.min(self.n_columns.into()) / 2.0).max(1.0);
        Cost {
            bytes: 8.0 * score::room(self) as f64 * (trees + lanes * last_groups),
            decide: 2.0 * (steps + lanes * last_groups * (deepest + 1.0)) + trees,
            explain: 4.0 * leaf_steps * (knots + 1.0) + 64.0 * nodes + trees * lanes,
        }
    }
}
