//! The floor: agents, queues, and the requests that they hold.
//!
//! Invariants
//! - A request is in one queue, or with one agent, or gone.
//! - A queue is served in the order of time waited plus priority, both in seconds. Of several queues, an agent serves the one whose
//!   first request has waited longest. Of several free agents, the one who holds least is asked; on a tie, the longest idle.
//! - An agent whose shift ends finishes the requests held and takes no more.
//! - Agents of a team begin and end their shifts together and serve the same queues; a team lists its idle agents longest idle first.
//!
//! Not here: the order of events (`run`), what policies see of the floor (`router`).

use super::choice::Choice;
use super::scenario::Scenario;
use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;
use floorwalker_engine::route::Wait;

/// Void entries that a line may keep before they are removed, in addition to as many as there are waiting requests.
const VOID: usize = 64;

/// A request in the system.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request {
    pub(crate) kind: usize,
    /// Its number within its kind; the bits from `NUMBER_BITS` on count how often its shopper came before.
    pub(crate) n: u64,
    pub(crate) came: f64,
    /// Since when it waits; NaN while it does not.
    pub(crate) joined: f64,
    /// When it entered the queue that it is in.
    pub(crate) entered: f64,
    /// Seconds that are added to its time waited.
    pub(crate) priority: f64,
    /// How often it joined a line.
    pub(crate) lines: u32,
    /// The number of requests that the policy routed before it; 0 without a policy.
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

/// A handle of a request: its place (slot), and the generation of the place, because places are reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ticket {
    place: usize,
    turn: u64,
}

#[derive(Clone, Copy, Debug)]
struct Held {
    ticket: Ticket,
    /// Seconds of work left, at the pace of an agent who holds nothing else.
    left: f64,
}

#[derive(Clone, Debug)]
pub(crate) struct Agent {
    team: usize,
    held: Vec<Held>,
    /// Up to when its work is accounted for.
    since: f64,
    idle_since: f64,
    /// Busy seconds within the counted time.
    pub(crate) busy: f64,
    /// Of these, seconds past the end of duty.
    over: f64,
    /// Number of requests taken.
    taken: u32,
    /// Counts the agent's changes: an event planned at an earlier version is void.
    pub(crate) version: u64,
}

/// A request's entry in a line: void once the request waits elsewhere, or no more.
#[derive(Clone, Copy, Debug)]
struct InLine {
    ticket: Ticket,
    /// The request's `lines` and `joined` when it was put here; the entry is void once they differ.
    number: u32,
    joined: f64,
    /// Since when it counts as waiting: `joined` less priority. A line is sorted by it.
    since: f64,
}

#[derive(Clone, Debug, Default)]
struct Queue {
    /// Entries in the order of service: the one that counts as waiting longest is first.
    line: VecDeque<InLine>,
    n_waiting: usize,
    /// Present agents who serve it, and the requests that they hold.
    n_agents: usize,
    n_held: usize,
    /// Teams that serve it.
    teams: Vec<usize>,
}

#[derive(Clone, Debug)]
struct Team {
    /// Index range of its agents: the first, and one past the last.
    agents: [usize; 2],
    is_there: bool,
    /// Agents who could take another request.
    n_free: usize,
    /// Idle agents, longest idle first, with their versions; an entry whose version is outdated is void.
    idle: VecDeque<(usize, u64)>,
    /// When its current shift began, and its counted seconds on duty.
    since: f64,
    duty: f64,
}

/// The state of a queue.
#[derive(Clone, Copy, Debug)]
pub struct QueueView {
    /// Number of requests that wait.
    pub waiting: usize,
    /// Number of present agents who serve it.
    pub agents: usize,
    /// Number of requests that these agents hold, from whatever queue.
    pub held: usize,
    /// Since when its longest idle agent has been idle; none where nobody is idle.
    pub idle_since: Option<f64>,
}

/// The state of an agent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AgentView {
    pub(crate) holds: usize,
    pub(crate) room: usize,
    /// Idle time in seconds; 0 while busy.
    pub(crate) idle: f64,
    /// Busy share of the agent's counted time on duty; none before there is any.
    pub(crate) occupancy: Option<f64>,
    pub(crate) taken: u32,
}

/// The floor: agents, teams, queues and the requests in the system.
pub(crate) struct Floor {
    scenario: Arc<Scenario>,
    pub(crate) agents: Vec<Agent>,
    teams: Vec<Team>,
    queues: Vec<Queue>,
    places: Vec<(u64, Option<Request>)>,
    free: Vec<usize>,
    pub(crate) n_requests: usize,
    /// The counted time in seconds, from and to: the warm-up is left out.
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

