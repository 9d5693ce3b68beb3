//! Learn: for each bandit of a policy, a ridge regression of the reward for each queue, from logged decisions and their rewards.
//!
//! | symbol   | shape    | unit                                                                                    |
//! |----------|----------|-----------------------------------------------------------------------------------------|
//! | `x`      | `[d]`    | features that the engine reads from a request: the bandit's inputs, 0 where missing, then 1 |
//! | `r`      | scalar   | reward                                                                                  |
//! | `A, b`   | `[d, d]`, `[d]` | `ridge · I + Σ x xᵀ` and `Σ r x`, over the lines whose action is the queue |
//! | `θ`      | `[d]`    | `A⁻¹ b`: reward per unit of input                                                       |
//!
//! Every line has the same weight, whatever its propensity: the expected reward of a queue given `x` does not depend on how probably
//! it was chosen, nor by which filter. For the same reason a filter's bandit learns from all lines.
//!
//! Invariants
//! - Sums are taken in `f64` in the order of lines: the same log gives the same bits.
//! - A learnt arm is finite, its `A⁻¹` symmetric, and `A A⁻¹` (scaled) within [`INVERSE_WITHIN`] of the identity.
//! - A queue without a line gets no arm. The engine then treats it as one without data and a ridge of 1, whatever ridge was used here.
//!
//! Not here: reading `x` (the engine, by `replay`), writing what was learnt (`policy::arms`).
//!
//! # Source
//!
//! Li et al., *A contextual-bandit approach* (2010), algorithm 1 with disjoint models: `A`, `b`, `θ`. Agrawal and Goyal,
//! *Thompson sampling for contextual bandits* (2013), section 2.3: the same, their `B` is `A`. Deviation: the ridge is a setting,
//! theirs is 1.

use super::line::Line;
use anyhow::{Context, Result, anyhow, ensure};
use floorwalker_engine::route::PolicyProgram;
use floorwalker_policy::{ArmDef, PolicyDef};
use floorwalker_policy::{BanditPlace, bandits};
use ndarray::{Array2, aview1};
use smartcore::linalg::traits::cholesky::CholeskyDecomposable;
use std::collections::BTreeMap;

/// Largest distance of any entry of `A A⁻¹` from the identity matrix, where `A` is scaled to a diagonal of ones.
pub const INVERSE_WITHIN: f64 = 1e-6;

/// Collects the sums of the regressions, line by line.
#[derive(Clone, Debug)]
pub struct Learner {
    ridge: f64,
    queues: Vec<String>,
    bandits: Vec<Bandit>,
    lines: usize,
}

#[derive(Clone, Debug)]
struct Bandit {
    place: BanditPlace,
    inputs: Vec<String>,
    /// `Σ x` over all lines.
    sum: Vec<f64>,
    /// Which inputs were other than 0 in at least one line.
    seen: Vec<bool>,
    queues: BTreeMap<usize, Sums>,
}

/// Sums over the lines of one queue.
#[derive(Clone, Debug)]
struct Sums {
    lines: usize,
    /// `Σ x xᵀ`, lower triangle.
    square: Array2<f64>,
    /// `Σ r x`.
    with_reward: Vec<f64>,
    reward: f64,
    reward_square: f64,
}

/// What a bandit learnt.
#[derive(Clone, Debug, PartialEq)]
pub struct Learnt {
    /// The bandit's place in the policy.
    pub place: BanditPlace,
    /// Names of the bandit's inputs.
    pub inputs: Vec<String>,
    /// The queues, in the policy's order; queues without a line are left out.
    pub queues: Vec<LearntQueue>,
}

/// What a bandit learnt about one queue.
#[derive(Clone, Debug, PartialEq)]
pub struct LearntQueue {
    /// `θ` and `A⁻¹`.
    pub arm: ArmDef,
    /// Number of lines whose action is the queue.
    pub lines: usize,
    /// Their mean reward.
    pub mean: f64,
    /// Root of the mean squared difference between their rewards and `θ · x`.
    pub error: f64,
    /// Mean of `θ · x` over all lines of the log: the predicted mean reward if every request went to the queue.
    pub expected: f64,
}

