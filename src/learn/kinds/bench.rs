//! Bench: the interface through which a fit reads its training data, and the types it exchanges with training.
//!
//! Not here: the rows themselves (`train`).

use super::fit::{Dense, Fit, Loss, Target};
use anyhow::Result;
use floorwalker_engine::event::Value;
use floorwalker_engine::head::{BodyDef, EncodingDef, Scores};
use floorwalker_engine::symbol::Symbol;
use ndarray::Array2;
use std::collections::BTreeMap;

/// The training data of a fit, as a kind of model sees them.
pub trait Bench: Sync {
    /// Seed of every random draw.
    fn seed(&self) -> u64;

    /// Names of the classes; empty when the label is a number.
    fn classes(&self) -> &[String];

    /// Encodings of the inputs as numeric columns without missing values, learnt from the `train` rows.
    fn encodings(&self, train: &[usize]) -> Vec<EncodingDef>;

    /// The encoded columns of `rows`: `[n_rows, n_columns]`.
    ///
    /// # Errors
    ///
    /// Fails for encodings that do not match the inputs.
    fn matrix(&self, encodings: &[EncodingDef], rows: &[usize]) -> Result<Array2<f32>>;

    /// The inputs without encoding, over all rows; names of categories are those that occur in the `train` rows.
    fn inputs(&self, train: &[usize]) -> Vec<Input>;

    /// The labels of `rows` and their weights.
    fn truths(&self, rows: &[usize]) -> Truths;

    /// Names of the text columns that are fields of one message; with none or one, the message is a single text.
    fn fields(&self) -> &[String];

    /// The messages and labels of the `train` rows, with weights proportional to `n^-rarity` for a class with `n` rows; with a
    /// teacher, also the messages to which it gives soft labels.
    ///
    /// # Errors
    ///
    /// Fails when the teacher fails.
    fn lesson(&self, train: &[usize], rarity: f64) -> Result<Lesson<'_>>;

    /// Whether a teacher is used.
    fn is_taught(&self) -> bool;

    /// Log loss of a fit on `rows` that it was not trained on, after the best calibration there.
    ///
    /// # Errors
    ///
    /// Fails for a fit from which no valid head can be made, or that cannot be calibrated.
    fn loss(&self, fitted: &Fitted, rows: &[usize]) -> Result<f64>;

    /// Cross-validated log loss of a text head over folds of `rows`, for each of the two settings in `tuned`.
    ///
    /// # Errors
    ///
    /// Fails when a fit fails.
    fn fold_losses(&self, rows: &[usize], tuned: [Tuned; 2]) -> Result<[f64; 2]>;

    /// The scores of earlier heads for the `train` rows, as cases for a fusion.
    ///
    /// # Errors
    ///
    /// Fails when an earlier head has other classes.
    fn evidence(&self, train: &[usize]) -> Result<Evidence>;
}

/// Hyperparameters tuned by a fit on the training rows, so that a refit on more rows need not tune them again.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tuned {
    /// Number of boosting rounds, or of passes over the rows.
    pub rounds: Option<usize>,
    /// Regularisation penalty; for a text head its reciprocal.
    pub alpha: Option<f64>,
    /// For a text head: exponent of the weights by class frequency; above 0, messages of rare classes weigh more.
    pub rarity: f64,
}

/// A model before calibration.
#[derive(Clone, Debug)]
pub struct Fitted {
    /// Encodings of the inputs as the model's columns.
    pub encodings: Vec<EncodingDef>,
    /// The model.
    pub body: BodyDef,
    /// What the fit tuned.
    pub tuned: Tuned,
    /// What the fit left out or changed, in words for the analyst.
    pub notes: Vec<String>,
    /// Training curve; empty for a fit without steps.
    pub losses: Vec<Loss>,
}

impl Fitted {
    /// A fit over the columns of `encodings`, without tuned hyperparameters and notes.
    #[must_use]
    pub fn new(encodings: Vec<EncodingDef>, fit: Fit) -> Self {
        Self { encodings, body: fit.body, tuned: Tuned::default(), notes: Vec::new(), losses: fit.losses }
    }
}

/// Encodes the training rows, and fits on them with `fit`, which also returns notes.
pub(super) fn over_columns(
    bench: &dyn Bench,
    parts: Parts<'_>,
    fit: impl FnOnce(Dense<'_>) -> Result<(Fit, Vec<String>)>,
) -> Result<Fitted> {
    let encodings = bench.encodings(parts.train);
    let (x, y) = (bench.matrix(&encodings, parts.train)?, bench.truths(parts.train));
    let (fit, notes) = fit(y.dense(&x))?;
    Ok(Fitted { notes, ..Fitted::new(encodings, fit) })
}

/// The rows of one fit.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    /// Training rows.
    pub train: &'a [usize],
    /// Validation rows for early stopping and tuning; empty when the hyperparameters are already tuned.
    pub valid: &'a [usize],
}

