//! Wait: how long a request that joins a queue now waits for an answer, if it stays.
//!
//! | symbol | meaning                                                                                     | unit  |
//! |--------|---------------------------------------------------------------------------------------------|-------|
//! | `n`    | agents present                                                                              |       |
//! | `c`    | chats that an agent holds at most                                                           |       |
//! | `b`    | requests in service: held by those agents                                                   |       |
//! | `q`    | requests that wait                                                                          |       |
//! | `m`    | `q + b − n·c`: requests that still wait once all agents are full                            |       |
//! | `R`    | `n · rate[c]`: service rate of the agents together while requests wait                      | 1 / s |
//! | `θ`    | abandonment rate of a waiting request: 1 over the mean patience; 0 if not known             | 1 / s |
//! | `a`    | age of the snapshot                                                                         | s     |
//!
//! While `j` requests wait before the new one, it moves up every `1 / (R + j θ)` seconds on average, when a request is answered or
//! leaves. So the wait is a sum of `m + 1` exponential times, `j = m, …, 0`; this is exact if service times and patience are
//! exponential. Its mean is `Σ 1 / (R + j θ)` and its variance `Σ 1 / (R + j θ)²`; from `j = 1` on both sums are approximated by
//! integrals from `½` to `m + ½`, which is exact for `θ = 0` and within 2 % otherwise. The quantiles are those of the Gamma
//! distribution with this mean and variance. The age of a snapshot adds `2a / R` to the variance: requests that arrived and ended
//! since then, both at random.
//!
//! A pool is a set of queues that share agents, directly or through other queues. Agents who serve several queues take the request
//! that has waited longest, so the pool behaves like one queue: a new request waits behind the requests of all its queues, and all
//! its agents work on them. The wait is bounded on both sides: it is at least what it would be if all agents of the queue served this
//! queue alone, and at most what it would be if only the agents who serve no other queue did. Which bound applies changes while a
//! request waits, so the larger variance is used. Agents who serve only one queue of a pool take its next request before its turn in
//! the pool, which makes waits vary more than in a single queue. Therefore the variance is multiplied by `1 + f / 2`, where `f` is
//! the share of the pool's requests that such agents end. This factor has no theoretical derivation: it was
//! fitted to simulated floors of `f = ½` (`tests/bench/waits.rs`), and holds for `f` of 0.2 and 0.8 (`src/simulator/tests/waits.rs`).
//!
//! Invariants
//! - For any input `0 ≤ low ≤ mean ≤ high`; or all three are NaN (not known), or all infinite (no agent serves the queue).
//!
//! # Source
//!
//! Whitt, *Predicting queueing delays* (1999), and Ibrahim and Whitt, *Real-time delay estimation in overloaded multiserver queues
//! with abandonments* (2009), the Markovian queue-length estimator `QLm`. Deviations: the integrals, the Gamma distribution, and
//! pools. The quantiles of the Gamma distribution are Wilson and Hilferty's approximation (1931).

use super::snapshot::{AgentState, QueueState};
use alloc::vec::Vec;

/// 90 % quantile of the normal distribution.
const Z: f32 = 1.281_551_6;

/// Seconds until a queue would answer a shopper who does not leave: 10 % quantile, mean, 90 % quantile. NaN if not known, infinite if no
/// agent serves the queue.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Wait {
    /// 10 % quantile: one in ten is answered sooner.
    pub low: f32,
    /// Mean wait.
    pub mean: f32,
    /// 90 % quantile: one in ten waits longer.
    pub high: f32,
}

/// The demand of other queues for the agents of a queue.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Line {
    /// The queue that represents its pool (union-find).
    pool: u16,
    /// How many agents of the queue also serve other queues, and how many requests those end per second.
    shared: f32,
    shared_ends: f32,
    /// Of the pool: how many requests wait in its other queues; the mean abandonment rate of a waiting request; how many requests all
    /// its agents end per second; and how many of these are ended by agents who serve only one queue.
    rivals: f32,
    leaving: f32,
    ends: f32,
    alone: f32,
}

/// The requests ahead of one that joins now, and its wait.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ahead {
    /// `m + 1`; 0 or less if an agent is free.
    n: f32,
    /// Requests that end per second meanwhile.
    ends: f32,
    /// Mean wait in seconds; NaN if not known.
    pub(super) mean: f32,
    variance: f32,
}

