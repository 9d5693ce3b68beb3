//! Summary: the data of the five lines. They are about the last head with a label, which earlier heads serve as inputs.
//!
//! Not here: the warning among them (`warnings`).

use super::measured::{against, exact};
use super::numbers;
use crate::data::{Family, Measure, Summary, Verdict};
use crate::words::kinds;
use floorwalker_learn::evaluate::Measured;
use floorwalker_learn::store::HeadPlan;
use floorwalker_learn::train::Trained;
use floorwalker_metrics::{Interval, Resampling, accuracy_interval, auc_interval};

/// The data of the five lines; `None` without heads. `bytes` is the compressed size that the page fetches.
pub(super) fn summary(heads: &[HeadPlan], trained: &Trained, bytes: u64, how: Resampling) -> Option<Summary> {
    let (plan, choice) = heads.iter().zip(&trained.choices).next_back()?;
    let labelled = heads.iter().zip(&trained.choices).rfind(|(plan, _)| plan.has_label());
    let (plan, choice) = labelled.unwrap_or((plan, choice));
    let (mut predicts, mut n_classes, mut rows) = (plan.label.clone(), 0, 0);
    let (mut measure, mut score, mut baseline) = (Measure::Accuracy, exact(f64::NAN), f64::NAN);
    if let Some(head) = trained.measured(plan) {
        (measure, score, baseline) = headline(head, how);
        (n_classes, rows) = (head.report.classes.len(), head.report.n_rows);
        if let [_, positive] = &head.report.classes[..] {
            predicts = format!("{} = {positive}", plan.label);
        }
    } else if let Some(head) = trained.numbers(plan) {
        (measure, score, baseline) = (Measure::Rmse, numbers::rmse(head, how), numbers::spread(head));
        rows = head.report.n;
    } else {
        // A head of clusters predicts no label, so nothing was measured.
        predicts.clone_from(&plan.name);
    }
    let verdict = choice.entrants.iter().map(|entrant| &entrant.verdict).find(|verdict| verdict.is_chosen());
    Some(Summary {
        predicts,
        n_classes: n_classes as u64,
        family: Family::Kind(kinds::name(&choice.plan.model, n_classes)),
        settings: kinds::settings(&choice.plan.model),
        verdict: verdict.cloned().unwrap_or(Verdict::Asked),
        measure,
        score,
        baseline,
        rows: rows as u64,
        bytes: Some(bytes),
    })
}

/// The headline figure with the baseline's: AUC for two classes, accuracy for more. The baseline always predicts the same.
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
