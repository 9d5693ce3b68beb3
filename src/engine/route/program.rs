//! Program: a compiled policy, with every name resolved, as it is stored in a bundle and run by the page.
//!
//! Rows refer to each other by index: a [`Part`] is a range of another list, a [`Place`] one of its rows. The crate `policy`
//! compiles a policy file to a program, and reports errors with the names in the file; the references and numbers of a program are
//! checked when it becomes a [`Policy`](super::Policy).
//!
//! Invariants
//! - Rows are plain numbers. Running a program ends for any numbers: only parents of queues can form a cycle, and a walk over
//!   parents takes at most as many steps as there are queues.
//!
//! Not here: names and text (`policy`), deciding (`route`).

use super::condition::Op;
use super::hours::{DateRow, SpanRow, ZoneRule};
use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// The index of a row in another list, or [`Place::NONE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Place(pub u16);

/// A range of rows in another list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Its first row.
    pub first: u32,
    /// How many rows it has.
    pub n: u32,
}

/// A compiled policy.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PolicyProgram {
    /// Name of this version.
    pub version: String,
    /// Public key that verifies signed snapshots, in hexadecimal digits; empty if there is none.
    pub key: String,
    /// Names of the queues.
    pub queues: Vec<String>,
    /// Names of the filters.
    pub filter_names: Vec<String>,
    /// Settings of the whole policy.
    pub settings: Settings,
    /// The queues: `[n_queues]`.
    pub rows: Vec<QueueRow>,
    /// Pairs of a queue and a language (as a symbol) that it speaks.
    pub spoken: Vec<(Place, u32)>,
    /// Symbols of the outputs of the head that predicts the language; empty if a feature gives the language.
    pub language_symbols: Vec<u32>,
    /// Opening hours.
    pub hours: Vec<HoursRow>,
    /// Weekly time spans of opening hours.
    pub spans: Vec<SpanRow>,
    /// Dates with special hours, and holidays.
    pub dates: Vec<DateRow>,
    /// Skills of the queues.
    pub skills: Vec<SkillRow>,
    /// Needs of intents and of extra requirements.
    pub needs: Vec<NeedRow>,
    /// Each intent's part of `needs`.
    pub intents: Vec<Part>,
    /// Extra requirements: parts of `ops` and of `needs`.
    pub extra: Vec<(Part, Part)>,
    /// Terms of all conditions, one condition after another.
    pub ops: Vec<Op>,
    /// Filters, in order.
    pub filters: Vec<FilterRow>,
    /// Targets of filters.
    pub targets: Vec<TargetRow>,
    /// Queues of targets.
    pub targeted: Vec<Place>,
    /// Steps of filters.
    pub steps: Vec<StepDef>,
    /// Strategies of the policy and of filters.
    pub strategies: Vec<StrategyRow>,
    /// For each strategy that reads a head, the head's output for each queue.
    pub outputs: Vec<Place>,
    /// Inputs of bandits.
    pub inputs: Vec<super::condition::Source>,
    /// Arms of bandits.
    pub arms: Vec<ArmRow>,
    /// Numbers of each arm: `θ`, then `A⁻¹`.
    pub numbers: Vec<f32>,
}

