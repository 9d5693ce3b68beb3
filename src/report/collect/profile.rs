//! Profile: a description of each column, over the training and validation rows; test rows are not used.
//!
//! Features of a log are columns like those of a table. A number whose only values are 0 and 1 is a flag.
//!
//! Not here: warnings about columns (`prepare`).

use crate::data::{Column, ColumnKind, Profile, Spread};
use anyhow::{Context, Result};
use floorwalker_learn::examples::{Examples, numbers};
use floorwalker_learn::prepare::{FeatureColumn, relevance};
use floorwalker_learn::store::{HeadPlan, is_read};
use floorwalker_learn::train::Trained;
use floorwalker_metrics::histogram;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Number of bins of a column's histogram, which is drawn in a table's cell.
const N_BINS: usize = 20;
/// Largest number of names that are kept for a column: the most frequent.
const MAX_NAMES: usize = 20;

/// The profile: features, then messages, then labels; classes are those of the last head.
///
/// # Errors
///
/// A head whose label the examples do not have.
pub(super) fn profile(heads: &[HeadPlan], message: &str, trained: &Trained) -> Result<Profile> {
    let examples = &trained.examples;
    let rows = learnt_from(trained);
    let mut columns: Vec<Column> = (0..examples.features.len())
        .into_par_iter()
        .filter(|feature| is_read(&examples.features[*feature]))
        .map(|feature| {
            let column = FeatureColumn::new(examples, feature);
            of_feature(&examples.features[feature].name, &column, &rows)
        })
        .collect();
    if rows.iter().any(|&row| !examples.messages[row].is_empty()) {
        columns.push(of_messages(message, examples, &rows));
    }
    let mut classes = Vec::new();
    let mut known: Vec<&str> = Vec::new();
    let labelled: Vec<_> = heads.iter().filter(|head| head.has_label()).collect();
    for head in &labelled {
        let label = head.label.as_str();
        if known.contains(&label) {
            continue;
        }
        known.push(label);
        let values = examples.labels.get(label).with_context(|| format!("there is no label `{label}`"))?;
        columns.push(if head.is_number() {
            let numbers = numbers(label, values, examples)?;
            Column { kind: ColumnKind::Target, ..of_feature(label, &FeatureColumn::Number(numbers), &rows) }
        } else {
            of_label(label, values, &rows).0
        });
    }
    let mut alone = Vec::new();
    if let Some(last) = labelled.last().filter(|head| head.is_class()) {
        classes = of_label(&last.label, &examples.labels[&last.label], &rows).1;
        alone = relevance(examples, &last.label, &rows)?;
        alone.sort_by(|a, b| b.mutual_information.total_cmp(&a.mutual_information));
    }
    let file = examples.columns.clone();
    Ok(Profile { rows: rows.len() as u64, columns, file, classes, relevance: alone })
}

/// Training and validation rows together, ascending: the finished bundle learnt from both.
pub(super) fn learnt_from(trained: &Trained) -> Vec<usize> {
    let mut rows = [&trained.split.train[..], &trained.split.validation].concat();
    rows.sort_unstable();
    rows
}

fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

fn of_feature(name: &str, column: &FeatureColumn, rows: &[usize]) -> Column {
    let missing = share(rows.iter().filter(|&&row| column.is_missing(row)).count(), rows.len());
    let (kind, distinct, spread) = match column {
        FeatureColumn::Number(numbers) => of_numbers(numbers, rows),
        FeatureColumn::Category { codes, names } => {
            let counts = counted(rows.iter().filter_map(|&row| names.get(codes[row] as usize)));
            (ColumnKind::Category, counts.len(), most(counts))
        }
    };
    Column { name: name.to_owned(), kind, missing, distinct: distinct as u64, spread }
}

fn of_numbers(numbers: &[f32], rows: &[usize]) -> (ColumnKind, usize, Spread) {
    let mut present: Vec<f64> =
        rows.iter().map(|&row| f64::from(numbers[row])).filter(|number| number.is_finite()).collect();
    present.sort_unstable_by(f64::total_cmp);
    let (Some(&min), Some(&max)) = (present.first(), present.last()) else {
        return (ColumnKind::Number, 0, Spread::None);
    };
    let distinct = 1 + present.windows(2).filter(|pair| pair[0] != pair[1]).count();
    if present.iter().all(|&number| number == 0.0 || number == 1.0) {
        return (ColumnKind::Flag, distinct, most(counted(present.iter().map(ToString::to_string))));
    }
    let middle = present.len() / 2;
    let median =
        if present.len() % 2 == 1 { present[middle] } else { (present[middle - 1] + present[middle]) / 2.0 };
    let spread = Spread::Numbers { min, median, max, histogram: histogram(&present, N_BINS) };
    (ColumnKind::Number, distinct, spread)
}

fn of_messages(name: &str, examples: &Examples, rows: &[usize]) -> Column {
    let written = || rows.iter().map(|&row| examples.messages[row].as_str()).filter(|text| !text.is_empty());
    Column {
        name: name.to_owned(),
        kind: ColumnKind::Text,
        missing: share(rows.len() - written().count(), rows.len()),
        distinct: written().collect::<BTreeSet<_>>().len() as u64,
        spread: Spread::None,
    }
}

/// The label as a column, and the number of rows of each class, largest first.
fn of_label(name: &str, values: &[Option<String>], rows: &[usize]) -> (Column, Vec<(String, u64)>) {
    let known = || rows.iter().filter_map(|&row| values[row].as_ref());
    let counts = counted(known());
    let column = Column {
        name: name.to_owned(),
        kind: ColumnKind::Target,
        missing: share(rows.len() - known().count(), rows.len()),
        distinct: counts.len() as u64,
        spread: most(counts.clone()),
    };
    (column, counts)
}

/// How often each name occurs, in decreasing order; ties are in order of the names.
fn counted(names: impl Iterator<Item = impl AsRef<str>>) -> Vec<(String, u64)> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for name in names {
        match counts.get_mut(name.as_ref()) {
            Some(count) => *count += 1,
            None => drop(counts.insert(name.as_ref().to_owned(), 1)),
        }
    }
    let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    counts
}

fn most(mut counts: Vec<(String, u64)>) -> Spread {
    counts.truncate(MAX_NAMES);
    if counts.is_empty() { Spread::None } else { Spread::Categories(counts) }
}
