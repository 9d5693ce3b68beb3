//! Scores encoded rows with a fitted model, by the engine, as a page would.
//!
//! Not here: fitting.

use super::shoppers::Category;
use anyhow::{Context, Result, anyhow};
use floorwalker_engine::event::Value;
use floorwalker_engine::head::{
    BodyDef, Buffers, CalibrationDef, EncodingDef, Head, HeadDef, InputDef, Link, Scores, Seen,
};
use floorwalker_engine::symbol::Symbol;
use floorwalker_learn::kinds::Fit;
use floorwalker_learn::kinds::logistic::linear;
use floorwalker_learn::kinds::trees::TreeColumn;
use floorwalker_metrics::{auc, auc_one_vs_rest, regression};
use ndarray::Array2;

/// The outputs of a head for rows: `[n_rows, n_outputs]`, row-major.
pub(crate) struct Said {
    pub(crate) logits: Vec<f32>,
    pub(crate) probabilities: Vec<f32>,
    n_outputs: usize,
}

impl Said {
    /// Area under the ROC curve (AUC) for two classes, from the single logit.
    pub(crate) fn auc(&self, y: &[u32]) -> Result<f64> {
        let positive: Vec<bool> = y.iter().map(|&class| class == 1).collect();
        auc(&positive, &self.logits).context("only one class is held out")
    }

    /// Mean AUC of each class against the rest.
    pub(crate) fn auc_one_vs_rest(&self, y: &[u32]) -> Result<f64> {
        auc_one_vs_rest(y, &self.probabilities, self.n_outputs).context("a class is missing")
    }

    /// Accuracy: the share of rows whose class is predicted correctly; the single output is the share of class 1.
    pub(crate) fn accuracy_of_shares(&self, y: &[u32]) -> f64 {
        let right = y.iter().zip(&self.logits).filter(|(y, share)| (**share > 0.5) == (**y == 1)).count();
        right as f64 / y.len() as f64
    }

    /// R²: the share of the variance that is explained.
    pub(crate) fn r2(&self, truth: &[f64]) -> Result<f64> {
        let said: Vec<f64> = self.logits.iter().map(|&x| f64::from(x)).collect();
        regression(truth, &said)?.r2.context("every held-out number is the same")
    }
}

/// Scores a model over the columns, not encoded.
pub(crate) fn dense(body: BodyDef, n_outputs: usize, x: &Array2<f32>) -> Result<Said> {
    let encodings = (0..x.ncols() as u16).map(as_it_is).collect();
    with(encodings, body, n_outputs, x)
}

/// Scores a linear model over the columns, not encoded.
pub(crate) fn linear(fit: linear::LinearFit, x: &Array2<f32>) -> Result<Said> {
    let n_outputs = fit.def.bias.len();
    dense(BodyDef::Linear(fit.def), n_outputs, x)
}

/// Scores a fit over the columns, not encoded.
pub(crate) fn fitted(fit: Fit, n_outputs: usize, x: &Array2<f32>) -> Result<Said> {
    dense(fit.body, n_outputs, x)
}

/// Scores trees over numeric columns.
pub(crate) fn trees(
    trees: floorwalker_engine::head::trees::TreesDef,
    columns: &[TreeColumn],
    x: &Array2<f32>,
) -> Result<Said> {
    let encoding = |column: &TreeColumn| match column {
        TreeColumn::Value { input } => Ok(as_it_is(*input as u16)),
        TreeColumn::Member { .. } => Err(anyhow!("a table of numbers has no categories")),
    };
    let encodings = columns.iter().map(encoding).collect::<Result<Vec<_>>>()?;
    with(encodings, BodyDef::Trees(trees), 1, x)
}

/// Scores a model over `x`, encoded by `encodings`.
pub(crate) fn with(
    encodings: Vec<EncodingDef>,
    body: BodyDef,
    n_outputs: usize,
    x: &Array2<f32>,
) -> Result<Said> {
    let rows = x.outer_iter().map(|row| row.iter().map(|&x| Value::number(x)).collect());
    scored(encodings, body, n_outputs, x.ncols(), rows)
}

/// Scores a model of one output over categories, given by name.
pub(crate) fn of_names(
    encodings: Vec<EncodingDef>,
    body: BodyDef,
    categories: &[Category],
    rows: &[usize],
) -> Result<Said> {
    let value = |category: &Category, row: usize| {
        let name = category.names.get(usize::from(category.codes[row]));
        name.map_or(Value::Missing, |name| Value::category(Symbol::of(name)))
    };
    let rows = rows.iter().map(|&row| categories.iter().map(|category| value(category, row)).collect());
    scored(encodings, body, 1, categories.len(), rows)
}

fn scored(
    encodings: Vec<EncodingDef>,
    body: BodyDef,
    n_outputs: usize,
    n_inputs: usize,
    rows: impl Iterator<Item = Vec<Value>>,
) -> Result<Said> {
    let def = HeadDef {
        name: "bench".to_owned(),
        outputs: (0..n_outputs).map(|output| format!("y{output}")).collect(),
        link: if n_outputs == 1 { Link::Sigmoid } else { Link::Softmax },
        inputs: (0..n_inputs as u16).map(InputDef::Feature).collect(),
        encodings,
        body,
        calibration: CalibrationDef::identity(n_outputs),
        scope: None,
    };
    let head = Head::new(def, n_inputs, &[])?;
    let (mut buffers, mut scores) = (Buffers::default(), Scores::default());
    let mut said = Said { logits: Vec::new(), probabilities: Vec::new(), n_outputs };
    for row in rows {
        head.score(&Seen { features: &row, ..Seen::default() }, &[], &[], &mut buffers, &mut scores);
        said.logits.extend(&scores.logits);
        said.probabilities.extend(&scores.probabilities);
    }
    Ok(said)
}

fn as_it_is(input: u16) -> EncodingDef {
    let (low, high) = (f32::NEG_INFINITY, f32::INFINITY);
    EncodingDef::Number { input, low, high, offset: 0.0, factor: 1.0, impute: 0.0 }
}
