//! Trees and forests as kinds of model: one decision tree, a random forest, extra trees.

use super::{ForestSettings, fit};
use crate::kinds::bench::{Bench, Fitted, Parts, Tuned};
use crate::kinds::kind::{Kind, Labels, Size};
use crate::kinds::settings::{Read, Settings};
use crate::kinds::trees::layout::{Grown, with_task};
use anyhow::Result;
use serde::Deserialize;

/// The settings of `tree`: there are none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TreeSettings;

/// The `forest` table of a random forest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RandomSettings(pub ForestTable);

/// The `forest` table of extra trees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExtraSettings(pub ForestTable);

/// Settings of a forest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ForestTable {
    /// Number of trees.
    pub trees: usize,
    /// Most leaves of a tree.
    pub leaves: usize,
}

impl Default for ForestTable {
    fn default() -> Self {
        let usual = ForestSettings::default();
        Self { trees: usual.trees, leaves: usual.max_leaves }
    }
}

impl ForestTable {
    fn settings(self, usual: ForestSettings) -> ForestSettings {
        ForestSettings { trees: self.trees, max_leaves: self.leaves, ..usual }
    }

    fn seconds(self, size: Size) -> f64 {
        1e-7 * size.cells * size.outputs * self.trees as f64
    }
}

impl Read for TreeSettings {
    fn read(_: &mut Settings) -> Result<Self> {
        Ok(Self)
    }
}

impl Read for RandomSettings {
    fn read(settings: &mut Settings) -> Result<Self> {
        settings.take_or("forest").map(Self)
    }
}

impl Read for ExtraSettings {
    fn read(settings: &mut Settings) -> Result<Self> {
        settings.take_or("forest").map(Self)
    }
}

impl Kind for TreeSettings {
    fn labels(&self) -> Labels {
        Labels::Both
    }

    fn seconds(&self, size: Size) -> f64 {
        3e-7 * size.cells * size.outputs
    }

    fn fit(&self, bench: &dyn Bench, parts: Parts<'_>, _: Tuned) -> Result<Fitted> {
        grown(bench, parts, ForestSettings::tree())
    }
}

impl Kind for RandomSettings {
    fn labels(&self) -> Labels {
        Labels::Both
    }

    fn seconds(&self, size: Size) -> f64 {
        self.0.seconds(size)
    }

    fn fit(&self, bench: &dyn Bench, parts: Parts<'_>, _: Tuned) -> Result<Fitted> {
        grown(bench, parts, self.0.settings(ForestSettings::default()))
    }
}

impl Kind for ExtraSettings {
    fn labels(&self) -> Labels {
        Labels::Both
    }

    fn seconds(&self, size: Size) -> f64 {
        self.0.seconds(size)
    }

    fn fit(&self, bench: &dyn Bench, parts: Parts<'_>, _: Tuned) -> Result<Fitted> {
        grown(bench, parts, self.0.settings(ForestSettings::extra()))
    }
}

fn grown(bench: &dyn Bench, parts: Parts<'_>, settings: ForestSettings) -> Result<Fitted> {
    with_task(bench, parts, |task| {
        let fit = fit(task, &ForestSettings { seed: bench.seed(), ..settings }, &|_| ())?;
        Ok(Grown { trees: fit.trees, columns: fit.columns, tuned: Tuned::default(), losses: Vec::new() })
    })
}
