//! Route: from what heads say and the shop sees to a queue, with its chances, or an honest "nobody in particular".
//!
//! ```text
//! filter ─▶ needs still standing at this age ─▶ target ─▶ candidates ─▶ strategies ─▶ propensities ─▶ queue ─▶ agent
//! ```
//!
//! | symbol   | shape        | meaning                                                                     |
//! |----------|--------------|-----------------------------------------------------------------------------|
//! | `p`      | `[n_intents]`| probability of each intent                                                  |
//! | `fit`    | `[n_queues]` | mean of `Σ p · fit[intent]` and what extra requirements that hold make of it; half where the language is wrong |
//! | `score`  | `[n_queues]` | what the strategies sum up to                                               |
//! | `margin` | scalar       | best candidate's score less the second best's                               |
//!
//! Invariants
//! - Every request goes somewhere: [`Decision::goes_to`] is a queue, whatever is closed, full, absent, stale or unknown.
//! - A decision depends on policy, request and snapshot alone. There is one clock, the request's age.
//! - Ties go to the queue declared first.
//!
//! Not here: reading heads and features (`model`), words for reasons (the page).

mod agent;
mod chance;
mod change;
mod condition;
mod cost;
mod doubt;
mod drawn;
mod floor;
mod hours;
mod policy;
mod program;
mod snapshot;
mod standing;
mod strategy;
mod wait;

pub use agent::Asked;
pub use change::Change;
pub use condition::{Op, Relation, Source};
pub use hours::{ClockChange, DateRow, NEVER, SpanRow, SummerRule, ZoneRule, days_of, is_open, weekday};
pub use policy::{LARGEST, MAX_CELLS, Policy, ProgramError};
pub use program::{
    AgentsDef, ArmRow, Channel, ExploreDef, FilterRow, HoursRow, Look, NeedRow, Part, Place, PolicyProgram,
    QueueRow, Settings, SkillRow, StepDef, StrategyRow, TargetRow,
};
pub use snapshot::{
    AHEAD_MS, AgentState, LEVELS, Load, MAX_AGENTS, MAX_QUEUES, QueueState, Snapshot, SnapshotError,
};
pub use standing::Standing;
pub use wait::Wait;

use crate::event::Value;
use crate::head::Scores;
use crate::list::fill;
use crate::order;
use crate::symbol::Symbol;
use alloc::vec::Vec;
use chance::{Draws, Purpose};
use condition::{Facts, holds};
use floor::Floor;
use strategy::View;
use wait::Line;

/// A request, as far as routing sees it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Request<'a> {
    /// `[n_features]`.
    pub features: &'a [Value],
    /// `[n_heads]`.
    pub scores: &'a [Scores],
    /// Milliseconds since 1970.
    pub now_ms: i64,
    /// Seconds since it was first made. NaN and less than 0 count as 0.
    pub age_s: f32,
    /// What chance depends on; same seed, same decision.
    pub seed: [u32; 2],
    /// Which turn it is, where turns are counted; else chance says.
    pub turn: Option<u32>,
    /// The agent who helped last, and seconds since.
    pub preferred: Option<(Symbol, f32)>,
}

/// Why no queue was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Abstention {
    /// The best fit is below the policy's threshold.
    Threshold,
    /// Two queues for different needs score closer than the policy's margin.
    Margin,
    /// No queue is open, with somebody in it who would answer before it closes.
    Closed,
    /// No filter matches.
    Unmatched,
    /// None of the filter's queues can take it, nor can their overflow.
    Nobody,
    /// The message is about none of the intents.
    OutOfScope,
    /// The most probable intent is less so than the policy asks for.
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

/// How a queue came to be chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// It scores best.
    #[default]
    Best,
    /// By the chance that strategies or the floor leave.
    Explored,
    /// By chance alone: the request is in the holdout.
    Holdout,
    /// The shopper's agent is there.
    Preferred,
    /// The bot is asked first.
    Bot,
    /// None of the filter's queues can take it, and the overflow can.
    Overflow,
    /// No queue is open, with somebody in it who would answer before it closes.
    Closed,
    /// None was chosen.
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

