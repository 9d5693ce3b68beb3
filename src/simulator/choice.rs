//! Choices: where a strategy or a policy sends a request.

use floorwalker_engine::route::Wait;

/// Where a request is sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Choice {
    /// The scenario's queue.
    pub(crate) queue: usize,
    /// Seconds that it counts as having waited longer.
    pub(crate) priority: f64,
    /// Whose turn it was.
    pub(crate) turn: u32,
    /// The agent to ask, where the policy has a say in it.
    pub(crate) agent: Option<usize>,
    /// What is told of the wait, where the policy tells.
    pub(crate) told: Option<Wait>,
}
