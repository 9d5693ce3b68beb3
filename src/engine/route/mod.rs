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
//! - Every request goes to a queue: [`Drawn::goes_to`] is always one, whatever is closed, full, absent, stale or unknown.
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
mod eligible;
mod floor;
mod hours;
mod policy;
mod preference;
mod program;
mod scored;
mod snapshot;
mod standing;
mod states;
mod strategy;
mod wait;

pub use agent::Asked;
pub use change::Change;
pub use condition::{Op, Relation, Source};
pub use drawn::{Abstention, Drawn, Outcome};
pub use eligible::Eligible;
pub use hours::{ClockChange, DateRow, NEVER, SpanRow, SummerRule, ZoneRule, days_of, is_open, weekday};
pub use policy::{LARGEST, MAX_CELLS, Policy, ProgramError};
pub use program::{
    AgentsDef, ArmRow, Channel, ExploreDef, FilterRow, HoursRow, Look, NeedRow, Part, Place, PolicyProgram,
    QueueRow, Settings, SkillRow, StepDef, StrategyRow, TargetRow,
};
pub use scored::Scored;
pub use snapshot::{
    AHEAD_MS, AgentState, Incoming, LEVELS, Load, MAX_QUEUES, MAX_ROWS, QueueState, Snapshot, SnapshotError,
};
pub use standing::Standing;
pub use wait::Wait;

use crate::event::Value;
use crate::head::Scores;
use crate::list::fill;
use crate::order;
use crate::symbol::Symbol;
use alloc::vec::Vec;
use chance::Draws;
use condition::Facts;
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

/// A decision: what each stage of routing found, and what is reported of it. Create it once and reuse it for each request: its vectors keep
/// their memory.
#[derive(Clone, Debug, Default)]
pub struct Decision {
    /// Which queues could take the request.
    pub eligible: Eligible,
    /// The queues' scores.
    pub scored: Scored,
    /// The chosen queue and agent.
    pub drawn: Drawn,
    /// The weight that the snapshot had, by its age: 1 for a fresh one, 0 for a stale one.
    pub freshness: f32,
    /// When the request expires, in milliseconds since 1970: after that the shopper should be asked again.
    pub expires_ms: i64,
    /// Expected wait in each queue, in declared order; NaN if not known, infinite if no agent serves the queue.
    pub waits: Vec<Wait>,
    /// The smallest set of intents that holds at least the policy's `set_mass` of the probability, most probable first.
    pub intent_set: Vec<usize>,
    /// The least change that would have put the second queue first; only for [`Outcome::Best`].
    pub change: Change,
    states: Vec<QueueState>,
    lines: Vec<Line>,
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
        let program = self.program();
        let settings = &program.settings;
        let intents = request.scores.get(self.intent_head());
        let p = intents.map_or(&[][..], |scores| &scores.probabilities);
        let freshness = snapshot.freshness(request.now_ms, settings.fresh, settings.stale);
        let agents = if freshness > 0.0 { &snapshot.agents[..] } else { &[] };
        let Decision { eligible, scored, drawn, states, lines, .. } = out;
        self.fill_states(snapshot, freshness, states, lines);
        let floor = Floor::new(states, lines, snapshot.age_s(request.now_ms));
        let facts = Facts { features: request.features, scores: request.scores, age_s, floor };

        let filter = self.find_eligible(request.now_ms, p, &facts, eligible);
        let own = filter.map(|filter| filter.strategy).filter(|own| !own.is_empty());
        let strategies = own.unwrap_or(settings.strategy).of(&program.strategies);
        // Counted turns are used only if `round_robin` is the only strategy.
        let turn =
            request.turn.filter(|_| matches!(strategies, [StrategyRow { look: Look::RoundRobin, .. }]));
        let looks_outside = |op: &Op| matches!(op, Op::Compare { source: Source::Outside { .. }, .. });
        let asks_outside =
            filter.is_some_and(|filter| filter.when.of(&program.ops).iter().any(looks_outside));
        let view = View {
            facts,
            freshness,
            eligible,
            filter,
            strategies,
            draws: Draws { seed: request.seed },
            turn,
            is_outside: intents.is_some_and(|scores| scores.is_outside) && !asks_outside,
            p,
        };
        self.score(&view, scored);
        self.draw(request, agents, &view, scored, drawn);

        out.freshness = freshness;
        out.expires_ms =
            request.now_ms.saturating_add(i64::from(settings.ttl) * 1_000 - (age_s * 1e3) as i64);
        out.change = if is_told
            && view.eligible.candidates.len() > 1
            && drawn.outcome == Outcome::Best
            && drawn.abstention.is_none()
        {
            self.least_change(&view, scored)
        } else {
            Change::default()
        };
        out.waits.clear();
        out.intent_set.clear();
        if is_told {
            let wait = |(queue, state): (usize, &QueueState)| state.wait(floor.line(queue), floor.age_s);
            fill(&mut out.waits, floor.queues.iter().enumerate().map(wait));
            let own = intents.map(|scores| scores.mass).filter(|mass| *mass > 0.0);
            intent_set(p, own.unwrap_or(settings.set_mass), &mut out.intent_set);
        }
    }

    /// The contribution of each intent to the fit of `queue`: `p · fit`, in intent order, before any need is dropped.
    pub fn shares(&self, queue: usize, p: &[f32]) -> impl Iterator<Item = f32> {
        self.fit(queue).iter().zip(p).map(|(fit, p)| fit * p)
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