/// Fills `out`, `[n_queues]`, from rows of agents, in which the rows of one agent are consecutive. Cost: nearly `O(n_queues + n_agents)`.
pub(super) fn lines(queues: &[QueueState], agents: &[AgentState], out: &mut Vec<Line>) {
    out.clear();
    out.extend((0..queues.len()).map(|pool| Line { pool: pool as u16, ..Line::default() }));
    for rows in agents.chunk_by(|a, b| a.name == b.name) {
        let Some((first, others)) = rows.split_first().filter(|(_, others)| !others.is_empty()) else {
            continue;
        };
        let paces = rows.iter().filter_map(|row| queues.get(usize::from(row.queue))).map(QueueState::pace);
        let ends = first.n() * paces.sum::<f32>() / rows.len() as f32;
        for row in rows {
            if let Some(line) = out.get_mut(usize::from(row.queue)) {
                line.shared += row.n();
                line.shared_ends += ends;
            }
        }
        let pool = root(out, first.queue);
        if let Some(line) = out.get_mut(usize::from(pool)) {
            line.ends += ends;
        }
        for row in others {
            let other = root(out, row.queue);
            if let Some(line) = out.get_mut(usize::from(other)) {
                line.pool = pool;
            }
        }
    }
    // Sums are collected at the queue that represents the pool, and then copied to all queues of the pool.
    for (at, state) in queues.iter().enumerate() {
        let pool = root(out, at as u16);
        let Some(line) = out.get_mut(at) else { continue };
        let (shared, own) = (core::mem::take(&mut line.ends), state.own_ends(*line));
        if let Some(pool) = out.get_mut(usize::from(pool)) {
            let waiting = state.waiting.max(0.0);
            pool.rivals += waiting;
            pool.leaving += waiting * state.leaving();
            pool.ends += shared + own;
            pool.alone += own;
        }
    }
    let sums: Vec<Line> = out.clone();
    for (line, state) in out.iter_mut().zip(queues) {
        let pool = sums.get(usize::from(line.pool)).copied().unwrap_or_default();
        line.rivals = pool.rivals - state.waiting;
        line.leaving = pool.leaving / pool.rivals;
        line.ends = pool.ends;
        line.alone = pool.alone;
    }
}

/// The queue that represents the pool of `at`: union-find with path halving.
fn root(lines: &mut [Line], mut at: u16) -> u16 {
    let up = |lines: &[Line], at: u16| lines.get(usize::from(at)).map_or(at, |line| line.pool);
    loop {
        let next = up(lines, up(lines, at));
        let Some(line) = lines.get_mut(usize::from(at)) else { return at };
        if line.pool == at {
            return at;
        }
        (line.pool, at) = (next, next);
    }
}

/// The wait of a request if `n` requests must end or leave first, `ends` end per second, and each waiting one leaves at the rate
/// `leaving`. Not inlined, because there are three calls.
#[inline(never)]
fn until(n: f32, ends: f32, leaving: f32) -> Ahead {
    let (m, first) = (n - 1.0, ends + 0.5 * leaving);
    // ln(1 + x) / x, computed with the rounded 1 + x so that rounding cancels for small x.
    let grown = 1.0 + m * leaving / first;
    let slower = if grown == 1.0 { 1.0 } else { libm::logf(grown) / (grown - 1.0) };
    let mean = 1.0 / ends + m / first * slower;
    Ahead { n, ends, mean, variance: 1.0 / (ends * ends) + m / (first * first * grown) }
}

#[inline(never)]
fn quantile(mean: f32, shape: f32, z: f32) -> f32 {
    let root = (1.0 - 1.0 / (9.0 * shape) + z / (3.0 * libm::sqrtf(shape))).max(0.0);
    mean * root * root * root
}

impl AgentState {
    /// How many agents the row stands for.
    pub(super) fn n(&self) -> f32 {
        if self.count.is_nan() { 1.0 } else { self.count }
    }
}

impl QueueState {
    /// Requests per second that are ended by agents who serve no other queue.
    fn own_ends(&self, line: Line) -> f32 {
        (self.agents - line.shared).max(0.0) * self.pace()
    }

    /// Abandonment rate of a waiting request, per second.
    fn leaving(&self) -> f32 {
        if self.patience_s > 0.0 { 1.0 / self.patience_s } else { 0.0 }
    }

    /// The requests ahead of one that joins now, and its mean wait.
    pub(super) fn ahead(&self, line: Line) -> Ahead {
        let n = self.waiting + self.in_service - self.agents * self.levels().max(1) as f32 + 1.0;
        let own = self.own_ends(line);
        let all = own + line.shared_ends;
        let found = |mean, variance| Ahead { n, ends: all, mean, variance };
        if self.agents == 0.0 {
            return found(f32::INFINITY, 0.0);
        }
        if n.is_nan() || !(all > 0.0 || n <= 0.0) {
            return found(f32::NAN, 0.0);
        }
        if n <= 0.0 {
            return found(0.0, 0.0);
        }
        let alone = until(n, all, self.leaving());
        if line.rivals > 0.0 {
            let mut pooled = until(n + line.rivals, line.ends, line.leaving);
            pooled.variance *= 1.0 + 0.5 * line.alone / line.ends;
            let last = until(n, own, self.leaving());
            // If no agent serves this queue alone, `last.mean` is NaN or infinite, and there is no upper bound.
            let bounded = if pooled.mean > last.mean { last } else { pooled };
            let likely = if bounded.mean > alone.mean { bounded } else { alone };
            return Ahead { variance: bounded.variance.max(alone.variance), ..likely };
        }
        alone
    }

    /// The wait of a request that joins now, from a snapshot of age `age_s`.
    pub(super) fn wait(&self, line: Line, age_s: f32) -> Wait {
        let Ahead { n, ends, mean, variance } = self.ahead(line);
        if !mean.is_finite() {
            return Wait { low: mean, mean, high: mean };
        }
        let unseen = if ends > 0.0 { 2.0 * age_s / ends } else { 0.0 };
        if n <= 0.0 {
            // An agent was free; requests that arrived since the snapshot may have filled the room.
            let slack = if ends > 0.0 { (1.0 - n) / ends } else { 0.0 };
            return Wait { low: 0.0, mean, high: (Z * libm::sqrtf(unseen) - slack).max(0.0) };
        }
        let shape = mean * mean / (variance + unseen);
        Wait { low: quantile(mean, shape, -Z).min(mean), mean, high: quantile(mean, shape, Z).max(mean) }
    }
}
