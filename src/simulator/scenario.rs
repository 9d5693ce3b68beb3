//! Scenario: queues, kinds of requests and teams. Data, then its checked form.

use alloc::{format, string::String, vec::Vec};
use core::fmt;
use serde::{Deserialize, Serialize};

/// Most hours, and most requests of a kind an hour: with more, time would hardly move from one to the next.
const MAX_HOURS: f64 = 1e6;
const MAX_RATE: f64 = 1e6;
/// Most agents.
const MAX_AGENTS: usize = 100_000;
/// Most queues, kinds or teams.
const MAX_NAMES: usize = 10_000;
/// Most chats that an agent holds.
const MAX_CHATS: usize = 32;

/// A raw scenario: plain data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioDef {
    /// Hours in which requests come; those that are there at the end are still served.
    pub hours: f64,
    /// Hours at the start that are not counted: the floor opens empty.
    #[serde(default)]
    pub warm_up: f64,
    /// Seconds that the service level is about.
    #[serde(default = "usual_within")]
    pub within: f64,
    /// Seconds until an agent of a wrong queue has found out and hands the request on.
    #[serde(default = "usual_misroute")]
    pub misroute: f64,
    /// Names of the queues.
    pub queues: Vec<String>,
    /// What comes.
    pub kinds: Vec<KindDef>,
    /// Who serves.
    pub teams: Vec<TeamDef>,
}

/// Requests of one kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindDef {
    /// Its name.
    pub name: String,
    /// The queue that can help.
    pub queue: String,
    /// Requests per hour: one number, or one for each hour of a day (any number of hours, over and over).
    pub per_hour: Vec<f64>,
    /// How long an agent who holds nothing else works on one.
    pub work: TimeDef,
    /// How long the shopper waits before leaving; none waits for ever.
    #[serde(default)]
    pub patience: Option<TimeDef>,
}

/// Agents alike.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TeamDef {
    /// Its name.
    pub name: String,
    /// How many they are.
    pub agents: u32,
    /// The queues they serve.
    pub queues: Vec<String>,
    /// How fast each of `n` chats goes on while an agent holds `n`, against one alone: `[1, 0.7]` is two chats at most, each at
    /// seven tenths of the pace.
    #[serde(default = "one_chat")]
    pub pace: Vec<f64>,
}

/// A distribution of times.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum TimeDef {
    /// Always the same.
    Fixed {
        /// It.
        seconds: f64,
    },
    /// Exponential.
    Exponential {
        /// Mean, in seconds.
        mean: f64,
    },
    /// Log-normal, as service times are (Brown et al. 2005).
    LogNormal {
        /// Mean, in seconds.
        mean: f64,
        /// Median, in seconds; at most the mean.
        median: f64,
    },
}

const fn usual_within() -> f64 {
    20.0
}

const fn usual_misroute() -> f64 {
    60.0
}

fn one_chat() -> Vec<f64> {
    [1.0].into()
}

/// Why a scenario was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScenarioError {
    /// A number is out of its range.
    Range {
        /// What it is.
        what: String,
        /// Its range.
        range: &'static str,
    },
    /// A name is empty, or there twice.
    Name(String),
    /// No queue has this name.
    Queue(String),
    /// No agent serves this queue: a patient request would wait for ever.
    Unserved(String),
    /// There is none of something.
    None(&'static str),
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Range { what, range } => write!(f, "{what} must be {range}"),
            Self::Name(name) => write!(f, "`{name}`: give every queue, kind and team a name of its own"),
            Self::Queue(name) => write!(f, "no queue is called `{name}`; add it to `queues`"),
            Self::Unserved(name) => write!(f, "no agent serves queue `{name}`; give it to a team"),
            Self::None(what) => write!(f, "there are no {what}; add one"),
        }
    }
}

impl core::error::Error for ScenarioError {}

/// A checked scenario.
#[derive(Clone, Debug)]
pub struct Scenario {
    def: ScenarioDef,
    /// Queue of each kind.
    pub(crate) queue_of_kind: Vec<usize>,
    /// Queues of each team.
    pub(crate) queues_of_team: Vec<Vec<usize>>,
}

