//! Encodings learnt from the training rows: what each kind of model needs to see of an input.
//!
//! | input    | for a linear head                                                  | for trees              |
//! |----------|--------------------------------------------------------------------|------------------------|
//! | number   | clipped to the 0.5–99.5 % range, standardised, mean for missing; and an indicator where any is missing | as it is, missing kept |
//! | category | one-hot over the [`MAX_CATEGORIES`] most frequent, the rest in one column | its code, missing kept |
//!
//! `encode` in `store.toml` changes the middle column: min–max, hashing, no indicator, another clipping.
//!
//! Not here: running them (`engine::head`).

use super::rows::Rows;
use crate::fit::boost::TreeColumn;
use crate::prepare::fill;
use crate::store::{Categories, EncodePlan, Missing, Scaling};
use floorwalker_engine::event::Value;
use floorwalker_engine::head::EncodingDef;
use floorwalker_engine::symbol::Symbol;
use std::collections::BTreeMap;

/// Most categories of one input that get a column of their own.
const MAX_CATEGORIES: usize = 64;

/// One input over all rows, as a model wants it.
pub(super) enum Input {
    /// NaN is missing.
    Number(Vec<f32>),
    /// Codes into sorted names; [`u16::MAX`] is missing or not among the names.
    Category { codes: Vec<u16>, names: Vec<String> },
}

impl Input {
    /// Reads `values`; names are taken from the rows in `fitted`, so that held-out rows can hold unknown categories.
    pub(super) fn new(values: &[Value], fitted: &[usize], names: &BTreeMap<Symbol, String>) -> Self {
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

/// Encodings for a linear head.
pub(super) fn linear(inputs: &[Input], rows: &[usize], plan: EncodePlan) -> Vec<EncodingDef> {
    let mut encodings = Vec::new();
    for (at, input) in (0_u16..).zip(inputs) {
        match (input, plan.categories) {
            (Input::Number(numbers), _) => number(at, numbers, rows, plan, &mut encodings),
            (Input::Category { .. }, Categories::Hash(buckets)) => {
                encodings.push(EncodingDef::Hash { input: at, buckets });
            }
            (Input::Category { codes, names }, Categories::OneHot) => {
                encodings.extend(one_hot(at, codes, names, rows));
            }
        }
    }
    encodings
}

/// A column for each of the most frequent categories; `None` where no row has any.
fn one_hot(input: u16, codes: &[u16], names: &[String], rows: &[usize]) -> Option<EncodingDef> {
    let mut counts = vec![0_usize; names.len()];
    for &row in rows {
        if let Some(count) = counts.get_mut(usize::from(codes[row])) {
            *count += 1;
        }
    }
    let mut order: Vec<usize> = (0..names.len()).filter(|&code| counts[code] > 0).collect();
    order.sort_by_key(|&code| (std::cmp::Reverse(counts[code]), code));
    let other = order.len() > MAX_CATEGORIES;
    order.truncate(MAX_CATEGORIES);
    order.sort_unstable();
    let categories: Vec<String> = order.into_iter().map(|code| names[code].clone()).collect();
    (!categories.is_empty()).then_some(EncodingDef::OneHot { input, categories, other })
}

fn number(input: u16, numbers: &[f32], rows: &[usize], plan: EncodePlan, out: &mut Vec<EncodingDef>) {
    let mut seen: Vec<f32> = rows.iter().map(|&row| numbers[row]).filter(|number| !number.is_nan()).collect();
    if seen.is_empty() {
        return;
    }
    seen.sort_unstable_by(f32::total_cmp);
    let at = |share: f64| seen[((seen.len() - 1) as f64 * share).round() as usize];
    let (low, high) = (at(plan.clip), at(1.0 - plan.clip));
    // A count that is nearly always 0 must not be clipped to 0.
    let (low, high) = if low < high { (low, high) } else { (seen[0], seen[seen.len() - 1]) };
    if low < high {
        let clipped = || seen.iter().map(|&number| f64::from(number.clamp(low, high)));
        let mean = clipped().sum::<f64>() / seen.len() as f64;
        let variance = clipped().map(|number| (number - mean).powi(2)).sum::<f64>() / seen.len() as f64;
        let (offset, factor) = match plan.numbers {
            Scaling::Standard => (mean as f32, (1.0 / variance.sqrt()) as f32),
            Scaling::MinMax => (low, 1.0 / (high - low)),
        };
        let (low, high) = if plan.clip > 0.0 { (low, high) } else { (f32::NEG_INFINITY, f32::INFINITY) };
        let impute = fill(&mut clipped().collect::<Vec<_>>(), plan.fill).unwrap_or(mean) as f32;
        out.push(EncodingDef::Number { input, low, high, offset, factor, impute });
    }
    if seen.len() < rows.len() && plan.missing == Missing::Indicator {
        out.push(EncodingDef::Present { input });
    }
}

/// Encodings for the columns of a fitted ensemble.
pub(super) fn trees(inputs: &[Input], columns: &[TreeColumn]) -> Vec<EncodingDef> {
    let encoding = |column: &TreeColumn| match column {
        TreeColumn::Value { input } => as_it_is(*input as u16),
        TreeColumn::Member { input, categories } => {
            let names = match inputs.get(*input) {
                Some(Input::Category { names, .. }) => names.as_slice(),
                _ => &[],
            };
            let categories =
                categories.iter().filter_map(|&code| names.get(usize::from(code)).cloned()).collect();
            EncodingDef::Member { input: *input as u16, categories }
        }
    };
    columns.iter().map(encoding).collect()
}

fn as_it_is(input: u16) -> EncodingDef {
    let (low, high) = (f32::NEG_INFINITY, f32::INFINITY);
    EncodingDef::Number { input, low, high, offset: 0.0, factor: 1.0, impute: f32::NAN }
}

/// The values that `head` would read as its inputs, one vector an input.
pub(super) fn inputs(rows: &Rows<'_>, values: &[Vec<Value>], fitted: &[usize]) -> Vec<Input> {
    values.iter().map(|values| Input::new(values, fitted, &rows.examples.names)).collect()
}
