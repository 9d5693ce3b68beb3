//! Tally: what is counted of requests and agents, as sums.

use alloc::vec::Vec;

/// Requests that came after the warm-up, summed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    /// That came.
    pub came: u64,
    /// That had to wait before they were first answered, or left.
    pub waited: u64,
    /// First answered within the time that the service level is about.
    pub in_time: u64,
    /// That left unserved.
    pub left: u64,
    /// Handed on by an agent of a wrong queue.
    pub transfers: u64,
    /// Seconds until first answered or gone, summed.
    pub wait: f64,
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

    /// Transfers a request; 0 where nothing came.
    #[must_use]
    pub fn transfer_rate(&self) -> f64 {
        self.share(self.transfers as f64)
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

    fn add(&mut self, other: &Self) {
        self.came += other.came;
        self.waited += other.waited;
        self.in_time += other.in_time;
        self.left += other.left;
        self.transfers += other.transfers;
        self.wait += other.wait;
        self.handled += other.handled;
    }
}

/// What a run came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Totals {
    /// By kind.
    pub kinds: Vec<Tally>,
    /// Share of their time that each agent was busy, warm-up apart; by team, then in order.
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
