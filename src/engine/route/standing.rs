//! Standing: which queues could take a request, and why the others could not.
//!
//! Not here: which of them does (`strategy`, `chance`).

use super::condition::{Facts, Source, top};
use super::policy::{Filter, Policy};
use super::{Decision, Value};
use crate::symbol::Symbol;

/// Where a queue stands in a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It may be chosen.
    Candidate,
    /// It could take the request, and the filter names others.
    Elsewhere,
    /// Its `skip_if` holds.
    Skipped,
    /// It lacks a skill that is required.
    Skill,
    /// It does not speak the language that is required.
    Language,
    /// As many wait in it as may.
    Full,
    /// It is closed.
    Closed,
}

impl Standing {
    /// Whether it could take the request.
    pub(super) fn can_take(self) -> bool {
        matches!(self, Self::Candidate | Self::Elsewhere | Self::Skipped)
    }
}

impl Policy {
    /// Whether `queue` speaks the request's language; any does where the language is unknown, of no matter or dropped.
    pub(super) fn speaks(&self, queue: usize, facts: &Facts<'_>, drop: u8) -> bool {
        let (Some(source), Some(def)) = (self.language, &self.def().language) else { return true };
        if def.drop != 0 && def.drop <= drop {
            return true;
        }
        let language = match source {
            Source::Feature(at) => match facts.features.get(at) {
                Some(Value::Category(symbol)) => Some(*symbol),
                _ => None,
            },
            Source::Top { head } => {
                let scores = facts.scores.get(head);
                let output = scores.and_then(|scores| top(&scores.probabilities));
                output.and_then(|output| self.languages.last().and_then(|names| names.get(output))).copied()
            }
            _ => None,
        };
        let spoken = self.languages.get(queue).map_or(&[][..], |spoken: &alloc::vec::Vec<Symbol>| spoken);
        language.is_none_or(|language| spoken.is_empty() || spoken.contains(&language))
    }

    /// Where every queue stands, targets apart: [`Standing::Elsewhere`] where nothing speaks against it.
    pub(super) fn stand(&self, now_ms: i64, p: &[f32], facts: &Facts<'_>, out: &mut Decision) {
        let (intent, drop) = (top(p), out.drop);
        let needs_language = self.def().language.as_ref().is_some_and(|language| language.required);
        out.standings.clear();
        for (queue, def) in self.queues().iter().enumerate() {
            let state = facts.floor.queue(queue);
            let is_open = state.open.unwrap_or_else(|| {
                let hours = self.hours.get(queue).copied().flatten().and_then(|at| self.def().hours.get(at));
                hours.is_none_or(|hours| hours.is_open(now_ms))
            });
            let is_full = def.capacity.is_some_and(|most| state.waiting >= most as f32);
            let standing = if !is_open {
                Standing::Closed
            } else if is_full {
                Standing::Full
            } else if needs_language && !self.speaks(queue, facts, drop) {
                Standing::Language
            } else if !self.has_required(queue, intent, drop) {
                Standing::Skill
            } else {
                Standing::Elsewhere
            };
            out.standings.push(standing);
        }
        for at in self.extra().enumerate().filter(|(_, test)| test.holds(facts, 0)).map(|(at, _)| at) {
            for (queue, standing) in out.standings.iter_mut().enumerate() {
                if *standing == Standing::Elsewhere && !self.extra_met(at, queue, drop).1 {
                    *standing = Standing::Skill;
                }
            }
        }
    }

    /// Makes candidates of the first target that has any; in its order.
    pub(super) fn consider(&self, filter: Option<&Filter>, facts: &Facts<'_>, out: &mut Decision) {
        let Decision { candidates, standings, .. } = out;
        candidates.clear();
        let Some(filter) = filter.filter(|filter| !filter.targets.is_empty()) else {
            // No filters: all queues. Filters, none of which matches: none.
            if filter.is_some() || self.filters.is_empty() {
                (0..self.queues().len()).for_each(|queue| add(queue, standings, candidates));
            }
            return;
        };
        for target in &filter.targets {
            if facts.age_s < target.at || facts.age_s >= target.expiry {
                continue;
            }
            let is_skipped =
                |queue: usize| target.skip_if.as_ref().is_some_and(|skip_if| skip_if.holds(facts, queue));
            let mut visit = |queue: usize| {
                // A queue that cannot, and its parents until one can. There are no circles.
                let mut at = Some(queue);
                while let Some(queue) = at {
                    match standings.get_mut(queue) {
                        Some(standing) if standing.can_take() && is_skipped(queue) => {
                            *standing = Standing::Skipped
                        }
                        Some(Standing::Closed | Standing::Full) => {}
                        _ => break,
                    }
                    at = self.parents.get(queue).copied().flatten();
                }
                if let Some(queue) = at {
                    add(queue, standings, candidates);
                }
            };
            if target.queues.is_empty() {
                (0..self.queues().len()).for_each(&mut visit);
            } else {
                target.queues.iter().copied().for_each(&mut visit);
            }
            if !candidates.is_empty() {
                return;
            }
        }
    }
}

fn add(queue: usize, standings: &mut [Standing], candidates: &mut alloc::vec::Vec<usize>) {
    if let Some(standing) = standings.get_mut(queue)
        && matches!(standing, Standing::Elsewhere | Standing::Skipped)
    {
        *standing = Standing::Candidate;
        candidates.push(queue);
    }
}
