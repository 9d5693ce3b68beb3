//! Tree ensemble: decision trees over dense `f32` columns, summed per output.
//!
//! `logit[o] = base[o] + scale * Σ leaf(tree, x)` over the trees of output `o`.
//!
//! | symbol      | shape         | unit                                               |
//! |-------------|---------------|----------------------------------------------------|
//! | `x`         | `[n_columns]` | column value; NaN is missing                       |
//! | `threshold` | per split     | same unit as its column; `x <= threshold` is left  |
//! | `value`     | per leaf      | leaf units, `i16`                                  |
//! | `scale`     | scalar        | logit per leaf unit                                |
//! | `base`      | `[n_outputs]` | logit                                              |
//!
//! Invariants
//! - A [`Trees`] is valid: [`Trees::new`] is the only check; scoring and explaining rely on it.
//! - Leaves are integers and are summed as integers: a logit does not depend on the order of the trees.
//! - Scoring never allocates, and has no branch that depends on the row.
//!
//! Not here: bytes (`bundle`), growing trees (`learn`), turning logits into probabilities.
use alloc::vec::Vec;
use core::fmt;
use serde::{Deserialize, Serialize};

mod cost;
mod quadrature;
mod score;
mod shap;

pub use score::{Row, Trees};

/// How many columns an ensemble may have: a split stores its column in one byte.
pub const MAX_COLUMNS: usize = 256;
/// How many nodes a tree may have: a split stores its left child in one byte.
pub const MAX_NODES: usize = 255;
/// How many trees an ensemble may have: the sum of so many `i16` leaves never overflows an `i32`.
pub const MAX_TREES: usize = 65_535;

/// A raw ensemble: plain data, not yet checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TreesDef {
    /// Number of columns of a row, at most [`MAX_COLUMNS`].
    pub n_columns: u16,
    /// Logit of each output before any tree is added: `[n_outputs]`.
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
    /// Nodes; at least one, at most [`MAX_NODES`].
    pub nodes: Vec<NodeDef>,
}

/// A raw node.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum NodeDef {
    /// Goes to `left` when `x[column] <= threshold`, or when `x[column]` is NaN and `missing_left`; else to `left + 1`.
    Split {
        /// Index of the column, below `n_columns`.
        column: u8,
        /// The threshold, a finite number.
        threshold: f32,
        /// Whether a missing value goes left.
        missing_left: bool,
        /// Index of the left child; the right child follows it.
        left: u8,
        /// Share of the training weight that went left, in 1/255; 1 to 254. It is the background distribution of TreeSHAP.
        left_share: u8,
    },
    /// Adds `value * scale` to the tree's output.
    Leaf {
        /// Leaf value in leaf units.
        value: i16,
    },
}

/// Why a [`TreesDef`] is not an ensemble, or why an explanation was refused.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum TreesError {
    /// More columns than [`MAX_COLUMNS`].
    TooManyColumns {
        /// Columns found.
        found: usize,
    },
    /// No output, or more than an output index can name.
    OutputCount {
        /// Outputs found.
        found: usize,
    },
    /// More trees than [`MAX_TREES`].
    TooManyTrees {
        /// Trees found.
        found: usize,
    },
    /// A base or the scale is not finite, or so large that some logit would not be finite.
    NotFinite,
    /// A tree adds to an output that does not exist.
    TreeOutput {
        /// Index of the tree.
        tree: usize,
        /// Output it names.
        found: u16,
    },
    /// A tree has no node, or more than [`MAX_NODES`].
    NodeCount {
        /// Index of the tree.
        tree: usize,
        /// Nodes found.
        found: usize,
    },
    /// A split names a column that does not exist.
    Column {
        /// Index of the tree.
        tree: usize,
        /// Column it names.
        found: u8,
    },
    /// A threshold is NaN or infinite.
    Threshold {
        /// Index of the tree.
        tree: usize,
        /// Index of the node.
        node: usize,
    },
    /// A left share is 0 or 255, so one side would have no background weight.
    LeftShare {
        /// Index of the tree.
        tree: usize,
        /// Index of the node.
        node: usize,
    },
    /// A child comes before its parent or lies outside its tree, or a node has no parent or two.
    Shape {
        /// Index of the tree.
        tree: usize,
        /// Index of the node.
        node: usize,
    },
    /// An explanation was asked for an output that does not exist.
    NoOutput {
        /// Output asked for.
        found: usize,
    },
    /// The groups of an explanation do not give each column one source that is an index into `out`.
    Groups {
        /// Columns of the ensemble.
        columns: usize,
        /// Groups given by the caller.
        found: usize,
    },
}

