//! Snapshot: the state of queues and agents at a moment, and the weight it has by its age.
//!
//! Invariants
//! - A [`Snapshot`] that an [`Incoming`] gave has numbers that are finite and not negative or NaN, and names only queues that exist.
//! - A number that is not known is NaN, never 0.
//!
//! Not here: keys and types of JSON (the page, the trainer), signatures (the page), expected waits (`wait`).

use crate::symbol::Symbol;
use alloc::vec::Vec;
use core::fmt;

/// The largest number of chats of one agent for which there is a separate rate.
pub const LEVELS: usize = 4;
/// How many queues a policy may have.
pub const MAX_QUEUES: usize = 4_096;
/// How many rows of queues a snapshot may have, and how many of agents.
pub const MAX_ROWS: usize = 10_000;

/// The place of a queue's patience in [`QueueState::NUMBERS`].
const PATIENCE: usize = 4;
/// How far a snapshot's time may be ahead of the page's clock, in milliseconds, because clocks differ.
pub const AHEAD_MS: i64 = 60_000;

/// The state of a shop's queues and agents.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// The time of the snapshot, in milliseconds since 1970; `None` if it is always current.
    pub as_of_ms: Option<i64>,
    /// States of the policy's queues, in declared order; if it is shorter, the states of the other queues are not known.
    pub queues: Vec<QueueState>,
    /// Agents; one who serves two queues is two rows, one after the other.
    pub agents: Vec<AgentState>,
}

/// The state of one queue. NaN means not known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QueueState {
    /// Whether it takes requests; `None` if its opening hours decide.
    pub open: Option<bool>,
    /// How many requests wait in it.
    pub waiting: f32,
    /// How many agents are present.
    pub agents: f32,
    /// How many requests its agents hold, from any queue.
    pub in_service: f32,
    /// Seconds that its longest idle agent has been idle; 0 if none is idle.
    pub idle_s: f32,
    /// Mean patience: seconds that shoppers wait before they leave; 0 counts as not known.
    pub patience_s: f32,
    /// Requests that an agent ends per second while holding 1, 2, … requests; 0 from the first level that no agent reaches. After the
    /// state was completed from the policy, NaN is a level that exists and whose rate is not known.
    pub rate: [f32; LEVELS],
}

/// The state of one agent in one queue, or of several agents alike. NaN means not known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AgentState {
    /// The agent's name.
    pub name: Symbol,
    /// Index of the queue.
    pub queue: u16,
    /// How many requests the agent holds.
    pub holds: f32,
    /// How many more requests the agent could take.
    pub room: f32,
    /// Seconds since the agent last held a request.
    pub idle_s: f32,
    /// Share of the recent time that the agent was busy.
    pub occupancy: f32,
    /// How many requests the agent took recently.
    pub taken: f32,
    /// How many agents the row stands for: `holds` is then their sum, and none of them is asked by name. NaN if it is a single agent.
    pub count: f32,
    /// Whether the agent is a novice, who is still learning.
    pub novice: bool,
}

/// Why a snapshot was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SnapshotError {
    /// The time of the snapshot is in the future by more than [`AHEAD_MS`].
    Future,
    /// The number at this index of a row ([`QueueState::NUMBERS`], [`AgentState::NUMBERS`]) is negative or infinite, is a rate that is NaN,
    /// or is an occupancy above 1.
    Number(usize),
    /// There are more than [`MAX_ROWS`] rows of queues, or of agents.
    Rows,
}

impl SnapshotError {
    /// A stable code for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Future => "snapshot_future",
            Self::Number(_) => "snapshot_count",
            Self::Rows => "snapshot_rows",
        }
    }
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Future => "the snapshot is from the future; check the clock that writes its asOf",
            Self::Number(_) => "the number is negative or too large; leave out what is not known",
            Self::Rows => "the snapshot has more than 10000 rows of queues or of agents; an agent is one row for each queue",
        })
    }
}

impl core::error::Error for SnapshotError {}

