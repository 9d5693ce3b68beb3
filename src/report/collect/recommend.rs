//! The race of the recommender's methods.

use crate::data::{RankedMethod, Recommendation};
use floorwalker_metrics::{Interval, grouped_interval};
use floorwalker_ranking::{Built, Score};
use floorwalker_retrieval::Signal;

/// The report's data for a recommender.
#[must_use]
pub fn recommendation(built: &Built) -> Recommendation {
    let method = |score: &Score| {
        let interval = |values: Vec<f64>| {
            grouped_interval(&values, &built.sessions).unwrap_or_else(|| {
                let value = values.iter().sum::<f64>() / values.len().max(1) as f64;
                Interval { value, low: value, high: value }
            })
        };
        RankedMethod {
            name: score.method.name.to_owned(),
            mrr: interval(score.reciprocal_ranks()),
            hit_rate: interval(score.hits()),
            coverage: score.coverage,
            novelty: score.novelty,
            diversity: score.diversity,
            popularity: score.popularity,
        }
    };
    let weights = Signal::ALL.into_iter().zip(&built.def.weights).filter(|(_, weight)| **weight != 0.0);
    Recommendation {
        steps: built.sessions.len() as u64,
        sessions: built.sessions.last().map_or(0, |last| u64::from(*last) + 1),
        methods: built.race.iter().map(method).collect(),
        weights: weights.map(|(signal, weight)| (signal.name().to_owned(), f64::from(*weight))).collect(),
        bundles: built.bundles.iter().map(|(titles, count)| (titles.clone(), u64::from(*count))).collect(),
        baskets: u64::from(built.def.baskets),
    }
}
