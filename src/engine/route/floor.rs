//! The floor as strategies and conditions see it: every queue's state, and who else wants its agents.
//!
//! Not here: what a shop says of its queues (`snapshot`), how long they take to answer (`wait`).

use super::snapshot::{Load, QueueState};
use super::wait::Line;

/// Queues as strategies see them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Floor<'a> {
    /// `[n_queues]`, complete.
    pub(super) queues: &'a [QueueState],
    /// `[n_queues]`.
    lines: &'a [Line],
    /// Seconds.
    pub(super) age_s: f32,
    /// Waiting, agents and free chats of all queues that are known; NaN where none is.
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

    /// Who else wants the queue's agents.
    pub(super) fn line(&self, queue: usize) -> Line {
        self.lines.get(queue).copied().unwrap_or_default()
    }

    /// Mean seconds until a request that joins the queue now is answered; NaN where that is not known.
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

    /// Summed over the queues that are known.
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

/// Nothing over nothing is 0.
fn ratio(waiting: f32, agents: f32) -> f32 {
    if waiting == 0.0 { 0.0 } else { waiting / agents }
}
