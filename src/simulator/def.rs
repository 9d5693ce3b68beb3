//! Definition of a scenario as plain data: the same in a scenario file and in a program.
//!
//! Times of day are hours from midnight, 0 to 24; the simulation begins at midnight. Other times are seconds unless they say hours.
//!
//! Not here: checks (`scenario`), distributions (`time`), short ways to write them (`written`).

use super::time::TimeDef;
use super::written::rates;
use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// A raw scenario: plain data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a scenario: `hours`, `queues`, [[kinds]] and [[teams]]")]
pub struct ScenarioDef {
    /// Hours in which requests come; those in the system at the end are still served.
    pub hours: f64,
    /// Date and time of hour 0, by which a policy's opening hours are looked up. Without it, policies that have
    /// opening hours are refused.
    #[serde(default)]
    pub start: Option<MomentDef>,
    /// Hours at the start that are not counted: the floor opens empty.
    #[serde(default)]
    pub warm_up: f64,
    /// Time limit of the service level, in seconds.
    #[serde(default = "usual_within")]
    pub within: f64,
    /// Seconds until an agent of a wrong queue has found out and transfers the request.
    #[serde(default = "usual_misroute")]
    pub misroute: f64,
    /// Names of the queues.
    pub queues: Vec<String>,
    /// Kinds of requests.
    pub kinds: Vec<KindDef>,
    /// Teams of agents.
    pub teams: Vec<TeamDef>,
    /// Periods with more requests than usual, or fewer.
    #[serde(default)]
    pub surges: Vec<SurgeDef>,
    /// Which shoppers come back; `None`: nobody does.
    #[serde(default)]
    pub repeat: Option<RepeatDef>,
}

/// A point in time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "`start` must be a moment: text, as in \"2026-03-02T00:00:00+01:00\", or milliseconds since 1970"
)]
pub enum MomentDef {
    /// Milliseconds since 1970.
    Ms(f64),
    /// Text, as people write dates. Whoever reads the file has to convert it to `Ms`: a [`Scenario`](super::Scenario) refuses it.
    Text(String),
}

/// Requests of one kind. They come at a rate (`per_hour`) or when a list says (`arrivals`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a kind of requests: `name`, `queue`, `per_hour` or `arrivals`, `work`"
)]
pub struct KindDef {
    /// Its name.
    pub name: String,
    /// The queue that can help.
    pub queue: String,
    /// The group of shoppers that it comes from, to compare groups for fairness.
    #[serde(default)]
    pub group: String,
    /// Requests per hour: one number for every hour, 24 for the hours of a day, or 168 for those of a week, from the scenario's
    /// midnight on.
    #[serde(default, deserialize_with = "rates")]
    pub per_hour: Vec<f64>,
    /// Instead of a rate: when each comes, in seconds from the start, rising.
    #[serde(default)]
    pub arrivals: Vec<f64>,
    /// How long an agent who holds nothing else works on one.
    pub work: TimeDef,
    /// How long the shopper waits before leaving; none waits for ever.
    #[serde(default)]
    pub patience: Option<TimeDef>,
    /// What a model predicts for it: the probability of each kind, in the order of the kinds, summing to 1. Empty: always its own kind.
    #[serde(default)]
    pub taken_for: Vec<f64>,
}

/// A team of identical agents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a team: `name`, `agents`, `queues`")]
pub struct TeamDef {
    /// Its name.
    pub name: String,
    /// Number of agents.
    pub agents: u32,
    /// The queues they serve.
    pub queues: Vec<String>,
    /// Whether they are learning: a policy may give them a share of their own.
    #[serde(default)]
    pub novices: bool,
    /// Pace of each of `n` chats while an agent holds `n`, relative to a single chat: `[1, 0.7]` is two chats at most, each at
    /// seven tenths of the pace.
    #[serde(default = "one_chat")]
    pub pace: Vec<f64>,
    /// Working hours of every day, `[from, to]`; a shift past midnight counts on, as in `[22, 30]`. Shifts must not overlap. Empty: the
    /// team is always present.
    #[serde(default)]
    pub shifts: Vec<[f64; 2]>,
    /// Breaks of every day, `[from, to]` in hours: each within the shifts. Breaks must not overlap.
    #[serde(default)]
    pub breaks: Vec<[f64; 2]>,
}

/// A period with more requests than usual, or fewer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a surge: `from`, `to`, `factor`")]
pub struct SurgeDef {
    /// Hours from the start at which it begins, before the scenario's end.
    pub from: f64,
    /// Hours from the start at which it ends.
    pub to: f64,
    /// What rates are multiplied by. Surges at the same time multiply.
    pub factor: f64,
    /// The kinds that it affects; empty: all that come at a rate.
    #[serde(default)]
    pub kinds: Vec<String>,
}

/// Who comes back, as a share of each outcome, 0 to 1. A misrouted request that is served counts as misrouted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "who comes back: `left`, `misrouted`, `unresolved`, `delay`")]
pub struct RepeatDef {
    /// Share of those who left unserved.
    #[serde(default)]
    pub left: f64,
    /// Share of those who were served after a wrong queue.
    #[serde(default)]
    pub misrouted: f64,
    /// Share of those who were served by the right queue at once, and yet were not helped.
    #[serde(default)]
    pub unresolved: f64,
    /// Time until they come back.
    pub delay: TimeDef,
    /// How often the same shopper comes back at most.
    #[serde(default = "usual_returns")]
    pub at_most: u32,
}

const fn usual_within() -> f64 {
    20.0
}

const fn usual_misroute() -> f64 {
    60.0
}

const fn usual_returns() -> u32 {
    3
}

fn one_chat() -> Vec<f64> {
    [1.0].into()
}
