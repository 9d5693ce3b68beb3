//! The run: events in the order of their time.

use super::draw::{Draws, Purpose};
use super::floor::{Floor, Request, Ticket};
use super::scenario::{KindDef, Scenario};
use super::tally::{Tally, Totals};
use alloc::collections::BinaryHeap;
use alloc::vec::Vec;
use core::cmp::Ordering;

const HOUR: f64 = 3_600.0;
/// Void events that are kept before the heap is swept, beside as many as there are others.
const VOID: usize = 1_024;

/// Which queue a request is sent to when it comes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Strategy {
    /// The queue that can help.
    Right,
    /// The queue that can help in this share of requests, else any, as a model of this accuracy would.
    Model {
        /// The share, 0 to 1.
        accuracy: f64,
    },
    /// Any, by chance.
    Random,
    /// One after another.
    RoundRobin,
    /// Where fewest wait; of equals the first.
    FewestWaiting,
}

#[derive(Clone, Copy, Debug)]
enum What {
    /// The next request of a kind comes.
    Comes { kind: usize },
    /// An agent is done with a request, unless it changed since.
    Done { agent: usize, version: u64 },
    /// A shopper's patience ends, if it still waits for what it joined then.
    Patience { ticket: Ticket, joined: f64 },
}

#[derive(Clone, Copy, Debug)]
struct Event {
    at: f64,
    /// Order of making: of events at one moment the first made is first.
    number: u64,
    what: What,
}

impl PartialEq for Event {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Event {}

impl PartialOrd for Event {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Event {
    /// The earliest is the greatest: the heap gives the greatest first.
    fn cmp(&self, other: &Self) -> Ordering {
        other.at.total_cmp(&self.at).then(other.number.cmp(&self.number))
    }
}

/// Simulates a scenario.
///
/// Cost: `O(agents of the queue + log(requests in the system))` an event; memory as many requests as are in the system at its
/// busiest.
#[must_use]
pub fn run(scenario: &Scenario, strategy: Strategy, seed: u64) -> Totals {
    let mut run = Run::new(scenario, strategy, Draws { seed });
    for kind in 0..scenario.def().kinds.len() {
        run.expect_next(kind, 0.0);
    }
    while let Some(event) = run.heap.pop() {
        match event.what {
            What::Comes { kind } => run.comes(kind, event.at),
            What::Done { agent, version } if run.floor.agents[agent].version == version => {
                run.done(agent, event.at);
            }
            What::Patience { ticket, joined } => run.patience_ends(ticket, joined, event.at),
            What::Done { .. } => {}
        }
    }
    let [from, to] = run.counted;
    let occupancy = run.floor.agents.iter().map(|agent| agent.busy / (to - from)).collect();
    Totals { kinds: run.tallies, occupancy, most: run.most }
}

struct Run<'a> {
    scenario: &'a Scenario,
    strategy: Strategy,
    draws: Draws,
    floor: Floor<'a>,
    heap: BinaryHeap<Event>,
    n_events: u64,
    /// How many came, by kind.
    n_came: Vec<u64>,
    /// The queue of the last turn.
    turn: usize,
    tallies: Vec<Tally>,
    most: usize,
    counted: [f64; 2],
}

impl<'a> Run<'a> {
    fn new(scenario: &'a Scenario, strategy: Strategy, draws: Draws) -> Self {
        let def = scenario.def();
        let counted = [def.warm_up * HOUR, def.hours * HOUR];
        Self {
            scenario,
            strategy,
            draws,
            floor: Floor::new(scenario, counted),
            heap: BinaryHeap::new(),
            n_events: 0,
            n_came: alloc::vec![0; def.kinds.len()],
            turn: def.queues.len() - 1,
            tallies: alloc::vec![Tally::default(); def.kinds.len()],
            most: 0,
            counted,
        }
    }

    fn push(&mut self, at: f64, what: What) {
        self.n_events += 1;
        self.heap.push(Event { at, number: self.n_events, what });
        let live = self.floor.n_requests + self.floor.agents.len() + self.n_came.len();
        if self.heap.len() > VOID + 2 * live {
            let floor = &self.floor;
            self.heap.retain(|event| match event.what {
                What::Comes { .. } => true,
                What::Done { agent, version } => floor.agents[agent].version == version,
                What::Patience { ticket, joined } => floor.waits(ticket, joined),
            });
        }
    }

    /// Plans when the next request of a kind comes.
    fn expect_next(&mut self, kind: usize, now: f64) {
        let n = self.n_came[kind];
        let hazard = self.draws.exponential(Purpose::Arrival, kind, n);
        if let Some(at) = next_arrival(&self.scenario.def().kinds[kind], now, hazard, self.counted[1]) {
            self.push(at, What::Comes { kind });
        }
    }

