//! Eligible: the first stage of routing. Which queues could take the request, how well each fits it, and which of them the matching
//! filter's target names.
//!
//! Not here: whether a single queue could take the request (`standing`), scores (`scored`).

use super::Policy;
use super::condition::{Facts, holds};
use super::program::FilterRow;
use super::standing::Standing;
use alloc::vec::Vec;

/// Which queues could take the request, before any of them is scored.
#[derive(Clone, Debug, Default)]
pub struct Eligible {
    /// Index of the filter that matched.
    pub filter: Option<usize>,
    /// Seconds added to the time the request has waited, from the filter that matched; 0 if none did.
    pub priority: f32,
    /// Needs with a `drop` from 1 up to this were dropped.
    pub drop: u8,
    /// Fit of each queue, in declared order.
    pub fits: Vec<f32>,
    /// Standing of each queue: whether it could take the request, or why not.
    pub standings: Vec<Standing>,
    /// Indices of the candidates, in the order of the target.
    pub candidates: Vec<usize>,
}

impl Policy {
    /// Determines which queues are eligible for a request made at `now_ms`, and returns the filter that matched.
    pub(super) fn find_eligible(
        &self,
        now_ms: i64,
        p: &[f32],
        facts: &Facts<'_>,
        out: &mut Eligible,
    ) -> Option<&FilterRow> {
        let program = self.program();
        let matches = |filter: &FilterRow| holds(filter.when.of(&program.ops), facts, 0);
        out.filter = program.filters.iter().position(matches);
        let filter = out.filter.and_then(|at| program.filters.get(at));
        out.priority = filter.map_or(0.0, |filter| filter.priority);
        let due = filter
            .and_then(|filter| filter.steps.of(&program.steps).iter().rfind(|step| step.at <= facts.age_s));
        out.drop = due.map_or(0, |step| step.drop);
        self.fit_all(p, facts, out);
        self.find_standings(now_ms, p, facts, out.drop, &mut out.standings);
        self.find_candidates(filter, facts, &mut out.standings, &mut out.candidates);
        filter
    }

    /// Computes the fit of each queue.
    fn fit_all(&self, p: &[f32], facts: &Facts<'_>, out: &mut Eligible) {
        let drop = out.drop;
        out.fits.clear();
        for queue in 0..self.queues().len() {
            let by_intent: f32 = if drop == 0 {
                self.shares(queue, p).sum()
            } else {
                p.iter().enumerate().map(|(intent, p)| p * self.fit_after(queue, intent, drop)).sum()
            };
            out.fits.push(by_intent);
        }
        let mut holding = 1.0;
        for needs in self.extra(facts) {
            holding += 1.0;
            for (queue, fit) in out.fits.iter_mut().enumerate() {
                *fit += self.met(queue, needs, drop);
            }
        }
        if holding > 1.0 {
            out.fits.iter_mut().for_each(|fit| *fit /= holding);
        }
        for (queue, fit) in out.fits.iter_mut().enumerate() {
            *fit *= self.language_factor(queue, facts, drop);
        }
    }
}
