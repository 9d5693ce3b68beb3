//! Calibration: turns logits that rank well into probabilities that match observed frequencies.
//!
//! | symbol | shape                 | unit                                    |
//! |--------|-----------------------|-----------------------------------------|
//! | `z`    | `[n_rows, n_outputs]` | logit, row-major                        |
//! | `a`    | scalar, `> 0`         | slope                                   |
//! | `b`    | `[n_outputs]`         | intercept                               |
//!
//! The calibrated logit is `a·z + b`: [`temperature`] gives `a = 1/T` and `b = 0`, [`platt`] both for a sigmoid, `isotonic` a
//! rising piecewise-linear curve for a sigmoid. [`choose`] takes the method with the least cross-validated log loss, or a simpler
//! one that is as good.
//!
//! Invariants
//! - Slopes are positive and finite, curves never fall: calibration never reverses a ranking.
//! - Calibrations are fitted on rows that the model was not trained on and that the report is not measured on.
//!
//! Not here: prediction sets (`conformal`), applying it to a request (`engine`).

mod choice;
mod isotonic;

pub(crate) use choice::probabilities;
pub use choice::{Chosen, Method, choose};
pub use isotonic::isotonic;

use anyhow::{Result, ensure};
use floorwalker_engine::head::CalibrationDef;

/// Least and largest slope of the search: temperatures from 20 down to 0.05.
const SLOPES: (f64, f64) = (0.05, 20.0);
/// The search stops when the bracket of the slope's logarithm is narrower than this.
const NARROW: f64 = 1e-6;
/// Platt's fit: iterations, ridge added to the Hessian, and least step, as in the paper.
const MAX_ITERATIONS: u32 = 100;
const SIGMA: f64 = 1e-12;
const MIN_STEP: f64 = 1e-10;
/// Platt's fit has converged when both gradients are below this.
const DONE: f64 = 1e-5;

/// Temperature scaling of a softmax: one slope for all logits, with the least log loss. The ranking of the classes never changes.
///
/// - `logits`: `[n_rows, n_outputs]`, finite. `y`: `[n_rows]`, below `n_outputs`.
///
/// The loss is convex in the slope, so golden-section search over its logarithm is safe. When every row is predicted right the
/// best slope is unbounded, and the search stops at 20. Cost: about 30 passes.
///
/// # Errors
///
/// Fails for no rows, fewer than 2 outputs, lengths that do not match, a class not below `n_outputs`, or a logit that is not finite.
///
/// # Source
///
/// Guo, Pleiss, Sun & Weinberger, *On Calibration of Modern Neural Networks* (2017), eq. 9, with `a = 1/T`; search:
/// Kiefer, *Sequential minimax search for a maximum* (1953).
pub fn temperature(logits: &[f32], n_outputs: usize, y: &[u32]) -> Result<CalibrationDef> {
    ensure!(n_outputs >= 2, "{n_outputs} outputs; a softmax has at least 2");
    check(logits, n_outputs, y)?;
    ensure!(y.iter().all(|&class| (class as usize) < n_outputs), "a class is not below {n_outputs}");
    let loss = |log_slope: f64| nll(logits, n_outputs, y, libm::exp(log_slope));
    let golden = (5.0_f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (libm::log(SLOPES.0), libm::log(SLOPES.1));
    let mut left = high - golden * (high - low);
    let mut right = low + golden * (high - low);
    let (mut at_left, mut at_right) = (loss(left), loss(right));
    while high - low > NARROW {
        // On a tie the search goes to the smaller slope, the less confident one.
        if at_left <= at_right {
            (high, right, at_right) = (right, left, at_left);
            left = high - golden * (high - low);
            at_left = loss(left);
        } else {
            (low, left, at_left) = (left, right, at_right);
            right = low + golden * (high - low);
            at_right = loss(right);
        }
    }
    Ok(CalibrationDef {
        slope: libm::exp(0.5 * (low + high)) as f32,
        intercept: vec![0.0; n_outputs],
        curve: Vec::new(),
    })
}

/// Platt scaling of one logit: a logistic regression on the logit, with targets smoothed away from 0 and 1 against overfitting.
///
/// - `logits`: `[n_rows]`, finite, of the positive class. `positive`: `[n_rows]`.
///
/// # Errors
///
/// Fails for no rows, lengths that do not match, rows of one class only, a logit that is not finite, or logits that rank the
/// classes in reverse: such a model is worse than chance, and no calibration corrects that.
///
/// # Source
///
/// Platt, *Probabilistic Outputs for Support Vector Machines* (1999), targets `(n₁+1)/(n₁+2)` and `1/(n₀+2)`, by the
/// Newton method of Lin, Lin & Weng, *A Note on Platt's Probabilistic Outputs for Support Vector Machines* (2007),
/// algorithm 1. Deviation: the slope has the opposite sign, so that it multiplies the logit.
pub fn platt(logits: &[f32], positive: &[bool]) -> Result<CalibrationDef> {
    let y: Vec<u32> = positive.iter().map(|&p| u32::from(p)).collect();
    check(logits, 1, &y)?;
    let n1 = positive.iter().filter(|&&p| p).count() as f64;
    let n0 = positive.len() as f64 - n1;
    ensure!(
        n0 > 0.0 && n1 > 0.0,
        "all validation rows have one class, and calibration needs two; give validation a larger share"
    );
    let (high, low) = ((n1 + 1.0) / (n1 + 2.0), 1.0 / (n0 + 2.0));
    let rows: Vec<(f64, f64)> =
        logits.iter().zip(positive).map(|(&z, &p)| (f64::from(z), if p { high } else { low })).collect();
    let loss =
        |a: f64, b: f64| -> f64 { rows.iter().map(|&(z, t)| softplus(a * z + b) - t * (a * z + b)).sum() };
    let (mut a, mut b) = (0.0, libm::log((n1 + 1.0) / (n0 + 1.0)));
    let mut value = loss(a, b);
    for _ in 0..MAX_ITERATIONS {
        let (mut haa, mut hbb, mut hab, mut ga, mut gb) = (SIGMA, SIGMA, 0.0, 0.0, 0.0);
        for &(z, t) in &rows {
            let p = sigmoid(a * z + b);
            let w = p * (1.0 - p);
            haa += z * z * w;
            hbb += w;
            hab += z * w;
            ga += z * (p - t);
            gb += p - t;
        }
        if ga.abs() < DONE && gb.abs() < DONE {
            break;
        }
        let det = haa * hbb - hab * hab;
        let (da, db) = (-(hbb * ga - hab * gb) / det, -(haa * gb - hab * ga) / det);
        let slope = ga * da + gb * db;
        let mut step = 1.0;
        while step >= MIN_STEP {
            let there = loss(a + step * da, b + step * db);
            if there < value + 1e-4 * step * slope {
                (a, b, value) = (a + step * da, b + step * db, there);
                break;
            }
            step *= 0.5;
        }
        if step < MIN_STEP {
            break;
        }
    }
    let calibration = CalibrationDef { slope: a as f32, intercept: vec![b as f32], curve: Vec::new() };
    ensure!(
        calibration.slope > 0.0 && calibration.slope.is_finite() && b.is_finite(),
        "on validation rows a higher score does not mean more positives (slope {a:.3}), so the model does not generalise; use \
         other features, or more rows"
    );
    Ok(calibration)
}

fn check(logits: &[f32], n_outputs: usize, y: &[u32]) -> Result<()> {
    ensure!(!y.is_empty(), "there are no validation rows to calibrate on; give validation a share");
    ensure!(
        logits.len() == y.len() * n_outputs,
        "{} logits for {} rows of {n_outputs}",
        logits.len(),
        y.len()
    );
    ensure!(
        logits.iter().all(|z| z.is_finite()),
        "a logit is not finite, so the head cannot be calibrated; clip outliers"
    );
    Ok(())
}

/// Mean negative log likelihood of `softmax(slope * z)`.
fn nll(logits: &[f32], k: usize, y: &[u32], slope: f64) -> f64 {
    let loss = |(row, &class): (&[f32], &u32)| {
        let most = f64::from(row.iter().fold(f32::NEG_INFINITY, |a, &b| a.max(b)));
        let sum: f64 = row.iter().map(|&z| libm::exp(slope * (f64::from(z) - most))).sum();
        libm::log(sum) - slope * (f64::from(row[class as usize]) - most)
    };
    logits.chunks_exact(k).zip(y).map(loss).sum::<f64>() / y.len() as f64
}

fn sigmoid(z: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-z))
}