/// A decision. Made once, reused for each request: its vectors keep their memory.
#[derive(Clone, Debug, Default)]
pub struct Decision {
    /// The chosen queue's index; `None` when abstained.
    pub queue: Option<usize>,
    /// Why not, when `queue` is `None`.
    pub abstention: Option<Abstention>,
    /// Where the request goes: the chosen queue or the default one.
    pub goes_to: usize,
    /// How it was chosen.
    pub outcome: Outcome,
    /// The filter that matched.
    pub filter: Option<usize>,
    /// Seconds that the request counts as having waited besides: the filter's; 0 where none matched.
    pub priority: f32,
    /// Up to which drop order needs were dropped.
    pub drop: u8,
    /// Fit of each queue, in declared order.
    pub fits: Vec<f32>,
    /// Score of each queue.
    pub scores: Vec<f32>,
    /// Where each queue stands.
    pub standings: Vec<Standing>,
    /// Chance of each queue to be chosen; 0 of those that are no candidates.
    pub propensities: Vec<f32>,
    /// What to expect of each queue; NaN where nothing is known, infinite where nobody serves it.
    pub waits: Vec<Wait>,
    /// Queues: candidates first, then those that are open, best first.
    pub ranking: Vec<usize>,
    /// Best candidate's score less the second best's; the best itself where it is alone, 0 where there is none.
    pub margin: f32,
    /// The smallest set of intents that holds at least the policy's `set_mass` of the probability, most probable first.
    pub intent_set: Vec<usize>,
    /// The agent to ask, where the snapshot names agents.
    pub agent: Option<Asked>,
    /// How far the snapshot was believed, 0 to 1.
    pub freshness: f32,
    /// What would have made the second queue the first; only of [`Outcome::Best`].
    pub change: Change,
    /// Until when the request lives, in milliseconds since 1970: after it the shopper should be asked again.
    pub expires_ms: i64,
    states: Vec<QueueState>,
    lines: Vec<Line>,
    candidates: Vec<usize>,
    keys: Vec<u64>,
}

impl Policy {
    /// Decides. Cost: `O(n_queues × n_intents + n_filters + n_agents)`, and about a hundred times the candidates
    /// where scores are drawn.
    pub fn route(&self, request: &Request<'_>, snapshot: &Snapshot, out: &mut Decision) {
        self.run(request, snapshot, true, out);
    }

    /// Decides, and leaves out what is only told: waits, intent set and least change are empty.
    pub fn decide(&self, request: &Request<'_>, snapshot: &Snapshot, out: &mut Decision) {
        self.run(request, snapshot, false, out);
    }

