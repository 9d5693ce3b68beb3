//! Program: a policy with every name resolved, as a bundle holds it and the page runs it.
//!
//! Rows refer to each other by place: a [`Part`] is a stretch of another list, a [`Place`] one of its rows. A
//! policy as people write it becomes a program in the crate `policy`, where everything that can be wrong with it is said with the
//! name of what is wrong; what a program says of itself is checked when it becomes a [`Policy`](super::Policy).
//!
//! Invariants
//! - Rows are plain numbers. Whatever they are, running them ends: no row can refer to itself but parents, and a walk over
//!   parents takes no more steps than there are queues.
//!
//! Not here: names and text (`policy`), deciding (`route`).

use super::condition::Op;
use super::hours::{DateRow, SpanRow, ZoneRule};
use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// A row of another list; [`Place::NONE`] is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Place(pub u16);

/// A stretch of another list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Its first row.
    pub first: u32,
    /// How many rows it has.
    pub n: u32,
}

/// A policy, resolved.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PolicyProgram {
    /// Name of this version.
    pub version: String,
    /// Public key of snapshots, in hexadecimal digits; empty: none.
    pub key: String,
    /// Names of the queues.
    pub queues: Vec<String>,
    /// Names of the filters.
    pub filter_names: Vec<String>,
    /// What there is one of.
    pub settings: Settings,
    /// `[n_queues]`.
    pub rows: Vec<QueueRow>,
    /// Which queue speaks which language, by symbol.
    pub spoken: Vec<(Place, u32)>,
    /// Symbols of the outputs of the head that names the language; empty where a feature does.
    pub language_symbols: Vec<u32>,
    /// Opening hours.
    pub hours: Vec<HoursRow>,
    /// Stretches of hours.
    pub spans: Vec<SpanRow>,
    /// Dates on which hours differ.
    pub dates: Vec<DateRow>,
    /// Which queue has which skill.
    pub skills: Vec<SkillRow>,
    /// Needs of intents and of extra requirements.
    pub needs: Vec<NeedRow>,
    /// Each intent's part of `needs`.
    pub intents: Vec<Part>,
    /// Extra requirements: parts of `ops` and of `needs`.
    pub extra: Vec<(Part, Part)>,
    /// Conditions, one after another.
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
    /// A head's output for each queue, for each strategy that asks a head.
    pub outputs: Vec<Place>,
    /// Inputs of bandits.
    pub inputs: Vec<super::condition::Source>,
    /// Arms of bandits.
    pub arms: Vec<ArmRow>,
    /// Numbers of arms: `θ`, then `A⁻¹`.
    pub numbers: Vec<f32>,
}

/// What a policy has one of. Numbers as in a policy file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Settings {
    /// The head.
    pub intents: Place,
    /// The default queue.
    pub default_queue: Place,
    /// The overflow.
    pub overflow: Place,
    /// The queue for when nothing is open.
    pub closed: Place,
    /// Least fit.
    pub threshold: f32,
    /// Least probability of the most probable intent.
    pub certainty: f32,
    /// Least lead.
    pub margin: f32,
    /// Probability in an intent set.
    pub set_mass: f32,
    /// Seconds that a request lives.
    pub ttl: u32,
    /// Part of `strategies`.
    pub strategy: Part,
    /// Chance.
    pub explore: ExploreDef,
    /// The bot's queue.
    pub bot: Place,
    /// Age from which people are asked instead.
    pub bot_until: f32,
    /// Part of `ops`: who never goes to the bot.
    pub bot_unless: Part,
    /// What names the language.
    pub language: Option<super::condition::Source>,
    /// Whether it must be spoken.
    pub language_required: bool,
    /// When it is dropped.
    pub language_drop: u8,
    /// Seconds for which a shopper stays with an agent; below 0: not at all.
    pub lifetime: f32,
    /// Age up to which a busy one is waited for.
    pub hold: f32,
    /// Bounds on agents.
    pub agents: AgentsDef,
    /// Up to which age a snapshot is believed.
    pub fresh: f32,
    /// From which age it is not.
    pub stale: f32,
}

/// One queue.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct QueueRow {
    /// Its hours.
    pub hours: Place,
    /// Its parent.
    pub parent: Place,
    /// Most that may wait; infinite: any number.
    pub capacity: f32,
    /// How it answers.
    pub channel: Channel,
    /// Its weight.
    pub weight: f32,
    /// What a minute of waiting costs.
    pub delay_cost: f32,
    /// Requests a second that an agent ends; 0: not known.
    pub rate: f32,
    /// Requests that an agent holds at most.
    pub chats: u8,
}

/// How a queue answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// An agent, at once.
    #[default]
    Chat,
    /// An agent calls later.
    CallBack,
    /// An agent writes later.
    Email,
    /// A program.
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