impl Scenario {
    /// Checks `def`.
    ///
    /// # Errors
    ///
    /// [`ScenarioError`], naming the first thing at fault.
    pub fn new(def: ScenarioDef) -> Result<Self, ScenarioError> {
        range(def.hours > 0.0 && def.hours <= MAX_HOURS, || "hours".into(), "above 0 and at most 1000000")?;
        range((0.0..def.hours).contains(&def.warm_up), || "warm_up".into(), "0 or more and below `hours`")?;
        range(def.within >= 0.0, || "within".into(), "0 or more")?;
        range(def.misroute >= 0.0 && def.misroute.is_finite(), || "misroute".into(), "0 or more")?;
        names(def.queues.iter(), "queues")?;
        names(def.kinds.iter().map(|kind| &kind.name), "kinds")?;
        names(def.teams.iter().map(|team| &team.name), "teams")?;
        let queue = |name: &String| {
            def.queues
                .iter()
                .position(|queue| queue == name)
                .ok_or_else(|| ScenarioError::Queue(name.clone()))
        };
        let queue_of_kind = def.kinds.iter().map(|kind| queue(&kind.queue)).collect::<Result<_, _>>()?;
        let mut queues_of_team: Vec<Vec<usize>> = Vec::with_capacity(def.teams.len());
        for team in &def.teams {
            queues_of_team.push(team.queues.iter().map(queue).collect::<Result<_, _>>()?);
        }
        for kind in &def.kinds {
            let is_rate = |rate: &f64| (0.0..=MAX_RATE).contains(rate);
            let rates = !kind.per_hour.is_empty() && kind.per_hour.iter().all(is_rate);
            range(rates, || format!("per_hour of `{}`", kind.name), "one number or more, each 0 to 1000000")?;
            time(kind.work, || format!("work of `{}`", kind.name))?;
            if let Some(patience) = kind.patience {
                time(patience, || format!("patience of `{}`", kind.name))?;
            }
        }
        let mut n_agents = 0_usize;
        for team in &def.teams {
            n_agents += team.agents as usize;
            let paces = (1..=MAX_CHATS).contains(&team.pace.len());
            let paces = paces && team.pace.iter().all(|pace| *pace > 0.0 && pace.is_finite());
            range(paces, || format!("pace of `{}`", team.name), "1 to 32 numbers above 0")?;
        }
        range(n_agents <= MAX_AGENTS, || "the number of agents".into(), "at most 100000")?;
        for (at, name) in def.queues.iter().enumerate() {
            let serves = |(team, queues): (&TeamDef, &Vec<usize>)| team.agents > 0 && queues.contains(&at);
            if !def.teams.iter().zip(&queues_of_team).any(serves) {
                return Err(ScenarioError::Unserved(name.clone()));
            }
        }
        Ok(Self { def, queue_of_kind, queues_of_team })
    }

    /// The definition it was made from.
    #[must_use]
    pub fn def(&self) -> &ScenarioDef {
        &self.def
    }
}

fn range(holds: bool, what: impl FnOnce() -> String, range: &'static str) -> Result<(), ScenarioError> {
    if holds { Ok(()) } else { Err(ScenarioError::Range { what: what(), range }) }
}

fn time(time: TimeDef, what: impl FnOnce() -> String) -> Result<(), ScenarioError> {
    let is_time = |seconds: f64| seconds.is_finite() && seconds > 0.0;
    let (holds, says) = match time {
        TimeDef::Fixed { seconds } => (is_time(seconds), "above 0"),
        TimeDef::Exponential { mean } => (is_time(mean), "above 0"),
        TimeDef::LogNormal { mean, median } => {
            (is_time(mean) && is_time(median) && median <= mean, "above 0, and the median at most the mean")
        }
    };
    range(holds, what, says)
}

fn names<'a>(names: impl Iterator<Item = &'a String>, what: &'static str) -> Result<(), ScenarioError> {
    let names: Vec<&String> = names.collect();
    if names.is_empty() {
        return Err(ScenarioError::None(what));
    }
    range(names.len() <= MAX_NAMES, || format!("the number of {what}"), "at most 10000")?;
    let is_bad = |(at, name): &(usize, &&String)| name.is_empty() || names[..*at].contains(*name);
    match names.iter().enumerate().find(is_bad) {
        Some((_, name)) => Err(ScenarioError::Name((*name).clone())),
        None => Ok(()),
    }
}