    fn run(&self, request: &Request<'_>, snapshot: &Snapshot, is_told: bool, out: &mut Decision) {
        // One that is NaN is not above 0.
        let age_s = if request.age_s > 0.0 { request.age_s } else { 0.0 };
        let (program, draws) = (self.program(), Draws { seed: request.seed });
        let settings = &program.settings;
        let intents = request.scores.get(self.intent_head());
        let p = intents.map_or(&[][..], |scores| &scores.probabilities);
        let freshness = snapshot.freshness(request.now_ms, settings.fresh, settings.stale);
        let mut states = core::mem::take(&mut out.states);
        let mut lines = core::mem::take(&mut out.lines);
        self.complete(snapshot, freshness, &mut states, &mut lines);
        let floor = Floor::new(&states, &lines, snapshot.age_s(request.now_ms));
        let facts = Facts { features: request.features, scores: request.scores, age_s, floor };

        out.freshness = freshness;
        out.expires_ms =
            request.now_ms.saturating_add(i64::from(settings.ttl) * 1_000 - (age_s * 1e3) as i64);
        (out.abstention, out.agent, out.outcome, out.change) = (None, None, Outcome::Best, Change::default());
        out.waits.clear();
        if is_told {
            let wait = |(queue, state): (usize, &QueueState)| state.wait(floor.line(queue), floor.age_s);
            fill(&mut out.waits, states.iter().enumerate().map(wait));
        }
        let matches = |filter: &FilterRow| holds(filter.when.of(&program.ops), &facts, 0);
        out.filter = program.filters.iter().position(matches);
        let filter = out.filter.and_then(|at| program.filters.get(at));
        out.priority = filter.map_or(0.0, |filter| filter.priority);
        let due =
            filter.and_then(|filter| filter.steps.of(&program.steps).iter().rfind(|step| step.at <= age_s));
        out.drop = due.map_or(0, |step| step.drop);
        self.fit_all(p, &facts, out);
        self.find_standings(request.now_ms, p, &facts, out);
        self.find_candidates(filter, &facts, out);

        let own = filter.map(|filter| filter.strategy).filter(|own| !own.is_empty());
        let strategy = own.unwrap_or(settings.strategy).of(&program.strategies);
        let candidates = core::mem::take(&mut out.candidates);
        let fits = core::mem::take(&mut out.fits);
        // Turns are kept where nothing else has a say.
        let turn = request.turn.filter(|_| matches!(strategy, [StrategyRow { look: Look::RoundRobin, .. }]));
        let looks_outside = |op: &Op| matches!(op, Op::Compare { source: Source::Outside { .. }, .. });
        let asks_outside =
            filter.is_some_and(|filter| filter.when.of(&program.ops).iter().any(looks_outside));
        let view = View {
            facts,
            freshness,
            fits: &fits,
            candidates: &candidates,
            draws,
            turn,
            is_outside: intents.is_some_and(|scores| scores.is_outside) && !asks_outside,
            p,
            drop: out.drop,
        };
        self.scores(strategy, &view, &mut out.scores);
        self.rank(out);
        self.choose(strategy, filter, &view, out);
        if is_told && candidates.len() > 1 && out.outcome == Outcome::Best && out.abstention.is_none() {
            out.change = self.least_change(strategy, &view, out);
        }
        self.settle(request, snapshot, &facts, draws, out);
        (out.candidates, out.fits, out.states, out.lines) = (candidates, fits, states, lines);
        out.intent_set.clear();
        if is_told {
            let own = intents.map(|scores| scores.mass).filter(|mass| *mass > 0.0);
            intent_set(p, own.unwrap_or(settings.set_mass), &mut out.intent_set);
        }
    }

    /// What each intent adds to the fit of `queue`: `p · fit`, in intent order, before anything is dropped.
    pub fn shares(&self, queue: usize, p: &[f32]) -> impl Iterator<Item = f32> {
        self.fit(queue).iter().zip(p).map(|(fit, p)| fit * p)
    }

    /// States of all queues: as the snapshot says or as its agents add up to, whichever is more; unknown where it is not believed.
    fn complete(
        &self,
        snapshot: &Snapshot,
        freshness: f32,
        out: &mut Vec<QueueState>,
        lines: &mut Vec<Line>,
    ) {
        let Snapshot { queues, agents, .. } = snapshot;
        let (queues, agents) = if freshness > 0.0 { (&queues[..], &agents[..]) } else { (&[][..], &[][..]) };
        // As far as agents add up: how many they are, what they hold, and who has been idle longest.
        let mut sums = alloc::vec![[f32::NAN; 3]; if agents.is_empty() { 0 } else { self.queues().len() }];
        for agent in agents {
            let Some([n, holds, idle_s]) = sums.get_mut(usize::from(agent.queue)) else { continue };
            *n = n.max(0.0) + agent.n();
            if !agent.holds.is_nan() {
                *holds = holds.max(0.0) + agent.holds;
            }
            *idle_s = idle_s.max(if agent.holds > 0.0 { 0.0 } else { agent.idle_s });
        }
        out.clear();
        for (at, row) in self.program().rows.iter().enumerate() {
            let mut state = queues.get(at).copied().unwrap_or_default();
            if state.levels() == 0 {
                // So many levels there are, whether or not their rate is known.
                let rate = if row.rate > 0.0 { row.rate } else { f32::NAN };
                state.rate.iter_mut().take(row.chats.into()).for_each(|level| *level = rate);
            }
            if let Some([n, holds, idle_s]) = sums.get(at) {
                state.agents = state.agents.max(*n);
                state.in_service = state.in_service.max(*holds);
                state.idle_s = state.idle_s.max(*idle_s);
            }
            out.push(state);
        }
        wait::lines(out, agents, lines);
    }