impl Default for QueueState {
    fn default() -> Self {
        let nan = f32::NAN;
        let (waiting, agents, in_service, idle_s, patience_s) = (nan, nan, nan, nan, nan);
        Self { open: None, waiting, agents, in_service, idle_s, patience_s, rate: [0.0; LEVELS] }
    }
}

impl Snapshot {
    /// A snapshot in which all queues are open, whatever their hours, and nothing else is known.
    #[must_use]
    pub fn all_open(n_queues: usize) -> Self {
        let open = QueueState { open: Some(true), ..QueueState::default() };
        Self { queues: alloc::vec![open; n_queues], ..Self::default() }
    }

    /// Its age at `now_ms`, in seconds; 0 for one without a time or with a time in the future.
    #[must_use]
    pub fn age_s(&self, now_ms: i64) -> f32 {
        self.as_of_ms.map_or(0.0, |as_of| (now_ms.saturating_sub(as_of)).max(0) as f32 / 1e3)
    }

    /// Its weight at `now_ms`: 1 up to the age `fresh`, falling to 0 at the age `stale`, in seconds. It is 0 if the time is in the future
    /// by more than [`AHEAD_MS`], because a clock was then changed.
    pub(super) fn freshness(&self, now_ms: i64, fresh: f32, stale: f32) -> f32 {
        if self.is_from_future(now_ms) {
            return 0.0;
        }
        let age = self.age_s(now_ms);
        let left = (stale - age) / (stale - fresh);
        if age <= fresh || left > 1.0 { 1.0 } else { left.max(0.0) }
    }

    /// Whether its time is in the future by more than [`AHEAD_MS`].
    fn is_from_future(&self, now_ms: i64) -> bool {
        self.as_of_ms.is_some_and(|as_of| as_of > now_ms.saturating_add(AHEAD_MS))
    }
}

/// A snapshot from outside, taken in row by row. The rules are the same for the page and for logs. After an error it is empty again.
#[derive(Clone, Debug, Default)]
pub struct Incoming {
    snapshot: Snapshot,
    patience_s: f32,
    n_queue_rows: usize,
    n_agent_rows: usize,
}

impl Incoming {
    /// Takes in the mean patience of the shop's shoppers, in seconds. It holds for the queues that come after it and say none of their own;
    /// NaN and 0 mean not known.
    ///
    /// # Errors
    ///
    /// [`SnapshotError::Number`], with the place of a queue's patience in [`QueueState::NUMBERS`].
    pub fn patience(&mut self, patience_s: f32) -> Result<(), SnapshotError> {
        if patience_s < 0.0 || patience_s.is_infinite() {
            *self = Self::default();
            return Err(SnapshotError::Number(PATIENCE));
        }
        self.patience_s = if patience_s.is_nan() { 0.0 } else { patience_s };
        Ok(())
    }

    /// Takes in the row of a queue of a policy with `n_queues` queues. The row of a queue that the policy does not have is checked and left
    /// out: a shop may add a queue before it ships the bundle that knows it. Of two rows of one queue the later one holds.
    ///
    /// # Errors
    ///
    /// [`SnapshotError::Number`], [`SnapshotError::Rows`].
    pub fn queue(&mut self, at: usize, state: QueueState, n_queues: usize) -> Result<(), SnapshotError> {
        self.n_queue_rows += 1;
        let QueueState { waiting, agents, in_service, idle_s, patience_s, rate, .. } = state;
        let [first, second, third, fourth] = rate;
        let numbers = [waiting, agents, in_service, idle_s, patience_s, first, second, third, fourth];
        let is_unknown_rate = |field: usize| field >= numbers.len() - LEVELS;
        self.check(self.n_queue_rows, &numbers, is_unknown_rate)?;
        if at < n_queues {
            if self.snapshot.queues.len() <= at {
                self.snapshot.queues.resize(at + 1, QueueState::default());
            }
            if let Some(held) = self.snapshot.queues.get_mut(at) {
                let patience_s = if patience_s.is_nan() { self.patience_s } else { patience_s };
                *held = QueueState { patience_s, ..state };
            }
        }
        Ok(())
    }

