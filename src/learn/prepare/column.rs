//! Columns: one feature over all rows, and one label as classes.
//!
//! Not here: encodings for models (`train`).

use crate::examples::Examples;
use anyhow::{Context, Result};
use floorwalker_engine::event::Value;
use floorwalker_engine::symbol::Symbol;
use std::collections::BTreeMap;

/// The values of one feature over all rows.
#[derive(Clone, Debug, PartialEq)]
pub enum FeatureColumn {
    /// Numbers, `[n_rows]`; NaN is missing.
    Number(Vec<f32>),
    /// Categories.
    Category {
        /// `[n_rows]`.
        codes: Vec<u32>,
        /// Names of the categories, sorted by bytes.
        names: Vec<String>,
    },
}

/// One label over all rows as classes, which are taken from a given subset of the rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classes {
    /// Class of each row; `None` when the label is missing, or when no row of the subset has that class. Index into `names` for
    /// each row, `[n_rows]`; [`u32::MAX`] is missing.
    pub ids: Vec<Option<u32>>,
    /// Names of the classes, sorted by bytes.
    pub names: Vec<String>,
    /// Number of rows of each class in the subset, `[n_classes]`.
    pub counts: Vec<usize>,
}

impl FeatureColumn {
    /// The feature with this index. It is a category column when any row holds a category; numbers in such a column count as missing.
    #[must_use]
    pub fn new(examples: &Examples, feature: usize) -> Self {
        let n_features = examples.features.len().max(1);
        let values = || examples.values.iter().skip(feature).step_by(n_features);
        if !values().any(|value| matches!(value, Value::Category(_))) {
            return Self::Number(values().map(|value| value.as_f32()).collect());
        }
        let symbol = |value: &Value| match value {
            Value::Category(symbol) => Some(*symbol),
            _ => None,
        };
        let mut symbols: Vec<Symbol> = values().filter_map(symbol).collect();
        symbols.sort_unstable();
        symbols.dedup();
        let name = |symbol: &Symbol| {
            examples.names.get(symbol).cloned().unwrap_or_else(|| format!("#{:08x}", symbol.raw()))
        };
        let mut named: Vec<(String, Symbol)> = symbols.iter().map(|symbol| (name(symbol), *symbol)).collect();
        named.sort_unstable();
        let code: BTreeMap<Symbol, u32> = named.iter().map(|(_, symbol)| *symbol).zip(0..).collect();
        let codes = values()
            .map(|value| symbol(value).and_then(|symbol| code.get(&symbol).copied()).unwrap_or(u32::MAX));
        Self::Category { codes: codes.collect(), names: named.into_iter().map(|(name, _)| name).collect() }
    }

    /// Whether `row` has no value.
    #[must_use]
    pub fn is_missing(&self, row: usize) -> bool {
        match self {
            Self::Number(numbers) => numbers[row].is_nan(),
            Self::Category { codes, .. } => codes[row] == u32::MAX,
        }
    }
}

impl Classes {
    /// The classes of `label` among `rows`.
    ///
    /// # Errors
    ///
    /// Fails for a label that the examples do not have.
    pub fn new(examples: &Examples, label: &str, rows: &[usize]) -> Result<Self> {
        let labels = examples.labels.get(label).with_context(|| {
            let known: Vec<&str> = examples.labels.keys().map(String::as_str).collect();
            format!("there is no label `{label}`; name one of {}", known.join(", "))
        })?;
        let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
        for name in rows.iter().filter_map(|&row| labels[row].as_deref()) {
            *counted.entry(name).or_default() += 1;
        }
        let (names, counts): (Vec<&str>, Vec<usize>) = counted.into_iter().unzip();
        let id = |name: &str| names.binary_search(&name).ok().and_then(|id| u32::try_from(id).ok());
        Ok(Self {
            ids: labels.iter().map(|name| name.as_deref().and_then(id)).collect(),
            names: names.iter().map(ToString::to_string).collect(),
            counts,
        })
    }
}
