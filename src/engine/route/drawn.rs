//! Drawn: the third stage of routing. The queue and the agent that are chosen, with their propensities, or why no queue is.
//!
//! In this order: the agent who helped the shopper before, the bot, a candidate drawn by its propensity, the queue for closing time or
//! the overflow queue, the default queue.
//!
//! Not here: propensities (`preference`, `chance`), agents of a queue (`agent`).

use super::agent::{self, Asked};
use super::chance::{self, Purpose};
use super::condition::holds;
use super::program::Look;
use super::scored::Scored;
use super::snapshot::{AgentState, QueueState};
use super::standing::Standing;
use super::strategy::View;
use super::{Policy, Request};
use alloc::vec::Vec;

/// Why no queue was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Abstention {
    /// The best fit is below the policy's threshold.
    Threshold,
    /// Two queues for different needs have scores that differ by less than the policy's margin.
    Margin,
    /// No queue is open and staffed with agents who would answer before it closes.
    Closed,
    /// No filter matches.
    Unmatched,
    /// None of the filter's queues can take the request, nor can the overflow queue.
    Nobody,
    /// The message is out of scope: about none of the intents.
    OutOfScope,
    /// The probability of the most probable intent is below the policy's `certainty`.
    Unsure,
}

impl Abstention {
    /// Its name in files and in the page.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Threshold => "threshold",
            Self::Margin => "margin",
            Self::Closed => "closed",
            Self::Unmatched => "unmatched",
            Self::Nobody => "nobody",
            Self::OutOfScope => "out_of_scope",
            Self::Unsure => "unsure",
        }
    }
}

/// How the queue was chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// The queue has the best score.
    #[default]
    Best,
    /// The queue was drawn at random, because a strategy or the smallest propensity leaves a part to chance.
    Explored,
    /// The queue was drawn uniformly at random: the request is in the holdout.
    Holdout,
    /// The agent who helped the shopper before is available.
    Preferred,
    /// The request goes to the bot first.
    Bot,
    /// None of the filter's queues can take the request, but the overflow queue can.
    Overflow,
    /// The queue for closing time, because no queue is open and staffed with agents who would answer before it closes.
    Closed,
    /// No queue was chosen; the request goes to the default queue.
    Default,
}

impl Outcome {
    /// Its name in files and in the page.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Best => "best",
            Self::Explored => "explored",
            Self::Holdout => "holdout",
            Self::Preferred => "preferred",
            Self::Bot => "bot",
            Self::Overflow => "overflow",
            Self::Closed => "closed",
            Self::Default => "default",
        }
    }
}

/// The choice of a queue and of an agent.
#[derive(Clone, Debug, Default)]
pub struct Drawn {
    /// Index of the chosen queue; `None` for an abstention.
    pub queue: Option<usize>,
    /// Why no queue was chosen, if `queue` is `None`.
    pub abstention: Option<Abstention>,
    /// Where the request goes: the chosen queue or the default one.
    pub goes_to: usize,
    /// How the queue was chosen.
    pub outcome: Outcome,
    /// Propensity of each queue, in declared order: the probability with which it is chosen; 0 for queues that are not candidates.
    pub propensities: Vec<f32>,
    /// The agent to ask, where the snapshot names agents.
    pub agent: Option<Asked>,
}

impl Policy {
    /// Chooses a queue and one of its `agents`.
    pub(super) fn draw(
        &self,
        request: &Request<'_>,
        agents: &[AgentState],
        view: &View<'_>,
        scored: &Scored,
        out: &mut Drawn,
    ) {
        out.propensities.clear();
        out.propensities.resize(self.queues().len(), 0.0);
        let most = |queue: usize| view.facts.floor.queues.get(queue).map_or(1, QueueState::levels).max(1);
        let can =
            |queue: usize| view.eligible.standings.get(queue).is_some_and(|standing| standing.can_take());
        let held = self.held(request, agents, view, can, most);
        out.agent = held.map(|agent| Asked { name: agent.name, propensity: 1.0 });
        let first = match held {
            Some(agent) => Some((usize::from(agent.queue), Outcome::Preferred)),
            None => self.bot(view, can).map(|bot| (bot, Outcome::Bot)),
        };
        let (certain, refusal) = match first {
            Some(_) => (first, None),
            None => self.refusal(view, scored),
        };
        (out.queue, out.outcome, out.abstention) = match (certain, refusal) {
            (Some((queue, outcome)), _) => {
                if let Some(p) = out.propensities.get_mut(queue) {
                    *p = 1.0;
                }
                (Some(queue), outcome, None)
            }
            (None, Some(_)) => (None, Outcome::Default, refusal),
            (None, None) => {
                let (queue, outcome) = self.pick(view, scored, &mut out.propensities);
                (Some(queue), outcome, None)
            }
        };
        out.goes_to = out.queue.unwrap_or(self.default_queue());
        if held.is_none() {
            let def = &self.program().settings.agents;
            out.agent = agent::choose(def, agents, out.goes_to, most(out.goes_to), view.draws);
        }
    }

