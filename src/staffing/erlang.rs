//! Erlang's formulas: requests that come at random (Poisson) to `n` identical agents.
//!
//! | symbol  | meaning                                                     | unit        |
//! |---------|-------------------------------------------------------------|-------------|
//! | `λ`     | arrival rate of requests                                    | per second  |
//! | `μ`     | service rate of one agent                                   | per second  |
//! | `θ`     | rate at which a waiting request leaves; 0: nobody leaves    | per second  |
//! | `n`     | agents                                                      |             |
//! | `p_k`   | share of the time with `k` requests in the system           |             |
//!
//! With `k` in the system `min(k, n) μ + max(0, k - n) θ` leave per second, so
//! `p_{k+1} / p_k = λ / (min(k + 1, n) μ + max(0, k + 1 - n) θ)`. A request finds `k` with chance `p_k` (Poisson arrivals see time
//! averages). One that finds `n + m` is served after `m + 1` departures, if it stays: the departures' rates are
//! `n μ + m θ, …, n μ`, and that it stays and is served within `t` has the chance
//!
//! `(n μ / (n μ + (m + 1) θ)) · (1 - I_x(n μ / θ + 1, m + 1))`, `x = e^{-θ t}`,
//!
//! because a sum of exponentials whose rates are `θ c, θ (c + 1), …, θ (c + m)` is `-ln B / θ` with `B ~ Beta(c, m + 1)`. Without
//! impatience it is a gamma variate, which sums to `1 - P(wait) e^{-(n μ - λ) t}` (Erlang C).
//!
//! # Source
//!
//! Erlang (1917) for M/M/n; Palm (1957), Garnett, Mandelbaum and Reiman, *Designing a call center with impatient customers* (2002),
//! for M/M/n+M. Deviation: sums of `p_k` from the most likely state outwards instead of incomplete gamma functions, so that no
//! load overflows.

use std::fmt;

/// States less likely than this, relative to the most likely one, are ignored.
const NEVER: f64 = 1e-18;
/// Largest number of agents: a larger queue is better split in two.
const MAX_AGENTS: u32 = 100_000;
/// Largest number of requests in a system that is computed.
const MAX_STATES: usize = 5_000_000;

/// Demand: the requests that come, and the work that they need.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Demand {
    /// Requests per hour; 0 or more.
    pub per_hour: f64,
    /// Average handle time (aht): mean time that an agent is busy with one request, in seconds; above 0.
    pub aht: f64,
    /// Mean time that a shopper would wait before leaving, in seconds; above 0. None where nobody leaves.
    pub patience: Option<f64>,
}

/// The service that shoppers and agents get in the long run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Service {
    /// Chance that a request finds all agents busy.
    pub wait_chance: f64,
    /// Mean wait of all requests, those that leave included (asa where nobody leaves), in seconds. Infinite where the queue
    /// grows without bound.
    pub mean_wait: f64,
    /// Share of requests that leave unserved.
    pub abandonment: f64,
    /// Share of all requests that are answered within the asked time (sl).
    pub service_level: f64,
    /// Share of their time that agents are busy.
    pub occupancy: f64,
}

/// Why a queue cannot be computed.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum QueueError {
    /// A number is out of its range.
    Range {
        /// The name of the number.
        name: &'static str,
        /// Its value.
        found: f64,
        /// The range in which it must be.
        range: &'static str,
    },
    /// The queue is too long to be computed: a heavy load, and very patient shoppers.
    TooLong,
}

/// An error unless `holds`: the number is not in its range.
pub(super) fn range(
    holds: bool,
    name: &'static str,
    found: f64,
    range: &'static str,
) -> Result<(), QueueError> {
    if holds { Ok(()) } else { Err(QueueError::Range { name, found, range }) }
}

impl fmt::Display for QueueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Range { name, found, range } => write!(f, "{name} is {found}, must be {range}"),
            Self::TooLong => {
                write!(
                    f,
                    "the waiting line grows to more than {MAX_STATES} requests; add agents, or lower patience"
                )
            }
        }
    }
}

impl std::error::Error for QueueError {}

