//! The loss of logistic and softmax regression, and its gradient.
//!
//! ```text
//! f(W) = Σ_i weight_i · ℓ(y_i, x_i W + b) / Σ_i weight_i + ½ λ ‖W‖²
//! ```
//!
//! | symbol | shape                        | unit                                                          |
//! |--------|------------------------------|---------------------------------------------------------------|
//! | `x`    | `[n_rows, n_columns]`        | standardised column                                           |
//! | `W, b` | `[n_columns + 1, n_outputs]` | logit per unit of column, row-major; the bias is the last row |
//! | `ℓ`    | a row                        | log loss in nats                                              |
//! | `λ`    | scalar                       | `α / Σ weight`: the penalty per unit of weight                |
//!
//! Two classes have one output, the logit of class 1; more classes have one output per class.
//!
//! Invariants
//! - Rows are summed in parts of fixed size and the parts in row order, whatever the number of threads.
//!
//! Not here: the optimisation methods.

use ndarray::linalg::general_mat_mul;
use ndarray::{Array2, ArrayView1, ArrayView2, ArrayViewMut2, Axis, Slice, aview1};
use rayon::prelude::*;
use std::ops::Range;

/// Fewest rows of a part, so that a thread is worthwhile, and most parts, so that their gradients fit into memory.
const PART_ROWS: usize = 512;
const MAX_PARTS: usize = 64;

/// Rows, their classes and the penalty.
#[derive(Clone, Copy, Debug)]
pub(in crate::kinds) struct Objective<'a> {
    /// Standardised columns, `[n_rows, n_columns]`.
    pub x: ArrayView2<'a, f64>,
    /// Class of each row, `[n_rows]`, below 2 or `n_outputs`.
    pub y: &'a [u32],
    /// Weight of each row, `[n_rows]`, positive.
    pub weights: &'a [f64],
    /// 1 for two classes, else the number of classes.
    pub n_outputs: usize,
    /// L2 penalty, `λ`.
    pub l2: f64,
}

impl Objective<'_> {
    /// Number of model weights: `(n_columns + 1) · n_outputs`.
    pub(in crate::kinds) fn n_weights(&self) -> usize {
        (self.x.ncols() + 1) * self.n_outputs
    }

    /// Upper bound of the curvature of a row's loss in the logits.
    ///
    /// # Source
    ///
    /// Böhning, *Multinomial logistic regression algorithm* (1992), eq. 2.2; two classes with one logit: `p (1 − p) ≤ ¼`.
    pub(in crate::kinds) fn curvature(&self) -> f64 {
        if self.n_outputs == 1 { 0.25 } else { 0.5 }
    }

    /// Returns `f(w)` and writes its gradient to `gradient`.
    pub(in crate::kinds) fn value(&self, w: &[f64], gradient: &mut [f64]) -> f64 {
        let total = self.weights.iter().sum::<f64>();
        let parts = self.parts(|rows| {
            let mut gradient = vec![0.0; w.len()];
            (self.add(rows, w, Some(&mut gradient)), gradient)
        });
        gradient.fill(0.0);
        let mut loss = 0.0;
        for (part, by_weight) in parts {
            loss += part;
            gradient.iter_mut().zip(&by_weight).for_each(|(sum, g)| *sum += g);
        }
        let n_slopes = self.x.ncols() * self.n_outputs;
        gradient.iter_mut().for_each(|g| *g /= total);
        gradient[..n_slopes].iter_mut().zip(w).for_each(|(g, w)| *g += self.l2 * w);
        loss / total + self.penalty(w)
    }

    /// `½ λ ‖W‖²`.
    pub(in crate::kinds) fn penalty(&self, w: &[f64]) -> f64 {
        let n_slopes = self.x.ncols() * self.n_outputs;
        0.5 * self.l2 * w[..n_slopes].iter().map(|w| w * w).sum::<f64>()
    }

    /// Weighted mean log loss, without the penalty.
    pub(in crate::kinds) fn log_loss(&self, w: &[f64]) -> f64 {
        self.parts(|rows| self.add(rows, w, None)).iter().sum::<f64>() / self.weights.iter().sum::<f64>()
    }

    fn parts<T: Send>(&self, of_rows: impl Fn(Range<usize>) -> T + Sync) -> Vec<T> {
        let n = self.x.nrows();
        let size = n.div_ceil(MAX_PARTS).max(PART_ROWS);
        (0..n.div_ceil(size)).into_par_iter().map(|at| of_rows(at * size..n.min((at + 1) * size))).collect()
    }

    fn add(&self, rows: Range<usize>, w: &[f64], gradient: Option<&mut [f64]>) -> f64 {
        let (y, weights) = (&self.y[rows.clone()], &self.weights[rows.clone()]);
        add(&self.x.slice_axis(Axis(0), Slice::from(rows)), y, weights, self.n_outputs, w, gradient)
    }
}

