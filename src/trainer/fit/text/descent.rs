//! Descent: multinomial logistic regression over a sparse corpus, by limited-memory BFGS.
//!
//! ```text
//! minimise  Σ_m -ln softmax(b + Σ_f x_mf W_f)[y_m]  +  l2/2 · |W|²
//! ```
//!
//! | symbol | shape                 | unit                |
//! |--------|-----------------------|---------------------|
//! | `W`    | `[n_rows, n_classes]` | logit per unit of x |
//! | `b`    | `[n_classes]`         | logit, behind `W`   |
//!
//! Invariant: the same bits for any number of threads. A message's residual and a row's gradient are each the work of one
//! thread in index order; other sums are taken per block of fixed size and then in block order.
//!
//! # Source
//!
//! Liu and Nocedal, *On the limited memory BFGS method for large scale optimization* (1989); Nocedal and Wright,
//! *Numerical Optimization* (2006), algorithm 7.4. Deviation: the initial Hessian is diagonal, the curvature of each row's
//! own feature, because gram frequencies span four orders of magnitude.

use super::corpus::Corpus;
use rayon::prelude::*;

/// Remembered steps.
const MEMORY: usize = 8;
/// Numbers per block of a reduction.
const BLOCK: usize = 8_192;
/// Sufficient decrease (Armijo), the usual choice.
const DECREASE: f64 = 1e-4;

/// One classification problem.
pub(super) struct Descent<'c> {
    pub(super) corpus: &'c Corpus,
    pub(super) labels: &'c [usize],
    pub(super) n_classes: usize,
    pub(super) l2: f32,
    /// Weights that must stay 0: `[n_rows * n_classes]`, or empty for none.
    pub(super) pruned: Vec<bool>,
}

impl Descent<'_> {
    /// Improves `w` (`[(n_rows + 1) * n_classes]`, the last row being the bias) by at most `n_steps` steps; ends sooner when a
    /// step gains less than `tolerance` of the loss. Returns the loss.
    pub(super) fn run(&self, w: &mut Vec<f32>, n_steps: usize, tolerance: f64) -> f64 {
        let inverse = self.inverse_curvature();
        let mut past: Vec<(Vec<f32>, Vec<f32>, f64)> = Vec::new(); // step, change of gradient, 1 / their product
        let mut gradient = vec![0.0; w.len()];
        let mut loss = self.gradient(w, &mut gradient);
        let mut next_gradient = vec![0.0; w.len()];
        for _ in 0..n_steps {
            let direction = self.direction(&gradient, &past, &inverse);
            let slope = dot(&gradient, &direction);
            if slope >= 0.0 {
                break;
            }
            let mut length = 1.0_f32;
            let (next, next_loss) = loop {
                let mut next = w.clone();
                add_scaled(&mut next, length, &direction);
                let next_loss = self.gradient(&next, &mut next_gradient);
                if next_loss <= loss + DECREASE * f64::from(length) * slope || length < 1e-6 {
                    break (next, next_loss);
                }
                length *= 0.4;
            };
            let (mut step, mut change) = (next.clone(), next_gradient.clone());
            add_scaled(&mut step, -1.0, w);
            add_scaled(&mut change, -1.0, &gradient);
            let product = dot(&step, &change);
            if product > 0.0 {
                if past.len() == MEMORY {
                    past.remove(0);
                }
                past.push((step, change, 1.0 / product));
            }
            let gain = loss - next_loss;
            *w = next;
            core::mem::swap(&mut gradient, &mut next_gradient);
            loss = next_loss;
            if gain < tolerance * loss.abs() {
                break;
            }
        }
        loss
    }

    /// Writes the gradient at `w` and returns the loss.
    fn gradient(&self, w: &[f32], gradient: &mut [f32]) -> f64 {
        let c = self.n_classes;
        let n_rows = self.corpus.buckets.len();
        let (weights, bias) = w.split_at(n_rows * c);
        let mut residuals = vec![0.0_f32; self.labels.len() * c];
        let losses: Vec<f64> = residuals
            .par_chunks_mut(c)
            .enumerate()
            .with_min_len(64)
            .map(|(m, out)| {
                out.copy_from_slice(bias);
                for &(row, x) in self.corpus.messages.list(m) {
                    let at = row as usize * c;
                    add_scaled_slice(out, x, &weights[at..at + c]);
                }
                residual(out, self.labels[m])
            })
            .collect();
        let (rows, bias) = gradient.split_at_mut(n_rows * c);
        rows.par_chunks_mut(c).enumerate().with_min_len(64).for_each(|(row, out)| {
            let old = &weights[row * c..(row + 1) * c];
            out.iter_mut().zip(old).for_each(|(g, w)| *g = self.l2 * w);
            for &(m, x) in self.corpus.rows.list(row) {
                let at = m as usize * c;
                add_scaled_slice(out, x, &residuals[at..at + c]);
            }
            if !self.pruned.is_empty() {
                let pruned = &self.pruned[row * c..(row + 1) * c];
                out.iter_mut().zip(pruned).for_each(|(g, &p)| *g = if p { 0.0 } else { *g });
            }
        });
        bias.fill(0.0);
        residuals.chunks(c).for_each(|r| add_scaled_slice(bias, 1.0, r));
        losses.iter().sum::<f64>() + 0.5 * f64::from(self.l2) * dot(weights, weights)
    }

    /// The quasi-Newton direction: `-H · gradient`.
    fn direction(&self, gradient: &[f32], past: &[(Vec<f32>, Vec<f32>, f64)], inverse: &[f32]) -> Vec<f32> {
        let mut q = gradient.to_vec();
        let mut alphas = Vec::new();
        for (step, change, rho) in past.iter().rev() {
            let alpha = rho * dot(step, &q);
            add_scaled(&mut q, -alpha as f32, change);
            alphas.push(alpha);
        }
        // The diagonal knows the ratio between rows; the last step tells the size.
        let size = past.last().map_or(1.0, |(_, change, rho)| {
            let scaled: f64 = 1.0 / (rho * weighted_square(change, inverse, self.n_classes));
            scaled as f32
        });
        q.par_chunks_mut(self.n_classes).zip(inverse).for_each(|(q, &h)| {
            q.iter_mut().for_each(|q| *q *= size * h);
        });
        for ((step, change, rho), alpha) in past.iter().zip(alphas.iter().rev()) {
            let beta = rho * dot(change, &q);
            add_scaled(&mut q, (alpha - beta) as f32, step);
        }
        q.iter_mut().for_each(|q| *q = -*q);
        q
    }

    /// Per row, one over its curvature when all classes are equally likely; then that of the bias.
    fn inverse_curvature(&self) -> Vec<f32> {
        let spread = 1.0 / self.n_classes as f32;
        let mut inverse: Vec<f32> = (0..self.corpus.buckets.len())
            .map(|row| self.corpus.rows.list(row).iter().map(|cell| cell.1 * cell.1).sum::<f32>())
            .map(|square| 1.0 / (self.l2 + spread * square))
            .collect();
        inverse.push(1.0 / (self.l2 + spread * self.labels.len() as f32));
        inverse
    }
}

