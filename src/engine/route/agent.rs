//! Agents: which of a queue's agents is asked first, where the snapshot names them.
//!
//! A row that stands for several agents is never asked. Where `room` is not known, it is what the queue's agents hold at most
//! (`rate`) less what the agent holds; one who is not known to hold anything has all of it. Of those with room: first who is below the occupancy band, then within it, last above it or above their fair share; of these
//! who holds least; of these, outside the band, who has been least busy, and within it who has been idle longest, which counts for
//! those alone who hold nothing; then the first in the snapshot. Novices are given at least their share of requests, by chance.
//!
//! Invariants
//! - Bounds order agents and never leave a request without one who has room.
//!
//! Not here: which queue (`route`).

use super::chance::{Draws, Purpose};
use super::program::AgentsDef;
use super::snapshot::AgentState;
use crate::symbol::Symbol;

/// The agent who is asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Asked {
    /// By name.
    pub name: Symbol,
    /// The chance with which it became this one.
    pub propensity: f32,
}

impl AgentState {
    /// Whether they could take one more, where agents of the queue hold `most`.
    pub(super) fn has_room(&self, most: usize) -> bool {
        let room = if self.room.is_nan() { most as f32 - self.holds.max(0.0) } else { self.room };
        room >= 1.0
    }
}

/// Chooses among the agents of `queue`, who hold `most` requests at most. Cost: `O(n_agents)`.
pub(super) fn choose(
    def: &AgentsDef,
    agents: &[AgentState],
    queue: usize,
    most: usize,
    draws: Draws,
) -> Option<Asked> {
    let of_queue = || agents.iter().filter(|agent| usize::from(agent.queue) == queue && agent.count.is_nan());
    let (mut taken, mut n) = (0.0, 0.0);
    for agent in of_queue().filter(|agent| !agent.taken.is_nan()) {
        taken += agent.taken;
        n += 1.0;
    }
    let fair = def.most.map_or(f32::INFINITY, |most| if n > 0.0 { most * taken / n } else { f32::INFINITY });
    let [low, high] = def.occupancy.unwrap_or([0.0, 1.0]);
    // Smaller is better. Not known: as within the bounds, and as holding nothing.
    let rank = |agent: &AgentState| {
        let band = if agent.occupancy > high || agent.taken > fair {
            2.0
        } else if agent.occupancy < low {
            0.0
        } else {
            1.0
        };
        let last = if agent.occupancy < low || agent.occupancy > high {
            agent.occupancy
        } else if agent.holds > 0.0 || agent.idle_s.is_nan() {
            0.0
        } else {
            -agent.idle_s
        };
        [band, if agent.holds > 0.0 { agent.holds } else { 0.0 }, last]
    };
    let best = |novices: Option<bool>| {
        let with_room = of_queue()
            .filter(|agent| agent.has_room(most) && novices.is_none_or(|novice| agent.novice == novice));
        with_room.reduce(|best, next| if rank(next) < rank(best) { next } else { best })
    };
    let first = best(None)?;
    let learner = best(Some(true)).filter(|_| def.learning > 0.0 && !first.novice);
    Some(match learner {
        None => Asked { name: first.name, propensity: 1.0 },
        Some(learner) if draws.share(Purpose::Agent) < def.learning => {
            Asked { name: learner.name, propensity: def.learning }
        }
        Some(_) => Asked { name: first.name, propensity: 1.0 - def.learning },
    })
}
