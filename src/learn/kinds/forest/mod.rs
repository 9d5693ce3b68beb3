//! Decision trees, random forests and extra trees, with native support of missing values and categories.
//!
//! `raw[o] = base[o] + Σ_t leaf_t(x) / T`: the mean over `T` trees of the mean target of the training rows in the leaf.
//!
//! | target  | output        | leaf                        | base |
//! |---------|---------------|-----------------------------|------|
//! | chance  | 1             | share of the positive class | 0    |
//! | classes | one per class | share of that class         | 0    |
//! | number  | 1             | mean minus the base         | mean |
//!
//! The output of a class is a share, not a logit; calibration converts it.
//!
//! For more than two classes, one tree structure is grown for all classes and stored once per class, without the splits that do
//! not affect that class; the copies compress to a third. Comparison with a separate forest for each class, at about equal size
//! after brotli, on held-out rows:
//!
//! | data                                    | one structure: accuracy, log loss, bytes | a forest per class |
//! |-----------------------------------------|------------------------------------------|--------------------|
//! | digits, 10 classes                      | .975, .327, 53 KB                        | .961, .319, 45 KB  |
//! | `online_shoppers`, 10 months as classes | .432, 1.596, 20 KB                       | .439, 1.630, 28 KB |
//!
//! | module     | contents                                                  |
//! |------------|-----------------------------------------------------------|
//! | `settings` | settings, defaults, limits                                |
//! | `goal`     | targets and the split criterion, from sums over rows      |
//! | `inputs`   | inputs as ordered codes, and the columns that splits read |
//! | `ranks`    | ordering of categories                                    |
//! | `cuts`     | candidate splits of an input                              |
//! | `split`    | search for the split of a leaf                            |
//! | `grow`     | one tree                                                  |
//! | `judge`    | out-of-bag estimate, rounding error                       |
//!
//! Invariants
//! - The same data, settings and seed give a bit-identical forest, whatever the number of threads.
//! - Rows in `valid` are not used for training.
//! - A returned forest is accepted by [`floorwalker_engine::head::trees::Trees::new`].
//!
//! Not here: boosting, bins and the engine's definition (`trees`), calibration, choosing settings.

mod budget;
mod cuts;
mod goal;
mod grow;
mod inputs;
mod judge;
mod kind;
mod ranks;
mod settings;
mod split;
#[cfg(test)]
mod tests;

pub use kind::{ExtraSettings, ForestTable, RandomSettings, TreeSettings};
pub use settings::{Candidates, ForestSettings};

use super::trees::export::export;
use super::trees::grow::Grown;
use super::trees::rounds::{check, training_rows};
use super::trees::{Target, Task, TreeColumn};
use anyhow::{Result, ensure};
use floorwalker_engine::head::trees::TreesDef;
use goal::{Goal, Item, Mean, Measure, Shares};
use grow::{Grower, Room, Tree};
use inputs::Inputs;
use judge::{Bag, Judged};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A fitted tree or forest.
#[derive(Clone, Debug, PartialEq)]
pub struct ForestFit {
    /// The ensemble as the engine's definition.
    pub trees: TreesDef,
    /// The content of each of its columns: `[n_columns]`.
    pub columns: Vec<TreeColumn>,
    /// The out-of-bag estimate; `None` without bootstrap.
    pub out_of_bag: Option<OutOfBag>,
    /// Largest change of an output by rounding the leaves, over up to about 4,096 training rows.
    pub rounding_error: f64,
}

/// Out-of-bag predictions: for each training row by the trees that were not trained on it.
#[derive(Clone, Debug, PartialEq)]
pub struct OutOfBag {
    /// Raw outputs as the engine would give them, `[n_rows, n_outputs]`, row-major; NaN for rows in `valid` and for rows that
    /// every tree has seen.
    pub raw: Vec<f32>,
    /// Weighted mean over rows of the squared error, summed over outputs: for classes the Brier score (for two classes half of
    /// it). NaN when every tree has seen every row.
    ///
    /// Categories were ordered by all training rows, so the estimate is slightly optimistic with many categories.
    pub squared_error: f64,
}

