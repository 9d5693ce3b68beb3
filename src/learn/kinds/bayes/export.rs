//! Combines the terms of all inputs into one linear head, and measures the rounding error of its `f32` weights.
//!
//! Invariants
//! - A returned head has passed the engine's own check.
//!
//! Not here: the likelihoods (`terms`).

use super::super::Fit;
use super::Column;
use super::terms::{Rows, Terms};
use anyhow::{Context, Result};
use floorwalker_engine::event::Value;
use floorwalker_engine::head::linear::LinearDef;
use floorwalker_engine::head::{
    BodyDef, Buffers, CalibrationDef, EncodingDef, Head, HeadDef, InputDef, Link, Scores, Seen,
};
use floorwalker_engine::symbol::Symbol;

/// Largest accepted rounding error of a probability on the training rows.
pub(super) const MAX_ROUNDING: f64 = 5e-5;
/// Factor by which the variance smoothing grows while the error is larger, and its end: the input's own variance.
const WIDER: f64 = 10.0;
const WIDEST: f64 = 1.0;

/// The head in `f64`, without rounding.
struct Exact {
    encodings: Vec<EncodingDef>,
    /// Weights, `[n_columns, n_outputs]`, row-major.
    weights: Vec<f64>,
    /// `[n_outputs]`.
    bias: Vec<f64>,
}

/// The head of `terms`, with the least variance smoothing, from `var_smoothing` up, at which `f32` is accurate enough.
pub(super) fn head(
    columns: &[Column<'_>],
    rows: &Rows<'_>,
    prior: &[f64],
    mut var_smoothing: f64,
    terms: impl Fn(f64) -> Vec<Terms>,
) -> Result<(Vec<EncodingDef>, Fit)> {
    let values: Vec<Vec<Value>> = columns.iter().map(values).collect();
    loop {
        let exact = gather(&terms(var_smoothing), prior);
        let def = LinearDef {
            bias: exact.bias.iter().map(|&b| b as f32).collect(),
            weights: exact.weights.iter().map(|&w| w as f32).collect(),
        };
        let body = BodyDef::Linear(def);
        let head = page_head(&exact, body.clone(), columns.len())?;
        let narrow = exact.encodings.iter().any(|e| matches!(e, EncodingDef::Square { .. }));
        if !narrow
            || var_smoothing >= WIDEST
            || rounding(&exact, &head, &values, rows.ids.len()) <= MAX_ROUNDING
        {
            return Ok((exact.encodings, Fit { body, losses: Vec::new() }));
        }
        var_smoothing *= WIDER;
    }
}

/// Converts class terms into outputs: for two classes the difference; for more classes the difference from the value nearest 0,
/// to which softmax is invariant. If a narrow class has a weight of 1e8, the weights of the others then keep their digits.
fn gather(terms: &[Terms], prior: &[f64]) -> Exact {
    let outputs = |of_classes: &[f64]| match of_classes {
        &[no, yes] => vec![yes - no],
        more => {
            let least = more.iter().fold(f64::INFINITY, |a, &b| if b.abs() < a.abs() { b } else { a });
            more.iter().map(|w| w - least).collect()
        }
    };
    let mut base = prior.to_vec();
    for term in terms {
        base.iter_mut().zip(&term.base).for_each(|(sum, base)| *sum += base);
    }
    let weights = terms.iter().flat_map(|term| term.weights.chunks_exact(prior.len()));
    Exact {
        encodings: terms.iter().flat_map(|term| term.encodings.iter().cloned()).collect(),
        weights: weights.flat_map(outputs).collect(),
        bias: outputs(&base),
    }
}

fn page_head(exact: &Exact, body: BodyDef, n_inputs: usize) -> Result<Head> {
    let n_outputs = exact.bias.len();
    let def = HeadDef {
        name: String::from("bayes"),
        outputs: (0..n_outputs).map(|output| output.to_string()).collect(),
        link: if n_outputs == 1 { Link::Sigmoid } else { Link::Softmax },
        inputs: (0..n_inputs as u16).map(InputDef::Feature).collect(),
        encodings: exact.encodings.clone(),
        body,
        calibration: CalibrationDef::identity(n_outputs),
        scope: None,
    };
    Head::new(def, n_inputs, &[]).context(
        "the engine refuses the fitted head; check for a category that is listed twice, and for numbers too large for f32",
    )
}

fn values(column: &Column<'_>) -> Vec<Value> {
    match column {
        Column::Number(x) => x.iter().map(|&x| Value::number(x)).collect(),
        Column::Category { codes, names } => {
            let symbols: Vec<Symbol> = names.iter().map(|name| Symbol::of(name)).collect();
            let value = |&code: &u16| match symbols.get(usize::from(code)) {
                Some(&symbol) => Value::Category(symbol),
                None => Value::Missing,
            };
            codes.iter().map(value).collect()
        }
    }
}

/// Largest difference between a probability of the engine's head and the same in `f64`.
fn rounding(exact: &Exact, head: &Head, values: &[Vec<Value>], n_rows: usize) -> f64 {
    let (mut buffers, mut scores) = (Buffers::default(), Scores::default());
    let mut most = 0.0_f64;
    for row in 0..n_rows {
        let features: Vec<Value> = values.iter().map(|column| column[row]).collect();
        head.score(&Seen { features: &features, ..Seen::default() }, &[], &[], &mut buffers, &mut scores);
        let mut logits = exact.bias.clone();
        let columns = head.columns(&features, &[], &[], &mut buffers);
        for (&x, weights) in columns.iter().zip(exact.weights.chunks_exact(logits.len())) {
            logits.iter_mut().zip(weights).for_each(|(logit, weight)| *logit += f64::from(x) * weight);
        }
        for (p, exact) in scores.probabilities.iter().zip(probabilities(&logits)) {
            most = most.max((f64::from(*p) - exact).abs());
        }
    }
    most
}

fn probabilities(logits: &[f64]) -> Vec<f64> {
    if let &[logit] = logits {
        return vec![1.0 / (1.0 + libm::exp(-logit))];
    }
    let largest = logits.iter().fold(f64::NEG_INFINITY, |most, &z| most.max(z));
    let powers: Vec<f64> = logits.iter().map(|z| libm::exp(z - largest)).collect();
    let sum = powers.iter().sum::<f64>();
    powers.iter().map(|power| power / sum).collect()
}
