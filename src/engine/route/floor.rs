//! The floor as strategies and conditions read it: every queue's state, and the demand of other queues for its agents.
//!
//! Not here: the shop's snapshot of its queues (`snapshot`), what is filled in of it (`states`), the computation of waits (`wait`).

use super::snapshot::{Load, QueueState};
use super::wait::Line;

/// The states of all queues.
#[derive(Clone, Copy, Debug)]
pub(super) struct Floor<'a> {
    /// `[n_queues]`, completed from the policy and the agents.
    pub(super) queues: &'a [QueueState],
    /// Demand for each queue's agents: `[n_queues]`.
    lines: &'a [Line],
    /// Age of the snapshot, in seconds.
    pub(super) age_s: f32,
    /// Waiting requests, agents and free chats, each summed over the queues where it is known; NaN if it is known for none.
    sums: [f32; 3],
}

impl<'a> Floor<'a> {
    pub(super) fn new(queues: &'a [QueueState], lines: &'a [Line], age_s: f32) -> Self {
        let mut sums = [f32::NAN; 3];
        for queue in queues {
            for (sum, number) in sums.iter_mut().zip([queue.waiting, queue.agents, queue.free()]) {
                if !number.is_nan() {
                    *sum = if sum.is_nan() { number } else { *sum + number };
                }
            }
        }
        Self { queues, lines, age_s, sums }
    }

    /// The demand of other queues for the queue's agents.
    pub(super) fn line(&self, queue: usize) -> Line {
        self.lines.get(queue).copied().unwrap_or_default()
    }

    /// Mean wait, in seconds, of a request that joins the queue now; NaN if not known.
    pub(super) fn mean_wait(&self, queue: usize) -> f32 {
        self.queues.get(queue).map_or(f32::NAN, |state| state.ahead(self.line(queue)).mean)
    }

    pub(super) fn of(&self, queue: usize, load: Load) -> f32 {
        let Some(state) = self.queues.get(queue) else { return f32::NAN };
        match load {
            Load::Waiting => state.waiting,
            Load::Agents => state.agents,
            Load::Free => state.free(),
            Load::Ratio => ratio(state.waiting, state.agents),
            Load::Wait => self.mean_wait(queue),
        }
    }

    /// A load summed over the queues where it is known; there is no sum of waits, which gives NaN.
    pub(super) fn of_all(&self, load: Load) -> f32 {
        let [waiting, agents, free] = self.sums;
        match load {
            Load::Waiting => waiting,
            Load::Agents => agents,
            Load::Free => free,
            Load::Ratio => ratio(waiting, agents),
            Load::Wait => f32::NAN,
        }
    }
}

/// Waiting requests per agent; 0 if nobody waits, even without agents.
fn ratio(waiting: f32, agents: f32) -> f32 {
    if waiting == 0.0 { 0.0 } else { waiting / agents }
}
