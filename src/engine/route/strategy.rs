//! Strategies: the score of each queue.
//!
//! | strategy         | score of a queue; 0 to 1 except for bandits                                      |
//! |------------------|----------------------------------------------------------------------------------|
//! | `random`         | a random draw: alone, every queue is equally probable; with others, normal with mean ½ and the variance of a uniform draw, 1/12 |
//! | `round_robin`    | 1 for the queue whose turn it is, by weight; else 0. With other strategies, or if turns are not counted, the turn is drawn by weight |
//! | `rules`          | 1 for the first queue of the target, lower for each queue after it               |
//! | `skills`         | fit: how well its skills match the probable needs                                |
//! | `longest_idle`   | `i / (i + 60)`, `i` seconds since its longest idle agent held a request          |
//! | `least_loaded`   | `1 / (1 + load)`, load: open work divided by what its agents can hold            |
//! | `shortest_wait`  | `1 / (1 + W / 60)`, `W` the expected wait                                        |
//! | `model`          | the head's probability for it; 0 if the head has no output for it                |
//! | `c_mu`           | `x / (1 + x)`, `x = 60 μ · fit / (1 + c W / 60)`: `μ` requests an agent ends per second, `c` cost of delay, `W` expected wait |
//! | `fixed_ratio`    | `½ + ½ (its share of the free chats − its weight's share)`; with none free, `½ + ½ (its weight's share − its share of the waiting requests)` |
//! | `epsilon_greedy` | `θ · x`                                                                          |
//! | `lin_ucb`        | `θ · x + α √(xᵀ A⁻¹ x)`                                                          |
//! | `thompson`       | `θ · x + v z √(xᵀ A⁻¹ x)`, `z` a normal draw                                     |
//!
//! Several strategies are combined as a weighted sum. If a strategy's score of a queue is not known, the mean over the candidates is
//! used; the older the snapshot, the more the scores that depend on it are shrunk towards that mean. If scores are drawn at random, a
//! queue's preference is the probability that its score is the best (`preference`).
//!
//! Not here: propensities (`chance`), which queues are candidates (`route`).
//!
//! # Source
//!
//! `c_mu`: Mandelbaum and Stolyar, *Scheduling flexible servers with convex delay costs* (2004), for quadratic costs. Deviation:
//! their rule assigns a request to a free agent; this one is its counterpart that assigns a queue to a request. `fixed_ratio`: Gurvich
//! and Whitt, *Queue-and-idleness-ratio controls* (2009). `lin_ucb`: Li et al., *A contextual-bandit approach* (2010), algorithm 1.
//! `thompson`: Agrawal and Goyal, *Thompson sampling for contextual bandits* (2013), algorithm 1.

use super::Request;
use super::chance::{self, Draws};
use super::condition::{Facts, Source};
use super::eligible::Eligible;
use super::floor::Floor;
use super::policy::Policy;
use super::program::{ArmRow, FilterRow, Look, StrategyRow};
use super::snapshot::{Load, QueueState};
use crate::head::bounded;
use crate::list::{fill, list};
use alloc::vec::Vec;

/// Seconds of idle time, or of waiting, at which a score is one half.
const MINUTE: f32 = 60.0;

