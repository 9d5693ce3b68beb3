//! Inputs of a forest: codes in an order, cuts that part them, and the columns of the ensemble that splits read.
//!
//! A number's codes are its bins, and it is one column. A category's are ranks, put in order once for the whole forest, so
//! that each cut is one of few sets; a set is a column, and 256 columns bear a whole forest.
//!
//! Invariants
//! - There are never more than 256 columns: inputs that part the rows worst are left out, categories are grouped.
//! - What is learnt of categories comes from training rows only.

use super::ForestSettings;
use super::cuts::{Cut, Cuts};
use super::goal::{Goal, Item, Mean, Measure, Shares};
use super::ranks;
use super::split::Search;
use crate::fit::boost::bins::{BinnedInput, Meaning, bin};
use crate::fit::boost::split::Test;
use crate::fit::boost::{Column, Target, TreeColumn};
use floorwalker_engine::head::trees::MAX_COLUMNS;

/// All inputs.
pub(super) struct Inputs {
    pub(super) coded: Vec<BinnedInput>,
    pub(super) cuts: Vec<Cuts>,
    /// What each column of the ensemble would hold.
    pub(super) columns: Vec<TreeColumn>,
}

impl Inputs {
    /// Codes every input of `columns`; only rows in `train` are learnt from.
    pub(super) fn new(
        columns: &[Column<'_>],
        train: &[u32],
        goal: &Goal<'_>,
        settings: &ForestSettings,
    ) -> Self {
        let binned = bin(columns, train, settings.max_bins);
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
        let all = |most: &dyn Fn(usize) -> usize| {
            let (coded, cuts) = (0..columns.len()).map(|index| cut(index, most(index))).unzip();
            Self { coded, cuts, columns: Vec::new() }
        };
        let inputs = all(&|_| usize::MAX);
        if (0..columns.len()).map(|input| inputs.n_columns(input)).sum::<usize>() <= MAX_COLUMNS {
            return inputs.with_columns();
        }
        let most = inputs.affordable(train, goal);
        all(&|index| most[index]).with_columns()
    }

    /// Indices of the inputs that have a cut.
    pub(super) fn usable(&self) -> impl Iterator<Item = usize> {
        (0..self.cuts.len()).filter(|&input| !self.cuts[input].cuts.is_empty())
    }

    fn is_category(&self, input: usize) -> bool {
        matches!(self.coded[input].meaning, Meaning::Category { .. })
    }

    fn n_columns(&self, input: usize) -> usize {
        let n_cuts = self.cuts[input].cuts.len();
        if self.is_category(input) { n_cuts } else { n_cuts.min(1) }
    }

    /// Cuts that each input may have at most: the inputs whose best cut gains least are left out, and categories share what
    /// numbers leave, small ones first.
    fn affordable(&self, train: &[u32], goal: &Goal<'_>) -> Vec<usize> {
        let gains = match goal.target {
            Target::Classes { n, .. } => self.gains(Shares { n: usize::from(n) }, train, goal),
            _ => self.gains(Mean, train, goal),
        };
        let mut order: Vec<usize> = self.usable().collect();
        order.sort_by(|a, b| gains[*b].total_cmp(&gains[*a]));
        order.truncate(MAX_COLUMNS);
        let (mut categories, numbers): (Vec<usize>, Vec<usize>) =
            order.into_iter().partition(|&input| self.is_category(input));
        let mut most = vec![0; self.cuts.len()];
        numbers.iter().for_each(|&input| most[input] = usize::MAX);
        let mut left = MAX_COLUMNS - numbers.len();
        categories.sort_by_key(|&input| (self.cuts[input].cuts.len(), input));
        for (at, &input) in categories.iter().enumerate() {
            most[input] = self.cuts[input].cuts.len().min(left / (categories.len() - at));
            left -= most[input];
        }
        most
    }

    /// What the best cut of each input gains over all rows.
    fn gains<M: Measure>(&self, measure: M, train: &[u32], goal: &Goal<'_>) -> Vec<f64> {
        let items: Vec<Item> = train.iter().map(|row| goal.item(*row, 1.0)).collect();
        let mut total = vec![0.0; measure.width()];
        items.iter().for_each(|item| measure.add(&mut total, item));
        let (mut bins, mut low, mut codes) = (Vec::new(), Vec::new(), Vec::new());
        let gain = |input| {
            let mut search = Search {
                inputs: self,
                measure,
                min_rows: 1.0,
                items: &items,
                total: &total,
                score: measure.score(|at| total[at]),
                bins: &mut bins,
                low: &mut low,
                codes: &mut codes,
                best: None,
            };
            search.every(input);
            search.best.map_or(f64::NEG_INFINITY, |best| best.gain)
        };
        (0..self.cuts.len()).map(gain).collect()
    }

    /// Gives every cut its column.
    fn with_columns(mut self) -> Self {
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

/// The cuts of a number: one between any two bins, and one above the last where training rows miss it.
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
