//! Numbers: figures of heads that predict a number.
//!
//! Not here: the formulas (`metrics`).

use super::measured::exact;
use crate::data::Measured as Figure;
use crate::data::{HeadMeasured, Measure, NumbersMeasured};
use floorwalker_learn::evaluate::MeasuredNumbers;
use floorwalker_metrics::{Interval, Resampling, bootstrap_mean};

/// Largest number of rows that are drawn, evenly spaced.
const MAX_PAIRS: usize = 5_000;

/// All figures of one head on its held-out rows.
pub(super) fn measured(head: &MeasuredNumbers, how: Resampling) -> HeadMeasured {
    let report = &head.report;
    let figure = |measure, value, baseline| Figure { measure, value, baseline };
    let mut figures = vec![figure(Measure::Rmse, rmse(head, how), Some(spread(head)))];
    figures.push(figure(Measure::Mae, mae(head, how), None));
    figures.extend(report.r2.map(|r2| figure(Measure::R2, exact(r2), Some(0.0))));
    let n = head.pairs.len().min(MAX_PAIRS);
    HeadMeasured {
        head: head.head.clone(),
        rows: report.n as u64,
        figures,
        classes: None,
        numbers: Some(NumbersMeasured {
            unit: String::new(),
            pairs: (0..n).map(|at| head.pairs[at * head.pairs.len() / n]).collect(),
        }),
    }
}

/// Root mean squared error, with its bootstrap interval.
pub(super) fn rmse(head: &MeasuredNumbers, how: Resampling) -> Interval {
    let squares: Vec<f64> = head.pairs.iter().map(|(truth, said)| (truth - said).powi(2)).collect();
    let root = |mean: Interval| Interval {
        value: mean.value.sqrt(),
        low: mean.low.max(0.0).sqrt(),
        high: mean.high.sqrt(),
    };
    bootstrap_mean(&squares, how).map_or(exact(head.report.rmse), root)
}

/// Root mean squared error of the baseline that always predicts the mean of these rows.
pub(super) fn spread(head: &MeasuredNumbers) -> f64 {
    let n = head.pairs.len().max(1) as f64;
    let mean = head.pairs.iter().map(|pair| pair.0).sum::<f64>() / n;
    (head.pairs.iter().map(|pair| (pair.0 - mean).powi(2)).sum::<f64>() / n).sqrt()
}

fn mae(head: &MeasuredNumbers, how: Resampling) -> Interval {
    let errors: Vec<f64> = head.pairs.iter().map(|(truth, said)| (truth - said).abs()).collect();
    bootstrap_mean(&errors, how).unwrap_or(exact(head.report.mae))
}