/// `ln(1 + e^z)` without overflow.
fn softplus(z: f64) -> f64 {
    z.max(0.0) + libm::log1p(libm::exp(-z.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(got: f32, wanted: f64) {
        assert!((f64::from(got) - wanted).abs() < 1e-4, "{got}, wanted {wanted}");
    }

    #[test]
    fn the_temperature_makes_confidence_equal_accuracy() {
        // The logit is 4 in favour, but only 3 of 4 rows are right: the slope must bring 4 down to ln 3.
        let logits = [4.0, 0.0, 4.0, 0.0, 4.0, 0.0, 4.0, 0.0];
        let found = temperature(&logits, 2, &[0, 0, 0, 1]).unwrap();
        check(found.slope, 3.0_f64.ln() / 4.0);
        assert_eq!(found.intercept, [0.0, 0.0]);
    }

    #[test]
    fn rows_that_are_all_right_stop_at_the_bound() {
        check(temperature(&[1.0, 0.0], 2, &[0]).unwrap().slope, 20.0);
    }

    #[test]
    fn platt_passes_through_the_drawn_in_targets() {
        // Two logits and two parameters: 8 of 10 positive at 2, 2 of 10 at -1. The fit meets the mean target at each.
        let mut logits = vec![2.0; 10];
        logits.resize(20, -1.0);
        let positive: Vec<bool> = (0..20).map(|i| if i < 10 { i < 8 } else { i < 12 }).collect();
        let (high, low) = (11.0 / 12.0, 1.0 / 12.0);
        let logit = |p: f64| (p / (1.0 - p)).ln();
        let (at2, at1) = (logit(0.8 * high + 0.2 * low), logit(0.2 * high + 0.8 * low));
        let found = platt(&logits, &positive).unwrap();
        check(found.slope, (at2 - at1) / 3.0);
        check(found.intercept[0], at2 - 2.0 * (at2 - at1) / 3.0);
    }

    #[test]
    fn what_cannot_be_calibrated_is_refused() {
        assert!(platt(&[1.0, 2.0], &[true, true]).is_err());
        assert!(platt(&[1.0, -1.0, 2.0, -2.0], &[false, true, false, true]).is_err());
        assert!(platt(&[f32::INFINITY, 0.0], &[true, false]).is_err());
        assert!(temperature(&[], 2, &[]).is_err());
        assert!(temperature(&[0.0, 1.0], 2, &[2]).is_err());
    }
}
