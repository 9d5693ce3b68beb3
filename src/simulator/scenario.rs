//! Scenario: a checked definition, and what is derived from it once.
//!
//! Invariants
//! - In a [`Scenario`], every name resolves, every number is in its range, every queue is served at some hour.
//!
//! Not here: the data (`def`), running it (`run`).

use super::def::{KindDef, MomentDef, ScenarioDef, SurgeDef, TeamDef};
use super::duty::{Duty, fault};
use super::rate::LENGTHS;
use super::time::TimeDef;
use alloc::{format, string::String, vec::Vec};
use core::fmt;

/// Largest numbers of hours, and of requests of a kind per hour: with more, floats could hardly tell the times of two requests apart.
const MAX_HOURS: f64 = 1e6;
const MAX_RATE: f64 = 1e6;
/// Largest distance from 1970 in milliseconds: the range of JavaScript's `Date`.
const LAST_MS: f64 = 8.64e15;
/// Largest number of agents.
const MAX_AGENTS: usize = 100_000;
/// Largest number of queues, of kinds and of teams.
const MAX_NAMES: usize = 10_000;
/// Largest number of chats that an agent holds.
const MAX_CHATS: usize = 32;
/// Largest factor of a surge, and largest number of times that a shopper comes back.
const MAX_SURGE: f64 = 1_000.0;
const MAX_RETURNS: u32 = 1_000;
const HOUR: f64 = 3_600.0;

/// Why a scenario was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScenarioError {
    /// A number is out of its range.
    Range {
        /// What the number is.
        what: String,
        /// Its range.
        range: String,
    },
    /// A name is empty, or used twice.
    Name(String),
    /// A list of rates whose length is that of no hour, day or week.
    Rates {
        /// The kind.
        kind: String,
        /// How many numbers it has.
        found: usize,
    },
    /// Shifts or breaks that make no sense.
    Hours {
        /// `shifts` or `breaks`, and the team.
        what: String,
        /// What is wrong, and what to write instead.
        fault: String,
    },
    /// No queue has this name.
    Queue(String),
    /// No kind has this name.
    Kind(String),
    /// No agent serves this queue at any hour: a patient request would wait for ever.
    Unserved(String),
    /// A list that needs an entry is empty: queues, kinds or teams.
    None(&'static str),
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Range { what, range } => write!(f, "{what} must be {range}"),
            Self::Rates { kind, found } => write!(
                f,
                "per_hour of `{kind}` has {found} numbers; give 1 for every hour, 24 for the hours of a day, or 168 for those of a week"
            ),
            Self::Hours { what, fault } => write!(f, "{what}: {fault}"),
            Self::Name(name) => write!(f, "`{name}`: give every queue, kind and team a name of its own"),
            Self::Queue(name) => write!(f, "no queue is called `{name}`; add it to `queues`"),
            Self::Kind(name) => write!(f, "no kind is called `{name}`; add it to `kinds`"),
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
    /// Time of hour 0, in milliseconds since 1970, if it is given.
    pub(crate) start_ms: Option<f64>,
    /// Queues of each team.
    pub(crate) queues_of_team: Vec<Vec<usize>>,
    /// When each team is present.
    pub(crate) duties: Vec<Duty>,
    /// Each kind's group, as an index into `groups`.
    pub(crate) group_of_kind: Vec<usize>,
    groups: Vec<String>,
    /// By kind: its surges, each as from, to (seconds) and factor.
    pub(crate) surges: Vec<Vec<[f64; 3]>>,
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
        let start_ms = match def.start {
            None => None,
            Some(MomentDef::Ms(ms)) => Some(ms),
            Some(MomentDef::Text(_)) => Some(f64::NAN),
        };
        range(
            start_ms.is_none_or(|ms| ms.abs() <= LAST_MS),
            || "start".into(),
            "milliseconds since 1970, of a day that calendars have",
        )?;
        range(def.within >= 0.0 && def.within.is_finite(), || "within".into(), "0 or more")?;
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
            let mut queues: Vec<usize> = team.queues.iter().map(queue).collect::<Result<_, _>>()?;
            queues.sort_unstable();
            queues.dedup();
            queues_of_team.push(queues);
        }
        def.kinds.iter().try_for_each(|each| kind(each, &def))?;
        def.teams.iter().try_for_each(team)?;
        let n_agents: usize = def.teams.iter().map(|team| team.agents as usize).sum();
        range(n_agents <= MAX_AGENTS, || "the number of agents".into(), "at most 100000")?;
        let duties: Vec<Duty> = def.teams.iter().map(Duty::of).collect();
        for (at, name) in def.queues.iter().enumerate() {
            let is_there = |team: usize| def.teams[team].agents > 0 && duties[team].is_any();
            if !(0..def.teams.len()).any(|team| is_there(team) && queues_of_team[team].contains(&at)) {
                return Err(ScenarioError::Unserved(name.clone()));
            }
        }
        let surges = surges(&def)?;
        repeat(&def)?;
        let mut groups: Vec<String> = Vec::new();
        let mut group_of_kind = Vec::with_capacity(def.kinds.len());
        for kind in &def.kinds {
            let known = groups.iter().position(|group| *group == kind.group);
            group_of_kind.push(known.unwrap_or(groups.len()));
            if known.is_none() {
                groups.push(kind.group.clone());
            }
        }
        Ok(Self { def, queue_of_kind, start_ms, queues_of_team, duties, group_of_kind, groups, surges })
    }

    /// Groups of shoppers, in the order in which kinds name them.
    #[must_use]
    pub fn groups(&self) -> &[String] {
        &self.groups
    }

    /// The definition it was made from.
    #[must_use]
    pub fn def(&self) -> &ScenarioDef {
        &self.def
    }
}

