//! Naive Bayes as a kind of model.

use super::{BayesSettings, Column, Likelihood, fit};
use crate::kinds::Target;
use crate::kinds::bench::{Bench, Fitted, Input, Parts, Tuned, pick};
use crate::kinds::kind::{Kind, Size};
use crate::kinds::settings::{Read, Settings};
use anyhow::Result;

/// Settings of naive Bayes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct NaiveSettings {
    /// The likelihood of the inputs. Default: chosen by the kind of each input.
    pub likelihood: Likelihood,
}

impl Read for NaiveSettings {
    fn read(settings: &mut Settings) -> Result<Self> {
        Ok(Self { likelihood: settings.take_or("likelihood")? })
    }
}

impl Kind for NaiveSettings {
    fn seconds(&self, size: Size) -> f64 {
        1e-7 * size.cells * size.outputs
    }

    fn fit(&self, bench: &dyn Bench, parts: Parts<'_>, _: Tuned) -> Result<Fitted> {
        let inputs = bench.inputs(parts.train);
        let picked: Vec<Input> = inputs.iter().map(|input| pick(input, parts.train)).collect();
        let columns: Vec<Column<'_>> = picked
            .iter()
            .map(|input| match input {
                Input::Number(numbers) => Column::Number(numbers),
                Input::Category { codes, names } => Column::Category { codes, names },
            })
            .collect();
        let truths = bench.truths(parts.train);
        let y = Target::Classes { ids: &truths.ids, n: bench.classes().len() };
        let settings = BayesSettings { likelihood: self.likelihood, ..BayesSettings::default() };
        let (encodings, fit) = fit(&columns, y, truths.weights.as_deref(), &settings)?;
        Ok(Fitted::new(encodings, fit))
    }
}