/// Turns logits into `softmax - onehot(label)`; returns the loss.
fn residual(logits: &mut [f32], label: usize) -> f64 {
    let top = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let right = logits[label] - top;
    logits.iter_mut().for_each(|z| *z = (*z - top).exp());
    let sum: f32 = logits.iter().sum();
    logits.iter_mut().for_each(|z| *z /= sum);
    logits[label] -= 1.0;
    f64::from(sum).ln() - f64::from(right)
}

fn add_scaled_slice(to: &mut [f32], factor: f32, from: &[f32]) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to += factor * from);
}

fn add_scaled(to: &mut [f32], factor: f32, from: &[f32]) {
    to.par_chunks_mut(BLOCK)
        .zip(from.par_chunks(BLOCK))
        .for_each(|(to, from)| add_scaled_slice(to, factor, from));
}

fn dot(a: &[f32], b: &[f32]) -> f64 {
    let blocks: Vec<f64> = a
        .par_chunks(BLOCK)
        .zip(b.par_chunks(BLOCK))
        .map(|(a, b)| {
            let mut lanes = [0.0_f64; 8];
            for (a, b) in a.chunks(8).zip(b.chunks(8)) {
                lanes
                    .iter_mut()
                    .zip(a.iter().zip(b))
                    .for_each(|(l, (a, b))| *l += f64::from(*a) * f64::from(*b));
            }
            lanes.iter().sum()
        })
        .collect();
    blocks.iter().sum()
}

/// `Σ v² · h` with one `h` per row.
fn weighted_square(v: &[f32], h: &[f32], n_classes: usize) -> f64 {
    let rows: Vec<f64> = v
        .par_chunks(n_classes)
        .zip(h)
        .with_min_len(64)
        .map(|(v, &h)| f64::from(h) * v.iter().map(|&v| f64::from(v) * f64::from(v)).sum::<f64>())
        .collect();
    rows.iter().sum()
}
