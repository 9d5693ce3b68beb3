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
//! [`CELL`]; within a cell `H` is taken as it is in its middle.
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
/// Cells that are halved, at most, whatever the scores: some hundred are, of a policy that people write.
pub(super) const MOST_CELLS: usize = 768;
/// Standard deviations from its mean at which a score is taken to end.
const REACH: f32 = 5.0;
/// Standard deviation of an even draw from 0 to 1.
const EVEN: f32 = 0.288_675_13;
/// Least standard deviation, as a part of a score.
const LEAST: f32 = 1e-6;

/// A candidate as far as its score is drawn: `b`, `σ`, `ω`.
struct Score {
    base: f32,
    deviation: f32,
    turn: f32,
}

impl Policy {
    /// What the strategies prefer, as chances of the candidates that sum to 1.
    pub(super) fn preferred(&self, strategy: &[StrategyRow], view: &View<'_>, scores: &[f32]) -> Vec<f32> {
        let weights = self.weights(view.candidates);
        match strategy {
            [StrategyRow { look: Look::Random, .. }] => {
                return vec![1.0 / weights.len() as f32; weights.len()];
            }
            [StrategyRow { look: Look::RoundRobin, .. }] => return weights,
            _ => {}
        }
        let turns = strategy.iter().filter(|one| one.look == Look::RoundRobin);
        let turn: f32 = turns.map(|one| one.weight).sum();
        let (mut drawn, mut is_drawn) = (Vec::new(), false);
        for (&queue, weight) in view.candidates.iter().zip(weights) {
            let mut variance = 0.0;
            for one in strategy {
                let doubt = match one.look {
                    Look::Random => EVEN,
                    Look::Thompson => {
                        one.amount * self.expected(one, queue, &self.inputs(one, &view.facts)).1
                    }
                    _ => 0.0,
                };
                variance += one.weight * one.weight * doubt * doubt;
            }
            is_drawn |= variance > 0.0;
            let base = scores.get(queue).copied().unwrap_or(0.0) - turn * weight;
            let deviation = libm::sqrtf(variance).max(LEAST * (1.0 + base.abs()));
            drawn.push(Score { base, deviation, turn: weight });
        }
        let mut p = vec![0.0; drawn.len()];
        if is_drawn {
            integrate(&drawn, turn, &mut p);
        }
        let found: f32 = p.iter().sum();
        if found == 0.0 || found.is_nan() {
            // Numbers without sense give none, and where nothing but turns is drawn there is no integral: whose turn it is comes before the best, or leaves it the best.
            p.fill(0.0);
            let before = |at: usize, lift: f32, than: usize| {
                let of = |at: usize| drawn.get(at).map_or(0.0, |score| score.base);
                let lead = of(at) + lift - of(than);
                lead > 0.0 || (lead == 0.0 && view.candidates.get(at) < view.candidates.get(than))
            };
            let best = (1..drawn.len()).fold(0, |best, at| if before(at, 0.0, best) { at } else { best });
            for (at, score) in drawn.iter().enumerate() {
                if let Some(p) = p.get_mut(if before(at, turn, best) { at } else { best }) {
                    *p += score.turn;
                }
            }
        }
        let total: f32 = p.iter().sum();
        p.iter_mut().for_each(|p| *p /= total);
        p
    }
}

/// Adds the chances to `p`, up to a factor. `turn` is what a turn adds to a score; 0 where none is drawn.
fn integrate(drawn: &[Score], turn: f32, p: &mut [f32]) {
    let (mut from, mut high) = (f32::NEG_INFINITY, f32::NEG_INFINITY);
    for score in drawn {
        from = from.max(score.base - REACH * score.deviation);
        high = high.max(score.base + REACH * score.deviation);
    }
    let mut left = at_most(drawn, turn, from);
    let mut ends = vec![(high + turn, at_most(drawn, turn, high + turn))];
    let mut cells = 0;
    while let Some((to, right)) = ends.pop() {
        cells += 1;
        let middle = f32::midpoint(from, to);
        let between = at_most(drawn, turn, middle);
        if right.all * right.turns - left.all * left.turns > CELL
            && ends.len() < HALVINGS
            && cells < MOST_CELLS
        {
            ends.push((to, right));
            ends.push((middle, between));
            continue;
        }
        for (at, score) in drawn.iter().enumerate() {
            let of = |edge: &Edge| edge.each.get(at).copied().unwrap_or([1.0; 2]);
            let ([f, turned], [left, left_turned], [right, right_turned]) =
                (of(&between), of(&left), of(&right));
            let others = (between.turns - score.turn * turned / f).max(0.0);
            if let Some(p) = p.get_mut(at) {
                *p += between.all / f * ((right - left) * others + score.turn * (right_turned - left_turned));
            }
        }
        (from, left) = (to, right);
    }
}

/// What there is of scores up to `s`: `F` and `F'` of each, `Π F`, and `Σ ω F' / F`.
struct Edge {
    each: Vec<[f32; 2]>,
    all: f32,
    turns: f32,
}

#[inline(never)]
fn at_most(drawn: &[Score], turn: f32, s: f32) -> Edge {
    let mut edge = Edge { each: Vec::with_capacity(drawn.len()), all: 1.0, turns: 0.0 };
    for score in drawn {
        let of = |s: f32| normal((s - score.base) / score.deviation);
        let (f, turned) = (of(s), of(s - turn));
        edge.all *= f;
        edge.turns += score.turn * turned / f;
        edge.each.push([f, turned]);
    }
    edge
}

/// `Φ(z)`, above 0.
#[inline(never)]
fn normal(z: f32) -> f32 {
    1.0 / (1.0 + exp(-z * (1.597_6 + 0.070_56 * z * z)))
}