    /// Takes in the row of an agent; one of a queue that the policy does not have is checked and left out.
    ///
    /// # Errors
    ///
    /// [`SnapshotError::Number`], [`SnapshotError::Rows`].
    pub fn agent(&mut self, agent: AgentState, n_queues: usize) -> Result<(), SnapshotError> {
        self.n_agent_rows += 1;
        let AgentState { holds, room, idle_s, occupancy, taken, count, .. } = agent;
        // An occupancy is a share.
        let numbers =
            [holds, room, idle_s, if occupancy > 1.0 { f32::INFINITY } else { occupancy }, taken, count];
        self.check(self.n_agent_rows, &numbers, |_| false)?;
        if usize::from(agent.queue) < n_queues {
            self.snapshot.agents.push(agent);
        }
        Ok(())
    }

    /// The snapshot with its time, at `now_ms`. Nothing is left here.
    ///
    /// # Errors
    ///
    /// [`SnapshotError::Future`].
    pub fn finish(&mut self, as_of_ms: Option<i64>, now_ms: i64) -> Result<Snapshot, SnapshotError> {
        let mut snapshot = core::mem::take(self).snapshot;
        snapshot.as_of_ms = as_of_ms;
        if snapshot.is_from_future(now_ms) { Err(SnapshotError::Future) } else { Ok(snapshot) }
    }

    /// Checks row `n_rows`. NaN means not known, which is refused only where `needs` a number.
    fn check(
        &mut self,
        n_rows: usize,
        numbers: &[f32],
        needs: impl Fn(usize) -> bool,
    ) -> Result<(), SnapshotError> {
        let is_bad = |(at, number): (usize, &f32)| {
            *number < 0.0 || number.is_infinite() || (number.is_nan() && needs(at))
        };
        let error = match numbers.iter().enumerate().position(is_bad) {
            Some(at) => SnapshotError::Number(at),
            None if n_rows > MAX_ROWS => SnapshotError::Rows,
            None => return Ok(()),
        };
        *self = Self::default();
        Err(error)
    }
}

/// A number that conditions and strategies read, of one queue or of all together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum Load {
    /// How many requests wait.
    Waiting,
    /// How many agents are present.
    Agents,
    /// How many more chats the agents could take.
    Free,
    /// Waiting requests per agent.
    Ratio,
    /// Expected wait, in seconds.
    Wait,
}

impl AgentState {
    /// Names of its numbers in files, in the order of [`SnapshotError::Number`].
    pub const NUMBERS: [&str; 6] = ["holds", "room", "idle_seconds", "occupancy", "taken", "count"];
}

impl QueueState {
    /// Names of its numbers in files, in the order of [`SnapshotError::Number`].
    pub const NUMBERS: [&str; 5 + LEVELS] = [
        "waiting",
        "agents",
        "in_service",
        "idle_seconds",
        "patience_seconds",
        "rates_per_hour",
        "rates_per_hour",
        "rates_per_hour",
        "rates_per_hour",
    ];

    /// How many chats an agent holds at most; 0 if not known.
    pub(super) fn levels(&self) -> usize {
        self.rate.iter().take_while(|rate| **rate != 0.0).count()
    }

    /// How many more chats its agents could take; NaN if not known.
    pub(super) fn free(&self) -> f32 {
        let room = self.agents * self.levels().max(1) as f32 - self.in_service;
        if room < 0.0 { 0.0 } else { room }
    }

    /// Open work per chat: requests in service or waiting, divided by how many its agents can hold; infinite without agents.
    pub(super) fn load(&self) -> f32 {
        let most = self.agents * self.levels().max(1) as f32;
        if most == 0.0 { f32::INFINITY } else { (self.in_service + self.waiting) / most }
    }

    /// Requests that a fully busy agent ends per second; 0 or NaN if not known.
    pub(super) fn pace(&self) -> f32 {
        self.levels().checked_sub(1).and_then(|level| self.rate.get(level)).copied().unwrap_or(0.0)
    }
}
