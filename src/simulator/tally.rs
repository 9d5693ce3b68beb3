//! Tally: counts and sums over requests and agents.
//!
//! Not here: figures with intervals (`staffing::compare`).

use alloc::vec::Vec;
use floorwalker_engine::route::Wait;

/// Hours of a day.
const HOURS: usize = 24;
const HOUR: f64 = 3_600.0;

/// Requests that came after the warm-up, summed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    /// Requests that came.
    pub came: u64,
    /// Of these, requests whose shopper came before.
    pub again: u64,
    /// Requests that had to wait before they were first answered or left.
    pub waited: u64,
    /// Requests first answered within the time limit of the service level.
    pub in_time: u64,
    /// Requests that were answered, by whatever queue.
    pub answered: u64,
    /// Requests that left unserved.
    pub left: u64,
    /// Requests sent to a wrong queue.
    pub misrouted: u64,
    /// Transfers: requests handed on by an agent of a wrong queue.
    pub transfers: u64,
    /// Requests whose shopper came for the first time, was sent to the right queue at once and served, and did not come back.
    pub resolved: u64,
    /// Seconds until requests were first answered or left, summed.
    pub wait: f64,
    /// Of these, seconds of the answered requests.
    pub answer: f64,
    /// Seconds in queues, summed, those after a transfer included.
    pub queued: f64,
    /// Waits that requests were told, compared with actual ones, where the policy tells them.
    pub told: Told,
    /// Work of agents for the requests, summed, in seconds at the pace of an agent who holds nothing else.
    pub handled: f64,
}

impl Tally {
    /// Share that left unserved; 0 where nothing came.
    #[must_use]
    pub fn abandonment(&self) -> f64 {
        self.share(self.left as f64)
    }

    /// Share first answered in time (sl); 0 where nothing came.
    #[must_use]
    pub fn service_level(&self) -> f64 {
        self.share(self.in_time as f64)
    }

    /// Share that had to wait; 0 where nothing came.
    #[must_use]
    pub fn wait_chance(&self) -> f64 {
        self.share(self.waited as f64)
    }

    /// Mean seconds until a request was first answered or left; 0 where nothing came.
    #[must_use]
    pub fn mean_wait(&self) -> f64 {
        self.share(self.wait)
    }

    /// Mean seconds in queues, those after a transfer included; 0 where nothing came.
    #[must_use]
    pub fn mean_queued(&self) -> f64 {
        self.share(self.queued)
    }

    /// Average speed of answer (asa): mean wait of the answered requests, in seconds; 0 where none was answered.
    #[must_use]
    pub fn asa(&self) -> f64 {
        if self.answered == 0 { 0.0 } else { self.answer / self.answered as f64 }
    }

    /// Share sent to a wrong queue; 0 where nothing came.
    #[must_use]
    pub fn misroute_rate(&self) -> f64 {
        self.share(self.misrouted as f64)
    }

    /// Transfers per request; 0 where nothing came.
    #[must_use]
    pub fn transfer_rate(&self) -> f64 {
        self.share(self.transfers as f64)
    }

    /// Share of the shoppers who came for the first time that were served at once by the right queue and did not come back (fcr);
    /// 0 where nothing came.
    #[must_use]
    pub fn first_contact_resolution(&self) -> f64 {
        let first = self.came - self.again;
        if first == 0 { 0.0 } else { self.resolved as f64 / first as f64 }
    }

    /// Mean seconds of work for a request that was served (aht); 0 where none was.
    #[must_use]
    pub fn aht(&self) -> f64 {
        let served = self.came - self.left;
        if served == 0 { 0.0 } else { self.handled / served as f64 }
    }

    fn share(&self, sum: f64) -> f64 {
        if self.came == 0 { 0.0 } else { sum / self.came as f64 }
    }

    /// Counts a request that enters a queue: whether the queue is a wrong one, and how often the shopper came before (`attempt`).
    pub(crate) fn enters(&mut self, is_wrong: bool, attempt: u32) {
        self.came += 1;
        self.again += u64::from(attempt > 0);
        self.misrouted += u64::from(is_wrong);
    }

    /// Counts a request that is answered after `wait` seconds; `within` is the time limit of the service level.
    pub(crate) fn answers(&mut self, wait: f64, within: f64) {
        self.answered += 1;
        self.answer += wait;
        self.wait += wait;
        self.waited += u64::from(wait > 0.0);
        self.in_time += u64::from(wait <= within);
    }

    /// Counts a request that leaves a queue unanswered after `wait` seconds.
    pub(crate) fn waits(&mut self, wait: f64) {
        self.waited += 1;
        self.wait += wait;
        self.queued += wait;
    }

    /// Adds the counts of `other`.
    pub fn add(&mut self, other: &Self) {
        self.came += other.came;
        self.again += other.again;
        self.waited += other.waited;
        self.in_time += other.in_time;
        self.answered += other.answered;
        self.left += other.left;
        self.misrouted += other.misrouted;
        self.transfers += other.transfers;
        self.resolved += other.resolved;
        self.wait += other.wait;
        self.answer += other.answer;
        self.queued += other.queued;
        self.handled += other.handled;
        self.told.add(&other.told);
    }
}

