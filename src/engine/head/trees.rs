//! Tree ensemble: one to many decision trees over dense `f32` columns, added up per output.
//!
//! Definitions shared with the packer and the trainer. Checked form, scoring and TreeSHAP live beside them.
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// A raw ensemble: plain data, not yet checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TreesDef {
    /// Columns that rows have, at most 256.
    pub n_columns: u16,
    /// Logit of each output before any tree: `[n_outputs]`.
    pub base: Vec<f32>,
    /// Logit per leaf unit.
    pub scale: f32,
    /// The trees, in the order they were fitted.
    pub trees: Vec<TreeDef>,
}

/// One raw tree: its root is node 0, children come after their parent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TreeDef {
    /// The output that its leaves are added to.
    pub output: u16,
    /// Nodes; at most 256.
    pub nodes: Vec<NodeDef>,
}

/// A raw node.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum NodeDef {
    /// Goes to `left` when `x[column] <= threshold`, or when `x[column]` is NaN and `missing_left`; else to `left + 1`.
    Split {
        /// Column below `n_columns`.
        column: u8,
        /// Finite.
        threshold: f32,
        /// Where a missing value goes.
        missing_left: bool,
        /// Index of the left child; the right child follows it.
        left: u8,
        /// Share of the training weight that went left, in 1/255; 1 to 254. TreeSHAP's background.
        left_share: u8,
    },
    /// Adds `value * scale` to the tree's output.
    Leaf {
        /// Leaf value in leaf units.
        value: i16,
    },
}
