//! Policy as plain data: the same in a policy file, in `store.toml` and in a bundle.
//!
//! Ages, priorities and times are seconds. Names refer to queues, skills, hours, heads and features of the same model.
//!
//! Not here: checking (`compile`), deciding (`engine::route`), how conditions, hours and dates are written (`text`).

use crate::hours::HoursDef;
use crate::names::Condition;
use crate::targets::HandoverDef;
use floorwalker_engine::route::{AgentsDef, Channel, ExploreDef, StepDef};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A raw policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyDef {
    /// Name of this version, written into every decision.
    #[serde(default)]
    pub version: String,
    /// The head whose outputs are the intents.
    pub intents: String,
    /// Least fit that a queue may be chosen with, 0 to 1, where `skills` is among the strategies.
    #[serde(default)]
    pub threshold: f32,
    /// Least probability of the most probable intent that a queue may be chosen with, 0 to 1. Unlike the threshold it does not depend
    /// on how many intents a queue can help with.
    #[serde(default)]
    pub certainty: f32,
    /// Least lead over another candidate, 0 to 1. A smaller one abstains where it is doubt about the need: where the two queues'
    /// `skills` differ by at least the margin, intent by intent, or a `model` says something else of each. Queues that are equally
    /// good for all that is probable are no doubt, and other strategies make none.
    #[serde(default)]
    pub margin: f32,
    /// Total probability that an intent set must reach: 0.9 by default, or the value with which sets hold the true intent in a stated
    /// share of requests. Any number is valid: a set has at least one intent and at most all.
    #[serde(default = "usual_set_mass")]
    pub set_mass: f32,
    /// Where a request goes when no queue is chosen.
    pub default_queue: String,
    /// Where a request goes when none of its filter's queues can take it, be they closed, full, skipped or unfit, and this one can: it
    /// is open, staffed, not full and answers before it closes. It need not fit. It comes before `closed`.
    #[serde(default)]
    pub overflow: Option<String>,
    /// Where a request goes when none of the queues that its filter names is open, nor one that stands in, nor can the overflow take
    /// it: a call-back, an e-mail, a message that waits. A chat in which nobody is (`agents` 0 in the snapshot), or whose expected wait
    /// ends after its hours do, is as good as closed. If its channel is not chat, it is no choice among others unless a target names it.
    #[serde(default)]
    pub closed: Option<String>,
    /// Seconds within which the shop means to answer; the linter compares steps and targets with it.
    #[serde(default)]
    pub within: Option<f32>,
    /// Seconds that a request lives, at least 1: after them the shopper should be asked again.
    #[serde(default = "usual_ttl")]
    pub ttl: u32,
    /// The strategies that score queues; a filter may have its own.
    #[serde(default = "skills_alone", with = "crate::text::strategies")]
    pub strategy: Vec<StrategyDef>,
    /// Exploration: how much is left to chance.
    #[serde(default)]
    pub explore: ExploreDef,
    /// A bot that is asked first.
    #[serde(default)]
    pub bot: Option<BotDef>,
    /// How the shopper's language counts.
    #[serde(default)]
    pub language: Option<LanguageDef>,
    /// How long a shopper stays with the same agent.
    #[serde(default)]
    pub preferred: Option<PreferredDef>,
    /// Which agents of a queue are asked first.
    #[serde(default, deserialize_with = "crate::text::agents")]
    pub agents: AgentsDef,
    /// How long a snapshot of the queues is trusted.
    #[serde(default)]
    pub snapshot: SnapshotDef,
    /// The queues.
    #[serde(default)]
    pub queues: Vec<QueueDef>,
    /// Opening hours, by name.
    #[serde(default)]
    pub hours: Vec<HoursDef>,
    /// What intents require; an intent without requirements asks for the skill of its own name.
    #[serde(default)]
    pub requirements: Vec<RequirementDef>,
    /// Which queues are considered: the first filter that matches decides. Without filters, all are.
    #[serde(default)]
    pub filters: Vec<FilterDef>,
    /// For each chat vendor, what it calls the queues. It decides nothing, and no bundle has it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub handover: BTreeMap<String, HandoverDef>,
}

/// A queue, what its agents can do, and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueueDef {
    /// Its name.
    pub name: String,
    /// Its skills.
    #[serde(default)]
    pub skills: Vec<SkillDef>,
    /// Languages that its agents speak; empty: any.
    #[serde(default)]
    pub languages: Vec<String>,
    /// Its opening hours, by name; without them it is always open.
    #[serde(default)]
    pub hours: Option<String>,
    /// Largest number of requests that may wait in it.
    #[serde(default)]
    pub capacity: Option<u32>,
    /// How the shopper is answered.
    #[serde(default)]
    pub channel: Channel,
    /// The queue that stands in for it when it is closed, unstaffed, closing, full or skipped.
    #[serde(default)]
    pub parent: Option<String>,
    /// Its share of turns (`round_robin`) and of work (`fixed_ratio`), relative to the other queues'; above 0.
    #[serde(default = "one")]
    pub weight: f32,
    /// Cost of a minute of waiting in it (`c_mu`), relative to the other queues; above 0.
    #[serde(default = "one")]
    pub delay_cost: f32,
    /// Seconds an agent needs for a request, where the snapshot gives no rate.
    #[serde(default)]
    pub aht: Option<f32>,
    /// Requests that an agent may hold at a time, where the snapshot gives no rate.
    #[serde(default = "one_chat")]
    pub chats: u8,
}

