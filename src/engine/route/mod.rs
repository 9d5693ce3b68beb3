//! Route: from the heads' scores and the shop's snapshot to a queue and its propensity, or to an abstention.
//!
//! ```text
//! filter ─▶ needs not dropped at this age ─▶ target ─▶ candidates ─▶ strategies ─▶ propensities ─▶ queue ─▶ agent
//! ```
//!
//! | symbol   | shape        | meaning                                                                     |
//! |----------|--------------|-----------------------------------------------------------------------------|
//! | `p`      | `[n_intents]`| probability of each intent                                                  |
//! | `fit`    | `[n_queues]` | mean of `Σ p · fit[intent]` and of the share met of each extra requirement that applies; times ½ if the queue does not speak the language, ¾ once the language is dropped |
//! | `score`  | `[n_queues]` | weighted sum of the strategies' scores                                      |
//! | `margin` | scalar       | best candidate's score minus the second best's                              |
//!
//! Invariants
//! - Every request goes to a queue: [`Decision::goes_to`] is always one, whatever is closed, full, absent, stale or unknown.
//! - A decision depends only on policy, request and snapshot. Steps, targets, bot and hold are all timed by the request's age.
//! - Ties go to the queue declared first.
//!
//! Not here: evaluating heads and features (`model`), wording of reasons (the page).

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

/// The input of routing for one request.
#[derive(Clone, Copy, Debug, Default)]
pub struct Request<'a> {
    /// Values of the features: `[n_features]`.
    pub features: &'a [Value],
    /// Scores of the heads: `[n_heads]`.
    pub scores: &'a [Scores],
    /// The current time, in milliseconds since 1970.
    pub now_ms: i64,
    /// Age of the request: seconds since it was first made. NaN and negative numbers count as 0.
    pub age_s: f32,
    /// Seed of all random draws: the same seed gives the same decision.
    pub seed: [u32; 2],
    /// The number of the turn, if the caller counts turns for `round_robin`; else turns are drawn at random.
    pub turn: Option<u32>,
    /// The agent who helped this shopper last, and the seconds since then.
    pub preferred: Option<(Symbol, f32)>,
}

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

/// A decision. Create it once and reuse it for each request: its vectors keep their memory.
#[derive(Clone, Debug, Default)]
pub struct Decision {
    /// Index of the chosen queue; `None` for an abstention.
    pub queue: Option<usize>,
    /// Why no queue was chosen, if `queue` is `None`.
    pub abstention: Option<Abstention>,
    /// Where the request goes: the chosen queue or the default one.
    pub goes_to: usize,
    /// How the queue was chosen.
    pub outcome: Outcome,
    /// Index of the filter that matched.
    pub filter: Option<usize>,
    /// Seconds added to the time the request has waited, from the filter that matched; 0 if none did.
    pub priority: f32,
    /// Needs with a `drop` from 1 up to this were dropped.
    pub drop: u8,
    /// Fit of each queue, in declared order.
    pub fits: Vec<f32>,
    /// Score of each queue.
    pub scores: Vec<f32>,
    /// Standing of each queue: whether it could take the request, or why not.
    pub standings: Vec<Standing>,
    /// Propensity: the probability with which each queue is chosen; 0 for queues that are not candidates.
    pub propensities: Vec<f32>,
    /// Expected wait in each queue; NaN if not known, infinite if no agent serves the queue.
    pub waits: Vec<Wait>,
    /// Indices of all queues: candidates first, then other open queues, then closed ones; each group by falling score.
    pub ranking: Vec<usize>,
    /// The best candidate's score minus the second best's; the best score if it is the only candidate, 0 if there is none.
    pub margin: f32,
    /// The smallest set of intents that holds at least the policy's `set_mass` of the probability, most probable first.
    pub intent_set: Vec<usize>,
    /// The agent to ask, where the snapshot names agents.
    pub agent: Option<Asked>,
    /// The weight that the snapshot had, by its age: 1 for a fresh one, 0 for a stale one.
    pub freshness: f32,
    /// The least change that would have put the second queue first; only for [`Outcome::Best`].
    pub change: Change,
    /// When the request expires, in milliseconds since 1970: after that the shopper should be asked again.
    pub expires_ms: i64,
    states: Vec<QueueState>,
    lines: Vec<Line>,
    candidates: Vec<usize>,
    keys: Vec<u64>,
}