    /// Whether a request still is in the wait that began at `joined`.
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

    /// Places of requests and entries of lines that are held in memory.
    #[cfg(test)]
    pub(crate) fn n_places(&self) -> usize {
        self.places.len() + self.queues.iter().map(|queue| queue.line.len()).sum::<usize>()
    }

    pub(crate) fn n_waiting(&self, queue: usize) -> usize {
        self.queues[queue].n_waiting
    }

    /// The current state of a queue. Cost: `O(teams of the queue)`.
    pub(crate) fn view(&mut self, queue: usize) -> QueueView {
        let Some(Queue { n_waiting: waiting, n_agents: agents, n_held: held, teams, .. }) =
            self.queues.get(queue)
        else {
            return QueueView { waiting: 0, agents: 0, held: 0, idle_since: None };
        };
        let (waiting, agents, held) = (*waiting, *agents, *held);
        let mut idle_since: Option<f64> = None;
        for team in teams {
            if let Some(agent) = longest_idle(&mut self.teams[*team], &self.agents) {
                let since = self.agents[agent].idle_since;
                idle_since = Some(idle_since.map_or(since, |so_far| so_far.min(since)));
            }
        }
        QueueView { waiting, agents, held, idle_since }
    }

    /// A team's shift begins: its agents can take requests.
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

    /// A team's shift ends: its agents finish the requests that they hold.
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

    /// Requests that wait in a queue, first to last.
    pub(crate) fn line(&self, queue: usize) -> impl Iterator<Item = &Request> {
        let line = self.queues.get(queue).into_iter().flat_map(|queue| &queue.line);
        line.filter(move |place| self.is_in(place, queue))
            .filter_map(|place| self.waiting(place.ticket, place.joined))
    }

    /// Requests that an agent holds; `None` for an agent who is absent and holds none.
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

    /// Number of present agents of a team.
    pub(crate) fn n_present(&self, team: usize) -> usize {
        let Team { agents: [first, end], is_there, .. } = self.teams[team];
        if is_there { end - first } else { 0 }
    }

    /// Occupancy up to `now`: the busy share of each agent's counted time on duty. Agents without any such time are left out.
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

    /// Present agents: number, team and state.
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

    /// Puts a request into a line, behind those that count as waiting as long or longer.
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

    /// Takes a waiting request out of its line, before it joins another line or another place in the same one.
    pub(crate) fn withdraw(&mut self, ticket: Ticket, to: Choice, misrouted: bool, now: f64) {
        let Some(request) = self.request(ticket) else { return };
        let from = core::mem::replace(&mut request.queue, to.queue);
        if from != to.queue {
            request.entered = now;
        }
        (request.priority, request.misrouted) = (to.priority, misrouted);
        self.leaves_line(from);
    }

    /// Takes a waiting request out of its queue and out of the system.
    pub(crate) fn abandon(&mut self, ticket: Ticket, queue: usize) {
        self.dismiss(ticket);
        self.leaves_line(queue);
    }

    /// Counts one waiting request less in a queue. Its entry is void; void entries are removed once they far outnumber the valid ones.
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

    /// Removes void entries from the head of a queue's line.
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

    /// The free agent who gets a request of `queue`, if there is one. Cost: `O(teams of the queue)`, plus the agents of those teams where
    /// nobody is idle but somebody could take another request.
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

    /// Takes the next request for an agent: of the first ones of its queues, the one that counts as waiting longest.
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

    /// Gives an agent a request with `work` seconds of work.
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

    /// Takes from an agent the request with the least work left, which is finished now.
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

    /// Adds an agent who holds nothing to the end of the team's list of idle agents.
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

    /// When an agent will finish its next request, if nothing changes before.
    pub(crate) fn done_at(&self, agent: usize, now: f64) -> Option<f64> {
        let least = self.agents[agent].held.iter().map(|held| held.left).reduce(f64::min)?;
        Some(now + least.max(0.0) / self.pace(agent))
    }
}

/// The agent of a team who has been idle longest.
fn longest_idle(team: &mut Team, agents: &[Agent]) -> Option<usize> {
    while let Some((agent, version)) = team.idle.front().copied() {
        if agents[agent].version == version {
            return Some(agent);
        }
        team.idle.pop_front();
    }
    None
}
