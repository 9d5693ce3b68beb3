//! The columns, thresholds and category sets used by the trees so far. Reusing one adds few bytes to the bundle.
//!
//! Invariants
//! - There are never more than 256 columns, because a split stores its column in one byte.
//!
//! # Source
//!
//! Herrmann et al., *Boosted Trees on a Diet* (arXiv:2510.26557): penalties for a new feature and a new threshold. Deviation: a
//! category set is a column of its own, with its own penalty.
use super::TreeColumn;
use super::bins::{BinnedInput, Meaning};
use super::cut::{CodeSet, Split, Test, contains};
use super::settings::BoostSettings;
use floorwalker_engine::head::trees::MAX_COLUMNS;

/// The columns, thresholds and sets used so far.
#[derive(Clone, Debug)]
pub(super) struct Reuse {
    inputs: Vec<Used>,
    columns: Vec<TreeColumn>,
}

#[derive(Clone, Debug, Default)]
struct Used {
    /// Column of a number.
    column: Option<u8>,
    /// Used thresholds of a number, by code.
    codes: CodeSet,
    /// Used sets of a category, and their columns.
    sets: Vec<CodeSet>,
    set_columns: Vec<u8>,
}

impl Reuse {
    pub(super) fn new(n_inputs: usize) -> Self {
        Self { inputs: vec![Used::default(); n_inputs], columns: Vec::new() }
    }

    fn is_full(&self) -> bool {
        self.columns.len() >= MAX_COLUMNS
    }

    /// Penalty for using a number's column; `None` when no column is left for it.
    pub(super) fn column_penalty(&self, input: usize, settings: &BoostSettings) -> Option<f64> {
        match self.inputs[input].column {
            Some(_) => Some(0.0),
            None if self.is_full() => None,
            None => Some(settings.column_penalty),
        }
    }

    pub(super) fn threshold_penalty(&self, input: usize, code: u8, settings: &BoostSettings) -> f64 {
        if contains(&self.inputs[input].codes, code) { 0.0 } else { settings.threshold_penalty }
    }

    /// Penalty for a new set; `None` when no column is left for it.
    pub(super) fn set_penalty(&self, settings: &BoostSettings) -> Option<f64> {
        if self.is_full() { None } else { Some(settings.set_penalty) }
    }

    pub(super) fn sets(&self, input: usize) -> &[CodeSet] {
        &self.inputs[input].sets
    }

    /// Column of a split, added if it is new; `None` when no column is left.
    pub(super) fn take(&mut self, split: &Split, input: &BinnedInput) -> Option<u8> {
        let full = self.is_full();
        let used = &mut self.inputs[split.input];
        let next = self.columns.len() as u8;
        let column = match split.test {
            Test::Code(_) => used.column,
            Test::Member(set) => used.sets.iter().position(|s| *s == set).map(|at| used.set_columns[at]),
        };
        if column.is_none() && full {
            return None;
        }
        match split.test {
            Test::Code(code) => {
                used.column = Some(column.unwrap_or(next));
                used.codes[usize::from(code >> 6)] |= 1 << (code & 63);
                if column.is_none() {
                    self.columns.push(TreeColumn::Value { input: split.input });
                }
            }
            Test::Member(set) if column.is_none() => {
                used.sets.push(set);
                used.set_columns.push(next);
                let categories = match &input.meaning {
                    Meaning::Category { categories } => categories.as_slice(),
                    Meaning::Number { .. } => &[],
                };
                let members = categories.iter().enumerate().filter(|(code, _)| contains(&set, *code as u8));
                let categories = members.map(|(_, category)| *category).collect();
                self.columns.push(TreeColumn::Member { input: split.input, categories });
            }
            Test::Member(_) => {}
        }
        Some(column.unwrap_or(next))
    }

    /// The columns, in the order of their indices.
    pub(super) fn into_columns(self) -> Vec<TreeColumn> {
        self.columns
    }
}
