//! Telling: what a training came to, as the report's plain data.
//!
//! The first line is about the last head, which is the one that earlier heads lead up to.
//!
//! Not here: how it looks (`report`), the formulas (`metrics`).

use crate::config::{ModelKind, Store};
use crate::measure::Measured;
use crate::metrics::{
    Interval, Resampling, accuracy_interval, auc_interval, average_precision, histogram_in, log_loss,
    log_loss_interval, pr_points, reliability, roc_points,
};
use crate::prepare;
use crate::report::data::Measured as Figure;
use crate::report::data::{
    Calibration, Card, ClassScore, ClassesMeasured, Family, HeadMeasured, Measure, Ranking, ReportData,
    ScoreSpread, Severity, Summary, Text, Verdict, Warning, WarningKind,
};
use crate::train::{Fate, Trained};
use anyhow::{Context, Result};

/// Resamples of a bootstrap interval.
const RESAMPLES: u32 = 400;
/// Bins of a reliability diagram and of a histogram of probabilities.
const N_BINS: usize = 12;

/// The report's data for `trained`, which `store` asked for. `bytes` is what the page fetches, compressed.
///
/// # Errors
///
/// A training without heads.
pub fn tell(store: &Store, trained: &Trained, bytes: u64) -> Result<ReportData> {
    let how = Resampling { resamples: RESAMPLES, seed: store.seed };
    let last = trained.measured.last().context("no head was measured")?;
    let (plan, choice) = store.heads.last().zip(trained.choices.last()).context("no head was fitted")?;
    let (measure, score, baseline) = headline(last, how);
    let predicts = match &last.report.classes[..] {
        [_, positive] => format!("{} = {positive}", plan.label),
        classes => format!("{}, {} classes", plan.label, classes.len()),
    };
    Ok(ReportData {
        title: store.name.clone(),
        summary: Summary {
            predicts,
            family: family(choice.plan.model, last.report.classes.len()),
            settings: Text::default(),
            verdict: match choice.entrants.iter().find_map(|entrant| match entrant.fate {
                Fate::Smallest => Some(Verdict::Smallest),
                Fate::Best => Some(Verdict::Best),
                _ => None,
            }) {
                Some(verdict) => verdict,
                None => Verdict::Asked,
            },
            measure,
            score,
            baseline,
            rows: last.report.n_rows as u64,
            bytes: Some(bytes),
        },
        warnings: trained.warnings.iter().map(warning).collect(),
        profile: None,
        races: Vec::new(),
        losses: Vec::new(),
        heads: trained.measured.iter().map(|head| measured(head, how)).collect(),
        importance: Vec::new(),
        effects: Vec::new(),
        clusters: Vec::new(),
        fairness: Vec::new(),
        cases: Vec::new(),
        conformal: Vec::new(),
        card: Some(Card {
            facts: trained.bundle.facts.clone(),
            seed: Some(store.seed),
            versions: vec![("floorwalker".to_owned(), env!("CARGO_PKG_VERSION").to_owned())],
            ..Card::default()
        }),
    })
}

fn exact(value: f64) -> Interval {
    Interval { value, low: value, high: value }
}

/// AUC for two classes, accuracy for more, with what saying always the same reaches.
fn headline(head: &Measured, how: Resampling) -> (Measure, Interval, f64) {
    let report = &head.report;
    if let ([_, _], Some(auc)) = (&report.classes[..], report.auc) {
        let (positive, scores) = against(head, 1);
        (Measure::Auc, auc_interval(&positive, &scores, how).unwrap_or(exact(auc)), 0.5)
    } else {
        let interval = accuracy_interval(head.y(), head.p(), report.classes.len(), how);
        (Measure::Accuracy, interval.unwrap_or(exact(report.accuracy)), report.majority)
    }
}