/// A skill and how well it is mastered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkillDef {
    /// The skill's name.
    pub skill: String,
    /// Proficiency, above 0 and up to 1.
    #[serde(default = "one")]
    pub proficiency: f32,
}

/// What one intent requires, or any request for which a condition holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequirementDef {
    /// The intent's name.
    #[serde(default)]
    pub intent: Option<String>,
    /// Instead of an intent: the condition.
    #[serde(default)]
    pub when: Option<Condition>,
    /// The skills that are needed; all count equally.
    pub needs: Vec<NeedDef>,
}

/// A skill that is needed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NeedDef {
    /// The skill's name.
    pub skill: String,
    /// Proficiency that is sufficient, above 0 and up to 1.
    #[serde(default = "one")]
    pub level: f32,
    /// Whether a queue below that level is excluded; else it only scores less.
    #[serde(default)]
    pub required: bool,
    /// When it is dropped: by a step that drops up to this number or a higher one; 0 never.
    #[serde(default)]
    pub drop: u8,
}

/// A rule: for which requests, which queues are tried, in which order and at which age.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilterDef {
    /// Its name.
    pub name: String,
    /// Which requests it applies to; without a condition, all.
    #[serde(default)]
    pub when: Option<Condition>,
    /// How much longer a request counts as having waited, for whoever serves the queue; which queue is chosen does not depend on it.
    #[serde(default)]
    pub priority: f32,
    /// Sets of queues, in order: the first that has a queue that can take the request is used. Empty: all queues.
    #[serde(default)]
    pub targets: Vec<TargetDef>,
    /// Which needs are dropped as the request ages, by rising age.
    #[serde(default)]
    pub steps: Vec<StepDef>,
    /// Its own overflow.
    #[serde(default)]
    pub overflow: Option<String>,
    /// Its own strategy.
    #[serde(default, with = "crate::text::maybe_strategies")]
    pub strategy: Option<Vec<StrategyDef>>,
}

/// A set of queues that is tried.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetDef {
    /// The queues; empty: all.
    #[serde(default)]
    pub queues: Vec<String>,
    /// Age from which it is tried.
    #[serde(default)]
    pub at: f32,
    /// Age from which on it is no longer tried.
    #[serde(default)]
    pub expiry: Option<f32>,
    /// A queue of the set for which this holds is passed over.
    #[serde(default)]
    pub skip_if: Option<Condition>,
}

/// A strategy, and how much it counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StrategyDef {
    /// What queues are scored by.
    pub by: By,
    /// Weight relative to the other strategies; above 0.
    pub weight: f32,
}

/// What queues are scored by. The engine's module `strategy` defines each score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum By {
    /// A random draw.
    Random,
    /// Turns, by the queues' weights.
    RoundRobin,
    /// The order in which the target names its queues.
    Rules,
    /// How well the queue's skills fit what is probably needed.
    Skills,
    /// How long the queue's longest idle agent has been idle.
    LongestIdle,
    /// How little open work an agent has.
    LeastLoaded,
    /// How soon the queue would answer.
    ShortestWait,
    /// The output of a head for each queue: its outputs are named after queues.
    Model {
        /// The head.
        head: String,
    },
    /// The cμ rule: how fast the queue would serve the request, relative to what the requests before it lose by waiting.
    CMu,
    /// How far the queue is below its share of the work.
    FixedRatio,
    /// Epsilon-greedy: the learnt reward of each queue; a share of requests goes to a random one.
    EpsilonGreedy {
        /// Share of requests that is left to chance.
        epsilon: f32,
        /// The regressions that were learnt.
        bandit: BanditDef,
    },
    /// `LinUCB`: the learnt reward of each queue plus a bonus for its uncertainty (upper confidence bound).
    LinUcb {
        /// The bonus, in standard errors.
        alpha: f32,
        /// The regressions that were learnt.
        bandit: BanditDef,
    },
    /// Thompson sampling: a draw of each queue's reward from what was learnt.
    Thompson {
        /// Standard deviation of a reward.
        spread: f32,
        /// The regressions that were learnt.
        bandit: BanditDef,
    },
}

