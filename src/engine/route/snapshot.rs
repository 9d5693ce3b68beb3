//! Snapshot: what is known of queues and agents at a moment, and how far it is believed.
//!
//! Invariants
//! - A [`Snapshot`] that [`Snapshot::check`] passed has finite counts from 0 up, and names only queues that exist.
//! - What is not known is NaN, never 0.
//!
//! Not here: reading JSON (the page, the trainer), signatures (the page), how long a queue would take (`wait`).

use crate::plain::{self, digits};
use crate::symbol::Symbol;
use alloc::vec::Vec;
use core::fmt;

/// Most chats of one agent that rates are told apart for.
pub const LEVELS: usize = 4;
/// Most queues of a policy.
pub const MAX_QUEUES: usize = 4_096;
/// Most rows of agents that are looked at.
pub const MAX_AGENTS: usize = 10_000;
/// How far ahead of the page's clock a snapshot may be, in milliseconds: clocks differ.
pub const AHEAD_MS: i64 = 60_000;

/// Queues and agents as the shop saw them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// When, in milliseconds since 1970; `None`: now, whenever that is.
    pub as_of_ms: Option<i64>,
    /// By queue of the policy; those beyond its end are unknown.
    pub queues: Vec<QueueState>,
    /// Agents; one who serves two queues is two rows, one after the other.
    pub agents: Vec<AgentState>,
}

/// One queue. NaN: not known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QueueState {
    /// Whether it takes requests; `None`: as its hours say.
    pub open: Option<bool>,
    /// Requests that wait.
    pub waiting: f32,
    /// Agents present.
    pub agents: f32,
    /// Requests that its agents hold, whatever queue they came by.
    pub in_service: f32,
    /// Seconds that the longest idle agent has been so; 0 where nobody is.
    pub idle_s: f32,
    /// Mean seconds that shoppers wait before they leave; 0 is as not known.
    pub patience_s: f32,
    /// Requests a second that an agent ends while holding 1, 2, … of them; 0 from the level on that no agent goes to. Of a queue that
    /// was completed NaN where there is a level, and its rate is not known.
    pub rate: [f32; LEVELS],
}

/// One agent in one queue, or agents alike. NaN: not known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AgentState {
    /// The agent's name.
    pub name: Symbol,
    /// The queue.
    pub queue: u16,
    /// Requests held.
    pub holds: f32,
    /// Requests that they could take besides.
    pub room: f32,
    /// Seconds since they last held one.
    pub idle_s: f32,
    /// Share of the time that they were busy of late.
    pub occupancy: f32,
    /// Requests that they took of late.
    pub taken: f32,
    /// How many agents alike the row stands for: their `holds` are summed, and none of them is asked by name. NaN: it is one agent.
    pub count: f32,
    /// Whether they are learning.
    pub novice: bool,
}

/// Why a snapshot was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SnapshotError {
    /// It is of a moment that has not come, by more than [`AHEAD_MS`].
    Future,
    /// A count, rate or time of this row of queues is negative or no number.
    Queue(usize),
    /// The same of this row of agents, or it is in a queue that is none.
    Agent(usize),
    /// It has more rows than it may have.
    Rows,
}

impl SnapshotError {
    /// A stable code for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Future => "snapshot_future",
            Self::Queue(_) | Self::Agent(_) => "snapshot_count",
            Self::Rows => "snapshot_rows",
        }
    }
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Future => f.write_str("snapshot is from the future; check the clock that writes its asOf"),
            Self::Queue(at) => row(f, "queue", *at),
            Self::Agent(at) => row(f, "agent", *at),
            Self::Rows => f.write_str(
                "snapshot has too many rows; send one for each queue, and at most 10000 of agents",
            ),
        }
    }
}

impl core::error::Error for SnapshotError {}

fn row(f: &mut fmt::Formatter<'_>, what: &str, at: usize) -> fmt::Result {
    plain::write(
        f,
        &[
            "snapshot: ",
            what,
            " ",
            &digits(at),
            " has a count that is negative or none; leave out what is not known",
        ],
    )
}

