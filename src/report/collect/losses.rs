//! Losses: how the loss of each head fell while it was fitted.
//!
//! Not here: the fits (`learn::kinds`).

use crate::data::{LossCurve, LossPoint, Measure};
use floorwalker_learn::kinds::LossMeasure;
use floorwalker_learn::store::HeadPlan;
use floorwalker_learn::train::{Choice, Trained};

/// A curve for each head whose fit goes in steps.
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

/// The round that early stopping went back to: the first of the least validation loss. Other fits keep their last step.
fn kept(choice: &Choice) -> Option<usize> {
    if !choice.plan.model.stops_early() {
        return None;
    }
    let judged = choice.losses.iter().filter_map(|loss| Some((loss.step, loss.valid?)));
    let best = judged.reduce(|best, next| if next.1 < best.1 { next } else { best });
    best.map(|(step, _)| step)
}