/// Expected waits compared with actual ones, over answered requests. The expected wait is that of the decision when the request came.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Told {
    /// Requests that were told that an agent is free.
    pub free: u64,
    /// Of these, requests that waited nevertheless.
    pub not_free: u64,
    /// Requests that were told a finite mean wait above 0.
    pub n: u64,
    /// Of these, requests answered sooner than `low`.
    pub under: u64,
    /// Of these, requests answered later than `high`.
    pub over: u64,
    /// Mean waits that the `n` requests were told, summed, in seconds.
    pub expected: f64,
    /// Actual waits of the `n` requests, summed, in seconds.
    pub waited: f64,
}

impl Told {
    /// Counts a request that was told `told` and waited `waited` seconds. An unknown (NaN) or infinite wait is not counted.
    pub(crate) fn count(&mut self, told: Wait, waited: f64) {
        let [low, mean, high] = [told.low, told.mean, told.high].map(f64::from);
        if mean == 0.0 {
            self.free += 1;
            self.not_free += u64::from(waited > 0.0);
        } else if mean.is_finite() {
            self.n += 1;
            self.under += u64::from(waited < low);
            self.over += u64::from(waited > high);
            self.expected += mean;
            self.waited += waited;
        }
    }

    /// Adds the counts of `other`.
    pub fn add(&mut self, other: &Self) {
        self.free += other.free;
        self.not_free += other.not_free;
        self.n += other.n;
        self.under += other.under;
        self.over += other.over;
        self.expected += other.expected;
        self.waited += other.waited;
    }
}

/// Tallies of a run in progress.
#[derive(Clone, Debug)]
pub(crate) struct Counts {
    pub(crate) kinds: Vec<Tally>,
    pub(crate) queues: Vec<Tally>,
    pub(crate) hours: Vec<Tally>,
}

impl Counts {
    pub(crate) fn new(n_kinds: usize, n_queues: usize) -> Self {
        let of = |n| alloc::vec![Tally::default(); n];
        Self { kinds: of(n_kinds), queues: of(n_queues), hours: of(HOURS) }
    }

    /// Applies `count` to the tallies in which a request counts once: that of its kind, and that of the hour in which it came.
    pub(crate) fn of_request(&mut self, kind: usize, came: f64, count: impl Fn(&mut Tally)) {
        count(&mut self.kinds[kind]);
        count(&mut self.hours[(came / HOUR) as usize % HOURS]);
    }
}

/// The results of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Totals {
    /// By kind.
    pub kinds: Vec<Tally>,
    /// By group of shoppers, as [`groups`](super::Scenario::groups) lists them.
    pub groups: Vec<Tally>,
    /// By queue. Here a request counts once for each queue that it was in, with its time in that queue: one that is transferred counts in
    /// both, and one that a policy moved on while it waited is neither answered nor left in the first. `resolved` is always 0 here.
    pub queues: Vec<Tally>,
    /// By hour of the day in which requests came, `[24]`.
    pub hours: Vec<Tally>,
    /// Requests that wait in each queue halfway through the counted time, and at its end; empty until that time is reached.
    pub waiting: [Vec<usize>; 2],
    /// Occupancy of each agent, ordered by team: the busy share of the agent's time on duty after the warm-up. Agents who were never on
    /// duty then are left out.
    pub occupancy: Vec<f64>,
    /// Largest number of requests in the system at a time.
    pub most: usize,
}

impl Totals {
    /// All kinds together.
    #[must_use]
    pub fn all(&self) -> Tally {
        let mut all = Tally::default();
        self.kinds.iter().for_each(|kind| all.add(kind));
        all
    }

    /// Difference of a figure between a group and all others together; none where no request of either came.
    ///
    /// - `group`: an index into the list of groups.
    #[must_use]
    pub fn apart(&self, group: usize, figure: impl Fn(&Tally) -> f64) -> Option<f64> {
        let own = self.groups.get(group).filter(|own| own.came > 0)?;
        let mut others = Tally::default();
        let rest = self.groups.iter().enumerate().filter(|(at, _)| *at != group);
        rest.for_each(|(_, tally)| others.add(tally));
        (others.came > 0).then(|| figure(own) - figure(&others))
    }

    /// Mean occupancy of the agents; 0 where there is none.
    #[must_use]
    pub fn mean_occupancy(&self) -> f64 {
        self.occupancy.iter().sum::<f64>() / self.occupancy.len().max(1) as f64
    }

    /// How unevenly agents are busy: the standard deviation of their occupancy.
    #[must_use]
    pub fn occupancy_spread(&self) -> f64 {
        let mean = self.mean_occupancy();
        let square: f64 = self.occupancy.iter().map(|share| (share - mean) * (share - mean)).sum();
        libm::sqrt(square / self.occupancy.len().max(1) as f64)
    }
}
