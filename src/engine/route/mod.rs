//! Route: from intent probabilities to a queue, with reasons, or an honest "nobody in particular".
//!
//! | symbol    | shape                 | meaning                                                             |
//! |-----------|-----------------------|---------------------------------------------------------------------|
//! | `p`       | `[n_intents]`         | probability of each intent                                          |
//! | `fit`     | `[n_queues, n_intents]` | mean over the intent's requirements of `min(1, proficiency / level)` |
//! | `score`   | `[n_queues]`          | `Σ p · fit`, in `[0, 1]`                                            |
//! | `margin`  | scalar                | best open score less the second best                                |
//!
//! Invariants
//! - A [`Policy`] that exists names its default queue and knows the fit of every queue for every intent.
//! - Every request gets a queue: the best, or on abstention the default one. Ties go to the queue declared first.
//!
//! Not here: waiting times, agents and steps; they belong to a fuller policy than this first form.

mod policy;

pub use policy::{NeedDef, Policy, PolicyDef, PolicyError, QueueDef, RequirementDef, SkillDef};

use crate::order;
use alloc::vec::Vec;

/// Why no queue was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Abstention {
    /// The best score is below the policy's threshold.
    Threshold,
    /// The two best scores are closer than the policy's margin.
    Margin,
    /// No queue is open.
    Closed,
}

/// A decision. Made once, reused for each request: its vectors keep their memory.
#[derive(Clone, Debug, Default)]
pub struct Decision {
    /// The chosen queue's index; `None` when abstained.
    pub queue: Option<usize>,
    /// Why not, when `queue` is `None`.
    pub abstention: Option<Abstention>,
    /// Score of each queue, in declared order.
    pub scores: Vec<f32>,
    /// Queues, open before closed, best first.
    pub ranking: Vec<usize>,
    /// Best open score less the second best; the best itself where only one is open, 0 where none is.
    pub margin: f32,
    /// The smallest set of intents that holds at least the policy's `set_mass` of the probability, most probable first.
    pub intent_set: Vec<usize>,
}

impl Policy {
    /// Decides for intent probabilities `p`, `[n_intents]`. `open[queue]` says which queues can take a request; queues
    /// beyond its end are open. Cost: `O(n_queues × n_intents)`.
    pub fn route(&self, p: &[f32], open: &[bool], out: &mut Decision) {
        let is_open = |queue: usize| open.get(queue).copied().unwrap_or(true);
        out.scores.clear();
        out.scores.extend((0..self.queues().len()).map(|queue| self.shares(queue, p).sum::<f32>()));
        out.ranking.clear();
        out.ranking.extend(0..out.scores.len());
        let scores = &out.scores;
        let score = |queue: usize| scores.get(queue).copied().unwrap_or(0.0);
        order::sort(&mut out.ranking, |&a, &b| {
            is_open(b).cmp(&is_open(a)).then(score(b).total_cmp(&score(a))).then(a.cmp(&b)).is_lt()
        });

        let mut contenders = out.ranking.iter().filter(|&&queue| is_open(queue)).map(|&queue| score(queue));
        let best = contenders.next();
        out.margin = best.unwrap_or(0.0) - contenders.next().unwrap_or(0.0);
        out.abstention = match best {
            None => Some(Abstention::Closed),
            Some(score) if score < self.threshold() => Some(Abstention::Threshold),
            Some(_) if out.margin < self.margin() => Some(Abstention::Margin),
            Some(_) => None,
        };
        out.queue = if out.abstention.is_none() { out.ranking.first().copied() } else { None };
        intent_set(p, self.set_mass(), &mut out.intent_set);
    }

    /// What each intent adds to the score of `queue`: `p · fit`, in intent order.
    pub fn shares(&self, queue: usize, p: &[f32]) -> impl Iterator<Item = f32> {
        self.fit(queue).iter().zip(p).map(|(fit, p)| fit * p)
    }
}

/// Fills `out`; a mass that is 0 or less still takes the first intent, one that is never reached takes all.
fn intent_set(p: &[f32], mass: f32, out: &mut Vec<usize>) {
    out.clear();
    out.extend(0..p.len());
    let chance = |intent: usize| p.get(intent).copied().unwrap_or(0.0);
    order::sort(out, |&a, &b| chance(b).total_cmp(&chance(a)).then(a.cmp(&b)).is_lt());
    let mut held = 0.0;
    let size = out.iter().position(|&intent| {
        held += chance(intent);
        held >= mass
    });
    out.truncate(size.map_or(out.len(), |last| last + 1));
}

#[cfg(test)]
mod tests;
