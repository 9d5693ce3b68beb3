//! Snapshots as shops write them: JSON with the page's keys, in `camelCase` (files for `setSignedQueues`) or `snake_case` (decision logs), read
//! by the page's rules.
//!
//! Invariants
//! - Any JSON gives either a snapshot that the engine took in or an error, never a panic.
//! - Queues that the policy does not have are ignored, as in the page.
//!
//! Not here: signatures (`command::snapshot`), what a snapshot means (`engine::route`).

use anyhow::{Context, Result, bail, ensure};
use floorwalker_engine::route::{AgentState, Incoming, LEVELS, QueueState, Snapshot, SnapshotError};
use floorwalker_engine::symbol::Symbol;
use serde::Deserialize;
use std::collections::BTreeSet;

/// A snapshot as it is written: an object, or the list of its queues.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum SnapshotDef {
    /// The list of queues alone.
    Queues(Vec<QueueStateDef>),
    /// An object with queues, time and agents.
    Whole(Box<WholeDef>),
}

/// A snapshot with its time and agents.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct WholeDef {
    #[serde(alias = "asOf")]
    as_of: Option<AsOf>,
    #[serde(alias = "patienceSeconds")]
    patience_seconds: Option<f64>,
    queues: Vec<QueueStateDef>,
    agents: Vec<AgentStateDef>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum AsOf {
    Ms(f64),
    Text(String),
}

/// A queue as it is written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct QueueStateDef {
    queue: String,
    open: Option<bool>,
    waiting: Option<f64>,
    agents: Option<f64>,
    #[serde(alias = "inService")]
    in_service: Option<f64>,
    #[serde(alias = "idleSeconds")]
    idle_seconds: Option<f64>,
    #[serde(alias = "patienceSeconds")]
    patience_seconds: Option<f64>,
    #[serde(alias = "ratesPerHour")]
    rates_per_hour: Option<Vec<f64>>,
}

/// An agent as it is written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct AgentStateDef {
    agent: String,
    queues: Option<Vec<String>>,
    holds: Option<f64>,
    room: Option<f64>,
    #[serde(alias = "idleSeconds")]
    idle_seconds: Option<f64>,
    occupancy: Option<f64>,
    taken: Option<f64>,
    count: Option<f64>,
    novice: Option<bool>,
}

impl AgentStateDef {
    /// The agent's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.agent
    }
}

impl SnapshotDef {
    /// The agents of the snapshot.
    #[must_use]
    pub fn agents(&self) -> &[AgentStateDef] {
        match self {
            Self::Queues(_) => &[],
            Self::Whole(whole) => &whole.agents,
        }
    }

    /// Names of the queues that it mentions, sorted, each once.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let states = match self {
            Self::Queues(states) => states,
            Self::Whole(whole) => &whole.queues,
        };
        let agents = self.agents();
        let named = states
            .iter()
            .map(|state| &state.queue)
            .chain(agents.iter().flat_map(|agent| agent.queues.iter().flatten()));
        let mut names: Vec<String> = named.cloned().collect();
        names.sort();
        names.dedup();
        names
    }

    /// The snapshot, for a policy with these queues, at `now_ms`.
    ///
    /// # Errors
    ///
    /// An `asOf` that is not a time; too many rates for a queue; what [`Incoming`] refuses.
    pub fn read(&self, queues: &[String], now_ms: i64) -> Result<Snapshot> {
        let (as_of, patience, states, agents) = match self {
            Self::Queues(states) => (None, None, states, &[][..]),
            Self::Whole(whole) => {
                (whole.as_of.as_ref(), whole.patience_seconds, &whole.queues, &whole.agents[..])
            }
        };
        let as_of_ms = match as_of {
            None => None,
            Some(AsOf::Ms(ms)) if ms.is_finite() => Some(*ms as i64),
            Some(AsOf::Text(text)) => Some(
                floorwalker_data::read::moment(text)
                    .with_context(|| format!("asOf `{text}` is not a date; write milliseconds since 1970"))?,
            ),
            Some(AsOf::Ms(ms)) => bail!("asOf {ms} is not a time; write milliseconds since 1970"),
        };
        let mut incoming = Incoming::default();
        in_row(incoming.patience(number(patience)), || "the snapshot's".to_owned(), &QueueState::NUMBERS)?;
        let place = |name: &String| queues.iter().position(|queue| queue == name);
        for state in states {
            let rates = state.rates_per_hour.as_deref().unwrap_or_default();
            ensure!(
                rates.len() <= LEVELS,
                "queue `{}` has {} ratesPerHour; write one for each number of chats that an agent holds, at most {LEVELS}",
                state.queue,
                rates.len()
            );
            let mut rate = [0.0; LEVELS];
            for (rate, an_hour) in rate.iter_mut().zip(rates) {
                *rate = (an_hour / 3_600.0) as f32;
            }
            let row = QueueState {
                open: state.open,
                waiting: number(state.waiting),
                agents: number(state.agents),
                in_service: number(state.in_service),
                idle_s: number(state.idle_seconds),
                patience_s: number(state.patience_seconds),
                rate,
            };
            let taken = incoming.queue(place(&state.queue).unwrap_or(usize::MAX), row, queues.len());
            in_row(taken, || format!("queue `{}`:", state.queue), &QueueState::NUMBERS)?;
        }
        for agent in agents {
            let mut served: BTreeSet<&String> = agent.queues.iter().flatten().collect();
            for queue in agent.queues.iter().flatten().filter(|queue| served.remove(queue)) {
                let row = AgentState {
                    name: Symbol::of(&agent.agent),
                    queue: place(queue).map_or(u16::MAX, |at| at as u16),
                    holds: number(agent.holds),
                    room: number(agent.room),
                    idle_s: number(agent.idle_seconds),
                    occupancy: number(agent.occupancy),
                    taken: number(agent.taken),
                    count: number(agent.count),
                    novice: agent.novice.unwrap_or_default(),
                };
                in_row(
                    incoming.agent(row, queues.len()),
                    || format!("agent `{}`:", agent.agent),
                    &AgentState::NUMBERS,
                )?;
            }
        }
        Ok(incoming.finish(as_of_ms, now_ms)?)
    }
}

/// Adds to an error which number it is of, and of what row.
fn in_row(taken: Result<(), SnapshotError>, row: impl FnOnce() -> String, numbers: &[&str]) -> Result<()> {
    match taken {
        Err(SnapshotError::Number(at)) => taken.with_context(|| format!("{} {}", row(), numbers[at])),
        _ => Ok(taken?),
    }
}

fn number(number: Option<f64>) -> f32 {
    number.map_or(f32::NAN, |number| number as f32)
}