/// Settings of a whole policy. Numbers are those of the policy file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Settings {
    /// The head that gives the intents.
    pub intents: Place,
    /// The default queue.
    pub default_queue: Place,
    /// The overflow queue.
    pub overflow: Place,
    /// The queue for closing time, when no other is open.
    pub closed: Place,
    /// Smallest fit of the best candidate; below it the decision is an abstention.
    pub threshold: f32,
    /// Smallest probability of the most probable intent; below it the decision is an abstention.
    pub certainty: f32,
    /// Smallest margin between two queues for different needs; below it the decision is an abstention.
    pub margin: f32,
    /// Probability that an intent set must hold.
    pub set_mass: f32,
    /// Seconds after which a request expires.
    pub ttl: u32,
    /// The strategies: part of `strategies`.
    pub strategy: Part,
    /// Exploration.
    pub explore: ExploreDef,
    /// The bot's queue.
    pub bot: Place,
    /// Age, in seconds, from which requests no longer go to the bot first.
    pub bot_until: f32,
    /// Part of `ops`: the condition for requests that never go to the bot.
    pub bot_unless: Part,
    /// The source of the request's language.
    pub language: Option<super::condition::Source>,
    /// Whether a queue must speak the language.
    pub language_required: bool,
    /// Drop order of the language, as in `StepDef::drop`; 0 if it is never dropped.
    pub language_drop: u8,
    /// Seconds for which a shopper is routed to the agent who helped before; negative if never.
    pub lifetime: f32,
    /// Age of the request, in seconds, up to which it waits for that agent if the agent is busy.
    pub hold: f32,
    /// Bounds on how work is shared between agents.
    pub agents: AgentsDef,
    /// Age in seconds up to which a snapshot has its full weight.
    pub fresh: f32,
    /// Age in seconds from which a snapshot is ignored.
    pub stale: f32,
}

/// One queue.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct QueueRow {
    /// Its opening hours.
    pub hours: Place,
    /// Its parent queue, which is tried if this one is closed or full.
    pub parent: Place,
    /// How many requests may wait in it; infinite if there is no limit.
    pub capacity: f32,
    /// How it answers.
    pub channel: Channel,
    /// Its weight in `round_robin` and `fixed_ratio`.
    pub weight: f32,
    /// Cost of a minute of waiting, for `c_mu`.
    pub delay_cost: f32,
    /// Requests that an agent ends per second; 0 if not known.
    pub rate: f32,
    /// How many requests an agent holds at most.
    pub chats: u8,
}

/// How a queue answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// An agent answers in a chat, at once.
    #[default]
    Chat,
    /// An agent calls later.
    CallBack,
    /// An agent writes later.
    Email,
    /// A program answers.
    Bot,
}

impl Channel {
    /// Its name in files and in the page.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::CallBack => "call_back",
            Self::Email => "email",
            Self::Bot => "bot",
        }
    }
}

/// A step of a filter: from an age on, needs up to a drop order are dropped.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepDef {
    /// Age of the request in seconds from which the step applies.
    pub at: f32,
    /// Needs, and the language, with a `drop` from 1 up to this are dropped: they no longer exclude a queue, and the share of them that a
    /// queue lacks counts half.
    pub drop: u8,
}

/// Exploration: how much is left to chance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExploreDef {
    /// Smallest propensity of every candidate; at most 1 divided by the number of candidates.
    #[serde(default)]
    pub floor: f32,
    /// Share of requests that are sent to a random candidate, as a baseline for measuring the policy.
    #[serde(default)]
    pub holdout: f32,
}

/// Bounds on how work is shared between agents. They apply as long as an agent within them has room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentsDef {
    /// Occupancy band, `[low, high]`: agents below it are asked first, agents above it last; in both groups the least busy first.
    #[serde(default)]
    pub occupancy: Option<[f32; 2]>,
    /// Fair share: agents who took more than this many times the mean of the queue's agents are asked last.
    #[serde(default)]
    pub most: Option<f32>,
    /// Smallest share of a queue's requests that novices get.
    #[serde(default)]
    pub learning: f32,
}

/// Opening hours.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct HoursRow {
    /// The rule of the time zone.
    pub zone: ZoneRule,
    /// Weekly hours: part of `spans`.
    pub open: Part,
    /// Special dates: part of `dates`.
    pub dates: Part,
}

/// A skill of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SkillRow {
    /// The queue.
    pub queue: Place,
    /// The skill, by number.
    pub skill: u16,
    /// The queue's proficiency in the skill.
    pub proficiency: f32,
}

