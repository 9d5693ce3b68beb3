//! Standing: which queues could take a request, and why the others cannot.
//!
//! Not here: the choice among them (`strategy`, `chance`).

use super::Value;
use super::condition::{Facts, Source, holds, top};
use super::hours;
use super::policy::Policy;
use super::program::Channel;
use super::program::{FilterRow, HoursRow, Place};
use crate::list::list;
use alloc::vec::Vec;

/// Whether a queue could take a request, or why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is a candidate.
    Candidate,
    /// It could take the request, but the filter's target does not include it.
    Elsewhere,
    /// It could take the request, but the target's `skip_if` holds for it.
    Skipped,
    /// It lacks a skill that is required.
    Skill,
    /// It does not speak the language that is required.
    Language,
    /// As many requests wait in it as its capacity allows.
    Full,
    /// It is closed.
    Closed,
    /// It is a chat queue, and the snapshot says that no agent is present.
    Unstaffed,
    /// It is a chat queue, and would answer only after it closes.
    Closing,
}

/// Seconds between the checks whether a queue closes before it answers, and the largest number of checks: they cover a day.
const HALF_HOUR: f32 = 1_800.0;
pub(super) const MOST_LOOKS: i64 = 48;

impl Standing {
    /// Its name in files and in the page.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Candidate => "candidate",
            Self::Elsewhere => "elsewhere",
            Self::Skipped => "skipped",
            Self::Skill => "skill",
            Self::Language => "language",
            Self::Full => "full",
            Self::Closed => "closed",
            Self::Unstaffed => "unstaffed",
            Self::Closing => "closing",
        }
    }

    /// Whether the queue could take the request.
    pub(super) fn can_take(self) -> bool {
        matches!(self, Self::Candidate | Self::Elsewhere | Self::Skipped)
    }

    /// Whether nobody would answer in the queue before it opens the next time.
    pub(super) fn is_shut(self) -> bool {
        matches!(self, Self::Closed | Self::Unstaffed | Self::Closing)
    }
}

impl Policy {
    /// Factor of the fit for the request's language: 1 if `queue` speaks it, ½ if not, and ¾ if not but the language is dropped.
    pub(super) fn language_factor(&self, queue: usize, facts: &Facts<'_>, drop: u8) -> f32 {
        match (self.speaks(queue, facts), self.wants_language(drop)) {
            (true, _) => 1.0,
            (false, true) => 0.5,
            (false, false) => 0.75,
        }
    }

    fn wants_language(&self, drop: u8) -> bool {
        let order = self.program().settings.language_drop;
        order == 0 || order > drop
    }

    /// Whether `queue` speaks the request's language. True if the language is not known, if the policy has no language setting, or if no
    /// languages are declared for the queue.
    fn speaks(&self, queue: usize, facts: &Facts<'_>) -> bool {
        let program = self.program();
        let Some(source) = program.settings.language else { return true };
        let language = match source {
            Source::Feature(at) => match facts.features.get(usize::from(at)) {
                Some(Value::Category(symbol)) => Some(symbol.raw()),
                _ => None,
            },
            Source::Top { head } => {
                let output =
                    facts.scores.get(usize::from(head)).and_then(|scores| top(&scores.probabilities));
                output.and_then(|output| program.language_symbols.get(output)).copied()
            }
            _ => None,
        };
        let mut spoken = program.spoken.iter().filter(|(of, _)| of.get() == Some(queue)).peekable();
        language
            .is_none_or(|language| spoken.peek().is_none() || spoken.any(|(_, symbol)| *symbol == language))
    }

    /// Determines the standing of every queue without regard to targets: a queue that could take the request is [`Standing::Elsewhere`].
    pub(super) fn find_standings(
        &self,
        now_ms: i64,
        p: &[f32],
        facts: &Facts<'_>,
        drop: u8,
        out: &mut Vec<Standing>,
    ) {
        let program = self.program();
        let needs_language = program.settings.language_required && self.wants_language(drop);
        let needs = top(p).and_then(|intent| program.intents.get(intent)).copied().unwrap_or_default();
        let is_open = |hours: &HoursRow, at_ms: i64| {
            hours::is_open(hours.zone, hours.open.of(&program.spans), hours.dates.of(&program.dates), at_ms)
        };
        // For each of the hours whether it is open now, and for how many seconds it is known to stay open.
        let mut hours = list(program.hours.iter().map(|hours| (is_open(hours, now_ms), 0.0_f32)));
        out.clear();
        for (queue, row) in program.rows.iter().enumerate() {
            let state = facts.floor.queues.get(queue).copied().unwrap_or_default();
            let its = row.hours.get().and_then(|at| hours.get_mut(at).zip(program.hours.get(at)));
            let by_hours = its.as_ref().is_none_or(|(open, _)| open.0);
            let is_chat = row.channel == Channel::Chat;
            let wait = facts.floor.mean_wait(queue);
            let closes = match its {
                Some(((true, known), row)) if is_chat && wait > *known && wait.is_finite() => {
                    // Checked about every half hour up to the time of the answer: shorter breaks may be missed.
                    let looks = 1 + ((wait / HALF_HOUR) as i64).min(MOST_LOOKS);
                    let step_ms = (wait.min(1e12) * 1e3 / looks as f32) as i64;
                    let stays = (1..=looks).all(|look| is_open(row, now_ms.saturating_add(step_ms * look)));
                    if stays {
                        *known = wait;
                    }
                    !stays
                }
                _ => false,
            };
            let is_full = state.waiting >= row.capacity;
            let standing = if !state.open.unwrap_or(by_hours) {
                Standing::Closed
            } else if is_chat && state.agents == 0.0 {
                Standing::Unstaffed
            } else if closes {
                Standing::Closing
            } else if is_full {
                Standing::Full
            } else if needs_language && !self.speaks(queue, facts) {
                Standing::Language
            } else if !self.meets(queue, self.needs(needs), drop) {
                Standing::Skill
            } else {
                Standing::Elsewhere
            };
            out.push(standing);
        }
        for needs in self.extra(facts) {
            for (queue, standing) in out.iter_mut().enumerate() {
                if *standing == Standing::Elsewhere && !self.meets(queue, needs, drop) {
                    *standing = Standing::Skill;
                }
            }
        }
    }

