//! Inputs of a forest: ordered codes, their cuts, and the columns of the ensemble that splits read.
//!
//! The codes of a number are its bins, and a number is one column. The codes of a category are ranks, ordered once for the whole
//! forest, so that each cut is one of few sets. A set is a column, and 256 columns are enough for a forest.
//!
//! Invariants
//! - The order of categories is computed from training rows only.
//!
//! Not here: the column budget (`budget`).

use super::ForestSettings;
use super::cuts::{Cut, Cuts};
use super::goal::Goal;
use super::ranks;
use crate::kinds::trees::bins::{BinnedInput, Meaning};
use crate::kinds::trees::cut::Test;
use crate::kinds::trees::{Column, TreeColumn};

/// All inputs of a forest.
pub(super) struct Inputs {
    pub(super) coded: Vec<BinnedInput>,
    pub(super) cuts: Vec<Cuts>,
    /// The content of each column of the ensemble.
    pub(super) columns: Vec<TreeColumn>,
}

impl Inputs {
    /// Bins every input of `columns`, with at most as many cuts as `most` allows it, using only the `train` rows.
    pub(super) fn coded(
        columns: &[Column<'_>],
        binned: &[BinnedInput],
        train: &[u32],
        goal: &Goal<'_>,
        settings: &ForestSettings,
        most: &dyn Fn(usize) -> usize,
    ) -> Self {
        let cut = |index: usize, most: usize| match (&binned[index].meaning, &columns[index]) {
            (Meaning::Number { thresholds }, Column::Number(values)) => {
                (binned[index].clone(), number(&binned[index], thresholds, values, train, most))
            }
            (Meaning::Category { categories }, _) => {
                let n = categories.len();
                let order = ranks::ranked(&binned[index], n, train, goal, settings.min_category_rows);
                ranks::cut(&binned[index], categories, &order, train, most)
            }
            (Meaning::Number { .. }, _) => (binned[index].clone(), Cuts::default()),
        };
        let (coded, cuts) = (0..columns.len()).map(|index| cut(index, most(index))).unzip();
        Self { coded, cuts, columns: Vec::new() }
    }

    /// Indices of the inputs that have a cut.
    pub(super) fn usable(&self) -> impl Iterator<Item = usize> {
        (0..self.cuts.len()).filter(|&input| !self.cuts[input].cuts.is_empty())
    }

    pub(super) fn is_category(&self, input: usize) -> bool {
        matches!(self.coded[input].meaning, Meaning::Category { .. })
    }

    pub(super) fn n_columns(&self, input: usize) -> usize {
        let n_cuts = self.cuts[input].cuts.len();
        if self.is_category(input) { n_cuts } else { n_cuts.min(1) }
    }

    /// Assigns a column to every cut.
    pub(super) fn with_columns(mut self) -> Self {
        for (input, cuts) in self.cuts.iter_mut().enumerate() {
            for (at, cut) in cuts.cuts.iter_mut().enumerate() {
                if at == 0 || matches!(cut.test, Test::Member(_)) {
                    self.columns.push(match cut.test {
                        Test::Code(_) => TreeColumn::Value { input },
                        Test::Member(_) => {
                            let is_member = |group: usize| !cut.test.goes_left(group as u8);
                            let groups = cuts.groups.iter().enumerate();
                            let members = groups.filter(|(group, _)| is_member(*group));
                            let mut categories: Vec<u16> =
                                members.flat_map(|(_, group)| group).copied().collect();
                            categories.sort_unstable();
                            TreeColumn::Member { input, categories }
                        }
                    });
                }
                cut.column = (self.columns.len() - 1) as u8;
            }
        }
        self
    }
}

/// The cuts of a number: one between adjacent bins, and one above the last bin if it is missing in some training row.
fn number(binned: &BinnedInput, thresholds: &[f32], values: &[f32], train: &[u32], most: usize) -> Cuts {
    let n_ranked = thresholds.len() + 1;
    let mut spans = vec![(f32::INFINITY, f32::NEG_INFINITY); n_ranked];
    let mut missing = false;
    for row in train.iter().map(|row| *row as usize) {
        match spans.get_mut(usize::from(binned.codes[row])) {
            Some(span) => *span = (span.0.min(values[row]), span.1.max(values[row])),
            None => missing = true,
        }
    }
    let n_cuts = if most == 0 { 0 } else { thresholds.len() + usize::from(missing) };
    let cut = |code: usize| Cut { column: 0, test: Test::Code(code as u8), low_is_right: false };
    let cuts = (0..n_cuts).map(cut).collect();
    Cuts { n_ranked, cuts, thresholds: thresholds.to_vec(), spans, groups: Vec::new() }
}
