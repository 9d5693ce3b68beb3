//! Strategies: what speaks for each queue.
//!
//! | strategy         | score of a queue, 0 to 1 unless learnt                                           |
//! |------------------|----------------------------------------------------------------------------------|
//! | `random`         | a draw: alone every queue alike; beside others normal, with mean ½ and the variance of an even draw, 1/12 |
//! | `round_robin`    | 1 for the queue whose turn it is, by weight; else 0. Beside others, and where turns are not counted, a draw by weight |
//! | `rules`          | 1 for the first queue of the target, less for each after it                      |
//! | `skills`         | how well its skills fit what is probably needed                                  |
//! | `longest_idle`   | `i / (i + 60)`, `i` seconds since its longest idle agent held a request          |
//! | `least_loaded`   | `1 / (1 + load)`, load: open work over what its agents can hold                  |
//! | `shortest_wait`  | `1 / (1 + W / 60)`, `W` the expected wait                                        |
//! | `model`          | what the head says of it; 0 where it says nothing                                |
//! | `c_mu`           | `x / (1 + x)`, `x = 60 μ · fit / (1 + c W / 60)`: how many it would end a minute, over what those before it lose |
//! | `fixed_ratio`    | `½ + ½ (its share of the free chats − its weight's share)`; with none free, `½ + ½ (its weight's share − its share of those who wait)` |
//! | `epsilon_greedy` | `θ · x`                                                                          |
//! | `lin_ucb`        | `θ · x + α √(xᵀ A⁻¹ x)`                                                          |
//! | `thompson`       | `θ · x + v z √(xᵀ A⁻¹ x)`, `z` a normal draw                                     |
//!
//! Several are summed by weight. Where one is not known of a queue, the mean of the others stands in; a stale snapshot draws what
//! is read of it towards that mean. Where scores are drawn, a queue is preferred by the chance with which it scores best (`drawn`).
//!
//! Not here: propensities (`chance`), which queues are candidates (`route`).
//!
//! # Source
//!
//! `c_mu`: Mandelbaum and Stolyar, *Scheduling flexible servers with convex delay costs* (2004), for quadratic costs. Deviation:
//! theirs says whom a free agent takes; this is its counterpart for a request that looks for a queue. `fixed_ratio`: Gurvich
//! and Whitt, *Queue-and-idleness-ratio controls* (2009). `lin_ucb`: Li et al., *A contextual-bandit approach* (2010), algorithm 1.
//! `thompson`: Agrawal and Goyal, *Thompson sampling for contextual bandits* (2013), algorithm 1.

use super::Request;
use super::chance::{self, Draws};
use super::condition::{Facts, Source};
use super::floor::Floor;
use super::policy::Policy;
use super::program::{ArmRow, Look, StrategyRow};
use super::snapshot::{Load, QueueState};
use crate::head::bounded;
use crate::list::{fill, list};
use alloc::vec::Vec;

/// Seconds that halve a score.
const MINUTE: f32 = 60.0;

/// What strategies look at.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) facts: Facts<'a>,
    pub(super) freshness: f32,
    /// `[n_queues]`.
    pub(super) fits: &'a [f32],
    /// In the order of the target.
    pub(super) candidates: &'a [usize],
    pub(super) draws: Draws,
    pub(super) turn: Option<u32>,
    /// Whether the message is about none of the intents, and the filter does not ask for such ones.
    pub(super) is_outside: bool,
    /// Probability of each intent.
    pub(super) p: &'a [f32],
    /// Up to which drop order needs are dropped.
    pub(super) drop: u8,
}

impl Look {
    fn is_bandit(self) -> bool {
        matches!(self, Self::EpsilonGreedy | Self::LinUcb | Self::Thompson)
    }

    fn reads_snapshot(self) -> bool {
        matches!(
            self,
            Self::LongestIdle | Self::LeastLoaded | Self::ShortestWait | Self::CMu | Self::FixedRatio
        )
    }
}

