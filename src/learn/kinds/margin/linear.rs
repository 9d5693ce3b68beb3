//! Linear support vector machine with squared hinge loss: dual coordinate descent, then Newton's method if that does not converge.
//!
//! | symbol | shape             | unit                                                         |
//! |--------|-------------------|--------------------------------------------------------------|
//! | `x`    | `[n_columns + 1]` | column in standard deviations from its mean; a last 1        |
//! | `y`    | scalar            | +1 or −1                                                     |
//! | `C`    | scalar            | penalty per squared margin violation, times the row's weight |
//! | `α`    | `[n_rows]`, `≥ 0` | dual variable (multiplier) of a row                          |
//!
//! ```text
//! primal   ½ ‖w‖² + Σ C_i max(0, 1 − y_i w·x_i)²      w = Σ α_i y_i x_i
//! dual     Σ α_i − ½ ‖w‖² − Σ α_i² / (4 C_i)          at most the primal; equal at the optimum
//! ```
//!
//! The descent is fast with many columns or a wide margin. With correlated columns, such as those of categories, it is slow: on
//! `online_shoppers` (9,864 rows, 75 columns) a gap of 1 % was left after 1,000 passes. There a few Newton steps, each
//! `O(n_rows · n_columns²)`, reach the optimum.
//!
//! Invariants
//! - A returned model has a relative duality gap of at most [`LinearSvmSettings::tolerance`]; otherwise an error is returned.
//! - Columns are standardised internally and the scaling is folded into the weights. A constant column has weight 0.
//!
//! Not here: kernels, calibration.

use super::prune::{solved, times_transposed};
use super::{n_outputs, sides};
use crate::kinds::distances::rows;
use crate::kinds::{Dense, Fit, Loss};
use anyhow::{Context, Result, bail, ensure};
use floorwalker_engine::head::BodyDef;
use floorwalker_engine::head::linear::LinearDef;
use ndarray::Array2;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// Most passes of the descent, and the number of passes between checks of the duality gap.
const MAX_PASSES: usize = 30;
const LOOK_EVERY: usize = 10;
/// Most steps of Newton's method; it usually converges after far fewer.
const MAX_STEPS: usize = 100;
/// A row whose projected gradient is below this is not updated.
const NO_CHANGE: f64 = 1e-12;

/// Settings of a linear support vector machine.
#[derive(Clone, Debug, PartialEq)]
pub struct LinearSvmSettings {
    /// `C`, positive: larger fits the rows more closely, with a smaller margin.
    pub c: f64,
    /// Relative duality gap, as a share of the primal, at which the fit has converged; positive.
    pub tolerance: f64,
    /// Seed of the order of the rows.
    pub seed: u64,
}

impl Default for LinearSvmSettings {
    /// `C = 1`, as in LIBLINEAR and scikit-learn.
    fn default() -> Self {
        Self { c: 1.0, tolerance: 1e-3, seed: 0 }
    }
}

/// Fits a linear machine: one output for two classes, otherwise one per class against the rest.
///
/// The losses are mean squared hinge losses, averaged over the outputs, recorded at each check of the duality gap and each Newton step.
///
/// Cost: `O(n_rows · n_columns)` per pass and output, `O(n_rows · n_columns²)` per Newton step; outputs run in parallel.
///
/// # Errors
///
/// Fails for a target of numbers, a class without rows, a value that is not finite, settings out of range, or no convergence.
///
/// # Source
///
/// Hsieh, Chang, Lin, Keerthi & Sundararajan, *A Dual Coordinate Descent Method for Large-scale Linear SVM* (2008), algorithm 3
/// with the L2 loss, as LIBLINEAR's solver 1; the bias is a column of ones and is penalised, as there. Then: Keerthi & `DeCoste`,
/// *A Modified Finite Newton Method for Fast Solution of Large Scale Linear SVMs* (2005), section 3, by a factorisation instead
/// of conjugate gradients. Deviations: the columns are standardised, and both methods stop by the duality gap.
pub fn linear(data: Dense<'_>, settings: &LinearSvmSettings) -> Result<Fit> {
    let LinearSvmSettings { c, tolerance, .. } = *settings;
    ensure!(c > 0.0 && c.is_finite(), "C is {c}; it must be positive");
    ensure!(tolerance > 0.0, "tolerance is {tolerance}; it must be positive");
    let x = rows::finite(&data.x)?;
    let (ids, n_classes) = rows::classes(&data)?;
    let scale: Vec<(f64, f64)> = x.columns().into_iter().map(|column| mean_and_deviation(&column)).collect();
    let standard = standardised(&x, &scale);
    let costs: Vec<f64> =
        (0..ids.len()).map(|i| c * data.weights.map_or(1.0, |weights| f64::from(weights[i]))).collect();
    let k = n_outputs(n_classes);
    let solve_one = |output: usize| {
        let y = sides(ids, n_classes, output);
        let problem = Problem { x: &standard, y: &y, costs: &costs };
        problem.solve(settings, output).with_context(|| format!("output {output} of the linear machine"))
    };
    let solutions = (0..k).into_par_iter().map(solve_one).collect::<Result<Vec<_>>>()?;
    let body = BodyDef::Linear(folded(&solutions, &scale));
    Ok(Fit { body, losses: mean_losses(&solutions) })
}