/// Fits a tree or a forest.
///
/// - `task`: as for boosting. Rows in `valid` are left out: a forest does not stop early.
/// - `progress`: called by any thread after each draw with the number of draws done.
///
/// Rows of weight 0 are not used. If no split is possible, trees have a single leaf.
///
/// Cost: `O(trees * rows * candidates * depth)`; memory `O(rows * inputs)` bytes, and `O(rows * trees)` bits with bootstrap.
///
/// # Errors
///
/// Fails for a setting, a length or a value out of range, for no training row, or for none with a weight above 0.
///
/// # Source
///
/// Breiman, *Random Forests* (2001); Geurts, Ernst & Wehenkel, *Extremely Randomized Trees* (2006). Deviation: numbers are in at
/// most 254 bins; for further deviations see the modules.
pub fn fit(
    task: &Task<'_>,
    settings: &ForestSettings,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<ForestFit> {
    let n_rows = check(task)?;
    let (n_outputs, n_classes) = match task.target {
        Target::Chance(_) => (1, 2),
        Target::Classes { n, .. } => (usize::from(n), usize::from(n)),
        Target::Number(_) => (1, 0),
    };
    settings.check(n_outputs, n_classes)?;
    let train = training_rows(n_rows, task.valid)?;
    let goal = Goal::new(task.target, task.weights, settings, &train, n_rows);
    ensure!(
        train.iter().any(|row| goal.weights[*row as usize] > 0.0),
        "every training row has weight 0; give some class a weight above 0"
    );
    let inputs = budget::inputs(task.columns, &train, &goal, settings);
    let forest = Forest { settings, goal: &goal, inputs: &inputs, train: &train, n_rows };
    let (trees, bags): (Vec<Tree>, Vec<Option<Bag>>) = match task.target {
        Target::Classes { n, .. } => forest.grow(Shares { n: usize::from(n) }, progress),
        _ => forest.grow(Mean, progress),
    };
    let factor = 1.0 / settings.trees as f64;
    let outputs =
        |tree: &Tree| (0..n_outputs).map(|output| tree.of_output(output, factor)).collect::<Vec<_>>();
    let grown: Vec<Grown> = trees.iter().flat_map(outputs).collect();
    let base = vec![goal.base; n_outputs];
    let steps = settings.steps(goal.is_class());
    let (trees, columns) = export(&grown, &inputs.coded, inputs.columns, &base, steps);
    let bags: Vec<Bag> = bags.into_iter().flatten().collect();
    let judged = Judged { grown: &grown, bags: &bags, inputs: &inputs.coded, goal: &goal };
    let out_of_bag = judged.out_of_bag(&train, n_rows);
    let rounding_error = judged.rounding_error(&train, trees.scale);
    Ok(ForestFit { trees, columns, out_of_bag, rounding_error })
}

/// The data common to all trees.
struct Forest<'a> {
    settings: &'a ForestSettings,
    goal: &'a Goal<'a>,
    inputs: &'a Inputs,
    train: &'a [u32],
    n_rows: usize,
}

impl Forest<'_> {
    /// Grows the trees, in parallel, in the order of their draws.
    fn grow<M: Measure>(
        &self,
        measure: M,
        progress: &(dyn Fn(usize) + Sync),
    ) -> (Vec<Tree>, Vec<Option<Bag>>) {
        let n_candidates = self.settings.n_candidates(self.inputs.usable().count(), self.goal.is_class());
        let grower = Grower { inputs: self.inputs, settings: self.settings, measure, n_candidates };
        let done = AtomicUsize::new(0);
        let draw = |room: &mut Room, at: usize| {
            let mut draws = ChaCha8Rng::seed_from_u64(self.settings.seed);
            draws.set_stream(at as u64);
            let (mut items, bag) = self.draw(&mut draws);
            let tree = grower.grow(&mut items, &mut draws, room);
            progress(done.fetch_add(1, Ordering::Relaxed) + 1);
            (tree, bag)
        };
        (0..self.settings.trees).into_par_iter().map_init(Room::default, draw).unzip()
    }

    /// The training rows of one tree, in row order, and with bootstrap the set of rows drawn.
    fn draw(&self, draws: &mut ChaCha8Rng) -> (Vec<Item>, Option<Bag>) {
        let mut items: Vec<Item> = Vec::with_capacity(self.train.len());
        let mut bag = None;
        if self.settings.bootstrap {
            let mut times = vec![0_u16; self.train.len()];
            for _ in 0..self.train.len() {
                let at = draws.random_range(0..self.train.len());
                times[at] = times[at].saturating_add(1);
            }
            let bag = bag.insert(Bag::new(self.n_rows));
            for (row, times) in self.train.iter().zip(times).filter(|(_, times)| *times > 0) {
                bag.insert(*row);
                items.push(self.goal.item(*row, f32::from(times)));
            }
        } else {
            items.extend(self.train.iter().map(|row| self.goal.item(*row, 1.0)));
        }
        items.retain(|item| item.weight > 0.0);
        (items, bag)
    }
}
