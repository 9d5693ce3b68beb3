//! States: what is known of each queue, from the snapshot's rows of queues and of agents and from the policy.
//!
//! Not here: sums over queues (`floor`), waits (`wait`).

use super::policy::Policy;
use super::snapshot::{QueueState, Snapshot};
use super::wait::{self, Line};
use alloc::vec::Vec;

impl Policy {
    /// Writes the states of all queues: the larger of what the snapshot says of the queue and the sum over its agents. With a stale
    /// snapshot nothing is known.
    pub(super) fn fill_states(
        &self,
        snapshot: &Snapshot,
        freshness: f32,
        out: &mut Vec<QueueState>,
        lines: &mut Vec<Line>,
    ) {
        let Snapshot { queues, agents, .. } = snapshot;
        let (queues, agents) = if freshness > 0.0 { (&queues[..], &agents[..]) } else { (&[][..], &[][..]) };
        // Sums over each queue's agents: their number, the requests they hold, and the longest idle time.
        let mut sums = alloc::vec![[f32::NAN; 3]; if agents.is_empty() { 0 } else { self.queues().len() }];
        for agent in agents {
            let Some([n, holds, idle_s]) = sums.get_mut(usize::from(agent.queue)) else { continue };
            *n = n.max(0.0) + agent.n();
            if !agent.holds.is_nan() {
                *holds = holds.max(0.0) + agent.holds;
            }
            *idle_s = idle_s.max(if agent.holds > 0.0 { 0.0 } else { agent.idle_s });
        }
        out.clear();
        for (at, row) in self.program().rows.iter().enumerate() {
            let mut state = queues.get(at).copied().unwrap_or_default();
            if state.levels() == 0 {
                // The policy says how many levels there are, even if it does not say their rate.
                let rate = if row.rate > 0.0 { row.rate } else { f32::NAN };
                state.rate.iter_mut().take(row.chats.into()).for_each(|level| *level = rate);
            }
            if let Some([n, holds, idle_s]) = sums.get(at) {
                state.agents = state.agents.max(*n);
                state.in_service = state.in_service.max(*holds);
                state.idle_s = state.idle_s.max(*idle_s);
            }
            out.push(state);
        }
        wait::lines(out, agents, lines);
    }
}
