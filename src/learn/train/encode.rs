//! Encodings learnt from the training rows, for kinds of model that need numeric columns without missing values.
//!
//! | input    | column                                                                                              |
//! |----------|-----------------------------------------------------------------------------------------------------|
//! | number   | clipped to the 0.5–99.5 % quantiles, standardised, mean for missing; an indicator if any is missing |
//! | category | one-hot over the [`MAX_CATEGORIES`] most frequent, the rest in one column                           |
//!
//! `encode` in `store.toml` changes this: min-max scaling, hashing, no indicator, other clipping quantiles.
//!
//! Not here: running them (`engine::head`).

use super::rows::Rows;
use crate::kinds::bench::Input;
use crate::prepare::fill;
use crate::store::{Categories, EncodePlan, Missing, Scaling};
use floorwalker_engine::event::Value;
use floorwalker_engine::head::EncodingDef;

/// Most categories of one input that get a column of their own.
const MAX_CATEGORIES: usize = 64;

/// Encodings for a linear head.
pub(super) fn columns(inputs: &[Input], rows: &[usize], plan: EncodePlan) -> Vec<EncodingDef> {
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

/// One-hot encoding of the most frequent categories; `None` when no row has a category.
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
    // When both quantiles are equal, as for a count that is nearly always 0, clipping would make the column constant; then the
    // full range is used.
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

/// Converts the values of each input; `fitted` are the rows whose categories become names.
pub(super) fn inputs(rows: &Rows<'_>, values: &[Vec<Value>], fitted: &[usize]) -> Vec<Input> {
    values.iter().map(|values| Input::new(values, fitted, &rows.examples.names)).collect()
}
