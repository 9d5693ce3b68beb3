//! The target of a forest, and the split criterion, computed from sums over rows.
//!
//! | target         | sums of a set of rows                        | score          |
//! |----------------|----------------------------------------------|----------------|
//! | chance, number | rows, weight `W`, weighted value `S`         | `S² / W`       |
//! | `k` classes    | rows, weight `W`, weight `S_c` of each class | `Σ_c S_c² / W` |
//!
//! The gain of a split is the score of its two sides minus that of the whole: `W` times the decrease of the variance, or of half
//! the Gini impurity of two classes, or of the Gini impurity of more.
//!
//! # Source
//!
//! Breiman, Friedman, Olshen & Stone, *Classification and Regression Trees* (1984), sections 4.3 and 8.4.

use super::ForestSettings;
use crate::kinds::trees::Target;

/// Indices in the sums of a set of rows: the number of rows, the total weight, and the first value.
pub(super) const ROWS: usize = 0;
pub(super) const WEIGHT: usize = 1;
pub(super) const VALUES: usize = 2;

/// A training row of a tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub(super) row: u32,
    /// Weight of the row, above 0.
    pub(super) weight: f32,
    /// Value minus the base, or the index of the class.
    pub(super) value: f32,
}

/// How rows are summed, and the score of sums. Sums are slices of [`Measure::width`] cells.
pub(super) trait Measure: Copy + Sync {
    /// Number of cells of a sum.
    fn width(&self) -> usize;
    /// Adds a row.
    fn add(&self, cells: &mut [f64], item: &Item);
    /// Adds the rows whose code is at most `cut`.
    fn add_low(&self, cells: &mut [f64], items: &[Item], codes: &[u8], cut: usize);
    /// Score of a set of rows, whose sums are given by `cell`.
    fn score(&self, cell: impl Fn(usize) -> f64) -> f64;
}

/// The measure of a single value: a probability or a number.
#[derive(Clone, Copy)]
pub(super) struct Mean;

/// The measure of more than two classes.
#[derive(Clone, Copy)]
pub(super) struct Shares {
    pub(super) n: usize,
}

impl Measure for Mean {
    #[inline]
    fn width(&self) -> usize {
        VALUES + 1
    }

    #[inline]
    fn add(&self, cells: &mut [f64], item: &Item) {
        if let [rows, sum, values] = cells {
            let weight = f64::from(item.weight);
            *rows += 1.0;
            *sum += weight;
            *values += weight * f64::from(item.value);
        }
    }

    fn add_low(&self, cells: &mut [f64], items: &[Item], codes: &[u8], cut: usize) {
        let (mut rows, mut sum, mut values) = (0_u32, 0.0, 0.0);
        for (item, code) in items.iter().zip(codes) {
            // A factor instead of a branch, because the side is unpredictable.
            let is_low = u8::from(usize::from(*code) <= cut);
            let weight = f64::from(is_low) * f64::from(item.weight);
            rows += u32::from(is_low);
            sum += weight;
            values += weight * f64::from(item.value);
        }
        cells[ROWS] += f64::from(rows);
        cells[WEIGHT] += sum;
        cells[VALUES] += values;
    }

    #[inline]
    fn score(&self, cell: impl Fn(usize) -> f64) -> f64 {
        over(cell(VALUES) * cell(VALUES), cell(WEIGHT))
    }
}

impl Measure for Shares {
    #[inline]
    fn width(&self) -> usize {
        VALUES + self.n
    }

    #[inline]
    fn add(&self, cells: &mut [f64], item: &Item) {
        cells[ROWS] += 1.0;
        cells[WEIGHT] += f64::from(item.weight);
        cells[VALUES + item.value as usize] += f64::from(item.weight);
    }

    fn add_low(&self, cells: &mut [f64], items: &[Item], codes: &[u8], cut: usize) {
        let low = items.iter().zip(codes).filter(|(_, code)| usize::from(**code) <= cut);
        low.for_each(|(item, _)| self.add(cells, item));
    }

    #[inline]
    fn score(&self, cell: impl Fn(usize) -> f64) -> f64 {
        let squares = (VALUES..VALUES + self.n).map(|at| cell(at) * cell(at)).sum();
        over(squares, cell(WEIGHT))
    }
}

/// `sum / weight`, or 0 for a weight that subtraction rounded to 0.
pub(super) fn over(sum: f64, weight: f64) -> f64 {
    if weight > 0.0 { sum / weight } else { 0.0 }
}

/// A target with the weight of each row.
pub(super) struct Goal<'a> {
    pub(super) target: Target<'a>,
    /// Weight of each row, including its class weight; `[n_rows]`.
    pub(super) weights: Vec<f32>,
    /// The base that is subtracted from every value: the mean for a number, else 0.
    pub(super) base: f64,
}

impl<'a> Goal<'a> {
    pub(super) fn new(
        target: Target<'a>,
        weights: Option<&[f32]>,
        settings: &ForestSettings,
        train: &[u32],
        n_rows: usize,
    ) -> Self {
        let class_weight = |class: usize| settings.class_weights.get(class).copied().unwrap_or(1.0);
        let weight = |row: usize| {
            let of_class = match target {
                Target::Chance(y) => y[row] * class_weight(1) + (1.0 - y[row]) * class_weight(0),
                Target::Classes { ids, .. } => class_weight(usize::from(ids[row])),
                Target::Number(_) => 1.0,
            };
            of_class * weights.map_or(1.0, |weights| weights[row])
        };
        let weights: Vec<f32> = (0..n_rows).map(weight).collect();
        let base = match target {
            Target::Number(y) => {
                let sum = |of: &dyn Fn(usize) -> f64| train.iter().map(|row| of(*row as usize)).sum::<f64>();
                over(
                    sum(&|row| f64::from(weights[row]) * f64::from(y[row])),
                    sum(&|row| f64::from(weights[row])),
                )
            }
            _ => 0.0,
        };
        Self { target, weights, base }
    }

    pub(super) fn n_outputs(&self) -> usize {
        if let Target::Classes { n, .. } = self.target { usize::from(n) } else { 1 }
    }

    /// Whether the target is a probability or a class, not a number.
    pub(super) fn is_class(&self) -> bool {
        !matches!(self.target, Target::Number(_))
    }

    /// The item of a row, counted `times` times.
    pub(super) fn item(&self, row: u32, times: f32) -> Item {
        let at = row as usize;
        let value = match self.target {
            Target::Chance(y) => y[at],
            Target::Number(y) => (f64::from(y[at]) - self.base) as f32,
            Target::Classes { ids, .. } => f32::from(ids[at]),
        };
        Item { row, weight: times * self.weights[at], value }
    }

    /// The true value of `output` for a row.
    pub(super) fn truth(&self, row: usize, output: usize) -> f64 {
        match self.target {
            Target::Chance(y) | Target::Number(y) => f64::from(y[row]),
            Target::Classes { ids, .. } => f64::from(u8::from(usize::from(ids[row]) == output)),
        }
    }
}
