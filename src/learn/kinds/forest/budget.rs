//! The column budget of a forest: 256 columns, of which a number takes one and a category one per set.
//!
//! Invariants
//! - There are never more than 256 columns: the inputs with the least gain are left out, and categories are grouped.
//!
//! Not here: codes and cuts (`inputs`), the search for a split (`split`).

use super::ForestSettings;
use super::goal::{Goal, Item, Mean, Measure, Shares};
use super::inputs::Inputs;
use super::split::Search;
use crate::kinds::trees::bins::bin;
use crate::kinds::trees::{Column, Target};
use floorwalker_engine::head::trees::MAX_COLUMNS;

/// Bins every input of `columns` within the budget, using only the `train` rows.
pub(super) fn inputs(
    columns: &[Column<'_>],
    train: &[u32],
    goal: &Goal<'_>,
    settings: &ForestSettings,
) -> Inputs {
    let binned = bin(columns, train, settings.max_bins);
    let all = |most: &dyn Fn(usize) -> usize| Inputs::coded(columns, &binned, train, goal, settings, most);
    let inputs = all(&|_| usize::MAX);
    if (0..columns.len()).map(|input| inputs.n_columns(input)).sum::<usize>() <= MAX_COLUMNS {
        return inputs.with_columns();
    }
    let most = affordable(&inputs, train, goal);
    all(&|index| most[index]).with_columns()
}

/// Most cuts of each input: the inputs whose best cut has the least gain are left out, and categories share the columns left by
/// numbers, starting with those with few cuts.
fn affordable(inputs: &Inputs, train: &[u32], goal: &Goal<'_>) -> Vec<usize> {
    let gains = match goal.target {
        Target::Classes { n, .. } => gains(inputs, Shares { n: usize::from(n) }, train, goal),
        _ => gains(inputs, Mean, train, goal),
    };
    let mut order: Vec<usize> = inputs.usable().collect();
    order.sort_by(|a, b| gains[*b].total_cmp(&gains[*a]));
    order.truncate(MAX_COLUMNS);
    let (mut categories, numbers): (Vec<usize>, Vec<usize>) =
        order.into_iter().partition(|&input| inputs.is_category(input));
    let mut most = vec![0; inputs.cuts.len()];
    numbers.iter().for_each(|&input| most[input] = usize::MAX);
    let mut left = MAX_COLUMNS - numbers.len();
    categories.sort_by_key(|&input| (inputs.cuts[input].cuts.len(), input));
    for (at, &input) in categories.iter().enumerate() {
        most[input] = inputs.cuts[input].cuts.len().min(left / (categories.len() - at));
        left -= most[input];
    }
    most
}

/// The gain of each input's best cut over all rows.
fn gains<M: Measure>(inputs: &Inputs, measure: M, train: &[u32], goal: &Goal<'_>) -> Vec<f64> {
    let items: Vec<Item> = train.iter().map(|row| goal.item(*row, 1.0)).collect();
    let mut total = vec![0.0; measure.width()];
    items.iter().for_each(|item| measure.add(&mut total, item));
    let (mut bins, mut low, mut codes) = (Vec::new(), Vec::new(), Vec::new());
    let gain = |input| {
        let mut search = Search {
            inputs,
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
    (0..inputs.cuts.len()).map(gain).collect()
}
