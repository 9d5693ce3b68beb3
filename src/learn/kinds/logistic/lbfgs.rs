//! L-BFGS: minimises a smooth convex function of many weights from its value and gradient.
//!
//! | symbol | shape     | unit                                          |
//! |--------|-----------|-----------------------------------------------|
//! | `w`    | `[n]`     | weights                                       |
//! | `g`    | `[n]`     | gradient at `w`                               |
//! | `s, y` | `[10, n]` | the last 10 steps and changes of the gradient |
//!
//! smartcore has an L-BFGS too, but it is private, has no loss curve, and takes 20 s for 20,000 rows × 60 columns × 16 classes.
//!
//! Invariants
//! - The value never rises from one iteration to the next. The method is deterministic.
//!
//! Not here: the loss functions.

use std::collections::VecDeque;

/// Number of pairs of steps and gradient changes that are kept.
const MEMORY: usize = 10;
/// Sufficient decrease: the usual constant of Armijo's rule.
const ARMIJO: f64 = 1e-4;
/// Most halvings of a step in the line search: after them a step of 1e-9 changes nothing.
const MAX_HALVINGS: u32 = 30;

/// The result of a minimisation.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Minimum {
    /// Weights, `[n]`.
    pub weights: Vec<f64>,
    /// Value of the function at these weights.
    pub value: f64,
    /// Largest absolute entry of the gradient at these weights.
    pub gradient_norm: f64,
    /// Number of iterations.
    pub iterations: usize,
}

/// Minimises `f`, which returns its value and writes its gradient; `watch` is shown the weights and the value after each
/// iteration.
///
/// Stops when the largest gradient entry is at most `tolerance`, after `max_iterations`, or when no step lowers the value any
/// more; whether it converged is told by [`Minimum::gradient_norm`]. Cost: about 1.1 calls of `f` per iteration.
///
/// # Source
///
/// Nocedal & Wright, *Numerical Optimization* (2006), algorithms 7.4 and 7.5, with backtracking (algorithm 3.1). Deviation:
/// without Wolfe's second condition a pair of negative curvature may occur, which is discarded.
pub(super) fn minimise(
    start: Vec<f64>,
    tolerance: f64,
    max_iterations: usize,
    mut f: impl FnMut(&[f64], &mut [f64]) -> f64,
    mut watch: impl FnMut(&[f64], f64),
) -> Minimum {
    let mut w = start;
    let mut g = vec![0.0; w.len()];
    let mut value = f(&w, &mut g);
    let mut pairs: VecDeque<(Vec<f64>, Vec<f64>, f64)> = VecDeque::with_capacity(MEMORY);
    let mut next = w.clone();
    let mut next_g = g.clone();
    let mut iterations = 0;
    while iterations < max_iterations && largest(&g) > tolerance {
        let mut d = direction(&g, &pairs);
        let mut slope = dot(&d, &g);
        if slope >= 0.0 {
            pairs.clear();
            d = g.iter().map(|g| -g).collect();
            slope = dot(&d, &g);
        }
        // The first step has no curvature information, so its L1 length is at most 1.
        let mut step =
            if pairs.is_empty() { (1.0 / g.iter().map(|g| g.abs()).sum::<f64>()).min(1.0) } else { 1.0 };
        let mut halvings = 0;
        let lowered = loop {
            for ((next, w), d) in next.iter_mut().zip(&w).zip(&d) {
                *next = w + step * d;
            }
            let there = f(&next, &mut next_g);
            if there <= value + ARMIJO * step * slope {
                value = there;
                break true;
            }
            halvings += 1;
            if halvings > MAX_HALVINGS {
                break false;
            }
            step *= 0.5;
        };
        if !lowered {
            break;
        }
        iterations += 1;
        watch(&next, value);
        let s: Vec<f64> = next.iter().zip(&w).map(|(a, b)| a - b).collect();
        let y: Vec<f64> = next_g.iter().zip(&g).map(|(a, b)| a - b).collect();
        let curvature = dot(&s, &y);
        if curvature > f64::EPSILON * dot(&y, &y) {
            if pairs.len() == MEMORY {
                pairs.pop_front();
            }
            pairs.push_back((s, y, 1.0 / curvature));
        }
        std::mem::swap(&mut w, &mut next);
        std::mem::swap(&mut g, &mut next_g);
    }
    let gradient_norm = largest(&g);
    Minimum { weights: w, value, gradient_norm, iterations }
}

/// The search direction: minus the inverse Hessian approximation times the gradient (two-loop recursion).
fn direction(g: &[f64], pairs: &VecDeque<(Vec<f64>, Vec<f64>, f64)>) -> Vec<f64> {
    let mut q: Vec<f64> = g.iter().map(|g| -g).collect();
    let mut alphas = Vec::with_capacity(pairs.len());
    for (s, y, rho) in pairs.iter().rev() {
        let alpha = rho * dot(s, &q);
        add(&mut q, -alpha, y);
        alphas.push(alpha);
    }
    if let Some((_, y, rho)) = pairs.back() {
        let scale = 1.0 / (rho * dot(y, y));
        q.iter_mut().for_each(|q| *q *= scale);
    }
    for ((s, y, rho), alpha) in pairs.iter().zip(alphas.iter().rev()) {
        let beta = rho * dot(y, &q);
        add(&mut q, alpha - beta, s);
    }
    q
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn add(to: &mut [f64], factor: f64, of: &[f64]) {
    for (to, of) in to.iter_mut().zip(of) {
        *to += factor * of;
    }
}

/// The largest absolute entry.
pub(super) fn largest(g: &[f64]) -> f64 {
    // A NaN counts as infinite, so that it does not look like an optimum.
    g.iter().fold(0.0, |most, g| if g.is_nan() { f64::INFINITY } else { g.abs().max(most) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bent_valley_is_followed_to_its_floor() {
        // Rosenbrock's function: least, 0, at (1, 1).
        let valley = |w: &[f64], g: &mut [f64]| {
            let (a, b) = (1.0 - w[0], w[1] - w[0] * w[0]);
            g[0] = -2.0 * a - 400.0 * w[0] * b;
            g[1] = 200.0 * b;
            a * a + 100.0 * b * b
        };
        let mut values = Vec::new();
        let found = {
            let watch = |_: &[f64], value| values.push(value);
            minimise(vec![-1.2, 1.0], 1e-9, 500, valley, watch)
        };
        assert!(found.weights.iter().all(|w| (w - 1.0).abs() < 1e-8), "{found:?}");
        assert!(found.gradient_norm <= 1e-9 && found.iterations < 100, "{found:?}");
        assert!(
            values.len() == found.iterations && values.windows(2).all(|pair| pair[1] <= pair[0]),
            "{values:?}"
        );
    }
}
