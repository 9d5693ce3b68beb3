//! Accelerated (Nesterov) gradient descent over all rows.
//!
//! | symbol | shape  | unit                                                          |
//! |--------|--------|---------------------------------------------------------------|
//! | `w`    | `[n]`  | the iterate                                                   |
//! | `v`    | `[n]`  | where the gradient is taken: `w` plus a part of the last step |
//! | `L`    | scalar | curvature; the step is `1 / L`                                |
//!
//! Invariants
//! - Every step lowers the objective by at least what its quadratic upper bound guarantees (up to rounding).
//!
//! Not here: the loss.

use super::super::lbfgs::largest;
use super::loss::Objective;
use super::watch::Watch;

/// Most doublings of `L` in one pass, after which the step is taken anyway: 2⁶⁰ exceeds any curvature that `f64` tells apart.
const MAX_DOUBLINGS: u32 = 60;

/// Descends from zeros until `watch` says to stop. Cost of a pass: one gradient and one loss, and one more loss for each doubling of `L`.
///
/// # Source
///
/// Beck & Teboulle, *A fast iterative shrinkage-thresholding algorithm* (2009), section 4, FISTA with backtracking, for a
/// smooth loss (no shrinkage); restarted by the gradient as in O'Donoghue & Candès, *Adaptive restart for accelerated
/// gradient schemes* (2015), eq. 13.
pub(super) fn descend(objective: &Objective<'_>, watch: &mut Watch<'_>) {
    let n = objective.n_weights();
    let (mut w, mut v, mut next, mut g) = (vec![0.0; n], vec![0.0; n], vec![0.0; n], vec![0.0; n]);
    let mut momentum = 1.0_f64;
    // The initial curvature is that of the bias alone.
    let mut curvature = objective.curvature();
    loop {
        let value = objective.value(&v, &mut g);
        let square = g.iter().map(|g| g * g).sum::<f64>();
        let mut doublings = 0;
        let train = loop {
            for ((next, v), g) in next.iter_mut().zip(&v).zip(&g) {
                *next = v - g / curvature;
            }
            let loss = objective.log_loss(&next);
            // Near the optimum the difference is below rounding error, and a needless doubling of `L` would be permanent.
            let slack = 1e-14 * value.abs();
            if loss + objective.penalty(&next) <= value - 0.5 * square / curvature + slack {
                break loss;
            }
            doublings += 1;
            if doublings > MAX_DOUBLINGS {
                break loss;
            }
            curvature *= 2.0;
        };
        if !watch.goes_on(&next, train, largest(&g)) {
            break;
        }
        let uphill = g.iter().zip(&next).zip(&w).map(|((g, next), w)| g * (next - w)).sum::<f64>() > 0.0;
        let before = if uphill { 1.0 } else { momentum };
        momentum = 0.5 * (1.0 + (1.0 + 4.0 * before * before).sqrt());
        let share = (before - 1.0) / momentum;
        for ((v, next), w) in v.iter_mut().zip(&next).zip(&w) {
            *v = next + share * (next - w);
        }
        std::mem::swap(&mut w, &mut next);
    }
}
