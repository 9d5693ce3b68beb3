//! Measured: figures, curves, tables and costs of each head that predicts classes, on held-out rows.
//!
//! Not here: the formulas (`metrics`).

use crate::data::Measured as Figure;
use crate::data::{Calibration, ClassScore, ClassesMeasured, HeadMeasured, Measure, Ranking, ScoreSpread};
use anyhow::Result;
use floorwalker_learn::evaluate::Measured;
use floorwalker_learn::store::HeadPlan;
use floorwalker_learn::train::Choice;
use floorwalker_metrics::{
    CostCurve, Interval, Resampling, accuracy_interval, argmax, auc_interval, average_precision, cost_curve,
    histogram_in, log_loss, log_loss_interval, pr_points, reliability, roc_points,
};

/// Number of bins of a reliability diagram and of a histogram of probabilities.
const N_BINS: usize = 12;

/// All figures and curves of one head on its held-out rows.
///
/// # Errors
///
/// Costs from which no threshold can be computed.
pub(super) fn measured(
    head: &Measured,
    plan: &HeadPlan,
    choice: &Choice,
    how: Resampling,
) -> Result<HeadMeasured> {
    let report = &head.report;
    let (y, p, n_classes) = (head.y(), head.p(), report.classes.len());
    let prior = prior(head);
    let figure = |measure, value, baseline| Figure { measure, value, baseline };
    let mut figures = vec![
        figure(
            Measure::LogLoss,
            log_loss_interval(y, p, n_classes, how).unwrap_or(exact(report.log_loss)),
            Some(prior),
        ),
        figure(
            Measure::Accuracy,
            accuracy_interval(y, p, n_classes, how).unwrap_or(exact(report.accuracy)),
            Some(report.majority),
        ),
        figure(Measure::MacroF1, exact(report.means.macro_.f1), None),
        figure(Measure::Brier, exact(report.brier), None),
        figure(Measure::CalibrationError, exact(report.expected_calibration_error), None),
    ];
    let classes = classes(head, plan, choice, how)?;
    let auc = classes.rankings.first().filter(|_| n_classes == 2).and_then(|ranking| ranking.auc);
    figures.extend(report.auc.map(|whole| figure(Measure::Auc, auc.unwrap_or(exact(whole)), Some(0.5))));
    Ok(HeadMeasured {
        head: head.head.clone(),
        rows: report.n_rows as u64,
        figures,
        classes: Some(classes),
        numbers: None,
    })
}

/// Tables and curves: for the positive class if there are two classes, else for the three largest.
fn classes(head: &Measured, plan: &HeadPlan, choice: &Choice, how: Resampling) -> Result<ClassesMeasured> {
    let report = &head.report;
    let n = report.classes.len();
    let shown = shown(head);
    let ranking = |&class: &usize| {
        let (positive, scores) = against(head, class);
        Ranking {
            class: report.classes[class].clone(),
            roc: roc_points(&positive, &scores),
            auc: auc_interval(&positive, &scores, how),
            pr: pr_points(&positive, &scores),
            average_precision: average_precision(&positive, &scores),
            prevalence: report.per_class[class].support as f64 / report.n_rows as f64,
        }
    };
    let spread = |(class, name): (usize, &String)| {
        let column = if n == 2 { 1 } else { class };
        let rows = head.y().iter().zip(head.p().chunks_exact(n));
        let values: Vec<f64> =
            rows.filter(|(y, _)| **y as usize == class).map(|(_, row)| f64::from(row[column])).collect();
        let histogram = histogram_in(&values, 0.0, 1.0, N_BINS)?;
        Some(ScoreSpread { class: name.clone(), histogram })
    };
    let cost = match n {
        2 => Some(cost(head, plan)?),
        _ => None,
    };
    let named = |(name, scores): (&String, &floorwalker_metrics::ClassScores)| ClassScore {
        class: name.clone(),
        precision: scores.precision,
        recall: scores.recall,
        f1: scores.f1,
        rows: scores.support,
    };
    Ok(ClassesMeasured {
        classes: report.classes.clone(),
        per_class: report.classes.iter().zip(&report.per_class).map(named).collect(),
        confusion: Some(report.confusion.clone()),
        rankings: shown.iter().map(ranking).collect(),
        calibration: vec![calibration(head)],
        threshold: if n == 2 { Some(threshold(plan, choice)?) } else { None },
        cost,
        spreads: if n <= 3 {
            report.classes.iter().enumerate().filter_map(spread).collect()
        } else {
            Vec::new()
        },
    })
}

/// A figure without an interval.
pub(super) fn exact(value: f64) -> Interval {
    Interval { value, low: value, high: value }
}

/// One against the rest: whether each row is of `class`, and its probability of that class.
pub(super) fn against(head: &Measured, class: usize) -> (Vec<bool>, Vec<f32>) {
    let n_classes = head.report.classes.len();
    let positive = head.y().iter().map(|&y| y as usize == class).collect();
    (positive, head.p().iter().skip(class).step_by(n_classes).copied().collect())
}

/// The reliability diagram: of the positive class if there are two classes, else of each row's most probable class, because a single
/// one of many classes is predicted too rarely for a diagram of its own.
fn calibration(head: &Measured) -> Calibration {
    let n = head.report.classes.len();
    if n == 2 {
        let (positive, p) = against(head, 1);
        return Calibration {
            class: Some(head.report.classes[1].clone()),
            bins: reliability(&positive, &p, N_BINS),
        };
    }
    let said = head.p().chunks_exact(n).map(|row| (argmax(row), row[argmax(row)]));
    let (right, p): (Vec<bool>, Vec<f32>) =
        head.y().iter().zip(said).map(|(&y, (class, p))| (y as usize == class, p)).unzip();
    Calibration { class: None, bins: reliability(&right, &p, N_BINS) }
}

/// The classes that get curves of their own: the positive one if there are two, else the three largest.
pub(super) fn shown(head: &Measured) -> Vec<usize> {
    let n = head.report.classes.len();
    let mut shown: Vec<usize> = if n == 2 { vec![1] } else { (0..n).collect() };
    shown.sort_by_key(|&class| std::cmp::Reverse(head.report.per_class[class].support));
    shown.truncate(3);
    shown
}

/// Log loss of the baseline that predicts the class shares for every row, in nats a row.
pub(super) fn prior(head: &Measured) -> f64 {
    let report = &head.report;
    let shares: Vec<f32> =
        report.per_class.iter().map(|class| class.support as f32 / report.n_rows as f32).collect();
    log_loss(head.y(), &shares.repeat(head.y().len()), report.classes.len())
}

/// The threshold of a head with two classes: the cheapest on the rows on which it was chosen. If there were none, or selecting a row
/// never paid, the optimal threshold for calibrated probabilities, computed from the costs.
///
/// # Errors
///
/// Costs in which an error does not cost more than a correct decision.
pub(super) fn threshold(plan: &HeadPlan, choice: &Choice) -> Result<f64> {
    match choice.threshold {
        Some(threshold) if threshold.is_finite() => Ok(threshold),
        _ => plan.costs.unwrap_or_default().theory(),
    }
}

fn cost(head: &Measured, plan: &HeadPlan) -> Result<CostCurve> {
    let (positive, p) = against(head, 1);
    cost_curve(&positive, &p, plan.costs.unwrap_or_default())
}