/// One binary problem.
pub(super) struct Problem<'a> {
    /// Columns, `[n_rows, n_columns + 1]`; the last column is all ones.
    pub(super) x: &'a Array2<f64>,
    /// Side of each row, `[n_rows]`, ±1.
    pub(super) y: &'a [f64],
    /// `C_i` of each row, `[n_rows]`, positive.
    pub(super) costs: &'a [f64],
}

/// The solution of one binary problem.
pub(super) struct Solution {
    /// Weights, `[n_columns + 1]`, the bias last.
    pub(super) w: Vec<f64>,
    /// Dual variables, `[n_rows]`.
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests check the conditions of the optimum by it"))]
    pub(super) alpha: Vec<f64>,
    losses: Vec<(usize, f64)>,
}

impl Problem<'_> {
    pub(super) fn solve(&self, settings: &LinearSvmSettings, stream: usize) -> Result<Solution> {
        let n = self.y.len();
        let mut rng = ChaCha8Rng::seed_from_u64(settings.seed);
        rng.set_stream(stream as u64);
        let lengths: Vec<f64> = self.x.rows().into_iter().map(|row| row.dot(&row)).collect();
        let (mut w, mut alpha) = (vec![0.0; self.x.ncols()], vec![0.0; n]);
        let (mut active, mut limit, mut enough) = ((0..n).collect::<Vec<usize>>(), f64::INFINITY, 0.1);
        let mut losses = Vec::new();
        for pass in 1..=MAX_PASSES {
            active.shuffle(&mut rng);
            let all = active.len() == n;
            let (mut most, mut least) = (f64::NEG_INFINITY, f64::INFINITY);
            active.retain(|&i| {
                let x = self.row(i);
                let curve = 0.5 / self.costs[i];
                let gradient = self.y[i] * dot(x, &w) - 1.0 + curve * alpha[i];
                // Projected gradient: at the bound 0 only a negative gradient counts. Shrinking: a row with a large positive one
                // is left out for now.
                if alpha[i] == 0.0 && gradient > limit {
                    return false;
                }
                let pull = if alpha[i] == 0.0 { gradient.min(0.0) } else { gradient };
                (most, least) = (most.max(pull), least.min(pull));
                if pull.abs() > NO_CHANGE {
                    let next = (alpha[i] - gradient / (lengths[i] + curve)).max(0.0);
                    let step = (next - alpha[i]) * self.y[i];
                    alpha[i] = next;
                    w.iter_mut().zip(x).for_each(|(w, x)| *w += step * x);
                }
                true
            });
            let tuned = most - least <= enough || active.is_empty();
            if tuned || pass % LOOK_EVERY == 0 || pass == MAX_PASSES {
                losses.push((pass, self.primal(&w).1));
                if self.gap(&w, &alpha) <= settings.tolerance {
                    return Ok(Solution { w, alpha, losses });
                }
            }
            limit = if most > 0.0 { most } else { f64::INFINITY };
            if tuned {
                // Rows left out by shrinking are used again; if none were left out, the threshold is lowered.
                if all {
                    enough *= 0.1;
                }
                (active, limit) = ((0..n).collect(), f64::INFINITY);
            }
        }
        self.newton(w, losses, settings.tolerance)
    }

    /// Newton's method from `w`: the objective is quadratic as long as the set of rows inside the margin does not change.
    fn newton(&self, mut w: Vec<f64>, mut losses: Vec<(usize, f64)>, tolerance: f64) -> Result<Solution> {
        let p = w.len();
        let mut gap = f64::INFINITY;
        for step in 1..=MAX_STEPS {
            let hinges: Vec<f64> = (0..self.y.len()).map(|i| self.hinge(i, &w)).collect();
            let alpha: Vec<f64> = hinges.iter().zip(self.costs).map(|(hinge, c)| 2.0 * c * hinge).collect();
            gap = self.gap(&w, &alpha);
            if gap <= tolerance {
                return Ok(Solution { w, alpha, losses });
            }
            let inside: Vec<usize> = (0..self.y.len()).filter(|&i| hinges[i] > 0.0).collect();
            let mut scaled = Array2::zeros((p, inside.len()));
            let mut pull = Array2::zeros((p, 1));
            for (column, &i) in inside.iter().enumerate() {
                let twice = 2.0 * self.costs[i];
                for (j, &x) in self.row(i).iter().enumerate() {
                    scaled[[j, column]] = x * twice.sqrt();
                    pull[[j, 0]] += twice * self.y[i] * x;
                }
            }
            let mut curvature = times_transposed(&scaled);
            curvature.diag_mut().mapv_inplace(|d| d + 1.0);
            let target = solved(curvature, pull)
                .context("the numbers in the columns are too large; scale the columns")?;
            let (from, _) = self.primal(&w);
            let towards = |share: f64| -> Vec<f64> {
                w.iter().zip(&target).map(|(w, target)| w + share * (target - w)).collect()
            };
            let mut share = 1.0;
            let mut next = towards(share);
            while self.primal(&next).0 > from && share > 1e-6 {
                share *= 0.5;
                next = towards(share);
            }
            losses.push((MAX_PASSES + step, self.primal(&next).1));
            w = next;
        }
        bail!("the gap is still {gap:.1e} and not {tolerance:.0e}; lower C or clip outliers")
    }

    fn hinge(&self, i: usize, w: &[f64]) -> f64 {
        (1.0 - self.y[i] * dot(self.row(i), w)).max(0.0)
    }

    /// Relative duality gap: primal minus dual, as a share of the primal. The dual is evaluated at `alpha`, independently of `w`.
    pub(super) fn gap(&self, w: &[f64], alpha: &[f64]) -> f64 {
        let mut dual_w = vec![0.0; w.len()];
        for (i, (&alpha, &y)) in alpha.iter().zip(self.y).enumerate() {
            dual_w.iter_mut().zip(self.row(i)).for_each(|(w, x)| *w += alpha * y * x);
        }
        let (primal, _) = self.primal(w);
        (primal - self.dual(&dual_w, alpha)) / primal.max(f64::MIN_POSITIVE)
    }

    /// The primal objective, and the mean squared hinge loss in it.
    fn primal(&self, w: &[f64]) -> (f64, f64) {
        let loss: f64 = (0..self.y.len()).map(|i| self.costs[i] * self.hinge(i, w).powi(2)).sum();
        (0.5 * dot(w, w) + loss, loss / self.costs.iter().sum::<f64>())
    }

    /// The dual objective.
    fn dual(&self, w: &[f64], alpha: &[f64]) -> f64 {
        let gain: f64 = alpha.iter().zip(self.costs).map(|(a, c)| a - 0.25 * a * a / c).sum();
        gain - 0.5 * dot(w, w)
    }

    fn row(&self, i: usize) -> &[f64] {
        let p = self.x.ncols();
        self.x.as_slice().and_then(|cells| cells.get(i * p..(i + 1) * p)).unwrap_or(&[])
    }
}