impl Policy {
    /// Scores of all queues without their draws, into `out`, `[n_queues]`.
    pub(super) fn scores(&self, strategy: &[StrategyRow], view: &View<'_>, out: &mut Vec<f32>) {
        let n = self.queues().len();
        out.clear();
        out.resize(n, 0.0);
        let mut scores = Vec::with_capacity(n);
        for one in strategy {
            scores.clear();
            self.fill(one, view, &mut scores);
            let (mut sum, mut known) = (0.0, 0.0);
            for score in
                view.candidates.iter().filter_map(|&queue| scores.get(queue)).filter(|score| !score.is_nan())
            {
                sum += score;
                known += 1.0;
            }
            let mean = if known > 0.0 { sum / known } else { 0.5 };
            let belief = if one.look.reads_snapshot() { view.freshness } else { 1.0 };
            for (out, score) in out.iter_mut().zip(&scores) {
                let score = match (score.is_nan(), belief == 1.0) {
                    (true, _) => mean,
                    (false, true) => *score,
                    (false, false) => mean + belief * (score - mean),
                };
                *out += one.weight * score;
            }
        }
    }

    pub(super) fn fill(&self, one: &StrategyRow, view: &View<'_>, out: &mut Vec<f32>) {
        let Facts { floor, .. } = view.facts;
        let queues = 0..self.queues().len();
        match one.look {
            Look::Random => fill(out, queues.map(|_| 0.5)),
            Look::RoundRobin => {
                let turn = self.turn(view);
                fill(out, queues.map(|_| 0.0));
                for ((at, queue), weight) in
                    view.candidates.iter().enumerate().zip(self.weights(view.candidates))
                {
                    if let Some(score) = out.get_mut(*queue) {
                        *score = turn.map_or(weight, |turn| if turn == at { 1.0 } else { 0.0 });
                    }
                }
            }
            Look::Rules => {
                let n = view.candidates.len().max(1) as f32;
                fill(out, queues.map(|_| 0.0));
                for (at, queue) in view.candidates.iter().enumerate() {
                    if let Some(score) = out.get_mut(*queue) {
                        *score = 1.0 - at as f32 / n;
                    }
                }
            }
            Look::Skills => out.extend_from_slice(view.fits),
            Look::LongestIdle | Look::LeastLoaded | Look::ShortestWait | Look::CMu => {
                fill(
                    out,
                    queues.map(|queue| {
                        let state = floor.queues.get(queue);
                        state.map_or(f32::NAN, |state| self.of_state(one.look, view, queue, state))
                    }),
                );
            }
            Look::Model => {
                let said = one.head.get().and_then(|head| view.facts.scores.get(head));
                let said = said.map_or(&[][..], |scores| &scores.probabilities);
                let outputs = one.reads.of(&self.program().outputs);
                fill(
                    out,
                    queues.map(|queue| {
                        let output = outputs.get(queue).and_then(|output| output.get());
                        output.and_then(|at| said.get(at)).copied().unwrap_or(0.0)
                    }),
                );
            }
            Look::FixedRatio => self.ratios(view, out),
            Look::EpsilonGreedy | Look::LinUcb | Look::Thompson => {
                let x = self.inputs(one, &view.facts);
                let doubt = if one.look == Look::LinUcb { one.amount } else { 0.0 };
                fill(
                    out,
                    queues.map(|queue| {
                        let (mean, deviation) = self.expected(one, queue, &x);
                        if doubt > 0.0 { bounded(mean + doubt * deviation) } else { mean }
                    }),
                );
            }
        }
    }

    /// What a strategy that looks at each queue by itself makes of a state of it.
    fn of_state(&self, look: Look, view: &View<'_>, queue: usize, state: &QueueState) -> f32 {
        let wait = || state.ahead(view.facts.floor.line(queue)).mean;
        match look {
            Look::LongestIdle => state.idle_s / (state.idle_s + MINUTE),
            Look::LeastLoaded => 1.0 / (1.0 + state.load()),
            Look::ShortestWait => 1.0 / (1.0 + wait() / MINUTE),
            Look::CMu => {
                let fit = view.fits.get(queue).copied().unwrap_or(0.0);
                let delay_cost = self.program().rows.get(queue).map_or(1.0, |row| row.delay_cost);
                let pace = if state.pace() > 0.0 { state.pace() } else { f32::NAN };
                let x = MINUTE * pace * fit / (1.0 + delay_cost * wait() / MINUTE);
                x / (1.0 + x)
            }
            _ => 0.0,
        }
    }

    /// By how much a queue would score less if `more` waited in it. Shares of all queues are not looked at.
    pub(super) fn loss(&self, strategy: &[StrategyRow], view: &View<'_>, queue: usize, more: u32) -> f32 {
        let Some(state) = view.facts.floor.queues.get(queue) else { return f32::NAN };
        let then = QueueState { waiting: state.waiting + more as f32, ..*state };
        let lost = |one: &StrategyRow| {
            let [now, then] = [state, &then].map(|state| self.of_state(one.look, view, queue, state));
            one.weight * view.freshness * (now - then)
        };
        strategy.iter().map(lost).sum()
    }