impl Demand {
    /// Offered load, in Erlang: the number of agents that the work keeps busy.
    #[must_use]
    pub fn load(&self) -> f64 {
        self.per_hour / 3_600.0 * self.aht
    }

    /// The service that `agents` achieve; `within` is the time limit of the service level, in seconds.
    ///
    /// Without agents, every request waits and, where patience is limited, leaves. Without impatience, and with a load of `agents` Erlang
    /// or more, the queue grows without bound: the wait is infinite.
    ///
    /// Cost: `O(agents)` without impatience, else one step for each number of requests in the system that is likely enough to count.
    ///
    /// # Errors
    ///
    /// [`QueueError`]: a number out of range, or a queue too long to be computed.
    pub fn service(&self, agents: u32, within: f64) -> Result<Service, QueueError> {
        self.check(agents, within)?;
        let lambda = self.per_hour / 3_600.0;
        if lambda == 0.0 {
            let there = if agents == 0 { 0.0 } else { 1.0 };
            return Ok(Service {
                wait_chance: 1.0 - there,
                mean_wait: 0.0,
                abandonment: 0.0,
                service_level: there,
                occupancy: 0.0,
            });
        }
        let capacity = f64::from(agents) / self.aht;
        match self.patience {
            None if lambda >= capacity => Ok(Service {
                wait_chance: 1.0,
                mean_wait: f64::INFINITY,
                abandonment: 0.0,
                service_level: 0.0,
                occupancy: if agents == 0 { 0.0 } else { 1.0 },
            }),
            None => Ok(self.patient(agents, lambda, capacity, within)),
            Some(patience) => self.impatient(agents, lambda, 1.0 / patience, within),
        }
    }

    fn check(&self, agents: u32, within: f64) -> Result<(), QueueError> {
        range(
            self.per_hour.is_finite() && self.per_hour >= 0.0,
            "requests per hour",
            self.per_hour,
            "0 or more",
        )?;
        range(self.aht.is_finite() && self.aht > 0.0, "aht", self.aht, "above 0")?;
        let patience = self.patience.unwrap_or(1.0);
        range(patience.is_finite() && patience > 0.0, "patience", patience, "above 0")?;
        range(within.is_finite() && within >= 0.0, "the time to answer within", within, "0 or more")?;
        range(agents <= MAX_AGENTS, "the number of agents", f64::from(agents), "at most 100000")
    }

    /// Erlang C.
    fn patient(&self, agents: u32, lambda: f64, capacity: f64, within: f64) -> Service {
        let load = self.load();
        // Erlang B, agent by agent: the chance that all are busy where requests that find them so are lost.
        let blocked = (1..=agents).fold(1.0, |blocked, n| load * blocked / (f64::from(n) + load * blocked));
        let occupancy = load / f64::from(agents);
        let wait_chance = blocked / (1.0 - occupancy * (1.0 - blocked));
        Service {
            wait_chance,
            mean_wait: wait_chance / (capacity - lambda),
            abandonment: 0.0,
            service_level: 1.0 - wait_chance * (-(capacity - lambda) * within).exp(),
            occupancy,
        }
    }

    /// Erlang A.
    fn impatient(&self, agents: u32, lambda: f64, theta: f64, within: f64) -> Result<Service, QueueError> {
        let mu = 1.0 / self.aht;
        let capacity = f64::from(agents) * mu;
        let leaving = |k: usize| {
            (k as f64).min(f64::from(agents)) * mu + (k as f64 - f64::from(agents)).max(0.0) * theta
        };
        // The most likely state: there, arrivals and departures balance.
        let n = agents as usize;
        let busiest = if lambda < capacity {
            (lambda / mu) as usize
        } else {
            n + ((lambda - capacity) / theta) as usize
        };
        if busiest > MAX_STATES {
            return Err(QueueError::TooLong);
        }
        // From there downwards, then upwards, as far as states are likely enough to count.
        let mut states = Vec::new();
        let (mut k, mut p) = (busiest, 1.0);
        while k > 0 && p > NEVER {
            p *= leaving(k) / lambda;
            k -= 1;
            states.push((k, p));
        }
        states.reverse();
        (k, p) = (busiest, 1.0);
        while p > NEVER {
            if k > MAX_STATES {
                return Err(QueueError::TooLong);
            }
            states.push((k, p));
            k += 1;
            p *= lambda / leaving(k);
        }
        let (mut free, mut busy) = (0.0, 0.0);
        let mut waiting = Waiting::new(capacity, theta, within);
        for (k, p) in states {
            if k < n {
                free += p;
                busy += p * k as f64;
            } else {
                waiting.add(k - n, p);
            }
        }
        let total = free + waiting.all;
        let mean_queue = waiting.queue / total;
        let busy = (busy + f64::from(agents) * waiting.all) / total;
        Ok(Service {
            wait_chance: waiting.all / total,
            mean_wait: mean_queue / lambda,
            abandonment: theta * mean_queue / lambda,
            service_level: (free + waiting.in_time) / total,
            occupancy: if agents == 0 { 0.0 } else { busy / f64::from(agents) },
        })
    }
}