fn range(holds: bool, what: impl FnOnce() -> String, range: &'static str) -> Result<(), ScenarioError> {
    if holds { Ok(()) } else { Err(ScenarioError::Range { what: what(), range: range.into() }) }
}

fn time(time: &TimeDef, what: impl FnOnce() -> String) -> Result<(), ScenarioError> {
    time.fault().map_or(Ok(()), |says| range(false, what, says))
}

fn kind(kind: &KindDef, def: &ScenarioDef) -> Result<(), ScenarioError> {
    let of = |what: &'static str| move || format!("{what} of `{}`", kind.name);
    if kind.arrivals.is_empty() {
        let found = kind.per_hour.len();
        range(found > 0, of("per_hour"), "given, or `arrivals`")?;
        if !LENGTHS.contains(&found) {
            return Err(ScenarioError::Rates { kind: kind.name.clone(), found });
        }
        let is_rate = |rate: &f64| (0.0..=MAX_RATE).contains(rate);
        range(kind.per_hour.iter().all(is_rate), of("per_hour"), "0 to 1000000 in every hour")?;
    } else {
        range(kind.per_hour.is_empty(), of("per_hour"), "left out if `arrivals` is given")?;
        let is_within = |at: &f64| (0.0..def.hours * HOUR).contains(at);
        let rises = kind.arrivals.is_sorted() && kind.arrivals.iter().all(is_within);
        range(rises, of("arrivals"), "rising seconds from 0 to below the end")?;
    }
    time(&kind.work, of("work"))?;
    range(!kind.work.is_endless(), of("work"), "a curve that falls to 0")?;
    if let Some(patience) = &kind.patience {
        time(patience, of("patience"))?;
    }
    if kind.taken_for.is_empty() {
        return Ok(());
    }
    let shares = kind.taken_for.iter().all(|share| (0.0..=1.0).contains(share));
    let sums = (kind.taken_for.iter().sum::<f64>() - 1.0).abs() <= 1e-6;
    let holds = shares && sums && kind.taken_for.len() == def.kinds.len();
    range(holds, of("taken_for"), "one share for each kind, and sum to 1")
}

fn team(team: &TeamDef) -> Result<(), ScenarioError> {
    let of = |what: &'static str| move || format!("{what} of `{}`", team.name);
    let paces = (1..=MAX_CHATS).contains(&team.pace.len());
    let paces = paces && team.pace.iter().all(|pace| *pace > 0.0 && pace.is_finite());
    range(paces, of("pace"), "1 to 32 numbers above 0")?;
    fault(team).map_or(Ok(()), |(name, fault)| Err(ScenarioError::Hours { what: of(name)(), fault }))
}

/// Surges by kind.
fn surges(def: &ScenarioDef) -> Result<Vec<Vec<[f64; 3]>>, ScenarioError> {
    let mut surges = alloc::vec![Vec::new(); def.kinds.len()];
    for SurgeDef { from, to, factor, kinds } in &def.surges {
        range(
            *from >= 0.0 && from < to && *to <= MAX_HOURS && *from < def.hours,
            || format!("a surge from {from} to {to}"),
            "from an hour of the scenario to a later one",
        )?;
        range((0.0..=MAX_SURGE).contains(factor), || "factor of a surge".into(), "0 to 1000")?;
        for name in kinds {
            let kind = def.kinds.iter().find(|kind| kind.name == *name);
            let kind = kind.ok_or_else(|| ScenarioError::Kind(name.clone()))?;
            let what = || format!("`{name}` in a surge");
            range(kind.arrivals.is_empty(), what, "a kind with `per_hour`, not `arrivals`")?;
        }
        for (kind, surges) in def.kinds.iter().zip(&mut surges) {
            if kinds.is_empty() || kinds.contains(&kind.name) {
                surges.push([from * HOUR, to * HOUR, *factor]);
            }
        }
    }
    Ok(surges)
}

fn repeat(def: &ScenarioDef) -> Result<(), ScenarioError> {
    let Some(repeat) = &def.repeat else { return Ok(()) };
    for (name, share) in
        [("left", repeat.left), ("misrouted", repeat.misrouted), ("unresolved", repeat.unresolved)]
    {
        range((0.0..=1.0).contains(&share), || format!("{name} of repeat"), "0 to 1")?;
    }
    range(repeat.at_most <= MAX_RETURNS, || "at_most of repeat".into(), "at most 1000")?;
    time(&repeat.delay, || "delay of repeat".into())?;
    range(!repeat.delay.is_endless(), || "delay of repeat".into(), "a curve that falls to 0")
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