/// `Σ a·b` in four fixed lanes.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0_f64; 4];
    let (a_blocks, a_rest) = a.as_chunks::<4>();
    let (b_blocks, b_rest) = b.as_chunks::<4>();
    for (a, b) in a_blocks.iter().zip(b_blocks) {
        for lane in 0..4 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    (sums[0] + sums[2]) + (sums[1] + sums[3]) + rest
}

/// Mean and standard deviation; the latter is 0 if it is no more than the rounding error of the mean.
fn mean_and_deviation(column: &ndarray::ArrayView1<'_, f32>) -> (f64, f64) {
    let n = column.len() as f64;
    let mean = column.iter().map(|&x| f64::from(x)).sum::<f64>() / n;
    let variance = column.iter().map(|&x| (f64::from(x) - mean).powi(2)).sum::<f64>() / n;
    let deviation = variance.sqrt();
    (mean, if deviation <= 1e-9 * mean.abs().max(1e-9) { 0.0 } else { deviation })
}

/// Standardised columns (constant columns are 0), and a last column of ones.
fn standardised(x: &Array2<f32>, scale: &[(f64, f64)]) -> Array2<f64> {
    Array2::from_shape_fn((x.nrows(), x.ncols() + 1), |(i, j)| match scale.get(j) {
        Some(&(mean, deviation)) if deviation > 0.0 => (f64::from(x[[i, j]]) - mean) / deviation,
        Some(_) => 0.0,
        None => 1.0,
    })
}

/// Converts weights on standardised columns into weights on the original columns.
fn folded(solutions: &[Solution], scale: &[(f64, f64)]) -> LinearDef {
    let slope = |solution: &Solution, j: usize| {
        if scale[j].1 > 0.0 { solution.w[j] / scale[j].1 } else { 0.0 }
    };
    let bias = |solution: &Solution| {
        let shift: f64 = scale.iter().enumerate().map(|(j, &(mean, _))| slope(solution, j) * mean).sum();
        (solution.w[scale.len()] - shift) as f32
    };
    let weights = (0..scale.len()).flat_map(|j| solutions.iter().map(move |s| slope(s, j) as f32)).collect();
    LinearDef { bias: solutions.iter().map(bias).collect(), weights }
}

/// Mean loss over the outputs at every recorded step; an output that has converged keeps its last loss.
fn mean_losses(solutions: &[Solution]) -> Vec<Loss> {
    let mut steps: Vec<usize> =
        solutions.iter().flat_map(|s| s.losses.iter().map(|&(step, _)| step)).collect();
    steps.sort_unstable();
    steps.dedup();
    let at = |solution: &Solution, step: usize| {
        let known = solution.losses.partition_point(|&(s, _)| s <= step);
        // Before its first record an output counts with its first loss.
        solution.losses.get(known.saturating_sub(1)).map_or(0.0, |&(_, loss)| loss)
    };
    let mean = |step| solutions.iter().map(|s| at(s, step)).sum::<f64>() / solutions.len() as f64;
    steps.into_iter().map(|step| Loss { step, train: mean(step), valid: None }).collect()
}
