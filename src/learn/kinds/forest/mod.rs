//! Decision trees, random forests and extra trees, natively over missing values and categories.
//!
//! `raw[o] = base[o] + Σ_t leaf_t(x) / T`: the mean over `T` trees of what the rows in a leaf turned out to be.
//!
//! | target  | output             | leaf                            | base |
//! |---------|--------------------|---------------------------------|------|
//! | chance  | 1                  | share of the positive class     | 0    |
//! | classes | one a class        | share of that class             | 0    |
//! | number  | 1                  | mean less the base              | mean |
//!
//! A class's output is a share, and no logit: calibration makes it one.
//!
//! Of more than two classes, one tree is grown for all and written once a class, without the splits that say nothing of that
//! class: the copies compress to a third. Against a forest for each class, at about equal bytes after brotli, on held-out rows:
//!
//! | data                                  | one structure: accuracy, log loss, bytes | a forest a class   |
//! |---------------------------------------|------------------------------------------|--------------------|
//! | digits, 10 classes                    | .975, .327, 53 KB                        | .961, .319, 45 KB  |
//! | `online_shoppers`, 10 months as classes | .432, 1.596, 20 KB                     | .439, 1.630, 28 KB |
//!
//! | room       | what is there                                         |
//! |------------|-------------------------------------------------------|
//! | `settings` | settings, defaults, limits                            |
//! | `goal`     | targets as sums over rows, and what sums are worth    |
//! | `inputs`   | inputs as codes, and the columns that splits read     |
//! | `ranks`    | categories in an order                                |
//! | `cuts`     | the cuts of an input                                  |
//! | `split`    | a split of a leaf                                     |
//! | `grow`     | one tree                                              |
//! | `judge`    | out-of-bag estimate, cost of rounding                 |
//!
//! Invariants
//! - Same table, settings and seed: same bits, whatever the number of threads.
//! - Rows in `valid` teach nothing.
//! - What is returned passes [`floorwalker_engine::head::trees::Trees::new`].
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
    /// The raw ensemble, ready for the engine.
    pub trees: TreesDef,
    /// What each of its columns holds: `[n_columns]`.
    pub columns: Vec<TreeColumn>,
    /// What the trees say of rows they have not seen; None without bootstrap.
    pub out_of_bag: Option<OutOfBag>,
    /// Largest change of an output through rounding the leaves, over up to about 4,096 training rows.
    pub rounding_error: f64,
}

/// What each training row gets from the trees that did not learn from it.
#[derive(Clone, Debug, PartialEq)]
pub struct OutOfBag {
    /// Raw outputs as the engine would give them, `[n_rows, n_outputs]`, row-major; NaN for rows in `valid` and for rows that
    /// every tree has seen.
    pub raw: Vec<f32>,
    /// Mean over rows, by weight, of the squared error, summed over outputs: for classes the Brier score (of two classes half
    /// of it). NaN when every tree has seen every row.
    ///
    /// Categories were put in order by all training rows, so it is a little too good where there are many.
    pub squared_error: f64,
}

/// Fits a tree or a forest.
///
/// - `task`: as for boosting. Rows in `valid` are left out: a forest does not stop early.
/// - `progress`: called by any thread after each draw with the number of draws done.
///
/// A row of weight 0 teaches nothing. A table on which nothing can be split yields trees of one leaf.
///
/// Cost: `O(trees * rows * candidates * depth)`; memory `O(rows * inputs)` bytes, and `O(rows * trees)` bits with bootstrap.
///
/// # Errors
///
/// A setting, a length or a value out of range, no training row, or none of a weight above 0.
///
/// # Source
///
/// Breiman, *Random Forests* (2001); Geurts, Ernst & Wehenkel, *Extremely Randomized Trees* (2006). Deviations: numbers in at
/// most 254 bins; deviations of the parts stand in their modules.
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
        "every training row weighs 0; give some row or class a weight above 0"
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

/// What every draw learns from.
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

    /// The rows that one tree learns from, in row order, and the bag they were drawn into.
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
