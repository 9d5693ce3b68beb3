//! Blend: one weight for each signal, so that the next item is as probable as possible among the candidates.
//!
//! | symbol | shape         | meaning                                                     |
//! |--------|---------------|-------------------------------------------------------------|
//! | `x`    | `[c, d]`      | signals of the candidates of one step                        |
//! | `y`    | scalar        | which candidate came next                                    |
//! | `w`    | `[d]`         | weights                                                      |
//! | `n`    | scalar        | steps whose next item is among their candidates              |
//!
//! Maximised, with weights of at least 0 for signals that speak for an item:
//! `mean over steps of (x_y · w − ln Σ_c e^(x_c · w)) − λ/2 |w|²`, a concave function, by Newton's method with step halving.
//!
//! # Source
//!
//! `McFadden`, *Conditional logit analysis of qualitative choice behavior*, 1974.

use anyhow::{Result, anyhow};
use floorwalker_retrieval::{Candidate, SIGNALS, Signal, Weights};
use ndarray::Array2;
use rayon::prelude::*;
use smartcore::linalg::traits::cholesky::CholeskyDecomposable;

/// Strength of the ridge: `λ`.
const RIDGE: f64 = 1e-4;
/// The most steps of Newton's method; it usually takes 6 to 10.
const MAX_STEPS: usize = 40;
/// Steps that one sum is over; sums are added in order, so that threads do not change them.
const CHUNK: usize = 64;

/// The candidates of one step, and which of them came next.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The candidates.
    pub candidates: Vec<Candidate>,
    /// The place of the next item among them.
    pub next: usize,
}

type Vector = [f64; SIGNALS];

/// Value, gradient and curvature of what is maximised.
#[derive(Clone)]
struct Slope {
    value: f64,
    gradient: Vector,
    curvature: [Vector; SIGNALS],
}

impl Slope {
    const ZERO: Self = Self { value: 0.0, gradient: [0.0; SIGNALS], curvature: [[0.0; SIGNALS]; SIGNALS] };

    fn add(&mut self, other: &Self) {
        self.value += other.value;
        for a in 0..SIGNALS {
            self.gradient[a] += other.gradient[a];
            for b in 0..SIGNALS {
                self.curvature[a][b] += other.curvature[a][b];
            }
        }
    }

    fn see(&mut self, choice: &Choice, weights: &Vector) {
        let score =
            |one: &Candidate| one.signals.iter().zip(weights).map(|(x, w)| f64::from(*x) * w).sum::<f64>();
        let scores: Vec<f64> = choice.candidates.iter().map(score).collect();
        let best = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let all: f64 = scores.iter().map(|score| (score - best).exp()).sum();
        self.value += scores[choice.next] - best - all.ln();
        let mut mean = [0.0; SIGNALS];
        for (one, score) in choice.candidates.iter().zip(&scores) {
            let p = (score - best).exp() / all;
            for (a, x) in one.signals.iter().enumerate() {
                if *x == 0.0 {
                    continue;
                }
                let weighed = p * f64::from(*x);
                mean[a] += weighed;
                for (b, y) in one.signals.iter().enumerate().take(a + 1) {
                    self.curvature[a][b] += weighed * f64::from(*y);
                }
            }
        }
        for a in 0..SIGNALS {
            self.gradient[a] += f64::from(choice.candidates[choice.next].signals[a]) - mean[a];
            for b in 0..=a {
                self.curvature[a][b] -= mean[a] * mean[b];
            }
        }
    }
}

fn slope(choices: &[Choice], weights: &Vector) -> Slope {
    let parts: Vec<Slope> = choices
        .par_chunks(CHUNK)
        .map(|choices| {
            let mut part = Slope::ZERO;
            choices.iter().for_each(|choice| part.see(choice, weights));
            part
        })
        .collect();
    let mut all = Slope::ZERO;
    parts.iter().for_each(|part| all.add(part));
    let n = choices.len().max(1) as f64;
    all.value /= n;
    for (a, weight) in weights.iter().enumerate() {
        all.gradient[a] = all.gradient[a] / n - RIDGE * weight;
        all.value -= RIDGE / 2.0 * weight * weight;
        for b in 0..=a {
            all.curvature[a][b] /= n;
            all.curvature[b][a] = all.curvature[a][b];
        }
        all.curvature[a][a] += RIDGE;
    }
    all
}

/// Signals that speak for an item and never against it: a shopper would not understand "not shown, because it is often looked at next".
const FOR: [Signal; 9] = [
    Signal::NextLast,
    Signal::TogetherLast,
    Signal::Next,
    Signal::Together,
    Signal::Neighbours,
    Signal::Similar,
    Signal::Factors,
    Signal::Taste,
    Signal::Bought,
];

/// The weights that explain `choices` best. Without choices all weights are 0. Of the signals that speak for an item, those whose weight would
/// be below 0 are left out, the lowest one first, and the others are learnt again.
///
/// # Errors
///
/// Signals that are not finite.
pub fn fit(choices: &[Choice]) -> Result<Weights> {
    let mut used = [true; SIGNALS];
    loop {
        let weights = fit_used(choices, &used)?;
        let lowest = FOR.into_iter().min_by(|a, b| weights[*a as usize].total_cmp(&weights[*b as usize]));
        match lowest {
            Some(signal) if weights[signal as usize] < 0.0 => used[signal as usize] = false,
            _ => return Ok(weights.map(|weight| weight as f32)),
        }
    }
}

/// The weights of the used signals that explain `choices` best; the others are 0.
fn fit_used(choices: &[Choice], used: &[bool; SIGNALS]) -> Result<Vector> {
    let mut weights = [0.0; SIGNALS];
    let mut here = slope(choices, &weights);
    for _ in 0..MAX_STEPS {
        let curvature = Array2::from_shape_fn((SIGNALS, SIGNALS), |(a, b)| {
            if used[a] && used[b] { here.curvature[a][b] } else { f64::from(u8::from(a == b)) }
        });
        let gradient =
            Array2::from_shape_fn((SIGNALS, 1), |(a, _)| if used[a] { here.gradient[a] } else { 0.0 });
        let step = curvature
            .cholesky_solve_mut(gradient)
            .map_err(|error| anyhow!("the weights of the recommendation cannot be learnt: {error}"))?;
        let mut scale = 1.0;
        let better = loop {
            let mut tried = weights;
            for (at, weight) in tried.iter_mut().enumerate() {
                *weight += scale * step[(at, 0)];
            }
            let there = slope(choices, &tried);
            if there.value >= here.value {
                break Some((tried, there));
            }
            scale /= 2.0;
            if scale < 1e-4 {
                break None;
            }
        };
        let Some((tried, there)) = better else { break };
        let gain = there.value - here.value;
        (weights, here) = (tried, there);
        if gain < 1e-9 {
            break;
        }
    }
    Ok(weights)
}
