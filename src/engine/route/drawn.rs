//! Drawn: with which chance each candidate scores best, where scores are drawn.
//!
//! | symbol | shape            | meaning                                                                   |
//! |--------|------------------|---------------------------------------------------------------------------|
//! | `b`    | `[n_candidates]` | score without what is drawn                                               |
//! | `σ`    | `[n_candidates]` | standard deviation of what is drawn: normal, of each candidate by itself  |
//! | `ω`    | `[n_candidates]` | chance that it is its turn, where turns are drawn; who has it scores `t` more |
//! | `F`    | `[n_candidates]` | chance that its score is at most `s`: `Φ((s − b) / σ)`                    |
//! | `F'`   | `[n_candidates]` | the same when it is its turn: `Φ((s − b − t) / σ)`                        |
//! | `H`    | scalar           | chance that all scores are at most `s`: `Π F · Σ ω F' / F`, or `Π F`      |
//!
//! The chance is `∫ H d(ln F)`. Scores are cut into cells, each halved until the best score falls into it with a chance of at most
//! [`CELL`]; what a cell holds of `H` is shared out by how much each candidate's `ln F` rises within it.
//!
//! Invariants
//! - Nothing is drawn here: the same candidates, scores and weights give the same chances, whatever the seed. The queue is drawn
//!   from them once (`chance`), so what is told of a draw is how it was made.
//! - The chances sum to 1.
//!
//! # Source
//!
//! `Φ`: Page, *Approximations to the cumulative normal function and its inverse for use on a pocket calculator* (1977), within
//! 1.4e-4. A score that is drawn has exactly the distribution that this function describes.

use super::policy::Policy;
use super::program::{Look, StrategyRow};
use super::strategy::View;
use crate::math::exp;
use alloc::{vec, vec::Vec};

/// Most of the chance that one cell holds.
const CELL: f32 = 1.0 / 32.0;
/// How often a cell is halved at most: where a score is all but certain, its cells are as narrow as `f32` tells apart.
const HALVINGS: usize = 24;
/// Standard deviations from its mean at which a score is taken to end.
const REACH: f32 = 5.0;
/// Standard deviation of an even draw from 0 to 1.
const EVEN: f32 = 0.288_675_13;
/// Least standard deviation, as a part of a score.
const LEAST: f32 = 1e-6;

/// A candidate as far as its score is drawn.
struct Score {
    base: f32,
    deviation: f32,
    turn: f32,
}

impl Policy {
    /// What the strategies prefer, as chances of the candidates that sum to 1.
    pub(super) fn preferred(&self, strategy: &[StrategyRow], view: &View<'_>, scores: &[f32]) -> Vec<f32> {
        let n = view.candidates.len();
        match strategy {
            [StrategyRow { look: Look::Random, .. }] => return vec![1.0 / n as f32; n],
            [StrategyRow { look: Look::RoundRobin, .. }] => return self.weights(view.candidates),
            _ => {}
        }
        let mut variances = vec![0.0; n];
        let mut turn = 0.0;
        for one in strategy {
            match one.look {
                Look::RoundRobin => turn += one.weight,
                Look::Random | Look::Thompson => {
                    let x = self.inputs(one, &view.facts);
                    for (variance, &queue) in variances.iter_mut().zip(view.candidates) {
                        let doubt = match one.look {
                            Look::Random => EVEN,
                            _ => one.amount * self.expected(one, queue, &x).1,
                        };
                        *variance += one.weight * one.weight * doubt * doubt;
                    }
                }
                _ => {}
            }
        }
        let weights = if turn > 0.0 { self.weights(view.candidates) } else { vec![0.0; n] };
        let drawn =
            view.candidates.iter().zip(weights).zip(&variances).map(|((&queue, weight), variance)| {
                let base = scores.get(queue).copied().unwrap_or(0.0) - turn * weight;
                Score { base, deviation: libm::sqrtf(*variance), turn: weight }
            });
        let drawn: Vec<Score> = drawn.collect();
        let is_certain = variances.iter().all(|variance| *variance == 0.0);
        let mut p = if is_certain { Vec::new() } else { chances(&drawn, turn) };
        let total: f32 = p.iter().sum();
        if total > 0.0 {
            p.iter_mut().for_each(|p| *p /= total);
        } else {
            // Nothing but turns is drawn: whose turn it is comes before the best, or leaves it the best.
            p = vec![0.0; n];
            let before = |(at, lift): (usize, f32), than: usize| {
                let of = |at: usize| drawn.get(at).map_or(f32::NEG_INFINITY, |score| score.base);
                let (found, other) = (of(at) + lift, of(than));
                found > other || (found == other && view.candidates.get(at) < view.candidates.get(than))
            };
            let best = (1..n).fold(0, |best, at| if before((at, 0.0), best) { at } else { best });
            for (at, score) in drawn.iter().enumerate() {
                let share = if turn > 0.0 { score.turn } else { 1.0 / n as f32 };
                let wins = if turn > 0.0 && before((at, turn), best) { at } else { best };
                if let Some(p) = p.get_mut(wins) {
                    *p += share;
                }
            }
        }
        p
    }
}

