//! The run: events, processed in the order of time.
//!
//! Invariants
//! - Requests come until the scenario's end; shifts go on until the requests in the system at that time are served. Shoppers who would
//!   come back after the end are left out.
//!
//! Not here: who serves whom (`floor`), chance (`draw`).

use super::choice::Choice;
use super::draw::{Draws, Purpose};
use super::duty::DAY;
use super::event::{Event, What};
use super::floor::{Floor, QueueView, Request, Ticket};
use super::rate::next_arrival;
use super::router::Routing;
use super::scenario::Scenario;
use super::strategy::Strategy;
use super::tally::{Counts, Tally, Totals};
use super::time::NUMBER_BITS;
use alloc::collections::BinaryHeap;
use alloc::sync::Arc;
use alloc::vec::Vec;

const HOUR: f64 = 3_600.0;
/// Void events that the heap may keep before they are removed, in addition to as many as there are valid ones.
const VOID: usize = 1_024;

/// Simulates a scenario to its end.
///
/// Cost: `O(agents of the queue + log(requests in the system))` per event. Memory: the largest number of requests in the system at a
/// time.
///
/// # Examples
///
/// ```
/// use floorwalker_simulator::{Scenario, ScenarioDef, Strategy, run};
/// use std::sync::Arc;
///
/// let def: ScenarioDef = serde_json::from_str(r#"{
///     "hours": 8,
///     "queues": ["care"],
///     "kinds": [{ "name": "returns", "queue": "care", "per_hour": [30], "work": { "exponential": 300 } }],
///     "teams": [{ "name": "day", "agents": 4, "queues": ["care"] }]
/// }"#).unwrap();
/// let scenario = Arc::new(Scenario::new(def).unwrap());
/// let totals = run(&scenario, &Strategy::Right, 7);
/// assert_eq!(totals, run(&scenario, &Strategy::Right, 7));
/// assert!(totals.all().service_level() > 0.5);
/// ```
#[must_use]
pub fn run(scenario: &Arc<Scenario>, strategy: &Strategy, seed: u64) -> Totals {
    let mut simulation = Simulation::new(scenario, strategy.clone(), seed);
    simulation.advance(f64::INFINITY);
    simulation.totals()
}

/// A request that waits or is served.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Guest {
    /// Its kind.
    pub kind: usize,
    /// Seconds since it came.
    pub age: f64,
    /// Whether the queue that it is in can help.
    pub is_right: bool,
    /// Seconds that are added to its time waited.
    pub priority: f64,
}

/// A run in progress.
pub struct Simulation {
    scenario: Arc<Scenario>,
    strategy: Strategy,
    routing: Option<Routing>,
    draws: Draws,
    floor: Floor,
    heap: BinaryHeap<Event>,
    n_events: u64,
    now: f64,
    /// Number of requests that came, by kind.
    n_came: Vec<u64>,
    /// Number of shoppers who will come back.
    n_away: usize,
    /// The queue chosen last by round robin.
    turn: usize,
    counts: Counts,
    most: usize,
    counted: [f64; 2],
    /// Requests that waited in each queue at the observed moments (halfway, end) that are past.
    waiting: Vec<Vec<usize>>,
}

impl Simulation {
    /// A simulation before its first event, at midnight.
    #[must_use]
    pub fn new(scenario: &Arc<Scenario>, strategy: Strategy, seed: u64) -> Self {
        let def = scenario.def();
        let counted = [def.warm_up * HOUR, def.hours * HOUR];
        let n_kinds = def.kinds.len();
        let routing = match &strategy {
            Strategy::Policy(router) => Some(Routing::new(Arc::clone(router))),
            _ => None,
        };
        let mut simulation = Self {
            routing,
            strategy,
            draws: Draws::new(seed),
            floor: Floor::new(scenario, counted),
            heap: BinaryHeap::new(),
            n_events: 0,
            now: 0.0,
            n_came: alloc::vec![0; n_kinds],
            n_away: 0,
            turn: def.queues.len() - 1,
            counts: Counts::new(n_kinds, def.queues.len()),
            most: 0,
            counted,
            waiting: Vec::new(),
            scenario: Arc::clone(scenario),
        };
        (0..n_kinds).for_each(|kind| simulation.expect_next(kind, 0.0));
        for (team, duty) in scenario.duties.iter().enumerate() {
            // Changes at midnight itself are part of the floor's initial state.
            if let Some(point) = duty.points.iter().position(|(at, _)| *at > 0.0) {
                simulation.push(duty.points[point].0, What::Duty { team, day: 0, point });
            } else if !duty.points.is_empty() {
                simulation.push(DAY, What::Duty { team, day: 1, point: 0 });
            }
        }
        simulation
    }

