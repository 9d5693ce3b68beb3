//! Training by mini-batches: Adam with decoupled weight decay (`AdamW`).
//!
//! # Source
//!
//! Kingma & Ba, *Adam* (2015), algorithm 1; Loshchilov & Hutter, *Decoupled Weight Decay Regularization* (2019), algorithm 2.
//! He, Zhang, Ren & Sun, *Delving Deep into Rectifiers* (2015), eq. 10, drawn uniformly. Deviation: biases do not decay.

use super::MlpSettings;
use super::net::{Layer, Net, Sample, Trace};
use super::quantise::{floats, quantised};
use rand::RngExt;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// Adam's decay rates of both moments, and its epsilon against division by 0.
const FIRST: f64 = 0.9;
const SECOND: f64 = 0.999;
const TINY: f32 = 1e-8;

/// A network with random (He) initial weights and biases of 0. `widths`: number of columns, of units of each hidden layer, and of
/// outputs.
pub(super) fn drawn(widths: &[usize], draws: &mut ChaCha8Rng) -> Net {
    let layer = |pair: &[usize]| {
        let limit = libm::sqrt(6.0 / pair[0].max(1) as f64);
        let mut weight = || (limit * (2.0 * draws.random::<f64>() - 1.0)) as f32;
        Layer { weights: (0..pair[0] * pair[1]).map(|_| weight()).collect(), bias: vec![0.0; pair[1]] }
    };
    Net(widths.windows(2).map(layer).collect())
}

/// Adam's state, and buffers for passes.
pub(super) struct Descent<'a> {
    settings: &'a MlpSettings,
    rate: f64,
    /// Whether gradients are computed at the quantised weights (quantisation-aware training).
    quantised: bool,
    steps: i32,
    mean: Net,
    square: Net,
    gradient: Net,
    order: Vec<u32>,
    trace: Trace,
}

impl<'a> Descent<'a> {
    pub(super) fn new(
        net: &Net,
        n_rows: usize,
        settings: &'a MlpSettings,
        rate: f64,
        quantised: bool,
    ) -> Self {
        let (mean, square, gradient) = (net.zeros(), net.zeros(), net.zeros());
        let (order, trace) = ((0..n_rows as u32).collect(), Trace::default());
        Self { settings, rate, quantised, steps: 0, mean, square, gradient, order, trace }
    }

    /// One pass over the rows in a new random order.
    pub(super) fn pass(&mut self, net: &mut Net, sample: &Sample<'_>, draws: &mut ChaCha8Rng) {
        let mut order = std::mem::take(&mut self.order);
        order.shuffle(draws);
        for batch in order.chunks(self.settings.batch) {
            self.gradient.clear();
            // Straight-through estimator: the gradient at the quantised weights updates the float weights.
            let bytes = self.quantised.then(|| floats(&quantised(net)));
            let at = bytes.as_ref().unwrap_or(net);
            for row in batch {
                at.backward(sample, *row as usize, &mut self.trace, &mut self.gradient);
            }
            self.step(net, batch.len());
        }
        self.order = order;
    }

    fn step(&mut self, net: &mut Net, n_rows: usize) {
        self.steps = self.steps.saturating_add(1);
        // Bias correction: both moments start at 0 and are too small by these factors.
        let first = 1.0 - libm::pow(FIRST, f64::from(self.steps));
        let second = 1.0 - libm::pow(SECOND, f64::from(self.steps));
        let step = Step {
            share: 1.0 / n_rows as f32,
            rate: (self.rate / first) as f32,
            second: (1.0 / second) as f32,
            decay: (self.rate * self.settings.decay) as f32,
        };
        let state = self.gradient.0.iter().zip(&mut self.mean.0).zip(&mut self.square.0);
        for (layer, ((gradient, mean), square)) in net.0.iter_mut().zip(state) {
            step.take(&mut layer.weights, &gradient.weights, &mut mean.weights, &mut square.weights, true);
            step.take(&mut layer.bias, &gradient.bias, &mut mean.bias, &mut square.bias, false);
        }
    }
}

/// Factors of one step.
struct Step {
    share: f32,
    rate: f32,
    second: f32,
    decay: f32,
}

impl Step {
    fn take(
        &self,
        numbers: &mut [f32],
        slopes: &[f32],
        means: &mut [f32],
        squares: &mut [f32],
        decays: bool,
    ) {
        let (first_kept, second_kept) = (FIRST as f32, SECOND as f32);
        let kept = if decays { 1.0 - self.decay } else { 1.0 };
        for (((number, slope), mean), square) in numbers.iter_mut().zip(slopes).zip(means).zip(squares) {
            let slope = slope * self.share;
            *mean = first_kept * *mean + (1.0 - first_kept) * slope;
            *square = second_kept * *square + (1.0 - second_kept) * slope * slope;
            *number = *number * kept - self.rate * *mean / ((*square * self.second).sqrt() + TINY);
        }
    }
}
