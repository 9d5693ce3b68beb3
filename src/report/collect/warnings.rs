//! Warnings: problems that preparation found, heads that are no better than a baseline, and sections that were left out.
//!
//! Not here: disparities between groups, which the report adds from their figures.

use super::measured::prior;
use crate::data::{Measure, ReportData};
use anyhow::Result;
use floorwalker_finding::{Finding, Kind};
use floorwalker_learn::evaluate::evidence::{self, ByEvidence};
use floorwalker_learn::train::Trained;

/// Sections that could not be computed.
#[derive(Default)]
pub(super) struct Missed(Vec<Finding>);

impl Missed {
    /// The value of `made`; if it is an error, the default, and a warning. Equal warnings are kept once.
    pub(super) fn keep<T: Default>(&mut self, section: &str, made: Result<T>) -> T {
        made.unwrap_or_else(|error| {
            let warning = Finding::new(section, Kind::LeftOut { error: format!("{error:#}") });
            if !self.0.contains(&warning) {
                self.0.push(warning);
            }
            T::default()
        })
    }
}

/// All warnings, not sorted by severity.
pub(super) fn warnings(trained: &Trained, told: &ReportData, missed: Missed) -> Vec<Finding> {
    let mut all: Vec<Finding> = trained.warnings.clone();
    for (head, told) in trained
        .measured
        .iter()
        .filter_map(|head| Some((head, told.heads.iter().find(|told| told.head == head.head)?)))
    {
        let loss = told.figures.iter().find(|figure| figure.measure == Measure::LogLoss);
        if loss.is_some_and(|loss| loss.value.high >= prior(head)) {
            all.push(Finding::new(&head.head, Kind::NoBetterThanBaseline));
        }
    }
    for by in &trained.evidence {
        all.extend(by.kinds.iter().filter(|kind| kind.unlearns()).map(|kind| unlearnt(by, kind)));
    }
    all.extend(missed.0);
    all
}

fn unlearnt(by: &ByEvidence, kind: &evidence::Kind) -> Finding {
    let difference = kind.difference.map_or(0.0, |(value, ..)| value);
    let found = Kind::WorseThanExpert { has_message: kind.message, events: kind.events, difference };
    Finding::new(&by.head, found)
}
