//! Evaluation of heads that predict numbers.
//!
//! Not here: the formulas (`metrics`).

use crate::examples::{Examples, numbers};
use crate::store::HeadPlan;
use anyhow::{Context, Result};
use floorwalker_engine::model::{Model, Scratch};
use floorwalker_metrics::{Regression, regression};
use std::fmt;

/// Predictions and metrics of one head that predicts a number.
#[derive(Clone, Debug)]
pub struct MeasuredNumbers {
    /// Name of the head.
    pub head: String,
    /// Its metrics.
    pub report: Regression,
    /// True and predicted value of each measured row.
    pub pairs: Vec<(f64, f64)>,
    /// Index of each measured row among the examples, `[n_rows]`.
    pub rows: Vec<usize>,
}

impl MeasuredNumbers {
    pub(super) fn new(head: String, pairs: Vec<(f64, f64)>, rows: Vec<usize>) -> Result<Self> {
        let (truth, said): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
        let report = regression(&truth, &said).with_context(|| format!("head `{head}`"))?;
        Ok(Self { head, report, pairs, rows })
    }

    /// The metrics that a model card shows.
    #[must_use]
    pub fn facts(&self, held_out: &str) -> Vec<(String, String)> {
        let fact = |name: &str, value: String| (format!("{}.{name}", self.head), value);
        let mut facts = vec![
            fact("held_out", format!("{held_out}, {} rows", self.report.n)),
            fact("rmse", format!("{:.4}", self.report.rmse)),
            fact("mae", format!("{:.4}", self.report.mae)),
        ];
        facts.extend(self.report.r2.map(|r2| fact("r2", format!("{r2:.4}"))));
        facts
    }
}

impl fmt::Display for MeasuredNumbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Regression { n, r2, rmse, mae } = self.report;
        let r2 = r2.map_or_else(|| "-".to_owned(), |r2| format!("{r2:.4}"));
        writeln!(f, "rows      {n}")?;
        write!(f, "r2        {r2}   rmse {rmse:.4}   mae {mae:.4}")
    }
}

/// Measures every head that predicts a number, on the rows that have its label.
pub(super) fn evaluate(
    model: &Model,
    heads: &[HeadPlan],
    examples: &Examples,
    rows: &[usize],
) -> Result<Vec<MeasuredNumbers>> {
    let mut scratch = Scratch::default();
    let mut measured = Vec::new();
    for plan in heads.iter().filter(|plan| plan.is_number()) {
        let Some(at) = model.head(&plan.name) else { continue };
        let truths = numbers(&plan.label, &examples.labels[&plan.label], examples)?;
        let (mut pairs, mut found) = (Vec::new(), Vec::new());
        for &row in rows.iter().filter(|&&row| !truths[row].is_nan()) {
            if let [said] = model.evaluate(examples.seen(row), &mut scratch).scores[at].probabilities[..] {
                pairs.push((f64::from(truths[row]), f64::from(said)));
                found.push(row);
            }
        }
        measured.push(MeasuredNumbers::new(plan.name.clone(), pairs, found)?);
    }
    Ok(measured)
}