    /// Fits of all queues.
    fn fit_all(&self, p: &[f32], facts: &Facts<'_>, out: &mut Decision) {
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

    /// Candidates first, then what is open; by score.
    fn rank(&self, out: &mut Decision) {
        let Decision { ranking, keys, scores, standings, .. } = out;
        // One number a queue: class, then score from high to low, then place.
        keys.clear();
        fill(
            keys,
            scores.iter().zip(standings.iter()).enumerate().map(|(queue, (score, standing))| {
                let class = match standing {
                    Standing::Candidate => 0,
                    standing if standing.is_shut() => 2,
                    _ => 1,
                };
                let bits = score.to_bits();
                // As `f32::total_cmp` orders, and turned round.
                let falling = if bits >> 31 == 1 { bits } else { !(bits | 1 << 31) };
                class << 62 | u64::from(falling) << 16 | queue as u64
            }),
        );
        order::sort(keys, |a, b| a < b);
        ranking.clear();
        fill(ranking, keys.iter().map(|key| usize::from(*key as u16)));
    }

    /// Chooses among the candidates, or abstains.
    fn choose(
        &self,
        strategy: &[StrategyRow],
        filter: Option<&FilterRow>,
        view: &View<'_>,
        out: &mut Decision,
    ) {
        let settings = &self.program().settings;
        let is_unmatched = filter.is_none() && !self.program().filters.is_empty();
        out.propensities.clear();
        out.propensities.resize(self.queues().len(), 0.0);
        let n = view.candidates.len();
        let mut best = out.ranking.iter().take(n).filter_map(|&queue| out.scores.get(queue));
        let first = best.next().copied().unwrap_or(0.0);
        out.margin = first - best.next().copied().unwrap_or(0.0);
        let fit =
            view.candidates.iter().filter_map(|&queue| view.fits.get(queue)).fold(0.0, |a: f32, &b| a.max(b));
        let is_by_skills = strategy.iter().any(|one| one.look == Look::Skills);
        let overflow = filter.and_then(|filter| filter.overflow.get()).or(settings.overflow.get());
        // Whoever is asked when nobody fits need not fit.
        let can = |queue: &usize| {
            let standing = out.standings.get(*queue);
            standing.is_some_and(|standing| !standing.is_shut() && *standing != Standing::Full)
        };
        let overflow = overflow.filter(can);
        // The queue for when nothing is open may be the overflow, too.
        let is_last = is_unmatched || overflow.is_none() || overflow == settings.closed.get();
        let top = view.p.iter().fold(0.0, |top: f32, &p| top.max(p));
        out.abstention = if n > 0 {
            if view.is_outside {
                Some(Abstention::OutOfScope)
            } else if top < settings.certainty {
                Some(Abstention::Unsure)
            } else if is_by_skills && fit < settings.threshold {
                Some(Abstention::Threshold)
            } else if out.margin < settings.margin && self.is_torn(strategy, view, out) {
                Some(Abstention::Margin)
            } else {
                None
            }
        } else if is_unmatched && !self.nothing_open(None, &out.standings) {
            Some(Abstention::Unmatched)
        } else if is_last && self.nothing_open(filter, &out.standings) {
            out.outcome = Outcome::Closed;
            Some(Abstention::Closed)
        } else {
            out.outcome = Outcome::Overflow;
            Some(Abstention::Nobody)
        };
        out.queue = match (out.abstention, out.outcome) {
            (None, _) => Some(self.draw(strategy, view, out)),
            (Some(Abstention::Closed), _) => settings.closed.get(),
            (Some(Abstention::Nobody), _) => overflow,
            _ => None,
        };
        if let Some(queue) = out.queue {
            if out.abstention.take().is_some()
                && let Some(p) = out.propensities.get_mut(queue)
            {
                *p = 1.0;
            }
        } else {
            out.outcome = Outcome::Default;
        }
    }

    /// Draws a candidate by its propensity.
    fn draw(&self, strategy: &[StrategyRow], view: &View<'_>, out: &mut Decision) -> usize {
        let explore = self.program().settings.explore;
        let mut p = self.preferred(strategy, view, &out.scores);
        chance::mix(&mut p, Self::epsilon(strategy));
        chance::lift(&mut p, explore.floor);
        let n = p.len();
        let is_held_out = view.draws.share(Purpose::Holdout) < explore.holdout;
        let share = view.draws.share(Purpose::Queue);
        // Of counted turns so many are given up to chance as the floor asks.
        let given_up = (explore.floor * n as f32).min(1.0);
        let at = match self.turn(view) {
            _ if is_held_out => (share * n as f32) as usize,
            Some(_) if share < given_up => (share / given_up * n as f32) as usize,
            Some(turn) => turn,
            None => chance::pick(&p, share),
        };
        let chosen =
            view.candidates.get(at.min(n.saturating_sub(1))).copied().unwrap_or(self.default_queue());
        chance::mix(&mut p, explore.holdout);
        for (&queue, p) in view.candidates.iter().zip(p) {
            if let Some(out) = out.propensities.get_mut(queue) {
                *out = p;
            }
        }
        out.outcome = if is_held_out {
            Outcome::Holdout
        } else if out.ranking.first() == Some(&chosen) {
            Outcome::Best
        } else {
            Outcome::Explored
        };
        chosen
    }

    /// What goes before the strategies, and who is asked.
    fn settle(
        &self,
        request: &Request<'_>,
        snapshot: &Snapshot,
        facts: &Facts<'_>,
        draws: Draws,
        out: &mut Decision,
    ) {
        let agents = if out.freshness > 0.0 { &snapshot.agents[..] } else { &[] };
        let can = |queue: usize| out.standings.get(queue).is_some_and(|standing| standing.can_take());
        let most = |queue: usize| facts.floor.queues.get(queue).map_or(1, QueueState::levels).max(1);
        let (program, settings) = (self.program(), &self.program().settings);
        // An agent who is busy is waited for as long as `hold` says; one who is not in the snapshot is released.
        let held =
            request.preferred.filter(|(_, since)| *since <= settings.lifetime).and_then(|(name, _)| {
                let mut here = agents
                    .iter()
                    .filter(|agent| agent.name == name && agent.count.is_nan() && can(agent.queue.into()));
                here.find(|agent| agent.has_room(most(agent.queue.into())) || facts.age_s < settings.hold)
            });
        let bot = settings.bot.get().filter(|bot| {
            let never =
                !settings.bot_unless.is_empty() && holds(settings.bot_unless.of(&program.ops), facts, 0);
            facts.age_s < settings.bot_until && can(*bot) && !never
        });
        let first = match (held, bot) {
            (Some(agent), _) => {
                out.agent = Some(Asked { name: agent.name, propensity: 1.0 });
                Some((usize::from(agent.queue), Outcome::Preferred))
            }
            (None, Some(bot)) => Some((bot, Outcome::Bot)),
            (None, None) => None,
        };
        if let Some((queue, outcome)) = first {
            (out.queue, out.abstention, out.outcome, out.change) =
                (Some(queue), None, outcome, Change::default());
            for (at, p) in out.propensities.iter_mut().enumerate() {
                *p = if at == queue { 1.0 } else { 0.0 };
            }
        }
        out.goes_to = out.queue.unwrap_or(self.default_queue());
        if out.agent.is_none() {
            out.agent = agent::choose(&settings.agents, agents, out.goes_to, most(out.goes_to), draws);
        }
    }
}

/// Fills `out`; a mass that is 0 or less still takes the first intent, one that is never reached takes all.
fn intent_set(p: &[f32], mass: f32, out: &mut Vec<usize>) {
    out.clear();
    fill(out, 0..p.len());
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
