//! Races and prediction sets: how the model of each head was chosen, and the coverage of its prediction sets.
//!
//! Not here: choosing (`train`).

use crate::Text;
use crate::data::{Candidate, ConformalRow, ConformalSets, Family, Measure, Race};
use crate::words::kinds;
use floorwalker_learn::store::HeadPlan;
use floorwalker_learn::train::{Baseline, Entrant, Runner, Trained};
use floorwalker_metrics::{Interval, wilson};

/// One race for each head whose candidates were compared on rows; baselines are at its end.
pub(super) fn races(heads: &[HeadPlan], trained: &Trained) -> Vec<Race> {
    let with_trials = heads.iter().zip(&trained.choices).filter(|(_, choice)| choice.n_trials > 0);
    with_trials
        .map(|(plan, choice)| {
            let is_number = plan.is_number();
            let n_classes = trained.measured(plan).map_or(0, |measured| measured.report.classes.len());
            Race {
                head: plan.name.clone(),
                measure: if is_number { Measure::Rmse } else { Measure::LogLoss },
                candidates: choice
                    .entrants
                    .iter()
                    .map(|entrant| candidate(entrant, is_number, n_classes))
                    .collect(),
            }
        })
        .collect()
}

/// One row for each head with prediction sets: the coverage that was asked for, and the coverage that was measured.
pub(super) fn sets(heads: &[HeadPlan], trained: &Trained) -> Vec<ConformalSets> {
    let heads = heads.iter().zip(&trained.sets);
    heads
        .filter_map(|(plan, tally)| {
            let tally = (*tally)?;
            let rows = tally.rows.max(1) as f64;
            let row = ConformalRow {
                asked: plan.choice.coverage,
                measured: wilson(tally.hits, tally.rows)?,
                mean_size: tally.classes as f64 / rows,
                single: Some(tally.single as f64 / rows),
            };
            Some(ConformalSets { head: plan.name.clone(), rows: vec![row] })
        })
        .collect()
}

fn candidate(entrant: &Entrant, is_number: bool, n_classes: usize) -> Candidate {
    let (family, settings) = match &entrant.runner {
        Runner::Model(plan) => {
            (Family::Kind(kinds::name(&plan.model, n_classes)), kinds::settings(&plan.model))
        }
        Runner::Baseline(baseline) => (baseline_family(*baseline, is_number), Text::default()),
    };
    // The loss is a squared error; its root has the unit of the label.
    let root = |loss: Interval| Interval {
        value: loss.value.max(0.0).sqrt(),
        low: loss.low.max(0.0).sqrt(),
        high: loss.high.max(0.0).sqrt(),
    };
    Candidate {
        family,
        settings,
        loss: entrant.loss.map(|loss| if is_number { root(loss) } else { loss }),
        auc: entrant.auc,
        accuracy: entrant.accuracy,
        bytes: entrant.bytes.map(|bytes| bytes as u64),
        verdict: entrant.verdict.clone(),
    }
}

fn baseline_family(baseline: Baseline, is_number: bool) -> Family {
    match baseline {
        Baseline::Majority if is_number => Family::Median,
        Baseline::Majority => Family::Majority,
        Baseline::Prior if is_number => Family::Mean,
        Baseline::Prior => Family::Prior,
        Baseline::LastValue => Family::LastValue,
    }
}
