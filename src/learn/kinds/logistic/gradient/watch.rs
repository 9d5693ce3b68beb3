//! The loss curve of a descent, and when to stop.
//!
//! Invariants
//! - With validation rows and a patience, the weights of the best pass are kept; otherwise those of the last.
//!
//! Not here: the steps of a descent.

use super::GradientSettings;
use super::loss::Objective;
use crate::kinds::Loss;

/// The loss curve and the kept weights of a descent so far.
pub(super) struct Watch<'a> {
    valid: Option<Objective<'a>>,
    patience: Option<usize>,
    passes: usize,
    tolerance: f64,
    losses: Vec<Loss>,
    kept: Vec<f64>,
    best: f64,
    best_step: usize,
}

impl<'a> Watch<'a> {
    pub(super) fn new(valid: Option<Objective<'a>>, settings: &GradientSettings) -> Self {
        Self {
            patience: settings.patience.filter(|_| valid.is_some()),
            valid,
            passes: settings.passes,
            tolerance: settings.tolerance,
            losses: Vec::new(),
            kept: Vec::new(),
            best: f64::INFINITY,
            best_step: 0,
        }
    }

    /// Records a pass: its weights, their mean training log loss and the largest entry of the gradient. Returns whether to
    /// continue.
    pub(super) fn goes_on(&mut self, w: &[f64], train: f64, gradient: f64) -> bool {
        let step = self.losses.len() + 1;
        let valid = self.valid.map(|rows| rows.log_loss(w));
        self.losses.push(Loss { step, train, valid });
        let judged = valid.filter(|_| self.patience.is_some());
        if self.kept.is_empty() || judged.is_none_or(|loss| loss < self.best) {
            self.kept.clear();
            self.kept.extend_from_slice(w);
            self.best = judged.unwrap_or(f64::INFINITY);
            self.best_step = step;
        }
        let patient = self.patience.is_none_or(|patience| step - self.best_step < patience);
        step < self.passes && patient && gradient > self.tolerance
    }

    /// The weights kept, and the curve.
    pub(super) fn finish(self) -> (Vec<f64>, Vec<Loss>) {
        (self.kept, self.losses)
    }
}
