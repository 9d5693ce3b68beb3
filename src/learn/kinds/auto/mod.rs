//! Auto: not a model, but a race over all suitable kinds. It takes the settings of the kinds that race.
//!
//! Not here: the race (`train::race`), which plans run (`train::space`).

use super::bayes::{Likelihood, NaiveSettings};
use super::bench::{Bench, Fitted, Parts, Tuned};
use super::kind::{Kind, Labels, Size};
use super::logistic::LogisticSettings;
use super::margin::KernelMachine;
use super::neighbours::NearestSettings;
use super::settings::{Read, Settings, alpha};
use super::text::MessageSettings;
use anyhow::{Result, bail};
use serde::Deserialize;

/// Settings of the kinds that race. Trees and perceptrons race with fixed settings instead.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AutoSettings {
    /// Settings of naive Bayes.
    pub bayes: NaiveSettings,
    /// Settings of logistic regression.
    pub logistic: LogisticSettings,
    /// Regularisation penalty of linear regressions.
    pub alpha: Option<f64>,
    /// Settings of forests.
    pub forest: ForestTable,
    /// Settings of nearest neighbours.
    pub neighbours: NearestSettings,
    /// Settings of support vector machines.
    pub svm: KernelMachine,
    /// Settings of text models.
    pub text: MessageSettings,
}

/// `forest` under `auto`; the number of trees in a race is fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ForestTable {
    /// Most leaves of a tree.
    pub leaves: usize,
}

impl Default for ForestTable {
    fn default() -> Self {
        Self { leaves: super::forest::ForestSettings::default().max_leaves }
    }
}

impl Read for AutoSettings {
    fn read(settings: &mut Settings) -> Result<Self> {
        let alpha = alpha(settings)?;
        Ok(Self {
            bayes: NaiveSettings { likelihood: settings.take_or::<Likelihood>("likelihood")? },
            logistic: LogisticSettings { solver: settings.take_or("solver")?, alpha },
            alpha,
            forest: settings.take_or("forest")?,
            neighbours: NearestSettings::read(settings)?,
            svm: KernelMachine::read(settings)?,
            text: MessageSettings::of_table(settings)?,
        })
    }
}

impl Kind for AutoSettings {
    fn labels(&self) -> Labels {
        Labels::Both
    }

    fn seconds(&self, _: Size) -> f64 {
        0.0
    }

    fn fit(&self, _: &dyn Bench, _: Parts<'_>, _: Tuned) -> Result<Fitted> {
        bail!("`auto` is a choice among kinds, not a kind")
    }
}
