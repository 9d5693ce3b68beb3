//! The network with float weights: forward pass, loss, backward pass.
//!
//! | symbol | shape                     | unit                                                       |
//! |--------|---------------------------|------------------------------------------------------------|
//! | `w`    | `[n_in, n_out]` per layer | output per unit of input, row-major                        |
//! | `b`    | `[n_out]` per layer       | output                                                     |
//! | `δ`    | `[n_out]` per layer       | derivative of the loss by the layer's output before `ReLU` |
//!
//! Plain loops instead of a matrix library: zeros, which are frequent in one-hot columns, are skipped; and results are
//! bit-identical whether or not a processor has fused multiply-add, unlike with a library's kernels.
//!
//! # Source
//!
//! Goodfellow, Bengio & Courville, *Deep Learning* (2016), algorithms 6.3 and 6.4.

use rayon::prelude::*;

/// Number of rows per task; a constant, so that sums have a fixed order whatever the number of threads.
const CHUNK: usize = 1_024;
/// Number of partial sums of a dot product; a constant, so that sums have a fixed order.
const LANES: usize = 8;

/// One layer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layer {
    pub(super) weights: Vec<f32>,
    pub(super) bias: Vec<f32>,
}

/// Layers from the columns to the outputs, `ReLU` between them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Net(pub(super) Vec<Layer>);

/// The target of each row, in the network's own scale.
#[derive(Clone, Copy, Debug)]
pub(super) enum Truths<'a> {
    /// Class 0 or 1, for one output.
    Chance(&'a [u32]),
    /// Class, for one output per class.
    Classes(&'a [u32]),
    /// A standardised number.
    Numbers(&'a [f32]),
}

/// Rows with their targets and weights.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample<'a> {
    /// Columns, `[n_rows, n_columns]`, row-major.
    pub(super) x: &'a [f32],
    pub(super) n_columns: usize,
    pub(super) truths: Truths<'a>,
    /// Weight of each row, 1 on average; empty means 1 each.
    pub(super) weights: &'a [f32],
}

impl<'a> Sample<'a> {
    pub(super) fn n_rows(&self) -> usize {
        match self.truths {
            Truths::Chance(ids) | Truths::Classes(ids) => ids.len(),
            Truths::Numbers(numbers) => numbers.len(),
        }
    }

    pub(super) fn row(&self, row: usize) -> &'a [f32] {
        &self.x[row * self.n_columns..][..self.n_columns]
    }

    fn weight(&self, row: usize) -> f32 {
        self.weights.get(row).copied().unwrap_or(1.0)
    }
}

/// Buffers of the forward and backward pass: each layer's output and its `δ`.
#[derive(Clone, Debug, Default)]
pub(super) struct Trace {
    given: Vec<Vec<f32>>,
    deltas: Vec<Vec<f32>>,
}