impl Learnt {
    /// The bandit's place in the policy, and its arms.
    #[must_use]
    pub fn arms(&self) -> (BanditPlace, Vec<ArmDef>) {
        (self.place, self.queues.iter().map(|queue| queue.arm.clone()).collect())
    }
}

impl Learner {
    /// A learner without data, for every bandit of `def`.
    ///
    /// # Errors
    ///
    /// A policy without a bandit; a ridge that is not above 0.
    pub fn new(def: &PolicyDef, ridge: f64) -> Result<Self> {
        ensure!(ridge > 0.0 && ridge.is_finite(), "the ridge is {ridge}, must be above 0; 1 is usual");
        let of = |(place, inputs): (BanditPlace, &[String])| Bandit {
            place,
            inputs: inputs.to_vec(),
            sum: vec![0.0; inputs.len() + 1],
            seen: vec![false; inputs.len()],
            queues: BTreeMap::new(),
        };
        let bandits: Vec<Bandit> =
            bandits(def).into_iter().map(|(place, bandit)| of((place, &bandit.inputs))).collect();
        ensure!(
            !bandits.is_empty(),
            "the policy has no bandit to train; add one, as in strategy = {{ by = \"lin_ucb\", bandit = {{ inputs = [\"cart_value\"] }} }}"
        );
        let queues = def.queues.iter().map(|queue| queue.name.clone()).collect();
        Ok(Self { ridge, queues, bandits, lines: 0 })
    }

    /// The bandits' indices among the strategies of the policy's program, in the order in which [`Learner::add`] takes their `x`.
    ///
    /// # Errors
    ///
    /// A program that was compiled from another policy.
    pub fn rows(&self, program: &PolicyProgram) -> Result<Vec<usize>> {
        self.bandits.iter().map(|bandit| bandit.place.row(program)).collect()
    }

    /// Adds a line; `x` holds for each bandit what it reads from the request, `[n_inputs + 1]` each. Cost: `O(Σ d²)`.
    ///
    /// # Errors
    ///
    /// An action that is not a queue of the policy; numbers that are not finite, or not as many as a bandit reads. The line is then not
    /// added.
    pub fn add(&mut self, line: &Line, x: &[Vec<f32>]) -> Result<()> {
        line.check()?;
        let queue = self.queues.iter().position(|queue| *queue == line.action).ok_or_else(|| {
            let queues = self.queues.join("`, `");
            anyhow!("`action` is `{}`, which is not a queue of the policy: it has `{queues}`; leave the line out, or declare the queue", line.action)
        })?;
        let n = self.bandits.len();
        ensure!(x.len() == n, "inputs of {} bandits were given, and the policy has {n}", x.len());
        for (bandit, x) in self.bandits.iter().zip(x) {
            let d = bandit.sum.len();
            ensure!(x.len() == d, "{}: {} inputs were given, and it has {d}", bandit.place, x.len());
            if let Some(at) = x.iter().position(|x| !x.is_finite()) {
                let name = bandit.inputs.get(at).map_or("", String::as_str);
                return Err(anyhow!(
                    "`{name}` is {}; write a finite number, or null where it is not known",
                    x[at]
                ));
            }
        }
        self.lines += 1;
        for (bandit, x) in self.bandits.iter_mut().zip(x) {
            bandit.add(queue, x, line.reward);
        }
        Ok(())
    }

