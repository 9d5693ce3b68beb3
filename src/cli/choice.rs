//! Lines for the terminal on how the model of a head was chosen.
//!
//! Not here: choosing (`train`), the report (`report`).

use floorwalker_learn::evaluate::evidence::{ByEvidence, FEW};
use floorwalker_learn::prepare::Step;
use floorwalker_learn::train::{Baseline, Choice, Entrant, Runner, Verdict};
use floorwalker_report::model_settings;

/// A table of the candidate models, best first, and of the calibrations that were tried; empty when there were no rows to compare
/// them on.
pub(super) fn lines(choice: &Choice) -> Vec<String> {
    let mut entrants: Vec<&Entrant> = choice.entrants.iter().collect();
    entrants.sort_by(|a, b| loss(a).total_cmp(&loss(b)));
    let by = match choice.n_trials {
        0 => return Vec::new(),
        1 => "validation rows".to_owned(),
        n => format!("{n} folds"),
    };
    let is_number = choice.plan.is_number();
    let head = if is_number { "rmse" } else { "loss" };
    let mut lines = vec![format!("by {by}: {:<38} {head:>18}  {:>7}  {:>8}", "", "auc", "bytes")];
    for entrant in entrants {
        let loss = entrant.loss.map_or_else(
            || "-".to_owned(),
            |loss| match is_number {
                // The loss is a squared error; its root has the unit of the label.
                true => format!("{:.4e}", loss.value.max(0.0).sqrt()),
                false => format!("{:.4} ± {:.4}", loss.value, (loss.high - loss.low) / 2.0),
            },
        );
        let auc = entrant.auc.map_or_else(|| "-".to_owned(), |auc| format!("{auc:.4}"));
        let bytes = entrant.bytes.map_or_else(|| "-".to_owned(), |bytes| bytes.to_string());
        lines.push(format!(
            "  {:<46} {loss:>18}  {auc:>7}  {bytes:>8}  {}",
            name(&entrant.runner, is_number),
            words(&entrant.verdict)
        ));
    }
    if !choice.calibration.1.is_empty() {
        let tried: Vec<String> = choice
            .calibration
            .1
            .iter()
            .map(|(method, loss)| format!("{method:?} {loss:.4}").to_lowercase())
            .collect();
        lines.push(
            format!("calibration: {:?}   of {}", choice.calibration.0, tried.join(", "))
                .replace("None", "none"),
        );
    }
    if let Some(scope) = &choice.scope {
        let (kept, caught) = scope.at(scope.threshold);
        lines.push(format!(
            "out of scope: auroc {:.4} by {}; threshold {:.3}, which keeps {:.1} % of the messages in scope and detects {:.1} % of the others",
            scope.auroc,
            scope.signs,
            scope.threshold,
            100.0 * kept,
            100.0 * caught
        ));
        if scope.by_wording {
            lines.push(
                "out of scope: most messages are near-duplicates of others, so whole groups of similar messages were held out to \
                 find the threshold; to find it on messages that people wrote, name a file of them in [data] calibration"
                    .to_owned(),
            );
        }
    }
    lines
}

/// The accuracy of a fusion for each kind of evidence (with or without a message, number of events), beside that of its experts.
pub(super) fn by_evidence(by: &ByEvidence) -> Vec<String> {
    let experts: String = by.experts.iter().map(|expert| format!("  {expert:>8.8}")).collect();
    let mut lines = vec![
        String::new(),
        format!(
            "{} by evidence            rows  accuracy{experts}  difference (95 %, one-sided)   coverage",
            by.head
        ),
    ];
    for kind in &by.kinds {
        let experts: String = kind.experts.iter().map(|share| format!("  {:>7.1}%", 100.0 * share)).collect();
        let difference = match kind.difference {
            Some((value, low, high)) => {
                format!("{:+.1} [{:+.1}, {:+.1}]", 100.0 * value, 100.0 * low, 100.0 * high)
            }
            None => "-".to_owned(),
        };
        let note = match (kind.unlearns(), kind.rows < FEW) {
            (true, _) => "   worse than one of its experts alone",
            (_, true) => "   too few rows to judge",
            _ => "",
        };
        lines.push(format!(
            "  {:<10} events {:>2}+  {:>6}  {:>7.1}%{experts}  {difference:<26}  {:>7.1}%{note}",
            if kind.message { "message" } else { "no message" },
            kind.events,
            kind.rows,
            100.0 * kind.accuracy,
            100.0 * kind.coverage
        ));
    }
    lines
}

/// What one cleaning step did.
pub(super) fn cleaned(step: &Step) -> String {
    let column = step.column.as_ref().map_or(String::new(), |column| format!("`{column}` "));
    let lines: Vec<String> = step.first_lines.iter().map(ToString::to_string).collect();
    format!(
        "cleaned: {column}{}: {} {} rows, first on line {}",
        step.rule,
        step.action,
        step.n_rows,
        lines.join(", ")
    )
}

fn loss(entrant: &Entrant) -> f64 {
    entrant.loss.map_or(f64::INFINITY, |loss| loss.value)
}

fn name(runner: &Runner, is_number: bool) -> String {
    let baseline = match runner {
        Runner::Model(plan) => {
            // `trees, 15 leaves, rate 0.05`
            let settings = model_settings(&plan.model).en;
            let comma = if settings.is_empty() { "" } else { ", " };
            return format!("{}{comma}{settings}", plan.model.name());
        }
        Runner::Baseline(Baseline::Majority) if is_number => "always the median",
        Runner::Baseline(Baseline::Majority) => "always the majority class",
        Runner::Baseline(Baseline::Prior) if is_number => "always the mean",
        Runner::Baseline(Baseline::Prior) => "the class shares",
        Runner::Baseline(Baseline::LastValue) => "the last value",
    };
    baseline.to_owned()
}

fn words(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Smallest => "chosen: the smallest within one standard error".to_owned(),
        Verdict::Best => "chosen: the smallest loss".to_owned(),
        Verdict::Asked => "named in the store".to_owned(),
        Verdict::Larger => "within one standard error, but larger".to_owned(),
        Verdict::Worse => "worse".to_owned(),
        Verdict::OverBudget => "over max_bytes".to_owned(),
        Verdict::Stopped => "stopped early".to_owned(),
        Verdict::Baseline => "baseline".to_owned(),
        Verdict::Failed(why) => format!("failed: {why}"),
    }
}
