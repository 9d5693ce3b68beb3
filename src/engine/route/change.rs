//! Change: the least that would have made the second queue the first.
//!
//! Moving probability `δ` from intent `i` to intent `j` changes the lead by `δ · s · (d_i − d_j)`, where `d` is the first queue's
//! fit less the second's and `s` the weight of `skills`; the pair that needs the smallest `δ` is told. Beside it, how many more
//! would have to wait in the first queue.
//!
//! Not here: reasons (the page), contributions to an intent (`head`).

use super::Decision;
use super::policy::Policy;
use super::program::{Look, StrategyRow};
use super::strategy::View;
use crate::list::list;
use alloc::vec::Vec;

/// What would have switched a decision.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Change {
    /// Intent from which, intent to which, and how much probability.
    pub intent: Option<(usize, usize, f32)>,
    /// How many more would have to wait in the chosen queue.
    pub waiting: Option<u32>,
}

/// Most requests that are imagined to wait.
const MOST_WAITING: u32 = 1_024;

impl Policy {
    /// What would have put the second of the ranking before the first.
    pub(super) fn least_change(
        &self,
        strategy: &[StrategyRow],
        view: &View<'_>,
        p: &[f32],
        decision: &Decision,
    ) -> Change {
        let &[first, second, ..] = &decision.ranking[..] else { return Change::default() };
        let (lead, drop) = (decision.margin, decision.drop);
        let holding = 1.0 + self.extra(&view.facts).count() as f32;
        let by_skills = strategy.iter().find(|one| one.look == Look::Skills);
        let intent = by_skills.and_then(|by| {
            let fits = |queue: usize| {
                let tongue = self.tongue(queue, &view.facts, drop);
                (0..p.len()).map(move |intent| tongue * self.fit_after(queue, intent, drop))
            };
            of_intents(p, &leads(fits(first), fits(second), by.weight / holding), lead)
        });
        // Of a second queue that is not known the others' mean is the score, and that would fall with the first's.
        let is_known = !self.loss(strategy, view, second, 0).is_nan();
        let waiting = of_waiting(|more| {
            let loss = self.loss(strategy, view, first, more);
            is_known && (loss > lead || (loss == lead && second < first))
        });
        Change { intent, waiting }
    }
}

/// The smallest shift of probability that closes `lead`. `d[intent]` is how much more the first queue fits, times the weight of
/// `skills`. Cost: `O(n_intents²)`, of those that have any probability.
fn of_intents(p: &[f32], d: &[f32], lead: f32) -> Option<(usize, usize, f32)> {
    let to = (0..d.len()).reduce(|least, at| if d.get(at) < d.get(least) { at } else { least })?;
    let lowest = *d.get(to)?;
    let mut best: Option<(usize, usize, f32)> = None;
    for (from, (&p, &d)) in p.iter().zip(d).enumerate() {
        let shift = lead / (d - lowest);
        if d > lowest && shift <= p && best.is_none_or(|(.., least)| shift < least) {
            best = Some((from, to, shift));
        }
    }
    best
}

/// The least number up to [`MOST_WAITING`] for which `switches` holds, which it does for all above one at which it does.
fn of_waiting(mut switches: impl FnMut(u32) -> bool) -> Option<u32> {
    if !switches(MOST_WAITING) {
        return None;
    }
    let (mut low, mut high) = (0, MOST_WAITING);
    while high - low > 1 {
        let middle = u32::midpoint(low, high);
        if switches(middle) { high = middle } else { low = middle }
    }
    Some(high)
}

/// `d`: the lead of one queue's fits over another's, intent by intent.
fn leads(first: impl Iterator<Item = f32>, second: impl Iterator<Item = f32>, weight: f32) -> Vec<f32> {
    list(first.zip(second).map(|(first, second)| weight * (first - second)))
}