/// Sums over the states in which a request has to wait, where `m` requests wait before it.
struct Waiting {
    /// `n μ` and `θ`.
    capacity: f64,
    theta: f64,
    /// `c = n μ / θ + 1` and `x = e^{-θ t}`.
    c: f64,
    x: f64,
    /// `I_x(c, m + 1)` for `m = next`.
    beta: f64,
    /// Logarithm of what the last `m` added to `beta`, which itself may be below the smallest float.
    step: f64,
    next: usize,
    /// Sums of `p`, of `m p`, and of `p` times the chance to be served in time.
    all: f64,
    queue: f64,
    in_time: f64,
}

impl Waiting {
    fn new(capacity: f64, theta: f64, within: f64) -> Self {
        let c = capacity / theta + 1.0;
        let (x, step) = ((-theta * within).exp(), -(capacity + theta) * within);
        Self { capacity, theta, c, x, beta: step.exp(), step, next: 0, all: 0.0, queue: 0.0, in_time: 0.0 }
    }

    /// Adds a state with `m` waiting; `m` rises from call to call.
    fn add(&mut self, m: usize, p: f64) {
        while self.next < m {
            // I_x(c, b + 1) = I_x(c, b) + x^c (1 - x)^b / (b B(c, b))
            self.next += 1;
            let b = self.next as f64;
            self.step += ((1.0 - self.x) * (self.c + b - 1.0) / b).ln();
            self.beta += self.step.exp();
        }
        let stays = self.capacity / (self.capacity + (m as f64 + 1.0) * self.theta);
        self.all += p;
        self.queue += p * m as f64;
        self.in_time += p * stays * (1.0 - self.beta).clamp(0.0, 1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(per_hour: f64, aht: f64, agents: u32, patience: Option<f64>, expected: [f64; 3]) {
        let service = Demand { per_hour, aht, patience }.service(agents, 20.0).unwrap();
        let third = if patience.is_some() { service.abandonment } else { service.service_level };
        let found = [service.wait_chance, service.mean_wait, third];
        // As exact as the expected numbers are: six decimals of a share, about five digits of a wait.
        let off = [5.1e-7, 8e-6 * expected[1], 5.1e-7];
        let close = (0..3).all(|at| (found[at] - expected[at]).abs() <= off[at]);
        assert!(close, "{found:?} is not {expected:?}");
    }

    #[test]
    fn patient_queues_are_as_erlang_says() {
        check(100.0, 180.0, 6, None, [0.587_516, 105.753, 0.474_267]);
        check(100.0, 360.0, 14, None, [0.174_132, 15.671_9, 0.860_566]);
        check(600.0, 240.0, 46, None, [0.265_791, 10.631_6, 0.838_790]);
        check(60.0, 600.0, 13, None, [0.285_270, 57.054_1, 0.741_877]);
    }

    #[test]
    fn impatient_queues_are_as_palm_says() {
        check(100.0, 360.0, 10, Some(120.0), [0.423_418, 18.903_2, 0.157_527]);
        check(100.0, 360.0, 9, Some(120.0), [0.524_905, 25.586_9, 0.213_224]);
        check(600.0, 240.0, 40, Some(90.0), [0.406_720, 7.017_3, 0.077_970]);
        check(60.0, 600.0, 10, Some(180.0), [0.412_936, 28.870_3, 0.160_391]);
    }

    #[test]
    fn very_patient_shoppers_are_patient_ones() {
        let patient = Demand { per_hour: 100.0, aht: 360.0, patience: None };
        let (a, c) = (
            Demand { patience: Some(1e9), ..patient }.service(14, 20.0).unwrap(),
            patient.service(14, 20.0).unwrap(),
        );
        assert!(
            (a.service_level - c.service_level).abs() < 1e-5 && (a.mean_wait - c.mean_wait).abs() < 1e-3,
            "{a:?} {c:?}"
        );
    }

    #[test]
    fn one_agent_and_a_queue_of_one_are_right_by_hand() {
        // λ = μ = θ: p_k = e^-1 / k!. Served at once: p_0. Without a time limit, all who stay are served:
        // 1 - P(abandon), with P(abandon) = E[queue] θ / λ = Σ (k - 1) p_k = e^-1.
        let demand = Demand { per_hour: 3_600.0, aht: 1.0, patience: Some(1.0) };
        let service = demand.service(1, 1e3).unwrap();
        let e = (-1.0_f64).exp();
        assert!(
            (service.wait_chance - (1.0 - e)).abs() < 1e-12 && (service.abandonment - e).abs() < 1e-12,
            "{service:?}"
        );
        assert!(
            (service.service_level - (1.0 - e)).abs() < 1e-12
                && (service.occupancy - (1.0 - e)).abs() < 1e-12
        );
        assert!((demand.service(1, 0.0).unwrap().service_level - e).abs() < 1e-12);
    }

    #[test]
    fn work_that_is_done_is_work_that_came_and_stayed() {
        for agents in [0, 1, 7, 60, 400] {
            let demand = Demand { per_hour: 900.0, aht: 240.0, patience: Some(200.0) };
            let service = demand.service(agents, 30.0).unwrap();
            let done = f64::from(agents) * service.occupancy;
            assert!(
                (done - demand.load() * (1.0 - service.abandonment)).abs() < 1e-9,
                "{agents}: {service:?}"
            );
            assert!(service.service_level <= 1.0 - service.abandonment + 1e-12);
        }
    }

    #[test]
    fn more_agents_never_serve_worse() {
        for patience in [None, Some(30.0), Some(4_000.0)] {
            let demand = Demand { per_hour: 300.0, aht: 300.0, patience };
            let levels: Vec<f64> = (0..60).map(|n| demand.service(n, 20.0).unwrap().service_level).collect();
            assert!(levels.windows(2).all(|pair| pair[0] <= pair[1] + 1e-12), "{patience:?}: {levels:?}");
        }
    }

    #[test]
    fn a_queue_without_an_answer_is_said_to_have_none() {
        let demand = Demand { per_hour: 100.0, aht: 360.0, patience: None };
        let full = demand.service(10, 20.0).unwrap();
        assert_eq!((full.mean_wait, full.service_level, full.occupancy), (f64::INFINITY, 0.0, 1.0));
        let nobody = Demand { per_hour: 0.0, ..demand };
        assert_eq!(nobody.service(0, 20.0).unwrap().service_level, 0.0);
        assert_eq!(nobody.service(3, 20.0).unwrap().service_level, 1.0);
        let refused =
            |demand: Demand, agents, within: f64| demand.service(agents, within).unwrap_err().to_string();
        assert_eq!(refused(Demand { aht: 0.0, ..demand }, 1, 1.0), "aht is 0, must be above 0");
        assert_eq!(
            refused(Demand { per_hour: f64::NAN, ..demand }, 1, 1.0),
            "requests per hour is NaN, must be 0 or more"
        );
        assert_eq!(
            refused(Demand { patience: Some(-1.0), ..demand }, 1, 1.0),
            "patience is -1, must be above 0"
        );
        assert_eq!(refused(demand, 1, -1.0), "the time to answer within is -1, must be 0 or more");
        assert_eq!(refused(demand, 100_001, 1.0), "the number of agents is 100001, must be at most 100000");
        let endless = Demand { per_hour: 1e9, aht: 360.0, patience: Some(1e9) };
        assert_eq!(endless.service(1, 1.0).unwrap_err(), QueueError::TooLong);
    }
}