/// What is dropped at an age.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepDef {
    /// The request's age.
    pub at: f32,
    /// Needs, and the language, with a `drop` from 1 up to this are dropped: they exclude no queue any more, and what a queue lacks
    /// of them counts half.
    pub drop: u8,
}

/// What is left to chance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExploreDef {
    /// Least propensity of every queue that could take the request, as far as they are few enough.
    #[serde(default)]
    pub floor: f32,
    /// Share of requests that are sent by chance alone, to measure the others against.
    #[serde(default)]
    pub holdout: f32,
}

/// Bounds on how work is shared between agents. They hold as long as somebody within them is free.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentsDef {
    /// Occupancy band, `[low, high]`: those below are asked first, those above last, and of either the least busy first.
    #[serde(default)]
    pub occupancy: Option<[f32; 2]>,
    /// Fair share: those who took more than this many times the mean of the present are asked last.
    #[serde(default)]
    pub most: Option<f32>,
    /// Least share of a queue's requests that novices get.
    #[serde(default)]
    pub learning: f32,
}

/// Opening hours.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct HoursRow {
    /// The zone's rule.
    pub zone: ZoneRule,
    /// Part of `spans`.
    pub open: Part,
    /// Part of `dates`.
    pub dates: Part,
}

/// A queue's skill.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SkillRow {
    /// The queue.
    pub queue: Place,
    /// The skill, by number.
    pub skill: u16,
    /// How well it is mastered.
    pub proficiency: f32,
}

/// A need.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct NeedRow {
    /// The skill, by number.
    pub skill: u16,
    /// Proficiency that is enough.
    pub level: f32,
    /// Whether a queue below it is out of the question.
    pub required: bool,
    /// When it is dropped.
    pub drop: u8,
}

/// A filter.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct FilterRow {
    /// Part of `ops`; empty: all requests.
    pub when: Part,
    /// Seconds.
    pub priority: f32,
    /// Part of `targets`.
    pub targets: Part,
    /// Part of `steps`.
    pub steps: Part,
    /// Its overflow.
    pub overflow: Place,
    /// Part of `strategies`; empty: the policy's.
    pub strategy: Part,
}

/// A target.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TargetRow {
    /// Part of `targeted`; empty: all queues.
    pub queues: Part,
    /// Age from which it is tried.
    pub at: f32,
    /// Age from which it is not; infinite: never.
    pub expiry: f32,
    /// Part of `ops`; empty: none is skipped.
    pub skip_if: Part,
}

/// A strategy.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct StrategyRow {
    /// What is looked at.
    pub look: Look,
    /// Its weight, as a part of 1.
    pub weight: f32,
    /// `epsilon`, `alpha` or `spread`.
    pub amount: f32,
    /// The head that is asked.
    pub head: Place,
    /// Part of `outputs`, `[n_queues]`; of a bandit part of `inputs`.
    pub reads: Part,
    /// Part of `arms`.
    pub arms: Part,
}

/// What a strategy looks at: a strategy of a policy file without its settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Look {
    /// Chance.
    Random,
    /// Turns.
    RoundRobin,
    /// The target's order.
    Rules,
    /// Fit.
    Skills,
    /// Idle time.
    LongestIdle,
    /// Open work.
    LeastLoaded,
    /// Expected wait.
    ShortestWait,
    /// A head.
    Model,
    /// Rate over cost.
    CMu,
    /// Shares.
    FixedRatio,
    /// A bandit's mean.
    EpsilonGreedy,
    /// A bandit's upper bound.
    LinUcb,
    /// A bandit's draw.
    Thompson,
}

/// What a bandit knows of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ArmRow {
    /// The queue.
    pub queue: Place,
    /// Part of `numbers`: `d + d²`.
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

    /// The row; `None` where there is none.
    #[must_use]
    pub fn get(self) -> Option<usize> {
        (self != Self::NONE).then_some(self.0.into())
    }

    /// Whether it is none or a row of a list of `n`.
    pub(super) fn is_within(self, n: usize) -> bool {
        self == Self::NONE || usize::from(self.0) < n
    }
}

impl Part {
    /// The rows; none where it leaves the list.
    #[must_use]
    pub fn of<T>(self, list: &[T]) -> &[T] {
        list.get(self.first as usize..).and_then(|rest| rest.get(..self.n as usize)).unwrap_or(&[])
    }

    pub(super) fn is_empty(self) -> bool {
        self.n == 0
    }

    /// Whether it lies within a list of `n`.
    pub(super) fn is_within(self, n: usize) -> bool {
        u64::from(self.first) + u64::from(self.n) <= n as u64
    }
}