    /// Number of lines that were added.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.lines
    }

    /// Solves the regressions of the lines so far. Cost: `O(n_queues × d³)` for each bandit.
    ///
    /// # Errors
    ///
    /// No line; an input that is missing or 0 in every line; inputs so nearly collinear that the equations cannot be solved; numbers
    /// too large for an `f32`.
    pub fn learnt(&self) -> Result<Vec<Learnt>> {
        ensure!(self.lines > 0, "the log has no line to learn from; log some decisions first");
        self.bandits.iter().map(|bandit| self.of(bandit)).collect()
    }

    fn of(&self, bandit: &Bandit) -> Result<Learnt> {
        if let Some(unseen) = bandit.seen.iter().position(|seen| !seen) {
            return Err(anyhow!(
                "{}: input `{}` is missing or 0 in every line of the log; log it, or remove it from the bandit's inputs",
                bandit.place,
                bandit.inputs[unseen]
            ));
        }
        let fit = |(&queue, sums): (&usize, &Sums)| {
            let name = &self.queues[queue];
            let (theta, inverse) =
                sums.solved(self.ridge).with_context(|| format!("{}, queue `{name}`", bandit.place))?;
            let n = sums.lines as f64;
            // Σ (r − θ·x)² = Σ r² − θ·b − ridge θ·θ, as A θ = b.
            let of_error =
                sums.reward_square - dot(&theta, &sums.with_reward) - self.ridge * dot(&theta, &theta);
            let f32s = |list: &[f64]| list.iter().map(|&number| number as f32).collect::<Vec<_>>();
            let arm = ArmDef { queue: name.clone(), weights: f32s(&theta), inverse: f32s(&inverse) };
            ensure!(
                arm.weights.iter().chain(&arm.inverse).all(|number| number.is_finite()),
                "{}, queue `{name}`: a learnt number is too large for the page (f32); raise --ridge",
                bandit.place
            );
            Ok(LearntQueue {
                arm,
                lines: sums.lines,
                mean: sums.reward / n,
                error: (of_error.max(0.0) / n).sqrt(),
                expected: dot(&theta, &bandit.sum) / self.lines as f64,
            })
        };
        let queues = bandit.queues.iter().map(fit).collect::<Result<_>>()?;
        Ok(Learnt { place: bandit.place, inputs: bandit.inputs.clone(), queues })
    }
}

impl Bandit {
    fn add(&mut self, queue: usize, x: &[f32], reward: f64) {
        let d = x.len();
        let x: Vec<f64> = x.iter().copied().map(f64::from).collect();
        self.sum.iter_mut().zip(&x).for_each(|(sum, x)| *sum += x);
        self.seen.iter_mut().zip(&x).for_each(|(seen, x)| *seen |= *x != 0.0);
        let sums = self.queues.entry(queue).or_insert_with(|| Sums {
            lines: 0,
            square: Array2::zeros((d, d)),
            with_reward: vec![0.0; d],
            reward: 0.0,
            reward_square: 0.0,
        });
        for (row, a) in x.iter().enumerate().filter(|(_, a)| **a != 0.0) {
            for (column, b) in x[..=row].iter().enumerate() {
                sums.square[[row, column]] += a * b;
            }
        }
        sums.with_reward.iter_mut().zip(&x).for_each(|(sum, x)| *sum += reward * x);
        sums.lines += 1;
        sums.reward += reward;
        sums.reward_square += reward * reward;
    }
}

impl Sums {
    /// `θ`, `[d]`, and `A⁻¹`, `[d, d]` in row-major order.
    fn solved(&self, ridge: f64) -> Result<(Vec<f64>, Vec<f64>)> {
        let d = self.with_reward.len();
        let mut a = Array2::from_shape_fn((d, d), |(i, j)| self.square[[i.max(j), i.min(j)]]);
        a.diag_mut().mapv_inplace(|on_diagonal| on_diagonal + ridge);
        // Scaling makes the solution independent of the inputs' units: S A S has a diagonal of ones, and A⁻¹ = S (S A S)⁻¹ S.
        let scale: Vec<f64> = a.diag().iter().map(|on_diagonal| 1.0 / on_diagonal.sqrt()).collect();
        let scaled = Array2::from_shape_fn((d, d), |(i, j)| scale[i] * a[[i, j]] * scale[j]);
        let same = || {
            anyhow!(
                "some inputs are combinations of others, and the ridge is too small to separate them; remove one, or raise --ridge"
            )
        };
        let solved = scaled.clone().cholesky_solve_mut(Array2::eye(d)).map_err(|_| same())?;
        let off = scaled.dot(&solved) - Array2::<f64>::eye(d);
        ensure!(off.iter().all(|off| off.abs() <= INVERSE_WITHIN), same());
        let inverse = Array2::from_shape_fn((d, d), |(i, j)| {
            0.5 * scale[i] * (solved[[i, j]] + solved[[j, i]]) * scale[j]
        });
        let theta = inverse.dot(&aview1(&self.with_reward)).to_vec();
        Ok((theta, inverse.into_iter().collect()))
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