    /// Processes all events up to and at `until`, in seconds from the start; none where that is past, or NaN. Returns whether any event is
    /// still to come.
    pub fn advance(&mut self, until: f64) -> bool {
        while let Some(event) = self.heap.peek().copied().filter(|event| event.at <= until) {
            self.heap.pop();
            if self.is_due(&event) {
                self.look_before(event.at);
                self.now = event.at;
                self.happens(event.what, event.at);
            }
        }
        // An infinite `until` stands for the scenario's end, or for the end of the last service where that is later.
        self.now = self.now.max(if until == f64::INFINITY { self.counted[1] } else { until });
        self.look_before(self.now.next_up());
        self.heap.iter().any(|event| self.is_due(event))
    }

    /// Records the lengths of the lines at each observed moment (halfway, end) that lies before `at`.
    fn look_before(&mut self, at: f64) {
        let [from, to] = self.counted;
        let moments = [from.midpoint(to), to];
        for _ in moments.iter().skip(self.waiting.len()).filter(|moment| **moment < at) {
            let lines = (0..self.scenario.def().queues.len()).map(|queue| self.floor.n_waiting(queue));
            self.waiting.push(lines.collect());
        }
    }

    /// Whether an event is still valid.
    fn is_due(&self, event: &Event) -> bool {
        match event.what {
            What::Comes { .. } | What::Again { .. } => true,
            What::Duty { .. } => event.at < self.counted[1] || self.floor.n_requests > 0 || self.n_away > 0,
            What::Done { agent, version } => self.floor.agents[agent].version == version,
            What::Patience { ticket, joined } | What::Age { ticket, joined, .. } => {
                self.floor.waits(ticket, joined)
            }
        }
    }

    /// Current time in seconds from the start: up to here, all events are processed.
    #[must_use]
    pub fn now(&self) -> f64 {
        self.now
    }

    /// The current state of a queue, which has to be one of the scenario's.
    pub fn queue(&mut self, queue: usize) -> QueueView {
        self.floor.view(queue)
    }

    /// Requests that wait in a queue of the scenario, in the order in which they are served; none for any other queue.
    pub fn line(&self, queue: usize) -> impl Iterator<Item = Guest> {
        self.floor.line(queue).map(|request| self.guest(request))
    }

    /// Requests that each agent holds, agents ordered by team; `None` for an agent who is absent and holds none.
    pub fn agents(&self) -> impl Iterator<Item = Option<Vec<Guest>>> {
        (0..self.floor.agents.len())
            .map(|at| Some(self.floor.held(at)?.map(|request| self.guest(request)).collect()))
    }

    fn guest(&self, request: &Request) -> Guest {
        let is_right = request.queue == self.scenario.queue_of_kind[request.kind];
        let Request { kind, came, priority, .. } = *request;
        Guest { kind, age: self.now - came, is_right, priority }
    }

