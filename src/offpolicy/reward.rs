//! Reward model: predicts the reward of each action in a context, for the estimators `dm`, `dr` and `switch`.
//!
//! | symbol   | shape                      | unit                                                       |
//! |----------|----------------------------|------------------------------------------------------------|
//! | `q`      | `[n, n_actions]`           | predicted reward of each action at each line               |
//! | `m, u`   | scalar, `[n_columns]`      | intercept and weights that all actions share               |
//! | `b, v`   | `[n_actions]`, `[n_actions, n_columns]` | deviations of each action from them           |
//! | `lambda` | scalar                     | regularisation penalty, in units of lines                  |
//!
//! `q(x, a) = m + u·x + b_a + v_a·x` is fitted by two ridge regressions: `m, u` over all lines, then `b_a, v_a` over the lines of
//! action `a` on the residuals of the first. The penalty shrinks a rare action towards the shared model; without columns, the model is
//! each action's mean, shrunk towards the overall mean. Predictions are clipped to the range of the observed rewards.
//!
//! Cross-fitting: shoppers, with all of their lines, are assigned to folds, and the predictions of a fold come from a model of the other
//! folds, so that no line's reward affects its own prediction. `lambda` is chosen by the squared error on one of those other folds,
//! without the fold that is predicted.
//!
//! Invariants
//! - The same lines and seed give the same bits. Everything is finite.
//!
//! Not here: the estimators (`estimate`).
//!
//! # Source
//!
//! Chernozhukov et al., *Double/debiased machine learning for treatment and structural parameters* (2018), definition 3.2
//! (cross-fitting); Hoerl & Kennard, *Ridge regression* (1970).

use anyhow::{Result, anyhow};
use ndarray::Array2;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use smartcore::linalg::traits::cholesky::CholeskyDecomposable;

use super::logged::Logged;

/// Number of folds, if there are at least as many shoppers (or lines of a single shopper).
const N_FOLDS: usize = 5;
/// Candidate penalties, the strongest last.
const LAMBDAS: [f64; 6] = [1.0, 10.0, 100.0, 1e3, 1e4, 1e5];
/// The penalty where there are too few folds to choose one.
const USUAL: f64 = 100.0;

/// `[n, n_actions]`: cross-fitted predictions of the reward of each action at each line.
///
/// Cost: `O(n × n_columns²)` and `O(n_actions × n_columns³)` for each fold, on all cores.
///
/// Lines of one shopper are in one fold, unless the log has a single shopper.
///
/// # Errors
///
/// The equations of a fold cannot be solved. They are positive definite, so checked decisions should never cause this.
pub fn rewards(logged: &Logged, seed: u64) -> Result<Vec<f64>> {
    let n = logged.n();
    let is_one = logged.n_shoppers == 1;
    let n_groups = if is_one { n } else { logged.n_shoppers };
    let n_folds = N_FOLDS.min(n_groups);
    let mut order: Vec<usize> = (0..n_groups).collect();
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    let mut fold_of_group = vec![0; n_groups];
    for (at, &group) in order.iter().enumerate() {
        fold_of_group[group] = at % n_folds;
    }
    let group = |line: usize| if is_one { line } else { logged.shopper[line] };
    let fold_of: Vec<usize> = (0..n).map(|line| fold_of_group[group(line)]).collect();
    let of_fold = |fold: usize| -> Result<Vec<(usize, Vec<f64>)>> {
        let (held, others): (Vec<usize>, Vec<usize>) = (0..n).partition(|&line| fold_of[line] == fold);
        let lambda = if n_folds < 3 {
            USUAL
        } else {
            let judge = (fold + 1) % n_folds;
            let (judging, learning): (Vec<usize>, Vec<usize>) =
                others.iter().partition(|&&line| fold_of[line] == judge);
            choice(logged, &learning, &judging)?
        };
        let model = Moments::of(logged, &others).fit(logged, &others, lambda)?;
        Ok(held.into_iter().map(|line| (line, model.guesses(logged.row(line)))).collect())
    };
    let folds: Vec<_> = (0..n_folds).into_par_iter().map(of_fold).collect::<Result<_>>()?;
    let mut guesses = vec![0.0; n * logged.n_actions()];
    for (line, of_line) in folds.into_iter().flatten() {
        guesses[line * logged.n_actions()..][..logged.n_actions()].copy_from_slice(&of_line);
    }
    Ok(guesses)
}

/// The penalty with the smallest squared error on `judging`; of equal ones the strongest.
fn choice(logged: &Logged, learning: &[usize], judging: &[usize]) -> Result<f64> {
    let moments = Moments::of(logged, learning);
    let mut best = (f64::INFINITY, USUAL);
    for lambda in LAMBDAS {
        let model = moments.fit(logged, learning, lambda)?;
        let error = |&line: &usize| {
            (logged.reward[line] - model.guesses(logged.row(line))[logged.action[line]]).powi(2)
        };
        let loss: f64 = judging.iter().map(error).sum();
        if loss <= best.0 {
            best = (loss, lambda);
        }
    }
    Ok(best.1)
}

/// Gram matrices of the columns, with the constant first, over all lines and over those of each action.
struct Moments {
    all: Array2<f64>,
    by_action: Vec<Array2<f64>>,
}

/// Linear models of the reward, one for each action: the intercept, then a weight for each column.
struct Model {
    by_action: Vec<Vec<f64>>,
    least: f64,
    most: f64,
}

