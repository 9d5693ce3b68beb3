//! Settings of a forest, their defaults and their limits.

use crate::kinds::trees::bins::MAX_CODES;
use anyhow::{Result, ensure};
use floorwalker_engine::head::trees::{MAX_NODES, MAX_TREES};

/// From this many trees on, leaves are rounded to [`FEW_STEPS`], because rounding errors average out.
const MANY_TREES: usize = 20;
/// Steps from 0 to the largest leaf of a large forest: each leaf is one byte in the bundle.
const FEW_STEPS: i16 = 127;

/// Number of candidate inputs of a split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Candidates {
    /// All of them.
    All,
    /// The square root of their number for classes, a third for numbers; at least 1.
    Usual,
    /// Exactly this many, at least 1; all inputs if there are fewer.
    Exactly(usize),
}

/// Settings of a forest, not yet checked: [`super::fit`] checks every limit named here.
#[derive(Clone, Debug, PartialEq)]
pub struct ForestSettings {
    /// Number of trees; for more than two classes the number of draws of one tree per class. At least 1, at most 65,535 trees in total.
    pub trees: usize,
    /// Most leaves of a tree, 2 to 128; the leaf with the largest gain is split next.
    pub max_leaves: usize,
    /// Most splits on a path, at least 1.
    pub max_depth: usize,
    /// Fewest rows in a leaf (rows drawn twice count once), at least 1.
    pub min_leaf_rows: u32,
    /// Number of candidate inputs, which are drawn anew for each split.
    pub candidates: Candidates,
    /// Whether a candidate's threshold is drawn at random, as in extra trees, instead of searched.
    pub random_cuts: bool,
    /// Whether each tree is fitted on a bootstrap sample: as many rows as there are, drawn with replacement.
    pub bootstrap: bool,
    /// Most bins of a number, 2 to 254.
    pub max_bins: usize,
    /// Fewest training rows of a category; rarer ones are grouped.
    pub min_category_rows: u32,
    /// Factor on the weight of each class's rows, finite and not negative; empty means 1 for each. `[n_classes]`; for a
    /// probability `[2]`.
    pub class_weights: Vec<f32>,
    /// Integer value of the largest leaf after rounding, at least 1. `None` means 127 for classes with at least 20 trees, else 32,767.
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

    /// Extra trees: all rows, random thresholds.
    #[must_use]
    pub fn extra() -> Self {
        Self { random_cuts: true, bootstrap: false, ..Self::default() }
    }

    /// Fails for the first setting that is out of its range. Each draw makes `n_outputs` trees.
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
            "there are {} class weights for {n_classes} classes; give one for each class, or none",
            weights.len()
        );
        ensure!(
            weights.iter().all(|weight| weight.is_finite() && *weight >= 0.0),
            "a class weight is negative or not finite; use 0 or more"
        );
        Ok(())
    }

    /// Number of candidate inputs of a split, out of `n`.
    pub(super) fn n_candidates(&self, n: usize, classes: bool) -> usize {
        let usual = if classes { n.isqrt() } else { n / 3 };
        let wanted = match self.candidates {
            Candidates::All => n,
            Candidates::Usual => usual,
            Candidates::Exactly(wanted) => wanted,
        };
        wanted.clamp(1, n.max(1))
    }

    /// Integer value of the largest leaf after rounding.
    pub(super) fn steps(&self, classes: bool) -> i16 {
        let usual = if classes && self.trees >= MANY_TREES { FEW_STEPS } else { i16::MAX };
        self.leaf_steps.unwrap_or(usual)
    }
}
