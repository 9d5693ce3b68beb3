//! Change: the least change of the input that would have put the second queue first (a counterfactual explanation).
//!
//! Moving probability `δ` from intent `i` to intent `j` reduces the lead by `δ · s · (d_i − d_j)`, where `d` is the first queue's
//! fit minus the second's and `s` the weight of `skills`; the pair that needs the smallest `δ` is reported. So is how many more
//! requests would have to wait in the first queue.
//!
//! Not here: wording of reasons (the page), contributions to an intent (`head`).

use super::policy::Policy;
use super::program::Look;
use super::scored::Scored;
use super::strategy::View;

/// The changes, each by itself, that would have switched the decision to the second queue.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Change {
    /// Moving probability between intents: from which intent, to which intent, and how much.
    pub intent: Option<(usize, usize, f32)>,
    /// How many more requests would have to wait in the chosen queue.
    pub waiting: Option<u32>,
}

/// Largest number of additional waiting requests that is considered.
const MOST_WAITING: u32 = 1_024;

impl Policy {
    /// The least change that would have put the second queue of the ranking before the first.
    pub(super) fn least_change(&self, view: &View<'_>, scored: &Scored) -> Change {
        let &[first, second, ..] = &scored.ranking[..] else { return Change::default() };
        let lead = scored.margin;
        let by_skills = view.strategies.iter().find(|one| one.look == Look::Skills);
        let intent =
            by_skills.and_then(|by| of_intents(view.p, &self.leads(view, first, second, by.weight), lead));
        // If the state of the second queue is not known, its score is the mean of the others, which would fall with the first queue's.
        let is_known = !self.loss(view, second, 0).is_nan();
        let waiting = of_waiting(|more| {
            let loss = self.loss(view, first, more);
            is_known && (loss > lead || (loss == lead && second < first))
        });
        Change { intent, waiting }
    }
}

/// The smallest shift of probability that closes `lead`. `d[intent]` is the first queue's fit minus the second's, times the weight of
/// `skills`. Cost: `O(n_intents)`.
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

/// The least number up to [`MOST_WAITING`] for which `switches` holds, by binary search: `switches` must be monotonic.
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
