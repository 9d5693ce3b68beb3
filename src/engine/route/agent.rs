//! Agents: which of a queue's agents is asked first, if the snapshot names agents.
//!
//! A row that stands for several agents is never asked. If `room` is not known, it is the most that an agent of the queue holds
//! (`rate`) minus what the agent holds; if that is not known either, the agent counts as holding nothing.
//!
//! Agents with room are ordered by these criteria:
//! 1. agents below the occupancy band, then those within it, then those above it or above their fair share;
//! 2. fewest requests held;
//! 3. outside the band: lowest occupancy; within it: longest idle, for agents who hold nothing;
//! 4. order in the snapshot.
//!
//! Novices get at least their share of requests, by a random draw.
//!
//! Invariants
//! - The bounds only order agents: if any agent has room, one is asked.
//!
//! Not here: which queue (`route`).

use super::chance::{Draws, Purpose};
use super::program::AgentsDef;
use super::snapshot::AgentState;
use crate::symbol::Symbol;

/// The agent who is asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Asked {
    /// The agent's name.
    pub name: Symbol,
    /// Propensity: the probability with which this agent was chosen.
    pub propensity: f32,
}

impl AgentState {
    /// Whether the agent could take one more request, if an agent of the queue holds at most `most`.
    pub(super) fn has_room(&self, most: usize) -> bool {
        let room = if self.room.is_nan() { most as f32 - self.holds.max(0.0) } else { self.room };
        room >= 1.0
    }
}

/// Chooses an agent of `queue`, each of whom holds at most `most` requests. `None` if none has room. Cost: `O(n_agents)`.
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
    // Smaller is better. An unknown occupancy counts as within the band, an unknown number held as 0.
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
