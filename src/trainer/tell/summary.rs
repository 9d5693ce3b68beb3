//! Summary: the five lines' data. They are about the last head, which is the one that earlier heads lead up to.
//!
//! Not here: the warning among them (`warnings`).

use super::measured::{against, exact};
use crate::config::{ModelKind, Store};
use crate::measure::Measured;
use crate::metrics::{Interval, Resampling, accuracy_interval, auc_interval};
use crate::report::data::{Family, Measure, Summary, Text, Verdict};
use crate::train::Trained;
use anyhow::{Context, Result};

/// What the five lines say. `bytes` is what the page fetches, compressed.
///
/// # Errors
///
/// A training without heads.
pub(super) fn summary(store: &Store, trained: &Trained, bytes: u64, how: Resampling) -> Result<Summary> {
    let last = trained.measured.last().context("no head was measured")?;
    let (plan, choice) = store.heads.last().zip(trained.choices.last()).context("no head was fitted")?;
    let (measure, score, baseline) = headline(last, how);
    let predicts = match &last.report.classes[..] {
        [_, positive] => format!("{} = {positive}", plan.label),
        classes => format!("{}, {} classes", plan.label, classes.len()),
    };
    Ok(Summary {
        predicts,
        family: family(choice.chosen, last.report.classes.len()),
        settings: Text::default(),
        verdict: if choice.tried.len() > 1 { Verdict::Best } else { Verdict::Asked },
        measure,
        score,
        baseline,
        rows: last.report.n_rows as u64,
        bytes: Some(bytes),
    })
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
    }
}