    /// The results so far; occupancy is that up to the current time.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let Counts { kinds, queues, hours } = self.counts.clone();
        let mut groups = alloc::vec![Tally::default(); self.scenario.groups().len()];
        for (kind, tally) in kinds.iter().enumerate() {
            groups[self.scenario.group_of_kind[kind]].add(tally);
        }
        let occupancy = self.floor.occupancy(self.now);
        let left = |moment: usize| self.waiting.get(moment).cloned().unwrap_or_default();
        Totals { occupancy, kinds, groups, queues, hours, most: self.most, waiting: [left(0), left(1)] }
    }

    /// Events, places of requests and entries of lines that are held in memory.
    #[cfg(test)]
    pub(crate) fn n_held(&self) -> usize {
        self.heap.len() + self.floor.n_places()
    }

    fn happens(&mut self, what: What, now: f64) {
        match what {
            What::Comes { kind } => self.comes(kind, now),
            What::Again { kind, n, attempt } => {
                self.n_away -= 1;
                self.enters(kind, n, attempt, now);
            }
            What::Duty { team, day, point } => self.duty(team, (day, point), now),
            What::Done { agent, .. } => self.done(agent, now),
            What::Patience { ticket, joined } => self.patience_ends(ticket, joined, now),
            What::Age { ticket, joined, next } => self.reconsider(ticket, joined, next, now),
        }
    }

    fn push(&mut self, at: f64, what: What) {
        self.n_events += 1;
        self.heap.push(Event { at, number: self.n_events, what });
        let fixed = self.floor.agents.len() + self.n_came.len() + self.scenario.duties.len();
        let live = self.floor.n_requests + self.n_away + fixed;
        if self.heap.len() > VOID + 2 * live {
            let mut heap = core::mem::take(&mut self.heap);
            // Events of duty stay: a request that comes before one may need it.
            heap.retain(|event| matches!(event.what, What::Duty { .. }) || self.is_due(event));
            self.heap = heap;
        }
    }

    /// Plans when the next request of a kind comes.
    fn expect_next(&mut self, kind: usize, now: f64) {
        let (n, def) = (self.n_came[kind], &self.scenario.def().kinds[kind]);
        let at = if def.arrivals.is_empty() {
            let hazard = self.draws.exponential(Purpose::Arrival, kind, n);
            next_arrival(&def.per_hour, &self.scenario.surges[kind], now, hazard, self.counted[1])
        } else {
            def.arrivals.get(n as usize).copied()
        };
        if let Some(at) = at {
            self.push(at, What::Comes { kind });
        }
    }

    fn comes(&mut self, kind: usize, now: f64) {
        let n = self.n_came[kind];
        self.n_came[kind] += 1;
        self.expect_next(kind, now);
        self.enters(kind, n, 0, now);
    }

    /// A request enters the system: the n-th of its kind, whose shopper came `attempt` times before.
    fn enters(&mut self, kind: usize, n: u64, attempt: u32, now: f64) {
        let counts = now >= self.counted[0];
        let n = n | u64::from(attempt) << NUMBER_BITS;
        let Choice { queue, priority, turn, agent, told } = self.chosen(kind, n, now);
        let misrouted = queue != self.scenario.queue_of_kind[kind];
        let ticket = self.floor.admit(Request {
            kind,
            n,
            came: now,
            joined: now,
            entered: now,
            priority,
            turn,
            told,
            lines: 0,
            queue,
            answered: false,
            counts,
            attempt,
            misrouted,
        });
        self.most = self.most.max(self.floor.n_requests);
        if counts {
            self.counts.of_request(kind, now, |tally| {
                tally.came += 1;
                tally.again += u64::from(attempt > 0);
                tally.misrouted += u64::from(misrouted);
            });
        }
        self.join(ticket, queue, agent, now);
        self.expect_age(ticket, now, 0, now);
    }

    /// Plans the next repeated decision on a waiting request: at the first of the policy's ages, from index `next` on, that is to come.
    fn expect_age(&mut self, ticket: Ticket, joined: f64, next: usize, now: f64) {
        let Some(routing) = &self.routing else { return };
        if !self.floor.waits(ticket, joined) {
            return;
        }
        let ages = routing.ages().get(next..).unwrap_or(&[]);
        if let Some(at) = ages.iter().position(|age| joined + age > now) {
            let (at, next) = (joined + ages[at], next + at + 1);
            self.push(at, What::Age { ticket, joined, next });
        }
    }

    /// Asks the policy again about a waiting request: it may be sent elsewhere, or get another priority. It keeps the time that it has
    /// waited.
    fn reconsider(&mut self, ticket: Ticket, joined: f64, next: usize, now: f64) {
        let (Some(routing), Some(request)) = (&mut self.routing, self.floor.request(ticket).copied()) else {
            return;
        };
        let Request { kind, queue, counts, came, entered, .. } = request;
        let chosen = routing.again(&mut self.floor, self.draws, &request, now);
        if chosen.queue != queue || chosen.priority != request.priority {
            let is_wrong = chosen.queue != self.scenario.queue_of_kind[kind];
            if counts && is_wrong && !request.misrouted {
                self.counts.of_request(kind, came, |tally| tally.misrouted += 1);
            }
            if counts && chosen.queue != queue {
                self.counts.queues[queue].waits(now - entered);
                self.counts.queues[chosen.queue].enters(is_wrong, request.attempt);
            }
            self.floor.withdraw(ticket, chosen, request.misrouted || is_wrong, now);
            match self.asked(chosen.queue, chosen.agent) {
                Some(agent) => self.begin(agent, ticket, now),
                None => self.floor.join(ticket, chosen.queue),
            }
        }
        self.expect_age(ticket, joined, next, now);
    }

    /// Begins or ends a team's shift, and plans the next change as long as requests may come or are in the system.
    fn duty(&mut self, team: usize, (day, point): (u32, usize), now: f64) {
        let scenario = Arc::clone(&self.scenario);
        let points = &scenario.duties[team].points;
        if points[point].1 {
            self.floor.arrive(team, now);
            // One request for each agent, then a second for each: nobody fills up while others are idle.
            for _ in 0..scenario.def().teams[team].pace.len() {
                self.floor.agents_of(team).for_each(|agent| _ = self.serve_one(agent, now));
            }
        } else {
            self.floor.leave(team, now);
        }
        let (day, point) = if point + 1 < points.len() { (day, point + 1) } else { (day + 1, 0) };
        if now < self.counted[1] || self.floor.n_requests > 0 {
            self.push(f64::from(day) * DAY + points[point].0, What::Duty { team, day, point });
        }
    }

    /// A shopper leaves the system, and may come back later.
    fn goes(&mut self, request: Request, now: f64, left: bool) {
        let Request { kind, n, attempt, .. } = request;
        let scenario = Arc::clone(&self.scenario);
        let repeat = scenario.def().repeat.as_ref();
        let returns = repeat.is_some_and(|repeat| {
            let share = match (left, request.misrouted) {
                (true, _) => repeat.left,
                (false, true) => repeat.misrouted,
                (false, false) => repeat.unresolved,
            };
            attempt < repeat.at_most && self.draws.share(Purpose::Return, kind, n, 0) < share
        });
        if request.counts && attempt == 0 && !(returns || left || request.misrouted) {
            self.counts.of_request(kind, request.came, |tally| tally.resolved += 1);
        }
        if let Some(repeat) = repeat.filter(|_| returns) {
            let at = now + self.draws.time(&repeat.delay, Purpose::Delay, kind, n);
            if at < self.counted[1] {
                self.n_away += 1;
                let n = n & ((1 << NUMBER_BITS) - 1);
                self.push(at, What::Again { kind, n, attempt: attempt + 1 });
            }
        }
    }

    fn chosen(&mut self, kind: usize, n: u64, now: f64) -> Choice {
        if let Some(routing) = &mut self.routing {
            return routing.first(&mut self.floor, self.draws, (kind, n), now);
        }
        let (right, n_queues) = (self.scenario.queue_of_kind[kind], self.scenario.def().queues.len());
        let share = |part| self.draws.share(Purpose::Route, kind, n, part);
        let any = || ((share(0) * n_queues as f64) as usize).min(n_queues - 1);
        let queue = match &self.strategy {
            Strategy::Right | Strategy::Policy(_) => right,
            Strategy::Model { accuracy } => {
                if share(1) < *accuracy {
                    right
                } else {
                    any()
                }
            }
            Strategy::Random => any(),
            Strategy::RoundRobin => {
                self.turn = (self.turn + 1) % n_queues;
                self.turn
            }
            Strategy::FewestWaiting => {
                (0..n_queues).min_by_key(|queue| self.floor.n_waiting(*queue)).unwrap_or(right)
            }
        };
        Choice { queue, priority: 0.0, turn: 0, agent: None, told: None }
    }

    /// The agent who gets a request of `queue`: the named one, if that agent has room, else a free one.
    fn asked(&mut self, queue: usize, named: Option<usize>) -> Option<usize> {
        named.filter(|agent| self.floor.has_room(*agent)).or_else(|| self.floor.free_agent(queue))
    }

    /// Puts a request into a queue: an agent answers it at once, or it waits.
    fn join(&mut self, ticket: Ticket, queue: usize, named: Option<usize>, now: f64) {
        let Some(request) = self.floor.request(ticket) else { return };
        (request.joined, request.entered, request.queue) = (now, now, queue);
        let Request { kind, n, counts, attempt, .. } = *request;
        if counts {
            let is_wrong = queue != self.scenario.queue_of_kind[kind];
            self.counts.queues[queue].enters(is_wrong, attempt);
        }
        if let Some(agent) = self.asked(queue, named) {
            self.begin(agent, ticket, now);
            return;
        }
        self.floor.join(ticket, queue);
        if let Some(patience) = &self.scenario.def().kinds[kind].patience {
            let ends = now + self.draws.time(patience, Purpose::Patience, kind, n);
            if ends.is_finite() {
                self.push(ends, What::Patience { ticket, joined: now });
            }
        }
    }

    fn begin(&mut self, agent: usize, ticket: Ticket, now: f64) {
        let Some(request) = self.floor.request(ticket) else { return };
        let first = !request.answered;
        request.answered = true;
        let Request { kind, n, came, joined, entered, queue, counts, told, .. } = *request;
        request.joined = f64::NAN; // it waits no more
        let def = self.scenario.def();
        let work = if queue == self.scenario.queue_of_kind[kind] {
            self.draws.time(&def.kinds[kind].work, Purpose::Work, kind, n)
        } else {
            def.misroute
        };
        if counts {
            let within = def.within;
            self.counts.of_request(kind, came, |tally| {
                tally.handled += work;
                tally.queued += now - joined;
                if first {
                    tally.answers(now - came, within);
                    if let Some(told) = told {
                        tally.told.count(told, now - came);
                    }
                }
            });
            let tally = &mut self.counts.queues[queue];
            tally.handled += work;
            tally.queued += now - entered;
            tally.answers(now - entered, within);
        }
        self.floor.take(agent, ticket, work, now);
        self.plan(agent, now);
    }

    /// Plans the event at which an agent finishes its next request.
    fn plan(&mut self, agent: usize, now: f64) {
        if let Some(at) = self.floor.done_at(agent, now) {
            let version = self.floor.agents[agent].version;
            self.push(at, What::Done { agent, version });
        }
    }

    fn done(&mut self, agent: usize, now: f64) {
        let Some(ticket) = self.floor.finish(agent, now) else { return };
        let ended = self.floor.request(ticket).copied();
        self.plan(agent, now);
        self.serve(agent, now);
        self.floor.rest(agent);
        let Some(request) = ended else { return };
        let right = self.scenario.queue_of_kind[request.kind];
        if request.queue == right {
            self.floor.dismiss(ticket);
            self.goes(request, now, false);
        } else {
            if request.counts {
                self.counts.of_request(request.kind, request.came, |tally| tally.transfers += 1);
                self.counts.queues[request.queue].transfers += 1;
            }
            self.join(ticket, right, None, now);
        }
    }

    /// Gives an agent waiting requests, as long as there is room.
    fn serve(&mut self, agent: usize, now: f64) {
        while self.serve_one(agent, now) {}
    }

    /// Gives an agent one waiting request. Returns whether there was room, and a request.
    fn serve_one(&mut self, agent: usize, now: f64) -> bool {
        let next = if self.floor.has_room(agent) { self.floor.next_for(agent) } else { None };
        next.inspect(|next| self.begin(agent, *next, now)).is_some()
    }

    fn patience_ends(&mut self, ticket: Ticket, joined: f64, now: f64) {
        let Some(request) = self.floor.request(ticket).copied() else { return };
        self.floor.abandon(ticket, request.queue);
        if request.counts {
            self.counts.of_request(request.kind, request.came, |tally| {
                tally.left += 1;
                tally.queued += now - joined;
                if !request.answered {
                    tally.waited += 1;
                    tally.wait += now - request.came;
                }
            });
            let queue = &mut self.counts.queues[request.queue];
            queue.left += 1;
            queue.waits(now - request.entered);
        }
        self.goes(request, now, true);
    }
}