/// A need: a skill and the proficiency that is needed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct NeedRow {
    /// The skill, by number.
    pub skill: u16,
    /// The proficiency that is enough.
    pub level: f32,
    /// Whether a queue with less proficiency is excluded.
    pub required: bool,
    /// Drop order of the need, as in `StepDef::drop`; 0 if it is never dropped.
    pub drop: u8,
}

/// A filter.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct FilterRow {
    /// The condition: part of `ops`; empty if the filter matches all requests.
    pub when: Part,
    /// Seconds that are added to the time that the request has waited.
    pub priority: f32,
    /// Part of `targets`.
    pub targets: Part,
    /// Part of `steps`.
    pub steps: Part,
    /// Its overflow queue.
    pub overflow: Place,
    /// Part of `strategies`; empty if the policy's strategies apply.
    pub strategy: Part,
}

/// A target of a filter: a list of queues that are tried together.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TargetRow {
    /// Part of `targeted`; empty for all queues.
    pub queues: Part,
    /// Age of the request in seconds from which the target is tried.
    pub at: f32,
    /// Age of the request in seconds from which the target is no longer tried; infinite if it does not expire.
    pub expiry: f32,
    /// The condition under which a queue is skipped: part of `ops`; empty if none is skipped.
    pub skip_if: Part,
}

/// A strategy.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct StrategyRow {
    /// The kind of strategy.
    pub look: Look,
    /// Its weight among the strategies, 0 to 1.
    pub weight: f32,
    /// The parameter of a bandit: `epsilon`, `alpha` or `spread`.
    pub amount: f32,
    /// The head that a `model` strategy reads.
    pub head: Place,
    /// Part of `outputs`, `[n_queues]`; for a bandit part of `inputs`.
    pub reads: Part,
    /// The arms of a bandit: part of `arms`.
    pub arms: Part,
}

/// The kind of a strategy: a strategy of a policy file without its settings. See the table in `strategy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Look {
    /// A random queue.
    Random,
    /// Turns in order.
    RoundRobin,
    /// The order of the queues in the target.
    Rules,
    /// The fit.
    Skills,
    /// The idle time of agents.
    LongestIdle,
    /// The load: open work per chat that agents can hold.
    LeastLoaded,
    /// The expected wait.
    ShortestWait,
    /// A head's probability for the queue.
    Model,
    /// The `c_mu` rule: service rate and cost of waiting.
    CMu,
    /// Fixed ratios between the queues.
    FixedRatio,
    /// The estimated mean of a bandit, with random exploration.
    EpsilonGreedy,
    /// The upper confidence bound of a bandit.
    LinUcb,
    /// A draw from the posterior of a bandit.
    Thompson,
}

/// The learnt parameters of a bandit for one queue.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ArmRow {
    /// The queue.
    pub queue: Place,
    /// Part of `numbers`: `d + d²` of them, where `d` is the number of inputs plus 1.
    pub numbers: Part,
}

impl Default for Place {
    fn default() -> Self {
        Self::NONE
    }
}

impl Place {
    /// No row.
    pub const NONE: Self = Self(u16::MAX);

    /// The index; `None` for [`Place::NONE`].
    #[must_use]
    pub fn get(self) -> Option<usize> {
        (self != Self::NONE).then_some(self.0.into())
    }

    /// Whether this is [`Place::NONE`] or an index below `n`.
    pub(super) fn is_within(self, n: usize) -> bool {
        self == Self::NONE || usize::from(self.0) < n
    }
}

impl Part {
    /// The rows in `list`; empty if the range is outside of it.
    #[must_use]
    pub fn of<T>(self, list: &[T]) -> &[T] {
        list.get(self.first as usize..).and_then(|rest| rest.get(..self.n as usize)).unwrap_or(&[])
    }

    pub(super) fn is_empty(self) -> bool {
        self.n == 0
    }

    /// Whether the range lies within a list of `n` rows.
    pub(super) fn is_within(self, n: usize) -> bool {
        u64::from(self.first) + u64::from(self.n) <= n as u64
    }
}
