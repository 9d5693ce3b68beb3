//! The floor: agents, queues, and the requests that they hold.
//!
//! Invariants
//! - A request is in one queue, or with one agent, or gone.
//! - A queue is served in the order in which requests joined it. Of several queues an agent serves the one whose first has
//!   waited longest; of several free agents the one who holds least is asked, then the one who has been idle longest.

use super::scenario::Scenario;
use alloc::collections::VecDeque;
use alloc::vec::Vec;

/// A request in the system.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request {
    pub(crate) kind: usize,
    /// Which of its kind it is.
    pub(crate) n: u64,
    pub(crate) came: f64,
    /// When it joined the queue that it is in, or was in last.
    pub(crate) joined: f64,
    pub(crate) queue: usize,
    pub(crate) answered: bool,
    /// Whether it came after the warm-up.
    pub(crate) counts: bool,
}

/// A request's place, and whose turn of the place it is: a place is used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ticket {
    place: usize,
    turn: u64,
}

#[derive(Clone, Copy, Debug)]
struct Held {
    ticket: Ticket,
    /// Seconds of work left, at the pace of one alone.
    left: f64,
}

#[derive(Clone, Debug)]
pub(crate) struct Agent {
    team: usize,
    held: Vec<Held>,
    /// Up to when its work is accounted for.
    since: f64,
    idle_since: f64,
    /// Busy seconds that count.
    pub(crate) busy: f64,
    /// Counts its changes: what was planned before one is void.
    pub(crate) version: u64,
}

#[derive(Clone, Debug, Default)]
struct Queue {
    line: VecDeque<Ticket>,
    n_waiting: usize,
    /// Agents that serve it.
    agents: Vec<usize>,
}

/// Everything that is somewhere.
pub(crate) struct Floor<'a> {
    scenario: &'a Scenario,
    pub(crate) agents: Vec<Agent>,
    queues: Vec<Queue>,
    places: Vec<(u64, Option<Request>)>,
    free: Vec<usize>,
    pub(crate) n_requests: usize,
    /// The stretch that counts.
    counted: [f64; 2],
}

impl<'a> Floor<'a> {
    pub(crate) fn new(scenario: &'a Scenario, counted: [f64; 2]) -> Self {
        let mut agents = Vec::new();
        let mut queues = alloc::vec![Queue::default(); scenario.def().queues.len()];
        for (team, def) in scenario.def().teams.iter().enumerate() {
            for _ in 0..def.agents {
                for queue in scenario.queues_of_team.get(team).into_iter().flatten() {
                    if let Some(queue) = queues.get_mut(*queue) {
                        queue.agents.push(agents.len());
                    }
                }
                let held = Vec::with_capacity(def.pace.len());
                agents.push(Agent { team, held, since: 0.0, idle_since: 0.0, busy: 0.0, version: 0 });
            }
        }
        Self { scenario, agents, queues, places: Vec::new(), free: Vec::new(), n_requests: 0, counted }
    }

    pub(crate) fn admit(&mut self, request: Request) -> Ticket {
        self.n_requests += 1;
        let place = self.free.pop().unwrap_or_else(|| {
            self.places.push((0, None));
            self.places.len() - 1
        });
        let slot = &mut self.places[place];
        slot.1 = Some(request);
        Ticket { place, turn: slot.0 }
    }

    /// The request, while it is in the system.
    pub(crate) fn request(&mut self, ticket: Ticket) -> Option<&mut Request> {
        let (turn, request) = self.places.get_mut(ticket.place)?;
        if *turn == ticket.turn { request.as_mut() } else { None }
    }

    pub(crate) fn is_here(&self, ticket: Ticket) -> bool {
        self.places.get(ticket.place).is_some_and(|(turn, request)| *turn == ticket.turn && request.is_some())
    }

    /// Whether a request still waits for what it joined at that time.
    pub(crate) fn waits(&self, ticket: Ticket, joined: f64) -> bool {
        let here = self.places.get(ticket.place).filter(|(turn, _)| *turn == ticket.turn);
        here.and_then(|(_, request)| request.as_ref()).is_some_and(|request| request.joined == joined)
    }

    /// Takes a request out of the system.
    pub(crate) fn dismiss(&mut self, ticket: Ticket) {
        if let Some(slot) = self.places.get_mut(ticket.place).filter(|slot| slot.0 == ticket.turn) {
            *slot = (slot.0 + 1, None);
            self.free.push(ticket.place);
            self.n_requests -= 1;
        }
    }

