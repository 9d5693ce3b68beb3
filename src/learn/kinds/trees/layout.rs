//! Converts rows to the layout of a tree fit, and the fitted ensemble to a model with encodings.

use super::{Column, Target, Task, TreeColumn};
use crate::kinds::Loss;
use crate::kinds::bench::{Bench, Fitted, Input, Parts, Tuned, pick};
use anyhow::Result;
use floorwalker_engine::head::trees::TreesDef;
use floorwalker_engine::head::{BodyDef, EncodingDef};

/// A fitted ensemble, with its columns, tuned hyperparameters and training curve.
pub(in crate::kinds) struct Grown {
    pub(in crate::kinds) trees: TreesDef,
    pub(in crate::kinds) columns: Vec<TreeColumn>,
    pub(in crate::kinds) tuned: Tuned,
    pub(in crate::kinds) losses: Vec<Loss>,
}

/// Converts the rows for a tree fit, runs `fit`, and wraps the result.
pub(in crate::kinds) fn with_task(
    bench: &dyn Bench,
    parts: Parts<'_>,
    fit: impl FnOnce(&Task<'_>) -> Result<Grown>,
) -> Result<Fitted> {
    let inputs = bench.inputs(parts.train);
    let rows: Vec<usize> = parts.train.iter().chain(parts.valid).copied().collect();
    let picked: Vec<Input> = inputs.iter().map(|input| pick(input, &rows)).collect();
    let columns: Vec<Column<'_>> = picked
        .iter()
        .map(|input| match input {
            Input::Number(numbers) => Column::Number(numbers),
            Input::Category { codes, names } => Column::Category { codes, n: names.len() as u16 },
        })
        .collect();
    let truths = bench.truths(&rows);
    let ids: Vec<u16> = truths.ids.iter().map(|&id| id as u16).collect();
    let chances: Vec<f32> = ids.iter().map(|&id| f32::from(id)).collect();
    let numbers: Vec<f32> = truths.numbers.iter().map(|&number| number as f32).collect();
    let target = match bench.classes().len() {
        0 => Target::Number(&numbers),
        2 => Target::Chance(&chances),
        n => Target::Classes { ids: &ids, n: n as u16 },
    };
    let valid: Vec<u32> = (parts.train.len() as u32..rows.len() as u32).collect();
    let Grown { trees, columns, tuned, losses } =
        fit(&Task { columns: &columns, target, weights: truths.weights.as_deref(), valid: &valid })?;
    Ok(Fitted {
        encodings: encodings(&inputs, &columns),
        body: BodyDef::Trees(trees),
        tuned,
        notes: Vec::new(),
        losses,
    })
}

/// Encodings for the columns of a fitted ensemble.
fn encodings(inputs: &[Input], columns: &[TreeColumn]) -> Vec<EncodingDef> {
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
