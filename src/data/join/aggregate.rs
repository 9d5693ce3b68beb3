//! Aggregates of the source rows that count for a base row: sums, counts and last values.
//!
//! | symbol  | shape        | meaning                                                           |
//! |---------|--------------|-------------------------------------------------------------------|
//! | `order` | `[n_placed]` | source rows by key, then moment, then line                        |
//! | `span`  | `[n_base]`   | positions in `order` that count for a base row, `from..to`        |
//!
//! Sums are differences of prefix sums in `f64`, which restart at each key, so that the cost does not depend on the length of a span.
//! The error of a sum is at most about `2⁻⁵²` of the largest prefix sum of its key.
//!
//! Invariants
//! - Source rows outside a span affect its sum only within that rounding error, and its `last` not at all.
//!
//! Not here: which rows count (`timed`).

use crate::read::{MISSING_CODE, Values};
use std::ops::Range;

/// Source rows in order, grouped by key.
pub(super) struct Ordered {
    /// Source rows by key, moment and line.
    pub(super) order: Vec<usize>,
    /// Where each key begins in `order`, and the end. `[n_keys + 1]`.
    pub(super) starts: Vec<usize>,
}

/// Prefix sums and counts of the present values of one column, for each position over its key up to and including it.
pub(super) struct Running(Vec<(f64, u32)>);

impl Ordered {
    /// The prefix sums of a column; `value` gives the value of a source row, NaN where missing.
    pub(super) fn running(&self, value: impl Fn(usize) -> f32) -> Running {
        let mut running = Vec::with_capacity(self.order.len());
        for key in self.keys() {
            let (mut sum, mut n) = (0.0_f64, 0_u32);
            for value in key.iter().map(|&row| value(row)) {
                if !value.is_nan() {
                    sum += f64::from(value);
                    n += 1;
                }
                running.push((sum, n));
            }
        }
        Running(running)
    }

    /// For each position, the last position of the same key, up to and including it, whose source row has a value.
    pub(super) fn last_present(&self, present: impl Fn(usize) -> bool) -> Vec<Option<usize>> {
        let mut last = Vec::with_capacity(self.order.len());
        for key in self.keys() {
            let mut seen = None;
            for &row in key {
                seen = if present(row) { Some(last.len()) } else { seen };
                last.push(seen);
            }
        }
        last
    }

    /// The source rows of each key.
    fn keys(&self) -> impl Iterator<Item = &[usize]> {
        self.starts.windows(2).map(|key| &self.order[key[0]..key[1]])
    }
}

impl Running {
    /// Sum and count of the present values in `span`, which lies in the key that begins at `start`.
    pub(super) fn of(&self, span: &Range<usize>, start: usize) -> (f64, u32) {
        let before = |at: usize| if at == start { (0.0, 0) } else { self.0[at - 1] };
        let ((sum, n), (sum_before, n_before)) = (before(span.end), before(span.start));
        (sum - sum_before, n - n_before)
    }
}

/// Whether a source row has a value in this column.
pub(super) fn is_present(values: &Values, row: usize) -> bool {
    match values {
        Values::Number(numbers) | Values::Boolean(numbers) => !numbers[row].is_nan(),
        Values::Category { codes, .. } => codes[row] != MISSING_CODE,
        Values::Text(texts) => texts[row].is_some(),
        Values::Time(moments) => moments[row].is_some(),
    }
}

/// The values of `rows`, missing for `None`. A categorical column keeps only the names that are used.
pub(super) fn gathered(values: &Values, rows: &[Option<usize>]) -> Values {
    let numbers = |from: &[f32]| rows.iter().map(|row| row.map_or(f32::NAN, |row| from[row])).collect();
    match values {
        Values::Number(from) => Values::Number(numbers(from)),
        Values::Boolean(from) => Values::Boolean(numbers(from)),
        Values::Text(from) => {
            Values::Text(rows.iter().map(|row| row.and_then(|row| from[row].clone())).collect())
        }
        Values::Time(from) => Values::Time(rows.iter().map(|row| row.and_then(|row| from[row])).collect()),
        Values::Category { codes, names } => {
            let code = |row: &Option<usize>| row.map_or(MISSING_CODE, |row| codes[row]);
            let mut used = vec![false; names.len()];
            for code in rows.iter().map(code).filter(|&code| code != MISSING_CODE) {
                used[code as usize] = true;
            }
            let mut new_codes = vec![MISSING_CODE; names.len()];
            let mut new_names = Vec::new();
            for (old, name) in names.iter().enumerate().filter(|&(old, _)| used[old]) {
                new_codes[old] = u32::try_from(new_names.len()).unwrap_or(MISSING_CODE);
                new_names.push(name.clone());
            }
            let renamed = |row| new_codes.get(code(row) as usize).copied().unwrap_or(MISSING_CODE);
            Values::Category { codes: rows.iter().map(renamed).collect(), names: new_names }
        }
    }
}