/// Sum of `weight · ℓ` over rows; adds that sum's gradient to `gradient`.
///
/// # Source
///
/// Bishop, *Pattern Recognition and Machine Learning* (2006), eqs. 4.90, 4.91 and 4.108, 4.109. Deviation: the largest
/// logit is subtracted before `exp`, against overflow.
pub(super) fn add(
    x: &ArrayView2<'_, f64>,
    y: &[u32],
    weights: &[f64],
    n_outputs: usize,
    w: &[f64],
    gradient: Option<&mut [f64]>,
) -> f64 {
    if n_outputs == 1 {
        add_binary(x, y, weights, w, gradient)
    } else {
        add_softmax(x, y, weights, w, gradient)
    }
}

fn add_binary(
    x: &ArrayView2<'_, f64>,
    y: &[u32],
    weights: &[f64],
    w: &[f64],
    mut gradient: Option<&mut [f64]>,
) -> f64 {
    let p = x.ncols();
    let slopes = aview1(&w[..p]);
    let mut loss = 0.0;
    for ((row, &class), &weight) in x.outer_iter().zip(y).zip(weights) {
        let logit = row.dot(&slopes) + w[p];
        let truth = f64::from(class);
        let small = libm::exp(-logit.abs());
        loss += weight * (libm::log1p(small) + logit.max(0.0) - truth * logit);
        if let Some(gradient) = gradient.as_deref_mut() {
            let probability = if logit > 0.0 { 1.0 } else { small } / (1.0 + small);
            let error = weight * (probability - truth);
            add_row(&mut gradient[..p], error, &row);
            gradient[p] += error;
        }
    }
    loss
}

fn add_row(to: &mut [f64], factor: f64, row: &ArrayView1<'_, f64>) {
    // With a slice the loop is vectorised.
    match row.as_slice() {
        Some(row) => to.iter_mut().zip(row).for_each(|(to, x)| *to += factor * x),
        None => to.iter_mut().zip(row).for_each(|(to, x)| *to += factor * x),
    }
}

fn add_softmax(
    x: &ArrayView2<'_, f64>,
    y: &[u32],
    weights: &[f64],
    w: &[f64],
    gradient: Option<&mut [f64]>,
) -> f64 {
    let p = x.ncols();
    let k = w.len() / (p + 1);
    let (slopes, bias) = w.split_at(p * k);
    // The shapes always match here; on a mismatch an infinite loss would end the search.
    let Ok(slopes) = ArrayView2::from_shape((p, k), slopes) else { return f64::INFINITY };
    let mut error: Array2<f64> = x.dot(&slopes);
    error += &aview1(bias);
    let mut loss = 0.0;
    for ((mut row, &class), &weight) in error.outer_iter_mut().zip(y).zip(weights) {
        let most = row.fold(f64::NEG_INFINITY, |a, &b| a.max(b));
        let truth = row[class as usize];
        row.mapv_inplace(|z| libm::exp(z - most));
        let sum = row.sum();
        loss += weight * (libm::log(sum) + most - truth);
        row *= weight / sum;
        row[class as usize] -= weight;
    }
    if let Some((by_slope, by_bias)) = gradient.map(|gradient| gradient.split_at_mut(p * k)) {
        if let Ok(mut by_slope) = ArrayViewMut2::from_shape((p, k), by_slope) {
            general_mat_mul(1.0, &x.t(), &error, 1.0, &mut by_slope);
        }
        for row in error.outer_iter() {
            add_row(by_bias, 1.0, &row);
        }
    }
    loss
}