    /// Whose turn it is: the place of the candidate on whose part of the weights the turn falls. None where turns are not counted.
    pub(super) fn turn(&self, view: &View<'_>) -> Option<usize> {
        let turn = view.turn?;
        let weights = self.weights(view.candidates);
        if weights.iter().all(|weight| Some(weight) == weights.first()) {
            return (turn as usize).checked_rem(weights.len());
        }
        // Turns in a row lie a golden section apart: each queue's come evenly among the others'.
        let share = (turn.wrapping_mul(0x9e37_79b9) >> 9) as f32 / (1_u32 << 23) as f32;
        Some(chance::pick(&weights, share))
    }

    /// Weights of these queues, as parts of 1.
    pub(super) fn weights(&self, candidates: &[usize]) -> Vec<f32> {
        let weight = |queue: &usize| self.program().rows.get(*queue).map_or(0.0, |row| row.weight);
        let total: f32 = candidates.iter().map(weight).sum();
        list(candidates.iter().map(|queue| weight(queue) / total))
    }

    fn ratios(&self, view: &View<'_>, out: &mut Vec<f32>) {
        let floor = view.facts.floor;
        let sum = |load: Load| view.candidates.iter().map(|&queue| floor.of(queue, load)).sum::<f32>();
        let weights = self.weights(view.candidates);
        let (free, waiting) = (sum(Load::Free), sum(Load::Waiting));
        out.resize(self.queues().len(), 0.5);
        for (&queue, weight) in view.candidates.iter().zip(weights) {
            let Some(score) = out.get_mut(queue) else { continue };
            *score = if free > 0.0 {
                0.5 + 0.5 * (floor.of(queue, Load::Free) / free - weight)
            } else if waiting > 0.0 {
                0.5 + 0.5 * (weight - floor.of(queue, Load::Waiting) / waiting)
            } else {
                f32::NAN
            };
        }
    }

    /// What the bandit in row `strategy` of the program reads of a request: `x`, as it decides by. Empty for a row that is none.
    #[must_use]
    pub fn bandit_inputs(&self, strategy: usize, request: &Request<'_>) -> Vec<f32> {
        let floor = Floor::new(&[], &[], f32::NAN);
        let Request { features, scores, age_s, .. } = *request;
        let row = self.program().strategies.get(strategy).filter(|one| one.look.is_bandit());
        row.map_or(Vec::new(), |one| self.inputs(one, &Facts { features, scores, age_s, floor }))
    }

    /// The share that an `epsilon_greedy` among them leaves to chance.
    pub(super) fn epsilon(strategy: &[StrategyRow]) -> f32 {
        let greedy = strategy.iter().filter(|one| one.look == Look::EpsilonGreedy);
        greedy.fold(0.0_f32, |most, one| one.amount.max(most)).min(1.0)
    }

    /// `x`: the inputs, 0 where they are missing, and 1.
    pub(super) fn inputs(&self, one: &StrategyRow, facts: &Facts<'_>) -> Vec<f32> {
        let number = |source: &Source| {
            let number = facts.number(*source, 0);
            if number.is_nan() { 0.0 } else { number }
        };
        let mut x = list(one.reads.of(&self.program().inputs).iter().map(number));
        x.push(1.0);
        x
    }

    /// `θ · x` and `√(xᵀ A⁻¹ x)`. Of an arm that is not known, 0 and the length of `x`: as with `A` the identity.
    pub(super) fn expected(&self, one: &StrategyRow, queue: usize, x: &[f32]) -> (f32, f32) {
        let program = self.program();
        let arm = one.arms.of(&program.arms).iter().find(|arm: &&ArmRow| arm.queue.get() == Some(queue));
        // Features and arms can be so large that a sum overflows.
        let dot = |a: &[f32]| bounded(a.iter().zip(x).map(|(a, x)| a * x).sum::<f32>());
        let numbers = arm.and_then(|arm| arm.numbers.of(&program.numbers).split_at_checked(x.len()));
        match numbers {
            None => (0.0, libm::sqrtf(dot(x))),
            Some((weights, inverse)) => {
                let rows = inverse.chunks_exact(x.len().max(1));
                let square = bounded(rows.zip(x).map(|(row, x)| dot(row) * x).sum());
                (dot(weights), libm::sqrtf(square.max(0.0)))
            }
        }
    }
}
