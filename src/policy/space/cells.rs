//! Cells of one number or category: one for each named value, and one for all values between two of them.
//!
//! Not here: probabilities of one head, which depend on each other (`points`).

use super::Cell;
use floorwalker_engine::symbol::Symbol;
use std::collections::BTreeSet;

/// A category that no policy names.
pub(crate) const OTHER: &str = "\u{1}other";

/// One number for each cell of `[low, high]`, the numbers of `named` included: rising, without duplicates.
pub(super) fn between(named: &[f32], low: f32, high: f32) -> Vec<f32> {
    let mut ends: Vec<f32> = named.iter().copied().filter(|number| (low..=high).contains(number)).collect();
    ends.sort_by(f32::total_cmp);
    // 0 and −0 compare as equal.
    ends.dedup_by(|a, b| a == b);
    let (Some(first), Some(last)) = (ends.first().copied(), ends.last().copied()) else {
        return vec![0.0_f32.clamp(low, high)];
    };
    let mut found = Vec::with_capacity(2 * ends.len() + 1);
    if low < first {
        found.push(if low.is_finite() { inside(low, first).unwrap_or(low) } else { below(first) });
    }
    for (at, end) in ends.iter().enumerate() {
        found.push(*end);
        found.extend(ends.get(at + 1).and_then(|next| inside(*end, *next)));
    }
    if high > last {
        found.push(if high.is_finite() { inside(last, high).unwrap_or(high) } else { -below(-last) });
    }
    found.retain(|number| number.is_finite());
    found
}

/// A finite number below `number`, or minus infinity.
fn below(number: f32) -> f32 {
    let far = number - number.abs().max(1.0);
    if far.is_finite() { far } else { number.next_down() }
}

/// A number strictly between two others; `None` where there is none.
fn inside(a: f32, b: f32) -> Option<f32> {
    let lies_between = |number: &f32| *number > a && *number < b;
    [a + 1.0, a / 2.0 + b / 2.0, a.next_up()].into_iter().find(lies_between)
}

/// Cells of the age of a request that lives for `ttl` seconds.
pub(super) fn ages(named: &[f32], ttl: u32) -> Vec<Cell> {
    between(named, 0.0, (ttl as f32).next_down()).into_iter().map(Cell::Number).collect()
}

/// Cells of a number that is always known, in a range.
pub(super) fn numbers(named: &[f32], low: f32, high: f32) -> Vec<Cell> {
    between(named, low, high).into_iter().map(Cell::Number).collect()
}

/// Cells of a number of queues: not known, or 0 and more.
pub(super) fn counts(named: &[f32]) -> Vec<Cell> {
    [Cell::Missing].into_iter().chain(numbers(named, 0.0, f32::INFINITY)).collect()
}

/// Cells of a feature: not known, a number or a category. `symbols` are the categories that are named.
pub(super) fn feature(named: &[f32], symbols: Option<&BTreeSet<u32>>) -> Vec<Cell> {
    let mut cells = vec![Cell::Missing];
    cells.extend(numbers(named, f32::NEG_INFINITY, f32::INFINITY));
    cells.extend(symbols.into_iter().flatten().map(|raw| Cell::Category(Symbol::from_raw(*raw))));
    cells.push(Cell::Category(Symbol::of(OTHER)));
    cells
}
