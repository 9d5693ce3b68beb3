//! How early a purchase is foreseen: AUC of the head `abandonment` after so many events of a session.

use super::states::{AFTER, States};
use anyhow::Result;
use floorwalker_engine::model::{Model, Scratch};
use floorwalker_metrics::{Interval, Resampling, auc_interval};

/// Resamples of an interval, and their seed.
pub(super) const HOW: Resampling = Resampling { resamples: 400, seed: 42 };

/// One point of the curve.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Early {
    /// After how many events of the session; `None`: before the purchase, or the end.
    pub n: Option<u32>,
    /// Sessions of test shoppers that were that long.
    pub n_rows: usize,
    /// How many of them ended with a purchase.
    pub n_bought: usize,
    /// AUC, with its 95 % interval.
    pub auc: Interval,
}

/// The curve on test shoppers.
pub(super) fn curve(states: &States, model: &Model) -> Result<Vec<Early>> {
    let mut curve = Vec::new();
    for n in AFTER.into_iter().map(Some).chain([None]) {
        let rows = states.where_(&states.split.test, |state| match n {
            Some(n) => state.n == n && !state.has_bought,
            None => state.is_final,
        });
        let (positive, scores, _) = scored(states, model, &rows, "abandonment", "leaves");
        let n_bought = positive.iter().filter(|leaves| !**leaves).count();
        if let Some(auc) = auc_interval(&positive, &scores, HOW) {
            curve.push(Early { n, n_rows: positive.len(), n_bought, auc });
        }
    }
    Ok(curve)
}

/// For those of `rows` whose label is known: whether it is `positive`, the score of the model's head, and the row.
pub(super) fn scored(
    states: &States,
    model: &Model,
    rows: &[usize],
    label: &str,
    positive: &str,
) -> (Vec<bool>, Vec<f32>, Vec<usize>) {
    let labels = &states.rows.labels[label];
    let known: Vec<usize> = rows.iter().copied().filter(|row| labels[*row].is_some()).collect();
    let is_positive = known.iter().map(|row| labels[*row].as_deref() == Some(positive)).collect();
    (is_positive, probabilities(states, model, &known), known)
}

/// The first probability of the model's head for each row.
pub(super) fn probabilities(states: &States, model: &Model, rows: &[usize]) -> Vec<f32> {
    let mut scratch = Scratch::default();
    let mut of = |row: &usize| {
        let found = model.evaluate(states.rows.seen(*row), &mut scratch);
        found.scores.first().and_then(|scores| scores.probabilities.first()).copied().unwrap_or(0.0)
    };
    rows.iter().map(&mut of).collect()
}
