//! Losses: the loss curve of each head during fitting.
//!
//! Not here: the fits (`learn::kinds`).

use crate::data::{LossCurve, LossPoint, Measure};
use floorwalker_learn::kinds::LossMeasure;
use floorwalker_learn::store::HeadPlan;
use floorwalker_learn::train::{Choice, Trained};

/// A curve for each head that is fitted iteratively.
pub(super) fn losses(heads: &[HeadPlan], trained: &Trained) -> Vec<LossCurve> {
    let stepped = |(_, choice): &(&HeadPlan, &Choice)| !choice.losses.is_empty();
    heads.iter().zip(&trained.choices).filter(stepped).map(|(plan, choice)| curve(plan, choice)).collect()
}

fn curve(plan: &HeadPlan, choice: &Choice) -> LossCurve {
    LossCurve {
        head: plan.name.clone(),
        measure: match choice.plan.model.loss_measure() {
            Some(LossMeasure::Hinge) => Measure::Hinge,
            None if plan.is_class() => Measure::LogLoss,
            None => Measure::SquaredError,
        },
        points: choice.losses.iter().copied().map(LossPoint::from).collect(),
        kept: kept(choice),
    }
}

/// The round to which early stopping returned: the first with the smallest validation loss. `None` for other fits, which keep their
/// last step.
fn kept(choice: &Choice) -> Option<usize> {
    if !choice.plan.model.stops_early() {
        return None;
    }
    let judged = choice.losses.iter().filter_map(|loss| Some((loss.step, loss.valid?)));
    let best = judged.reduce(|best, next| if next.1 < best.1 { next } else { best });
    best.map(|(step, _)| step)
}