/// Chances as they come out of the cells, up to a factor. `turn`: what a turn adds to a score; 0: none is drawn.
fn chances(drawn: &[Score], turn: f32) -> Vec<f32> {
    let deviation = |score: &Score| score.deviation.max(LEAST * (1.0 + score.base.abs()));
    let [mut low, mut high] = [f32::NEG_INFINITY; 2];
    for score in drawn {
        low = low.max(score.base - REACH * deviation(score));
        high = high.max(score.base + turn + REACH * deviation(score));
    }
    let at_most = |s: f32| -> Vec<[f32; 2]> {
        let of = |score: &Score| [0.0, turn].map(|lift| normal((s - score.base - lift) / deviation(score)));
        drawn.iter().map(of).collect()
    };
    // `Σ ω F' / F`, or 1 where no turn is drawn.
    let turns = |cdf: &mut dyn Iterator<Item = [f32; 2]>| {
        let of: f32 = drawn.iter().zip(cdf).map(|(score, [f, turned])| score.turn * turned / f).sum();
        if turn > 0.0 { of } else { 1.0 }
    };
    let all =
        |cdf: &[[f32; 2]]| cdf.iter().map(|[f, _]| f).product::<f32>() * turns(&mut cdf.iter().copied());
    let mut p = vec![0.0; drawn.len()];
    let (mut from, mut left) = (low, at_most(low));
    let mut ends = vec![(high, at_most(high))];
    while let Some((to, right)) = ends.last() {
        let held = all(right) - all(&left);
        if held > CELL && ends.len() < HALVINGS {
            let middle = f32::midpoint(from, *to);
            ends.push((middle, at_most(middle)));
            continue;
        }
        let middles =
            || left.iter().zip(right).map(|(a, b)| [f32::midpoint(a[0], b[0]), f32::midpoint(a[1], b[1])]);
        let turns = turns(&mut middles());
        let rise: Vec<f32> = drawn
            .iter()
            .zip(left.iter().zip(right))
            .zip(middles())
            .map(|((score, (a, b)), [f, turned])| {
                let others = (turns - score.turn * turned / f).max(0.0);
                ((b[0] - a[0]) * others + score.turn * (b[1] - a[1])) / f
            })
            .collect();
        let total: f32 = rise.iter().sum();
        if total > 0.0 {
            p.iter_mut().zip(&rise).for_each(|(p, rise)| *p += held * rise / total);
        }
        if let Some((to, right)) = ends.pop() {
            (from, left) = (to, right);
        }
    }
    p
}

/// `Φ(z)`, above 0.
fn normal(z: f32) -> f32 {
    1.0 / (1.0 + exp(-z * (1.597_6 + 0.070_56 * z * z)))
}