impl Moments {
    fn of(logged: &Logged, lines: &[usize]) -> Self {
        let width = logged.columns.len() + 1;
        let mut by_action = vec![Array2::zeros((width, width)); logged.n_actions()];
        for &line in lines {
            let gram = &mut by_action[logged.action[line]];
            // Level columns are mostly 0, so only other entries are multiplied.
            let there: Vec<(usize, f64)> =
                with_constant(logged.row(line)).filter(|(_, x)| *x != 0.0).collect();
            for &(i, a) in &there {
                for &(j, b) in &there {
                    gram[[i, j]] += a * b;
                }
            }
        }
        let all = by_action.iter().fold(Array2::zeros((width, width)), |sum, gram| sum + gram);
        Self { all, by_action }
    }

    fn fit(&self, logged: &Logged, lines: &[usize], lambda: f64) -> Result<Model> {
        let width = logged.columns.len() + 1;
        let mut right = Array2::zeros((width, 1));
        let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
        for &line in lines {
            let reward = logged.reward[line];
            (least, most) = (least.min(reward), most.max(reward));
            for (at, x) in with_constant(logged.row(line)) {
                right[[at, 0]] += x * reward;
            }
        }
        let common = ridge(&self.all, right, lambda, 1)?;
        let mut left: Vec<Array2<f64>> = vec![Array2::zeros((width, 1)); logged.n_actions()];
        for &line in lines {
            let row = logged.row(line);
            let over = logged.reward[line] - dot(&common, row);
            let right = &mut left[logged.action[line]];
            for (at, x) in with_constant(row) {
                right[[at, 0]] += x * over;
            }
        }
        let own = |(gram, right): (&Array2<f64>, Array2<f64>)| -> Result<Vec<f64>> {
            let apart = ridge(gram, right, lambda, 0)?;
            Ok(apart.iter().zip(&common).map(|(apart, common)| apart + common).collect())
        };
        let by_action = self.by_action.iter().zip(left).map(own).collect::<Result<_>>()?;
        Ok(Model { by_action, least, most })
    }
}

impl Model {
    /// `[n_actions]`: predicted rewards of the actions for a row of columns.
    fn guesses(&self, row: &[f64]) -> Vec<f64> {
        self.by_action.iter().map(|weights| dot(weights, row).clamp(self.least, self.most)).collect()
    }
}

/// Solves `(gram + lambda I) w = right`; the first `free` weights are not penalised.
fn ridge(gram: &Array2<f64>, right: Array2<f64>, lambda: f64, free: usize) -> Result<Vec<f64>> {
    let mut factors = gram.clone();
    factors.diag_mut().iter_mut().skip(free).for_each(|d| *d += lambda);
    let solved = factors
        .cholesky_solve_mut(right)
        .map_err(|e| anyhow!("reward model, {lambda:e} lines' pull: {e}"))?;
    Ok(solved.into_iter().collect())
}

/// The constant 1, then the columns, each with its index.
fn with_constant(row: &[f64]) -> impl Iterator<Item = (usize, f64)> + '_ {
    std::iter::once(1.0).chain(row.iter().copied()).enumerate()
}

fn dot(weights: &[f64], row: &[f64]) -> f64 {
    with_constant(row).map(|(at, x)| weights[at] * x).sum()
}

#[cfg(test)]
mod tests {
    use super::super::tests::logged;
    use super::*;

    #[test]
    fn without_columns_a_guess_is_the_actions_mean_drawn_to_all() {
        // Six lines of `a` with reward 1 and two of `b` with reward 0: the mean is 6/8, and with a penalty of 2 lines the deviations
        // are (6 × ¼) / (6 + 2) and (2 × −¾) / (2 + 2).
        let lines: Vec<_> =
            (0..8).map(|at| (usize::from(at >= 6), 0.5, f64::from(u8::from(at < 6)), [0.5, 0.5])).collect();
        let logged = logged(&lines);
        let all: Vec<usize> = (0..8).collect();
        let model = Moments::of(&logged, &all).fit(&logged, &all, 2.0).unwrap();
        let guesses = model.guesses(&[]);
        assert!((guesses[0] - (0.75 + 1.5 / 8.0)).abs() < 1e-12, "{guesses:?}");
        assert!((guesses[1] - (0.75 - 1.5 / 4.0)).abs() < 1e-12, "{guesses:?}");
    }

    #[test]
    fn no_line_sees_its_own_reward() {
        let mut lines: Vec<_> =
            (0..40).map(|at| (at % 2, 0.5, f64::from(u8::from(at % 3 == 0)), [0.5, 0.5])).collect();
        let before = rewards(&logged(&lines), 7).unwrap();
        lines[10].2 = 0.5;
        let after = rewards(&logged(&lines), 7).unwrap();
        assert_eq!(before[20..22], after[20..22]);
        assert_ne!(before, after);
    }

    #[test]
    fn a_guess_stays_within_the_rewards_that_were_seen() {
        let lines: Vec<_> = (0..50).map(|at| (at % 2, 0.5, f64::from(at as u8 % 5), [0.5, 0.5])).collect();
        let guesses = rewards(&logged(&lines), 1).unwrap();
        assert!(guesses.iter().all(|q| (0.0..=4.0).contains(q)), "{guesses:?}");
    }
}
