//! Maximum likelihood of positive parameters, by the simplex method on their logarithms.
//!
//! # Source
//!
//! Nelder and Mead, *A simplex method for function minimization*, 1965, as the crate `argmin` has it.

use anyhow::{Result, anyhow};
use argmin::core::{CostFunction, Error, Executor};
use argmin::solver::neldermead::NelderMead;

/// The most steps of the simplex; it usually takes a few hundred.
const MAX_STEPS: u64 = 5_000;
/// The simplex stops when its values differ by less.
const APART: f64 = 1e-12;

struct Loss<F>(F);

impl<F: Fn(&[f64]) -> f64> CostFunction for Loss<F> {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, logarithms: &Vec<f64>) -> Result<f64, Error> {
        let parameters: Vec<f64> = logarithms.iter().map(|one| one.exp()).collect();
        let value = (self.0)(&parameters);
        // A simplex that leaves what can be computed comes back.
        Ok(if value.is_finite() { value } else { f64::MAX })
    }
}

/// The parameters at which `loss` is lowest, searched from `start`.
///
/// # Errors
///
/// No parameters have a finite loss.
pub(crate) fn lowest(start: &[f64], loss: impl Fn(&[f64]) -> f64) -> Result<Vec<f64>> {
    let first: Vec<f64> = start.iter().map(|one| one.ln()).collect();
    let mut best = first;
    let loss = Loss(loss);
    // Once more from where it stopped: a simplex may collapse early.
    for _ in 0..3 {
        let mut simplex = vec![best.clone()];
        for at in 0..best.len() {
            let mut corner = best.clone();
            corner[at] += 0.5;
            simplex.push(corner);
        }
        let solver = NelderMead::new(simplex).with_sd_tolerance(APART)?;
        let run = Executor::new(Loss(&loss.0), solver).configure(|state| state.max_iters(MAX_STEPS)).run()?;
        best = run.state.best_param.ok_or_else(|| anyhow!("the likelihood has no maximum"))?;
    }
    Ok(best.into_iter().map(f64::exp).collect())
}