impl Policy {
    /// Routes a request. Cost: `O(n_queues × n_intents + n_filters + n_agents)`, plus about a hundred times the number of candidates
    /// if scores are drawn at random.
    pub fn route(&self, request: &Request<'_>, snapshot: &Snapshot, out: &mut Decision) {
        self.run(request, snapshot, true, out);
    }

    /// Routes a request without the parts that are only reported: waits, intent set and least change stay empty.
    pub fn decide(&self, request: &Request<'_>, snapshot: &Snapshot, out: &mut Decision) {
        self.run(request, snapshot, false, out);
    }

    fn run(&self, request: &Request<'_>, snapshot: &Snapshot, is_told: bool, out: &mut Decision) {
        // NaN is not above 0, so it becomes 0.
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
        // Counted turns are used only if `round_robin` is the only strategy.
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

    /// The contribution of each intent to the fit of `queue`: `p · fit`, in intent order, before any need is dropped.
    pub fn shares(&self, queue: usize, p: &[f32]) -> impl Iterator<Item = f32> {
        self.fit(queue).iter().zip(p).map(|(fit, p)| fit * p)
    }

    /// Writes the states of all queues: the larger of what the snapshot says of the queue and the sum over its agents. With a stale
    /// snapshot nothing is known.
    fn complete(
        &self,
        snapshot: &Snapshot,
        freshness: f32,
        out: &mut Vec<QueueState>,
        lines: &mut Vec<Line>,
    ) {
        let Snapshot { queues, agents, .. } = snapshot;
        let (queues, agents) = if freshness > 0.0 { (&queues[..], &agents[..]) } else { (&[][..], &[][..]) };
        // Sums over each queue's agents: their number, the requests they hold, and the longest idle time.
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
                // The policy says how many levels there are, even if it does not say their rate.
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

    /// Computes the fit of each queue.
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

    /// Ranks the queues: candidates, then other open queues, then closed ones; each group by score.
    fn rank(&self, out: &mut Decision) {
        let Decision { ranking, keys, scores, standings, .. } = out;
        // A sort key per queue: class, then score from high to low, then index.
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
                // The order of `f32::total_cmp`, reversed.
                let falling = if bits >> 31 == 1 { bits } else { !(bits | 1 << 31) };
                class << 62 | u64::from(falling) << 16 | queue as u64
            }),
        );
        order::sort(keys, |a, b| a < b);
        ranking.clear();
        fill(ranking, keys.iter().map(|key| usize::from(*key as u16)));
    }

    /// Chooses a candidate, or abstains.
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
        // The overflow queue need not have the required skills or language.
        let can = |queue: &usize| {
            let standing = out.standings.get(*queue);
            standing.is_some_and(|standing| !standing.is_shut() && *standing != Standing::Full)
        };
        let overflow = overflow.filter(can);
        // The queue for closing time may also be the overflow queue.
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

    /// Draws a candidate according to the propensities, and writes the propensities.
    fn draw(&self, strategy: &[StrategyRow], view: &View<'_>, out: &mut Decision) -> usize {
        let explore = self.program().settings.explore;
        let mut p = self.preferred(strategy, view, &out.scores);
        chance::mix(&mut p, Self::epsilon(strategy));
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

    /// Applies what takes precedence over the strategies (preferred agent, bot), and chooses the agent.
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
        // A busy preferred agent is waited for until the request's age is `hold`; one who is not in the snapshot is not.
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

/// Writes the smallest set of most probable intents whose probability reaches `mass`: at least one intent, and all of them if `mass` is
/// never reached.
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
