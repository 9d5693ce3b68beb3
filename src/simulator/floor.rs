//! The floor: agents, queues, and the requests that they hold.
//!
//! Invariants
//! - A request is in one queue, or with one agent, or gone.
//! - A queue is served by how long requests have waited, priority included: age and priority are one currency. Of several queues an agent serves the one whose first has
//!   waited longest; of several free agents the one who holds least is asked, then the one who has been idle longest.
//! - An agent who goes off ends what is held and takes no more.
//! - Agents of a team come and go together and serve the same queues: of those who are idle, a team's first has been so longest.
//!
//! Not here: when what happens (`run`), what policies are told of it (`router`).

use super::choice::Choice;
use super::scenario::Scenario;
use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;
use floorwalker_engine::route::Wait;

/// Void places that a line keeps before it is swept, beside as many as there are others.
const VOID: usize = 64;

/// A request in the system.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request {
    pub(crate) kind: usize,
    /// Which of its kind it is.
    pub(crate) n: u64,
    pub(crate) came: f64,
    /// Since when it waits; NaN while it does not.
    pub(crate) joined: f64,
    /// Since when it is of the queue that it is in.
    pub(crate) entered: f64,
    /// Seconds that it counts as having waited longer.
    pub(crate) priority: f64,
    /// How often it joined a line.
    pub(crate) lines: u32,
    /// Whose turn it was when it came, where turns are counted.
    pub(crate) turn: u32,
    /// The wait that it was told when it came, where the policy tells.
    pub(crate) told: Option<Wait>,
    pub(crate) queue: usize,
    pub(crate) answered: bool,
    /// Whether it came after the warm-up.
    pub(crate) counts: bool,
    /// How often its shopper came before.
    pub(crate) attempt: u32,
    /// Whether it was sent to a wrong queue.
    pub(crate) misrouted: bool,
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
    /// Of them, those past the end of duty.
    over: f64,
    /// Requests that it took.
    taken: u32,
    /// Counts its changes: what was planned before one is void.
    pub(crate) version: u64,
}

/// A request's place in a line: void once the request waits elsewhere, or no more.
#[derive(Clone, Copy, Debug)]
struct InLine {
    ticket: Ticket,
    /// Which of its lines this is, and since when it waits.
    number: u32,
    joined: f64,
    /// Since when it counts as waiting.
    since: f64,
}

#[derive(Clone, Debug, Default)]
struct Queue {
    /// Who counts as waiting longest is first.
    line: VecDeque<InLine>,
    n_waiting: usize,
    /// Agents who serve it and are there, and the requests that those hold.
    n_agents: usize,
    n_held: usize,
    /// Teams that serve it.
    teams: Vec<usize>,
}

#[derive(Clone, Debug)]
struct Team {
    /// Its agents: the first, and the one after the last.
    agents: [usize; 2],
    is_there: bool,
    /// Agents who could take one more.
    n_free: usize,
    /// Who is idle, longest first, and their versions: an entry of another version is void.
    idle: VecDeque<(usize, u64)>,
    /// Since when it is there, and its seconds on duty that count.
    since: f64,
    duty: f64,
}

/// What is seen of a queue from outside.
#[derive(Clone, Copy, Debug)]
pub struct QueueView {
    /// Requests that wait.
    pub waiting: usize,
    /// Agents who serve it and are there.
    pub agents: usize,
    /// Requests that those hold, whatever queue they came by.
    pub held: usize,
    /// Since when its longest idle agent is; none where nobody is.
    pub idle_since: Option<f64>,
}

/// What is seen of an agent from outside.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AgentView {
    pub(crate) holds: usize,
    pub(crate) room: usize,
    /// Seconds.
    pub(crate) idle: f64,
    /// Share of the time there that counts and that it was busy; none before any does.
    pub(crate) occupancy: Option<f64>,
    pub(crate) taken: u32,
}

