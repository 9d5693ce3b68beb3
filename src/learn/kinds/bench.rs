//! Bench: what a fit may ask of the rows that it learns from, and what it leaves behind.
//!
//! Not here: the rows themselves (`train`).

use super::fit::{Dense, Fit, Loss, Target};
use anyhow::Result;
use floorwalker_engine::event::Value;
use floorwalker_engine::head::{BodyDef, EncodingDef, Scores};
use floorwalker_engine::symbol::Symbol;
use ndarray::Array2;
use std::collections::BTreeMap;

/// What a fit may ask of its rows.
pub trait Bench: Sync {
    /// Of everything that is drawn.
    fn seed(&self) -> u64;

    /// Names of the classes; none for a label of numbers.
    fn classes(&self) -> &[String];

    /// How inputs become columns for a model that needs numbers without gaps, learnt from the `train` rows.
    fn encodings(&self, train: &[usize]) -> Vec<EncodingDef>;

    /// The columns that `encodings` write of `rows`: `[n_rows, n_columns]`.
    ///
    /// # Errors
    ///
    /// Encodings that do not fit the inputs.
    fn matrix(&self, encodings: &[EncodingDef], rows: &[usize]) -> Result<Array2<f32>>;

    /// The inputs as they are, over all rows; names of categories are those of the `train` rows.
    fn inputs(&self, train: &[usize]) -> Vec<Input>;

    /// What turned out in `rows`, and how much each counts.
    fn truths(&self, rows: &[usize]) -> Truths;

    /// Columns of text that are fields of one message; none or one: the message is one text.
    fn fields(&self) -> &[String];

    /// The messages of `train` rows and their labels, those of a class with `n` rows weighed like `n^-rarity`; and where a teacher
    /// helps, the messages that it labels.
    ///
    /// # Errors
    ///
    /// The teacher's.
    fn lesson(&self, train: &[usize], rarity: f64) -> Result<Lesson<'_>>;

    /// Whether a teacher helps.
    fn is_taught(&self) -> bool;

    /// Log loss of a fit on `rows` that it did not learn from, after the calibration that does best there.
    ///
    /// # Errors
    ///
    /// A fit that makes no head.
    fn loss(&self, fitted: &Fitted, rows: &[usize]) -> Result<f64>;

    /// Log loss of text heads that are fitted on folds of `rows`, for each of `tuned`.
    ///
    /// # Errors
    ///
    /// Those of the fits.
    fn fold_losses(&self, rows: &[usize], tuned: [Tuned; 2]) -> Result<[f64; 2]>;

    /// What earlier heads say of the `train` rows.
    ///
    /// # Errors
    ///
    /// An earlier head of other classes.
    fn evidence(&self, train: &[usize]) -> Result<Evidence>;
}

/// What a fit on the training rows tuned, so that a refit on more rows need not choose again.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tuned {
    /// Rounds, or passes.
    pub rounds: Option<usize>,
    /// Penalty; of a text head, one over it.
    pub alpha: Option<f64>,
    /// Of a text head: how much more messages of rare classes count, as a power.
    pub rarity: f64,
}

/// A model before calibration.
#[derive(Clone, Debug)]
pub struct Fitted {
    /// How inputs become its columns.
    pub encodings: Vec<EncodingDef>,
    /// The model.
    pub body: BodyDef,
    /// What the fit tuned.
    pub tuned: Tuned,
    /// What the fit left out or changed, in words for the analyst.
    pub notes: Vec<String>,
    /// How the loss fell, where the fit has steps.
    pub losses: Vec<Loss>,
}

impl Fitted {
    /// What a fit made of `encodings`, with nothing tuned and nothing to say.
    #[must_use]
    pub fn new(encodings: Vec<EncodingDef>, fit: Fit) -> Self {
        Self { encodings, body: fit.body, tuned: Tuned::default(), notes: Vec::new(), losses: fit.losses }
    }
}

/// A fit over the columns of the training rows alone, and what it has to say.
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
    /// Learnt from.
    pub train: &'a [usize],
    /// Judge stopping and regularisation; empty when those are tuned.
    pub valid: &'a [usize],
}

/// One input over all rows, as a model wants it.
#[derive(Clone, Debug)]
pub enum Input {
    /// NaN is missing.
    Number(Vec<f32>),
    /// Codes into sorted names; [`u16::MAX`] is missing or not among the names.
    Category {
        /// `[n_rows]`.
        codes: Vec<u16>,
        /// Sorted by bytes.
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

/// What turned out in some rows.
#[derive(Clone, Debug)]
pub struct Truths {
    /// Class of each; empty for numbers.
    pub ids: Vec<u32>,
    /// Number of each; empty for classes.
    pub numbers: Vec<f64>,
    /// Weight of each; none means 1.
    pub weights: Option<Vec<f32>>,
    /// Classes there are; 0 for numbers.
    pub n_classes: usize,
}

impl Truths {
    /// The rows for a fit over columns.
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

/// What a text head learns from.
#[derive(Clone, Debug)]
pub struct Lesson<'a> {
    /// The messages.
    pub messages: Vec<&'a str>,
    /// The class of each.
    pub labels: Vec<usize>,
    /// `[n_messages, n_classes]`: how much each is of each class; empty where the labels say all.
    pub shares: Vec<f32>,
    /// How much each counts; empty where all count the same.
    pub weights: Vec<f32>,
}

/// What earlier heads say of rows.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// Rows as they are and were.
    pub cases: Vec<Case>,
    /// Class of each row that the prior counts.
    pub ids: Vec<u16>,
    /// The earlier heads that are experts, and whether each reads the message.
    pub experts: Vec<(usize, bool)>,
    /// Whether text heads were calibrated on messages that people wrote.
    pub has_calibration: bool,
}

/// One row as it is or was, with its message or without.
#[derive(Clone, Debug)]
pub struct Case {
    /// What turned out: an output.
    pub y: usize,
    /// The kind of evidence.
    pub cell: usize,
    /// Events seen.
    pub events: u32,
    /// What every earlier head says of it.
    pub earlier: Vec<Scores>,
}

/// Mean squared distance from the mean; 1 where there is none, so that one can divide by it.
pub(super) fn variance(numbers: impl Iterator<Item = f64> + Clone) -> f64 {
    let n = numbers.clone().count().max(1) as f64;
    let mean = numbers.clone().sum::<f64>() / n;
    let variance = numbers.map(|number| (number - mean).powi(2)).sum::<f64>() / n;
    if variance > 0.0 { variance } else { 1.0 }
}

/// An input in these rows alone.
pub(super) fn pick(input: &Input, rows: &[usize]) -> Input {
    match input {
        Input::Number(numbers) => Input::Number(rows.iter().map(|&row| numbers[row]).collect()),
        Input::Category { codes, names } => {
            Input::Category { codes: rows.iter().map(|&row| codes[row]).collect(), names: names.clone() }
        }
    }
}