fn family(kind: ModelKind, n_classes: usize) -> Family {
    match kind {
        ModelKind::Logistic if n_classes > 2 => Family::Softmax,
        ModelKind::Logistic | ModelKind::Auto => Family::Logistic,
        ModelKind::Linear => Family::LinearRegression,
        ModelKind::Ridge => Family::Ridge,
        ModelKind::Lasso => Family::Lasso,
        ModelKind::ElasticNet => Family::ElasticNet,
        ModelKind::Trees => Family::Boosting,
        ModelKind::Text => Family::Text,
        ModelKind::Bayes => Family::Other("naive Bayes".to_owned()),
        ModelKind::Tree => Family::DecisionTree,
        ModelKind::Forest => Family::RandomForest,
        ModelKind::ExtraTrees => Family::ExtraTrees,
        ModelKind::Mlp => Family::Perceptron,
        ModelKind::LinearSvm => Family::LinearSvm,
        ModelKind::Svm => Family::KernelSvm,
        ModelKind::Neighbours => Family::Neighbours,
        ModelKind::KMeans => Family::KMeans,
        ModelKind::Dbscan => Family::Dbscan,
        ModelKind::Agglomerative => Family::Agglomerative,
        ModelKind::Hidden => Family::Perceptron,
    }
}

/// Whether each row is of `class`, and the probability that it is.
fn against(head: &Measured, class: usize) -> (Vec<bool>, Vec<f32>) {
    let n_classes = head.report.classes.len();
    let positive = head.y().iter().map(|&y| y as usize == class).collect();
    (positive, head.p().iter().skip(class).step_by(n_classes).copied().collect())
}

fn measured(head: &Measured, how: Resampling) -> HeadMeasured {
    let report = &head.report;
    let (y, p, n_classes) = (head.y(), head.p(), report.classes.len());
    // What the prior alone would lose: the shares of the classes, said of every row.
    let shares: Vec<f32> =
        report.per_class.iter().map(|class| class.support as f32 / report.n_rows as f32).collect();
    let prior = log_loss(y, &shares.repeat(y.len()), n_classes);
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
    figures.extend(report.auc.map(|auc| figure(Measure::Auc, exact(auc), Some(0.5))));
    HeadMeasured {
        head: head.head.clone(),
        rows: report.n_rows as u64,
        figures,
        classes: Some(classes(head, how)),
        numbers: None,
    }
}

/// Tables and curves; of two classes those of the positive one, of more those of the largest three.
fn classes(head: &Measured, how: Resampling) -> ClassesMeasured {
    let report = &head.report;
    let n = report.classes.len();
    let mut shown: Vec<usize> = if n == 2 { vec![1] } else { (0..n).collect() };
    shown.sort_by_key(|&class| std::cmp::Reverse(report.per_class[class].support));
    shown.truncate(3);
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
    let calibration = |&class: &usize| {
        let (positive, scores) = against(head, class);
        Calibration { class: report.classes[class].clone(), bins: reliability(&positive, &scores, N_BINS) }
    };
    let spread = |(class, name): (usize, &String)| {
        let column = if n == 2 { 1 } else { class };
        let rows = head.y().iter().zip(head.p().chunks_exact(n));
        let values: Vec<f64> =
            rows.filter(|(y, _)| **y as usize == class).map(|(_, row)| f64::from(row[column])).collect();
        let histogram = histogram_in(&values, 0.0, 1.0, N_BINS)?;
        Some(ScoreSpread { class: name.clone(), histogram })
    };
    let named = |(name, scores): (&String, &crate::metrics::ClassScores)| ClassScore {
        class: name.clone(),
        precision: scores.precision,
        recall: scores.recall,
        f1: scores.f1,
        rows: scores.support,
    };
    ClassesMeasured {
        classes: report.classes.clone(),
        per_class: report.classes.iter().zip(&report.per_class).map(named).collect(),
        confusion: Some(report.confusion.clone()),
        rankings: shown.iter().map(ranking).collect(),
        calibration: shown.iter().map(calibration).collect(),
        cost: None,
        threshold: None,
        spreads: if n <= 3 {
            report.classes.iter().enumerate().filter_map(spread).collect()
        } else {
            Vec::new()
        },
    }
}

fn warning(warning: &prepare::Warning) -> Warning {
    Warning {
        severity: match warning.severity {
            prepare::Severity::Note => Severity::Note,
            prepare::Severity::Caution => Severity::Caution,
            prepare::Severity::Severe => Severity::Serious,
        },
        kind: WarningKind::Other(Text::from(
            format!("{} {}; {}", warning.column, warning.reason, warning.remedy).as_str(),
        )),
    }
}