    /// The needs of each extra requirement whose condition holds.
    pub(super) fn extra<'a>(
        &'a self,
        facts: &'a Facts<'_>,
    ) -> impl Iterator<Item = &'a [super::program::NeedRow]> {
        let program = self.program();
        let holding = program.extra.iter().filter(|(when, _)| holds(when.of(&program.ops), facts, 0));
        holding.map(|(_, needs)| self.needs(*needs))
    }

    /// The queues that a target without a list covers: all but the queue for closing time, if that one answers later (not a chat).
    fn ordinary(&self) -> impl Iterator<Item = usize> {
        let program = self.program();
        let closed = program.settings.closed.get();
        let later =
            closed.filter(|queue| program.rows.get(*queue).is_some_and(|row| row.channel != Channel::Chat));
        (0..self.queues().len()).filter(move |queue| later != Some(*queue))
    }

    /// Whether all queues in the targets of `filter`, and all their parents, are shut: closed, unstaffed, or closing before they answer.
    /// The queue for closing time is not considered.
    pub(super) fn nothing_open(&self, filter: Option<&FilterRow>, standings: &[Standing]) -> bool {
        let program = self.program();
        let is_closed = |queue: usize| {
            program.settings.closed.get() == Some(queue)
                || standings.get(queue).is_some_and(|standing| standing.is_shut())
        };
        let all_closed = || (0..program.rows.len()).all(is_closed);
        let named_closed = |place: &Place| {
            // At most as many steps as there are queues, because parents may form a cycle.
            let parent = |at: &usize| program.rows.get(*at).and_then(|row| row.parent.get());
            core::iter::successors(place.get(), parent).take(program.rows.len()).all(is_closed)
        };
        let targets = filter.map_or(&[][..], |filter| filter.targets.of(&program.targets));
        if targets.is_empty() {
            return all_closed();
        }
        targets.iter().all(|target| {
            let named = target.queues.of(&program.targeted);
            if named.is_empty() { all_closed() } else { named.iter().all(named_closed) }
        })
    }

    /// Finds the candidates: those of the first target that has any, in the target's order.
    pub(super) fn find_candidates(
        &self,
        filter: Option<&FilterRow>,
        facts: &Facts<'_>,
        standings: &mut [Standing],
        candidates: &mut Vec<usize>,
    ) {
        let program = self.program();
        candidates.clear();
        let Some(filter) = filter.filter(|filter| !filter.targets.is_empty()) else {
            // Without filters, and for a filter without targets, all queues are considered; if no filter matches, none is.
            if filter.is_some() || program.filters.is_empty() {
                self.ordinary().for_each(|queue| add(queue, standings, candidates));
            }
            return;
        };
        for target in filter.targets.of(&program.targets) {
            if facts.age_s < target.at || facts.age_s >= target.expiry {
                continue;
            }
            let is_skipped = |queue: usize| {
                !target.skip_if.is_empty() && holds(target.skip_if.of(&program.ops), facts, queue)
            };
            let mut visit = |queue: usize| {
                // If the queue is skipped, shut or full, its parents are tried in turn; at most as many as there are queues.
                let mut at = Some(queue);
                for _ in 0..program.rows.len() {
                    let Some(queue) = at else { break };
                    match standings.get_mut(queue) {
                        // A queue that is a candidate already is not matched here, so that it is not added twice.
                        Some(standing @ (Standing::Elsewhere | Standing::Skipped)) if is_skipped(queue) => {
                            *standing = Standing::Skipped;
                        }
                        Some(standing) if standing.is_shut() || *standing == Standing::Full => {}
                        _ => break,
                    }
                    at = program.rows.get(queue).and_then(|row| row.parent.get());
                }
                if let Some(queue) = at {
                    add(queue, standings, candidates);
                }
            };
            if target.queues.is_empty() {
                self.ordinary().for_each(&mut visit);
            } else {
                target
                    .queues
                    .of(&program.targeted)
                    .iter()
                    .filter_map(|place| place.get())
                    .for_each(&mut visit);
            }
            if !candidates.is_empty() {
                return;
            }
        }
    }
}

fn add(queue: usize, standings: &mut [Standing], candidates: &mut Vec<usize>) {
    if let Some(standing) = standings.get_mut(queue)
        && matches!(standing, Standing::Elsewhere | Standing::Skipped)
    {
        *standing = Standing::Candidate;
        candidates.push(queue);
    }
}
