//! Settings of a forest, their defaults and their limits.

use crate::kinds::trees::bins::MAX_CODES;
use anyhow::{Result, ensure};
use floorwalker_engine::head::trees::{MAX_NODES, MAX_TREES};

/// Fewest trees whose leaves are rounded to [`FEW_STEPS`]: the mean of so many evens the rounding out.
const MANY_TREES: usize = 20;
/// Steps from 0 to the largest leaf of a large forest: each leaf is one byte in the bundle.
const FEW_STEPS: i16 = 127;

/// How many inputs a split may choose among.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Candidates {
    /// All of them.
    All,
    /// The square root of their number for classes, a third for numbers; at least 1.
    Usual,
    /// So many, at least 1; more than there are means all.
    Exactly(usize),
}

/// How trees are grown. Raw: [`super::fit`] checks every limit named here.
#[derive(Clone, Debug, PartialEq)]
pub struct ForestSettings {
    /// Trees, or draws of one tree a class for more than two classes; at least 1, at most 65,535 trees in all.
    pub trees: usize,
    /// Leaves of a tree at most, 2 to 128; the leaf that gains most is split next.
    pub max_leaves: usize,
    /// Splits on a path at most, at least 1.
    pub max_depth: usize,
    /// Rows in a leaf at least (rows drawn twice count once), at least 1.
    pub min_leaf_rows: u32,
    /// Inputs that a split may choose among, drawn anew for each split.
    pub candidates: Candidates,
    /// Whether a candidate's threshold is drawn, as extra trees do, instead of searched.
    pub random_cuts: bool,
    /// Whether each tree learns from as many rows as there are, drawn with replacement.
    pub bootstrap: bool,
    /// Bins of a number at most, 2 to 254.
    pub max_bins: usize,
    /// Training rows that a category needs to be told apart from the other rare ones.
    pub min_category_rows: u32,
    /// Factor on the weight of each class's rows, finite and not negative; empty means 1 each. `[n_classes]`, for a
    /// chance `[2]`.
    pub class_weights: Vec<f32>,
    /// Leaf units of the largest leaf, at least 1; None: 127 from 20 trees of classes on, else 32,767.
    pub leaf_steps: Option<i16>,
    /// Seed of every draw.
    pub seed: u64,
}

impl Default for ForestSettings {
    /// A random forest.
    fn default() -> Self {
        Self {
            trees: 100,
            max_leaves: MAX_NODES.div_ceil(2),
            max_depth: 64,
            min_leaf_rows: 1,
            candidates: Candidates::Usual,
            random_cuts: false,
            bootstrap: true,
            max_bins: MAX_CODES - 1,
            min_category_rows: 10,
            class_weights: Vec::new(),
            leaf_steps: None,
            seed: 0,
        }
    }
}

impl ForestSettings {
    /// One decision tree: all rows, all inputs.
    #[must_use]
    pub fn tree() -> Self {
        Self { trees: 1, max_leaves: 32, candidates: Candidates::All, bootstrap: false, ..Self::default() }
    }

    /// Extra trees: all rows, drawn thresholds.
    #[must_use]
    pub fn extra() -> Self {
        Self { random_cuts: true, bootstrap: false, ..Self::default() }
    }

    /// Refuses the first setting that is out of its range. `n_outputs` trees are made a draw.
    pub(super) fn check(&self, n_outputs: usize, n_classes: usize) -> Result<()> {
        let limits = [
            ("trees", (1..=MAX_TREES / n_outputs.max(1)).contains(&self.trees), "1 to 65535 / outputs"),
            ("max_leaves", (2..=MAX_NODES.div_ceil(2)).contains(&self.max_leaves), "2 to 128"),
            ("max_depth", self.max_depth >= 1, "at least 1"),
            ("min_leaf_rows", self.min_leaf_rows >= 1, "at least 1"),
            ("candidates", self.candidates != Candidates::Exactly(0), "at least 1"),
            ("max_bins", (2..MAX_CODES).contains(&self.max_bins), "2 to 254"),
            ("leaf_steps", self.leaf_steps.is_none_or(|steps| steps >= 1), "1 to 32767"),
        ];
        for (name, holds, range) in limits {
            ensure!(holds, "`{name}` must be {range}");
        }
        let weights = &self.class_weights;
        ensure!(
            weights.is_empty() || weights.len() == n_classes,
            "{} class weights for {n_classes} classes; give one a class, or none",
            weights.len()
        );
        ensure!(
            weights.iter().all(|weight| weight.is_finite() && *weight >= 0.0),
            "a class weight is negative or not finite; use 0 or more"
        );
        Ok(())
    }

    /// Inputs that a split may choose among, of `n`.
    pub(super) fn n_candidates(&self, n: usize, classes: bool) -> usize {
        let usual = if classes { n.isqrt() } else { n / 3 };
        let wanted = match self.candidates {
            Candidates::All => n,
            Candidates::Usual => usual,
            Candidates::Exactly(wanted) => wanted,
        };
        wanted.clamp(1, n.max(1))
    }

    /// Leaf units of the largest leaf.
    pub(super) fn steps(&self, classes: bool) -> i16 {
        let usual = if classes && self.trees >= MANY_TREES { FEW_STEPS } else { i16::MAX };
        self.leaf_steps.unwrap_or(usual)
    }
}
