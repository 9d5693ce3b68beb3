//! Choices: where a strategy or a policy sends a request.

use floorwalker_engine::route::Wait;

/// Where a request is sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Choice {
    /// The scenario's queue.
    pub(crate) queue: usize,
    /// Seconds that are added to its time waited.
    pub(crate) priority: f64,
    /// The number of requests that the policy routed before it.
    pub(crate) turn: u32,
    /// The agent to ask first, where the policy chooses one.
    pub(crate) agent: Option<usize>,
    /// The wait that the request is told, where the policy tells it.
    pub(crate) told: Option<Wait>,
}
