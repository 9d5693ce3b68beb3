//! Scored: the second stage of routing. The score of each queue, their ranking, and how far the best candidate is ahead.
//!
//! Not here: what a strategy computes (`strategy`), random draws (`drawn`).

use super::Policy;
use super::standing::Standing;
use super::strategy::View;
use crate::list::fill;
use crate::order;
use alloc::vec::Vec;

/// Scores of the queues, without any random part.
#[derive(Clone, Debug, Default)]
pub struct Scored {
    /// Score of each queue, in declared order.
    pub scores: Vec<f32>,
    /// Indices of all queues: candidates first, then other open queues, then closed ones; each group by falling score.
    pub ranking: Vec<usize>,
    /// The best candidate's score minus the second best's; the best score if it is the only candidate, 0 if there is none.
    pub margin: f32,
    /// Sort keys of the queues.
    keys: Vec<u64>,
}

impl Policy {
    /// Scores the queues, and ranks them.
    pub(super) fn score(&self, view: &View<'_>, out: &mut Scored) {
        self.scores(view, &mut out.scores);
        let Scored { scores, ranking, keys, .. } = out;
        // A sort key per queue: class, then score from high to low, then index.
        keys.clear();
        fill(
            keys,
            scores.iter().zip(&view.eligible.standings).enumerate().map(|(queue, (score, standing))| {
                let class = match standing {
                    Standing::Candidate => 0,
                    standing if standing.is_shut() => 2,
                    _ => 1,
                };
                let bits = score.to_bits();
                // The order of `f32::total_cmp`, reversed.
                let falling = if bits >> 31 == 1 { bits } else { !(bits | 1 << 31) };
                class << 62 | u64::from(falling) << 16 | queue as u64
            }),
        );
        order::sort(keys, |a, b| a < b);
        ranking.clear();
        fill(ranking, keys.iter().map(|key| usize::from(*key as u16)));
        let n = view.eligible.candidates.len();
        let mut best = ranking.iter().take(n).filter_map(|&queue| scores.get(queue));
        let first = best.next().copied().unwrap_or(0.0);
        out.margin = first - best.next().copied().unwrap_or(0.0);
    }
}
