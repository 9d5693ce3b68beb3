//! Gradient-boosted trees as a kind of model.

use super::layout::{Grown, with_task};
use super::{BoostSettings, Target, fit};
use crate::kinds::Loss;
use crate::kinds::bench::{Bench, Fitted, Parts, Tuned, variance};
use crate::kinds::kind::{Kind, Labels, Size};
use crate::kinds::settings::{Read, Settings};
use anyhow::Result;
use serde::Deserialize;

/// Early stopping: rounds without a better validation loss before boosting stops.
const PATIENCE: usize = 20;

/// The `trees` table: settings of the ensemble.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TreesSettings {
    /// Most rounds; early stopping may use fewer.
    pub rounds: usize,
    /// Most leaves of a tree.
    pub leaves: usize,
    /// Learning rate: the factor on each round's correction.
    pub learning_rate: f64,
    /// Whether boosting stops when the validation loss no longer improves.
    pub early_stopping: bool,
}

impl Default for TreesSettings {
    fn default() -> Self {
        Self { rounds: 300, leaves: 15, learning_rate: 0.05, early_stopping: true }
    }
}

impl Read for TreesSettings {
    fn read(settings: &mut Settings) -> Result<Self> {
        settings.take_or("trees")
    }
}

impl Kind for TreesSettings {
    fn labels(&self) -> Labels {
        Labels::Both
    }

    fn stops_early(&self) -> bool {
        self.early_stopping
    }

    fn seconds(&self, size: Size) -> f64 {
        2.5e-9 * size.cells * size.outputs * (self.rounds * self.leaves) as f64
    }

    fn fit(&self, bench: &dyn Bench, parts: Parts<'_>, tuned: Tuned) -> Result<Fitted> {
        with_task(bench, parts, |task| {
            let usual = BoostSettings::default();
            // Penalties are in units of the loss; for a number these are squared units, so they are scaled by its variance.
            let unit = match task.target {
                Target::Number(numbers) => variance(numbers.iter().map(|&number| f64::from(number))),
                Target::Chance(_) | Target::Classes { .. } => 1.0,
            };
            let settings = BoostSettings {
                rounds: tuned.rounds.unwrap_or(self.rounds),
                max_leaves: self.leaves,
                learning_rate: self.learning_rate,
                patience: (self.early_stopping && !task.valid.is_empty()).then_some(PATIENCE),
                threshold_penalty: unit * usual.threshold_penalty,
                set_penalty: unit * usual.set_penalty,
                column_penalty: unit * usual.column_penalty,
                seed: bench.seed(),
                ..usual
            };
            let fit = fit(task, &settings)?;
            let tuned = Tuned { rounds: Some(fit.rounds.max(1)), ..Tuned::default() };
            let losses = fit.curve.iter().zip(1..);
            let losses =
                losses.map(|(loss, step)| Loss { step, train: loss.train, valid: loss.valid }).collect();
            Ok(Grown { trees: fit.trees, columns: fit.columns, tuned, losses })
        })
    }
}