impl Default for QueueState {
    fn default() -> Self {
        let nan = f32::NAN;
        let (waiting, agents, in_service, idle_s, patience_s) = (nan, nan, nan, nan, nan);
        Self { open: None, waiting, agents, in_service, idle_s, patience_s, rate: [0.0; LEVELS] }
    }
}

impl Snapshot {
    /// So many queues, all open, whatever their hours; else nothing is known.
    #[must_use]
    pub fn all_open(n_queues: usize) -> Self {
        let open = QueueState { open: Some(true), ..QueueState::default() };
        Self { queues: alloc::vec![open; n_queues], ..Self::default() }
    }

    /// Checks what came from outside, at `now_ms`, for a policy of so many queues.
    ///
    /// # Errors
    ///
    /// [`SnapshotError`], the first thing at fault.
    pub fn check(&self, n_queues: usize, now_ms: i64) -> Result<(), SnapshotError> {
        if self.as_of_ms.is_some_and(|as_of| as_of > now_ms.saturating_add(AHEAD_MS)) {
            return Err(SnapshotError::Future);
        }
        if self.queues.len() > n_queues || self.agents.len() > MAX_AGENTS {
            return Err(SnapshotError::Rows);
        }
        // NaN is what is not known, and so is nothing below 0.
        let is_bad = |number: &f32| *number < 0.0 || number.is_infinite();
        let bad = self.queues.iter().position(|queue| {
            let counts = [queue.waiting, queue.agents, queue.in_service, queue.idle_s, queue.patience_s];
            counts.iter().any(is_bad) || queue.rate.iter().any(|rate| is_bad(rate) || rate.is_nan())
        });
        if let Some(at) = bad {
            return Err(SnapshotError::Queue(at));
        }
        let bad = self.agents.iter().position(|agent| {
            let counts = [agent.holds, agent.room, agent.idle_s, agent.occupancy, agent.taken, agent.count];
            counts.iter().any(is_bad) || usize::from(agent.queue) >= n_queues
        });
        bad.map_or(Ok(()), |at| Err(SnapshotError::Agent(at)))
    }

    /// Its age at `now_ms`, in seconds; 0 for one without a time or from the near future.
    #[must_use]
    pub fn age_s(&self, now_ms: i64) -> f32 {
        self.as_of_ms.map_or(0.0, |as_of| (now_ms.saturating_sub(as_of)).max(0) as f32 / 1e3)
    }

    /// How far it is believed, 1 to 0. One from the far future is not: a clock jumped.
    pub(super) fn freshness(&self, now_ms: i64, fresh: f32, stale: f32) -> f32 {
        if self.as_of_ms.is_some_and(|as_of| as_of > now_ms.saturating_add(AHEAD_MS)) {
            return 0.0;
        }
        let age = self.age_s(now_ms);
        let left = (stale - age) / (stale - fresh);
        if age <= fresh || left > 1.0 { 1.0 } else { left.max(0.0) }
    }
}

/// A number that conditions and strategies read of a queue, or of the floor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum Load {
    /// Requests that wait.
    Waiting,
    /// Agents present.
    Agents,
    /// Chats that they could still take.
    Free,
    /// Requests that wait, per agent.
    Ratio,
    /// Expected wait, in seconds.
    Wait,
}

impl QueueState {
    /// Chats that an agent holds at most.
    pub(super) fn levels(&self) -> usize {
        self.rate.iter().take_while(|rate| **rate != 0.0).count()
    }

    /// Chats that its agents could still take; NaN where that is not known.
    pub(super) fn free(&self) -> f32 {
        let room = self.agents * self.levels().max(1) as f32 - self.in_service;
        if room < 0.0 { 0.0 } else { room }
    }

    /// Open work a chat: those in service and those that wait, over what its agents can hold; infinite where there is nobody.
    pub(super) fn load(&self) -> f32 {
        let most = self.agents * self.levels().max(1) as f32;
        if most == 0.0 { f32::INFINITY } else { (self.in_service + self.waiting) / most }
    }

    /// Requests a second that one agent ends who is as busy as can be; 0 or NaN where that is not known.
    pub(super) fn pace(&self) -> f32 {
        self.levels().checked_sub(1).and_then(|level| self.rate.get(level)).copied().unwrap_or(0.0)
    }
}