/// Ridge regressions of the reward, one for each queue, over the same inputs, followed by a constant 1.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BanditDef {
    /// Inputs, named as in conditions: features (`cart_value`) or probabilities (`intent.returns`). At most [`MAX_INPUTS`].
    pub inputs: Vec<String>,
    /// The regression of each queue. Of a queue without one, nothing is known.
    #[serde(default)]
    pub arms: Vec<ArmDef>,
}

/// Largest number of inputs of a bandit: an arm holds the square of it.
pub const MAX_INPUTS: usize = 64;

/// What was learnt about one queue. `d` is the number of inputs plus 1.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArmDef {
    /// The queue.
    pub queue: String,
    /// `θ`, `[d]`: reward per unit of input.
    pub weights: Vec<f32>,
    /// `A⁻¹`, `[d, d]`, symmetric, row-major: how uncertain `θ` is.
    pub inverse: Vec<f32>,
}

/// A bot that is asked before people are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BotDef {
    /// Its queue.
    pub queue: String,
    /// Age from which people are asked instead.
    pub until: f32,
    /// Requests that never go to it.
    #[serde(default)]
    pub unless: Option<Condition>,
}

/// How the shopper's language counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LanguageDef {
    /// The feature or head that names the language.
    pub from: String,
    /// Whether a queue that does not speak it is excluded; else it scores half.
    #[serde(default)]
    pub required: bool,
    /// When it is dropped, as for a need.
    #[serde(default)]
    pub drop: u8,
}

/// How a shopper is brought back to the same agent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PreferredDef {
    /// Seconds after shopper and agent last spoke for which the agent is preferred.
    pub lifetime: f32,
    /// Up to which age the request waits for an agent who is present and busy.
    #[serde(default)]
    pub hold: f32,
}

/// How long a snapshot is trusted, and from whom.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SnapshotDef {
    /// Up to this age it counts in full.
    #[serde(default = "usual_fresh")]
    pub fresh: f32,
    /// From this age on it is ignored; in between it counts less and less.
    #[serde(default = "usual_stale")]
    pub stale: f32,
    /// Ed25519 public key, 64 hexadecimal digits: only snapshots that it verifies are accepted.
    #[serde(default)]
    pub key: Option<String>,
}

impl Default for SnapshotDef {
    fn default() -> Self {
        Self { fresh: usual_fresh(), stale: usual_stale(), key: None }
    }
}

impl PolicyDef {
    /// A policy over these intents that sends everything to one queue. A start for tests and tools.
    #[must_use]
    pub fn plain(intents: &str, default_queue: &str) -> Self {
        Self {
            version: String::new(),
            intents: intents.into(),
            threshold: 0.0,
            certainty: 0.0,
            margin: 0.0,
            set_mass: usual_set_mass(),
            default_queue: default_queue.into(),
            overflow: None,
            closed: None,
            within: None,
            ttl: usual_ttl(),
            strategy: skills_alone(),
            explore: ExploreDef::default(),
            bot: None,
            language: None,
            preferred: None,
            agents: AgentsDef::default(),
            snapshot: SnapshotDef::default(),
            queues: vec![QueueDef::new(default_queue)],
            hours: Vec::new(),
            requirements: Vec::new(),
            filters: Vec::new(),
            handover: BTreeMap::new(),
        }
    }
}

impl QueueDef {
    /// A chat queue without skills, always open.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            skills: Vec::new(),
            languages: Vec::new(),
            hours: None,
            capacity: None,
            channel: Channel::Chat,
            parent: None,
            weight: 1.0,
            delay_cost: 1.0,
            aht: None,
            chats: 1,
        }
    }
}

impl By {
    /// The bandit of a strategy that learns; none for other strategies.
    #[must_use]
    pub const fn bandit(&self) -> Option<&BanditDef> {
        match self {
            Self::EpsilonGreedy { bandit, .. }
            | Self::LinUcb { bandit, .. }
            | Self::Thompson { bandit, .. } => Some(bandit),
            _ => None,
        }
    }

    /// As [`By::bandit`], to change the bandit.
    pub const fn bandit_mut(&mut self) -> Option<&mut BanditDef> {
        match self {
            Self::EpsilonGreedy { bandit, .. }
            | Self::LinUcb { bandit, .. }
            | Self::Thompson { bandit, .. } => Some(bandit),
            _ => None,
        }
    }
}

impl StrategyDef {
    /// A strategy of weight 1.
    #[must_use]
    pub const fn new(by: By) -> Self {
        Self { by, weight: 1.0 }
    }
}

/// Default set mass.
const fn usual_set_mass() -> f32 {
    0.9
}

/// Default time to live of a request: ten minutes.
const fn usual_ttl() -> u32 {
    600
}

const fn usual_fresh() -> f32 {
    30.0
}

const fn usual_stale() -> f32 {
    300.0
}

const fn one() -> f32 {
    1.0
}

const fn one_chat() -> u8 {
    1
}

fn skills_alone() -> Vec<StrategyDef> {
    vec![StrategyDef::new(By::Skills)]
}
