//! Filling: what stands for a missing value, learnt from the rows that it may look at.
//!
//! Not here: putting it into a head's encodings, where the page finds it (`train`).

use super::clean::quantile;
use super::column::FeatureColumn;
use super::plan::{CategoryFill, FillRule, MissingPlan};
use serde::Serialize;

/// What stands for the missing values of one feature.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fill {
    /// This number, and whether a column says where it stands for a missing one.
    Number {
        /// Finite.
        value: f32,
        /// True only where a value is missing in the rows looked at.
        indicator: bool,
    },
    /// This category.
    Category(String),
    /// Missing is a category of its own.
    Own,
}

/// What stands for the missing values of `column`, by what `rows` hold. `None` where none of them has a value: the column says
/// nothing and is best left out. Cost: `O(n log n)`.
#[must_use]
pub fn fill(column: &FeatureColumn, rows: &[usize], plan: MissingPlan) -> Option<Fill> {
    let is_any_missing = rows.iter().any(|&row| column.is_missing(row));
    match column {
        FeatureColumn::Number(numbers) => {
            let mut present: Vec<f64> =
                rows.iter().map(|&row| f64::from(numbers[row])).filter(|x| x.is_finite()).collect();
            if present.is_empty() {
                return None;
            }
            let value = match plan.numbers {
                FillRule::Mean => present.iter().sum::<f64>() / present.len() as f64,
                FillRule::Median => {
                    present.sort_unstable_by(f64::total_cmp);
                    quantile(&present, 0.5)
                }
                FillRule::Mode => mode(&mut present),
            };
            Some(Fill::Number { value: value as f32, indicator: plan.indicator && is_any_missing })
        }
        FeatureColumn::Category { codes, names } => {
            let mut counts = vec![0_usize; names.len()];
            for &row in rows {
                if let Some(count) = counts.get_mut(codes[row] as usize) {
                    *count += 1;
                }
            }
            let most = counts.iter().copied().max().filter(|&most| most > 0)?;
            let first = counts.iter().position(|&count| count == most)?;
            Some(match plan.categories {
                CategoryFill::Own => Fill::Own,
                CategoryFill::Mode => Fill::Category(names[first].clone()),
            })
        }
    }
}

/// The most frequent number; of several the least. There must be one.
fn mode(present: &mut [f64]) -> f64 {
    present.sort_unstable_by(f64::total_cmp);
    let (mut best, mut most) = (f64::NAN, 0);
    for run in present.chunk_by(|a, b| a == b) {
        if run.len() > most {
            (best, most) = (run[0], run.len());
        }
    }
    best
}