    pub(crate) fn n_waiting(&self, queue: usize) -> usize {
        self.queues[queue].n_waiting
    }

    pub(crate) fn join(&mut self, ticket: Ticket, queue: usize) {
        self.queues[queue].line.push_back(ticket);
        self.queues[queue].n_waiting += 1;
    }

    /// Takes a request that waits out of its queue and the system.
    pub(crate) fn abandon(&mut self, ticket: Ticket, queue: usize) {
        self.dismiss(ticket);
        self.queues[queue].n_waiting -= 1;
        self.clear_head(queue);
    }

    /// Drops tickets of those who left from the head of a queue.
    fn clear_head(&mut self, queue: usize) {
        while let Some(ticket) = self.queues[queue].line.front().copied() {
            if self.is_here(ticket) {
                break;
            }
            self.queues[queue].line.pop_front();
        }
    }

    fn pace(&self, agent: usize) -> f64 {
        let agent = &self.agents[agent];
        let paces = &self.scenario.def().teams[agent.team].pace;
        paces[agent.held.len().clamp(1, paces.len()) - 1]
    }

    pub(crate) fn has_room(&self, agent: usize) -> bool {
        let agent = &self.agents[agent];
        agent.held.len() < self.scenario.def().teams[agent.team].pace.len()
    }

    /// The agent to ask first about a request in `queue`.
    pub(crate) fn free_agent(&self, queue: usize) -> Option<usize> {
        let mut best: Option<usize> = None;
        for &at in self.queues[queue].agents.iter().filter(|agent| self.has_room(**agent)) {
            let (agent, so_far) = (&self.agents[at], best.map(|best| &self.agents[best]));
            let better = so_far.is_none_or(|best| {
                let fewer = agent.held.len().cmp(&best.held.len());
                fewer.then(agent.idle_since.total_cmp(&best.idle_since)).is_lt()
            });
            if better {
                best = Some(at);
            }
        }
        best
    }

    /// The next request for an agent: of its queues the one whose first joined first.
    pub(crate) fn next_for(&mut self, agent: usize) -> Option<Ticket> {
        let scenario = self.scenario;
        let mut best: Option<(f64, usize)> = None;
        for &queue in &scenario.queues_of_team[self.agents[agent].team] {
            self.clear_head(queue);
            let Some(ticket) = self.queues[queue].line.front().copied() else { continue };
            let joined = self.request(ticket).map_or(f64::INFINITY, |request| request.joined);
            if best.is_none_or(|(so_far, _)| joined < so_far) {
                best = Some((joined, queue));
            }
        }
        let (_, queue) = best?;
        self.queues[queue].n_waiting -= 1;
        self.queues[queue].line.pop_front()
    }

    /// Accounts for an agent's work up to `now`.
    fn advance(&mut self, agent: usize, now: f64) {
        let pace = self.pace(agent);
        let [from, to] = self.counted;
        let agent = &mut self.agents[agent];
        let gone = (now - agent.since) * pace;
        if !agent.held.is_empty() {
            agent.busy += (now.min(to) - agent.since.max(from)).max(0.0);
        }
        agent.held.iter_mut().for_each(|held| held.left -= gone);
        agent.since = now;
    }

    /// Gives an agent a request with so much work.
    pub(crate) fn take(&mut self, agent: usize, ticket: Ticket, work: f64, now: f64) {
        self.advance(agent, now);
        let agent = &mut self.agents[agent];
        agent.held.push(Held { ticket, left: work });
        agent.version += 1;
    }

    /// The request that an agent is done with first; taken from it.
    pub(crate) fn finish(&mut self, agent: usize, now: f64) -> Option<Ticket> {
        self.advance(agent, now);
        let agent = &mut self.agents[agent];
        let first = (0..agent.held.len())
            .reduce(|a, b| if agent.held[b].left < agent.held[a].left { b } else { a })?;
        let held = agent.held.remove(first);
        agent.version += 1;
        if agent.held.is_empty() {
            agent.idle_since = now;
        }
        Some(held.ticket)
    }

    /// When an agent will be done with something, as things are.
    pub(crate) fn done_at(&self, agent: usize, now: f64) -> Option<f64> {
        let least = self.agents[agent].held.iter().map(|held| held.left).reduce(f64::min)?;
        Some(now + least.max(0.0) / self.pace(agent))
    }
}
