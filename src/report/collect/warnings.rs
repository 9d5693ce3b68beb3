//! Warnings: problems that preparation found, heads that are no better than a baseline, and sections that were left out.
//!
//! Not here: disparities between groups, which the report adds from their figures.

use super::measured::prior;
use crate::data::{Measure, ReportData, Severity, Warning, WarningKind};
use anyhow::Result;
use floorwalker_finding::text::Text;
use floorwalker_learn::evaluate::evidence::{ByEvidence, Kind};
use floorwalker_learn::train::Trained;

/// Sections that could not be computed.
#[derive(Default)]
pub(super) struct Missed(Vec<Warning>);

impl Missed {
    /// The value of `made`; if it is an error, the default, and a warning. Equal warnings are kept once.
    pub(super) fn keep<T: Default>(&mut self, section: &str, made: Result<T>) -> T {
        made.unwrap_or_else(|error| {
            let text = Text {
                en: format!("section “{section}” was left out: {error:#}"),
                zh: format!("“{section}”部分未能生成：{error:#}"),
            };
            let warning = Warning { severity: Severity::Caution, kind: WarningKind::Other(text) };
            if !self.0.contains(&warning) {
                self.0.push(warning);
            }
            T::default()
        })
    }
}

/// All warnings, not sorted by severity.
pub(super) fn warnings(trained: &Trained, told: &ReportData, missed: Missed) -> Vec<Warning> {
    let mut all: Vec<Warning> = trained.warnings.iter().map(found).collect();
    for (head, told) in trained
        .measured
        .iter()
        .filter_map(|head| Some((head, told.heads.iter().find(|told| told.head == head.head)?)))
    {
        let loss = told.figures.iter().find(|figure| figure.measure == Measure::LogLoss);
        if loss.is_some_and(|loss| loss.value.high >= prior(head)) {
            let kind = WarningKind::NoBetterThanBaseline { head: head.head.clone() };
            all.push(Warning { severity: Severity::Serious, kind });
        }
    }
    for by in &trained.evidence {
        all.extend(by.kinds.iter().filter(|kind| kind.unlearns()).map(|kind| unlearnt(by, kind)));
    }
    all.extend(missed.0);
    all
}

fn unlearnt(by: &ByEvidence, kind: &Kind) -> Warning {
    let Kind { message, events, .. } = kind;
    let points = 100.0 * kind.difference.map_or(0.0, |(value, ..)| value);
    let (en, zh) =
        if *message { ("with a message", "有消息") } else { ("without a message", "无消息") };
    let text = Text {
        en: format!(
            "head `{}` is {points:.1} points worse than the better of its experts {en} and {events} or more events; leave out the \
             weaker expert, or learn from more rows of this kind",
            by.head
        ),
        zh: format!(
            "模型“{}”在{zh}、{events} 次以上行为时，比其中较好的一方低 {:.1} 个百分点；请去掉较弱的一方，或增加此类样本",
            by.head, -points
        ),
    };
    Warning { severity: Severity::Serious, kind: WarningKind::Other(text) }
}

fn found(warning: &floorwalker_finding::Warning) -> Warning {
    let column = warning.column.clone();
    let severity = match warning.severity {
        floorwalker_finding::Severity::Note => Severity::Note,
        floorwalker_finding::Severity::Caution => Severity::Caution,
        floorwalker_finding::Severity::Severe => Severity::Serious,
    };
    let kind = match warning.kind {
        floorwalker_finding::WarningKind::Constant => WarningKind::Constant { column },
        _ => WarningKind::Other(Text {
            en: format!("“{column}” {}; {}", warning.reason.en, warning.remedy.en),
            zh: format!("“{column}”{}；{}", warning.reason.zh, warning.remedy.zh),
        }),
    };
    Warning { severity, kind }
}