    /// The agent who helped the shopper before, if available. One who is busy is waited for until the request's age is `hold`; one who is
    /// not in the snapshot is not.
    fn held<'a>(
        &self,
        request: &Request<'_>,
        agents: &'a [AgentState],
        view: &View<'_>,
        can: impl Fn(usize) -> bool,
        most: impl Fn(usize) -> usize,
    ) -> Option<&'a AgentState> {
        let settings = &self.program().settings;
        let (name, _) = request.preferred.filter(|(_, since)| *since <= settings.lifetime)?;
        agents.iter().find(|agent| {
            let queue = usize::from(agent.queue);
            agent.name == name
                && agent.count.is_nan()
                && can(queue)
                && (agent.has_room(most(queue)) || view.facts.age_s < settings.hold)
        })
    }

    /// The bot, if the request goes to it first.
    fn bot(&self, view: &View<'_>, can: impl Fn(usize) -> bool) -> Option<usize> {
        let (program, settings) = (self.program(), &self.program().settings);
        settings.bot.get().filter(|bot| {
            let never = !settings.bot_unless.is_empty()
                && holds(settings.bot_unless.of(&program.ops), &view.facts, 0);
            view.facts.age_s < settings.bot_until && can(*bot) && !never
        })
    }

    /// Why no candidate is drawn, if none is, and the queue that then takes the request, if there is one.
    fn refusal(&self, view: &View<'_>, scored: &Scored) -> (Option<(usize, Outcome)>, Option<Abstention>) {
        let settings = &self.program().settings;
        let (candidates, standings) = (&view.eligible.candidates, &view.eligible.standings);
        if !candidates.is_empty() {
            let fits = candidates.iter().filter_map(|&queue| view.eligible.fits.get(queue));
            let fit = fits.fold(0.0, |a: f32, &b| a.max(b));
            let top = view.p.iter().fold(0.0, |top: f32, &p| top.max(p));
            let is_by_skills = view.strategies.iter().any(|one| one.look == Look::Skills);
            let refusal = if view.is_outside {
                Some(Abstention::OutOfScope)
            } else if top < settings.certainty {
                Some(Abstention::Unsure)
            } else if is_by_skills && fit < settings.threshold {
                Some(Abstention::Threshold)
            } else if scored.margin < settings.margin && self.is_torn(view, scored) {
                Some(Abstention::Margin)
            } else {
                None
            };
            return (None, refusal);
        }
        let is_unmatched = view.filter.is_none() && !self.program().filters.is_empty();
        if is_unmatched && !self.nothing_open(None, standings) {
            return (None, Some(Abstention::Unmatched));
        }
        // The overflow queue need not have the required skills or language.
        let can = |queue: &usize| {
            let standing = standings.get(*queue);
            standing.is_some_and(|standing| !standing.is_shut() && *standing != Standing::Full)
        };
        let overflow =
            view.filter.and_then(|filter| filter.overflow.get()).or(settings.overflow.get()).filter(can);
        // The queue for closing time may also be the overflow queue.
        let is_last = is_unmatched || overflow.is_none() || overflow == settings.closed.get();
        if is_last && self.nothing_open(view.filter, standings) {
            (settings.closed.get().map(|queue| (queue, Outcome::Closed)), Some(Abstention::Closed))
        } else {
            (overflow.map(|queue| (queue, Outcome::Overflow)), Some(Abstention::Nobody))
        }
    }

    /// Draws a candidate by the propensities, which it writes: `[n_queues]`.
    fn pick(&self, view: &View<'_>, scored: &Scored, propensities: &mut [f32]) -> (usize, Outcome) {
        let explore = self.program().settings.explore;
        let mut p = self.preference(view, &scored.scores);
        chance::mix(&mut p, Self::epsilon(view.strategies));
        chance::lift(&mut p, explore.floor);
        let n = p.len();
        let is_held_out = view.draws.share(Purpose::Holdout) < explore.holdout;
        let share = view.draws.share(Purpose::Queue);
        // The smallest propensity replaces a share of the counted turns by random draws.
        let given_up = (explore.floor * n as f32).min(1.0);
        let at = match self.turn(view) {
            _ if is_held_out => (share * n as f32) as usize,
            Some(_) if share < given_up => (share / given_up * n as f32) as usize,
            Some(turn) => turn,
            None => chance::pick(&p, share),
        };
        let candidates = &view.eligible.candidates;
        let chosen = candidates.get(at.min(n.saturating_sub(1))).copied().unwrap_or(self.default_queue());
        chance::mix(&mut p, explore.holdout);
        for (&queue, p) in candidates.iter().zip(p) {
            if let Some(out) = propensities.get_mut(queue) {
                *out = p;
            }
        }
        let outcome = if is_held_out {
            Outcome::Holdout
        } else if scored.ranking.first() == Some(&chosen) {
            Outcome::Best
        } else {
            Outcome::Explored
        };
        (chosen, outcome)
    }
}
