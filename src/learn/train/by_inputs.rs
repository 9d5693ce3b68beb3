//! Kinds of model that read inputs as they are: numbers with gaps, categories by their codes.
//!
//! Not here: kinds that read columns (`by_columns`).

use super::body::{Fitted, Job, Settled};
use super::encode::{self, Input};
use super::rows::Parts;
use super::target::variance;
use crate::fit::forest::{self, ForestSettings};
use crate::fit::{self, Loss, bayes, boost};
use anyhow::Result;
use floorwalker_engine::head::BodyDef;
use floorwalker_engine::head::trees::TreesDef;

/// Rounds without a better validation loss before boosting stops.
const PATIENCE: usize = 20;

/// An ensemble, and how it came about.
struct Grown {
    trees: TreesDef,
    columns: Vec<boost::TreeColumn>,
    settled: Settled,
    losses: Vec<Loss>,
}

impl Job<'_> {
    pub(super) fn fit_bayes(&self, parts: Parts<'_>) -> Result<Fitted> {
        let inputs = self.read_inputs(parts.train);
        let picked: Vec<Input> = inputs.iter().map(|input| pick(input, parts.train)).collect();
        let columns: Vec<bayes::Column<'_>> = picked
            .iter()
            .map(|input| match input {
                Input::Number(numbers) => bayes::Column::Number(numbers),
                Input::Category { codes, names } => bayes::Column::Category { codes, names },
            })
            .collect();
        let truths = self.truths(parts.train);
        let y = fit::Target::Classes { ids: &truths.ids, n: self.target.classes.len() };
        let settings =
            bayes::BayesSettings { likelihood: self.plan.likelihood, ..bayes::BayesSettings::default() };
        let (encodings, fit) = bayes::fit(&columns, y, truths.weights.as_deref(), &settings)?;
        Ok(Fitted {
            encodings,
            body: fit.body,
            settled: Settled::default(),
            notes: Vec::new(),
            losses: fit.losses,
        })
    }

    pub(super) fn fit_trees(&self, parts: Parts<'_>, settled: Settled) -> Result<Fitted> {
        self.with_task(parts, |task| {
            let plan = self.plan.trees;
            let usual = boost::BoostSettings::default();
            // Prices are in units of the loss: of a number in squared units, and so in its variance.
            let unit = match task.target {
                boost::Target::Number(numbers) => variance(numbers.iter().map(|&number| f64::from(number))),
                boost::Target::Chance(_) | boost::Target::Classes { .. } => 1.0,
            };
            let settings = boost::BoostSettings {
                rounds: settled.rounds.unwrap_or(plan.rounds),
                max_leaves: plan.leaves,
                learning_rate: plan.learning_rate,
                patience: (plan.early_stopping && !task.valid.is_empty()).then_some(PATIENCE),
                threshold_penalty: unit * usual.threshold_penalty,
                set_penalty: unit * usual.set_penalty,
                column_penalty: unit * usual.column_penalty,
                seed: self.seed,
                ..usual
            };
            let fit = boost::fit(task, &settings)?;
            let settled = Settled { rounds: Some(fit.rounds.max(1)), ..Settled::default() };
            let losses = fit.curve.iter().zip(1..);
            let losses =
                losses.map(|(loss, step)| Loss { step, train: loss.train, valid: loss.valid }).collect();
            Ok(Grown { trees: fit.trees, columns: fit.columns, settled, losses })
        })
    }

    pub(super) fn fit_forest(&self, parts: Parts<'_>, settings: ForestSettings) -> Result<Fitted> {
        self.with_task(parts, |task| {
            let fit = forest::fit(task, &ForestSettings { seed: self.seed, ..settings }, &|_| ())?;
            Ok(Grown {
                trees: fit.trees,
                columns: fit.columns,
                settled: Settled::default(),
                losses: Vec::new(),
            })
        })
    }

    /// Lays the rows out for a fit of trees, and wraps up what it made of them.
    fn with_task(
        &self,
        parts: Parts<'_>,
        fit: impl FnOnce(&boost::Task<'_>) -> Result<Grown>,
    ) -> Result<Fitted> {
        let inputs = self.read_inputs(parts.train);
        let rows: Vec<usize> = parts.train.iter().chain(parts.valid).copied().collect();
        let picked: Vec<Input> = inputs.iter().map(|input| pick(input, &rows)).collect();
        let columns: Vec<boost::Column<'_>> = picked
            .iter()
            .map(|input| match input {
                Input::Number(numbers) => boost::Column::Number(numbers),
                Input::Category { codes, names } => boost::Column::Category { codes, n: names.len() as u16 },
            })
            .collect();
        let truths = self.truths(&rows);
        let ids: Vec<u16> = truths.ids.iter().map(|&id| id as u16).collect();
        let chances: Vec<f32> = ids.iter().map(|&id| f32::from(id)).collect();
        let numbers: Vec<f32> = truths.numbers.iter().map(|&number| number as f32).collect();
        let target = match self.target.classes.len() {
            0 => boost::Target::Number(&numbers),
            2 => boost::Target::Chance(&chances),
            n => boost::Target::Classes { ids: &ids, n: n as u16 },
        };
        let valid: Vec<u32> = (parts.train.len() as u32..rows.len() as u32).collect();
        let Grown { trees, columns, settled, losses } = fit(&boost::Task {
            columns: &columns,
            target,
            weights: truths.weights.as_deref(),
            valid: &valid,
        })?;
        Ok(Fitted {
            encodings: encode::trees(&inputs, &columns),
            body: BodyDef::Trees(trees),
            settled,
            notes: Vec::new(),
            losses,
        })
    }
}

fn pick(input: &Input, rows: &[usize]) -> Input {
    match input {
        Input::Number(numbers) => Input::Number(rows.iter().map(|&row| numbers[row]).collect()),
        Input::Category { codes, names } => {
            Input::Category { codes: rows.iter().map(|&row| codes[row]).collect(), names: names.clone() }
        }
    }
}
