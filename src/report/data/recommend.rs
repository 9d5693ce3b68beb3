//! Recommendation: how methods rank, and what is bought together.

use floorwalker_metrics::Interval;
use serde::Serialize;

/// How items are recommended.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Recommendation {
    /// Steps on which the methods were measured.
    pub steps: u64,
    /// Sessions of these steps.
    pub sessions: u64,
    /// The methods; the last one is the blend.
    pub methods: Vec<RankedMethod>,
    /// The weights of the blend's signals, in logits for a unit of the signal.
    pub weights: Vec<(String, f64)>,
    /// What is bought together most often: titles or ids, and the number of baskets.
    pub bundles: Vec<(Vec<String>, u64)>,
    /// Number of baskets.
    pub baskets: u64,
}

/// A method that ranks items.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RankedMethod {
    /// Its name: one of those of `floorwalker_ranking::Method`.
    pub name: String,
    /// Mean of 1 / rank of the next item within the first 20.
    pub mrr: Interval,
    /// Share of steps whose next item is among the first 20.
    pub hit_rate: Interval,
    /// Share of the items that are shown.
    pub coverage: f64,
    /// Mean surprise of a shown item, in bits.
    pub novelty: f64,
    /// 1 − mean likeness of two shown items.
    pub diversity: f64,
    /// How popular shown items are, relative to those that came next.
    pub popularity: f64,
}
