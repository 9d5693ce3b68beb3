//! Preference: the probability with which each candidate has the best score, if scores are drawn at random.
//!
//! | symbol | shape            | meaning                                                                   |
//! |--------|------------------|---------------------------------------------------------------------------|
//! | `b`    | `[n_candidates]` | deterministic part of the score                                           |
//! | `σ`    | `[n_candidates]` | standard deviation of the random part, which is normal and independent between candidates |
//! | `ω`    | `[n_candidates]` | probability that it is the candidate's turn, if turns are drawn; its turn adds `t` to the score |
//! | `F`    | `[n_candidates]` | probability that its score is at most `s`: `Φ((s − b) / σ)`               |
//! | `F'`   | `[n_candidates]` | the same if it is its turn: `Φ((s − b − t) / σ)`                          |
//! | `H`    | scalar           | probability that all scores are at most `s`: `Π F · Σ ω F' / F`, or `Π F` without turns |
//!
//! The probability is `∫ H d(ln F)`. The range of scores is divided into cells; a cell is halved until the best score falls into it
//! with a probability of at most [`CELL`]. Within a cell `H` is approximated by its value in the middle.
//!
//! Invariants
//! - Nothing is drawn here: the same candidates, scores and weights give the same probabilities, whatever the seed. The queue is drawn
//!   once from these probabilities (`chance`), so they are exact propensities.
//! - The probabilities sum to 1.
//!
//! # Source
//!
//! `Φ`: Page, *Approximations to the cumulative normal function and its inverse for use on a pocket calculator* (1977), within
//! 1.4e-4. This approximation defines the distribution of the drawn scores, so it causes no error in the propensities.

use super::policy::Policy;
use super::program::{Look, StrategyRow};
use super::strategy::View;
use crate::math::exp;
use alloc::{vec, vec::Vec};

/// Largest probability of one cell.
const CELL: f32 = 1.0 / 32.0;
/// How often a cell is halved at most: a score of very small deviation needs cells as narrow as `f32` can distinguish.
const HALVINGS: usize = 24;
/// How many cells are visited at most. For policies as people write them it is about a hundred.
pub(super) const MOST_CELLS: usize = 768;
/// Scores are considered up to so many standard deviations from their mean.
const REACH: f32 = 5.0;
/// Standard deviation of a uniform draw from 0 to 1.
const EVEN: f32 = 0.288_675_13;
/// Smallest standard deviation, relative to one plus the absolute score.
const LEAST: f32 = 1e-6;

/// The distribution of a candidate's score: `b`, `σ`, `ω`.
struct Score {
    base: f32,
    deviation: f32,
    turn: f32,
}

impl Policy {
    /// The strategies' preference: a probability for each candidate; they sum to 1.
    pub(super) fn preference(&self, view: &View<'_>, scores: &[f32]) -> Vec<f32> {
        let strategies = view.strategies;
        let weights = self.weights(&view.eligible.candidates);
        match strategies {
            [StrategyRow { look: Look::Random, .. }] => {
                return vec![1.0 / weights.len() as f32; weights.len()];
            }
            [StrategyRow { look: Look::RoundRobin, .. }] => return weights,
            _ => {}
        }
        let turns = strategies.iter().filter(|one| one.look == Look::RoundRobin);
        let turn: f32 = turns.map(|one| one.weight).sum();
        let (mut drawn, mut is_drawn) = (Vec::new(), false);
        for (&queue, weight) in view.eligible.candidates.iter().zip(weights) {
            let mut variance = 0.0;
            for one in strategies {
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
            // The integral can fail for extreme numbers, and there is none if only turns are drawn. Then a turn selects its
            // candidate if its score with the turn added beats the best, and otherwise selects the best.
            p.fill(0.0);
            let before = |at: usize, lift: f32, than: usize| {
                let of = |at: usize| drawn.get(at).map_or(0.0, |score| score.base);
                let lead = of(at) + lift - of(than);
                lead > 0.0
                    || (lead == 0.0 && view.eligible.candidates.get(at) < view.eligible.candidates.get(than))
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

/// Adds the probabilities to `p`, up to a common factor. `turn` is what a turn adds to a score; 0 if no turns are drawn.
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

/// Distribution functions at a score `s`: `F` and `F'` of each candidate, `Π F`, and `Σ ω F' / F`.
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

/// `Φ(z)`, the normal distribution function; always above 0.
#[inline(never)]
fn normal(z: f32) -> f32 {
    1.0 / (1.0 + exp(-z * (1.597_6 + 0.070_56 * z * z)))
}