/// The input of strategies.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) facts: Facts<'a>,
    pub(super) freshness: f32,
    pub(super) eligible: &'a Eligible,
    /// The filter that matched.
    pub(super) filter: Option<&'a FilterRow>,
    /// The strategies of the filter, or else of the policy.
    pub(super) strategies: &'a [StrategyRow],
    pub(super) draws: Draws,
    pub(super) turn: Option<u32>,
    /// Whether the message is out of scope, and the filter's condition does not refer to that.
    pub(super) is_outside: bool,
    /// Probability of each intent.
    pub(super) p: &'a [f32],
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
    /// Writes the scores of all queues without their random parts into `out`, `[n_queues]`.
    pub(super) fn scores(&self, view: &View<'_>, out: &mut Vec<f32>) {
        let n = self.queues().len();
        out.clear();
        out.resize(n, 0.0);
        let mut scores = Vec::with_capacity(n);
        for one in view.strategies {
            scores.clear();
            self.fill(one, view, &mut scores);
            let (mut sum, mut known) = (0.0, 0.0);
            for score in view
                .eligible
                .candidates
                .iter()
                .filter_map(|&queue| scores.get(queue))
                .filter(|score| !score.is_nan())
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
                    view.eligible.candidates.iter().enumerate().zip(self.weights(&view.eligible.candidates))
                {
                    if let Some(score) = out.get_mut(*queue) {
                        *score = turn.map_or(weight, |turn| if turn == at { 1.0 } else { 0.0 });
                    }
                }
            }
            Look::Rules => {
                let n = view.eligible.candidates.len().max(1) as f32;
                fill(out, queues.map(|_| 0.0));
                for (at, queue) in view.eligible.candidates.iter().enumerate() {
                    if let Some(score) = out.get_mut(*queue) {
                        *score = 1.0 - at as f32 / n;
                    }
                }
            }
            Look::Skills => out.extend_from_slice(&view.eligible.fits),
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

    /// The score of a queue in a given state, for strategies that score each queue by its own state; 0 for other strategies.
    fn of_state(&self, look: Look, view: &View<'_>, queue: usize, state: &QueueState) -> f32 {
        let wait = || state.ahead(view.facts.floor.line(queue)).mean;
        match look {
            Look::LongestIdle => state.idle_s / (state.idle_s + MINUTE),
            Look::LeastLoaded => 1.0 / (1.0 + state.load()),
            Look::ShortestWait => 1.0 / (1.0 + wait() / MINUTE),
            Look::CMu => {
                let fit = view.eligible.fits.get(queue).copied().unwrap_or(0.0);
                let delay_cost = self.program().rows.get(queue).map_or(1.0, |row| row.delay_cost);
                let pace = if state.pace() > 0.0 { state.pace() } else { f32::NAN };
                let x = MINUTE * pace * fit / (1.0 + delay_cost * wait() / MINUTE);
                x / (1.0 + x)
            }
            _ => 0.0,
        }
    }

    /// By how much the score of a queue would fall if `more` requests waited in it. `fixed_ratio` is left out.
    pub(super) fn loss(&self, view: &View<'_>, queue: usize, more: u32) -> f32 {
        let Some(state) = view.facts.floor.queues.get(queue) else { return f32::NAN };
        let then = QueueState { waiting: state.waiting + more as f32, ..*state };
        let lost = |one: &StrategyRow| {
            let [now, then] = [state, &then].map(|state| self.of_state(one.look, view, queue, state));
            one.weight * view.freshness * (now - then)
        };
        view.strategies.iter().map(lost).sum()
    }

    /// Whose turn it is: the position among the candidates, by weight. `None` if turns are not counted.
    pub(super) fn turn(&self, view: &View<'_>) -> Option<usize> {
        let turn = view.turn?;
        let weights = self.weights(&view.eligible.candidates);
        if weights.iter().all(|weight| Some(weight) == weights.first()) {
            return (turn as usize).checked_rem(weights.len());
        }
        // Successive turns are a golden ratio apart (modulo 1), which spreads each queue's turns evenly.
        let share = (turn.wrapping_mul(0x9e37_79b9) >> 9) as f32 / (1_u32 << 23) as f32;
        Some(chance::pick(&weights, share))
    }

    /// Weights of these queues, normalized to sum to 1.
    pub(super) fn weights(&self, candidates: &[usize]) -> Vec<f32> {
        let weight = |queue: &usize| self.program().rows.get(*queue).map_or(0.0, |row| row.weight);
        let total: f32 = candidates.iter().map(weight).sum();
        list(candidates.iter().map(|queue| weight(queue) / total))
    }

    fn ratios(&self, view: &View<'_>, out: &mut Vec<f32>) {
        let floor = view.facts.floor;
        let sum =
            |load: Load| view.eligible.candidates.iter().map(|&queue| floor.of(queue, load)).sum::<f32>();
        let weights = self.weights(&view.eligible.candidates);
        let (free, waiting) = (sum(Load::Free), sum(Load::Waiting));
        out.resize(self.queues().len(), 0.5);
        for (&queue, weight) in view.eligible.candidates.iter().zip(weights) {
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

    /// The input vector `x` of the bandit in row `strategy` of the program, for a request, without the snapshot. Empty if the row is not
    /// a bandit.
    #[must_use]
    pub fn bandit_inputs(&self, strategy: usize, request: &Request<'_>) -> Vec<f32> {
        let floor = Floor::new(&[], &[], f32::NAN);
        let Request { features, scores, age_s, .. } = *request;
        let row = self.program().strategies.get(strategy).filter(|one| one.look.is_bandit());
        row.map_or(Vec::new(), |one| self.inputs(one, &Facts { features, scores, age_s, floor }))
    }

    /// The largest exploration rate of the `epsilon_greedy` strategies; 0 if there is none.
    pub(super) fn epsilon(strategy: &[StrategyRow]) -> f32 {
        let greedy = strategy.iter().filter(|one| one.look == Look::EpsilonGreedy);
        greedy.fold(0.0_f32, |most, one| one.amount.max(most)).min(1.0)
    }

    /// The input vector `x` of a bandit: its inputs, with 0 for missing ones, and a constant 1.
    pub(super) fn inputs(&self, one: &StrategyRow, facts: &Facts<'_>) -> Vec<f32> {
        let number = |source: &Source| {
            let number = facts.number(*source, 0);
            if number.is_nan() { 0.0 } else { number }
        };
        let mut x = list(one.reads.of(&self.program().inputs).iter().map(number));
        x.push(1.0);
        x
    }

    /// `θ · x` and `√(xᵀ A⁻¹ x)`. For an arm that is not known, 0 and the norm of `x`, as if `A` were the identity.
    pub(super) fn expected(&self, one: &StrategyRow, queue: usize, x: &[f32]) -> (f32, f32) {
        let program = self.program();
        let arm = one.arms.of(&program.arms).iter().find(|arm: &&ArmRow| arm.queue.get() == Some(queue));
        // Large features and arms can make a sum overflow.
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