/// One input over all rows, without encoding.
#[derive(Clone, Debug)]
pub enum Input {
    /// Numbers, `[n_rows]`; NaN is missing.
    Number(Vec<f32>),
    /// Categories, as indices into sorted names.
    Category {
        /// Index into `names` of each row, `[n_rows]`; [`u16::MAX`] is missing or not among the names.
        codes: Vec<u16>,
        /// Names of the categories, sorted by bytes.
        names: Vec<String>,
    },
}

impl Input {
    /// Reads `values`; names are taken from the rows in `fitted`, so that held-out rows can hold unknown categories.
    pub fn new(values: &[Value], fitted: &[usize], names: &BTreeMap<Symbol, String>) -> Self {
        if !values.iter().any(|value| matches!(value, Value::Category(_))) {
            return Self::Number(values.iter().map(|value| value.as_f32()).collect());
        }
        let name = |value: &Value| match value {
            Value::Category(symbol) => names.get(symbol),
            _ => None,
        };
        let mut known: Vec<&String> = fitted.iter().filter_map(|&row| name(&values[row])).collect();
        known.sort_unstable();
        known.dedup();
        known.truncate(usize::from(u16::MAX));
        let code = |value: &Value| {
            name(value).and_then(|name| known.binary_search(&name).ok()).map_or(u16::MAX, |code| code as u16)
        };
        Self::Category {
            codes: values.iter().map(code).collect(),
            names: known.into_iter().cloned().collect(),
        }
    }
}

/// The labels and weights of some rows.
#[derive(Clone, Debug)]
pub struct Truths {
    /// Class of each row; empty for numbers.
    pub ids: Vec<u32>,
    /// Number of each row; empty for classes.
    pub numbers: Vec<f64>,
    /// Weight of each row; `None` means 1.
    pub weights: Option<Vec<f32>>,
    /// Number of classes; 0 for numbers.
    pub n_classes: usize,
}

impl Truths {
    /// The rows with columns `x`, for a fit over columns.
    #[must_use]
    pub fn dense<'a>(&'a self, x: &'a Array2<f32>) -> Dense<'a> {
        let y = if self.n_classes == 0 {
            Target::Numbers(&self.numbers)
        } else {
            Target::Classes { ids: &self.ids, n: self.n_classes }
        };
        Dense { x: x.view(), y, weights: self.weights.as_deref() }
    }
}

/// The training data of a text head.
#[derive(Clone, Debug)]
pub struct Lesson<'a> {
    /// The messages.
    pub messages: Vec<&'a str>,
    /// The class of each message.
    pub labels: Vec<usize>,
    /// Soft labels, `[n_messages, n_classes]`: the probability of each class for each message; empty when `labels` are hard labels.
    pub shares: Vec<f32>,
    /// Weight of each message; empty when all are equal.
    pub weights: Vec<f32>,
}

/// The scores of earlier heads, as training cases of a fusion.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// Rows and their prefixes, each with and without its message.
    pub cases: Vec<Case>,
    /// Class of each row, from which the prior is estimated.
    pub ids: Vec<u16>,
    /// The earlier heads that are experts, and whether each reads the message.
    pub experts: Vec<(usize, bool)>,
    /// Whether text heads were calibrated on messages that people wrote.
    pub has_calibration: bool,
}

/// One training case: a row or one of its prefixes, with its message or without.
#[derive(Clone, Debug)]
pub struct Case {
    /// The true class, as index of an output.
    pub y: usize,
    /// The kind of evidence, an index below `CELLS`.
    pub cell: usize,
    /// Number of events seen.
    pub events: u32,
    /// Scores of every earlier head.
    pub earlier: Vec<Scores>,
}

/// Variance: the mean squared distance from the mean; 1 when it is 0, so that it can be divided by.
pub(super) fn variance(numbers: impl Iterator<Item = f64> + Clone) -> f64 {
    let n = numbers.clone().count().max(1) as f64;
    let mean = numbers.clone().sum::<f64>() / n;
    let variance = numbers.map(|number| (number - mean).powi(2)).sum::<f64>() / n;
    if variance > 0.0 { variance } else { 1.0 }
}

/// The values of an input in the given rows.
pub(super) fn pick(input: &Input, rows: &[usize]) -> Input {
    match input {
        Input::Number(numbers) => Input::Number(rows.iter().map(|&row| numbers[row]).collect()),
        Input::Category { codes, names } => {
            Input::Category { codes: rows.iter().map(|&row| codes[row]).collect(), names: names.clone() }
        }
    }
}