    fn comes(&mut self, kind: usize, now: f64) {
        let n = self.n_came[kind];
        self.n_came[kind] += 1;
        self.expect_next(kind, now);
        let counts = now >= self.counted[0];
        let queue = self.chosen(kind, n);
        let request = Request { kind, n, came: now, joined: now, queue, answered: false, counts };
        let ticket = self.floor.admit(request);
        self.most = self.most.max(self.floor.n_requests);
        self.tallies[kind].came += u64::from(counts);
        self.join(ticket, queue, now);
    }

    fn chosen(&mut self, kind: usize, n: u64) -> usize {
        let (right, n_queues) = (self.scenario.queue_of_kind[kind], self.scenario.def().queues.len());
        let share = |part| self.draws.share(Purpose::Route, kind, n, part);
        let any = || ((share(0) * n_queues as f64) as usize).min(n_queues - 1);
        match self.strategy {
            Strategy::Right => right,
            Strategy::Model { accuracy } => {
                if share(1) < accuracy {
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
        }
    }

    /// Lets a request be answered at once, or wait.
    fn join(&mut self, ticket: Ticket, queue: usize, now: f64) {
        let Some(request) = self.floor.request(ticket) else { return };
        (request.joined, request.queue) = (now, queue);
        let (kind, n) = (request.kind, request.n);
        if let Some(agent) = self.floor.free_agent(queue) {
            self.begin(agent, ticket, now);
            return;
        }
        self.floor.join(ticket, queue);
        if let Some(patience) = self.scenario.def().kinds[kind].patience {
            let patience = self.draws.time(patience, Purpose::Patience, kind, n);
            self.push(now + patience, What::Patience { ticket, joined: now });
        }
    }

    fn begin(&mut self, agent: usize, ticket: Ticket, now: f64) {
        let Some(request) = self.floor.request(ticket) else { return };
        let first = !request.answered;
        request.answered = true;
        request.joined = f64::NAN; // it waits no more
        let Request { kind, n, came, queue, counts, .. } = *request;
        let def = self.scenario.def();
        let work = if queue == self.scenario.queue_of_kind[kind] {
            self.draws.time(def.kinds[kind].work, Purpose::Work, kind, n)
        } else {
            def.misroute
        };
        if counts {
            let (tally, wait) = (&mut self.tallies[kind], now - came);
            tally.handled += work;
            if first {
                tally.wait += wait;
                tally.waited += u64::from(wait > 0.0);
                tally.in_time += u64::from(wait <= def.within);
            }
        }
        self.floor.take(agent, ticket, work, now);
        self.plan(agent, now);
    }

    /// Plans when an agent is done next.
    fn plan(&mut self, agent: usize, now: f64) {
        if let Some(at) = self.floor.done_at(agent, now) {
            let version = self.floor.agents[agent].version;
            self.push(at, What::Done { agent, version });
        }
    }

    fn done(&mut self, agent: usize, now: f64) {
        let Some(ticket) = self.floor.finish(agent, now) else { return };
        let handed_on =
            self.floor.request(ticket).map(|request| (request.kind, request.queue, request.counts));
        self.plan(agent, now);
        while self.floor.has_room(agent) {
            let Some(next) = self.floor.next_for(agent) else { break };
            self.begin(agent, next, now);
        }
        let Some((kind, queue, counts)) = handed_on else { return };
        let right = self.scenario.queue_of_kind[kind];
        if queue == right {
            self.floor.dismiss(ticket);
        } else {
            self.tallies[kind].transfers += u64::from(counts);
            self.join(ticket, right, now);
        }
    }

    fn patience_ends(&mut self, ticket: Ticket, joined: f64, now: f64) {
        if !self.floor.waits(ticket, joined) {
            return;
        }
        let Some(request) = self.floor.request(ticket).copied() else { return };
        self.floor.abandon(ticket, request.queue);
        if request.counts {
            let tally = &mut self.tallies[request.kind];
            tally.left += 1;
            if !request.answered {
                tally.waited += 1;
                tally.wait += now - request.came;
            }
        }
    }
}

/// When so much hazard has gone by since `now`; none where it does not before `end`.
fn next_arrival(kind: &KindDef, now: f64, hazard: f64, end: f64) -> Option<f64> {
    let (mut at, mut left) = (now, hazard);
    while at < end {
        let hour = (at / HOUR) as usize;
        let rate = kind.per_hour[hour % kind.per_hour.len()] / HOUR;
        let until = ((hour + 1) as f64 * HOUR).min(end);
        if rate * (until - at) >= left {
            return Some(at + left / rate);
        }
        left -= rate * (until - at);
        at = until;
    }
    None
}