/// Everything that is somewhere.
pub(crate) struct Floor {
    scenario: Arc<Scenario>,
    pub(crate) agents: Vec<Agent>,
    teams: Vec<Team>,
    queues: Vec<Queue>,
    places: Vec<(u64, Option<Request>)>,
    free: Vec<usize>,
    pub(crate) n_requests: usize,
    /// The stretch that counts.
    counted: [f64; 2],
}

impl Floor {
    pub(crate) fn new(scenario: &Arc<Scenario>, counted: [f64; 2]) -> Self {
        let (mut agents, mut teams) = (Vec::new(), Vec::new());
        let mut queues = alloc::vec![Queue::default(); scenario.def().queues.len()];
        for (team, def) in scenario.def().teams.iter().enumerate() {
            scenario.queues_of_team[team].iter().for_each(|queue| queues[*queue].teams.push(team));
            let first = agents.len();
            for _ in 0..def.agents {
                let held = Vec::with_capacity(def.pace.len());
                agents.push(Agent {
                    team,
                    held,
                    since: 0.0,
                    idle_since: 0.0,
                    busy: 0.0,
                    over: 0.0,
                    taken: 0,
                    version: 0,
                });
            }
            let agents = [first, agents.len()];
            let idle = VecDeque::new();
            teams.push(Team { agents, is_there: false, n_free: 0, idle, since: 0.0, duty: 0.0 });
        }
        let (places, free) = (Vec::new(), Vec::new());
        let mut floor = Self {
            scenario: Arc::clone(scenario),
            agents,
            teams,
            queues,
            places,
            free,
            n_requests: 0,
            counted,
        };
        for (team, duty) in scenario.duties.iter().enumerate() {
            if duty.at_midnight {
                floor.arrive(team, 0.0);
            }
        }
        floor
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

    /// Whether a request still waits for what it joined at that time.
    pub(crate) fn waits(&self, ticket: Ticket, joined: f64) -> bool {
        self.waiting(ticket, joined).is_some()
    }

    fn waiting(&self, ticket: Ticket, joined: f64) -> Option<&Request> {
        let here = self.places.get(ticket.place).filter(|(turn, _)| *turn == ticket.turn);
        here.and_then(|(_, request)| request.as_ref()).filter(|request| request.joined == joined)
    }

    /// Takes a request out of the system.
    pub(crate) fn dismiss(&mut self, ticket: Ticket) {
        if let Some(slot) = self.places.get_mut(ticket.place).filter(|slot| slot.0 == ticket.turn) {
            *slot = (slot.0 + 1, None);
            self.free.push(ticket.place);
            self.n_requests -= 1;
        }
    }

    /// Places in memory: requests' and lines'.
    #[cfg(test)]
    pub(crate) fn n_places(&self) -> usize {
        self.places.len() + self.queues.iter().map(|queue| queue.line.len()).sum::<usize>()
    }

    pub(crate) fn n_waiting(&self, queue: usize) -> usize {
        self.queues[queue].n_waiting
    }

    /// A queue as it is. Cost: that of its teams.
    pub(crate) fn view(&mut self, queue: usize) -> QueueView {
        let Queue { n_waiting: waiting, n_agents: agents, n_held: held, ref teams, .. } = self.queues[queue];
        let mut idle_since: Option<f64> = None;
        for team in teams {
            if let Some(agent) = longest_idle(&mut self.teams[*team], &self.agents) {
                let since = self.agents[agent].idle_since;
                idle_since = Some(idle_since.map_or(since, |so_far| so_far.min(since)));
            }
        }
        QueueView { waiting, agents, held, idle_since }
    }

    /// A team comes: its agents could take requests.
    pub(crate) fn arrive(&mut self, team: usize, now: f64) {
        let [first, end] = self.teams[team].agents;
        (first..end).for_each(|agent| self.advance(agent, now));
        let levels = self.scenario.def().teams[team].pace.len();
        let mut n_held = 0;
        let entry = &mut self.teams[team];
        (entry.is_there, entry.since, entry.n_free) = (true, now, 0);
        for (at, agent) in self.agents.iter_mut().enumerate().take(end).skip(first) {
            n_held += agent.held.len();
            entry.n_free += usize::from(agent.held.len() < levels);
            if agent.held.is_empty() {
                agent.idle_since = now;
                entry.idle.push_back((at, agent.version));
            }
        }
        for queue in &self.scenario.queues_of_team[team] {
            self.queues[*queue].n_agents += end - first;
            self.queues[*queue].n_held += n_held;
        }
    }

    /// A team goes: its agents end what they hold.
    pub(crate) fn leave(&mut self, team: usize, now: f64) {
        let [first, end] = self.teams[team].agents;
        (first..end).for_each(|agent| self.advance(agent, now));
        let n_held: usize = self.agents[first..end].iter().map(|agent| agent.held.len()).sum();
        let [from, to] = self.counted;
        let entry = &mut self.teams[team];
        entry.duty += (now.min(to) - entry.since.max(from)).max(0.0);
        (entry.is_there, entry.n_free) = (false, 0);
        entry.idle.clear();
        for queue in &self.scenario.queues_of_team[team] {
            self.queues[*queue].n_agents -= end - first;
            self.queues[*queue].n_held -= n_held;
        }
    }

    /// Requests in a line, first to last.
    pub(crate) fn line(&self, queue: usize) -> impl Iterator<Item = &Request> {
        let line = self.queues.get(queue).into_iter().flat_map(|queue| &queue.line);
        line.filter(move |place| self.is_in(place, queue))
            .filter_map(|place| self.waiting(place.ticket, place.joined))
    }

    /// Requests that an agent holds; none: who is not there, and holds none.
    pub(crate) fn held(&self, agent: usize) -> Option<impl Iterator<Item = &Request>> {
        let agent = &self.agents[agent];
        let is_there = self.teams[agent.team].is_there || !agent.held.is_empty();
        let here = agent.held.iter().filter_map(|held| self.places.get(held.ticket.place)?.1.as_ref());
        is_there.then_some(here)
    }

    /// Agents of a team.
    pub(crate) fn agents_of(&self, team: usize) -> core::ops::Range<usize> {
        let [first, end] = self.teams[team].agents;
        first..end
    }

    /// How many agents of a team are there.
    pub(crate) fn n_present(&self, team: usize) -> usize {
        let Team { agents: [first, end], is_there, .. } = self.teams[team];
        if is_there { end - first } else { 0 }
    }

    /// Share of their time there up to `now` that agents were busy, of those who were there while it counts.
    pub(crate) fn occupancy(&self, now: f64) -> Vec<f64> {
        self.agents.iter().filter_map(|agent| self.share(agent, now)).collect()
    }

    fn share(&self, agent: &Agent, now: f64) -> Option<f64> {
        let [from, to] = self.counted;
        let to = to.min(now);
        let team = &self.teams[agent.team];
        let open = |since: f64| (to - since.max(from)).max(0.0);
        let busy = if agent.held.is_empty() { 0.0 } else { open(agent.since) };
        let over = agent.over + if team.is_there { 0.0 } else { busy };
        let there = team.duty + if team.is_there { open(team.since) } else { 0.0 } + over;
        (there > 0.0).then(|| (agent.busy + busy) / there)
    }

    /// Agents who are there, by number and team.
    pub(crate) fn present(&self, now: f64) -> impl Iterator<Item = (usize, usize, AgentView)> {
        let here = self.agents.iter().enumerate().filter(|(_, agent)| self.teams[agent.team].is_there);
        here.map(move |(at, agent)| {
            let room = self.scenario.def().teams[agent.team].pace.len() - agent.held.len();
            let view = AgentView {
                holds: agent.held.len(),
                room,
                idle: if agent.held.is_empty() { now - agent.idle_since } else { 0.0 },
                occupancy: self.share(agent, now),
                taken: agent.taken,
            };
            (at, agent.team, view)
        })
    }

    /// Puts a request into a line, behind those who count as waiting as long or longer.
    pub(crate) fn join(&mut self, ticket: Ticket, queue: usize) {
        let Some(request) = self.request(ticket) else { return };
        request.lines += 1;
        let Request { joined, priority, lines: number, .. } = *request;
        let since = joined - priority;
        let line = &mut self.queues[queue].line;
        let at = match line.back() {
            Some(last) if last.since > since => line.partition_point(|before| before.since <= since),
            _ => line.len(),
        };
        line.insert(at, InLine { ticket, number, joined, since });
        self.queues[queue].n_waiting += 1;
    }

    /// Takes a request that waits out of its line, on its way to another or to another place in it.
    pub(crate) fn withdraw(&mut self, ticket: Ticket, to: Choice, misrouted: bool, now: f64) {
        let Some(request) = self.request(ticket) else { return };
        let from = core::mem::replace(&mut request.queue, to.queue);
        if from != to.queue {
            request.entered = now;
        }
        (request.priority, request.misrouted) = (to.priority, misrouted);
        self.leaves_line(from);
    }

    /// Takes a request that waits out of its queue and the system.
    pub(crate) fn abandon(&mut self, ticket: Ticket, queue: usize) {
        self.dismiss(ticket);
        self.leaves_line(queue);
    }

    /// One waits in a queue no more. Its place is void; voids are swept out once they are more than those who wait.
    fn leaves_line(&mut self, queue: usize) {
        self.queues[queue].n_waiting -= 1;
        if self.queues[queue].line.len() <= VOID + 2 * self.queues[queue].n_waiting {
            return;
        }
        let mut line = core::mem::take(&mut self.queues[queue].line);
        line.retain(|place| self.is_in(place, queue));
        self.queues[queue].line = line;
    }

    fn is_in(&self, place: &InLine, queue: usize) -> bool {
        let request = self.waiting(place.ticket, place.joined);
        request.is_some_and(|request| request.queue == queue && request.lines == place.number)
    }

    /// Drops places that are void from the head of a queue.
    fn clear_head(&mut self, queue: usize) {
        while let Some(first) = self.queues[queue].line.front() {
            if self.is_in(first, queue) {
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
        self.teams[agent.team].is_there && agent.held.len() < self.scenario.def().teams[agent.team].pace.len()
    }

    /// The agent to ask first about a request in `queue`. Cost: that of its teams, and of the agents of those where nobody is idle
    /// and somebody could take one more.
    pub(crate) fn free_agent(&mut self, queue: usize) -> Option<usize> {
        let mut best: Option<usize> = None;
        for &team in &self.queues[queue].teams {
            if self.teams[team].n_free == 0 {
                continue;
            }
            let agents = &self.agents;
            let is_better = |at: usize, best: Option<usize>| {
                best.is_none_or(|best| {
                    let (agent, best) = (&agents[at], &agents[best]);
                    let fewer = agent.held.len().cmp(&best.held.len());
                    fewer.then(agent.idle_since.total_cmp(&best.idle_since)).is_lt()
                })
            };
            if let Some(idle) = longest_idle(&mut self.teams[team], agents) {
                if is_better(idle, best) {
                    best = Some(idle);
                }
                continue;
            }
            let levels = self.scenario.def().teams[team].pace.len();
            let [first, end] = self.teams[team].agents;
            for at in (first..end).filter(|at| agents[*at].held.len() < levels) {
                if is_better(at, best) {
                    best = Some(at);
                }
            }
        }
        best
    }

    /// The next request for an agent: of its queues' first the one that counts as waiting longest.
    pub(crate) fn next_for(&mut self, agent: usize) -> Option<Ticket> {
        let team = self.agents[agent].team;
        let mut best: Option<(f64, usize)> = None;
        for at in 0..self.scenario.queues_of_team[team].len() {
            let queue = self.scenario.queues_of_team[team][at];
            self.clear_head(queue);
            let Some(first) = self.queues[queue].line.front() else { continue };
            if best.is_none_or(|(so_far, _)| first.since < so_far) {
                best = Some((first.since, queue));
            }
        }
        let (_, queue) = best?;
        self.queues[queue].n_waiting -= 1;
        self.queues[queue].line.pop_front().map(|first| first.ticket)
    }

    /// Accounts for an agent's work up to `now`.
    fn advance(&mut self, agent: usize, now: f64) {
        let pace = self.pace(agent);
        let [from, to] = self.counted;
        let agent = &mut self.agents[agent];
        let gone = (now - agent.since) * pace;
        if !agent.held.is_empty() {
            let busy = (now.min(to) - agent.since.max(from)).max(0.0);
            agent.busy += busy;
            if !self.teams[agent.team].is_there {
                agent.over += busy;
            }
        }
        agent.held.iter_mut().for_each(|held| held.left -= gone);
        agent.since = now;
    }

    /// Gives an agent a request with so much work.
    pub(crate) fn take(&mut self, agent: usize, ticket: Ticket, work: f64, now: f64) {
        self.advance(agent, now);
        let entry = &mut self.agents[agent];
        entry.held.push(Held { ticket, left: work });
        entry.version += 1;
        entry.taken += 1;
        let (team, n_held) = (entry.team, entry.held.len());
        if n_held == self.scenario.def().teams[team].pace.len() {
            self.teams[team].n_free -= 1;
        }
        self.scenario.queues_of_team[team].iter().for_each(|queue| self.queues[*queue].n_held += 1);
    }

    /// The request that an agent is done with first; taken from it.
    pub(crate) fn finish(&mut self, agent: usize, now: f64) -> Option<Ticket> {
        self.advance(agent, now);
        let entry = &mut self.agents[agent];
        let first = (0..entry.held.len())
            .reduce(|a, b| if entry.held[b].left < entry.held[a].left { b } else { a })?;
        let held = entry.held.remove(first);
        entry.version += 1;
        if entry.held.is_empty() {
            entry.idle_since = now;
        }
        let (team, n_held) = (entry.team, entry.held.len());
        if self.teams[team].is_there {
            if n_held + 1 == self.scenario.def().teams[team].pace.len() {
                self.teams[team].n_free += 1;
            }
            self.scenario.queues_of_team[team].iter().for_each(|queue| self.queues[*queue].n_held -= 1);
        }
        Some(held.ticket)
    }

    /// Puts an agent who holds nothing behind those who are idle.
    pub(crate) fn rest(&mut self, agent: usize) {
        let entry = &self.agents[agent];
        let team = &mut self.teams[entry.team];
        if team.is_there && entry.held.is_empty() {
            if team.idle.len() > 2 * (team.agents[1] - team.agents[0]) {
                let agents = &self.agents;
                team.idle.retain(|(agent, version)| agents[*agent].version == *version);
            }
            team.idle.push_back((agent, entry.version));
        }
    }

    /// When an agent will be done with something, as things are.
    pub(crate) fn done_at(&self, agent: usize, now: f64) -> Option<f64> {
        let least = self.agents[agent].held.iter().map(|held| held.left).reduce(f64::min)?;
        Some(now + least.max(0.0) / self.pace(agent))
    }
}

/// Of a team's agents the one who has been idle longest.
fn longest_idle(team: &mut Team, agents: &[Agent]) -> Option<usize> {
    while let Some((agent, version)) = team.idle.front().copied() {
        if agents[agent].version == version {
            return Some(agent);
        }
        team.idle.pop_front();
    }
    None
}
