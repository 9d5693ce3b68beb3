//! Tally: what is counted of requests and agents, as sums.
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
    /// That came.
    pub came: u64,
    /// Of them, those whose shopper came before.
    pub again: u64,
    /// That had to wait before they were first answered, or left.
    pub waited: u64,
    /// First answered within the time that the service level is about.
    pub in_time: u64,
    /// That were answered, by whatever queue.
    pub answered: u64,
    /// That left unserved.
    pub left: u64,
    /// Sent to a wrong queue.
    pub misrouted: u64,
    /// Handed on by an agent of a wrong queue.
    pub transfers: u64,
    /// Whose shopper came for the first time, was served by the right queue at once, and did not come back.
    pub resolved: u64,
    /// Seconds until first answered or gone, summed.
    pub wait: f64,
    /// Of them, those of the answered.
    pub answer: f64,
    /// Seconds in whatever queue, summed: those after a transfer, too.
    pub queued: f64,
    /// What they were told of their wait, where the policy tells.
    pub told: Told,
    /// Work that agents did for them, summed: seconds, at the pace of an agent who holds nothing else.
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

    /// Mean seconds until first answered or gone; 0 where nothing came.
    #[must_use]
    pub fn mean_wait(&self) -> f64 {
        self.share(self.wait)
    }

    /// Mean seconds in queues, those after a transfer included; 0 where nothing came.
    #[must_use]
    pub fn mean_queued(&self) -> f64 {
        self.share(self.queued)
    }

    /// Mean seconds until those who were answered were so (asa); 0 where nobody was.
    #[must_use]
    pub fn asa(&self) -> f64 {
        if self.answered == 0 { 0.0 } else { self.answer / self.answered as f64 }
    }

    /// Share sent to a wrong queue; 0 where nothing came.
    #[must_use]
    pub fn misroute_rate(&self) -> f64 {
        self.share(self.misrouted as f64)
    }

    /// Transfers a request; 0 where nothing came.
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

    /// One more of a queue's: it may be a wrong one, and its shopper may have come before.
    pub(crate) fn enters(&mut self, is_wrong: bool, attempt: u32) {
        self.came += 1;
        self.again += u64::from(attempt > 0);
        self.misrouted += u64::from(is_wrong);
    }

    /// One was answered after so many seconds.
    pub(crate) fn answers(&mut self, wait: f64, within: f64) {
        self.answered += 1;
        self.answer += wait;
        self.wait += wait;
        self.waited += u64::from(wait > 0.0);
        self.in_time += u64::from(wait <= within);
    }

    /// One is a queue's no more, and was not answered there.
    pub(crate) fn waits(&mut self, wait: f64) {
        self.waited += 1;
        self.wait += wait;
        self.queued += wait;
    }

    /// Adds another's counts to its own.
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

/// Expected waits against actual ones: of requests that were answered, by what their decision said when they came.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Told {
    /// Those who were told that somebody is free.
    pub free: u64,
    /// Of them, those who waited.
    pub not_free: u64,
    /// Those who were told a mean wait above 0.
    pub n: u64,
    /// Of them, those who were answered sooner than `low`.
    pub under: u64,
    /// Of them, those who waited longer than `high`.
    pub over: u64,
    /// Seconds that they were told on average, summed.
    pub expected: f64,
    /// Seconds that they waited, summed.
    pub waited: f64,
}

impl Told {
    /// One who was told this and waited so many seconds. What is not known, or endless, is not counted.
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

    /// Adds another's counts to its own.
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

/// What is counted while it runs.
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

    /// Counts something of a request wherever requests are counted whole: by its kind, and by the hour in which it came.
    pub(crate) fn of_request(&mut self, kind: usize, came: f64, count: impl Fn(&mut Tally)) {
        count(&mut self.kinds[kind]);
        count(&mut self.hours[(came / HOUR) as usize % HOURS]);
    }
}

/// What a run came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Totals {
    /// By kind.
    pub kinds: Vec<Tally>,
    /// By group of shoppers, as [`groups`](super::Scenario::groups) lists them.
    pub groups: Vec<Tally>,
    /// By queue. Here a request counts once for each queue that it was in, with its time in that queue: one that is handed on counts in
    /// both, and one that a policy moved on while it waited is neither answered nor gone in the first. Nothing is `resolved` here.
    pub queues: Vec<Tally>,
    /// By hour of the day in which requests came, `[24]`.
    pub hours: Vec<Tally>,
    /// How many waited in each queue halfway through the stretch that counts, and at its end; empty before that.
    pub waiting: [Vec<usize>; 2],
    /// Share of their time there that each agent was busy, warm-up apart; by team, then in order. Those who were never there then
    /// are left out.
    pub occupancy: Vec<f64>,
    /// Most requests that were in the system at a time.
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

    /// How much a group differs in a figure from everybody else together; none where nobody came of either.
    ///
    /// - `group`: a place in the list of groups.
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
