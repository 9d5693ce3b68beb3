//! The multilayer perceptron as a kind of model.

use super::{MlpSettings, fit};
use crate::kinds::bench::{Bench, Fitted, Parts, Tuned};
use crate::kinds::kind::{Kind, Labels, Size};
use crate::kinds::settings::{Read, Settings};
use anyhow::Result;
use serde::Deserialize;

/// The `mlp` table: settings of a perceptron.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PerceptronSettings {
    /// Number of units of each hidden layer; one to three layers.
    pub hidden: Vec<usize>,
}

impl Default for PerceptronSettings {
    fn default() -> Self {
        Self { hidden: MlpSettings::default().hidden }
    }
}

impl Read for PerceptronSettings {
    fn read(settings: &mut Settings) -> Result<Self> {
        settings.take_or("mlp")
    }
}

impl Kind for PerceptronSettings {
    fn labels(&self) -> Labels {
        Labels::Both
    }

    fn seconds(&self, size: Size) -> f64 {
        1e-6 * size.cells * self.hidden.iter().sum::<usize>() as f64
    }

    fn fit(&self, bench: &dyn Bench, parts: Parts<'_>, tuned: Tuned) -> Result<Fitted> {
        let encodings = bench.encodings(parts.train);
        let (x, y) = (bench.matrix(&encodings, parts.train)?, bench.truths(parts.train));
        let (x_valid, y_valid) = (bench.matrix(&encodings, parts.valid)?, bench.truths(parts.valid));
        let usual = MlpSettings::default();
        let settings = MlpSettings {
            hidden: self.hidden.clone(),
            passes: tuned.rounds.unwrap_or(usual.passes),
            seed: bench.seed(),
            ..usual
        };
        let valid = (!parts.valid.is_empty()).then(|| y_valid.dense(&x_valid));
        let fit = fit(&y.dense(&x), valid.as_ref(), &settings, &mut |_| {})?;
        let tuned = Tuned { rounds: Some(fit.passes.max(1)), ..Tuned::default() };
        Ok(Fitted { tuned, ..Fitted::new(encodings, fit.fit) })
    }
}