impl fmt::Display for TreesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyColumns { found } => {
                write!(f, "{found} columns, at most {MAX_COLUMNS} are possible")
            }
            Self::OutputCount { found } => write!(f, "{found} outputs, 1 to 65535 are possible"),
            Self::TooManyTrees { found } => write!(f, "{found} trees, at most {MAX_TREES} are possible"),
            Self::NotFinite => write!(f, "base and scale allow a logit that is not finite"),
            Self::TreeOutput { tree, found } => {
                write!(f, "tree {tree} adds to output {found}, which does not exist")
            }
            Self::NodeCount { tree, found } => {
                write!(f, "tree {tree} has {found} nodes, 1 to {MAX_NODES} are possible")
            }
            Self::Column { tree, found } => {
                write!(f, "tree {tree} splits on column {found}, which does not exist")
            }
            Self::Threshold { tree, node } => {
                write!(f, "threshold of node {node} in tree {tree} is not finite")
            }
            Self::LeftShare { tree, node } => {
                write!(f, "left share of node {node} in tree {tree} is not 1 to 254")
            }
            Self::Shape { tree, node } => {
                write!(f, "node {node} of tree {tree} is not reached exactly once from before it")
            }
            Self::NoOutput { found } => write!(f, "output {found} does not exist"),
            Self::Groups { columns, found } => {
                write!(f, "{found} groups for {columns} columns, or one that names no source")
            }
        }
    }
}

impl core::error::Error for TreesError {}

/// Checks everything that scoring and explaining rely on.
fn check(def: &TreesDef) -> Result<(), TreesError> {
    let n_columns = usize::from(def.n_columns);
    if n_columns > MAX_COLUMNS {
        return Err(TreesError::TooManyColumns { found: n_columns });
    }
    if def.base.is_empty() || def.base.len() > usize::from(u16::MAX) {
        return Err(TreesError::OutputCount { found: def.base.len() });
    }
    if def.trees.len() > MAX_TREES {
        return Err(TreesError::TooManyTrees { found: def.trees.len() });
    }
    // A logit differs from its base by at most the largest leaf of every tree, and a contribution by at most twice that. If this bound is
    // finite, so is every logit.
    let reach = 2.0 * def.trees.len() as f64 * 32_768.0 * f64::from(def.scale.abs());
    let highest = def.base.iter().map(|b| f64::from(b.abs()) + reach);
    if !highest.fold(true, |ok, h| ok & ((h as f32).is_finite())) {
        return Err(TreesError::NotFinite);
    }
    def.trees.iter().enumerate().try_for_each(|(index, tree)| check_tree(def, index, tree))
}

fn check_tree(def: &TreesDef, tree: usize, TreeDef { output, nodes }: &TreeDef) -> Result<(), TreesError> {
    if usize::from(*output) >= def.base.len() {
        return Err(TreesError::TreeOutput { tree, found: *output });
    }
    if nodes.is_empty() || nodes.len() > MAX_NODES {
        return Err(TreesError::NodeCount { tree, found: nodes.len() });
    }
    let mut reached = [false; MAX_NODES + 1];
    reached[0] = true;
    for (node, def_node) in nodes.iter().enumerate() {
        // Children come after their parent, so a node that is not reached by now is never reached.
        if !reached[node] {
            return Err(TreesError::Shape { tree, node });
        }
        let NodeDef::Split { column, threshold, left, left_share, .. } = *def_node else { continue };
        if u16::from(column) >= def.n_columns {
            return Err(TreesError::Column { tree, found: column });
        }
        if !threshold.is_finite() {
            return Err(TreesError::Threshold { tree, node });
        }
        if !(1..=254).contains(&left_share) {
            return Err(TreesError::LeftShare { tree, node });
        }
        let left = usize::from(left);
        if left <= node || left + 1 >= nodes.len() || reached[left] || reached[left + 1] {
            return Err(TreesError::Shape { tree, node });
        }
        reached[left] = true;
        reached[left + 1] = true;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