impl Net {
    /// Forward pass: the outputs of a row. Each layer's output is left in `trace`.
    pub(super) fn forward<'t>(&self, x: &[f32], trace: &'t mut Trace) -> &'t [f32] {
        trace.given.resize(self.0.len(), Vec::new());
        for (at, layer) in self.0.iter().enumerate() {
            let (before, after) = trace.given.split_at_mut(at);
            let from = before.last().map_or(x, |given| given.as_slice());
            let Some(to) = after.first_mut() else { continue };
            to.clear();
            to.extend_from_slice(&layer.bias);
            for (&x, weights) in from.iter().zip(layer.weights.chunks_exact(layer.bias.len())) {
                if x != 0.0 {
                    add_scaled(to, x, weights);
                }
            }
            if at + 1 < self.0.len() {
                to.iter_mut().for_each(|unit| *unit = if *unit > 0.0 { *unit } else { 0.0 });
            }
        }
        trace.given.last().map_or(&[], |given| given.as_slice())
    }

    /// Backward pass: adds the gradient of a row's weighted loss to `gradient`, a network of the same shape. Returns the loss.
    pub(super) fn backward(
        &self,
        sample: &Sample<'_>,
        row: usize,
        trace: &mut Trace,
        gradient: &mut Self,
    ) -> f64 {
        let x = sample.row(row);
        self.forward(x, trace);
        let Trace { given, deltas } = trace;
        deltas.resize(self.0.len(), Vec::new());
        let (Some(outputs), Some(delta)) = (given.last(), deltas.last_mut()) else { return 0.0 };
        delta.clone_from(outputs);
        let weight = sample.weight(row);
        let loss = loss_and_slope(sample.truths, row, delta);
        delta.iter_mut().for_each(|delta| *delta *= weight);
        for at in (0..self.0.len()).rev() {
            let (before, after) = deltas.split_at_mut(at);
            let Some(delta) = after.first() else { continue };
            let from = at.checked_sub(1).map_or(x, |at| given[at].as_slice());
            let layer = &mut gradient.0[at];
            add_scaled(&mut layer.bias, 1.0, delta);
            for (&x, slopes) in from.iter().zip(layer.weights.chunks_exact_mut(delta.len())) {
                if x != 0.0 {
                    add_scaled(slopes, x, delta);
                }
            }
            if let Some(below) = before.last_mut() {
                below.clear();
                let weights = self.0[at].weights.chunks_exact(delta.len());
                below.extend(
                    from.iter().zip(weights).map(
                        |(&unit, weights)| {
                            if unit > 0.0 { dot(weights, delta) } else { 0.0 }
                        },
                    ),
                );
            }
        }
        f64::from(weight) * loss
    }

    /// Weighted mean loss; 0 without rows.
    pub(super) fn mean_loss(&self, sample: &Sample<'_>) -> f64 {
        let n = sample.n_rows();
        let of_chunk = |chunk: usize| {
            let mut trace = Trace::default();
            let mut outputs = Vec::new();
            let rows = chunk * CHUNK..n.min((chunk + 1) * CHUNK);
            rows.fold((0.0, 0.0), |(loss, total), row| {
                outputs.clear();
                outputs.extend_from_slice(self.forward(sample.row(row), &mut trace));
                let weight = f64::from(sample.weight(row));
                (loss + weight * loss_and_slope(sample.truths, row, &mut outputs), total + weight)
            })
        };
        let chunks: Vec<(f64, f64)> = (0..n.div_ceil(CHUNK)).into_par_iter().map(of_chunk).collect();
        let (loss, total) = chunks.iter().fold((0.0, 0.0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
        if total > 0.0 { loss / total } else { 0.0 }
    }

    /// A network of the same shape whose numbers are all 0.
    pub(super) fn zeros(&self) -> Self {
        let zeros = |layer: &Layer| Layer {
            weights: vec![0.0; layer.weights.len()],
            bias: vec![0.0; layer.bias.len()],
        };
        Self(self.0.iter().map(zeros).collect())
    }

    /// Sets every number to 0.
    pub(super) fn clear(&mut self) {
        for layer in &mut self.0 {
            layer.weights.fill(0.0);
            layer.bias.fill(0.0);
        }
    }
}

/// The loss of a row: cross-entropy in nats, or half the square of the error. Replaces `outputs` by the derivative of the loss by them.
fn loss_and_slope(truths: Truths<'_>, row: usize, outputs: &mut [f32]) -> f64 {
    match truths {
        Truths::Chance(ids) => {
            let (z, y) = (f64::from(outputs[0]), f64::from(ids[row]));
            // e^-|z| never overflows.
            let small = libm::exp(-z.abs());
            let p = if z >= 0.0 { 1.0 / (1.0 + small) } else { small / (1.0 + small) };
            outputs[0] = (p - y) as f32;
            libm::log1p(small) + z.max(0.0) - y * z
        }
        Truths::Classes(ids) => {
            let class = ids[row] as usize;
            let most = outputs.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let truth = f64::from(outputs[class] - most);
            let mut sum = 0.0;
            for output in &mut *outputs {
                let e = libm::exp(f64::from(*output - most));
                sum += e;
                *output = e as f32;
            }
            outputs.iter_mut().for_each(|output| *output = (f64::from(*output) / sum) as f32);
            outputs[class] -= 1.0;
            libm::log(sum) - truth
        }
        Truths::Numbers(numbers) => {
            outputs[0] -= numbers[row];
            f64::from(outputs[0]).powi(2) / 2.0
        }
    }
}

fn add_scaled(to: &mut [f32], factor: f32, from: &[f32]) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to += factor * from);
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0_f32; LANES];
    let (a_chunks, b_chunks) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest: f32 = a_chunks.remainder().iter().zip(b_chunks.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in a_chunks.zip(b_chunks) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += a * b;
        }
    }
    lanes.iter().sum::<f32>() + rest
}
