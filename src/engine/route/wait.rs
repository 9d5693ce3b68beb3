//! Wait: how long a request that joins a queue now waits for an answer, if it stays.
//!
//! | symbol | meaning                                                                                     | unit  |
//! |--------|---------------------------------------------------------------------------------------------|-------|
//! | `n`    | agents present                                                                              |       |
//! | `c`    | chats that an agent holds at most                                                           |       |
//! | `b`    | requests that those agents hold                                                             |       |
//! | `q`    | requests that wait                                                                          |       |
//! | `m`    | `q + b − n·c`: requests that must end, or leave, before the turn comes to a new one         |       |
//! | `R`    | `n · rate[c]`: requests that the agents end while somebody waits                            | 1 / s |
//! | `θ`    | 1 over the mean patience: of each that waits, how often it leaves; 0 where that is not known | 1 / s |
//! | `a`    | age of the snapshot                                                                         | s     |
//!
//! While `j` wait before it, one of them is answered or leaves every `1 / (R + j θ)` seconds. So the wait is a sum of `m + 1`
//! exponential times, `j = m, …, 0`: exactly where services and patience are exponential. Its mean is `Σ 1 / (R + j θ)` and its
//! variance `Σ 1 / (R + j θ)²`; from `j = 1` on both sums are taken as integrals from `½` to `m + ½`, which is exact for `θ = 0`
//! and within 2 % else. The quantiles are those of the Gamma distribution of that mean and variance. An old snapshot adds
//! `2a / R` to the variance: as many came and went unseen, each by chance.
//!
//! Agents who serve several queues take whoever has waited longest. So a new request has those before it that wait in any queue of
//! its pool (queues that share agents, directly or by way of others), and all agents of the pool work on them: that is one queue.
//! It is bounded on both sides: a request waits at least as long as if all of its queue's agents worked for this queue alone, and at
//! most as long as if only those did who serve no other. Which of them holds changes meanwhile: the larger variance counts. Agents
//! who serve one queue of a pool take its next request before its turn in the pool. So the wait varies more than in one queue: the
//! variance is multiplied by `1 + f / 2`, where `f` is the share of the pool's requests that such agents end. The factor is no theory: it was
//! fitted to simulated floors of `f = ½` (`tests/bench/waits.rs`), and holds for `f` of 0.2 and 0.8 (`src/simulator/tests/waits.rs`).
//!
//! Invariants
//! - `low ≤ mean ≤ high`, all from 0 up, whatever the numbers; or all NaN (not known), or all infinite (nobody serves the queue).
//!
//! # Source
//!
//! Whitt, *Predicting queueing delays* (1999), and Ibrahim and Whitt, *Real-time delay estimation in overloaded multiserver queues
//! with abandonments* (2009), the Markovian queue-length estimator `QLm`. Deviations: the integrals, the Gamma distribution, and pools,
//! which theirs do not have. The quantiles of Gamma are Wilson and Hilferty's (1931).

use super::snapshot::{AgentState, QueueState};
use alloc::vec::Vec;

/// 90 % quantile of the normal distribution.
const Z: f32 = 1.281_551_6;

/// Seconds until a queue would answer a shopper who stays: 10 %, mean, 90 %. NaN: not known. Infinite: nobody serves the queue.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Wait {
    /// One in ten is answered sooner.
    pub low: f32,
    /// Mean.
    pub mean: f32,
    /// One in ten waits longer.
    pub high: f32,
}

/// Who else wants the agents of a queue.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Line {
    /// The queue that stands for its pool.
    pool: u16,
    /// Agents of the queue who serve others, too, and requests a second that those end.
    shared: f32,
    shared_ends: f32,
    /// Of the pool: requests that wait in its other queues, how many of all that wait leave a second, each, how many requests all
    /// its agents end a second, and how many of these are ended by agents who serve one queue.
    rivals: f32,
    leaving: f32,
    ends: f32,
    alone: f32,
}

/// What is before a request that joins now.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ahead {
    /// `m + 1`; 0 or less where somebody is free.
    n: f32,
    /// Requests a second that end meanwhile.
    ends: f32,
    /// Mean seconds; NaN: not known.
    pub(super) mean: f32,
    variance: f32,
}

/// Fills `out`, `[n_queues]`, from rows of agents: rows of one agent follow each other. Cost: `O(n_queues + n_agents)`, all but.
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
    // Each queue's part goes to the one that stands for its pool, and the sums come back from there.
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

/// The queue that stands for the pool of `at`. Ways to it are halved as they are gone.
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

/// What is before a request, of which `n` must end or leave, and `ends` end a second. Not inlined: it would be three times.
#[inline(never)]
fn until(n: f32, ends: f32, leaving: f32) -> Ahead {
    let (m, first) = (n - 1.0, ends + 0.5 * leaving);
    // ln(1 + x) / x, whatever is lost of x in 1 + x.
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
    /// How many agents it stands for.
    pub(super) fn n(&self) -> f32 {
        if self.count.is_nan() { 1.0 } else { self.count }
    }
}

impl QueueState {
    /// Requests a second that agents end who serve no other queue.
    fn own_ends(&self, line: Line) -> f32 {
        (self.agents - line.shared).max(0.0) * self.pace()
    }

    /// Of each that waits, how often it leaves, a second.
    fn leaving(&self) -> f32 {
        if self.patience_s > 0.0 { 1.0 / self.patience_s } else { 0.0 }
    }

    /// What is before a request that joins now.
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
            // Not a number where nobody serves this queue alone: then nothing bounds it.
            let bounded = if pooled.mean > last.mean { last } else { pooled };
            let likely = if bounded.mean > alone.mean { bounded } else { alone };
            return Ahead { variance: bounded.variance.max(alone.variance), ..likely };
        }
        alone
    }

    /// Seconds until a request that joins now is answered.
    pub(super) fn wait(&self, line: Line, age_s: f32) -> Wait {
        let Ahead { n, ends, mean, variance } = self.ahead(line);
        if !mean.is_finite() {
            return Wait { low: mean, mean, high: mean };
        }
        let unseen = if ends > 0.0 { 2.0 * age_s / ends } else { 0.0 };
        if n <= 0.0 {
            // Free now; what came unseen may have taken more than there was room for.
            let slack = if ends > 0.0 { (1.0 - n) / ends } else { 0.0 };
            return Wait { low: 0.0, mean, high: (Z * libm::sqrtf(unseen) - slack).max(0.0) };
        }
        let shape = mean * mean / (variance + unseen);
        Wait { low: quantile(mean, shape, -Z).min(mean), mean, high: quantile(mean, shape, Z).max(mean) }
    }
}
